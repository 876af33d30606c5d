//! By what a row says that a benefit ended, that a person died, or that a record of civil status is none.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::rows::RowReader;
use crate::domain::{ActKey, ByDeath, DateCell, Field, RowCells};
use crate::ingest::table::row_words::says_stop;
use crate::vietnamese::date;
use crate::vietnamese::death::{self, Said};
use crate::vietnamese::{text, words};

impl<'t> RowReader<'t, '_> {
    /// Whether a benefit or card was stopped by a death, on a day that is told. Where the file has a column of these days,
    /// a reason without one may have slipped from another row; where days stand beside other rows, all reasons may.
    pub(super) fn stopped_by_death(&mut self, row: RowCells<'t>, stop: DateCell) -> ByDeath {
        let said = self.says_stopped_by_death(row);
        let mut headed = self.table.headed_remarks_on(row.index());
        // Whoever draws it again was reported dead by mistake.
        let mut is_resumed =
            || headed.any(|(header, cell)| death::is_of_resumption(header) && !death::denies_day(cell));
        match said {
            Said::Nothing => ByDeath::No,
            Said::Dead if self.columns.are_stops_apart() || is_resumed() => ByDeath::InDoubt,
            Said::Dead if stop != DateCell::Empty || !self.columns.dates_stops() => ByDeath::Told,
            Said::Dead | Said::Somebody => ByDeath::InDoubt,
        }
    }

    /// What a row says of a death by which a benefit or card was stopped: the reason says it, a note beside the date or,
    /// where no reason is written, the heading above or a remark.
    fn says_stopped_by_death(&mut self, row: RowCells<'t>) -> Said {
        let reason = self.cell(row, Field::StopReason);
        let date = self.cell(row, Field::StopDate);
        let has_words = date.bytes().any(|b| b.is_ascii_alphabetic() || !b.is_ascii());
        let mut said = self.reasons.get(reason, |reason| match death::says_of_death(reason) {
            Said::Nothing if death::hints_at_death(reason) => Said::Somebody,
            said => said,
        });
        if has_words {
            said = said.max(self.deaths.get(date, death::says_of_death));
        }
        if said != Said::Nothing || !reason.trim().is_empty() {
            return said;
        }
        let table = self.table;
        let stop = table.section(row.index()).and_then(|section| section.stop.as_ref());
        let by_heading = stop.map_or(Said::Nothing, |stop| match stop.by_death {
            ByDeath::No => Said::Nothing,
            ByDeath::InDoubt => Said::Somebody,
            ByDeath::Told => Said::Dead,
        });
        // A list of what is paid towards funerals names the dead, and may name who is paid.
        let by_column = if self.columns.of_dead() { Said::Somebody } else { Said::Nothing };
        let remarks = table.remarks_on(row.index());
        let said = remarks.map(|remark| self.deaths.get(remark, death::says_of_death));
        said.fold(by_heading.max(by_column), Said::max)
    }

    /// Whether a row of a death record says that it is none: a remark, the kind of registration, the cause, the place or the
    /// heading above tells that it was annulled, or that the person left for another reason; a sign beside name or number or a
    /// column of annulments does; it names somebody else; or it gives no day.
    pub(super) fn is_annulled(&mut self, row: RowCells<'t>) -> bool {
        let table = self.table;
        let section = table.section(row.index());
        let stop = section.and_then(|section| section.stop.as_ref()).map_or("", |stop| stop.heading.as_str());
        let category = section.map_or("", |section| section.category.as_str());
        let own = [Field::RegistrationKind, Field::DeathCause, Field::DeathPlace];
        let own = own.into_iter().map(|field| row.cell(field)).chain([category, stop]);
        let mut texts = own.filter(|text| !text.is_empty()).chain(table.remarks_on(row.index()));
        let name = row.cell(Field::FullName);
        let is_number_annulled = |field| death::annuls_number(row.cell(field));
        let headed = || table.headed_remarks_on(row.index());
        let mut of_annulment = headed().filter(|(header, _)| death::is_of_annulment(header));
        let mut of_force = headed().filter(|(header, _)| death::is_of_force(header));
        let is_out_of_force = of_force.any(|(_, cell)| words::says_no(cell));
        // A book of several matters says of each row which it is.
        let mut of_matter = headed().filter(|(header, _)| death::is_of_matter(header));
        texts.any(|text| self.annulments.get(text, death::takes_death_back))
            || self.unnamed.get(name, |name| death::names_another(name) || death::takes_back_beside(name))
            || [Field::RecordNo, Field::BookNo].into_iter().any(is_number_annulled)
            || of_annulment.any(|(_, cell)| !death::denies_day(cell))
            || is_out_of_force
            || of_matter.any(|(_, cell)| death::says_of_death(cell) == Said::Nothing)
            || self.columns.take_deaths_back()
            || self.lacks_day(row)
    }

    /// The number under which a row is registered, with book, office and day as written.
    pub(super) fn act_key(&self, row: RowCells<'t>) -> ActKey {
        let kind = self.table.kind;
        let number = text::fold(row.cell(kind.reference()));
        if number.is_empty() || row.cell(Field::RegisteredOn).trim().is_empty() {
            return ActKey::default();
        }
        let mut digest = FxHasher::default();
        number.hash(&mut digest);
        for field in kind.reference_within() {
            text::fold(row.cell(*field)).hash(&mut digest);
        }
        ActKey::of_digest(digest.finish())
    }

    /// Whether a record of a birth or a marriage says that it was annulled, or that the child died.
    pub(super) fn is_void(&mut self, row: RowCells<'t>) -> bool {
        let is_birth = self.is_of_births();
        if !is_birth && !self.is_of_marriages() {
            return false;
        }
        let table = self.table;
        let is_number_annulled = |field| death::annuls_number(row.cell(field));
        let is_void = |remark: &str| words::annuls(remark) || is_birth && death::says_death(remark);
        let mut remarks = table.headed_remarks_on(row.index());
        self.voids.get(row.cell(Field::RegistrationKind), is_void)
            || [Field::RecordNo, Field::BookNo].into_iter().any(is_number_annulled)
            || remarks.any(|(header, cell)| {
                self.voids.get(cell, is_void) || death::is_of_annulment(header) && !death::denies_day(cell)
            })
    }

    /// Whether a death record gives no day, though others of its file do, and nothing else of the death either; or says that
    /// there was none.
    fn lacks_day(&self, row: RowCells<'t>) -> bool {
        let day = row.cell(Field::DeathDate);
        let says_none = death::denies_day(day) && day.contains(char::is_alphabetic);
        let is_blank = || {
            day.trim().is_empty()
                || death::denies_day(day)
                || !day.contains(char::is_alphabetic) && date::read(day, self.as_of) == DateCell::Placeholder
        };
        let tells = |field| row.cell(field).contains(char::is_alphabetic);
        let tells_more = || tells(Field::DeathCause) || tells(Field::DeathPlace);
        self.columns.dates_deaths() && (says_none || is_blank() && !tells_more())
    }

    /// When a remark says that the row stopped: on the date that it bears, else by the day of the list. Empty where none
    /// says so.
    pub(super) fn stopped_by_remark(&mut self, row: RowCells<'t>) -> DateCell {
        let (table, as_of, listed_on) = (self.table, self.as_of, self.columns.listed_on());
        let stop_of = |remark: &str| {
            if !says_stop(remark) {
                return DateCell::Empty;
            }
            let date = date::of_titles(&[remark.to_owned()], as_of).or_else(|| listed_on.to_partial());
            date.map_or(DateCell::Empty, DateCell::Sound)
        };
        let mut said = table.remarks_on(row.index()).map(|remark| self.halts.get(remark, stop_of));
        said.find(|stop| *stop != DateCell::Empty).unwrap_or_default()
    }
}
