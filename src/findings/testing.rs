//! Small worlds for tests: rows written as `column=value | column=value`, read by the plainest rules
//! that serve, so that the tests of the rules do not hang on the normalisation.

use std::path::PathBuf;

use super::{Judgement, fields, judge};
use crate::domain::*;

/// The as-of date of every test.
pub(super) fn as_of() -> Day {
    Day::from_civil(2026, 11, 20).unwrap()
}

pub(super) struct World {
    pub(super) data: Dataset,
    pub(super) links: Links,
    pub(super) settings: Settings,
}

struct Cells<'a>(Vec<(Field, &'a str)>);

impl Cells<'_> {
    fn parse(text: &str) -> Cells<'_> {
        let cell = |cell| {
            let (field, value) = str::split_once(cell, '=').unwrap();
            (Field::from_name(field.trim()).unwrap_or_else(|| panic!("{field}")), value.trim())
        };
        Cells(text.split('|').filter(|cell| !cell.trim().is_empty()).map(cell).collect())
    }

    fn get(&self, field: Field) -> &str {
        self.0.iter().find(|(f, _)| *f == field).map_or("", |(_, value)| value)
    }

    fn date(&self, field: Field) -> DateCell {
        date(self.get(field))
    }

    fn id(&self, field: Field) -> IdCell {
        id(self.get(field))
    }
}

pub(super) fn date(text: &str) -> DateCell {
    if text.is_empty() {
        return DateCell::Empty;
    }
    if text == "01/01/1900" {
        return DateCell::Placeholder;
    }
    if let Some(years) = text.strip_suffix(" tuổi") {
        return DateCell::About(PartialDate::from_year(2026 - years.parse::<u16>().unwrap()).unwrap());
    }
    let parts: Vec<u16> = text.split('/').map(|part| part.parse::<u16>().unwrap()).collect();
    let date = match parts[..] {
        [y] => PartialDate::from_year(y),
        [m, y] => PartialDate::from_month(y, m as u8),
        [d, m, y] => PartialDate::day(y, m as u8, d as u8),
        _ => None,
    };
    date.map_or(DateCell::Impossible, DateCell::Sound)
}

/// A cell that may hold a tick or a word beside a date of issue.
fn card_date(text: &str) -> DateCell {
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'/') { date(text) } else { DateCell::Empty }
}

/// 11 digits are restored, 10 lost for good, 8 an old ID restored.
fn id(text: &str) -> IdCell {
    let number = text.parse::<u64>();
    match (text, text.len(), number) {
        ("", ..) => IdCell::Empty,
        ("000000000000" | "999999999", ..) => IdCell::Placeholder,
        (_, 12, Ok(n)) => IdCell::Personal(PersonalId::from_number(n).unwrap()),
        (_, 11, Ok(n)) => IdCell::Restored(PersonalId::from_number(n).unwrap()),
        (_, 10, Ok(n)) => IdCell::LostZero(PersonalId::from_number(n).unwrap()),
        (_, 9, Ok(n)) => IdCell::Old(OldId::from_number(n as u32).unwrap()),
        (_, 8, Ok(n)) => IdCell::OldRestored(OldId::from_number(n as u32).unwrap()),
        _ if text.contains("E+") => IdCell::Scientific,
        _ => IdCell::Malformed,
    }
}

fn card(text: &str) -> CardCell {
    match text.len() {
        0 => CardCell::Empty,
        15 => CardCell::Sound(Card {
            group: Some([text.as_bytes()[0], text.as_bytes()[1]]),
            level: Some(1),
            number: CardNumber::Insurance(text[5..].parse().unwrap()),
        }),
        _ => CardCell::Malformed,
    }
}

fn gender(text: &str) -> Option<Gender> {
    match text {
        "Nam" => Some(Gender::Male),
        "Nữ" => Some(Gender::Female),
        _ => None,
    }
}

