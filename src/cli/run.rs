//! `lamsach run`: the arguments become a request, the outcome becomes a few lines on the terminal.

use super::args::RunArgs;
use super::progress::Bars;
use super::{dates, overview, printer};
use crate::domain::{Kind, Lang, RuleSettings, Settings};
use crate::error::Error;
use crate::ingest::{self, ColumnMap, InputSpec, ReadOptions};
use crate::pipeline::{self, Request};
use crate::publish::RejectLimit;

/// Runs the pipeline as the arguments say.
pub(super) fn run(args: RunArgs, lang: Lang, quiet: bool, verbose: bool) -> Result<(), Error> {
    let threads = args.threads.unwrap_or(0);
    let request = request(args, lang)?;
    // Log lines and bars would write over each other.
    let bars = Bars::new(lang, quiet || verbose);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Error::Internal(error.to_string()))?;
    let outcome = pool.install(|| pipeline::run(&request, &bars))?;
    if !quiet {
        printer::out(&overview::overview(&outcome, lang));
    }
    Ok(())
}

fn request(args: RunArgs, lang: Lang) -> Result<Request, Error> {
    let as_of = dates::as_of(args.as_of.as_deref())?;
    let defaults = RuleSettings::default();
    let rules = RuleSettings {
        centenarian_age: args.centenarian_age.unwrap_or(defaults.centenarian_age),
        state_insured_groups: if args.insured_groups.is_empty() {
            defaults.state_insured_groups
        } else {
            args.insured_groups.iter().map(|group| group.trim().to_uppercase()).collect()
        },
        births_period: dates::period("--births-period", args.births_period.as_deref())?,
        deaths_period: dates::period("--deaths-period", args.deaths_period.as_deref())?,
        ..defaults
    };
    let max_rejects = args.max_rejects.as_deref().map_or_else(|| Ok(RejectLimit::default()), reject_limit)?;
    let mut read = ReadOptions::default();
    if let Some(path) = &args.synonyms {
        read.synonyms.add_file(path)?;
    }
    for text in &args.map {
        read.synonyms.map(&ColumnMap::parse(text)?);
    }
    let settings = Settings { as_of, lang, linkage: Default::default(), rules };
    Ok(Request {
        inputs: inputs(&args)?,
        read,
        units: args.units,
        out: args.out,
        settings,
        max_rejects,
        today: dates::today(),
    })
}

fn reject_limit(text: &str) -> Result<RejectLimit, Error> {
    RejectLimit::parse(text).ok_or_else(|| {
        Error::usage(
            format!("--max-rejects \"{text}\" không đúng; hãy viết một tỷ lệ như 0.02 hoặc 2%."),
            format!("--max-rejects \"{text}\" is not understood; write a share such as 0.02 or 2%."),
        )
    })
}

/// The files of the folder, and those that the user named; a file named with its kind is taken as that.
fn inputs(args: &RunArgs) -> Result<Vec<InputSpec>, Error> {
    let named: Vec<InputSpec> = [
        (Kind::Residents, &args.residents),
        (Kind::Births, &args.births),
        (Kind::Deaths, &args.deaths),
        (Kind::Marriages, &args.marriages),
        (Kind::Welfare, &args.welfare),
        (Kind::Insurance, &args.insurance),
    ]
    .into_iter()
    .flat_map(|(kind, paths)| {
        paths.iter().map(move |path| InputSpec { kind: Some(kind), ..InputSpec::new(path) })
    })
    .collect();
    let Some(folder) = &args.folder else {
        return require(named);
    };
    let mut inputs = ingest::find_inputs(folder)?;
    inputs.retain(|found| !named.iter().any(|input| same_file(&input.path, &found.path)));
    inputs.extend(named);
    Ok(inputs)
}

/// Without a folder the kinds are known before anything is read.
fn require(named: Vec<InputSpec>) -> Result<Vec<InputSpec>, Error> {
    pipeline::require_kinds(named.iter().filter_map(|input| input.kind))?;
    Ok(named)
}

fn same_file(a: &std::path::Path, b: &std::path::Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
