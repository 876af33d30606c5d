//! A run while it is at work, and how it ended.

use askama::Template;

use super::files::in_the_way;
use crate::domain::Lang;
use crate::ingest::IngestError;
use crate::pipeline::{Outcome, RejectedFile, RunError, Stage};
use crate::review::desk::NotBegun;
use crate::review::desk::job::{Ended, Job, STAGES, State};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit};
use crate::words::{decimal, grouped, text, why_rejected};

#[derive(Template)]
#[template(path = "review/desk/run.html")]
struct RunPage {
    shell: Shell,
    title: &'static str,
    running: bool,
    cancelled: bool,
    // Of the progress.
    done: bool,
    steps: Vec<Step>,
    elapsed: String,
    // Of the end.
    error: String,
    tiles: Vec<Tile>,
    notes: Vec<String>,
}

#[derive(Template)]
#[template(path = "review/desk/progress.html")]
struct ProgressPart {
    shell: Shell,
    done: bool,
    steps: Vec<Step>,
    elapsed: String,
}

struct Step {
    /// The class of the style sheet.
    state: &'static str,
    sign: &'static str,
    text: &'static str,
    word: &'static str,
    percent: Option<u64>,
}

struct Tile {
    figure: String,
    text: &'static str,
}

/// Begins a run over the files.
pub(crate) fn begin(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let desk = visit.desk()?;
    if let Err(why) = desk.begin(visit.lang) {
        desk.tell(false, not_begun(&why, visit.lang));
        return Ok(Reply::see("/start"));
    }
    visit.log("run", "", "")?;
    Ok(Reply::see("/start/run"))
}

/// Why a run was not begun.
pub(super) fn not_begun(why: &NotBegun, lang: Lang) -> String {
    match why {
        NotBegun::Busy => text!(lang, "desk.obstacle.busy").to_owned(),
        NotBegun::Obstacle(obstacle) => in_the_way(*obstacle, lang),
        NotBegun::Config(error) => text!(lang, "desk.obstacle.settings", detail = error.message(lang)),
        NotBegun::Model(detail) => text!(lang, "desk.obstacle.model", detail),
    }
}

/// Asks the run to stop.
pub(crate) fn cancel(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let desk = visit.desk()?;
    if let Some(job) = desk.job().filter(|job| job.is_running()) {
        job.cancel();
        visit.log("run_cancel", "", "")?;
    }
    Ok(Reply::see("/start/run"))
}

/// The run that was begun last.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let (desk, lang) = (visit.desk()?, visit.lang);
    let Some(job) = desk.job() else { return Ok(Reply::see("/start")) };
    let state = job.state();
    let mut page = RunPage {
        shell: visit.shell(),
        title: text!(lang, "desk.run.title"),
        running: state.ended.is_none(),
        cancelled: job.is_cancelled(),
        done: state.ended.is_some(),
        steps: steps(&job, &state, lang),
        elapsed: elapsed(&job, lang),
        error: String::new(),
        tiles: Vec::new(),
        notes: Vec::new(),
    };
    match &state.ended {
        None => {}
        Some(Ended::Ran(outcome)) => {
            page.title = text!(lang, "desk.run.done");
            page.tiles = tiles(outcome, lang);
            let not_run = outcome.not_run.len();
            if not_run > 0 {
                page.notes.push(text!(lang, "desk.run.not_run", count = not_run));
            }
            if outcome.rejected > 0 {
                page.notes.push(text!(lang, "desk.files.rejected", rows = grouped(outcome.rejected, lang)));
            }
        }
        Some(Ended::Failed(error)) => {
            let is_stopped = matches!(**error, RunError::Interrupted(_));
            page.title =
                if is_stopped { text!(lang, "desk.run.cancelled") } else { text!(lang, "desk.run.failed") };
            page.error = sentence(error, lang);
        }
        Some(Ended::Unseen) => {
            page.title = text!(lang, "desk.run.failed");
            page.error = text!(lang, "desk.run.unseen").to_owned();
        }
    }
    Reply::page(&page)
}

/// How far the run is, alone.
pub(crate) fn progress(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let lang = visit.lang;
    let job = visit.desk()?.job().ok_or(Failure::NotFound)?;
    let state = job.state();
    Reply::page(&ProgressPart {
        shell: visit.shell(),
        done: state.ended.is_some(),
        steps: steps(&job, &state, lang),
        elapsed: elapsed(&job, lang),
    })
}

fn elapsed(job: &Job, lang: Lang) -> String {
    text!(lang, "desk.run.elapsed", seconds = grouped(job.seconds(), lang))
}

