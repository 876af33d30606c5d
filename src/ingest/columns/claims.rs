//! Which fields of a kind a column may be, by its header and its cells, and how good each claim is.

use std::ops::Range;

use super::header_cell::{HeaderCell, blocks};
use super::lexicon::Sign;
use super::profile::{Fit, Profile};
use super::reading::{Aside, Reading, Signs};
use super::synonyms::{Reason, Synonyms};
use super::things::{Grammar, Person};
use super::witness;
use crate::domain::{Field, FieldType, Kind};

/// Points of a claim by a header that is understood wholly. A point is a factor of *e* in the odds that the claim is
/// right; the numbers are set by hand so that what a reader of the header would doubt is doubted.
const UNDERSTOOD: f64 = 5.0;
/// What a word costs that is not known.
const UNKNOWN_WORD: f64 = 3.6;
/// What a heading costs that does not go together with the text below it.
const STRANGE_HEADING: f64 = 3.6;
/// ... that names a part of the form.
const SECTION: f64 = 0.5;
/// What a remark in brackets costs that was left aside.
const REMARK: f64 = 1.0;
/// What it costs that the cells hold something else.
const OTHER_CELLS: f64 = 6.0;
/// ... where the header leaves no doubt: what offices write into such a column is theirs to mend, and stays in sight.
const BAD_CELLS: f64 = 2.5;
/// Points of a claim that the cells make, where a word of the header agrees.
const BY_CONTENTS: f64 = 2.5;
/// Claims with fewer points are no claims but doubts.
pub(in crate::ingest) const ACCEPTED: f64 = 2.0;
/// Claims with fewer points are not worth a word.
pub(in crate::ingest) const DOUBTED: f64 = 0.5;

/// A claim of a column to a field.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(in crate::ingest) struct Claim {
    pub(in crate::ingest) field: Field,
    pub(in crate::ingest) points: f64,
    pub(in crate::ingest) reason: Reason,
}

impl Claim {
    /// How sure the claim is, 0 to 1.
    pub(in crate::ingest) fn confidence(&self) -> f64 {
        1.0 / (1.0 + (ACCEPTED - self.points).exp())
    }
}

/// What is needed to claim for the columns of one header.
pub(super) struct Claims<'a> {
    kind: Kind,
    synonyms: &'a Synonyms,
    header: &'a [HeaderCell],
    profiles: &'a [Profile],
    /// A person named in headers that is the one that rows are about: "Chủ hộ" in a list of heads of households.
    stand_in: Option<Sign>,
    /// Unknown words that the header of the name bears: "bệnh nhi" in "Họ tên bệnh nhi".
    words_of_subject: Vec<String>,
    /// The column that is the name by its cells alone.
    name_by_cells: Option<usize>,
}

impl<'a> Claims<'a> {
    pub(super) fn new(
        kind: Kind,
        header: &'a [HeaderCell],
        synonyms: &'a Synonyms,
        profiles: &'a [Profile],
    ) -> Self {
        let mut this = Self {
            kind,
            synonyms,
            header,
            profiles,
            stand_in: None,
            words_of_subject: Vec::new(),
            name_by_cells: None,
        };
        // A text alone says nothing of who else is named beside it.
        if header.len() < 2 || !kind.fields().contains(&Field::FullName) {
            return this;
        }
        let claims_name = |this: &Self, least: f64| {
            (0..header.len()).find(|&at| {
                let claims = this.of(at);
                claims.iter().any(|claim| claim.field == Field::FullName && claim.points >= least)
                    || this.is_part_of_name(at)
            })
        };
        if claims_name(&this, ACCEPTED).is_some() {
            return this;
        }
        // One name alone, with a word that is not known: whoever that is, rows are about him.
        let grammar = Grammar::built_in();
        let name = grammar.thing_of_name("name");
        let mut named =
            header.iter().filter(|cell| cell.reading.thing == name && !cell.reading.unknown.is_empty());
        let rules = grammar.kind(kind);
        if let (Some(one), None) = (named.next(), named.next())
            && one.reading.persons.iter().all(|sign| rules.is_subject(sign))
        {
            this.words_of_subject.clone_from(&one.reading.unknown);
            return this;
        }
        this.name_by_cells = witness::only_names(&this, profiles);
        if this.name_by_cells.is_some() {
            return this;
        }
        for &person in grammar.kind(kind).stands_in() {
            this.stand_in = Some(person);
            if claims_name(&this, ACCEPTED).is_some() {
                return this;
            }
        }
        this.stand_in = None;
        this
    }

