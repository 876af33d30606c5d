//! Finding the header among the first rows of a file, and by it the kind of the file.

mod kind_choice;
mod list_choice;
mod stack;

use super::compose::Composed;
use super::header_cell::{HeaderCell, Texts, lend_persons};
use super::key::key;
use super::profile::Profile;
use super::resolve::Columns;
use super::synonyms::Synonyms;
use crate::domain::{Field, Kind};
use crate::ingest::error::has_long_number;
use crate::ingest::formats::row::{KeptRow, is_blank};
use stack::{
    are_merged, cell, counts_somebody, fills_gaps, goes_below, is_lower_part, is_title_of, may_be_header,
    merged, without_remarks,
};

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
    /// What its cells say.
    pub(in crate::ingest) cells: Vec<HeaderCell>,
}

impl Header {
    /// Required fields that no column is.
    pub(in crate::ingest) fn missing(&self) -> Vec<Field> {
        self.kind.required().iter().copied().filter(|f| !self.columns.has(*f)).collect()
    }

    /// The headers of columns that are likeliest to be a field, though not so likely that they were taken for it.
    pub(in crate::ingest) fn likeliest(&self, field: Field) -> Vec<String> {
        let claims = self
            .columns
            .claims
            .iter()
            .enumerate()
            .filter(|(at, _)| self.columns.columns[*at].field.is_none());
        let mut likely: Vec<(f64, usize)> = claims
            .filter_map(|(at, claims)| {
                claims.iter().find(|claim| claim.field == field).map(|claim| (claim.points, at))
            })
            .collect();
        likely.sort_by(|a, b| b.0.total_cmp(&a.0));
        likely.into_iter().map(|(_, at)| self.columns.columns[at].header.clone()).collect()
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
    /// One does, of a list that is none of the kinds.
    OtherSector { seen: Vec<String> },
}

/// Finds the header. Columns required may still be missing from it.
///
/// `kind` is the kind where it is told; `name` the name of the file, which helps where it is not.
///
/// # Errors
/// [`NoHeader`]: where no row is a header, where its kind is not clear, and where it is one of another sector.
pub(in crate::ingest) fn find(
    rows: &[KeptRow],
    kind: Option<Kind>,
    name: &str,
    synonyms: &Synonyms,
) -> Result<Header, NoHeader> {
    let mut texts = Texts::default();
    let candidates = candidates(rows, &mut texts);
    let best = |kind: Kind| best_for(&candidates, kind, synonyms);
    let mut header = match kind {
        Some(told) => match best(told) {
            Some((_, header)) => header,
            None => return unrecognised(rows, kind, synonyms),
        },
        None => {
            let six: Vec<(i32, Header)> = Kind::SIX.into_iter().filter_map(best).collect();
            let answer = match six.is_empty() {
                true => unrecognised(rows, None, synonyms),
                false => kind_choice::choose(six, rows, name),
            };
            let lists = list_choice::candidates(&answer).filter_map(best).map(|(_, header)| header).collect();
            list_choice::choose(answer, lists, rows, name)?
        }
    };
    let profiles = Profile::of_rows(rows, header.last_row, header.cells.len());
    header.columns = Columns::resolve(&header.cells, header.kind, synonyms, &profiles);
    join_given_name(&mut header, rows);
    if kind.is_none() && is_of_figures(&header, &profiles) {
        return Err(NoHeader::None);
    }
    Ok(header)
}

/// Whether a table counts, and lists nobody: it has no column of names, and no cells of persons either.
fn is_of_figures(header: &Header, profiles: &[Profile]) -> bool {
    let lacks_names = header.missing().into_iter().any(is_name);
    lacks_names
        && profiles.iter().any(|profile| !profile.is_empty())
        && !profiles.iter().any(Profile::tells_of_persons)
}

/// Whether a field is the name of whom the rows are about.
fn is_name(field: Field) -> bool {
    matches!(field, Field::FullName | Field::HusbandName | Field::WifeName)
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
        header.columns.add(Field::FullName, Composed::Joined(vec![name, name + 1]), &[name, name + 1]);
    }
}

/// A row, or two or three, that may be the header.
struct Candidate<'r> {
    row: u32,
    last_row: u32,
    cells: Vec<HeaderCell>,
    /// The two lowest of several rows.
    lowest: Option<(&'r KeptRow, &'r KeptRow)>,
    /// How many different texts of its rows are made of words of headers.
    known: usize,
}

