//! The evidence of a finding in words: rows cited, persons described.

use std::fmt::Write as _;

use rayon::prelude::*;

use crate::domain::{
    Cells, Clue, Dataset, DateCell, Detail, Evidence, ExtractPoint, ExtractRow, Field, Finding, Gender, Kind,
    Lang, MatchedOn, Origin, Person, ResidentIx, RowRef, TableIx, WholeColumn,
};
use crate::findings::{id_text, person_fields};
use crate::ingest::records::habit_words;
use crate::words::{self, dong, grouped, text};

/// Evidence in a language: clues one after the other, each but the first after a semicolon.
pub(crate) fn word(evidence: &Evidence, data: &Dataset, lang: Lang) -> String {
    let teller = Teller { data, lang };
    let mut said = String::new();
    for clue in evidence.clues() {
        // A period belongs to what stands before it.
        if !said.is_empty() && !matches!(clue, Clue::Validity(_)) {
            said.push_str("; ");
        }
        teller.tell(clue, &mut said);
    }
    said
}

/// The evidence of all findings, in their order.
pub fn word_all(data: &Dataset, findings: &[Finding], lang: Lang) -> Vec<String> {
    findings.par_iter().with_min_len(1024).map(|finding| word(&finding.evidence, data, lang)).collect()
}

struct Teller<'a> {
    data: &'a Dataset,
    lang: Lang,
}

impl<'a> Teller<'a> {
    fn of_column(&self, table: TableIx, whole: &WholeColumn) -> String {
        let lang = self.lang;
        let header = self.data.tables[table.at()].header(whole.field);
        let (what, cells) = (habit_words::what(whole.habit, lang), whole.cells);
        text!(
            lang,
            "files.habit.of_column",
            header,
            what,
            cells,
            remedy = habit_words::remedy(whole.habit, lang)
        )
    }

    fn tell(&self, clue: &Clue, said: &mut String) {
        let lang = self.lang;
        said.push_str(&match clue {
            Clue::Row(origin) => self.origin(*origin),
            Clue::Match { probability, matched_on } => self.matched(*probability, *matched_on),
            Clue::Validity(at) => self.validity(*at),
            Clue::Kept(origin) => text!(lang, "findings.evidence.kept", row = self.origin(*origin)),
            Clue::SameId { rows, more } => self.same_id(rows, *more),
            Clue::IdOf(owner, None) => {
                text!(lang, "findings.evidence.id_of", resident = self.resident(*owner))
            }
            Clue::IdOf(owner, Some(old)) => {
                text!(lang, "findings.evidence.old_id_of", resident = self.resident(*owner), old)
            }
            Clue::IdSays(Gender::Male, year) => text!(lang, "findings.evidence.id_says_male", year),
            Clue::IdSays(Gender::Female, year) => text!(lang, "findings.evidence.id_says_female", year),
            Clue::Partner(at) => text!(lang, "findings.evidence.partner", row = self.role(*at)),
            Clue::Parent(at, resident) => self.parent(*at, *resident),
            Clue::IdFrom(at) => text!(lang, "findings.evidence.id_from", row = self.role(*at)),
            Clue::ProposedFrom(at) => text!(lang, "findings.evidence.proposed_from", row = self.role(*at)),
            Clue::Card(at) => text!(lang, "findings.evidence.card", row = self.cite(*at)),
            Clue::NoCard => text!(lang, "findings.evidence.no_card").to_owned(),
            Clue::Group(group) => text!(lang, "findings.evidence.group", group),
            Clue::Age(years) => text!(lang, "findings.evidence.age", years),
            Clue::AgeOnAsOf(years) => text!(lang, "findings.evidence.age_on_as_of", years),
            Clue::OfColumn { table, whole } => self.of_column(*table, whole),
            Clue::TooLong(chars) => {
                let chars = grouped(*chars as u64, lang);
                text!(lang, "findings.evidence.too_long", chars)
            }
            Clue::NotOneName => text!(lang, "findings.evidence.not_one_name").to_owned(),
            Clue::DeathBeforeBirth => text!(lang, "findings.evidence.death_before_birth").to_owned(),
            Clue::NotOnList(kind, files) => {
                text!(lang, "findings.evidence.not_on_list", list = kind.spoken(lang), files)
            }
            Clue::PaidAfterDeath { months, each, amount } => {
                let (each, amount) = (dong(*each), dong(*amount));
                text!(lang, "findings.evidence.paid_after_death", months, each, amount)
            }
            Clue::DeathDateUnknown => text!(lang, "findings.evidence.death_date_unknown").to_owned(),
            Clue::Reason(reason) => text!(lang, "findings.evidence.reason", reason),
            Clue::LastAct(Some(date)) => text!(lang, "findings.evidence.last_act", date),
            Clue::LastAct(None) => text!(lang, "findings.evidence.no_act").to_owned(),
            Clue::RegisteredOn(date) => text!(lang, "findings.evidence.registered_on", date),
            Clue::SpouseNamed => text!(lang, "findings.evidence.spouse_named").to_owned(),
            Clue::EntitledUntil(day) => text!(lang, "findings.evidence.entitled_until", day),
            Clue::CardHolds { issued, age, until } => {
                text!(lang, "findings.evidence.card_holds", issued, age, until)
            }
            Clue::FuneralRight(legal) => text!(lang, "findings.evidence.funeral_right", legal),
            Clue::DecisionEnded(why) => why.get(lang).to_owned(),
        });
    }

