//! What several rules ask of the same data, found out once: who is dead, who stands twice, which rows
//! are whose, who bears which ID, what the civil-status extracts cover.

pub(crate) mod children;
pub(crate) mod coverage;
pub(crate) mod duplicates;
pub(crate) mod events;
pub(crate) mod names;
pub(crate) mod periods;
pub(crate) mod proposals;
pub(crate) mod residence;
pub(crate) mod whole;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use self::coverage::Coverage;
use super::catalogue;

use self::events::{ByResident, IdIndex};
use self::periods::{Dates, Period};
use self::whole::Whole;
use super::identity::{role_key, row_content};
use super::text::says_no;
use crate::domain::{
    Capability, Code, Dataset, Decision, Detail, ExtractLinks, ExtractPoint, ExtractRow, Field, Kind, Lang,
    Links, NotRun, PartialDate, Person, PersonalId, Resident, ResidentIx, RoleLink, Settings, Status,
    Surplus, UnitId,
};

/// What is known of a resident, as bits.
mod flag {
    /// A surplus row of SACH-02.
    pub(super) const SURPLUS: u8 = 1;
    /// A death record is linked.
    pub(super) const DEATH_RECORD: u8 = 2;
    /// A birth record is linked.
    pub(super) const BIRTH_RECORD: u8 = 4;
    /// Among the candidates of a birth record under review.
    pub(super) const MAYBE_BORN: u8 = 8;
    /// Among the candidates of a death record under review.
    pub(super) const MAYBE_DEAD: u8 = 16;
    /// Among the candidates of an insurance card under review.
    pub(super) const MAYBE_INSURED: u8 = 32;
    /// Among the candidates of a marriage, benefit or card under review.
    pub(super) const MAYBE_ACTING: u8 = 64;
}

/// A row of an extract that is linked to a resident, and the role that is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Linked {
    /// Position of the extract.
    pub(super) extract: usize,
    /// Row index.
    pub(super) row: usize,
    /// Position of the role.
    pub(super) role: usize,
}

impl Linked {
    /// The same for others to refer to.
    pub(super) fn point(self) -> ExtractPoint {
        ExtractPoint { extract: self.extract as u8, row: self.row as u32, role: self.role as u8 }
    }
}

/// What a civil-status extract covers, ready to be asked.
#[derive(Debug)]
struct Covered {
    coverage: Coverage,
    communes: FxHashSet<UnitId>,
}

/// The data, the links and everything that rules share.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) data: &'a Dataset,
    pub(super) links: &'a Links,
    pub(super) settings: &'a Settings,
    /// The language of the values that no file writes: the word for a status.
    pub(super) lang: Lang,
    pub(super) dates: Dates,
    /// Surplus rows by extract (SACH-01), sorted by row.
    pub(super) surplus_rows: Vec<Vec<Surplus<u32>>>,
    /// Personal IDs of the registry, by number.
    pub(super) personal_ids: IdIndex,
    /// Old IDs of the registry, by number.
    pub(super) old_ids: IdIndex,
    /// Rules that are not run.
    pub(super) not_run: Vec<NotRun>,
    /// What is counted over all of a country.
    pub(super) whole: Whole,
    linked: Vec<ByResident>,
    flags: Vec<u8>,
    kept: FxHashMap<ResidentIx, ResidentIx>,
    births: Option<Covered>,
    deaths: Option<Covered>,
    idle: u64,
}