impl World {
    /// A world with a registry and these extracts, all of them with every column.
    pub(super) fn with(kinds: &[Kind]) -> Self {
        let table = |kind: Kind| {
            let column = |f: &Field| Column { header: f.name().into(), field: Some(*f) };
            let columns = kind.fields().iter().map(column).collect();
            let name = format!("{}.csv", kind.name());
            Table::new(PathBuf::from(&name), name, kind, columns)
        };
        let kinds = || Kind::extracts().filter(|kind| kinds.contains(kind));
        Self {
            data: Dataset {
                tables: std::iter::once(Kind::Residents).chain(kinds()).map(table).collect(),
                registry: Registry { residents: vec![], has_card_column: true },
                extracts: kinds().map(|kind| Extract { kind, rows: vec![], persons: vec![] }).collect(),
                names: NamePool::default(),
                texts: TextPool::default(),
                places: Places::default(),
                as_of: as_of(),
                presences: Presences::default(),
            },
            links: Links {
                extracts: kinds().map(|_| ExtractLinks::default()).collect(),
                registry_duplicates: vec![],
                unlinked_duplicates: kinds().map(|_| vec![]).collect(),
            },
            settings: Settings {
                as_of: as_of(),
                lang: Lang::Vi,
                linkage: LinkageSettings::default(),
                rules: RuleSettings::default(),
            },
        }
    }

    fn push(&mut self, kind: Kind, cells: &Cells) -> RowRef {
        let table = self.data.tables.iter().position(|t| t.kind == kind).unwrap();
        let of = &mut self.data.tables[table];
        let index = of.len() as u32;
        of.push_row(index + 2, kind.fields().iter().map(|&field| cells.get(field)));
        RowRef { table: TableIx(table as u32), index }
    }

    fn name(&mut self, text: &str) -> NameCell {
        let mut marks = 0;
        let mut name = text.to_lowercase();
        if name == "không rõ" {
            return NameCell { id: NameId::BLANK, marks: NameMarks(NameMarks::PLACEHOLDER) };
        }
        if let Some(alive) = name.strip_suffix("(chết)") {
            (name, marks) = (alive.trim().to_owned(), NameMarks::DEAD);
        }
        if name.contains('?') {
            marks |= NameMarks::DAMAGED | NameMarks::WILDCARD;
        }
        if text.contains('\u{d0}') {
            // The Icelandic letter that keyboards give for Đ.
            (name, marks) = (name.replace('\u{f0}', "đ"), NameMarks::DAMAGED | NameMarks::REPAIRED);
        }
        NameCell { id: self.data.names.intern(&name), marks: NameMarks(marks) }
    }

    fn place(&mut self, name: &str) -> PlaceId {
        if name.is_empty() {
            return PlaceId::BLANK;
        }
        let places = &mut self.data.places;
        if let Some(known) = places.places.iter().position(|p| p.name == name) {
            return PlaceId(known as u32);
        }
        // "Đông>Tây" is the old commune Đông, now Tây.
        let unit_name = name.split('>').next_back().unwrap();
        let unit = places.units.iter().position(|u| u.name == unit_name).unwrap_or_else(|| {
            places.units.push(Unit { code: String::new(), name: unit_name.into(), province: None });
            places.units.len() - 1
        });
        let units = std::iter::once(UnitId(unit as u32)).collect();
        places.places.push(Place { code: String::new(), name: name.into(), units });
        PlaceId(places.places.len() as u32 - 1)
    }

    fn person(&mut self, cells: &Cells, of: fields::PersonFields) -> Person {
        let old = if of.old == of.personal { IdCell::Empty } else { cells.id(of.old) };
        Person {
            name: self.name(cells.get(of.name)),
            birth: cells.date(of.birth),
            gender: gender(cells.get(of.gender)),
            gender_written: gender(cells.get(of.gender)).is_some(),
            personal: cells.id(of.personal),
            old,
            place: self.place(cells.get(Field::Commune)),
            ..Person::default()
        }
    }

    fn relative(&mut self, cells: &Cells, name: Field, id: Field) -> Relative {
        Relative { name: self.name(cells.get(name)), id: cells.id(id) }
    }

