//! What lets an officer decide without opening the source system: rows cited, persons described.

use std::fmt::Write as _;

use super::facts::{Facts, Linked};
use super::fields;
use super::role_view::id_text;
use crate::domain::{
    Capability, Cells, Detail, Field, Kind, Lang, MatchedOn, Person, ResidentIx, RoleLink, RowRef, Status,
};

/// A residence status to be read.
pub(super) fn status_label(status: Status, lang: Lang) -> &'static str {
    match status {
        Status::Permanent => lang.pick("thường trú", "permanent"),
        Status::Temporary => lang.pick("tạm trú", "temporary"),
        Status::Absent => lang.pick("tạm vắng", "absent"),
        Status::MovedOut => lang.pick("chuyển đi", "moved out"),
        Status::Dead => lang.pick("đã chết", "dead"),
        Status::Missing => lang.pick("mất tích", "missing"),
        Status::Unknown => lang.pick("không rõ tình trạng", "status unknown"),
    }
}

/// What agreed, to be read.
fn matched_label(word: &'static str) -> &'static str {
    match word {
        "personal_id" => "số định danh",
        "old_id" => "số CMND",
        "name" => "họ tên",
        "birth_date" => "ngày sinh",
        "gender" => "giới tính",
        "commune" => "xã, phường",
        "address" => "địa chỉ",
        "relatives" => "thân nhân",
        "context" => "người cùng dòng",
        "officer" => "cán bộ xác nhận",
        other => other,
    }
}

impl Facts<'_> {
    /// "khai tử: deaths.csv dòng 12, số 12/2025".
    pub(super) fn cite(&self, extract: usize, row: usize) -> String {
        let of = &self.data.extracts[extract];
        let at = of.rows[row].row;
        let mut text = self.cite_row(of.kind, at);
        let number = self.raw(at, of.kind.reference());
        if !number.is_empty() {
            let _ = write!(text, ", {} {number}", of.kind.number_word(self.lang));
        }
        if of.kind.is_civil_status() {
            let book = self.raw(at, Field::BookNo);
            if !book.is_empty() {
                let _ = write!(text, " {} {book}", self.lang.pick("quyển", "book"));
            }
        }
        text
    }

    fn cite_row(&self, kind: Kind, at: RowRef) -> String {
        let table = &self.data.tables[usize::from(at.table)];
        let row = self.lang.pick("dòng", "row");
        format!("{}: {} {row} {}", kind.cited(self.lang), table.name, table.source_row(at.index))
    }

    /// A row of an extract with the person of one role.
    pub(super) fn describe_person(&self, at: Linked) -> String {
        let extract = &self.data.extracts[at.extract];
        let row = &extract.rows[at.row];
        let role = extract.kind.roles()[at.role];
        let person = self.person(at);
        let mut text = self.cite(at.extract, at.row);
        let columns = fields::of(role);
        self.push_person(&mut text, person, row.row, columns.name, columns.birth);
        if let Detail::Death(record) = &row.detail {
            let date = self.date_text(record.death_date, row.row, Field::DeathDate);
            if !date.is_empty() {
                let _ = write!(text, ", {} {date}", self.lang.pick("chết", "died"));
            }
        }
        text
    }

    /// A row of the registry with its person.
    pub(super) fn describe_resident(&self, ix: ResidentIx) -> String {
        let resident = self.resident(ix);
        let mut text = self.cite_row(Kind::Residents, resident.row);
        self.push_person(&mut text, &resident.person, resident.row, Field::FullName, Field::BirthDate);
        let _ = write!(text, ", {}", status_label(resident.status, self.lang));
        if let Some(death) = resident.death_date.sound() {
            let _ = write!(text, " {death}");
        }
        text
    }

    fn push_person(&self, text: &mut String, person: &Person, at: RowRef, name: Field, birth: Field) {
        let raw_name = self.data.tables.as_slice().cell(at, name).trim();
        let _ = write!(text, " – {raw_name}");
        let date = self.date_text(person.birth, at, birth);
        if !date.is_empty() {
            let _ = write!(text, ", {} {date}", self.lang.pick("sinh", "born"));
        }
        let id = id_text(person);
        if !id.is_empty() {
            let _ = write!(text, ", {} {id}", self.lang.pick("số", "ID"));
        }
    }

    /// How sure the link is and what it rests on.
    pub(super) fn describe_match(&self, link: &RoleLink) -> String {
        // Rounded down: "100 %" is never said of what is less.
        let percent = (f64::from(link.probability) * 1000.0).floor() / 10.0;
        let words = MatchedOn::WORDS.iter().filter(|(bit, _)| link.matched_on.0 & bit != 0);
        let words: Vec<_> = match self.lang {
            Lang::Vi => words.map(|(_, word)| matched_label(word)).collect(),
            Lang::En => words.map(|(_, word)| *word).collect(),
        };
        let percent = match self.lang {
            Lang::Vi => format!("đối sánh {percent:.1} %").replace('.', ","),
            Lang::En => format!("match {percent:.1} %"),
        };
        if words.is_empty() { percent } else { format!("{percent} ({})", words.join(", ")) }
    }

    /// Where and how the death of a resident is known.
    pub(super) fn describe_death(&self, ix: ResidentIx) -> String {
        let record = if self.has_death_record(ix) { self.linked(Capability::Death, ix).next() } else { None };
        record.map_or_else(|| self.describe_resident(ix), |at| self.describe_person(at))
    }
}
