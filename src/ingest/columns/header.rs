//! Finding the header among the first rows of a file, and by it the kind of the file.

use super::key::key;
use super::resolve::{Columns, Composed, HeaderCell};
use super::synonyms::Synonyms;
use crate::domain::{Field, Kind};
use crate::ingest::error::has_long_number;
use crate::ingest::formats::row::{KeptRow, is_blank};
use crate::ingest::table::row_words::kind_spoken_of;

/// Rows among which the header is looked for.
pub(in crate::ingest) const SEARCHED_ROWS: usize = 40;
/// Fields of dates and numbers of persons.
pub(in crate::ingest) const TELLING: [Field; 11] = [
    Field::BirthDate,
    Field::PersonalId,
    Field::OldId,
    Field::DeathDate,
    Field::HusbandBirthDate,
    Field::WifeBirthDate,
    Field::HusbandPersonalId,
    Field::WifePersonalId,
    Field::CardNo,
    Field::InsuranceNo,
    Field::RegisteredOn,
];
/// Points by which a kind must lead the next one to be told by the columns alone.
const KIND_MARGIN: i32 = 4;
/// Points that a name or title that speaks of the kind is worth.
const SPOKEN_OF: i32 = 14;
/// Points that a required field's absence costs.
const MISSING: i32 = 10;

/// A header found.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct Header {
    pub(in crate::ingest) kind: Kind,
    /// The row it begins on; 0 where it stands on the sheet before.
    pub(in crate::ingest) row: u32,
    /// The row it ends on: the same, or one of the next two where it has several.
    pub(in crate::ingest) last_row: u32,
    pub(in crate::ingest) columns: Columns,
}

impl Header {
    /// Required fields that no column is.
    pub(in crate::ingest) fn missing(&self) -> Vec<Field> {
        self.kind.required().iter().copied().filter(|f| !self.columns.has(*f)).collect()
    }

    /// The header, for a sheet that goes on under it without a header of its own.
    pub(in crate::ingest) fn without_rows(&self) -> Self {
        Self { row: 0, last_row: 0, ..self.clone() }
    }

    /// Whether rows look as the header says: names where names should be, and where dates and numbers of
    /// persons should be digits or nothing.
    pub(in crate::ingest) fn describes(&self, rows: &[KeptRow]) -> bool {
        let own = |field: Field| self.columns.column_of(field).filter(|column| *column < self.width());
        let name = if self.kind == Kind::Marriages { Field::HusbandName } else { Field::FullName };
        let telling: Vec<usize> = TELLING.iter().filter_map(|field| own(*field)).collect();
        let (Some(name), false) = (own(name), telling.is_empty()) else { return false };
        let cell = |row: &KeptRow, column: usize| row.cells.get(column).cloned().unwrap_or_default();
        let fits = |row: &KeptRow| {
            let letters = cell(row, name);
            let is_name =
                letters.contains(char::is_alphabetic) && !letters.contains(|c: char| c.is_ascii_digit());
            let numbers = telling.iter().map(|column| cell(row, *column)).filter(|text| !is_blank(text));
            let digits = |text: &String| text.bytes().any(|b| b.is_ascii_digit());
            let (mut some, mut all) = (false, true);
            for text in numbers {
                some = true;
                all &= digits(&text);
            }
            is_name && some && all && !row.cells.iter().skip(self.width()).any(|text| !is_blank(text))
        };
        let filled = rows.iter().filter(|row| row.cells.iter().filter(|text| !is_blank(text)).count() > 1);
        let (fit, count) = filled.fold((0, 0), |(fit, count), row| (fit + usize::from(fits(row)), count + 1));
        count > 0 && fit * 5 >= count * 4
    }

    /// The column, counted from 0, where the columns of the list begin again: two lists side by side.
    pub(in crate::ingest) fn begins_again(&self) -> Option<usize> {
        let name = if self.kind == Kind::Marriages { Field::HusbandName } else { Field::FullName };
        let columns = &self.columns.columns[..self.width()];
        let first = columns.iter().position(|column| column.field == Some(name))?;
        let keys: Vec<String> = columns.iter().map(|column| key(&column.header)).collect();
        let again = first + 1 + keys[first + 1..].iter().position(|text| *text == keys[first])?;
        let known: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].field.is_some()).collect();
        let (start, apart) = (*known.first()?, again - first);
        let recurs = |at: &usize| keys.get(at + apart) == Some(&keys[*at]);
        (known.len() > 1 && known.iter().all(recurs)).then(|| {
            // A number column before the first known one recurs too.
            let before = (0..start).rev().take_while(|at| !keys[*at].is_empty() && recurs(at)).count();
            start + apart - before
        })
    }

    /// Number of columns that the file itself has.
    pub(in crate::ingest) fn width(&self) -> usize {
        self.columns.reasons.len()
    }
}