impl<'a> Facts<'a> {
    /// Finds the facts out. Of a part of a country the counts over the whole of it are given.
    pub(super) fn new(
        data: &'a Dataset,
        links: &'a Links,
        settings: &'a Settings,
        given: Option<&Whole>,
    ) -> Self {
        let residents = &data.registry.residents;
        let linked: Vec<ByResident> = links
            .extracts
            .par_iter()
            .map(|of| ByResident::new(residents.len(), linked_residents(of)))
            .collect();
        let surplus_rows = (0..data.extracts.len())
            .into_par_iter()
            .map(|extract| duplicates::surplus_rows(data, links, &linked[extract], extract))
            .collect();
        let ids = |of: fn(&Person) -> Option<u64>| {
            let numbered = |(ix, r): (usize, &Resident)| Some((of(&r.person)?, ix as u32));
            IdIndex::new(residents.par_iter().enumerate().filter_map(numbered).collect())
        };
        let whole = given.map_or_else(|| Whole::before_links(data), Whole::clone);
        let covered = |kind: Kind| {
            let coverage = Coverage::of(data, kind, whole.registered.get(kind.name())?, &settings.rules);
            Some(Covered { communes: coverage.commune_set(), coverage })
        };
        let (births, deaths) = (covered(Kind::Births), covered(Kind::Deaths));
        let mut facts = Self {
            data,
            links,
            settings,
            lang: settings.lang,
            dates: Dates { as_of: settings.as_of, oldest: settings.rules.oldest_age },
            surplus_rows,
            personal_ids: ids(|p| Some(p.personal_id()?.number())),
            old_ids: ids(|p| Some(u64::from(p.old_id()?.number()))),
            not_run: Vec::new(),
            linked,
            flags: flags(data, links),
            kept: links.registry_duplicates.iter().map(|s| (s.row, s.kept)).collect(),
            births,
            deaths,
            idle: 0,
            whole,
        };
        facts.find_idle_rules();
        if given.is_none() {
            facts.whole.lists = whole::held(&facts).collect();
        }
        // Where this part has no insurance extract at all that is said already.
        if facts.runs(Code::du(8)) && facts.whole.lacks_child_cards() {
            facts.leave_idle(Code::du(8), vec![catalogue::CHILD_CARDS.to_owned()], false);
        }
        facts
    }

    /// Notes the rules whose data are absent, and those that are switched off.
    fn find_idle_rules(&mut self) {
        let uncovered =
            |covered: &Option<Covered>| covered.as_ref().map_or(Vec::new(), |c| c.coverage.missing());
        for entry in catalogue::entries() {
            let mut missing = entry.missing(self.data);
            if entry.code == Code::du(13) {
                missing.extend(uncovered(&self.births));
            } else if entry.code == Code::song(2) {
                missing.extend(uncovered(&self.deaths));
            }
            let off = self.settings.rules.off.contains(&entry.code);
            if off || !missing.is_empty() {
                self.leave_idle(entry.code, missing, off);
            }
        }
    }

    /// Notes in its place that a rule is not run.
    fn leave_idle(&mut self, code: Code, missing: Vec<String>, off: bool) {
        let position = catalogue::position(code);
        self.idle |= 1 << position;
        let at = self.not_run.partition_point(|rule| catalogue::position(rule.code) < position);
        self.not_run.insert(at, NotRun { code, missing, off });
    }

    /// Whether a rule is run: it is not switched off, and the data that it needs are there.
    pub(super) fn runs(&self, code: Code) -> bool {
        self.idle & (1 << catalogue::position(code)) == 0
    }

    /// The coverages, for the summary.
    pub(super) fn coverages(&self) -> Vec<Coverage> {
        [&self.births, &self.deaths].into_iter().flatten().map(|c| c.coverage.clone()).collect()
    }