    /// The cells of the header.
    pub(super) fn header(&self) -> &'a [HeaderCell] {
        self.header
    }

    /// Whether a table of words, or the user, says of a header what it is.
    pub(super) fn is_told(&self, cell: &HeaderCell) -> bool {
        self.synonyms.told_of_cell(self.kind, cell).is_some()
    }

    /// The columns below a heading that is not understood, where no other column is the name of the person that rows are
    /// about: a name, and what is told of persons beside it. Of several such headings the first is meant.
    pub(super) fn block_of_subject(&self, claims: &[Vec<Claim>]) -> Option<Range<usize>> {
        let is_name = |claim: &Claim| claim.field == Field::FullName && claim.points >= ACCEPTED;
        let has_name = claims.iter().flatten().any(is_name);
        if self.header.len() < 2 || has_name || !self.kind.fields().contains(&Field::FullName) {
            return None;
        }
        let grammar = Grammar::built_in();
        let is = |reading: &Reading, things: &[&str]| {
            reading.unknown.is_empty() && things.iter().any(|thing| grammar.is_thing(reading.thing, thing))
        };
        let rules = grammar.kind(self.kind);
        let of_subject = |reading: &Reading| reading.persons.iter().all(|sign| rules.is_subject(sign));
        blocks(self.header).find(|columns| {
            let block = &self.header[columns.clone()];
            let nobody_else = |cell: &HeaderCell| {
                of_subject(&cell.reading)
                    && (!cell.reading.unknown.is_empty() || cell.reading.aside == Aside::Strange)
            };
            if block.len() < 2 || !block.iter().any(nobody_else) {
                return false;
            }
            let alone: Vec<Reading> = block.iter().map(|cell| cell.alone().reading).collect();
            let has = |things: &[&str]| alone.iter().any(|reading| is(reading, things));
            // "Công dân" alone is the name of whom the row is about.
            let names_subject = |reading: &Reading| {
                reading.signs.is_empty() && reading.unknown.is_empty() && self.names_subject(reading)
            };
            alone.iter().all(of_subject)
                && (has(&["name"]) || alone.iter().any(names_subject))
                && has(&["birth_date", "gender", "personal_id", "any_id"])
        })
    }

    /// The kind claimed for.
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether a header names the person that rows are about: "Họ tên người chết".
    pub(super) fn names_subject(&self, reading: &Reading) -> bool {
        let rules = Grammar::built_in().kind(self.kind);
        reading.persons.iter().any(|sign| rules.is_subject(sign))
    }

    /// Whether a column is a part of the name of the person that rows are about.
    fn is_part_of_name(&self, at: usize) -> bool {
        let reading = &self.header[at].reading;
        let is_part = reading.thing.is_some_and(|thing| {
            matches!(Grammar::built_in().thing_name(thing), "surname" | "surname_middle" | "given")
        });
        is_part && self.person(reading, &reading.signs).0 == Person::Subject
    }

    /// Of whom a column is told, and the signs left for the thing.
    pub(super) fn person(&self, reading: &Reading, signs: &Signs) -> (Person, Signs, f64) {
        let grammar = Grammar::built_in();
        let rules = grammar.kind(self.kind);
        let mut others = Signs::default();
        let mut strange = 0.0;
        for sign in reading.persons.iter().map(|sign| rules.person_of(sign).unwrap_or(sign)) {
            if rules.is_subject(sign) || self.stand_in == Some(sign) {
                continue;
            }
            if Grammar::is_some_subject(sign) {
                // "Học sinh" in a list of cards.
                strange = 1.0;
                continue;
            }
            others.add(sign);
        }
        let mut things = signs.clone();
        for sign in signs.iter() {
            if let Some(person) = rules.person_of(sign) {
                others.add(person);
                things = things.filtered(|other| other != sign);
            }
        }
        // "Chủ hộ và các nhân khẩu": the one of them that the row is about.
        let names_subject = reading.persons.iter().any(|sign| rules.is_subject(sign));
        let all_stand_in = others.iter().all(|sign| rules.stands_in().contains(&sign));
        let person = if others.is_empty() || names_subject && all_stand_in {
            Person::Subject
        } else {
            grammar.one_person(&others).map_or(Person::Unclear, Person::Other)
        };
        (person, things, strange)
    }

    /// The claims of all columns.
    pub(super) fn of_all(&self) -> Vec<Vec<Claim>> {
        (0..self.header.len()).map(|at| self.of(at)).collect()
    }

    /// The claims of a column, the best first.
    pub(super) fn of(&self, at: usize) -> Vec<Claim> {
        let cell = &self.header[at];
        if let Some(told) = self.synonyms.told_of_cell(self.kind, cell) {
            let points = match told.reason {
                Reason::Mapped => 100.0,
                Reason::Canonical => 60.0,
                Reason::User => 50.0,
                Reason::BuiltIn | Reason::Part => 30.0,
            } - f64::from(told.position) / 100.0;
            return told
                .field
                .map(|field| Claim { field, points, reason: told.reason })
                .into_iter()
                .collect();
        }
        let left = at.checked_sub(1).map(|left| &self.header[left].reading);
        let beside = left.and_then(|left| cell.reading.beside(left));
        let mut claims = self.by_header(beside.as_ref().unwrap_or(&cell.reading));
        for claim in &mut claims {
            claim.points += self.by_cells(at, claim);
        }
        self.by_neighbours(at, &mut claims);
        self.by_contents(at, &mut claims);
        self.issued_number(at, &mut claims);
        self.old_number(at, &mut claims);
        if self.name_by_cells == Some(at) {
            // Names of persons are nothing else; a header that says whose they are leaves little doubt.
            let points = if self.heads_subject(at) { UNDERSTOOD - SECTION } else { BY_CONTENTS };
            claims = vec![Claim { field: Field::FullName, points, reason: Reason::Part }];
        }
        claims.retain(|claim| claim.points >= DOUBTED);
        claims.sort_by(|a, b| b.points.total_cmp(&a.points));
        claims
    }

    /// The claims that a reading makes, whatever the cells are.
    pub(super) fn by_header(&self, reading: &Reading) -> Vec<Claim> {
        if reading.is_blank {
            return Vec::new();
        }
        let grammar = Grammar::built_in();
        let rules = grammar.kind(self.kind);
        let (person, things, strange) = self.person(reading, &reading.signs);
        let mut thing = if things == reading.signs { reading.thing } else { grammar.thing(&things) };
        if thing.is_none() && things.iter().any(|sign| rules.is_about(sign)) {
            // "NGAYSINHKS" in a register of births: that it is of the birth registered goes without saying.
            thing = grammar.thing(&things.filtered(|sign| !rules.is_about(sign)));
        }
        if thing.is_none() && things.iter().any(|sign| rules.is_subject(sign)) {
            // "Đối tượng" is a group, and in "Họ tên đối tượng" a person.
            let rest = things.filtered(|sign| !rules.is_subject(sign));
            thing = grammar.thing(&rest);
            if thing.is_none() {
                return Vec::new();
            }
        } else if thing.is_none() && !things.is_empty() {
            return Vec::new();
        }
        if thing.is_none() && reading.persons.is_empty() && things.is_empty() && person == Person::Subject {
            return Vec::new();
        }
        let unknown = reading.unknown.iter().filter(|word| !self.words_of_subject.contains(word)).count();
        let mut points = UNDERSTOOD - UNKNOWN_WORD * unknown.min(2) as f64 - strange;
        points -= match reading.aside {
            Aside::No => 0.0,
            Aside::Section => SECTION,
            // A heading that is understood and says another thing takes the column away from the person's own.
            Aside::Strange if reading.unknown.is_empty() => OTHER_CELLS,
            Aside::Strange => STRANGE_HEADING,
        };
        points -= if reading.remark { REMARK } else { 0.0 };
        // What a heading says of old and new holds below it, though it was left aside: "Thẻ cũ" over "Từ ngày".
        points += grammar.better(&reading.all);
        if reading.signs.iter().any(|sign| rules.is_foreign(sign)) {
            points -= OTHER_CELLS;
        }
        let reason =
            if unknown > 0 || reading.aside == Aside::Strange { Reason::Part } else { Reason::BuiltIn };
        let claim = |&(field, bonus): &(Field, f64)| Claim { field, points: points + bonus, reason };
        rules.fields(person, thing).iter().map(claim).collect()
    }

    /// What a column holds may say what a header with an unknown word means: "Tình trạng HN" over "Có vợ/chồng".
    fn by_contents(&self, at: usize, claims: &mut Vec<Claim>) {
        let Some(profile) = self.profiles.get(at) else { return };
        let reading = &self.header[at].reading;
        let (grammar, fields) = (Grammar::built_in(), self.kind.fields());
        let is_of_subject = || self.person(reading, &reading.signs).0 == Person::Subject;
        let of_head = || reading.persons.iter().all(|sign| grammar.means(sign, "p.head"));
        for (field, fit, words) in [
            (Field::MaritalStatus, profile.marital(), &["state", "marital", "marriage"][..]),
            (Field::Status, profile.statuses(), &["state", "residence", "permanent", "temporary"]),
            (Field::RelationToHead, profile.relations(), &["relation", "household", "p.head"]),
        ] {
            let says = |sign| words.iter().any(|word| grammar.means(sign, word));
            let is_said = reading.all.iter().chain(reading.persons.iter()).any(says);
            let is_whose = if field == Field::RelationToHead { of_head() } else { is_of_subject() };
            // Why somebody is away is no state of residence.
            let is_reason = reading.all.iter().any(|sign| grammar.means(sign, "reason"));
            let is_claimed = claims.iter().any(|claim| claim.points >= ACCEPTED);
            if fit == Fit::Yes && is_said && is_whose && !is_claimed && !is_reason && fields.contains(&field)
            {
                claims.retain(|claim| claim.field != field);
                claims.push(Claim { field, points: BY_CONTENTS, reason: Reason::Part });
            }
        }
    }

    /// "Số ĐDCN/CCCD đã cấp" tells of the issue by its words, and over numbers of persons it means these.
    fn issued_number(&self, at: usize, claims: &mut [Claim]) {
        let are_numbers = |profile: &Profile| profile.ids() == Fit::Yes || profile.old_ids() == Fit::Yes;
        if !self.profiles.get(at).is_some_and(are_numbers) || !self.kind.fields().contains(&Field::PersonalId)
        {
            return;
        }
        for claim in claims.iter_mut().filter(|claim| claim.field == Field::CardIssued) {
            *claim = Claim { field: Field::PersonalId, points: claim.points - 0.5, reason: Reason::Part };
        }
    }

    /// A column of numbers that holds old ones throughout may be the column of these: "Số CMND đã cấp".
    fn old_number(&self, at: usize, claims: &mut Vec<Claim>) {
        let is_old = |profile: &Profile| profile.old_ids() == Fit::Yes && profile.ids() == Fit::No;
        let number = claims.iter().find(|claim| claim.field == Field::PersonalId).copied();
        let has = |field| claims.iter().any(|claim| claim.field == field);
        if let Some(number) = number
            && self.profiles.get(at).is_some_and(is_old)
            && self.kind.fields().contains(&Field::OldId)
            && !has(Field::OldId)
        {
            claims.push(Claim { field: Field::OldId, points: number.points + 0.5, ..number });
        }
    }

    /// What the columns beside a column take from its claims.
    fn by_neighbours(&self, at: usize, claims: &mut [Claim]) {
        let grammar = Grammar::built_in();
        let near = |distance: usize| {
            let columns = at.saturating_sub(distance)..(at + distance + 1).min(self.header.len());
            columns.filter(move |other| *other != at).map(|other| &self.header[other].reading)
        };
        for claim in claims {
            let is_foreign = match claim.field {
                // "Khu" beside "Tầng" and "Phòng" is a block of the house.
                Field::Hamlet => near(1).any(|reading| grammar.is_thing(reading.thing, "building")),
                // The term of a contract that is named beside it.
                Field::ValidFrom | Field::ValidTo => near(3).any(|reading| {
                    let is_contract = |sign| grammar.means(sign, "staff") || grammar.means(sign, "signature");
                    reading.all.iter().any(is_contract)
                        && reading.all.iter().any(|sign| grammar.means(sign, "date"))
                }),
                // "Ngày cấp" behind a number of a person is that of the paper.
                Field::RegisteredOn if self.is_headed(at, "id_issued") => {
                    let papers = ["personal_id", "any_id", "old_id", "id_maybe", "passport"];
                    let left = at.checked_sub(1);
                    left.is_none_or(|left| papers.iter().any(|paper| self.is_headed(left, paper)))
                }
                // "Quan hệ với người cao tuổi" is no relation to the head.
                Field::RelationToHead => {
                    let persons = &self.header[at].reading.persons;
                    !persons.is_empty() && persons.iter().all(|sign| !grammar.means(sign, "p.head"))
                }
                // With one row for each household its number may be the number of the row; and where heads stand for
                // whole households in a registry, nobody is told apart by it.
                Field::HouseholdId => {
                    let may_count = self.profiles.get(at).is_none_or(|profile| profile.small() != Fit::No);
                    self.stand_in.is_some() && (self.kind == Kind::Residents || may_count)
                }
                _ => false,
            };
            if is_foreign {
                claim.points -= OTHER_CELLS;
            }
        }
    }

    /// Whether a header means a thing.
    fn is_headed(&self, at: usize, thing: &str) -> bool {
        Grammar::built_in().is_thing(self.header[at].reading.thing, thing)
    }

    /// What the cells of a column add to a claim.
    fn by_cells(&self, at: usize, claim: &Claim) -> f64 {
        let Some(profile) = self.profiles.get(at) else { return 0.0 };
        let points = |fit: Fit| match fit {
            Fit::Yes => 1.0,
            Fit::Unknown => 0.0,
            Fit::No => -OTHER_CELLS,
        };
        // A column of names or numbers by its header that holds neither: marks are another thing, all else is damage.
        let is_sure = claim.reason == Reason::BuiltIn && claim.points >= UNDERSTOOD - SECTION;
        let of_persons = |fit: Fit| match fit {
            Fit::No if is_sure && profile.ticks() != Fit::Yes => -BAD_CELLS,
            fit => points(fit),
        };
        use Field as F;
        use FieldType as T;
        match (claim.field, claim.field.kind_of_value()) {
            (_, T::Name) => of_persons(profile.names()),
            (F::ValidTo, _) if profile.month_ends() == Fit::Yes => 1.8,
            // Counts are ages only where the header says so: "birth_order".
            (_, T::Past) if !is_sure && profile.small() == Fit::Yes && !self.is_headed(at, "age") => {
                -OTHER_CELLS
            }
            (_, T::Past | T::Limit) => points(profile.dates()),
            // Nine digits throughout are old numbers, beside a column of those in force.
            (F::PersonalId, _) if profile.old_ids() == Fit::Yes && profile.ids() == Fit::No => -1.0,
            (F::OldId, _) if profile.old_ids() == Fit::Yes && profile.ids() == Fit::No => 1.5,
            (_, T::Id) => of_persons(profile.numbers()),
            (F::CardNo, _) if profile.cards() == Fit::Yes => 2.0,
            (F::CardNo, _) if profile.tens() == Fit::Yes => 0.2,
            (F::InsuranceNo, _) if profile.tens() == Fit::Yes => 1.0,
            // A card by header and cells is no number of insurance for want of a better one.
            (F::InsuranceNo, _) if profile.cards() == Fit::Yes && self.is_headed(at, "card_no") => {
                -OTHER_CELLS
            }
            (_, T::Money) if profile.dates() == Fit::Yes && profile.small() != Fit::Yes => -OTHER_CELLS,
            (_, T::Card | T::Money) | (F::CommuneCode, _) => points(profile.digits()),
            (_, T::Gender) if profile.genders() == Fit::Yes => 1.0,
            (_, T::Gender) if profile.dates() == Fit::Yes && profile.ticks() == Fit::No => -OTHER_CELLS,
            (_, T::Gender) if profile.names() == Fit::Yes => -OTHER_CELLS,
            (F::HouseholdId | F::RecordNo | F::BookNo | F::FileNo, _) if profile.names() == Fit::Yes => {
                -OTHER_CELLS
            }
            // A code of each row's own is no code of a group, and one that recurs is no number of a file.
            (F::GroupCode, _) if profile.are_numbers_apart() => -OTHER_CELLS,
            (F::FileNo, _) if self.is_headed(at, "group_code") && !profile.are_numbers_apart() => {
                -OTHER_CELLS
            }
            // "Trạng thái thông tin": states of something else.
            (F::Status, _) if profile.statuses() == Fit::No && profile.letterless() == Fit::No => {
                -OTHER_CELLS
            }
            (F::Programme | F::GroupCode | F::StopReason, _) if profile.ticks() == Fit::Yes => -OTHER_CELLS,
            (F::RegistrationKind, _) if profile.ticks() == Fit::Yes && profile.letterless() != Fit::Yes => {
                -OTHER_CELLS
            }
            (F::Programme, _) if profile.letterless() == Fit::Yes && profile.small() == Fit::No => {
                -OTHER_CELLS
            }
            (F::Commune | F::Hamlet, _) if profile.dates() == Fit::Yes => -OTHER_CELLS,
            (F::Address | F::LastResidence | F::DeathPlace, _) if profile.ticks() == Fit::Yes => -OTHER_CELLS,
            (F::Address | F::LastResidence, _) if profile.names() == Fit::Yes => -2.0,
            _ => 0.0,
        }
    }
}