    /// Adds a resident. Columns not written: a living woman of Đông with all that is required.
    pub(super) fn resident(&mut self, text: &str) -> ResidentIx {
        let mut cells = Cells::parse(text);
        for (field, value) in [
            (Field::FullName, "Lê Thị Hoa"),
            (Field::BirthDate, "05/03/1960"),
            (Field::Gender, "Nữ"),
            (Field::Commune, "Đông"),
            (Field::CardIssued, "x"),
            (Field::PersonalId, "001160000001"),
        ] {
            if !cells.0.iter().any(|(f, _)| *f == field) {
                cells.0.push((field, value));
            }
        }
        let row = self.push(Kind::Residents, &cells);
        let death_date = cells.date(Field::DeathDate);
        let status = match cells.get(Field::Status) {
            _ if death_date != DateCell::Empty => Status::Dead,
            "dead" => Status::Dead,
            "moved_out" => Status::MovedOut,
            "missing" => Status::Missing,
            _ => Status::Permanent,
        };
        let marital = match cells.get(Field::MaritalStatus) {
            "single" => Marital::Single,
            "divorced" => Marital::Divorced,
            _ => Marital::Unknown,
        };
        let resident = Resident {
            row,
            person: self.person(&cells, fields::SELF),
            relation: Relation::Unknown,
            father: self.relative(&cells, Field::FatherName, Field::FatherId),
            mother: self.relative(&cells, Field::MotherName, Field::MotherId),
            spouse: self.relative(&cells, Field::SpouseName, Field::SpouseId),
            marital,
            status,
            death_date,
            card_issued: Some(!cells.get(Field::CardIssued).is_empty()),
            card_date: card_date(cells.get(Field::CardIssued)),
            filled: cells.0.iter().filter(|(_, value)| !value.is_empty()).count() as u16,
        };
        self.data.registry.residents.push(resident);
        ResidentIx(self.data.registry.residents.len() as u32 - 1)
    }

    /// Adds a row; its written persons are linked to nobody.
    pub(super) fn row(&mut self, kind: Kind, text: &str) -> usize {
        let cells = Cells::parse(text);
        let row = self.push(kind, &cells);
        let registration = if cells.get(Field::RegistrationKind) == "2" {
            RegistrationKind::Again
        } else {
            RegistrationKind::Other
        };
        let detail = match kind {
            Kind::Births => Detail::Birth(BirthDetail { registration }),
            Kind::Deaths => {
                let death_date = cells.date(Field::DeathDate);
                Detail::Death(DeathDetail { registration, death_date, ..DeathDetail::default() })
            }
            Kind::Marriages => Detail::Marriage,
            Kind::Welfare => Detail::Welfare(WelfareDetail {
                programme: self.data.texts.intern(cells.get(Field::Programme)),
                group: self.data.texts.intern(&cells.get(Field::GroupCode).to_lowercase()),
                monthly_amount: cells.get(Field::MonthlyAmount).parse().unwrap_or(0),
                start: cells.date(Field::StartDate),
                valid_to: DateCell::Empty,
                stop: cells.date(Field::StopDate),
                stopped_by_death: by_death(&cells),
                paid_in_cash: Some(cells.get(Field::PaymentMethod) == "tiền mặt"),
                has_account: Some(!cells.get(Field::BankAccount).is_empty()),
            }),
            Kind::Insurance => {
                let card = card(cells.get(Field::CardNo));
                let group = match card {
                    CardCell::Sound(card) => card.group,
                    _ => None,
                };
                Detail::Insurance(InsuranceDetail {
                    card,
                    number: self::card(cells.get(Field::InsuranceNo)),
                    group,
                    valid_from: cells.date(Field::ValidFrom),
                    valid_to: cells.date(Field::ValidTo),
                    stop: cells.date(Field::StopDate),
                    stopped_by_death: by_death(&cells),
                })
            }
            kind => Detail::Entry(EntryDetail {
                matter: self.data.texts.intern(cells.get(kind.description().matter)),
                start: cells.date(Field::StartDate),
                valid_to: DateCell::Empty,
                stop: cells.date(Field::StopDate),
                stopped_by_death: by_death(&cells),
                lasts: kind.has(Capability::Membership),
            }),
        };
        let extract = self.data.position(kind).unwrap();
        for &role in kind.roles() {
            let mut person = self.person(&cells, fields::of(role));
            let implied = match role {
                Role::Mother | Role::Wife => Some(Gender::Female),
                Role::Father | Role::Husband => Some(Gender::Male),
                Role::Spouse | Role::Guardian => None,
                _ => person.gender,
            };
            person.gender_written &= implied == person.gender && !role.stands_beside();
            person.gender = implied;
            let link = (!person.is_blank()).then(RoleLink::default);
            self.data.extracts[extract].persons.push(person);
            self.links.extracts[extract].roles.push(link);
        }
        let place = self.place(cells.get(Field::Commune));
        let filled = cells.0.iter().filter(|(_, value)| !value.is_empty()).count() as u16;
        let registered_on = cells.date(Field::RegisteredOn);
        let rows = &mut self.data.extracts[extract].rows;
        rows.push(ExtractRow { row, place, registered_on, detail, filled, is_void: false });
        rows.len() - 1
    }

