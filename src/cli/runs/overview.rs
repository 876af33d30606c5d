//! What the terminal shows when a run is done: the figures, the gravest first, and where the files are.

use std::fmt::Write as _;
use std::path::Path;

use crate::archive::Recall;
use crate::config::dates;
use crate::domain::{Kind, Lang, Pillar};
use crate::ingest::sets::{FileUse, Part};
use crate::pipeline::{Outcome, Workbooks};
use crate::publish::{WORKBOOKS, why_not_run};
use crate::words::{self, grouped, text};

/// Codes shown; the rest stand in the summary.
const SHOWN_CODES: usize = 10;

/// Lines of workbooks shown that could not be taken in.
const SHOWN_LINES: usize = 20;

/// The text for the terminal.
pub(crate) fn overview(outcome: &Outcome, config: Option<&Path>, lang: Lang) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, outcome, config, lang);
    text
}

fn write(text: &mut String, outcome: &Outcome, config: Option<&Path>, lang: Lang) -> std::fmt::Result {
    let counts = &outcome.counts;
    writeln!(
        text,
        "{} {} ({} {}, {:.1} s)",
        text!(lang, "cli.overview.run_complete"),
        outcome.run_id,
        words::within(text!(lang, "terms.heading.as_of")),
        outcome.as_of,
        outcome.seconds
    )?;
    if outcome.as_of > dates::today() {
        writeln!(text, "{}", text!(lang, "cli.overview.as_of_ahead", as_of = outcome.as_of))?;
    }
    if let Some(config) = config {
        writeln!(text, "{}: {}", text!(lang, "cli.overview.configuration"), config.display())?;
    }
    if outcome.purge_resumed {
        write!(text, "{}", text!(lang, "cli.purge.resumed"))?;
    }
    for name in &outcome.removed {
        writeln!(text, "{} {name}", text!(lang, "cli.overview.removed_remains"))?;
    }
    notices(text, &outcome.recall, &outcome.pruned, lang)?;
    writeln!(text)?;
    for (pillar, count) in Pillar::ALL.iter().zip(counts.by_pillar) {
        writeln!(text, "  {}{:>12}", padded(pillar.title(), 8), grouped(count, lang))?;
    }
    writeln!(text, "  {}{:>12}", padded(text!(lang, "terms.heading.total"), 8), grouped(counts.total, lang))?;

    write_news(text, &outcome.recall, lang)?;

    if !counts.by_code.is_empty() {
        writeln!(text, "\n{}:", text!(lang, "cli.overview.first"))?;
        for count in counts.by_code.iter().take(SHOWN_CODES) {
            writeln!(
                text,
                "  {}{}{:>10}  {}",
                padded(&count.code, 9),
                padded(words::severity(count.gravity, lang), 11),
                grouped(count.count, lang),
                count.title
            )?;
        }
        if let Some(more) = counts.by_code.len().checked_sub(SHOWN_CODES).filter(|more| *more > 0) {
            writeln!(text, "  {}", text!(lang, "cli.overview.more_codes", more))?;
        }
    }
    writeln!(
        text,
        "\n{}: {}   {}: {}   {}: {}",
        text!(lang, "common.word.linked"),
        grouped(outcome.links.link, lang),
        text!(lang, "common.word.to_be_verified"),
        grouped(outcome.links.review, lang),
        text!(lang, "common.word.rows_rejected"),
        grouped(outcome.rejected, lang),
    )?;
    let off: Vec<String> =
        outcome.not_run.iter().filter(|rule| rule.off).map(|rule| rule.code.to_string()).collect();
    if !off.is_empty() {
        writeln!(text, "{}: {}", text!(lang, "cli.overview.switched_off"), off.join(" "))?;
    }
    if outcome.not_run.iter().any(|rule| !rule.off) {
        writeln!(text, "{}:", text!(lang, "cli.overview.not_run"))?;
        // One line for each thing that is missing, however many rules wanted it.
        let mut missing: Vec<(String, Vec<String>)> = Vec::new();
        for rule in outcome.not_run.iter().filter(|rule| !rule.off) {
            let what = why_not_run(rule.off, &rule.missing, lang);
            match missing.iter_mut().find(|(known, _)| *known == what) {
                Some((_, codes)) => codes.push(rule.code.to_string()),
                None => missing.push((what, vec![rule.code.to_string()])),
            }
        }
        for (what, codes) in missing {
            writeln!(text, "  {}: {what}", codes.join(" "))?;
        }
    }
    write_files(text, outcome, lang)?;
    writeln!(text, "\n{}: {}", text!(lang, "cli.overview.results"), outcome.latest.display())?;
    if outcome.open_to_others {
        writeln!(text, "  {}", text!(lang, "cli.overview.open_to_others"))?;
    }
    let files = [
        ("worklists/", text!(lang, "cli.overview.worklists")),
        ("repair/", text!(lang, "cli.overview.repair")),
        ("report.html", text!(lang, "cli.overview.report")),
        ("review.csv", text!(lang, "cli.overview.pairs")),
        ("summary.json", text!(lang, "cli.overview.figures")),
    ];
    for (file, what) in files.into_iter().filter(|(file, _)| outcome.repair || *file != "repair/") {
        writeln!(text, "  {}{what}", padded(file, 22))?;
    }
    write_workbooks(text, outcome, lang)
}

