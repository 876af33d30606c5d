//! `lamsach status` and `lamsach verify`: whether all is well, for people and for monitoring.

use std::fmt::Write as _;
use std::path::Path;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

use super::{Session, printer};
use crate::archive::{self, Difference, Fault, Health, LogEnd, Manifest};
use crate::cli::args::{StatusArgs, VerifyArgs};
use crate::cli::error::Error;
use crate::disk::Pointer;
use crate::domain::{Lang, Pillar};
use crate::store::{Head, access_head_of, bulk_views_of, check_papers};
use crate::words::{self, Said, grouped, said, text};

/// Differences named on the terminal.
const NAMED: usize = 50;

/// Says how the output folder stands; the exit code is that of the gravest fault.
pub(super) fn status(args: &StatusArgs, session: &mut Session) -> Result<(), Error> {
    let out = session.output_folder(args.out.as_deref(), args.config.as_deref())?;
    let lang = session.lang;
    let max_age = args.max_age.as_deref().map(age).transpose()?;
    if !out.is_dir() {
        let shown = out.display();
        return Err(Error::Input(text!(lang, "cli.status.no_folder", shown)));
    }
    archive::trusted(&out)?;
    let mut health = Health::of(&out, Timestamp::now(), max_age);
    // A store that cannot be read is told by the next run; here nothing is changed by looking.
    if let Ok(Some(papers)) = check_papers(&out, false) {
        let files: Vec<String> =
            papers.missing.into_iter().chain(papers.changed).take(archive::NAMED).collect();
        if !files.is_empty() {
            health.faults.push(Fault::Papers { files });
            health.faults.sort();
        }
    }
    if let Ok(end) = access_head_of(&out) {
        health.hold_log(end.map(|Head { lines, seal }| LogEnd { lines, seal }));
    }
    health.bulk_views = bulk_views_of(&out, Timestamp::now()).unwrap_or_default();
    if let Some(file) = &args.prometheus {
        write_metrics(&health, file, lang)?;
    }
    if args.json {
        let text = serde_json::to_string_pretty(&health).map_err(|e| Error::Internal(e.to_string()))?;
        printer::out(&format!("{text}\n"));
    } else if !session.quiet {
        printer::out(&text(&health, lang));
    }
    match &health.faults[..] {
        [] => Ok(()),
        faults => {
            let said = Said::of(|lang| {
                faults.iter().map(|fault| fault_text(fault, lang)).collect::<Vec<_>>().join("; ") + "."
            });
            Err(Error::Unsound { said, code: health.code() })
        }
    }
}

/// Holds a run folder against its manifest.
pub(super) fn verify(args: &VerifyArgs, session: &mut Session) -> Result<(), Error> {
    let run = match &args.run {
        Some(run) => run.clone(),
        None => session.output_folder(None, args.config.as_deref())?,
    };
    let lang = session.lang;
    let out = Some(run.clone()).filter(|given| Pointer::of(given).folder().is_some());
    // An output folder stands for its last run.
    let run = Pointer::of(&run).folder().unwrap_or_else(|| Pointer::follow(&run));
    let shown = run.display();
    let failed = |error: std::io::Error| Error::Input(text!(lang, "cli.status.run_unreadable", shown, error));
    std::fs::read_dir(&run).map_err(failed)?;
    let unsound = |said: Said| Error::Unsound { said, code: 12 };
    let manifest = match Manifest::read(&run) {
        Ok(Some(manifest)) => manifest,
        Ok(None) => {
            return Err(unsound(said!("cli.status.no_manifest", shown)));
        }
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => return Err(failed(error)),
        // Empty, torn, or no file at all: as good as none.
        Err(_) => {
            return Err(unsound(said!("cli.status.manifest_damaged", shown)));
        }
    };
    let differences = manifest.check(&run).map_err(failed)?;
    if differences.is_empty() {
        if !session.quiet {
            let bytes: u64 = manifest.files.iter().map(|entry| entry.size).sum();
            let (files, bytes) = (grouped(manifest.files.len() as u64, lang), grouped(bytes, lang));
            printer::out(&text!(lang, "cli.status.sound", run_id = manifest.run_id, files, bytes));
        }
        return out.map_or(Ok(()), |out| verify_beside(&out, session));
    }
    tell(&differences, lang);
    let count = differences.len();
    Err(unsound(said!("cli.status.files_differ", shown, count)))
}

