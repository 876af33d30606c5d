//! How well columns are understood: the labelled layouts of `tests/fixtures/headers`, read with made-up rows below.

use serde_json::Value;

use crate::domain::{Field, Kind};
use crate::ingest::columns::header::{Header, NoHeader, find};
use crate::ingest::columns::synonyms::Synonyms;
use crate::ingest::formats::row::{KeptRow, Merge};
use crate::ingest::open::legacy::Legacy;

const CORPUS: &str = include_str!("../../../tests/fixtures/headers/corpus.jsonl");
/// Layouts in other words, with rows of their own.
const OFFICES: &str = include_str!("../../../tests/fixtures/headers/offices.jsonl");
/// As those, by somebody who looked for words that no table here knew.
const PRACTICE: &str = include_str!("../../../tests/fixtures/headers/practice.jsonl");
const ROWS: usize = 30;

/// What the figures count.
#[derive(Debug, Default, PartialEq, Eq)]
struct Figures {
    needed: usize,
    right: usize,
    silent: usize,
    tables: usize,
    kind: usize,
    kind_wrong: usize,
    others: usize,
    lists: usize,
    taken: usize,
    refused: usize,
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or("")
}

/// A column of a layout.
struct Labelled<'v> {
    text: &'v str,
    person: &'v str,
    what: &'v str,
    detail: &'v str,
    wanted: Vec<&'v str>,
    debatable: bool,
}

impl<'v> Labelled<'v> {
    fn new(column: &'v Value) -> Self {
        let mut wanted: Vec<&str> = column["field"].as_str().into_iter().collect();
        if !wanted.is_empty() {
            wanted.extend(column["also"].as_array().into_iter().flatten().filter_map(Value::as_str));
        }
        Self {
            text: text(column, "text"),
            person: text(column, "person"),
            what: text(column, "what"),
            detail: text(column, "detail"),
            wanted,
            debatable: column["debatable"] == true,
        }
    }

    /// A made-up cell.
    fn cell(&self, row: usize) -> String {
        let woman = match self.person {
            "mother" | "wife" => true,
            "father" | "husband" => false,
            _ => row % 2 == 1,
        };
        let surname = ["Nguyễn", "Trần", "Lê", "Phạm", "Lò", "Vi"][row % 6];
        let middle = if woman { "Thị" } else { "Văn" };
        let given = ["Sử", "Bền", "Sen", "Mận", "Tre"][row % 5];
        let year = match self.person {
            "child" => 2016 + row % 9,
            _ => 1938 + row * 2,
        };
        let (day, month) = (row % 28 + 1, row % 12 + 1);
        let id = format!(
            "038{}{:02}{:06}",
            usize::from(woman) + if year > 1999 { 2 } else { 0 },
            year % 100,
            123_456 + row
        );
        let insured = format!("38{:08}", 12_345_678 + row);
        let own = |yes: bool, value: String| if yes { value } else { String::new() };
        match self.what {
            "name" => format!("{surname} {middle} {given}"),
            "surname" => surname.to_owned(),
            "middle_given" => format!("{surname} {middle}"),
            "given" => given.to_owned(),
            "birth_date" => format!("{day:02}/{month:02}/{year}"),
            "birth_day" => day.to_string(),
            "birth_month" => month.to_string(),
            "birth_year" => year.to_string(),
            "age" => (2025 - year).to_string(),
            "gender" => if woman { "Nữ" } else { "Nam" }.to_owned(),
            "gender_tick_male" => own(!woman, "x".to_owned()),
            "gender_tick_female" => own(woman, "x".to_owned()),
            "birth_year_male" => own(!woman, year.to_string()),
            "birth_year_female" => own(woman, year.to_string()),
            "personal_id" => id,
            "old_id" => format!("17{:07}", 1_234_567 + row),
            "any_id" if row.is_multiple_of(5) => format!("17{:07}", 1_234_567 + row),
            "any_id" => id,
            "id_issue_date" => format!("{day:02}/{month:02}/2021"),
            "id_issue_place" => "Cục CS QLHC về TTXH".to_owned(),
            "commune" => "Xã Quang Trung".to_owned(),
            "district" => "Thị xã Bỉm Sơn".to_owned(),
            "province" => "Tỉnh Thanh Hóa".to_owned(),
            "hamlet" => format!("Thôn {}", row % 4 + 1),
            "address" => format!("Thôn {}, xã Quang Trung, Thanh Hóa", row % 4 + 1),
            "place_of_origin" => "Xã Hà Long, Thanh Hóa".to_owned(),
            "birth_place" => "Bệnh viện đa khoa thị xã Bỉm Sơn".to_owned(),
            "registration_place" => "Xã Quang Trung".to_owned(),
            "phone" => format!("09{:08}", 12_345_678 + row),
            "card_no" => format!("HN238{insured}"),
            "insurance_no" => insured,
            "group" => ["HN", "CN", "TE", "BT"][row % 4].to_owned(),
            "programme" => ["Trợ cấp xã hội", "Hưu trí xã hội"][row % 2].to_owned(),
            "amount" => ["500000", "750000", "1000000"][row % 3].to_owned(),
            "bank_account" => format!("50{:011}", 1_234_567_890 + row),
            "valid_from" => "01/01/2025".to_owned(),
            "valid_to" => "31/12/2025".to_owned(),
            "validity_range" => "01/01/2025 - 31/12/2025".to_owned(),
            "start" => format!("01/{month:02}/2023"),
            "stop" => own(row.is_multiple_of(6), format!("01/{:02}/2025", row % 9 + 1)),
            "reason" => own(row.is_multiple_of(6), ["Chết", "Chuyển đi"][row % 2].to_owned()),
            "relation" => ["Chủ hộ", "Vợ", "Con", "Mẹ"][row % 4].to_owned(),
            "household_id" => format!("3816{row:06}"),
            "ethnicity" => ["Kinh", "Mường", "Thái"][row % 3].to_owned(),
            "serial" => (row + 1).to_string(),
            "note" => own(row.is_multiple_of(9), "đã rà soát".to_owned()),
            "signature" => String::new(),
            _ => self.detail_cell(row, day, month),
        }
    }

