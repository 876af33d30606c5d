//! Single cells as officers write them, held against what a person reads in them.
//!
//! The cells stand in `tests/fixtures/cells/cells.jsonl`, where their README says what a reading holds. Each goes
//! through the typed records of a small table, as in a run.

use serde_json::Value;

use super::*;
use crate::domain::{
    CardCell, CardNumber, Column, DateCell, Detail, Gender, IdCell, NameMarks, Person, Status,
};
use crate::vietnamese::name;

/// The day as of which the readings were made.
fn as_of() -> Day {
    Day::from_civil(2025, 11, 30).unwrap()
}

/// A line of the fixture.
struct Labelled(Value);

impl Labelled {
    fn column(&self) -> &str {
        self.0["column"].as_str().unwrap()
    }

    fn is_debatable(&self) -> bool {
        self.0["debatable"] == true
    }

    /// The cell, a number as a spreadsheet hands it over.
    fn cell(&self) -> String {
        self.0["value"].as_str().map_or_else(|| self.0["value"].to_string(), str::to_owned)
    }

    /// What the context says of a title, a column or a row.
    fn context(&self, of: &str) -> Option<&str> {
        let context = self.0["context"].as_str()?;
        let part = context.split("; ").find_map(|part| part.strip_prefix(of)?.strip_prefix(": "));
        part.or_else(|| context.strip_prefix(of)?.strip_prefix(' '))
    }

    fn reading(&self, key: &str) -> &Value {
        &self.0["reading"][key]
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.reading(key).as_str()
    }
}

/// A table of one row, whose header is the field or what the context says.
fn table_of(line: &Labelled, kind: Kind, field: Field, more: &[(Field, &str)]) -> Table {
    let header = line.context("column").filter(|h| !h.starts_with("holds")).unwrap_or(field.name());
    let mut columns = vec![Column { header: header.into(), field: Some(field) }];
    columns.extend(more.iter().map(|(f, _)| Column { header: f.name().into(), field: Some(*f) }));
    let mut table = Table::new("a.csv".into(), "a.csv".into(), kind, columns);
    table.titles.extend(line.context("title").map(String::from));
    let cell = line.cell();
    table.push_row(2, std::iter::once(cell.as_str()).chain(more.iter().map(|(_, text)| *text)));
    table
}

fn dataset_of(tables: Vec<Table>) -> Dataset {
    build(tables, &UnitMap::default(), as_of())
}

/// The first person of the first row.
fn person_of(line: &Labelled, kind: Kind, field: Field, more: &[(Field, &str)]) -> (Person, Dataset) {
    let data = dataset_of(vec![table_of(line, kind, field, more)]);
    let person = match kind {
        Kind::Residents => data.registry.residents[0].person,
        _ => data.extracts[0].persons[0],
    };
    (person, data)
}

fn detail_of(line: &Labelled, kind: Kind, field: Field) -> Detail {
    dataset_of(vec![table_of(line, kind, field, &[(Field::FullName, "Nguyễn Văn Sử")])]).extracts[0].rows[0]
        .detail
}

/// Whether a date cell was read as the line says; what it says of nothing must not be read as a date.
fn date_is(line: &Labelled, key: &str, read: DateCell) -> bool {
    let near = line.reading("plus_minus").is_u64();
    match (line.text(key), read) {
        (Some(date), DateCell::Sound(read)) => !near && read.to_string() == date,
        (Some(date), DateCell::About(read)) => near && read.to_string() == date,
        (None, read) => {
            read.value().is_none()
                && match line.text("mark") {
                    Some("impossible") => read == DateCell::Impossible,
                    Some("placeholder") => read == DateCell::Placeholder,
                    _ => true,
                }
        }
        (Some(_), _) => false,
    }
}

fn is_date(line: &Labelled) -> bool {
    match line.column() {
        "birth_date" => date_is(line, "date", person_of(line, Kind::Welfare, Field::BirthDate, &[]).0.birth),
        "death_date" => {
            let Detail::Death(death) = detail_of(line, Kind::Deaths, Field::DeathDate) else { return false };
            date_is(line, "date", death.death_date)
        }
        "registered_on" => {
            let data = dataset_of(vec![table_of(line, Kind::Births, Field::RegisteredOn, &[])]);
            date_is(line, "date", data.extracts[0].rows[0].registered_on)
        }
        "start_date" => {
            let Detail::Welfare(benefit) = detail_of(line, Kind::Welfare, Field::StartDate) else {
                return false;
            };
            date_is(line, "date", benefit.start)
        }
        _ => {
            let Detail::Welfare(benefit) = detail_of(line, Kind::Welfare, Field::StopDate) else {
                return false;
            };
            let death = line.reading("death").as_bool().unwrap_or(false);
            let stop = if benefit.stop == DateCell::Empty { benefit.valid_to } else { benefit.stop };
            date_is(line, "date", stop) && benefit.stopped_by_death.is_told() == death
        }
    }
}

