//! The plan of repair: what to do about the file, then cell by cell.

use rust_xlsxwriter::utility::column_number_to_name;
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::changes::{Change, Why};
use super::{COPIED_ROWS, Cases, Input, Sheet, Style};
use crate::domain::Lang;
use crate::findings::{ClerkHabit, MovedIds};
use crate::ingest::records::habit_words;
use crate::publish::workbooks::fit;
use crate::words::{grouped, text};

/// Cells that are listed; more are marked in the copy alone.
const LISTED: usize = 100_000;
/// Lines about the file as a whole, so that the header of the list is soon found.
const ABOUT_FILE: usize = 28;

/// Widths of the columns of the list.
const WIDTHS: [f64; 9] = [18.0, 8.0, 7.0, 24.0, 26.0, 26.0, 30.0, 44.0, 10.0];

/// Headings of the list. The program knows its own plans by some of them.
fn headings(lang: Lang) -> [&'static str; WIDTHS.len()] {
    [
        text!(lang, "files.plan.sheet"),
        text!(lang, "files.plan.row"),
        text!(lang, "files.plan.column"),
        text!(lang, "files.plan.header"),
        text!(lang, "files.plan.old"),
        text!(lang, "files.plan.new"),
        text!(lang, "files.plan.to_do"),
        text!(lang, "files.plan.reason"),
        text!(lang, "terms.heading.code"),
    ]
}

/// The name of the sheet.
pub(super) fn name(lang: Lang) -> &'static str {
    text!(lang, "files.repair.plan")
}

/// Writes the plan. `names` are those of the sheets behind it.
pub(super) fn write(
    page: &mut Worksheet,
    cases: &Cases<'_>,
    input: &Input<'_>,
    names: &[String],
    style: &Style,
) -> Result<(), XlsxError> {
    let lang = cases.lang;
    page.set_name(name(lang))?;
    page.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    for (column, width) in (0u16..).zip(WIDTHS) {
        page.set_column_width(column, width)?;
    }
    let file = input
        .tables
        .first()
        .map(|sheet| sheet.table.path.file_name().unwrap_or_default().to_string_lossy().into_owned());
    let file = file.unwrap_or_default();
    let title = text!(lang, "files.repair.title", file);
    page.write_string_with_format(0, 0, fit(&title), &style.title)?;
    let as_of = cases.data.as_of;
    page.write_string(1, 0, text!(lang, "files.repair.as_of", as_of))?;
    page.write_string_with_format(2, 0, text!(lang, "files.repair.whole"), &style.label)?;
    let mut row = 3;
    for line in about_file(cases, input, names).into_iter().take(ABOUT_FILE) {
        page.write_string(row, 0, fit(&line))?;
        row += 1;
    }
    row += 1;
    for (column, heading) in (0u16..).zip(headings(lang)) {
        page.write_string_with_format(row, column, heading, &style.header)?;
    }
    let all = input
        .tables
        .iter()
        .zip(names)
        .flat_map(|(sheet, name)| sheet.changes.iter().map(move |change| (sheet, name.as_str(), change)));
    let is_copied = input.is_copied();
    for (sheet, name, change) in all.take(LISTED) {
        row += 1;
        line(page, row, cases, (sheet, name, change), is_copied, style)?;
    }
    Ok(())
}

/// One cell of the list.
fn line(
    page: &mut Worksheet,
    row: u32,
    cases: &Cases<'_>,
    (sheet, name, change): (&Sheet<'_>, &str, &Change<'_>),
    is_copied: bool,
    style: &Style,
) -> Result<(), XlsxError> {
    let (lang, table) = (cases.lang, sheet.table);
    let to_do = match (&change.new, change.proposed) {
        (Some(_), _) if is_copied => text!(lang, "files.repair.corrected").to_owned(),
        (Some(_), _) => text!(lang, "files.repair.write_new").to_owned(),
        (None, "") => text!(lang, "files.repair.look").to_owned(),
        (None, proposed) => text!(lang, "files.repair.proposed", proposed),
    };
    let reason = match change.why {
        Why::Finding(code) => cases.catalogue.get(code).map_or("", |text| text.title),
        Why::Column(habit) => habit_words::what(habit, lang),
        Why::Moved => text!(lang, "files.moved.reason"),
    };
    let code = change.why.code().map(|code| code.to_string()).unwrap_or_default();
    let header = table.columns.get(change.column).map_or("", |column| column.header.as_str());
    let letter = column_number_to_name(change.column as u16);
    page.write_string_with_format(row, 0, name, &style.wrapped)?;
    page.write_number_with_format(row, 1, f64::from(table.source_row(change.row)), &style.wrapped)?;
    let texts = [
        letter.as_str(),
        header,
        table.cell_at(change.row, change.column),
        change.new.as_deref().unwrap_or(""),
        to_do.as_str(),
        reason,
        code.as_str(),
    ];
    for (column, text) in (2u16..).zip(texts) {
        page.write_string_with_format(row, column, fit(text), &style.wrapped)?;
    }
    Ok(())
}

