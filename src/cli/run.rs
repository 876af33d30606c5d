//! `lamsach run`: the arguments become a request, the outcome becomes a few lines on the terminal.

use std::path::{Path, PathBuf};

use super::args::RunArgs;
use super::progress::Bars;
use super::{dates, overview, printer};
use crate::domain::{Kind, Lang, RuleSettings, Settings};
use crate::error::Error;
use crate::ingest::{self, ColumnMap, Encoding, FoundFiles, InputSpec, ReadOptions};
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

pub(super) fn request(args: RunArgs, lang: Lang) -> Result<Request, Error> {
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
    let FoundFiles { mut inputs, units, unused } = files(&args)?;
    for text in &args.encoding {
        set_encoding(&mut inputs, text)?;
    }
    let settings = Settings { as_of, lang, linkage: Default::default(), rules };
    Ok(Request {
        inputs,
        read,
        units: args.units.or(units),
        unused,
        model: args.model.as_deref().map(super::link::read_model).transpose()?,
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

/// Takes `NAME` for all files, or `FILE=NAME` for the files of that path or name.
pub(super) fn set_encoding(inputs: &mut [InputSpec], text: &str) -> Result<(), Error> {
    let (file, name) =
        text.rsplit_once('=').map_or((None, text), |(file, name)| (Some(Path::new(file)), name));
    let known: Vec<&str> = Encoding::ALL.iter().map(|encoding| encoding.name()).collect();
    let encoding = Encoding::from_name(name.trim()).ok_or_else(|| {
        Error::usage(
            format!("--encoding \"{text}\": không có bảng mã \"{name}\" (nhận: {}).", known.join(", ")),
            format!("--encoding \"{text}\": there is no encoding \"{name}\" (takes: {}).", known.join(", ")),
        )
    })?;
    let mut met = file.is_none();
    for input in inputs {
        let wanted =
            file.is_none_or(|file| input.path == file || input.path.file_name() == Some(file.as_os_str()));
        if wanted {
            input.encoding = Some(encoding);
            met = true;
        }
    }
    if met {
        return Ok(());
    }
    Err(Error::usage(
        format!("--encoding \"{text}\": không có tệp đầu vào tên đó."),
        format!("--encoding \"{text}\": no input file has that name."),
    ))
}

/// The files of the folder, and those that the user named; a file named with its kind is taken as that.
fn files(args: &RunArgs) -> Result<FoundFiles, Error> {
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
        return Ok(FoundFiles { inputs: require(named)?, ..FoundFiles::default() });
    };
    let mut found = ingest::find_files(folder)?;
    // What the user named otherwise is no data, wherever it lies.
    let taken =
        named.iter().map(|input| input.path.clone()).chain(args.units.clone()).chain(args.synonyms.clone());
    let taken: Vec<PathBuf> = taken.collect();
    let is_taken = |file: &Path| taken.iter().any(|path| same_file(path, file));
    found.inputs.retain(|input| !is_taken(&input.path));
    found.unused.retain(|file| !is_taken(file));
    found.inputs.extend(named);
    Ok(found)
}

/// Without a folder the kinds are known before anything is read.
fn require(named: Vec<InputSpec>) -> Result<Vec<InputSpec>, Error> {
    pipeline::require_kinds(named.iter().filter_map(|input| input.kind))?;
    Ok(named)
}

fn same_file(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(args: RunArgs) -> Result<Request, Error> {
        request(args, Lang::Vi)
    }

    fn files() -> RunArgs {
        RunArgs {
            residents: vec!["d/r.csv".into()],
            deaths: vec!["d/k.xlsx#Sheet2".into()],
            ..RunArgs::default()
        }
    }

    #[test]
    fn files_keep_their_kind_sheet_and_encoding() {
        let request = asked(RunArgs { encoding: vec!["r.csv=utf-16le".into()], ..files() }).unwrap();
        assert_eq!(request.inputs[0].kind, Some(Kind::Residents));
        assert_eq!(request.inputs[0].encoding, Some(Encoding::Utf16Le));
        assert_eq!(request.inputs[1].sheet.as_deref(), Some("Sheet2"));
        assert_eq!(request.inputs[1].encoding, None);
        for wrong in ["nix.csv=utf-8", "utf-7"] {
            assert_eq!(
                asked(RunArgs { encoding: vec![wrong.into()], ..files() }).err().map(|e| e.code()),
                Some(2)
            );
        }
    }

    #[test]
    fn a_run_needs_the_registry_and_an_extract() {
        let without = |args: RunArgs| asked(args).err().map(|e| e.code());
        assert_eq!(without(RunArgs { deaths: vec![], ..files() }), Some(2));
        assert_eq!(without(RunArgs { residents: vec![], ..files() }), Some(2));
        assert_eq!(without(RunArgs { folder: Some("no-such-folder".into()), ..files() }), Some(3));
        assert_eq!(without(files()), None);
    }

    #[test]
    fn rules_take_what_the_user_says() {
        let args = RunArgs { centenarian_age: Some(95), insured_groups: vec![" hn".into()], ..files() };
        let rules = asked(args).unwrap().settings.rules;
        assert_eq!((rules.centenarian_age, rules.state_insured_groups), (95, vec!["HN".to_string()]));
        let wrong = RunArgs { max_rejects: Some("many".into()), ..files() };
        assert_eq!(asked(wrong).err().map(|e| e.code()), Some(2));
    }
}