    fn origin(&self, origin: Origin) -> String {
        match origin {
            Origin::Extract(at) => self.role(at),
            Origin::Registry(ix) => self.resident(ix),
        }
    }

    fn row(&self, at: ExtractPoint) -> (Kind, &'a ExtractRow) {
        let extract = &self.data.extracts[usize::from(at.extract)];
        (extract.kind, &extract.rows[at.row as usize])
    }

    fn raw(&self, row: RowRef, field: Field) -> &'a str {
        self.data.tables.as_slice().cell(row, field).trim()
    }

    /// A date as it is shown: normalised where it is sound, else as written.
    fn date(&self, cell: DateCell, row: RowRef, field: Field) -> String {
        match cell {
            DateCell::Sound(date) => date.to_string(),
            _ => self.raw(row, field).to_owned(),
        }
    }

    /// "khai tử: deaths.csv dòng 12, số 12/2025".
    fn cite(&self, at: ExtractPoint) -> String {
        let (kind, row) = self.row(at);
        let mut said = self.cite_row(kind, row.row);
        let number = self.raw(row.row, kind.reference());
        if !number.is_empty() {
            let _ = write!(said, ", {} {number}", kind.number_word(self.lang));
        }
        if kind.is_civil_status() {
            let book = self.raw(row.row, Field::BookNo);
            if !book.is_empty() {
                said.push_str(&text!(self.lang, "findings.evidence.book", book));
            }
        }
        said
    }

    fn cite_row(&self, kind: Kind, at: RowRef) -> String {
        let table = &self.data.tables[at.table.at()];
        let (kind, file, row) = (kind.cited(self.lang), &table.name, table.source_row(at.index));
        text!(self.lang, "findings.evidence.row", kind, file, row)
    }

    /// A row of an extract with the person of one role.
    fn role(&self, at: ExtractPoint) -> String {
        let (kind, row) = self.row(at);
        let extract = &self.data.extracts[usize::from(at.extract)];
        let person = &extract.persons_of(at.row as usize)[usize::from(at.role)];
        let columns = person_fields(kind.roles()[usize::from(at.role)]);
        let mut said = self.cite(at);
        self.push_person(&mut said, person, row.row, columns.name, columns.birth);
        if let Detail::Death(record) = &row.detail {
            let date = self.date(record.death_date, row.row, Field::DeathDate);
            if !date.is_empty() {
                said.push_str(&text!(self.lang, "findings.evidence.died", date));
            }
        }
        said
    }

    /// A row of the registry with its person.
    fn resident(&self, ix: ResidentIx) -> String {
        let resident = self.data.registry.get(ix);
        let mut said = self.cite_row(Kind::Residents, resident.row);
        self.push_person(&mut said, &resident.person, resident.row, Field::FullName, Field::BirthDate);
        let _ = write!(said, ", {}", words::status(resident.status, self.lang));
        if let Some(death) = resident.death_date.sound() {
            let _ = write!(said, " {death}");
        }
        said
    }

    fn push_person(&self, said: &mut String, person: &Person, at: RowRef, name: Field, birth: Field) {
        let _ = write!(said, " – {}", self.raw(at, name));
        let date = self.date(person.birth, at, birth);
        if !date.is_empty() {
            said.push_str(&text!(self.lang, "findings.evidence.born", date));
        }
        let id = id_text(person);
        if !id.is_empty() {
            said.push_str(&text!(self.lang, "findings.evidence.id", id));
        }
    }

    fn matched(&self, probability: f32, matched_on: MatchedOn) -> String {
        let lang = self.lang;
        let share = words::probability(f64::from(probability), lang);
        let agreed = MatchedOn::WORDS.iter().filter(|(bit, _)| matched_on.0 & bit != 0);
        let agreed: Vec<&str> = agreed.map(|(_, word)| words::matched_on(word, lang)).collect();
        if agreed.is_empty() {
            text!(lang, "findings.evidence.match", share)
        } else {
            text!(lang, "findings.evidence.match_on", share, agreed = agreed.join(", "))
        }
    }

    fn validity(&self, at: ExtractPoint) -> String {
        let row = self.row(at).1;
        let date = |cell, field| self.date(cell, row.row, field);
        let [from, to, stop] = match &row.detail {
            Detail::Welfare(b) => {
                [date(b.start, Field::StartDate), String::new(), date(b.stop, Field::StopDate)]
            }
            Detail::Insurance(c) => [
                date(c.valid_from, Field::ValidFrom),
                date(c.valid_to, Field::ValidTo),
                date(c.stop, Field::StopDate),
            ],
            Detail::Entry(e) => {
                [date(e.start, Field::StartDate), String::new(), date(e.stop, Field::StopDate)]
            }
            _ => return String::new(),
        };
        let mut said = String::new();
        if !from.is_empty() {
            said.push_str(&text!(self.lang, "findings.evidence.from", date = from));
        }
        if !to.is_empty() {
            said.push_str(&text!(self.lang, "findings.evidence.to", date = to));
        }
        if !stop.is_empty() {
            said.push_str(&text!(self.lang, "findings.evidence.stopped", date = stop));
        }
        said
    }

    fn same_id(&self, rows: &[Origin], more: usize) -> String {
        let rows: Vec<String> = rows.iter().map(|row| self.origin(*row)).collect();
        let rows = rows.join(" | ");
        match more {
            0 => text!(self.lang, "findings.evidence.same_id", rows),
            _ => text!(self.lang, "findings.evidence.same_id_and_more", rows, more),
        }
    }

    fn parent(&self, at: ExtractPoint, resident: Option<ResidentIx>) -> String {
        let (kind, row) = self.row(at);
        let role = kind.roles()[usize::from(at.role)];
        let name = self.raw(row.row, person_fields(role).name);
        let role = words::role(role, self.lang);
        match resident.map(|ix| self.resident(ix)) {
            Some(resident) if name.is_empty() => {
                text!(self.lang, "findings.evidence.parent", role, name = resident)
            }
            Some(resident) => text!(self.lang, "findings.evidence.parent_linked", role, name, resident),
            None => text!(self.lang, "findings.evidence.parent", role, name),
        }
    }
}