    fn decide(&mut self, kind: Kind, row: usize, role: Role, resident: ResidentIx, decision: Decision) {
        let extract = self.data.position(kind).unwrap();
        let role = kind.roles().iter().position(|r| *r == role).unwrap();
        self.links.extracts[extract].roles[row * kind.roles().len() + role] = Some(RoleLink {
            decision,
            probability: if decision == Decision::Link { 0.99 } else { 0.6 },
            resident: Some(resident),
            matched_on: MatchedOn(4 | 8),
            ..RoleLink::default()
        });
    }

    /// Links a role of a row.
    pub(super) fn link(&mut self, kind: Kind, row: usize, role: Role, resident: ResidentIx) {
        self.decide(kind, row, role, resident, Decision::Link);
    }

    /// Puts a role of a row under review.
    pub(super) fn review(&mut self, kind: Kind, row: usize, role: Role, resident: ResidentIx) {
        self.decide(kind, row, role, resident, Decision::Review);
    }

    /// Adds a row whose main person is linked.
    pub(super) fn linked_row(&mut self, kind: Kind, text: &str, resident: ResidentIx) -> usize {
        let row = self.row(kind, text);
        self.link(kind, row, kind.roles()[0], resident);
        row
    }

    /// Says that a resident's row is one too many.
    pub(super) fn surplus(&mut self, row: ResidentIx, kept: ResidentIx) {
        self.links.registry_duplicates.push(Surplus { row, kept, probability: 0.98 });
    }

    pub(super) fn judge(&self) -> Judgement {
        judge(&self.data, &self.links, &self.settings, None)
    }

    /// The findings of a code, as `source:row role field`.
    pub(super) fn found(&self, code: &str) -> Vec<String> {
        self.of(code).iter().map(|finding| self.place_of(finding)).collect()
    }

    fn place_of(&self, finding: &Finding) -> String {
        let field = finding.field.map_or("", Field::name);
        let text = match finding.origin {
            Origin::Registry(ix) => format!("residents:{} {field}", ix.0 + 2),
            Origin::Extract(at) => {
                let kind = self.data.extracts[usize::from(at.extract)].kind;
                let role = kind.roles()[usize::from(at.role)].name();
                format!("{}:{} {role} {field}", kind.name(), at.row + 2)
            }
        };
        text.trim_end().to_owned()
    }

    /// The findings of a code.
    pub(super) fn of(&self, code: &str) -> Vec<Finding> {
        let code = Code::parse(code).unwrap();
        self.judge().findings.into_iter().filter(|finding| finding.code == code).collect()
    }

    /// The evidence of a finding as people read it.
    pub(super) fn told(&self, finding: &Finding) -> String {
        crate::publish::evidence::word(&finding.evidence, &self.data, self.settings.lang)
    }

    /// The one finding of a code.
    pub(super) fn only(&self, code: &str) -> Finding {
        let mut found = self.of(code);
        assert_eq!(found.len(), 1, "{code}: {found:?}");
        found.remove(0)
    }
}

/// Whether the reason of a stop is a death.
fn by_death(cells: &Cells<'_>) -> ByDeath {
    if cells.get(Field::StopReason) == "chết" { ByDeath::Told } else { ByDeath::No }
}