    /// The resident of an index.
    pub(super) fn resident(&self, ix: ResidentIx) -> &'a Resident {
        self.data.registry.get(ix)
    }

    fn has(&self, ix: ResidentIx, bits: u8) -> bool {
        self.flags[ix.0 as usize] & bits != 0
    }

    /// Whether the row is a surplus row of SACH-02.
    pub(super) fn is_surplus(&self, ix: ResidentIx) -> bool {
        self.has(ix, flag::SURPLUS)
    }

    /// The row that SACH-02 keeps of the person.
    pub(super) fn kept(&self, ix: ResidentIx) -> ResidentIx {
        if self.is_surplus(ix) { self.kept.get(&ix).copied().unwrap_or(ix) } else { ix }
    }

    /// Whether the resident lives as far as registry and death records know.
    pub(super) fn is_living(&self, ix: ResidentIx) -> bool {
        self.resident(ix).status.is_living() && !self.has(ix, flag::SURPLUS | flag::DEATH_RECORD)
    }

    /// Whether the resident is dead by the registry or a death record.
    pub(super) fn is_dead(&self, ix: ResidentIx) -> bool {
        self.resident(ix).status == Status::Dead || self.has_death_record(ix)
    }

    /// Whether a death record is linked.
    pub(super) fn has_death_record(&self, ix: ResidentIx) -> bool {
        self.has(ix, flag::DEATH_RECORD)
    }

    /// Whether a death record under review may be the resident's.
    pub(super) fn may_have_death_record(&self, ix: ResidentIx) -> bool {
        self.has(ix, flag::MAYBE_DEAD)
    }

    /// Whether a birth record is linked, or one under review may be the resident's.
    pub(super) fn may_have_birth_record(&self, ix: ResidentIx) -> bool {
        self.has(ix, flag::BIRTH_RECORD | flag::MAYBE_BORN)
    }

    /// Whether an insurance card under review may be the resident's.
    pub(super) fn may_have_card(&self, ix: ResidentIx) -> bool {
        self.has(ix, flag::MAYBE_INSURED)
    }

    /// Whether a marriage, benefit or card under review may be the resident's.
    pub(super) fn may_have_acted(&self, ix: ResidentIx) -> bool {
        self.has(ix, flag::MAYBE_ACTING)
    }

    /// The date of death: the death record's, else the registry's. Impossible dates are none. Where the record knows no more
    /// than the year or month, or stands for the year by its first of January, a full date of the registry within it says
    /// the same and more.
    pub(super) fn death_date(&self, ix: ResidentIx) -> Option<PartialDate> {
        let recorded = || {
            self.linked(Capability::Death, ix).find_map(|at| {
                let Detail::Death(record) = &self.row(at).detail else { return None };
                self.dates.death_of_record(self.person(at), record)
            })
        };
        let recorded = if self.has_death_record(ix) { recorded() } else { None };
        let known = || self.dates.death_of_resident(self.resident(ix));
        match recorded {
            Some(date) if !date.is_full() || date.is_new_year() => {
                let stands_for = if date.is_new_year() { date.year_only() } else { date };
                let within = |known: &PartialDate| known.is_full() && stands_for.agrees(*known);
                Some(known().filter(within).unwrap_or(date))
            }
            Some(date) => Some(date),
            None => known(),
        }
    }

    /// The rows that prove something and are linked to a resident: extract by extract, surplus rows last; otherwise
    /// as [`Facts::linked_in`].
    pub(super) fn linked(
        &self,
        proving: Capability,
        ix: ResidentIx,
    ) -> impl Iterator<Item = Linked> + use<'_, 'a> {
        let extracts = self.data.extracts.iter().enumerate();
        let proving = extracts.filter(move |(_, extract)| extract.kind.has(proving));
        proving.flat_map(move |(extract, _)| self.linked_rows(extract, ix))
    }

    /// The marriages that are linked to a resident, as [`Facts::linked`] gives them.
    pub(super) fn marriages(&self, ix: ResidentIx) -> impl Iterator<Item = Linked> + use<'_, 'a> {
        let extract = self.data.position(Kind::Marriages);
        extract.into_iter().flat_map(move |extract| self.linked_rows(extract, ix))
    }

    fn linked_rows(&self, extract: usize, ix: ResidentIx) -> SmallVec<[Linked; 2]> {
        let mut rows = self.linked_in(extract, ix);
        if rows.len() > 1 {
            rows.sort_by_key(|at| self.row_is_surplus(at.extract, at.row));
        }
        rows
    }

    /// The rows of an extract that are linked to a resident, in the order of what they are known by and say: what
    /// rests on the first of them rests on the same one when the file is sorted anew.
    pub(super) fn linked_in(&self, extract: usize, ix: ResidentIx) -> SmallVec<[Linked; 2]> {
        let roles = self.data.extracts[extract].kind.roles().len();
        let linked = self.linked[extract].of(ix).iter().map(|&person| {
            let person = person as usize;
            Linked { extract, row: person / roles, role: person % roles }
        });
        let mut rows: SmallVec<[Linked; 2]> = linked.collect();
        if rows.len() > 1 {
            rows.sort_by_cached_key(|at| {
                let known_by = role_key(self.data, at.extract, at.row, at.role);
                (known_by, row_content(self.row(*at).row, self.data))
            });
        }
        rows
    }

    /// The row of a link.
    pub(super) fn row(&self, at: Linked) -> &'a ExtractRow {
        &self.data.extracts[at.extract].rows[at.row]
    }

    /// The person of a link.
    pub(super) fn person(&self, at: Linked) -> &'a Person {
        &self.data.extracts[at.extract].persons_of(at.row)[at.role]
    }

    /// The outcome of linkage for a person.
    pub(super) fn link(&self, at: Linked) -> Option<&'a RoleLink> {
        self.links.of(at.extract, at.row, at.role, self.data.extracts[at.extract].kind)
    }

    /// Whether a row is a surplus one of SACH-01.
    pub(super) fn row_is_surplus(&self, extract: usize, row: usize) -> bool {
        self.surplus_rows[extract].binary_search_by_key(&(row as u32), |s| s.row).is_ok()
    }

    /// Whether a placeholder stands where the registry tells when an identity card was issued.
    pub(super) fn card_issue_is_placeholder(&self, ix: ResidentIx) -> bool {
        let resident = self.resident(ix);
        let written = || self.raw(resident.row, Field::CardIssued);
        resident.card_issued == Some(false) && !written().is_empty() && !says_no(written())
    }

    /// Whether a benefit, card or entry may hold on the as-of date: an end that cannot be read leaves it open.
    pub(super) fn may_be_current(&self, row: &ExtractRow) -> bool {
        Period::of_row(row).is_some_and(|period| period.may_hold(self.dates.as_of))
    }

    /// Whether a benefit, card or entry holds on the as-of date, beyond doubt.
    pub(super) fn is_current(&self, row: &ExtractRow) -> bool {
        Period::of_row(row).is_some_and(|period| period.holds(self.dates.as_of))
    }

    /// The persons that bear a personal ID in the registry, each by the row that SACH-02 keeps.
    pub(super) fn owners(&self, id: PersonalId) -> impl Iterator<Item = ResidentIx> + '_ {
        self.personal_ids.owners(id.number()).map(|ix| self.kept(ix))
    }

    /// Whether the births extract covers the birth of a resident.
    pub(super) fn covers_birth(&self, ix: ResidentIx, birth: PartialDate) -> bool {
        self.covers(self.births.as_ref(), ix, birth)
    }

    /// Whether the deaths extract covers the death of a resident.
    pub(super) fn covers_death(&self, ix: ResidentIx, death: PartialDate) -> bool {
        self.covers(self.deaths.as_ref(), ix, death)
    }

    fn covers(&self, covered: Option<&Covered>, ix: ResidentIx, date: PartialDate) -> bool {
        let units = &self.data.places.get(self.resident(ix).person.place).units;
        covered.is_some_and(|c| {
            c.coverage.covers_date(date) && units.iter().any(|unit| c.communes.contains(unit))
        })
    }
}

