//! `lamsach explain` and `lamsach train`: linkage by itself, shown or kept.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::run;
use crate::cli::error::Error;
use crate::cli::runs::args::{DataArgs, ExplainArgs, RunArgs, TrainArgs};
use crate::cli::{Session, operator, printer};
use crate::custody::{self, CustodyError};
use crate::disk;
use crate::disk::replace_file;
use crate::domain::{Comparison, Dataset, Field, Lang, Resident};
use crate::linkage::{self, Explained, Explanation, ModelFile};
use crate::pipeline::Request;
use crate::store::Access;
use crate::words::{self, said, text};

/// Reads a model file and checks it.
pub(crate) fn read_model(path: &Path) -> Result<ModelFile, Error> {
    let shown = path.display();
    ModelFile::read(path).map_err(|detail| Error::usage(said!("cli.link.bad_model", shown, detail)))
}

fn request(
    data: DataArgs,
    model: Option<PathBuf>,
    out: Option<PathBuf>,
    session: &Session,
) -> Result<Request, Error> {
    let args = RunArgs {
        folder: Some(data.folder),
        out,
        as_of: data.as_of,
        units: data.units,
        model,
        ..RunArgs::default()
    };
    let resolved = run::resolve(&args, session)?;
    run::request(&args, &resolved)
}

/// Learns the parameters and writes them.
pub(crate) fn train(args: TrainArgs, session: &Session) -> Result<(), Error> {
    let request = request(args.data, None, None, session)?;
    let lang = request.settings.lang;
    let model = linkage::train(&request.load()?, &request.settings.linkage);
    let shown = args.out.display();
    let write = || {
        let mut text = serde_json::to_vec_pretty(&model)?;
        text.push(b'\n');
        replace_file(&args.out, &text, 0o600)
    };
    write().map_err(|error| Error::Output(text!(lang, "common.error.not_written", shown, error)))?;
    if !session.quiet {
        printer::out(&format!("{} {shown}\n", text!(lang, "cli.link.model_written_to")));
    }
    Ok(())
}

/// Explains one row.
pub(crate) fn explain(args: ExplainArgs, session: &Session) -> Result<(), Error> {
    let wanted = args.at.clone();
    let (file, row) = wanted
        .rsplit_once(':')
        .and_then(|(f, r)| Some((f, r.parse::<u32>().ok()?)))
        .ok_or_else(|| Error::usage(said!("cli.link.bad_line", wanted)))?;
    let named = args.out.is_some();
    let request = request(args.data, args.model, args.out, session)?;
    let lang = request.settings.lang;
    let data = request.load()?;
    let found = data.extracts.iter().enumerate().find_map(|(position, extract)| {
        let at = extract.rows.iter().position(|r| {
            let table = &data.tables[r.row.table.at()];
            (table.name == file || table.path == Path::new(file)) && table.source_row(r.row.index) == row
        });
        Some((position, at?))
    });
    let Some((extract, at)) = found else {
        return Err(Error::usage(said!("cli.link.no_row", row, file)));
    };
    let explanations = linkage::explain(&data, &request.settings.linkage, request.parameters(), extract, at);
    let mut text = String::new();
    for explanation in &explanations {
        tell(&mut text, &data, explanation, lang);
    }
    let access = Access {
        who: disk::user_name(),
        action: "explain".to_owned(),
        what: wanted,
        why: operator::reason(args.reason.as_deref(), lang),
    };
    // Of a folder that no run has written to there is no log to write into, unless one is asked for.
    if request.out.as_os_str().is_empty() || !custody::note_access(&request.out, &access)? {
        if named {
            return Err(CustodyError::NoRun(request.out).into());
        }
        operator::unrecorded(lang);
    }
    printer::out(&text);
    Ok(())
}

/// Writes the waterfall of one role: every candidate, what speaks for and against.
fn tell(text: &mut String, data: &Dataset, explanation: &Explanation, lang: Lang) {
    let (role, decision) = (words::role(explanation.role, lang), words::decision(explanation.decision, lang));
    let _ = writeln!(text, "{role}: {decision}");
    if explanation.candidates.is_empty() {
        let _ = writeln!(text, "  {}", text!(lang, "cli.link.nobody"));
    }
    for (rank, candidate) in explanation.candidates.iter().enumerate() {
        tell_candidate(text, data, rank, candidate, lang);
    }
    if explanation.margin.is_finite() {
        let (lead, unit) = (text!(lang, "cli.link.margin"), text!(lang, "terms.comparison.unit"));
        let _ = writeln!(text, "  {lead}: {:.1} {unit}", explanation.margin);
    }
    text.push('\n');
}

fn tell_candidate(text: &mut String, data: &Dataset, rank: usize, candidate: &Explained, lang: Lang) {
    let resident = data.registry.get(candidate.resident);
    let _ = writeln!(
        text,
        "  {}. {}  {} {:.4}",
        rank + 1,
        describe(data, resident, lang),
        text!(lang, "cli.link.probability"),
        candidate.probability
    );
    for (comparison, weight) in Comparison::ALL.into_iter().zip(candidate.weights) {
        if weight == 0.0 {
            continue;
        }
        let bar = if weight > 0.0 { "+" } else { "-" }.repeat((weight.abs().round() as usize).clamp(1, 30));
        let _ = writeln!(
            text,
            "     {:<16} {:<34} {weight:>+7.1}  {bar}",
            words::comparison(comparison, lang),
            levels(candidate, comparison, lang)
        );
    }
    let total: f32 = candidate.weights.iter().sum();
    let unit = text!(lang, "terms.comparison.unit");
    let _ = writeln!(text, "     {:<51} {total:>+7.1} {unit}", text!(lang, "cli.link.total"));
}

/// What the weight of a comparison rests on, in words.
fn levels(candidate: &Explained, comparison: Comparison, lang: Lang) -> String {
    let parts: &[&str] = match comparison {
        Comparison::Place => &["place", "address"],
        Comparison::Relatives => &["father", "mother", "spouse"],
        other => &[other.name()],
    };
    let levels = candidate.vector.level_names();
    let of_parts = levels.filter(|(name, _)| parts.contains(name));
    of_parts.filter_map(|(of, level)| words::level(of, level, lang)).collect::<Vec<_>>().join("; ")
}

/// Who a resident is: file and row, name, birth date. The terminal is the officer's own.
fn describe(data: &Dataset, resident: &Resident, lang: Lang) -> String {
    let table = &data.tables[resident.row.table.at()];
    let index = resident.row.index;
    format!(
        "{} {} {}: {}, {}",
        table.name,
        text!(lang, "common.word.row"),
        table.source_row(index),
        table.cell(index, Field::FullName),
        table.cell(index, Field::BirthDate)
    )
}