impl Candidate<'_> {
    /// Whether the lowest row speaks as headers do.
    fn lowest_is_header(&self) -> bool {
        let Some((_, lowest)) = self.lowest else { return false };
        let filled: Vec<usize> = (0..lowest.cells.len()).filter(|at| !cell(lowest, *at).is_empty()).collect();
        !self.lowest_has_digits() && self.count_of_words(&filled) > 0
    }

    /// The columns in which the lowest row says something of its own. What is merged over it and the row above stands in
    /// both.
    fn own_of_lowest(&self) -> Vec<usize> {
        let Some((above, lowest)) = self.lowest else { return Vec::new() };
        let says_more = |at: &usize| !cell(lowest, *at).is_empty() && cell(lowest, *at) != cell(above, *at);
        (0..lowest.cells.len()).filter(says_more).collect()
    }

    /// Whether the lowest row holds digits of its own, as data do.
    fn lowest_has_digits(&self) -> bool {
        let Some((_, lowest)) = self.lowest else { return false };
        let holds = |at: &usize| without_remarks(cell(lowest, *at)).contains(|c: char| c.is_ascii_digit());
        self.own_of_lowest().iter().any(holds)
    }

    /// Whether most of what the lowest row says belongs under the headings above it, so that it is no data even
    /// where nothing of it means a field.
    fn lowest_goes_under(&self) -> bool {
        let own = self.own_of_lowest();
        self.count_of_words(&own) * 2 > own.len() && !self.lowest_has_digits()
    }

    /// How many of the columns have a lowest text that is made of the words of headers.
    fn count_of_words(&self, columns: &[usize]) -> usize {
        let is_known = |at: &&usize| self.cells.get(**at).is_some_and(|cell| cell.reading.is_lower_header());
        columns.iter().filter(is_known).count()
    }
}

/// All that may be the header: each row, and where rows follow each other as they do in headers, two or three.
fn candidates<'r>(rows: &'r [KeptRow], texts: &mut Texts) -> Vec<Candidate<'r>> {
    let mut found = Vec::new();
    for (at, row) in rows.iter().enumerate().take(SEARCHED_ROWS) {
        let goes_on = at.checked_sub(1).is_some_and(|above| goes_under(&rows[above], row, texts));
        if !may_be_header(row) || goes_on {
            continue;
        }
        let follows = |n: u32| rows.get(at + n as usize).filter(|r| r.number == row.number + n);
        let second = follows(1).filter(|second| !is_title_of(row, second) && goes_below(row, second));
        let third = second.and_then(|second| follows(2).filter(|third| goes_below(second, third)));
        let mut add = |rows: &[&'r KeptRow], mut cells: Vec<HeaderCell>, texts: &mut Texts| {
            lend_persons(&mut cells);
            let lowest = match rows {
                [.., above, lowest] => Some((*above, *lowest)),
                _ => None,
            };
            let last_row = rows.last().map_or(row.number, |last| last.number);
            found.push(Candidate { row: row.number, last_row, cells, lowest, known: known(rows, texts) });
        };
        let single = row.cells.iter().map(|top| HeaderCell::new([top.as_str()], texts)).collect();
        add(&[row], single, texts);
        if let Some(second) = second {
            let cells = merged(row, second, None, texts);
            add(&[row, second], cells, texts);
            if let Some(third) = third {
                let cells = merged(row, second, Some(third), texts);
                add(&[row, second, third], cells, texts);
            }
        }
    }
    found
}

/// Whether a row is the lower part of a header that begins above it, and read alone would lose a part.
fn goes_under(above: &KeptRow, row: &KeptRow, texts: &mut Texts) -> bool {
    is_lower_part(above, row)
        || fills_gaps(above, row, texts)
        || may_be_header(above) && are_merged(above, row) && goes_below(above, row)
}

/// How many different texts of rows are made of words of headers. A text alone on its row is a title.
fn known(rows: &[&KeptRow], texts: &mut Texts) -> usize {
    let mut seen: Vec<&str> = Vec::new();
    for row in rows {
        let filled: Vec<&str> =
            row.cells.iter().map(|text| text.trim()).filter(|text| !is_blank(text)).collect();
        if filled.len() < 2 {
            continue;
        }
        for text in filled {
            if !seen.contains(&text) && texts.said(text).is_header() {
                seen.push(text);
            }
        }
    }
    seen.len()
}

