//! What a run puts into its summary.

use std::collections::BTreeMap;

use serde_json::Value;

use super::completeness;
use super::figures::Counts;
use crate::archive::{
    Accounting, Covered, FileCount, FileLine, Filled, FindingCounts, InputFile, LinkCounts, MovedBlock,
    NotRunRule, Program, RunInfo, Summary, UnreadSheet,
};
use crate::domain::{
    Capability, Code, ColumnHabit, Dataset, DateCell, Day, Decision, Detail, Field, Lang, Links, NotRun,
    Pillar, RowClass, Table, WholeColumn,
};
use crate::findings::{ClerkHabit, MovedIds};
use crate::ingest::records::habit_words;
use crate::ingest::sets::{FileUse, Part, Unused};
use crate::linkage::LinkageReport;
use crate::words::{grouped, text};

/// What a summary is made from, beside the data and the links.
pub struct Account<'a> {
    /// What differs from run to run.
    pub run: RunInfo,
    /// The as-of date.
    pub as_of: Day,
    /// The resolved settings.
    pub parameters: Value,
    /// All codes of the catalogue.
    pub codes: &'a [Code],
    /// The findings, counted.
    pub counts: &'a Counts,
    /// Rules that were not run.
    pub not_run: &'a [NotRun],
    /// Where civil-status extracts cover births and deaths.
    pub coverage: Vec<Covered>,
    /// What linkage says of itself.
    pub linkage: LinkageReport,
    /// The accounting identity.
    pub accounting: Accounting,
    /// Every file that was found, and what it was used as.
    pub files: &'a [FileUse],
    /// Blocks of rows whose IDs are those of the persons on other rows.
    pub moved: &'a [MovedIds],
    /// Habits of whoever kept the lists, by commune.
    pub habits: &'a [ClerkHabit],
}