/// Why there is no header to go by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum NoHeader {
    /// No row looks like one.
    None,
    /// One does, but its columns fit no kind, or several.
    KindUnclear { candidates: Vec<Kind>, seen: Vec<String> },
}

/// Finds the header. Columns required may still be missing from it.
///
/// `kind` is the kind where it is told; `name` the name of the file, which helps where it is not.
pub(in crate::ingest) fn find(
    rows: &[KeptRow],
    kind: Option<Kind>,
    name: &str,
    synonyms: &Synonyms,
) -> Result<Header, NoHeader> {
    let candidates = candidates(rows);
    let kinds = kind.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]);
    let mut best: Vec<(i32, Header)> =
        kinds.into_iter().filter_map(|kind| best_for(&candidates, kind, synonyms)).collect();
    if best.is_empty() {
        return unrecognised(rows, kind, synonyms);
    }
    if kind.is_none() {
        let title = |row: u32| {
            let above = rows.iter().take_while(move |r| r.number < row);
            above.flat_map(|r| &r.cells).map(|c| c.as_str()).collect::<Vec<_>>().join(" ")
        };
        for (points, header) in &mut best {
            let spoken = kind_spoken_of(name).or_else(|| kind_spoken_of(&title(header.row)));
            if spoken == Some(header.kind) {
                *points += SPOKEN_OF;
            }
        }
        // A stable sort: where points are equal the order of kinds decides nothing but the message.
        best.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
        if best.len() > 1 && best[0].0 - best[1].0 < KIND_MARGIN {
            let lead = best[0].0;
            let seen = best[0].1.columns.shown_headers();
            let candidates =
                best.iter().filter(|(p, _)| lead - p < KIND_MARGIN).map(|(_, h)| h.kind).collect();
            return Err(NoHeader::KindUnclear { candidates, seen });
        }
    }
    let mut header = best.into_iter().next().map(|(_, header)| header).ok_or(NoHeader::None)?;
    join_given_name(&mut header, rows);
    tell_sexes(&mut header, rows);
    Ok(header)
}

/// Columns "Nam" and "Nữ" under no header of their own: of years of birth, or of marks. A column "Nữ" alone
/// is one of marks.
fn tell_sexes(header: &mut Header, rows: &[KeptRow]) {
    let fields = header.kind.fields();
    if !fields.contains(&Field::Gender) || header.columns.has(Field::Gender) {
        return;
    }
    let keys: Vec<String> = header.columns.headers().iter().map(|text| key(text)).collect();
    let unknown = |at: usize| header.columns.columns[at].field.is_none();
    let Some(women) = keys.iter().position(|text| text == "nu").filter(|at| unknown(*at)) else { return };
    let below = || rows.iter().filter(|row| row.number > header.last_row);
    let men = women.checked_sub(1).filter(|at| keys[*at] == "nam" && unknown(*at));
    let Some(men) = men else {
        let is_mark = |cell: &str| cell.chars().count() <= 2;
        if below().all(|row| row.cells.get(women).is_none_or(|cell| is_mark(cell.trim()))) {
            header.columns.add(Field::Gender, Composed::Women(women), &[women]);
        }
        return;
    };
    let years = below().flat_map(|row| [row.cells.get(men), row.cells.get(women)]).flatten();
    let is_year = |cell: &String| has_long_number(cell);
    let (year, other) = years.filter(|cell| !is_blank(cell)).fold((0, 0), |(year, other), cell| {
        if is_year(cell) { (year + 1, other) } else { (year, other + 1) }
    });
    if year > other && !header.columns.has(Field::BirthDate) {
        header.columns.add(Field::BirthDate, Composed::EitherOf(men, women), &[men, women]);
    }
    header.columns.add(Field::Gender, Composed::WhichOf(men, women), &[men, women]);
}

/// Lists often split names over two columns under one merged header "Họ và tên": family and middle name,
/// then the given name, a single word under no header at all.
fn join_given_name(header: &mut Header, rows: &[KeptRow]) {
    let Some(name) = header.columns.column_of(Field::FullName).filter(|c| c + 1 < header.width()) else {
        return;
    };
    if !header.columns.columns[name + 1].header.is_empty() {
        return;
    }
    let below = || rows.iter().filter(|row| row.number > header.last_row);
    let filled = below().filter(|row| row.cells.get(name).is_some_and(|c| !is_blank(c))).count();
    let is_word = |cell: &String| {
        let cell = cell.trim();
        !cell.is_empty() && cell.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '’')
    };
    let words = below().filter(|row| row.cells.get(name + 1).is_some_and(is_word)).count();
    if words * 2 > filled {
        header.columns.add(Field::FullName, Composed::Joined(name, name + 1), &[name, name + 1]);
    }
}

