//! The oracle: what the contract says of rows whose meaning and persons are known.
//!
//! It is written apart from the rules of the program and shares nothing with them but the types of the
//! domain: two readings of one text that agree are worth more than one reading used twice.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::truth::{Facts, FindingTruth, Known, LinkTruth, mark};
use super::values::{
    RoleFields, birth_rank, block, contradicts, dies_before_birth, implied_gender, name_rank, registry_death,
};
use crate::domain::{Code, DateCell, Day, Field, Gender, IdCell, Kind, PartialDate, Precision, Role};
use crate::sample::extracts::cells::{PersonW, bare_key, keys_agree};
use crate::sample::files::Placement;
use crate::sample::population::people::World;
use crate::sample::population::registry::{Book, Reg, source_row};
use crate::sample::population::tables::Tables;

/// A role of a row that has been looked at.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) resident: Option<u32>,
    pub(crate) hard: bool,
}

/// A row that may be a second one of the same person (SACH-01).
#[derive(Copy, Clone, Debug)]
pub(crate) struct Twice {
    pub(crate) person: u32,
    /// Programme, or 0.
    pub(crate) sub: u32,
    pub(crate) row: u32,
    pub(crate) role: Role,
    pub(crate) seen: Seen,
    pub(crate) sound_id: bool,
    pub(crate) filled: u16,
    /// First and last day on which it holds; all time for records.
    pub(crate) span: (i32, i32),
    /// A repeated registration.
    pub(crate) again: bool,
}

/// The oracle of one sample.
pub(crate) struct Oracle<'a> {
    pub(crate) world: &'a World,
    pub(crate) tables: &'a Tables,
    pub(crate) book: &'a Book,
    /// By row of the registry.
    pub(crate) facts: Vec<Facts>,
    pub(crate) links: Vec<LinkTruth>,
    pub(crate) findings: Vec<FindingTruth>,
    /// Well-formed personal IDs of the file at hand: ID, row, role, person.
    numbers: Vec<(u64, u32, Role, u32)>,
    twice: Vec<Twice>,
    /// Rows of the registry by commune, first letter of the surname and given name, without diacritics.
    namesakes: FxHashMap<(u16, String), SmallVec<[u32; 2]>>,
}

impl<'a> Oracle<'a> {
    /// An oracle that has seen nothing but the registry.
    pub(crate) fn new(world: &'a World, tables: &'a Tables, book: &'a Book) -> Self {
        let mut namesakes: FxHashMap<(u16, String), SmallVec<[u32; 2]>> = FxHashMap::default();
        for (ix, row) in book.rows.iter().enumerate() {
            let commune = world.people[row.person as usize].commune;
            namesakes.entry((commune, block(&bare_key(&row.key)))).or_default().push(ix as u32);
        }
        Self {
            world,
            tables,
            book,
            facts: vec![Facts::default(); book.rows.len()],
            links: Vec::new(),
            findings: Vec::new(),
            numbers: Vec::new(),
            twice: Vec::new(),
            namesakes,
        }
    }

