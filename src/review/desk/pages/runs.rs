//! Earlier runs, reports, the folder of results, and the end of the program.

use askama::Template;
use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::domain::Lang;
use crate::publish::{Figures, Grounds, Period, PeriodReport};
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
    let lang = visit.lang;
    let as_page = visit.field("as") == "html";
    let monthly = visit.field("period") == "month";
    match make_report(visit, monthly, as_page, lang) {
        Ok(bytes) => {
            visit.log("report", if monthly { "month" } else { "week" }, "")?;
            Ok(match (monthly, as_page) {
                (false, false) => Reply::download("bao-cao-tuan.xlsx", XLSX, bytes),
                (true, false) => Reply::download("bao-cao-thang.xlsx", XLSX, bytes),
                (false, true) => Reply::download("bao-cao-tuan.html", HTML, bytes),
                (true, true) => Reply::download("bao-cao-thang.html", HTML, bytes),
            })
        }
        Err(detail) => page(visit, text!(lang, "desk.runs.no_report", detail), false),
    }
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const HTML: &str = "text/html; charset=utf-8";

fn make_report(visit: &Visit<'_>, monthly: bool, as_page: bool, lang: Lang) -> Result<Vec<u8>, String> {
    let failed = |error: &dyn std::fmt::Display| error.to_string();
    let settings = visit.desk().map_err(|error| failed(&error))?.settings(lang);
    let reports = settings.map_err(|error| error.message(lang))?.reports;
    let now = Zoned::now();
    let period = if monthly {
        Period::month(&format!("{:04}-{:02}", now.year(), now.month()))
    } else {
        Some(Period::current_week(&reports, &now))
    };
    let of = |period: Period| period.bounds(&reports, now.time_zone());
    let beyond = || text!(lang, "cli.report.beyond_calendar").to_owned();
    let period = period.ok_or_else(beyond)?;
    let before = period.previous().ok_or_else(beyond)?;
    let (bounds, before_bounds) = (of(period).ok_or_else(beyond)?, of(before).ok_or_else(beyond)?);
    let (bounds, open) = bounds.until(now.timestamp());
    let store = &visit.worker.store;
    let figures = Figures::count(store, &bounds, &before_bounds, &[]);
    let figures = figures.map_err(|error| error.message(lang))?;
    let grounds = Grounds::read(visit.app.out(), store, &figures, &[]);
    let grounds = grounds.map_err(|error| error.message(lang))?;
    let report = PeriodReport::new((period, bounds, open), before, (figures, grounds), &reports, &[], lang);
    if as_page {
        report.page().map(String::into_bytes).map_err(|error| error.message(lang))
    } else {
        report.workbook().map_err(|error| error.message(lang))
    }
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