/// A row, or two or three, that may be the header.
struct Candidate<'r> {
    row: u32,
    last_row: u32,
    cells: Vec<HeaderCell>,
    /// The two lowest of several rows.
    lowest: Option<(&'r KeptRow, &'r KeptRow)>,
}

impl Candidate<'_> {
    /// Whether the lowest row speaks as headers do.
    fn lowest_is_header(&self, kind: Kind, synonyms: &Synonyms) -> bool {
        let texts = || self.lowest.into_iter().flat_map(|(_, row)| &row.cells).filter(|text| !is_blank(text));
        texts().all(|text| !text.contains(|c: char| c.is_ascii_digit()))
            && texts().any(|text| synonyms.meaning(kind, text).is_some())
    }

    /// Whether most of what the lowest row says belongs under the headings above it, so that it is no data even
    /// where nothing of it means a field.
    fn lowest_goes_under(&self, kind: Kind, synonyms: &Synonyms) -> bool {
        let Some((above, lowest)) = self.lowest else { return false };
        let says_more = |at: &usize| !cell(lowest, *at).is_empty() && cell(lowest, *at) != cell(above, *at);
        let own: Vec<usize> = (0..lowest.cells.len()).filter(says_more).collect();
        let fit = own.iter().filter(|at| self.cells[**at].is_lower(synonyms, kind)).count();
        let has_digit = |at: &usize| cell(lowest, *at).contains(|c: char| c.is_ascii_digit());
        fit * 2 > own.len() && !own.iter().any(has_digit)
    }
}

fn candidates(rows: &[KeptRow]) -> Vec<Candidate<'_>> {
    let mut found = Vec::new();
    for (at, row) in rows.iter().enumerate().take(SEARCHED_ROWS) {
        if !may_be_header(row) {
            continue;
        }
        let single = row.cells.iter().map(|top| HeaderCell::new([top.as_str()])).collect();
        found.push(Candidate { row: row.number, last_row: row.number, cells: single, lowest: None });
        let follows = |n: u32| rows.get(at + n as usize).filter(|r| r.number == row.number + n);
        let Some(second) = follows(1).filter(|second| goes_below(row, second)) else { continue };
        let cells = merged(row, second, None);
        found.push(Candidate {
            row: row.number,
            last_row: second.number,
            cells,
            lowest: Some((row, second)),
        });
        if let Some(third) = follows(2).filter(|third| goes_below(second, third)) {
            let cells = merged(row, second, Some(third));
            found.push(Candidate {
                row: row.number,
                last_row: third.number,
                cells,
                lowest: Some((second, third)),
            });
        }
    }
    found
}

fn may_be_header(row: &KeptRow) -> bool {
    row.cells.iter().any(|c| !is_blank(c)) && !is_numbering(row.cells.iter().map(String::as_str))
}

fn cell(row: &KeptRow, at: usize) -> &str {
    row.cells.get(at).map(String::as_str).filter(|text| !is_blank(text)).unwrap_or("")
}

/// Whether a row may be the lower row of a header: it fills gaps of the upper one, and holds no data.
fn goes_below(top: &KeptRow, bottom: &KeptRow) -> bool {
    let width = top.cells.len().max(bottom.cells.len());
    let is_gap = |at: usize| cell(top, at).is_empty() && !cell(bottom, at).is_empty();
    may_be_header(bottom)
        && !bottom.cells.iter().any(|c| has_long_number(c))
        && (0..width).any(is_gap)
        && (0..width).any(|at| cell(bottom, at).is_empty() || !cell(top, at).is_empty())
}

/// A header of several rows: a cell that is followed by blanks spans the cells below them.
fn merged(top: &KeptRow, second: &KeptRow, third: Option<&KeptRow>) -> Vec<HeaderCell> {
    let lowest = third.unwrap_or(second);
    let width = top.cells.len().max(second.cells.len()).max(lowest.cells.len());
    let third_cell = |at: usize| third.map_or("", |row| cell(row, at));
    let (mut over_all, mut over) = ("", "");
    let cells = (0..width).map(|at| {
        let (a, b, c) = (cell(top, at), cell(second, at), third_cell(at));
        if !a.is_empty() {
            // A new cell above ends what the row below it spans.
            (over_all, over) = (a, "");
        }
        if !b.is_empty() {
            over = b;
        }
        let a = if b.is_empty() && c.is_empty() { a } else { over_all };
        let b = if c.is_empty() { b } else { over };
        HeaderCell::new([a, b, c])
    });
    cells.collect()
}