/// For each person of an extract the resident it is linked to.
fn linked_residents(of: &ExtractLinks) -> impl Iterator<Item = Option<ResidentIx>> + Clone + '_ {
    of.roles.iter().map(|link| link.as_ref().and_then(RoleLink::linked))
}

/// What the links say of each resident.
fn flags(data: &Dataset, links: &Links) -> Vec<u8> {
    let mut flags = vec![0_u8; data.registry.residents.len()];
    let mut set = |ix: ResidentIx, bits: u8| flags[ix.0 as usize] |= bits;
    for surplus in &links.registry_duplicates {
        set(surplus.row, flag::SURPLUS);
    }
    for (position, extract) in data.extracts.iter().enumerate() {
        let (linked, maybe) = match extract.kind {
            Kind::Births => (flag::BIRTH_RECORD, flag::MAYBE_BORN),
            Kind::Marriages => (0, flag::MAYBE_ACTING),
            kind if kind.has(Capability::Death) => (flag::DEATH_RECORD, flag::MAYBE_DEAD),
            kind if kind.has(Capability::Card) => (0, flag::MAYBE_INSURED | flag::MAYBE_ACTING),
            kind if kind.has(Capability::Payment) => (0, flag::MAYBE_ACTING),
            _ => (0, 0),
        };
        for (_, role, link) in links.iter(position, extract) {
            if extract.kind.roles()[role].stands_beside() {
                continue;
            }
            match link.decision {
                Decision::Link => link.resident.into_iter().for_each(|ix| set(ix, linked)),
                Decision::Review => {
                    let others = link.candidates.iter().map(|candidate| candidate.resident);
                    link.resident.into_iter().chain(others).for_each(|ix| set(ix, maybe));
                }
                Decision::None => {}
            }
        }
    }
    flags
}