/// What is new since the run before; nothing where there was none.
fn write_news(text: &mut String, recall: &Recall, lang: Lang) -> std::fmt::Result {
    let of = &recall.findings;
    if of.fresh == of.raised && of.resolved == 0 {
        return Ok(());
    }
    let figure = |count: u64| grouped(count, lang);
    let (fresh, reopened, resolved) = (figure(of.fresh), figure(of.reopened), figure(of.resolved));
    let applied = figure(recall.decisions_applied as u64);
    writeln!(text, "{}", text!(lang, "cli.overview.news", fresh, reopened, resolved, applied))
}

/// Where the workbooks are, what was typed into them, and which of them were left as they are.
fn write_workbooks(text: &mut String, outcome: &Outcome, lang: Lang) -> std::fmt::Result {
    let Workbooks { decisions, told, written } = &outcome.workbooks;
    if let Some(written) = written {
        let folder = outcome.latest.with_file_name(WORKBOOKS);
        writeln!(text, "{}: {}", text!(lang, "cli.overview.workbooks"), folder.display())?;
        for (file, what) in [
            ("xa/", text!(lang, "cli.overview.workbooks_by_commune")),
            ("don-vi/", text!(lang, "cli.overview.workbooks_by_unit")),
        ] {
            writeln!(text, "  {}{what}", padded(file, 22))?;
        }
        for file in &written.beside {
            let beside = text!(lang, "cli.overview.workbook_beside");
            writeln!(text, "{beside}: {}", file.display())?;
        }
        for (file, why) in &written.failed {
            let failed = text!(lang, "cli.overview.workbook_failed");
            writeln!(text, "{failed}: {} ({why})", file.display())?;
        }
    }
    if *decisions > 0 {
        writeln!(text, "{}: {}", text!(lang, "cli.overview.workbook_decisions"), grouped(*decisions, lang))?;
    }
    if !told.is_empty() {
        let count = told.len();
        writeln!(text, "{}", text!(lang, "cli.overview.workbook_told", count))?;
        for line in told.iter().take(SHOWN_LINES) {
            writeln!(text, "  {line}")?;
        }
        if count > SHOWN_LINES {
            let more = count - SHOWN_LINES;
            writeln!(text, "  {}", text!(lang, "cli.overview.workbook_more", more))?;
        }
    }
    Ok(())
}

/// What is said where there is nothing to do.
pub(crate) fn unchanged(last: &str, lang: Lang) -> String {
    text!(lang, "cli.overview.nothing_to_do", last)
}

/// What came up beside the findings: things put in order, decisions that do not hold.
fn notices(text: &mut String, recall: &Recall, pruned: &[String], lang: Lang) -> std::fmt::Result {
    if let Some(run) = &recall.latest_moved_to {
        writeln!(text, "{} {run}", text!(lang, "cli.overview.latest_mended"))?;
    }
    if let Some(last) = &recall.clock_behind {
        writeln!(text, "{} ({last})", text!(lang, "cli.overview.clock_behind"))?;
    }
    for (one, other) in &recall.contradictions {
        writeln!(text, "{}", text!(lang, "cli.overview.contradiction", one, other))?;
    }
    if !recall.decisions_expired.is_empty() {
        let numbers: Vec<String> = recall.decisions_expired.iter().map(i64::to_string).collect();
        writeln!(text, "{}: {}", text!(lang, "cli.overview.decisions_ended"), numbers.join(", "))?;
    }
    for run in pruned {
        writeln!(text, "{} {run}", text!(lang, "cli.overview.removed_run"))?;
    }
    Ok(())
}

/// What every file was used as, or why it was not.
fn write_files(text: &mut String, outcome: &Outcome, lang: Lang) -> std::fmt::Result {
    writeln!(text, "\n{}:", text!(lang, "files.part.files"))?;
    let width = outcome.files.iter().map(|file| file.name().chars().count()).max().unwrap_or(0).min(40);
    for file in &outcome.files {
        writeln!(text, "  {}  {}", padded(&file.name(), width), part(file, lang))?;
        if !file.answers.is_empty() {
            let told = text!(lang, "files.part.answered", answers = file.answers.join("; "));
            writeln!(text, "  {}  {told}", " ".repeat(width))?;
        }
    }
    for (file, column, count) in &outcome.uncomputed {
        let count = grouped(*count, lang);
        writeln!(text, "{}", text!(lang, "cli.overview.formulas_not_computed", file, column, count))?;
    }
    for sentence in &outcome.told {
        writeln!(text, "{sentence}")?;
    }
    for (file, by) in &outcome.followed {
        writeln!(text, "{}", text!(lang, "cli.overview.followed", file, by))?;
    }
    for (file, sheet) in &outcome.skipped_sheets {
        let (name, rows, reason) = (&sheet.name, grouped(sheet.rows, lang), sheet.reason);
        writeln!(text, "{}", text!(lang, "cli.overview.sheet_not_read", file, name, rows, reason))?;
    }
    Ok(())
}

