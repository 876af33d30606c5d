//! What a role of a row brings to the comparison.

use smallvec::SmallVec;

use super::dates::BirthCode;
use super::levels::{BirthLevel, NameLevel};
use super::names::NameCode;
use super::residents::Residents;
use super::stratum::Stratum;
use crate::domain::{
    ByDeath, Dataset, DateCell, Day, DeathDetail, Gender, NameId, PartialDate, Person, Relative, Role, TextId,
};

/// A person to be found in the registry.
pub(crate) struct Record {
    pub(crate) name: NameId,
    pub(crate) code: NameCode,
    pub(crate) birth: BirthCode,
    pub(crate) gender: Option<Gender>,
    pub(crate) units: SmallVec<[u32; 2]>,
    pub(crate) hamlet: TextId,
    pub(crate) address: TextId,
    pub(crate) household: TextId,
    pub(crate) id: Option<u64>,
    pub(crate) old_id: Option<u32>,
    /// Bearers of the row's personal ID in the registry, as whoever has its index tells.
    pub(crate) owners: SmallVec<[u32; 2]>,
    /// Father, mother, spouse: name and personal ID as the row tells them.
    pub(crate) relatives: [(NameId, Option<u64>); 3],
    /// Date of death that a death record tells.
    pub(crate) death: Option<PartialDate>,
    /// Whether the row says that the person is dead.
    pub(crate) asserts_death: bool,
    /// Last day by which it says so.
    pub(crate) dead_by: Option<Day>,
    /// Whether the row says that the person draws a benefit, has a card or stands on a list of those who go on.
    pub(crate) goes_on: bool,
    /// Whether ID and date of birth are those of a resident of another name: papers of somebody else.
    pub(crate) papers_of_another: bool,
    /// Whether the ID is that of whoever reported the death.
    pub(crate) is_informants_id: bool,
    /// Whether what the row says is doubtful by itself: a remark takes it back, or it stands beside another row.
    pub(crate) is_doubtful: bool,
    /// Whether the row gives a day of death before its own date of birth.
    pub(crate) died_unborn: bool,
    /// Where old age is given as the cause, the last year in which one who died of it can be born.
    pub(crate) old_if_born_by: Option<u16>,
    /// The number of whoever reported the death.
    pub(crate) informant: Option<u64>,
    /// Which rows it is counted with.
    pub(crate) stratum: Stratum,
    /// The last year in which the person can be born by what the row says of others.
    pub(super) latest_birth: u16,
    /// A resident already linked in another role of the row, to whom this person should be related.
    pub(crate) kin: Option<u32>,
    /// Whether the row brings too little beside name, date and numbers for a pair of unlike names to be
    /// right: not both parents, no kin.
    pub(super) only_name_and_date: bool,
    /// Whether the row has an ID, hidden or not.
    pub(crate) numbered: bool,
    /// What the list is known to do with names and dates in the commune of the row.
    pub(crate) habits: Habits,
    /// A resident who is not to be considered (in the search for duplicates, the resident himself).
    pub(crate) not: Option<u32>,
}

/// How a row is to be read, by what its list does throughout.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Habits {
    /// Day and month are exchanged as often as not: the date is read either way.
    pub(crate) either_order: bool,
    /// Share of the names of which the middle is left out, where that is a habit.
    pub(crate) middle_dropped: Option<f32>,
}

impl Habits {
    /// How a birth date compares and what it tells: read either way, two dates would agree as well as one.
    pub(super) fn birth(self, level: BirthLevel, bits: f32) -> (BirthLevel, f32) {
        match level {
            BirthLevel::Exact | BirthLevel::Swapped if self.either_order => (BirthLevel::Exact, bits - 1.0),
            _ => (level, bits),
        }
    }

    /// Bits that a name without its middle gains: to lack it is no slip here. `usual` is log2 of how often it is one.
    pub(crate) fn without_middle(self, usual: f32) -> f32 {
        self.middle_dropped.map_or(0.0, |share| (share.log2() - usual).max(0.0))
    }
}

/// Years of age at which the youngest become parents, less one for a year of birth that is one off.
const YOUNGEST_PARENT: u16 = 12;
/// By so many years a date of birth or of a benefit may be mistyped.
const SLIP_OF_YEARS: u16 = 2;
/// Nobody dies of old age who is younger.
const LEAST_OLD: u16 = 55;