fn is_range(line: &Labelled) -> bool {
    let Detail::Insurance(card) = detail_of(line, Kind::Insurance, Field::ValidFrom) else { return false };
    // An open end is no unknown one.
    let open = line.text("valid_to").is_some() || card.valid_to.is_missing();
    date_is(line, "valid_from", card.valid_from) && date_is(line, "valid_to", card.valid_to) && open
}

fn is_id(line: &Labelled) -> bool {
    let row = line.context("row").unwrap_or("");
    let gender = if row.contains("nữ") { "Nữ" } else { "" };
    let birth = row.rsplit("sinh ").next().unwrap_or("");
    let more = [(Field::Gender, gender), (Field::BirthDate, birth)];
    let (person, _) = person_of(line, Kind::Welfare, Field::PersonalId, &more);
    let personal = person.personal_id().map(|id| id.to_string());
    let old = person.old_id().map(|id| id.to_string());
    let mark = match line.text("mark") {
        Some("zero_lost") => matches!(person.personal, IdCell::Restored(_)),
        Some("destroyed") => person.personal == IdCell::Scientific,
        Some("placeholder") => person.personal == IdCell::Placeholder,
        Some("malformed") => matches!(person.personal, IdCell::Malformed | IdCell::Mistyped(_)),
        _ => true,
    };
    // What cannot be read is told, not passed over.
    let told = personal.is_some() || old.is_some() || person.personal != IdCell::Empty;
    let probable = line
        .text("probable")
        .is_none_or(|probable| matches!(person.personal, IdCell::Mistyped(id) if id.to_string() == probable));
    let read = if line.text("mark") == Some("malformed") { None } else { personal };
    read.as_deref() == line.text("personal_id")
        && old.as_deref() == line.text("old_id")
        && mark
        && told
        && probable
}

fn is_name(line: &Labelled) -> bool {
    let (person, data) = person_of(line, Kind::Welfare, Field::FullName, &[(Field::BirthDate, "1960")]);
    let key = data.names.key(person.name.id);
    let dead = line.reading("dead").as_bool().unwrap_or(false);
    key == line.text("name").map_or_else(String::new, |wanted| name::read(wanted).key)
        && person.name.marks.has(NameMarks::DEAD) == dead
}

fn is_commune(line: &Labelled) -> bool {
    let wanted = line.text("commune").map(|name| {
        let type_word = line.text("type").unwrap_or("xã");
        let region = [line.text("district"), line.text("province")].into_iter().flatten();
        std::iter::once(format!("{type_word} {name}"))
            .chain(region.map(String::from))
            .collect::<Vec<_>>()
            .join(", ")
    });
    let columns = vec![Column { header: "commune".into(), field: Some(Field::Commune) }];
    let mut registry = Table::new("r.csv".into(), "r.csv".into(), Kind::Residents, columns);
    for commune in wanted.iter().map(String::as_str).chain(["Xã Khác Hẳn"]) {
        registry.push_row(2, [commune]);
    }
    let data = dataset_of(vec![
        registry,
        table_of(line, Kind::Welfare, Field::Commune, &[(Field::FullName, "Nguyễn Văn Sử")]),
    ]);
    let read = data.extracts[0].persons[0].place;
    let same = |resident: usize| data.places.same(data.registry.residents[resident].person.place, read);
    match wanted {
        Some(_) => same(0) == Some(true) && same(1) == Some(false),
        None => same(0).is_none(),
    }
}

fn is_gender(line: &Labelled) -> bool {
    let wanted = match line.text("gender") {
        Some("male") => Some(Gender::Male),
        Some("female") => Some(Gender::Female),
        _ => None,
    };
    let mut table = table_of(line, Kind::Welfare, Field::Gender, &[(Field::FullName, "Nguyễn Văn Sử")]);
    if let Some(other) = line.context("column").and_then(|held| held.rsplit(' ').next()) {
        table.push_row(3, [other]);
    }
    dataset_of(vec![table]).extracts[0].persons[0].gender == wanted
}

fn is_amount(line: &Labelled) -> bool {
    let Detail::Welfare(benefit) = detail_of(line, Kind::Welfare, Field::MonthlyAmount) else { return false };
    benefit.monthly_amount == line.reading("amount").as_u64().unwrap_or(0)
}