    /// A made-up cell of a column that is told apart by its detail.
    fn detail_cell(&self, row: usize, day: usize, month: usize) -> String {
        match self.detail {
            "record_no" => format!("{}/2024", row + 1),
            "book_no" => "01/2024".to_owned(),
            "registered_on" => format!("{day:02}.{month:02}.2024"),
            "registration_kind" => (1 + row % 2).to_string(),
            "commune_code" => "14812".to_owned(),
            "status" => ["Thường trú", "Tạm trú"][row % 2].to_owned(),
            "facility" => "38012".to_owned(),
            "payment_method" => ["Tiền mặt", "Chuyển khoản"][row % 2].to_owned(),
            "file_no" => format!("BT-{:04}", row + 1),
            "tick" | "card_tick" => if row.is_multiple_of(3) { "x" } else { "" }.to_owned(),
            "count" | "page" => (1 + row % 5).to_string(),
            detail if detail.contains("date") => format!("{day:02}/{month:02}/2024"),
            detail if detail.contains("year") => "2022".to_owned(),
            detail if detail.contains("code") => "38".to_owned(),
            _ if row.is_multiple_of(4) => "abc".to_owned(),
            _ => String::new(),
        }
    }
}

/// The rows of a layout: titles, header, column numbers, data. Cells merged downwards are filled, as the reader of
/// workbooks does.
fn rows(layout: &Value, columns: &[Labelled<'_>]) -> Vec<KeptRow> {
    let list = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().map(|cell| cell.as_str().unwrap_or("").to_owned()).collect()
    };
    let mut rows: Vec<Vec<String>> =
        list(&layout["title_rows"]).into_iter().map(|title| vec![title]).collect();
    let above = rows.len();
    let mut merged = Vec::new();
    rows.extend(layout["header"].as_array().unwrap().iter().map(list));
    for span in layout["merged"].as_array().into_iter().flatten() {
        let at = |index: usize| usize::try_from(span[index].as_u64().unwrap()).unwrap();
        let (row, column, height, width) = (at(0) + above, at(1), at(2), at(3));
        if width == 1 {
            let text = rows[row][column].clone();
            (1..height).for_each(|down| rows[row + down][column] = text.clone());
        }
        let merge = Merge { column, columns: width, rows: u32::try_from(height).unwrap() };
        merged.push((row, merge));
    }
    if above > 0 {
        rows.push((1..=columns.len()).map(|number| format!("({number})")).collect());
    }
    match layout["rows"].as_array() {
        Some(own) => rows.extend(own.iter().map(list)),
        None => rows.extend((0..ROWS).map(|row| columns.iter().map(|column| column.cell(row)).collect())),
    }
    let mut kept: Vec<KeptRow> = (1..).zip(rows).map(|(number, cells)| KeptRow::new(number, cells)).collect();
    merged.into_iter().for_each(|(row, merge)| kept[row].merged.push(merge));
    kept
}