/// What a file was used as, in words.
pub(super) fn part(file: &FileUse, lang: Lang) -> String {
    match &file.part {
        Part::Data(kinds) => {
            let rows = |(kind, rows): &(Kind, u64)| {
                let (kind, rows) = (kind.title(lang), grouped(*rows, lang));
                text!(lang, "files.part.rows", kind, rows)
            };
            kinds.iter().map(rows).collect::<Vec<_>>().join(", ")
        }
        Part::Units => text!(lang, "files.part.units").to_owned(),
        Part::Settings => text!(lang, "files.part.settings").to_owned(),
        Part::Unused(why) => text!(lang, "files.part.not_used", why = why.sentence(&file.name(), lang)),
    }
}

/// A text with blanks up to a width in characters (`{:<8}` counts them too, but a combining mark as one).
fn padded(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.chars().count());
    format!("{text}{}", " ".repeat(blanks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::LinkCounts;
    use crate::domain::{Code, Day, NotRun, Severity, SkippedSheet};
    use crate::ingest::sets::Unused;
    use crate::publish::{CodeCount, Counts};

    fn outcome() -> Outcome {
        let count = |key: Code, gravity: Severity, count, title: &str| CodeCount {
            code: key.to_string(),
            title: title.into(),
            severity: gravity.name(),
            count,
            key,
            gravity,
        };
        Outcome {
            run_id: "20260630T010203Z-ab12cd34".into(),
            latest: "ket-qua/latest".into(),
            as_of: Day::from_civil(2026, 6, 30).unwrap(),
            seconds: 7.25,
            counts: Counts {
                total: 12_345,
                by_pillar: [10_000, 2_000, 300, 45],
                by_code: vec![
                    count(Code::song(1), Severity::High, 45, "Đã khai tử, dân cư chưa ghi"),
                    count(Code::dung(1), Severity::Medium, 10_000, "Họ tên khác nhau"),
                ],
                ..Counts::default()
            },
            links: LinkCounts { link: 1_234_567, review: 89, none: 1 },
            rejected: 0,
            not_run: vec![
                NotRun { code: Code::du(7), missing: vec!["births".into()], off: false },
                NotRun { code: Code::du(12), missing: vec![], off: true },
                NotRun { code: Code::du(13), missing: vec!["births".into()], off: false },
            ],
            workbooks: Workbooks {
                decisions: 14,
                told: vec!["so-lam-viec/xa/00001_ba-dinh.xlsx, trang Đủ, dòng 7: không hiểu kết quả".into()],
                written: Some(crate::publish::Written {
                    made: 5,
                    beside: vec!["so-lam-viec/don-vi/cong-an.moi.xlsx".into()],
                    failed: Vec::new(),
                }),
            },
            repair: true,
            files: vec![
                FileUse {
                    answers: vec!["residents.commune=Đơn vị".into()],
                    ..FileUse::new(
                        "du-lieu/dan_cu.xlsx",
                        Part::Data(vec![(Kind::Residents, 3_000), (Kind::Deaths, 20)]),
                    )
                },
                FileUse::new("du-lieu/units.csv", Part::Units),
                FileUse::unused("du-lieu/cong-van.docx", Unused::Format),
                FileUse::unused("du-lieu/dan_cu (1).xlsx", Unused::SameAs("du-lieu/dan_cu.xlsx".into())),
            ],
            skipped_sheets: vec![(
                "chi-tra.xlsx".into(),
                SkippedSheet { name: "Tổng hợp".into(), rows: 12, reason: "E-HEADER-NONE" },
            )],
            uncomputed: Vec::new(),
            followed: Vec::new(),
            told: vec!["bhyt.xlsx, cột \"Hạn\": không đọc được 4 ô".into()],
            open_to_others: false,
            removed: vec![".old.partial".into()],
            purge_resumed: false,
            recall: Recall {
                latest_moved_to: Some("20260629T010203Z-ab12cd34".into()),
                contradictions: vec![(3, 7)],
                decisions_expired: vec![4, 9],
                ..Recall::default()
            },
            pruned: Vec::new(),
        }
    }

    #[test]
    fn the_overview_in_both_languages() {
        // Paths are written as the system writes them.
        let overview = |config, lang| overview(&outcome(), config, lang).replace('\\', "/");
        insta::assert_snapshot!(overview(None, Lang::Vi));
        insta::assert_snapshot!(overview(Some(Path::new("d/lamsach.toml")), Lang::En));
    }
}