fn is_card(line: &Labelled) -> bool {
    let Detail::Insurance(detail) = detail_of(line, Kind::Insurance, Field::CardNo) else { return false };
    let card = match detail.card {
        CardCell::Sound(card) => Some(card),
        _ => None,
    };
    let insurance = card.and_then(|card| match card.number {
        CardNumber::Insurance(number) => Some(format!("{number:010}")),
        CardNumber::Personal(_) => None,
    });
    let whole = card.and_then(|card| {
        let ([a, b], level) = card.group.zip(card.level)?;
        Some((char::from(a), char::from(b), level))
    });
    let wanted = line.text("card_no").or_else(|| line.reading("card_no").as_str());
    let head = wanted.map(|text| {
        let mut chars = text.chars();
        let mut next = || chars.next().unwrap_or(' ');
        (next(), next(), next().to_digit(10).unwrap_or(0) as u8)
    });
    let personal = card.and_then(|card| match card.number {
        CardNumber::Personal(id) => Some(id.to_string()),
        CardNumber::Insurance(_) => None,
    });
    let range = ["valid_from", "valid_to"].into_iter().zip([detail.valid_from, detail.valid_to]);
    whole == head
        && insurance.as_deref() == line.text("insurance_no")
        && personal.as_deref() == line.text("personal_id")
        && (line.text("mark") != Some("malformed") || detail.card == CardCell::Malformed)
        && range.into_iter().all(|(key, read)| line.text(key).is_none() || date_is(line, key, read))
}

fn is_group(line: &Labelled) -> bool {
    let Detail::Insurance(detail) = detail_of(line, Kind::Insurance, Field::GroupCode) else { return false };
    let group = detail.group.map(|[a, b]| format!("{}{}", char::from(a), char::from(b)));
    group.as_deref() == line.text("group")
}

fn is_reason(line: &Labelled) -> bool {
    let Detail::Welfare(benefit) = detail_of(line, Kind::Welfare, Field::StopReason) else { return false };
    Some(benefit.stopped_by_death.is_told()) == line.reading("death").as_bool()
}

fn is_status(line: &Labelled) -> bool {
    let data = dataset_of(vec![table_of(line, Kind::Residents, Field::Status, &[])]);
    let wanted = match line.text("status") {
        Some("permanent") => Status::Permanent,
        Some("temporary") => Status::Temporary,
        Some("absent") => Status::Absent,
        Some("moved_out") => Status::MovedOut,
        Some("dead") => Status::Dead,
        _ => Status::Unknown,
    };
    data.registry.residents[0].status == wanted
}

/// Cells whose reading is that of a column, which columns' own tests hold: ticks, and years under a gender.
fn is_of_columns(line: &Labelled) -> bool {
    line.column() == "gender"
        && line.context("column").is_some_and(|header| header.contains("tick") || header.contains("inh"))
}

fn is_right(line: &Labelled) -> bool {
    match line.column() {
        "any_id" => is_id(line),
        "name" => is_name(line),
        "commune" => is_commune(line),
        "gender" => is_gender(line),
        "amount" => is_amount(line),
        "card_no" => is_card(line),
        "group_code" => is_group(line),
        "reason" => is_reason(line),
        "status" => is_status(line),
        "validity_range" => is_range(line),
        _ => is_date(line),
    }
}

/// Reads the cells of a fixture; at least so many of a hundred that nobody can read otherwise must be right.
fn hold(fixture: &str, share: usize) {
    let lines: Vec<Labelled> =
        fixture.lines().map(|line| Labelled(serde_json::from_str(line).unwrap())).collect();
    let (mut counted, mut wrong, mut debatable) = (0, Vec::new(), Vec::new());
    for line in lines.iter().filter(|line| !is_of_columns(line)) {
        counted += usize::from(!line.is_debatable());
        if !is_right(line) {
            let of = if line.is_debatable() { &mut debatable } else { &mut wrong };
            of.push(format!("{} {} {:?}", line.0["id"], line.column(), line.cell()));
        }
    }
    let right = counted - wrong.len();
    let told = format!("{right} of {counted} are right; wrong:\n{}", wrong.join("\n"));
    eprintln!("{told}\ndebatable and read otherwise:\n{}", debatable.join("\n"));
    assert!(right * 100 >= counted * share, "{told}");
}

#[test]
fn labelled_cells_are_read_right() {
    hold(include_str!("../../../tests/fixtures/cells/cells.jsonl"), 98);
}

#[test]
fn cells_in_other_words_are_read_right() {
    hold(include_str!("../../../tests/fixtures/cells/more.jsonl"), 98);
}