    /// A row of the registry.
    pub(crate) fn reg(&self, ix: u32) -> &'a Reg {
        &self.book.rows[ix as usize]
    }

    /// Adds a finding.
    pub(crate) fn find(
        &mut self,
        code: Code,
        at: (Kind, u32, Option<Role>),
        resident: Option<u32>,
        field: Option<Field>,
        hard: bool,
    ) {
        let (kind, row, role) = at;
        self.findings.push(FindingTruth { code, kind, row, role, resident, field, hard });
    }

    /// Takes back that findings of a code on rows of a file are easy: another thing hides them.
    pub(crate) fn make_hard(&mut self, code: Code, kind: Kind, rows: &[u32]) {
        for finding in &mut self.findings {
            if finding.code == code && finding.kind == kind && rows.contains(&finding.row) {
                finding.hard = true;
            }
        }
    }

    /// Judges a rule that asks what is known of residents, by the easy rows and by all: where the answers
    /// differ, the finding hangs on a row that nobody could decide.
    pub(crate) fn find_if(
        &mut self,
        code: Code,
        at: (Kind, u32, Option<Role>),
        resident: u32,
        field: Option<Field>,
        hard: bool,
        rule: impl Fn(&Self, &dyn Fn(u32) -> Known) -> bool,
    ) -> bool {
        let easy = rule(self, &|ix| self.facts[ix as usize].easy);
        let all = rule(self, &|ix| self.facts[ix as usize].all);
        if easy || all {
            self.find(code, at, Some(resident), field, hard || easy != all);
        }
        easy || all
    }

    /// Whether a resident is living, as far as is known.
    pub(crate) fn living(&self, ix: u32, known: Known) -> bool {
        self.reg(ix).status.is_living() && !known.has(mark::DEATH_RECORD)
    }

    /// Whether a resident is dead by the registry or a death record.
    pub(crate) fn dead(&self, ix: u32, known: Known) -> bool {
        self.reg(ix).is_dead() || known.has(mark::DEATH_RECORD)
    }

    /// The date of death that counts: the record's, else the registry's.
    pub(crate) fn death_date(&self, ix: u32, known: Known) -> Option<PartialDate> {
        known.death.or_else(|| registry_death(self.reg(ix)))
    }

    /// Looks at a role of a row: its link, and all that its cells and its resident's row say.
    /// `person` is `None` for somebody who stands in no list.
    pub(crate) fn look(
        &mut self,
        kind: Kind,
        row: u32,
        role: Role,
        person: Option<u32>,
        w: &PersonW,
        birth_required: bool,
    ) -> Option<Seen> {
        if w.is_blank() {
            return None;
        }
        let resident = person.and_then(|p| self.book.row_of(p));
        let hard = self.is_hard(kind, person, resident, w) || (role.is_parent() && w.name.placeholder);
        self.links.push(LinkTruth { kind, row, role, resident, hard });
        if let (Some(id), Some(p)) = (w.personal.is.personal(), person) {
            self.numbers.push((id.number(), row, role, p));
        }
        self.cells((kind, row, Some(role)), resident, RoleFields::of(role), w, implied_gender(role));
        let seen = Seen { resident, hard };
        match resident {
            Some(ix) => self.compare((kind, row, Some(role)), role, ix, hard, w, birth_required),
            None => self.foreign_number((kind, row, Some(role)), role, w),
        }
        Some(seen)
    }

    /// Findings on the cells of a person alone.
    fn cells(
        &mut self,
        at: (Kind, u32, Option<Role>),
        resident: Option<u32>,
        fields: RoleFields,
        w: &PersonW,
        implied: Option<Gender>,
    ) {
        if w.name.damaged {
            self.find(Code::sach(6), at, resident, Some(fields.name), false);
        }
        if w.name.placeholder {
            self.find(Code::sach(9), at, resident, Some(fields.name), false);
        }
        match w.birth.is {
            DateCell::Impossible => self.find(Code::sach(5), at, resident, Some(fields.birth), false),
            DateCell::Placeholder => self.find(Code::sach(9), at, resident, Some(fields.birth), false),
            _ => {}
        }
        for (cell, field) in [(w.personal.is, fields.personal), (w.old.is, fields.old)] {
            let code = match cell {
                IdCell::Malformed | IdCell::Mistyped(_) => Code::sach(3),
                IdCell::Placeholder => Code::sach(9),
                IdCell::Scientific | IdCell::LostZero(_) | IdCell::Restored(_) | IdCell::OldRestored(_) => {
                    Code::sach(7)
                }
                _ => continue,
            };
            self.find(code, at, resident, Some(field), false);
        }
        if let IdCell::Personal(id) = w.personal.is
            && contradicts(id, w.gender.or(implied), w.birth.is)
        {
            self.find(Code::dung(8), at, resident, Some(fields.personal), false);
        }
    }

    /// Findings of comparing a role with its resident.
    fn compare(
        &mut self,
        at: (Kind, u32, Option<Role>),
        role: Role,
        ix: u32,
        hard: bool,
        w: &PersonW,
        birth_required: bool,
    ) {
        let fields = RoleFields::of(role);
        let reg = self.reg(ix);
        let who = Some(ix);
        let main = !role.is_parent();
        if main && !w.name.key.is_empty() && !reg.key.is_empty() && !keys_agree(&w.name.key, &reg.key) {
            self.find(Code::dung(1), at, who, Some(fields.name), hard);
        }
        if let (Some(here), Some(there)) = (w.birth.is.value(), reg.birth.value()) {
            let about = matches!(w.birth.is, DateCell::About(_));
            let agrees = if about { here.year().abs_diff(there.year()) <= 1 } else { here.compatible(there) };
            let (p, q) = (here.precision_beside(there), there.precision_beside(here));
            if !agrees {
                self.find(Code::dung(2), at, who, Some(fields.birth), hard);
            } else if main && (about || p < q) {
                let open = about && q == Precision::Year;
                self.find(Code::du(4), at, who, Some(fields.birth), hard || open);
            }
            if agrees && !about && p > q {
                self.facts[ix as usize].note(mark::FULLER_BIRTH, hard);
            }
        } else if main && w.birth.is.is_missing() && !birth_required && reg.birth.value().is_some() {
            self.find(Code::du(4), at, who, Some(fields.birth), hard);
        }
        if let (Some(here), Some(there)) = (w.gender, reg.gender)
            && here != there
        {
            self.find(Code::dung(3), at, who, Some(fields.gender), hard);
        }
        self.compare_numbers(at, fields, ix, hard, w, main);
    }

    fn compare_numbers(
        &mut self,
        at: (Kind, u32, Option<Role>),
        fields: RoleFields,
        ix: u32,
        hard: bool,
        w: &PersonW,
        main: bool,
    ) {
        let own = self.reg(ix).personal_id();
        for (cell, field) in [(w.personal.is, fields.personal), (w.old.is, fields.old)] {
            if let Some(id) = cell.personal().filter(|id| own != Some(*id)) {
                match self.book.owner(id) {
                    Some(owner) if owner != ix => {
                        self.find(Code::dung(5), at, Some(ix), Some(field), hard);
                    }
                    None if own.is_some() => self.find(Code::dung(4), at, Some(ix), Some(field), hard),
                    _ => {}
                }
            }
            if let Some(old) = cell.old()
                && self.book.old_owner(old.number()).is_some_and(|owner| owner != ix)
            {
                self.find(Code::dung(5), at, Some(ix), Some(field), hard);
            }
        }
        if !main || own.is_none() {
            return;
        }
        let (p, o) = (w.personal.is, w.old.is);
        let has_old = p.old().is_some() || o.old().is_some();
        if p.is_missing() && o.is_missing() {
            self.find(Code::du(1), at, Some(ix), Some(fields.personal), hard);
        } else if has_old && p.personal().is_none() && o.personal().is_none() {
            // Beside a damaged personal ID, or where the old one had to be mended, the contract can be
            // read either way.
            let open = !(p.is_missing() || matches!(p, IdCell::Old(_)));
            self.find(Code::du(3), at, Some(ix), Some(fields.personal), hard || open);
        }
    }

    /// A number of a resident on the row of somebody who is none: the contract can be read either way.
    fn foreign_number(&mut self, at: (Kind, u32, Option<Role>), role: Role, w: &PersonW) {
        let fields = RoleFields::of(role);
        for (cell, field) in [(w.personal.is, fields.personal), (w.old.is, fields.old)] {
            let owner = cell.personal().and_then(|id| self.book.owner(id));
            let owner = owner.or_else(|| cell.old().and_then(|id| self.book.old_owner(id.number())));
            if owner.is_some() {
                self.find(Code::dung(5), at, None, Some(field), true);
            }
        }
    }

    /// Whether nobody could decide who a role is.
    fn is_hard(&self, kind: Kind, person: Option<u32>, resident: Option<u32>, w: &PersonW) -> bool {
        let truth = resident.map(|ix| self.reg(ix));
        if let Some(reg) = truth {
            let own = reg.personal_id();
            let by_id = [w.personal.is, w.old.is].into_iter().any(|cell| {
                cell.personal().is_some_and(|id| own == Some(id))
                    || cell.old().is_some_and(|old| reg.old.old() == Some(old))
            });
            if by_id {
                return false;
            }
        }
        if w.name.key.is_empty() {
            return true;
        }
        let written = bare_key(&w.name.key);
        if written.contains('?') {
            // A lost letter hides the block; such rows are rare, and decided by date or number.
            return w.birth.is.value().is_none();
        }
        let ours = truth.map(|reg| (name_rank(&written, &reg.key), birth_rank(w.birth.is, reg.birth)));
        if let Some((name, birth)) = ours
            && (name + birth == 0 || (name <= 1 && birth == 0))
        {
            return true;
        }
        let home = person.map(|p| &self.world.people[p as usize]);
        let communes: SmallVec<[u16; 2]> = match home {
            Some(p) => SmallVec::from_slice(&[p.commune]),
            None => return false,
        };
        for commune in communes {
            let Some(rivals) = self.namesakes.get(&(commune, block(&written))) else { continue };
            for &rival in rivals {
                let reg = self.reg(rival);
                if Some(reg.person) == person || reg.surplus_of.is_some() {
                    continue;
                }
                let other = &self.world.people[reg.person as usize];
                if kind == Kind::Welfare && home.is_some_and(|h| h.household != other.household) {
                    continue;
                }
                if let (Some(a), Some(b)) = (w.gender, reg.gender)
                    && a != b
                {
                    continue;
                }
                let (name, birth) = (name_rank(&written, &reg.key), birth_rank(w.birth.is, reg.birth));
                let rival_is_as_good = match ours {
                    Some((n, b)) => name >= 1 && name + birth >= n + b,
                    None => name + birth >= 3,
                };
                if rival_is_as_good {
                    return true;
                }
            }
        }
        false
    }

    /// Notes a row that might be a second one of its person.
    pub(crate) fn note_row(&mut self, row: Twice) {
        self.twice.push(row);
    }

    /// Ends a list: numbers borne by several persons of one file, persons who stand twice.
    pub(crate) fn end_of_list(&mut self, kind: Kind, placement: &Placement) {
        let mut numbers = std::mem::take(&mut self.numbers);
        let file = |row: u32| placement.at(row).0;
        numbers.sort_unstable_by_key(|&(id, row, role, person)| (id, file(row), row, role, person));
        for same in numbers.chunk_by(|a, b| a.0 == b.0 && file(a.1) == file(b.1)) {
            if same.iter().all(|n| n.3 == same[0].3) {
                continue;
            }
            let mut last_row = 0;
            for &(_, row, role, person) in same {
                let field = RoleFields::of(role).personal;
                let resident = self.book.row_of(person);
                // One finding for each row: whether a second role of the same row counts is left open.
                self.find(Code::sach(4), (kind, row, Some(role)), resident, Some(field), row == last_row);
                last_row = row;
            }
        }
        let mut twice = std::mem::take(&mut self.twice);
        twice.sort_unstable_by_key(|t| (t.person, t.sub, t.row));
        for rows in twice.chunk_by(|a, b| (a.person, a.sub) == (b.person, b.sub)) {
            self.surplus(kind, rows, placement);
        }
    }

    fn surplus(&mut self, kind: Kind, rows: &[Twice], placement: &Placement) {
        let rows: Vec<&Twice> = rows.iter().filter(|r| !r.again).collect();
        let overlaps = |a: &Twice, b: &Twice| a.span.0 <= b.span.1 && b.span.0 <= a.span.1;
        let better = |r: &Twice| (r.sound_id, r.filled, std::cmp::Reverse(placement.at(r.row)));
        let uncertain = rows.iter().any(|r| r.seen.hard);
        for row in &rows {
            let kept = rows.iter().filter(|o| overlaps(o, row)).max_by_key(|o| better(o));
            if kept.is_some_and(|k| k.row != row.row) {
                let at = (kind, row.row, Some(row.role));
                self.find(Code::sach(1), at, row.seen.resident, None, uncertain);
            }
        }
    }

    /// Findings on the cells of every row of the registry, and numbers that several residents bear.
    pub(crate) fn look_at_registry(&mut self) {
        let mut numbers: Vec<(u64, u32)> = Vec::new();
        for ix in 0..self.book.rows.len() as u32 {
            let reg = self.reg(ix);
            let at = (Kind::Residents, source_row(ix), None);
            if let Some(id) = reg.personal_id() {
                numbers.push((id.number(), ix));
            }
            if reg.surplus_of.is_some() {
                self.find(Code::sach(2), at, Some(ix), None, reg.surplus_hard);
                continue;
            }
            self.look_at_resident(ix, at);
        }
        numbers.sort_unstable();
        for same in numbers.chunk_by(|a, b| a.0 == b.0) {
            if same.iter().any(|n| self.reg(n.1).person != self.reg(same[0].1).person) {
                for &(_, ix) in same {
                    let surplus = self.reg(ix).surplus_of.is_some();
                    let at = (Kind::Residents, source_row(ix), None);
                    self.find(Code::sach(4), at, Some(ix), Some(Field::PersonalId), surplus);
                }
            }
        }
    }

    fn look_at_resident(&mut self, ix: u32, at: (Kind, u32, Option<Role>)) {
        let reg = self.reg(ix);
        let who = Some(ix);
        let mut w = reg.odd.as_deref().cloned().unwrap_or_default();
        (w.birth.is, w.gender, w.personal.is, w.old.is) = (reg.birth, reg.gender, reg.pid, reg.old);
        let fields = RoleFields::of(Role::Subject);
        self.cells(at, who, fields, &w, None);
        if reg.death == DateCell::Impossible || dies_before_birth(reg.death, reg.birth) {
            self.find(Code::sach(5), at, who, Some(Field::DeathDate), false);
        }
        if reg.card == DateCell::Impossible {
            self.find(Code::sach(5), at, who, Some(Field::CardIssued), false);
        }
        let empty = [
            (reg.key.is_empty() && !w.name.placeholder, Field::FullName),
            (reg.birth == DateCell::Empty, Field::BirthDate),
            (reg.commune.is_none(), Field::Commune),
            (reg.gender.is_none(), Field::Gender),
        ];
        for (_, field) in empty.into_iter().filter(|(is, _)| *is) {
            self.find(Code::du(10), at, who, Some(field), false);
        }
        if reg.personal_id().is_none() {
            let open = !reg.pid.is_missing();
            self.find_if(Code::du(2), at, ix, Some(Field::PersonalId), open, |o, k| o.living(ix, k(ix)));
        }
        if let Some(birth) = reg.birth.sound() {
            if !birth.is_full() {
                self.find(Code::du(5), at, who, Some(Field::BirthDate), false);
            } else if birth.is_new_year() {
                self.find_if(Code::du(5), at, ix, Some(Field::BirthDate), false, |_, k| {
                    k(ix).has(mark::FULLER_BIRTH)
                });
            }
        }
    }

    /// Whether a date lies within the year up to the as-of date.
    pub(crate) fn is_recent(&self, day: Day) -> bool {
        let (y, m, d) = self.world.as_of.civil();
        let from = Day::from_civil(y - 1, m, d.min(28)).unwrap_or(self.world.as_of);
        day >= from && day <= self.world.as_of
    }
}