/// Names what differs, as much of it as is read.
fn tell(differences: &[Difference], lang: Lang) {
    for difference in differences.iter().take(NAMED) {
        let (what, path) = match difference {
            Difference::Missing(path) => (text!(lang, "cli.status.missing"), path),
            Difference::Changed(path) => (text!(lang, "cli.status.changed"), path),
            Difference::Foreign(path) => (text!(lang, "cli.status.foreign"), path),
        };
        printer::out(&format!("{what}: {path}\n"));
    }
}

/// Looks at what stands beside the runs: files that are none of the program's are told, papers are held against the store.
fn verify_beside(out: &Path, session: &Session) -> Result<(), Error> {
    let shown = out.display();
    let failed =
        |error: std::io::Error| Error::Input(text!(session.lang, "cli.status.run_unreadable", shown, error));
    let standing = archive::standing(out).map_err(failed)?;
    let unknown: Vec<String> =
        standing.into_iter().filter(|at| at.place.is_none()).map(|at| at.within).collect();
    if !unknown.is_empty() {
        printer::out(&format!("{}\n", strangers(&unknown, session.lang)));
    }
    verify_papers(out, session)
}

/// Holds the papers that officers attached against the store.
fn verify_papers(out: &Path, session: &Session) -> Result<(), Error> {
    let lang = session.lang;
    let Some(papers) = check_papers(out, true)? else { return Ok(()) };
    if papers.is_sound() {
        if !session.quiet && papers.known > 0 {
            let files = grouped(papers.known as u64, lang);
            printer::out(&text!(lang, "cli.status.papers_sound", files));
        }
        return Ok(());
    }
    let missing = papers.missing.into_iter().map(Difference::Missing);
    let changed = papers.changed.into_iter().map(Difference::Changed);
    let foreign = papers.foreign.into_iter().map(Difference::Foreign);
    let differences: Vec<Difference> = missing.chain(changed).chain(foreign).collect();
    tell(&differences, lang);
    let (shown, count) = (out.display(), differences.len());
    Err(Error::Unsound { said: said!("cli.status.papers_differ", shown, count), code: 12 })
}

/// Writes the figures for Prometheus.
pub(super) fn write_metrics(health: &Health, file: &Path, lang: Lang) -> Result<(), Error> {
    archive::write_metrics(health, file).map_err(|error| {
        let shown = file.display();
        Error::Output(text!(lang, "cli.status.not_written", shown, error))
    })
}

/// Reads `36h`, `2d`, `90m`.
fn age(text: &str) -> Result<SignedDuration, Error> {
    let span = text.trim().parse::<Span>().ok();
    let age = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    age.filter(SignedDuration::is_positive).ok_or_else(|| Error::usage(said!("cli.status.bad_max_age", text)))
}

fn text(health: &Health, lang: Lang) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, health, lang);
    text
}