/// Puts the summary together.
pub fn summarise(data: &Dataset, links: &Links, account: Account<'_>) -> Summary {
    let Account {
        run,
        as_of,
        parameters,
        codes,
        counts,
        not_run,
        coverage,
        linkage,
        accounting,
        files,
        moved,
        habits,
    } = account;
    let (by_kind, by_role) = count_links(data, links);
    Summary {
        program: Program {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        run,
        as_of: as_of.to_string(),
        parameters,
        inputs: data
            .tables
            .iter()
            .zip(&counts.by_file)
            .zip(unreadable_ends(data))
            .enumerate()
            .map(|(position, ((table, (_, findings)), unreadable))| {
                let placeholders =
                    |field| counts.placeholders.get(&(position as u16, field)).copied().unwrap_or(0);
                let fields = completeness::by_field(table, placeholders);
                let here: Vec<&MovedIds> =
                    moved.iter().filter(|block| block.table.at() == position).collect();
                let own: Vec<_> = habits.iter().filter(|habit| habit.table.at() == position).collect();
                let shown_by_linking = Lang::ALL.map(|lang| {
                    let of_clerk = own
                        .iter()
                        .map(|habit| format!("{}: {}", table.name, habit.sentence(data, table, lang)));
                    shown_by_linking(table, &here, lang).into_iter().chain(of_clerk).collect::<Vec<_>>()
                });
                InputFile {
                    told: Lang::ALL.map(|lang| {
                        let mut lines = told(table, &unreadable, lang);
                        lines.extend(shown_by_linking[lang as usize].iter().cloned());
                        lines
                    }),
                    shown_by_linking,
                    moved_ids: here.iter().map(|block| moved_block(table, block)).collect(),
                    ..input_file(table, fields, *findings, unreadable)
                }
            })
            .collect(),
        residents: data.at_home().count() as u64,
        findings: finding_counts(counts, codes, not_run),
        links: by_kind,
        links_by_role: by_role,
        not_run: not_run
            .iter()
            .map(|rule| NotRunRule {
                code: rule.code.to_string(),
                missing: rule.missing.clone(),
                off: rule.off,
            })
            .collect(),
        coverage,
        linkage,
        accounting,
        files: files.iter().map(file_line).collect(),
    }
}

/// Whether only the registry shows a habit, not the column alone.
fn is_shown_by_registry(whole: &WholeColumn) -> bool {
    matches!(whole.habit, ColumnHabit::FilledDown | ColumnHabit::OfHeads)
}

/// What the columns of a table show as a whole by themselves, in sentences.
fn told(table: &Table, unreadable: &BTreeMap<String, u64>, lang: Lang) -> Vec<String> {
    let own = table.habits.iter().filter(|whole| !is_shown_by_registry(whole));
    let of_ends = unreadable.iter().filter_map(|(field, cells)| {
        let (header, cells) = (table.header(Field::from_name(field)?), grouped(*cells, lang));
        Some(format!("{}, {}", table.name, text!(lang, "files.habit.unreadable_ends", header, cells)))
    });
    let of_amounts =
        tells_no_amounts(table).then(|| format!("{}: {}", table.name, text!(lang, "files.habit.no_amounts")));
    own.map(|whole| of_column(table, whole, lang)).chain(of_ends).chain(of_amounts).collect()
}

/// Whether a list of benefits has no column of amounts, so that nobody knows what is drawn.
fn tells_no_amounts(table: &Table) -> bool {
    table.kind.has(Capability::Payment) && !table.has(Field::MonthlyAmount)
}

/// What shows of the columns of a table once its persons are held against the registry, in sentences.
fn shown_by_linking(table: &Table, moved: &[&MovedIds], lang: Lang) -> Vec<String> {
    let columns = table.habits.iter().filter(|whole| is_shown_by_registry(whole));
    let columns = columns.map(|whole| of_column(table, whole, lang));
    let of_block = |block: &&MovedIds| format!("{}: {}", table.name, block.sentence(table, lang));
    columns.chain(moved.iter().map(of_block)).collect()
}

fn of_column(table: &Table, whole: &WholeColumn, lang: Lang) -> String {
    let (header, cells) = (table.header(whole.field), grouped(whole.cells, lang));
    let (what, remedy) = (habit_words::what(whole.habit, lang), habit_words::remedy(whole.habit, lang));
    format!("{}, {}", table.name, text!(lang, "files.habit.of_column", header, what, cells, remedy))
}

fn moved_block(table: &Table, block: &MovedIds) -> MovedBlock {
    MovedBlock {
        from_row: table.source_row(block.rows.0),
        to_row: table.source_row(block.rows.1),
        by: block.by,
        shown: block.shown,
    }
}

fn file_line(file: &FileUse) -> FileLine {
    let line = FileLine { file: file.name(), answers: file.answers.clone(), ..FileLine::default() };
    match &file.part {
        Part::Data(kinds) => {
            let rows = kinds.iter().map(|(kind, rows)| (kind.name().to_owned(), *rows)).collect();
            FileLine { used_as: "data".to_owned(), rows, ..line }
        }
        Part::Units => FileLine { used_as: "units".to_owned(), ..line },
        Part::Settings => FileLine { used_as: "settings".to_owned(), ..line },
        Part::Unused(why) => {
            let copy_of = match why {
                Unused::SameAs(of) => of.file_name().map(|name| name.to_string_lossy().into_owned()),
                _ => None,
            };
            FileLine { used_as: "unused".to_owned(), reason: Some(why.name().to_owned()), copy_of, ..line }
        }
    }
}

/// Counts by code hold a zero for a rule that ran and found nothing, and no entry for one that did not run.
fn finding_counts(counts: &Counts, codes: &[Code], not_run: &[NotRun]) -> FindingCounts {
    let ran = codes.iter().filter(|code| !not_run.iter().any(|rule| rule.code == **code));
    let mut by_code: BTreeMap<String, u64> = ran.map(|code| (code.to_string(), 0)).collect();
    by_code.extend(counts.by_code.iter().map(|c| (c.code.clone(), c.count)));
    FindingCounts {
        total: counts.total,
        by_pillar: Pillar::ALL.iter().map(|p| p.name().to_owned()).zip(counts.by_pillar).collect(),
        by_code,
        by_kind: named(&counts.by_kind),
        by_file: counts
            .by_file
            .iter()
            .map(|(file, count)| FileCount { file: file.clone(), count: *count })
            .collect(),
        by_commune: counts.by_commune.clone(),
        by_unit: named(&counts.by_unit),
    }
}

fn named(counts: &[(&'static str, u64)]) -> BTreeMap<String, u64> {
    counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

/// Roles by decision: by kind, and by kind and role.
fn count_links(
    data: &Dataset,
    links: &Links,
) -> (BTreeMap<String, LinkCounts>, BTreeMap<String, LinkCounts>) {
    let mut by_kind: BTreeMap<String, LinkCounts> = BTreeMap::new();
    let mut by_role: BTreeMap<String, LinkCounts> = BTreeMap::new();
    for (position, extract) in data.extracts.iter().enumerate() {
        let roles = extract.kind.roles();
        let mut counts = vec![LinkCounts::default(); roles.len()];
        let at_home =
            links.iter(position, extract).filter(|(row, ..)| data.presences.has_row(position, *row));
        for (_, role, link) in at_home {
            match link.decision {
                Decision::Link => counts[role].link += 1,
                Decision::Review => counts[role].review += 1,
                Decision::None => counts[role].none += 1,
            }
        }
        let all = by_kind.entry(extract.kind.name().to_owned()).or_default();
        for (role, counts) in roles.iter().zip(counts) {
            all.merge(counts);
            by_role.insert(format!("{}.{}", extract.kind.name(), role.name()), counts);
        }
    }
    (by_kind, by_role)
}

fn input_file(
    table: &Table,
    fields: BTreeMap<String, Filled>,
    findings: u64,
    unreadable_ends: BTreeMap<String, u64>,
) -> InputFile {
    let mut reject_reasons = BTreeMap::new();
    for reject in &table.rejects {
        *reject_reasons.entry(reject.reason.to_owned()).or_insert(0) += 1;
    }
    InputFile {
        file: table.name.clone(),
        kind: table.kind.name().to_owned(),
        sheet: table.sheet.clone(),
        digest: table.digest.clone(),
        bytes: table.bytes,
        encoding: table.encoding.clone(),
        delimiter: table.delimiter,
        header_row: table.header_row,
        read: table.counts.read,
        used: table.counts.used,
        rejected: table.counts.rejected,
        skipped: table.counts.skipped,
        skipped_rows: RowClass::ALL
            .into_iter()
            .map(|class| (class.name().to_owned(), table.skipped.of(class)))
            .collect(),
        skipped_sheets: table
            .skipped_sheets
            .iter()
            .map(|skipped| UnreadSheet {
                sheet: skipped.name.clone(),
                rows: skipped.rows,
                reason: skipped.reason.to_owned(),
            })
            .collect(),
        unrecognised_columns: table
            .columns
            .iter()
            .filter(|column| column.field.is_none())
            .map(|column| column.header.clone())
            .collect(),
        uncomputed_formulas: table
            .uncomputed_columns()
            .map(|(column, count)| (column.to_owned(), count))
            .collect(),
        followed_by: table.followed_by.clone(),
        column_habits: column_habits(table),
        date_system: table.from_1904.then(|| "1904".to_owned()),
        unreadable_ends,
        reject_reasons,
        fields,
        findings,
        ..InputFile::default()
    }
}

fn column_habits(table: &Table) -> BTreeMap<String, Vec<String>> {
    let mut habits: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for whole in &table.habits {
        habits.entry(whole.field.name().to_owned()).or_default().push(whole.habit.name().to_owned());
    }
    habits
}

/// For each table the ends of benefits and cards that cannot be read, by field.
fn unreadable_ends(data: &Dataset) -> Vec<BTreeMap<String, u64>> {
    let mut ends = vec![BTreeMap::new(); data.tables.len()];
    let rows = data.extracts.iter().enumerate().flat_map(|(at, extract)| {
        let rows = extract.rows.iter().enumerate();
        rows.filter(move |(row, _)| data.presences.has_row(at, *row)).map(|(_, row)| row)
    });
    for row in rows {
        let cells = match &row.detail {
            Detail::Welfare(benefit) => [
                (benefit.start, Field::StartDate),
                (benefit.valid_to, Field::StopDate),
                (benefit.stop, Field::StopDate),
            ],
            Detail::Entry(entry) => [
                (entry.start, Field::StartDate),
                (entry.valid_to, Field::StopDate),
                (entry.stop, Field::StopDate),
            ],
            Detail::Insurance(card) => [
                (card.valid_from, Field::ValidFrom),
                (card.valid_to, Field::ValidTo),
                (card.stop, Field::StopDate),
            ],
            _ => continue,
        };
        for (_, field) in cells.into_iter().filter(|(cell, _)| *cell == DateCell::Impossible) {
            if let Some(ends) = ends.get_mut(row.row.table.at()) {
                *ends.entry(field.name().to_owned()).or_insert(0) += 1;
            }
        }
    }
    ends
}
