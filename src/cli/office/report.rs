//! `lamsach report`: the reports that officers owe, as workbook and page.

use std::path::Path;

use jiff::Zoned;

use super::args::{OutArgs, ReportArgs};
use crate::archive::{self, ArchiveError};
use crate::cli::error::Error;
use crate::cli::runs::run;
use crate::cli::{Session, printer};
use crate::config::{ConfigError, Resolved};
use crate::custody::CustodyError;
use crate::disk;
use crate::publish::{Period, PeriodReport, ReportError};
use crate::store::Store;
use crate::words::{grouped, said, text};

/// The settings of a command that looks into an output folder, and the folder.
pub(crate) fn settings(at: &OutArgs, session: &mut Session) -> Result<(Resolved, std::path::PathBuf), Error> {
    let args = crate::cli::runs::args::RunArgs {
        config: at.config.clone(),
        out: at.out.clone(),
        ..Default::default()
    };
    let mut resolved = run::resolve(&args, session)?;
    session.lang = resolved.lang;
    let out = resolved.out.take().ok_or(ConfigError::NoOutput)?;
    archive::trusted(&out)?;
    Ok((resolved, out))
}

/// Writes the report of a period.
pub(crate) fn run(args: &ReportArgs, session: &mut Session) -> Result<(), Error> {
    let (resolved, out) = settings(&args.at, session)?;
    let lang = session.lang;
    let now = Zoned::now();
    let period = period(args, &resolved, &now)?;
    let store = Store::open_existing(&out)?.ok_or_else(|| CustodyError::NoRun(out.clone()))?;

    let report = PeriodReport::of(period, &args.commune, (&out, &store), &resolved.reports, &now, lang)
        .map_err(|error| match error {
            ReportError::Store(error) => error.into(),
            ReportError::BeyondCalendar => too_far(),
            ReportError::NotBegun(_) => {
                let (shown, title) = (args.week.as_ref().or(args.month.as_ref()), period.title(lang));
                let shown = shown.map_or(title, String::clone);
                Error::usage(said!("cli.report.not_begun", shown))
            }
        })?;

    let folder = args.to.clone().unwrap_or_else(|| out.join("reports"));
    make_folder(&folder)?;
    let files =
        [("xlsx", report.workbook()?), ("html", report.page()?.into_bytes()), ("docx", report.document()?)];
    let stem = report.stem();
    let mut text = String::new();
    for (ending, bytes) in &files {
        let path = folder.join(format!("{stem}.{ending}"));
        write(&path, bytes)?;
        text.push_str(&format!("{}\n", path.display()));
    }
    if !report.has_runs() {
        text.insert_str(0, &format!("{}\n", text!(lang, "publish.periodic.nothing_to_report")));
    }
    if !session.quiet && report.has_runs() {
        let total = report.total();
        let n = |n: u64| grouped(n, lang);
        let told = text!(
            lang,
            "cli.report.figures",
            period = period.title(lang),
            cases = n(total.cases()),
            resolved = n(total.resolved),
            outstanding = n(total.outstanding),
            overdue = n(total.overdue)
        );
        text.insert_str(0, &told);
    }
    if !session.quiet {
        printer::out(&text);
    }
    Ok(())
}

fn period(args: &ReportArgs, resolved: &Resolved, now: &Zoned) -> Result<Period, Error> {
    match (&args.week, &args.month) {
        (Some(text), _) => Period::week(text).ok_or_else(|| Error::usage(said!("cli.report.bad_week", text))),
        (None, Some(text)) => {
            Period::month(text).ok_or_else(|| Error::usage(said!("cli.report.bad_month", text)))
        }
        (None, None) => Ok(Period::current_week(&resolved.reports, now)),
    }
}

fn too_far() -> Error {
    Error::usage(said!("cli.report.beyond_calendar"))
}

/// Makes a folder for its owner alone, where there is none.
pub(crate) fn make_folder(path: &Path) -> Result<(), Error> {
    Ok(disk::ensure_folder(path).map_err(ArchiveError::write(path))?)
}

/// Writes a file for its owner alone; one of that name is replaced as a whole.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    Ok(disk::replace_file(path, bytes, disk::FILE_MODE).map_err(ArchiveError::write(path))?)
}