fn steps(job: &Job, state: &State, lang: Lang) -> Vec<Step> {
    let current = match state.stage {
        _ if state.indexing => STAGES.len(),
        Some((stage, _)) => STAGES.iter().position(|known| *known == stage).unwrap_or(0),
        None => 0,
    };
    let titles = STAGES.iter().map(|stage| title(*stage, lang)).chain([text!(lang, "desk.run.index")]);
    let step = |(at, text): (usize, &'static str)| {
        let (state, sign, word) = match at.cmp(&current) {
            std::cmp::Ordering::Less => ("done", "✓", text!(lang, "desk.run.step_done")),
            std::cmp::Ordering::Equal => ("now", "▸", text!(lang, "desk.run.step_now")),
            std::cmp::Ordering::Greater => ("next", "·", text!(lang, "desk.run.step_next")),
        };
        let percent = if state == "now" && at < STAGES.len() { job.percent() } else { None };
        Step { state, sign, text, word, percent }
    };
    titles.enumerate().map(step).collect()
}

fn title(stage: Stage, lang: Lang) -> &'static str {
    match stage {
        Stage::Read => text!(lang, "desk.run.read"),
        Stage::Normalise => text!(lang, "desk.run.normalise"),
        Stage::Link => text!(lang, "desk.run.link"),
        Stage::Judge => text!(lang, "desk.run.judge"),
        Stage::Publish => text!(lang, "desk.run.publish"),
    }
}

fn tiles(outcome: &Outcome, lang: Lang) -> Vec<Tile> {
    let over_time = &outcome.recall.findings;
    let tile = |count: u64, text| Tile { figure: grouped(count, lang), text };
    let mut tiles = vec![
        tile(outcome.counts.total, text!(lang, "desk.run.found")),
        tile(outcome.links.link, text!(lang, "desk.run.linked")),
    ];
    // On a first run everything is new, which says nothing.
    if over_time.fresh < over_time.raised {
        tiles.insert(1, tile(over_time.fresh, text!(lang, "desk.run.fresh")));
        tiles.insert(2, tile(over_time.resolved, text!(lang, "desk.run.gone")));
    }
    tiles
}

/// Why a run failed, and what to do about it on the page.
fn sentence(error: &RunError, lang: Lang) -> String {
    match error {
        RunError::NoRegistry => text!(lang, "desk.obstacle.no_registry").to_owned(),
        RunError::NoExtract => text!(lang, "desk.obstacle.no_extract").to_owned(),
        RunError::TooManyRejects { files, limit, .. } => {
            let list: Vec<String> = files.iter().map(|file| rejected(file, lang)).collect();
            let (limit, list) = (decimal(100.0 * limit, 1, lang), list.join("; "));
            text!(lang, "desk.run.too_many_rejects", limit, list)
        }
        // What the page has asked about is asked anew.
        RunError::Ingest(
            IngestError::KindUnclear { .. }
            | IngestError::ColumnUnclear { .. }
            | IngestError::MissingColumn { .. }
            | IngestError::OtherSector { .. }
            | IngestError::UnusedMap { .. }
            | IngestError::TwoRegistries { .. }
            | IngestError::ChangedWhileRead { .. }
            | IngestError::NotFound { .. },
        ) => text!(lang, "desk.run.files_changed").to_owned(),
        other => other.message(lang),
    }
}

fn rejected(file: &RejectedFile, lang: Lang) -> String {
    let (rejected, rows) = (grouped(file.rejected, lang), grouped(file.rows, lang));
    let first = file.first.as_ref().map_or_else(String::new, |(row, reason, detail)| {
        let reason = why_rejected(reason, detail, lang);
        text!(lang, "pipeline.error.first_row", row, reason)
    });
    format!("{} ({rejected}/{rows}{first})", file.file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Progress as _;

    #[test]
    fn steps_before_the_one_at_work_are_done() {
        let job = Job::new();
        let states = |job: &Job| -> Vec<&str> {
            steps(job, &job.state(), Lang::Vi).iter().map(|step| step.state).collect()
        };
        assert_eq!(states(&job), ["now", "next", "next", "next", "next", "next"]);
        job.begin(Stage::Link, Some(10));
        job.reach(5);
        assert_eq!(states(&job), ["done", "done", "now", "next", "next", "next"]);
        assert_eq!(steps(&job, &job.state(), Lang::Vi)[2].percent, Some(50));
    }

    #[test]
    fn no_sentence_of_the_page_speaks_of_options() {
        let file = RejectedFile { file: "a.csv".into(), rejected: 3, rows: 9, first: None };
        let errors = [
            RunError::NoRegistry,
            RunError::NoExtract,
            RunError::TooManyRejects { files: vec![file], limit: 0.01, report: None },
            IngestError::KindUnclear { file: "a".into(), candidates: Vec::new(), seen: Vec::new() }.into(),
            IngestError::Locked { file: "a".into() }.into(),
        ];
        for error in errors {
            for lang in Lang::ALL {
                let sentence = sentence(&error, lang);
                assert!(!sentence.contains("--") && sentence.len() > 20, "{sentence}");
            }
        }
    }
}