/// What to do about the file as a whole.
fn about_file(cases: &Cases<'_>, input: &Input<'_>, names: &[String]) -> Vec<String> {
    let lang = cases.lang;
    let mut lines = Vec::new();
    let several = input.tables.len() > 1;
    for (sheet, name) in input.tables.iter().zip(names) {
        let table = sheet.table;
        let at = if several { format!("[{name}] ") } else { String::new() };
        if matches!(table.encoding.as_str(), "tcvn3" | "vni-windows" | "windows-1258") {
            let encoding = &table.encoding;
            lines.push(format!("{at}{}", text!(lang, "files.repair.encoding", encoding)));
        }
        if table.from_1904 {
            lines.push(format!("{at}{}", text!(lang, "files.repair.from_1904")));
        }
        for whole in &table.habits {
            let (header, cells) = (table.header(whole.field), grouped(whole.cells, lang));
            let (what, remedy) =
                (habit_words::what(whole.habit, lang), habit_words::remedy(whole.habit, lang));
            lines.push(format!("{at}{}", text!(lang, "files.habit.of_column", header, what, cells, remedy)));
        }
        let tables = &cases.data.tables;
        let is_here = |block: &&MovedIds| std::ptr::eq(&tables[block.table.at()], table);
        lines.extend(
            cases.moved.iter().filter(is_here).map(|block| format!("{at}{}", block.sentence(table, lang))),
        );
        let of_table = |habit: &&ClerkHabit| std::ptr::eq(&tables[habit.table.at()], table);
        let habits = cases.habits.iter().filter(of_table);
        lines.extend(habits.map(|habit| format!("{at}{}", habit.sentence(cases.data, table, lang))));
        if table.counts.rejected > 0 {
            let rejected = grouped(table.counts.rejected, lang);
            lines.push(format!("{at}{}", text!(lang, "files.repair.rejected", rejected)));
        }
    }
    let corrected: usize = input.tables.iter().map(Sheet::corrected).sum();
    let all: usize = input.tables.iter().map(|sheet| sheet.changes.len()).sum();
    let rows = input.tables.iter().map(|sheet| sheet.table.len()).max().unwrap_or(0);
    lines.push(match (all, corrected) {
        (0, _) => text!(lang, "files.repair.no_cell").to_owned(),
        _ => {
            let (sure, rest) = (grouped(corrected as u64, lang), grouped((all - corrected) as u64, lang));
            text!(lang, "files.repair.cells", sure, rest)
        }
    });
    let several_headers = !input.tables.iter().all(Sheet::has_one_header);
    if corrected > 0 && several_headers {
        lines.push(text!(lang, "files.repair.several_headers").to_owned());
    } else if corrected > 0 && !input.is_copied() {
        let most = grouped(COPIED_ROWS as u64, lang);
        let rows = grouped(rows as u64, lang);
        lines.push(text!(lang, "files.repair.too_long", rows, most));
    } else if corrected > 0 {
        lines.push(text!(lang, "files.repair.copy").to_owned());
    } else {
        lines.push(text!(lang, "files.repair.no_copy").to_owned());
    }
    if all > LISTED {
        let (listed, all) = (grouped(LISTED as u64, lang), grouped(all as u64, lang));
        lines.push(text!(lang, "files.repair.listed", listed, all));
    }
    lines
}
