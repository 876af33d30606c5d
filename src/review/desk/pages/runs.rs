//! Earlier runs, reports, the folder of results, and the end of the program.

use askama::Template;
use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::publish::{Period, PeriodReport};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit};
use crate::words::{grouped, moment, text};

#[derive(Template)]
#[template(path = "review/desk/runs.html")]
struct RunsPage {
    shell: Shell,
    notice: String,
    good: bool,
    periods: [PeriodChoice; 2],
    folder: String,
    shows_folders: bool,
    runs: Vec<RunLine>,
}

struct PeriodChoice {
    name: &'static str,
    text: &'static str,
}

struct RunLine {
    begun: String,
    as_of: String,
    raised: String,
    fresh: String,
    resolved: String,
    name: String,
}

#[derive(Template)]
#[template(path = "review/desk/stopped.html")]
struct Stopped {
    shell: Shell,
    running: bool,
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    page(visit, String::new(), true)
}

fn page(visit: &Visit<'_>, notice: String, good: bool) -> Result<Reply, Failure> {
    let (desk, lang) = (visit.desk()?, visit.lang);
    let line = |run: crate::store::RunRecord| RunLine {
        begun: moment(&run.started_at.to_zoned(TimeZone::system()), lang),
        as_of: run.as_of.to_string(),
        raised: grouped(run.tally.raised, lang),
        fresh: grouped(run.tally.fresh, lang),
        resolved: grouped(run.tally.resolved, lang),
        name: run.name,
    };
    let runs = visit.worker.store.runs()?;
    Reply::page(&RunsPage {
        shell: visit.shell(),
        notice,
        good,
        periods: [
            PeriodChoice { name: "week", text: text!(lang, "desk.runs.week") },
            PeriodChoice { name: "month", text: text!(lang, "desk.runs.month") },
        ],
        folder: desk.out().display().to_string(),
        shows_folders: desk.shows_folders,
        runs: runs.into_iter().rev().map(line).collect(),
    })
}

/// A report of the current week or month, to be saved.
pub(crate) fn report(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let monthly = visit.field("period") == "month";
    let (ending, kind) = match visit.field("as") {
        "html" => ("html", HTML),
        "docx" => ("docx", DOCX),
        _ => ("xlsx", XLSX),
    };
    match make_report(visit, monthly, ending) {
        Ok((stem, bytes)) => {
            visit.log("report", if monthly { "month" } else { "week" }, "")?;
            Ok(Reply::download(format!("{stem}.{ending}"), kind, bytes))
        }
        Err(detail) => page(visit, text!(visit.lang, "desk.runs.no_report", detail), false),
    }
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const HTML: &str = "text/html; charset=utf-8";

/// The name of the file without its ending, and the file; else why there is none.
fn make_report(visit: &Visit<'_>, monthly: bool, ending: &str) -> Result<(String, Vec<u8>), String> {
    let lang = visit.lang;
    let settings = visit.desk().map_err(|error| error.to_string())?.settings(lang);
    let settings = settings.map_err(|error| error.message(lang))?.reports;
    let now = Zoned::now();
    let period = if monthly { Period::current_month(&now) } else { Period::current_week(&settings, &now) };
    let of = (visit.app.out(), &visit.worker.store);
    let report = PeriodReport::of(period, &[], of, &settings, &now, lang);
    let report = report.map_err(|error| error.message(lang))?;
    let bytes = match ending {
        "html" => report.page().map(String::into_bytes),
        "docx" => report.document(),
        _ => report.workbook(),
    };
    Ok((report.stem(), bytes.map_err(|error| error.message(lang))?))
}

/// Shows the folder of results in the system's own window.
pub(crate) fn show_folder(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let desk = visit.desk()?;
    let shown = desk.shows_folders && open::that_detached(desk.out()).is_ok();
    let notice =
        if shown { text!(visit.lang, "desk.runs.shown") } else { text!(visit.lang, "desk.runs.not_shown") };
    page(visit, notice.to_owned(), shown)
}

/// Ends the program, after the run that is at work.
pub(crate) fn stop(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let desk = visit.desk()?;
    let running = desk.is_running();
    desk.life.stop();
    let mut shell = visit.shell();
    // Nothing behind a menu would answer any more.
    shell.account = None;
    shell.at_desk = false;
    Reply::page(&Stopped { shell, running })
}