/// The best header for a kind, with its points.
fn best_for(candidates: &[Candidate<'_>], kind: Kind, synonyms: &Synonyms) -> Option<(i32, Header)> {
    let mut best: Option<(i32, Header)> = None;
    for candidate in candidates {
        // Below a header that has all that is wanted are data.
        if best.as_ref().is_some_and(|(_, b)| candidate.row > b.last_row + 2 && b.missing().is_empty()) {
            break;
        }
        let columns = Columns::resolve(&candidate.cells, kind, synonyms, &[]);
        let matched = columns.fields().count();
        let required = kind.required().iter().filter(|f| columns.has(**f)).count();
        // One word of a title may happen to be a header text; two may not, and a lone column is one only
        // where it is all that the kind wants.
        if matched < 2 && !(matched == 1 && required == kind.required().len()) {
            continue;
        }
        let missing = i32::try_from(kind.required().len() - required).unwrap_or(0);
        // What is understood though it is no field tells a header too.
        let known = candidate.known;
        let points: i32 =
            columns.fields().map(weight).sum::<i32>() - MISSING * missing + i32::try_from(known).unwrap_or(0);
        // The first of equals: a header repeated on every page. But a title over the header is no upper row
        // of it, if the lower row says as much alone.
        let better = best.as_ref().is_none_or(|(most, other)| {
            let says_it_alone = candidate.last_row == other.last_row && candidate.row > other.row;
            let is_longer = candidate.row == other.row && candidate.last_row > other.last_row;
            let goes_on = is_longer && candidate.lowest_is_header();
            // Then even a column lost is better than a row of headers read as data.
            let surely_goes_on = is_longer && candidate.lowest_goes_under();
            points > *most || (points == *most && (says_it_alone || goes_on)) || surely_goes_on
        });
        if better {
            let cells = candidate.cells.clone();
            let header = Header { kind, row: candidate.row, last_row: candidate.last_row, columns, cells };
            best = Some((points, header));
        }
    }
    best
}

/// Points that a field is worth: the fewer kinds have it, the more it tells.
fn weight(field: Field) -> i32 {
    match Kind::SIX.iter().filter(|k| k.fields().contains(&field)).count() {
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
    // A row of data, with somebody's number or name.
    if counts_somebody(row) || row.cells.iter().any(|c| has_long_number(c)) {
        return Err(NoHeader::None);
    }
    let Some(kind) = kind else {
        return Err(NoHeader::KindUnclear { candidates: Vec::new(), seen: row.cells.clone() });
    };
    let mut texts = Texts::default();
    let cells: Vec<_> = row.cells.iter().map(|top| HeaderCell::new([top.as_str()], &mut texts)).collect();
    let columns = Columns::resolve(&cells, kind, synonyms, &[]);
    Ok(Header { kind, row: row.number, last_row: row.number, columns, cells })
}

/// Whether cells are the row of column numbers that forms have under the header: `(1) (2) (3)`, `A B 1 2`,
/// `3 4a 4b 5`, `STT 1 2 3`, or letters throughout, `A B C D E G`.
pub(in crate::ingest) fn is_numbering<'a>(cells: impl Iterator<Item = &'a str>) -> bool {
    let mut expected = 1;
    let mut count = 0;
    // Letters so far, where each comes after the one before; forms leave F, J and the like out.
    let (mut letters, mut last) = (Some(0), b'a' - 1);
    for cell in cells {
        if is_blank(cell) {
            continue;
        }
        if cell.len() > 24 {
            return false;
        }
        let inner = column_number(cell);
        // "4a" and "4b" are two columns under one heading of number 4.
        let parted = inner.strip_suffix(|c: char| c.is_ascii_lowercase()).filter(|number| !number.is_empty());
        if let Ok(number) = parted.unwrap_or(&inner).parse::<u32>() {
            // Forms count on from 1, and may leave a column out.
            let first = if parted.is_some() { expected - 1 } else { expected };
            if number < first || number > expected + 2 {
                return false;
            }
            expected = number + 1;
            letters = None;
        } else if let ([letter @ b'a'..=b'z'], 1) = (inner.as_bytes(), expected) {
            let follows = *letter > last && *letter <= last + 2;
            letters = letters.filter(|_| follows).map(|n| n + 1);
            last = *letter;
        } else if count == 0 && matches!(inner.as_str(), "stt" | "tt" | "sott") {
            letters = None;
            continue;
        } else {
            return false;
        }
        count += 1;
    }
    count >= 2 && expected > 1 || letters.is_some_and(|letters| letters >= 4)
}

/// The number of a column as it is compared: of "5 = 3 + 4" what stands first, of "2.0" the whole number, of "③" the
/// digit.
fn column_number(cell: &str) -> String {
    let first = cell.split('=').next().unwrap_or("").trim();
    let whole = first.strip_suffix(".0").filter(|number| number.bytes().all(|b| b.is_ascii_digit()));
    key(whole.unwrap_or(first))
}

#[cfg(test)]
mod tests;