impl Record {
    /// The record of one role of a row, given all persons of the row in the order of `roles`.
    pub(crate) fn of(
        residents: &Residents<'_>,
        data: &Dataset,
        roles: &[Role],
        persons: &[Person],
        at: usize,
    ) -> Self {
        let mut record = Self::of_person(residents, data, &persons[at]);
        let person = |role: Role| {
            roles.iter().position(|r| *r == role).map_or((NameId::BLANK, None), |i| {
                (persons[i].name.id, persons[i].personal_id().map(|id| id.number()))
            })
        };
        let none = (NameId::BLANK, None);
        record.relatives = match roles[at] {
            Role::Child | Role::Subject => [person(Role::Father), person(Role::Mother), person(Role::Spouse)],
            Role::Mother => [none, none, person(Role::Father)],
            Role::Father => [none, none, person(Role::Mother)],
            Role::Husband => [none, none, person(Role::Wife)],
            Role::Wife => [none, none, person(Role::Husband)],
            Role::Spouse => [none, none, person(Role::Subject)],
            Role::Deceased | Role::Guardian => [none; 3],
        };
        if matches!(roles[at], Role::Mother | Role::Father)
            && let Some(child) = roles.iter().position(|role| role.is_main())
        {
            record.bear(BirthCode::of(persons[child].birth));
        }
        record
    }

    /// Says that the person is a parent of somebody born then. A row of which the parent would be too young
    /// by his own date is wrong somewhere, and says nothing.
    fn bear(&mut self, child: BirthCode) {
        if child.is_missing() {
            return;
        }
        self.lived_by(child.year().saturating_sub(YOUNGEST_PARENT));
    }

    /// The record of a resident against the other residents.
    pub(crate) fn of_resident(residents: &Residents<'_>, data: &Dataset, resident: u32) -> Self {
        let r = &residents.rows[resident as usize];
        let mut record = Self::of_person(residents, data, &r.person);
        let relative = |r: &Relative| (r.name.id, r.id.personal().map(|id| id.number()));
        record.relatives = [relative(&r.father), relative(&r.mother), relative(&r.spouse)];
        record.not = Some(resident);
        record.settle()
    }

    fn of_person(residents: &Residents<'_>, data: &Dataset, p: &Person) -> Self {
        let id = p.personal_id().map(|id| id.number());
        let units = || data.places.get(p.place).units.iter().map(|unit| unit.0).collect();
        let by_hamlet = || residents.commune_of(p.hamlet).into_iter().collect();
        Self {
            name: p.name.id,
            code: residents.names.code(p.name.id),
            birth: BirthCode::of(p.birth),
            gender: p.gender,
            units: if p.place.is_blank() { by_hamlet() } else { units() },
            hamlet: p.hamlet,
            address: p.address,
            household: p.household,
            id,
            old_id: p.old_id().map(|id| id.number()),
            owners: SmallVec::new(),
            relatives: [(NameId::BLANK, None); 3],
            death: None,
            asserts_death: false,
            dead_by: None,
            goes_on: false,
            papers_of_another: false,
            is_informants_id: false,
            informant: None,
            died_unborn: false,
            old_if_born_by: None,
            is_doubtful: false,
            stratum: Stratum::NoId,
            latest_birth: u16::MAX,
            kin: None,
            not: None,
            only_name_and_date: true,
            numbered: false,
            habits: Habits::default(),
        }
    }

    /// Says that the person died, as a death record has it.
    pub(crate) fn died(&mut self, death: &DeathDetail) {
        self.asserts_death = true;
        self.death = death.death_date.sound();
        self.dead_by = self.death.map(PartialDate::last_day);
        // Whoever reports a death is not the deceased: the number is the informant's, written where it does not
        // belong.
        let informant = death.informant.personal().map(|id| id.number());
        self.informant = informant;
        self.is_informants_id = informant.is_some() && informant == self.id;
        self.is_doubtful = death.annulled;
        if let Some(died) = self.death {
            self.died_unborn = !self.lived_by(died.year());
            // A day of death before the birth is itself wrong: it says nothing of how old somebody became.
            self.old_if_born_by =
                (death.of_old_age && !self.died_unborn).then(|| died.year().saturating_sub(LEAST_OLD));
        }
    }