fn write(text: &mut String, health: &Health, lang: Lang) -> std::fmt::Result {
    if let Some(latest) = &health.latest {
        let age = health.age_seconds.map_or_else(String::new, |seconds| span_text(seconds, lang));
        writeln!(
            text,
            "{}: {} ({}, {} {}, {:.1} s)",
            text!(lang, "cli.status.last_run"),
            latest.run_id,
            text!(lang, "cli.status.ago", age),
            words::within(text!(lang, "terms.heading.as_of")),
            latest.as_of,
            latest.seconds
        )?;
        let pillars = Pillar::ALL.iter().map(|pillar| {
            let count = latest.by_pillar.get(pillar.name()).copied().unwrap_or_default();
            format!("{} {}", pillar.title(), grouped(count, lang))
        });
        let pillars: Vec<String> = pillars.collect();
        let total = grouped(latest.findings, lang);
        writeln!(text, "  {}   {} {total}", pillars.join("   "), text!(lang, "terms.heading.total"))?;
        let count = |counts: &std::collections::BTreeMap<String, u64>, key| {
            grouped(counts.get(key).copied().unwrap_or_default(), lang)
        };
        writeln!(
            text,
            "  {} {}   {} {}   {} {}",
            text!(lang, "common.word.linked"),
            count(&latest.links, "link"),
            text!(lang, "common.word.to_be_verified"),
            count(&latest.links, "review"),
            text!(lang, "common.word.rows_rejected"),
            count(&latest.rows, "rejected"),
        )?;
    }
    if let Some(holder) = &health.running {
        writeln!(text, "{}: {holder}", text!(lang, "cli.status.running"))?;
    }
    if !health.bulk_views.is_empty() {
        let who = health.bulk_views.iter().map(|(who, times)| format!("{who} ({times})"));
        let who = who.collect::<Vec<_>>().join(", ");
        writeln!(text, "{}", text!(lang, "cli.status.bulk", who))?;
    }
    if let Some(LogEnd { lines, seal }) = &health.access_log {
        // As much of it as nobody makes again.
        let (lines, seal) = (grouped(lines.unsigned_abs(), lang), seal.get(..32).unwrap_or(seal));
        writeln!(text, "{}", text!(lang, "cli.status.log_end", lines, seal))?;
    }
    if health.purge_pending {
        writeln!(text, "{}", text!(lang, "cli.status.purge_pending"))?;
    }
    if !health.unknown.is_empty() {
        writeln!(text, "{}", strangers(&health.unknown, lang))?;
    }
    if health.faults.is_empty() {
        writeln!(text, "{}", text!(lang, "cli.status.fine"))?;
    }
    Ok(())
}

/// What is said of files in the folder that are none of the program's.
fn strangers(unknown: &[String], lang: Lang) -> String {
    let mut files: Vec<_> = unknown.iter().take(archive::NAMED).map(|file| printer::in_line(file)).collect();
    if unknown.len() > files.len() {
        files.push("…".into());
    }
    let (count, files) = (grouped(unknown.len() as u64, lang), files.join(", "));
    text!(lang, "cli.status.strangers", count, files)
}

fn fault_text(fault: &Fault, lang: Lang) -> String {
    match fault {
        Fault::NoRun => text!(lang, "cli.status.no_run").to_owned(),
        Fault::Incomplete { files } => {
            let files = files.join(", ");
            text!(lang, "cli.status.incomplete", files)
        }
        Fault::Papers { files } => {
            let files = files.join(", ");
            text!(lang, "cli.status.papers_unsound", files)
        }
        Fault::LogCut { lines, noted } => text!(lang, "cli.status.log_cut", lines, noted),
        Fault::Died { holder } => text!(lang, "cli.status.died", holder),
        Fault::Failed { exit_code } => text!(lang, "cli.status.failed", exit_code),
        Fault::Unknown => text!(lang, "cli.status.unknown").to_owned(),
        Fault::ReadOnly => text!(lang, "cli.status.read_only").to_owned(),
        Fault::TooOld { limit_seconds } => {
            let limit = span_text(*limit_seconds, lang);
            text!(lang, "cli.status.old", limit)
        }
    }
}

/// An age as people say it.
fn span_text(seconds: i64, lang: Lang) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match () {
        () if days >= 3 => format!("{days} {}", text!(lang, "cli.status.days")),
        () if hours >= 2 => format!("{hours} {}", text!(lang, "cli.status.hours")),
        () => format!("{minutes} {}", text!(lang, "cli.status.minutes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read() {
        assert_eq!(age("36h").unwrap().as_hours(), 36);
        assert_eq!(age("2d").unwrap().as_hours(), 48);
        for wrong in ["", "36", "-1h", "soon"] {
            assert_eq!(age(wrong).unwrap_err().code(), 2, "{wrong}");
        }
    }
}