/// Adds columns under canonical names for what the kind requires and the layout lacks.
fn complete(rows: &mut [KeptRow], header: u32, kind: Kind, columns: &[Labelled<'_>]) -> usize {
    let has = |field: &Field| columns.iter().any(|column| column.wanted.contains(&field.name()));
    let missing: Vec<Field> = kind.required().iter().copied().filter(|field| !has(field)).collect();
    for (at, field) in missing.iter().enumerate() {
        let value = match field {
            Field::BirthDate | Field::DeathDate => "01/02/2024",
            Field::Commune => "Xã Quang Trung",
            _ => "Trần Văn Bền",
        };
        for row in rows.iter_mut() {
            row.cells.resize(columns.len() + at, String::new());
            row.cells.push(match row.number.cmp(&header) {
                std::cmp::Ordering::Less => String::new(),
                std::cmp::Ordering::Equal => field.name().to_owned(),
                std::cmp::Ordering::Greater => value.to_owned(),
            });
        }
    }
    missing.len()
}

/// What a column was read as, composed fields included.
fn read_as(header: &Header, at: usize) -> Vec<&'static str> {
    let columns = &header.columns;
    let own = columns.columns[at].field.into_iter();
    let composed = columns.columns[columns.reasons.len()..].iter().zip(&columns.composed);
    let of_parts = composed
        .filter(|(_, composed)| composed.parts().contains(&at))
        .filter_map(|(column, _)| column.field);
    own.chain(of_parts).map(Field::name).collect()
}

/// A list of school children that its source calls one of vaccinations, with not a word of these.
const SCHOOL_LIST: (&str, &str) = ("o-vaccination-184", "pupils");

/// The list of another sector that a labelled layout is one of; those of sectors that are not described are none.
fn list_of(label: &str) -> Option<&'static str> {
    Some(match label.strip_prefix("other:")? {
        "pupils" | "students" | "exam_candidates" | "education" | "kindergarten" | "scholarships"
        | "exam" | "exams" | "training" => "pupils",
        "youth_union"
        | "youth"
        | "disabled_association"
        | "party"
        | "women"
        | "veterans"
        | "trade_union"
        | "militia"
        | "elderly"
        | "farmers_union" => "members",
        "land" | "site_clearance" => "land_users",
        "tax" => "taxpayers",
        "officials" => "officials",
        "vaccination" => "vaccinations",
        "patients" | "health_checks" | "health_check" => "patients",
        "army" | "conscripts" | "military_service" | "reserve" => "conscripts",
        "voters" => "voters",
        "farmers" => "farmers",
        "subscribers" => "subscribers",
        _ => return None,
    })
}

/// The header of a list, as files are read: of one in a legacy font what the font shows.
fn find_shown(
    rows: &mut [KeptRow],
    kind: Option<Kind>,
    name: &str,
    synonyms: &Synonyms,
) -> Result<Header, NoHeader> {
    let header = find(rows, kind, name, synonyms)?;
    let Some(legacy) = Legacy::of_header(rows, header.row, header.kind, synonyms) else { return Ok(header) };
    for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
        *cell = legacy.decode_text(cell).into_owned();
    }
    find(rows, kind, name, synonyms)
}

/// Scores all layouts under a file name; misses are written down.
fn score(corpus: &str, name: impl Fn(&Value) -> String, misses: &mut Vec<String>) -> Figures {
    let synonyms = Synonyms::default();
    let mut figures = Figures::default();
    for line in corpus.lines() {
        let layout: Value = serde_json::from_str(line).unwrap();
        let columns: Vec<Labelled<'_>> =
            layout["columns"].as_array().unwrap().iter().map(Labelled::new).collect();
        let mut rows = rows(&layout, &columns);
        let (id, kind, name) = (text(&layout, "id"), text(&layout, "kind"), name(&layout));
        let found = find_shown(&mut rows, None, &name, &synonyms);
        let Some(kind) = Kind::from_name(kind) else {
            figures.others += 1;
            if let Ok(header) = found.as_ref()
                && header.missing().is_empty()
            {
                let told = header.kind.name();
                let is_right = list_of(kind) == Some(told) || (id, told) == SCHOOL_LIST;
                figures.lists += usize::from(is_right);
                figures.taken += usize::from(!is_right);
                misses.push(format!("{id}: taken for {told}"));
            }
            continue;
        };
        figures.tables += 1;
        match found.as_ref().map(|header| header.kind) {
            Ok(told) if told == kind => figures.kind += 1,
            Ok(told) => {
                figures.kind_wrong += 1;
                misses.push(format!("{id}: of the kind {}", told.name()));
            }
            Err(NoHeader::None | NoHeader::KindUnclear { .. } | NoHeader::OtherSector { .. }) => {
                misses.push(format!("{id}: asked for its kind"));
            }
        }
        let above = u32::try_from(layout["title_rows"].as_array().unwrap().len()).unwrap();
        // A column that is added stands in the first row of the header, the rows below it are filled or cells.
        let last = above + u32::try_from(layout["header"].as_array().unwrap().len()).unwrap();
        let missing = complete(&mut rows, last, kind, &columns);
        let header = find_shown(&mut rows, Some(kind), &name, &synonyms)
            .ok()
            .filter(|header| header.missing().is_empty());
        figures.refused += usize::from(header.is_none() && missing == 0);
        for (at, column) in columns.iter().enumerate().filter(|(_, column)| !column.debatable) {
            figures.needed += usize::from(!column.wanted.is_empty());
            let read = header.as_ref().map(|header| read_as(header, at)).unwrap_or_default();
            let is_right = read.iter().any(|field| column.wanted.contains(field));
            figures.right += usize::from(is_right);
            figures.silent += usize::from(!is_right && !read.is_empty());
            if !is_right && (!read.is_empty() || !column.wanted.is_empty()) {
                misses.push(format!("{id}: {:?} read as {read:?}, is {:?}", column.text, column.wanted));
            }
        }
    }
    figures
}