/// The best header for a kind, with its points.
fn best_for(candidates: &[Candidate<'_>], kind: Kind, synonyms: &Synonyms) -> Option<(i32, Header)> {
    let mut best: Option<(i32, Header)> = None;
    for candidate in candidates {
        // Below a header that has all that is wanted are data.
        if best.as_ref().is_some_and(|(_, b)| candidate.row > b.last_row + 2 && b.missing().is_empty()) {
            break;
        }
        let columns = Columns::resolve(&candidate.cells, kind, synonyms);
        let matched = columns.fields().count();
        let required = kind.required().iter().filter(|f| columns.has(**f)).count();
        // One word of a title may happen to be a header text; two may not, and a lone column is one only
        // where it is all that the kind wants.
        if matched < 2 && !(matched == 1 && required == kind.required().len()) {
            continue;
        }
        let missing = i32::try_from(kind.required().len() - required).unwrap_or(0);
        let points: i32 = columns.fields().map(weight).sum::<i32>() - MISSING * missing;
        // The first of equals: a header repeated on every page. But a title over the header is no upper row
        // of it, if the lower row says as much alone.
        let better = best.as_ref().is_none_or(|(most, other)| {
            let says_it_alone = candidate.last_row == other.last_row && candidate.row > other.row;
            let is_longer = candidate.row == other.row && candidate.last_row > other.last_row;
            let goes_on = is_longer && candidate.lowest_is_header(kind, synonyms);
            // Then even a column lost is better than a row of headers read as data.
            let surely_goes_on = is_longer && candidate.lowest_goes_under(kind, synonyms);
            points > *most || (points == *most && (says_it_alone || goes_on)) || surely_goes_on
        });
        if better {
            let header = Header { kind, row: candidate.row, last_row: candidate.last_row, columns };
            best = Some((points, header));
        }
    }
    best
}

/// Points that a field is worth: the fewer kinds have it, the more it tells.
fn weight(field: Field) -> i32 {
    match Kind::ALL.iter().filter(|k| k.fields().contains(&field)).count() {
        1 => 12,
        2 => 6,
        3 => 4,
        _ => 2,
    }
}

/// What to say where no text of any row is known: the first wide row, if it may be a header at all.
fn unrecognised(rows: &[KeptRow], kind: Option<Kind>, synonyms: &Synonyms) -> Result<Header, NoHeader> {
    let filled = |row: &KeptRow| row.cells.iter().filter(|c| !is_blank(c)).count();
    let searched = || rows.iter().take(SEARCHED_ROWS);
    let widest = searched().map(filled).max().unwrap_or(0);
    let row = searched().find(|row| filled(row) == widest).filter(|_| widest > 0).ok_or(NoHeader::None)?;
    if row.cells.iter().any(|c| has_long_number(c)) {
        return Err(NoHeader::None);
    }
    let Some(kind) = kind else {
        return Err(NoHeader::KindUnclear { candidates: Vec::new(), seen: row.cells.clone() });
    };
    let cells: Vec<_> = row.cells.iter().map(|top| HeaderCell::new([top.as_str()])).collect();
    let columns = Columns::resolve(&cells, kind, synonyms);
    Ok(Header { kind, row: row.number, last_row: row.number, columns })
}

/// Whether cells are the row of column numbers that forms have under the header: `(1) (2) (3)`, `A B 1 2`.
pub(in crate::ingest) fn is_numbering<'a>(cells: impl Iterator<Item = &'a str>) -> bool {
    let mut expected = 1;
    let mut count = 0;
    for cell in cells {
        if is_blank(cell) {
            continue;
        }
        if cell.len() > 24 {
            return false;
        }
        let inner = key(cell.split('=').next().unwrap_or(""));
        if let Ok(number) = inner.parse::<u32>() {
            // Forms count on from 1, and may leave a column out.
            if number < expected || number > expected + 2 {
                return false;
            }
            expected = number + 1;
        } else if !(expected == 1 && inner.len() == 1 && inner.as_bytes()[0].is_ascii_lowercase()) {
            return false;
        }
        count += 1;
    }
    count >= 2 && expected > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&str]) -> Vec<KeptRow> {
        let numbered = lines.iter().zip(1..);
        numbered
            .map(|(l, number)| KeptRow { number, cells: l.split('|').map(str::to_owned).collect() })
            .collect()
    }

    fn found(lines: &[&str], kind: Option<Kind>, name: &str) -> Result<Header, NoHeader> {
        find(&rows(lines), kind, name, &Synonyms::default())
    }

    #[test]
    fn the_header_is_found_below_titles() {
        let lines = [
            "UBND XÃ HƯNG CHÍNH|||",
            "DANH SÁCH KHAI SINH NĂM 2024|||",
            "|||",
            "STT|Họ và tên|Ngày sinh|Họ tên mẹ",
            "(1)|(2)|(3)|(4)",
            "1|Nguyễn Văn An|01/02/2024|Lê Thị B",
        ];
        let header = found(&lines, None, "x").unwrap();
        assert_eq!((header.kind, header.row, header.last_row), (Kind::Births, 4, 4));
        assert!(header.missing().is_empty());
    }

    #[test]
    fn a_header_merged_over_two_rows() {
        let lines =
            ["Số|Chồng|||Vợ||", "|Họ tên|Ngày sinh|CCCD|Họ tên|Ngày sinh|CCCD", "1|An|1980|1|Bình|1982|2"];
        let header = found(&lines, None, "x").unwrap();
        assert_eq!((header.kind, header.row, header.last_row), (Kind::Marriages, 1, 2));
        assert_eq!(header.columns.column_of(Field::WifePersonalId), Some(6));
    }

    #[test]
    fn a_name_may_run_over_two_columns() {
        let lines = ["STT|Họ và tên||Ngày sinh|Ghi chú", "1|Nguyễn Văn|An|1960|", "2|Lê Thị|Bình|1970|x"];
        let header = found(&lines, Some(Kind::Welfare), "x").unwrap();
        assert_eq!(header.columns.composed, [Composed::Joined(1, 2)]);
        assert_eq!(header.columns.column_of(Field::FullName), Some(5));
        let lines = ["STT|Họ và tên||Ngày sinh|Ghi chú", "1|Nguyễn Văn An|12|1960|", "2|Lê Thị Bình||1970|x"];
        assert_eq!(
            found(&lines, Some(Kind::Welfare), "x").unwrap().columns.column_of(Field::FullName),
            Some(1)
        );
    }

    #[test]
    fn a_title_is_no_upper_row_of_the_header() {
        let header =
            found(&["DANH SÁCH KHAI SINH||", "STT|Họ tên|Ngày sinh", "1|An|2020"], None, "x").unwrap();
        assert_eq!((header.row, header.last_row), (2, 2));
        assert_eq!(header.columns.headers(), ["STT", "Họ tên", "Ngày sinh"]);
    }

    #[test]
    fn data_under_a_header_are_no_second_header_row() {
        let lines = ["Họ tên|Ngày sinh||Xã", "An|1980|x|Nam"];
        let header = found(&lines, Some(Kind::Residents), "x").unwrap();
        assert_eq!(header.last_row, 1);
    }

    #[test]
    fn the_kind_is_told_by_columns_then_by_name() {
        let canonical = |kind: Kind| kind.fields().iter().map(|f| f.name()).collect::<Vec<_>>().join("|");
        for kind in Kind::ALL {
            assert_eq!(found(&[&canonical(kind)], None, "x").unwrap().kind, kind);
        }
        let vague = ["Họ và tên|Ngày sinh|Số CCCD"];
        assert!(matches!(found(&vague, None, "x"), Err(NoHeader::KindUnclear { .. })));
        assert_eq!(found(&vague, None, "ds_bhyt").unwrap().kind, Kind::Insurance);
        assert_eq!(found(&vague, None, "tro-cap-2025").unwrap().kind, Kind::Welfare);
        // A kind that the name speaks of, though a required column is missing: no other kind is guessed.
        let births = found(&["Họ tên|Họ tên mẹ|Họ tên cha|Số đăng ký"], None, "births").unwrap();
        assert_eq!((births.kind, births.missing()), (Kind::Births, vec![Field::BirthDate]));
    }

    #[test]
    fn no_header() {
        assert_eq!(
            found(&["Nguyễn Văn An|01/02/1960|x"], Some(Kind::Welfare), "x").unwrap_err(),
            NoHeader::None
        );
        let odd = found(&["a|b|c", "An|1960|x"], Some(Kind::Welfare), "x").unwrap();
        assert_eq!(odd.missing(), [Field::FullName]);
    }

    #[test]
    fn rows_of_column_numbers() {
        let is = |line: &str| is_numbering(line.split('|'));
        assert!(is("(1)|(2)|(3)") && is("A|B|1|2") && is("1|2||3=1+2") && is("[1]|[2]"));
        assert!(!is("1|Nguyễn Văn A|1960") && !is("1|") && !is("5|6|7") && !is("A|B"));
    }
}