    /// Says that the person married in a year.
    pub(crate) fn married(&mut self, year: u16) {
        self.lived_by(year.saturating_sub(YOUNGEST_PARENT));
    }

    /// Says that the person, whose date of birth is given, had a benefit or card in a year. A year may be off by a few.
    pub(crate) fn had_by(&mut self, year: u16) {
        if !self.birth.is_missing() {
            self.lived_by(year + SLIP_OF_YEARS);
        }
    }

    /// Says that the person was born by a year: whoever was born later is another. Tells whether the row's own date agrees;
    /// where it does not, the row is wrong somewhere, and rules nobody out.
    fn lived_by(&mut self, year: u16) -> bool {
        let agrees = self.birth.year() <= year;
        if agrees {
            self.latest_birth = self.latest_birth.min(year);
        }
        agrees
    }

    /// Says that something ended on a day because the person had died.
    pub(crate) fn stopped(&mut self, by_death: ByDeath, stop: DateCell) {
        self.asserts_death = true;
        self.dead_by = stop.sound().map(PartialDate::last_day);
        self.is_doubtful |= by_death == ByDeath::InDoubt;
    }

    /// Says whose the numbers are. Where ID and date of birth are those of a resident of quite another name (or the
    /// name is that of a relative of the resident, to the letter), they came from one paper, and it is not the person's: the date says nothing of anybody then, and of the ID only
    /// that its bearer is perhaps a relative.
    pub(crate) fn owned_by(
        mut self,
        residents: &Residents<'_>,
        owners: SmallVec<[u32; 2]>,
        old_is_known: bool,
        names_a_relative: bool,
    ) -> Self {
        let is_resident = self.not.is_some();
        let bears = owners.iter().any(|owner| !self.is_named_otherwise(residents, *owner));
        let same_date =
            owners.iter().any(|owner| self.birth.compare(residents.hot[*owner as usize].birth).agrees());
        // A row that names the family beside says by them whose papers they are.
        let stands_alone = self.relatives.iter().all(|(name, id)| name.is_blank() && id.is_none());
        let is_other_name = !bears || names_a_relative;
        self.papers_of_another =
            // The dead person's number copied into the informant's column is the dead person's all the same.
            !is_resident && (self.is_informants_id && !(bears && same_date) || (stands_alone && is_other_name && same_date));
        let inside = self.units.is_empty() || self.units.iter().any(|unit| residents.holds_unit(*unit));
        let known = match self.id {
            _ if self.papers_of_another => None,
            Some(_) => Some(!owners.is_empty() || old_is_known),
            None => old_is_known.then_some(true),
        };
        self.stratum = Stratum::of(known, inside);
        self.owners = owners;
        if self.papers_of_another && same_date {
            self.birth = BirthCode::default();
        }
        self
    }

    /// Whether a resident bears a name that no slip makes of the row's: another given name at least.
    fn is_named_otherwise(&self, residents: &Residents<'_>, resident: u32) -> bool {
        let name = residents.hot[resident as usize].name;
        match residents.names.level(self.name, name) {
            NameLevel::GivenDiffers | NameLevel::Different => true,
            NameLevel::Mixed => residents.names.given_differs(self.name, name),
            _ => false,
        }
    }

    /// Says to whom the person should be related.
    pub(crate) fn with_kin(mut self, kin: Option<u32>) -> Self {
        self.kin = kin;
        self.settle()
    }

    /// Notes what does not change any more.
    fn settle(mut self) -> Self {
        let named = self.relatives.iter().filter(|(name, id)| !name.is_blank() || id.is_some()).count();
        self.only_name_and_date = named < 2 && self.kin.is_none();
        self.numbered = self.id.is_some() || self.old_id.is_some();
        self
    }

    /// Takes away what moved against the names in a block of rows: the ID is another person's, and so may the date of
    /// birth be. It speaks neither for nor against anybody.
    pub(crate) fn forget_papers(&mut self, with_dates: bool) {
        self.id = None;
        if with_dates {
            self.birth = BirthCode::default();
        }
    }

    /// Takes the IDs of the person away, as if the row had none.
    pub(crate) fn hide_ids(&mut self) {
        self.id = None;
        self.old_id = None;
        self.owners.clear();
        self.stratum = self.stratum.without_id();
    }
}