#[test]
fn labelled_layouts_are_understood() {
    let mut misses = Vec::new();
    let figures = score(CORPUS, |layout| text(layout, "id").to_owned(), &mut misses);
    println!("{figures:?}\n{}", misses.join("\n"));
    assert!(figures.right * 100 >= figures.needed * 99, "{figures:?}\n{}", misses.join("\n"));
    assert_eq!((figures.silent, figures.taken, figures.refused), (0, 0, 0), "{}", misses.join("\n"));
    assert_eq!((figures.kind, figures.kind_wrong), (figures.tables, 0), "{}", misses.join("\n"));
    assert_eq!((figures.tables, figures.others), (74, 36));
    assert!(figures.lists >= 16, "{figures:?}\n{}", misses.join("\n"));
}

/// Without a telling name a kind may be asked for, but none is guessed wrong.
#[test]
fn a_name_that_says_nothing_leads_to_questions_and_not_to_guesses() {
    let mut misses = Vec::new();
    let figures = score(CORPUS, |_| "x".to_owned(), &mut misses);
    println!("{figures:?}");
    assert_eq!((figures.kind_wrong, figures.taken), (0, 0), "{}", misses.join("\n"));
    assert!(figures.kind * 100 >= figures.tables * 80, "{figures:?}");
}

/// Layouts that were written in two rounds, each before it was seen how they are read. The first time 463 of 519 columns of
/// the first round were right, 3 were read as something else and 3 tables were refused; of the second 150 of 176, none was
/// read as something else and one table was refused.
#[test]
fn layouts_in_other_words_are_understood() {
    let mut misses = Vec::new();
    let figures = score(OFFICES, |layout| text(layout, "id").to_owned(), &mut misses);
    println!("{figures:?}\n{}", misses.join("\n"));
    assert!(figures.right * 100 >= figures.needed * 98, "{figures:?}\n{}", misses.join("\n"));
    assert_eq!((figures.silent, figures.taken, figures.refused), (0, 0, 0), "{}", misses.join("\n"));
    assert_eq!((figures.kind, figures.kind_wrong), (figures.tables, 0), "{}", misses.join("\n"));
    assert_eq!((figures.tables, figures.others), (65, 15));
}

/// Layouts of fourteen sets, each written before it was seen how they are read and while the ones before it were known: in
/// the speech of regions, in clerks' abbreviations and in the codes of programs, and twelve times as offices have them every
/// day. The first time 454 of 696, 552 of 661, 555 of 687, 512 of 569, 618 of 781, 482 of 553, 638 of 709, 639 of 790,
/// 525 of 556, 520 of 541, 576 of 591, 499 of 532, 538 of 563 and 463 of 541 columns were right, 7 of each of the first three,
/// 10 of the fourth, 13, 4, 3, 7, 4, 4, 5, none, 5 and 6 of the last were read as something else, 17, 6, 6, none, 8, 3, 5, 7,
/// 2, 1, none, 2, none and 6 tables were refused, and 3, 4, 4, 1, none, none, none, none, 1, none, none, none, 3 and none of
/// other sectors were taken (two of those, pensions and claims of hospitals, are left out here: they may be told as what they
/// were taken for). So a layout that is wholly new is understood less well than these.
#[test]
fn layouts_in_words_that_nobody_foresaw_are_understood() {
    let mut misses = Vec::new();
    let figures = score(PRACTICE, |layout| text(layout, "id").to_owned(), &mut misses);
    println!("{figures:?}\n{}", misses.join("\n"));
    assert!(figures.right * 100 >= figures.needed * 97, "{figures:?}\n{}", misses.join("\n"));
    assert_eq!((figures.silent, figures.taken, figures.kind_wrong), (0, 0, 0), "{}", misses.join("\n"));
    assert!(figures.refused <= 5 && figures.kind + 28 >= figures.tables, "{figures:?}");
    assert_eq!((figures.tables, figures.others), (807, 238));
}
