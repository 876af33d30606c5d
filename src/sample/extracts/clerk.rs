//! Clerks: how names, dates and numbers get from a person's papers into a cell, and what goes wrong.

use unicode_normalization::UnicodeNormalization;

use super::cells::{DateW, IdW, NameW, bare, move_tones, name_key};
use super::slips::{Change, abbreviate, lookalike, lose_letter, malformed, mistype};
use crate::domain::{DateCell, Day, Gender, IdCell, OldId, PartialDate, PersonalId, days_in_month};
use crate::sample::draw::Luck;
use crate::sample::files::legacy::{Legacy, mojibake};
use crate::sample::population::people::Person;
use crate::sample::population::tables::Tables;

/// How a list writes names.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Letters {
    /// NGUYỄN VĂN A.
    Upper,
    /// Nguyễn Văn A.
    Title,
}

/// How a list writes full dates.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum DateStyle {
    /// dd/mm/yyyy.
    Slashes,
    /// dd.mm.yyyy, as the civil-status software has it.
    Dots,
}

/// What a cell asks of its writer.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Style {
    pub(crate) letters: Letters,
    pub(crate) dates: DateStyle,
}

/// The writer of a list.
pub(crate) struct Clerk<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) legacy: &'a Legacy,
    pub(crate) luck: Luck,
    pub(crate) style: Style,
    pub(crate) as_of: Day,
    /// The day of the act that is written down: ages are those that persons had on it.
    pub(crate) acted_on: Day,
    /// Whether whoever types just now leaves diacritics out.
    pub(crate) bare_session: bool,
}

/// Slots of chance, one for each kind of damage.
mod slot {
    pub(crate) const NAME: usize = 10;
    pub(crate) const BIRTH: usize = 30;
    pub(crate) const ID: usize = 50;
    pub(crate) const STYLE: usize = 70;
}

impl Clerk<'_> {
    /// Begins a stretch of rows that one person types in one sitting.
    pub(crate) fn sit_down(&mut self) {
        self.bare_session = self.luck.spoil(slot::STYLE, 0.012);
    }

    /// Writes a name cell.
    pub(crate) fn name(&mut self, person: &Person) -> NameW {
        let clean = self.tables.text(&person.name);
        self.name_of(&clean, person.ethnicity == 0)
    }

    /// Writes a name cell from the clean text of a name; `plain` for names of the common shape, which
    /// can suffer all kinds of damage.
    pub(crate) fn name_of(&mut self, clean: &str, plain: bool) -> NameW {
        let s = slot::NAME;
        let luck = &mut self.luck;
        if luck.spoil(s, 0.0012) {
            return NameW::default();
        }
        if luck.spoil(s + 1, 0.0008) {
            return NameW { text: "Không rõ".into(), placeholder: true, ..NameW::default() };
        }
        let mut says = clean.to_owned();
        let words = clean.split(' ').count();
        if self.bare_session || luck.spoil(s + 2, 0.008) {
            says = bare(clean);
        } else if plain {
            says = self.mistake(clean, words).unwrap_or(says);
        }
        self.present(&says, plain)
    }

    /// A misspelling that changes what the name says.
    fn mistake(&mut self, clean: &str, words: usize) -> Option<String> {
        let s = slot::NAME;
        let luck = &mut self.luck;
        if luck.spoil(s + 3, 0.003) && words >= 3 {
            // The middle names left out.
            let parts: Vec<_> = clean.split(' ').collect();
            return Some(format!("{} {}", parts[0], parts[words - 1]));
        }
        if luck.spoil(s + 4, 0.003) && words >= 3 {
            return Some(abbreviate(clean, luck.coin(0.5)));
        }
        let kinds: [(usize, f64, Change); 4] = [
            (s + 5, 0.003, Change::IOrY),
            (s + 6, 0.004, Change::Dialect),
            (s + 7, 0.005, Change::Tone),
            (s + 8, 0.004, Change::Letter),
        ];
        for (slot, rate, change) in kinds {
            if luck.spoil(slot, rate) {
                let mut parts: Vec<String> = clean.split(' ').map(str::to_owned).collect();
                let from = luck.below(words);
                // The first word from there on that can suffer this change.
                for step in 0..words {
                    let at = (from + step) % words;
                    if let Some(wrong) = change.apply(&parts[at], luck) {
                        parts[at] = wrong;
                        return Some(parts.join(" "));
                    }
                }
            }
        }
        None
    }

    /// Puts what is to be said into a cell: case, spelling, notes, damage to the bytes.
    fn present(&mut self, says: &str, plain: bool) -> NameW {
        let s = slot::NAME;
        let key = name_key(says);
        let luck = &mut self.luck;
        let cased = |text: &str, letters: Letters| match letters {
            Letters::Upper => text.to_uppercase(),
            Letters::Title => text.to_owned(),
        };
        if plain && luck.spoil(s + 9, 0.003) {
            let kind = luck.below(5);
            let text = cased(says, self.style.letters);
            let mut key = key.clone();
            let broken = match kind {
                0 => self.legacy.tcvn3(says),
                1 => self.legacy.vni(&text),
                2 => mojibake(&text),
                3 => lookalike(&text),
                _ => lose_letter(&text, luck).inspect(|lost| key = lost.to_lowercase()),
            };
            if let Some(text) = broken {
                return NameW { text, key, damaged: true, ..NameW::default() };
            }
        }
        let mut text = if luck.spoil(s + 10, 0.06) { move_tones(says) } else { says.to_owned() };
        if !plain && luck.spoil(s + 11, 0.25) && text.contains('\'') {
            text = match luck.below(3) {
                0 => text.replace('\'', "’"),
                1 => text.replace('\'', "' "),
                _ => text.replace('\'', ""),
            };
        }
        let odd_case = luck.spoil(s + 12, 0.02);
        let letters = match (odd_case, self.style.letters) {
            (true, Letters::Upper) => Letters::Title,
            (true, Letters::Title) => Letters::Upper,
            (false, letters) => letters,
        };
        text = cased(&text, letters);
        if luck.spoil(s + 13, 0.006) {
            text = match luck.below(3) {
                0 => text.replacen(' ', "  ", 1),
                1 => format!(" {text}"),
                _ => format!("{text} "),
            };
        }
        if luck.spoil(s + 14, 0.004) {
            text = text.nfd().collect();
        }
        if plain && luck.spoil(s + 15, 0.003) {
            text = format!("{} {text}", luck.one(&["Ông", "Bà", "Cụ"]));
        }
        if luck.spoil(s + 16, 0.002) {
            text = format!("{text} {}", luck.one(&["(con)", "(cháu)", "(hộ nghèo)"]));
        }
        NameW { text, key, ..NameW::default() }
    }

    /// Writes a date of an event: always full and right.
    pub(crate) fn date(&mut self, day: Day) -> DateW {
        match day.to_partial() {
            Some(date) => DateW { text: self.date_text(date), is: DateCell::Sound(date) },
            None => DateW::default(),
        }
    }

    fn date_text(&mut self, date: PartialDate) -> String {
        let (Some(month), Some(day)) = (date.month(), date.day_of_month()) else {
            let text = date.to_string();
            return if self.style.dates == DateStyle::Dots { text.replace('/', ".") } else { text };
        };
        let year = date.year();
        if self.luck.spoil(slot::STYLE + 1, 0.05) {
            return match self.luck.below(5) {
                0 => format!("{year:04}-{month:02}-{day:02}"),
                1 => format!("ngày {day:02} tháng {month} năm {year}"),
                2 => format!("{day:02}-{month:02}-{year}"),
                _ => format!("{day}/{month}/{year}"),
            };
        }
        match self.style.dates {
            DateStyle::Slashes => format!("{day:02}/{month:02}/{year:04}"),
            DateStyle::Dots => format!("{day:02}.{month:02}.{year:04}"),
        }
    }

    fn sound(&mut self, date: PartialDate) -> DateW {
        DateW { text: self.date_text(date), is: DateCell::Sound(date) }
    }

    /// Writes a date of birth.
    pub(crate) fn birth(&mut self, birth: Day) -> DateW {
        let s = slot::BIRTH;
        let Some(date) = birth.to_partial() else { return DateW::default() };
        let (year, month, day) = (date.year(), date.month().unwrap_or(1), date.day_of_month().unwrap_or(1));
        let old = self.as_of.year() - i32::from(year) >= 60;
        let luck = &mut self.luck;
        if luck.spoil(s, 0.006) {
            return DateW::default();
        }
        if luck.spoil(s + 1, 0.0015) {
            return placeholder_date(luck);
        }
        if luck.spoil(s + 2, 0.0015) {
            return self.impossible(date);
        }
        if luck.spoil(s + 3, if old { 0.05 } else { 0.004 }) {
            let text = if luck.coin(0.15) { format!("00/00/{year}") } else { format!("{year}") };
            let is = PartialDate::from_year(year).map_or(DateCell::Empty, DateCell::Sound);
            return DateW { text, is };
        }
        if luck.spoil(s + 4, if old { 0.01 } else { 0.001 })
            && let Some(new_year) = PartialDate::day(year, 1, 1)
        {
            return self.sound(new_year);
        }
        if luck.spoil(s + 5, 0.002)
            && let Some(month) = PartialDate::from_month(year, month)
        {
            return self.sound(month);
        }
        if luck.spoil(s + 6, 0.001) && self.acted_on.year() - i32::from(year) > 10 {
            let age = self.acted_on.year() - i32::from(year);
            let is = PartialDate::from_year(year).map_or(DateCell::Empty, DateCell::About);
            return DateW { text: format!("{age} tuổi"), is };
        }
        let wrong = if luck.spoil(s + 7, 0.003) && day <= 12 && day != month {
            PartialDate::day(year, day, month)
        } else if luck.spoil(s + 8, 0.003) {
            let year = if luck.coin(0.5) { year - 1 } else { year + 1 };
            PartialDate::day(year, month, day)
        } else if luck.spoil(s + 9, 0.003) {
            let day = luck.between(1, i32::from(days_in_month(i32::from(year), month))) as u8;
            PartialDate::day(year, month, day)
        } else if luck.spoil(s + 10, if old { 0.002 } else { 0.0 }) {
            // A lunar date lies a month or so before the solar one.
            Day(birth.0 - luck.between(20, 48)).to_partial()
        } else if luck.spoil(s + 11, 0.001) {
            PartialDate::day(year - 10, month, day)
        } else {
            None
        };
        let wrong = wrong.filter(|d| d.last_day() <= self.as_of);
        self.sound(wrong.unwrap_or(date))
    }

    /// Writes a year of birth alone, as the books have it of parents.
    pub(crate) fn birth_year(&mut self, birth: Day) -> DateW {
        let s = slot::BIRTH;
        let mut year = birth.year();
        if self.luck.spoil(s + 12, 0.01) {
            return DateW::default();
        }
        if self.luck.spoil(s + 13, 0.006) {
            year += self.luck.between(0, 1) * 2 - 1;
        }
        match u16::try_from(year).ok().and_then(PartialDate::from_year) {
            Some(date) => DateW { text: year.to_string(), is: DateCell::Sound(date) },
            None => DateW::default(),
        }
    }

    /// A date that no calendar has, or one still to come.
    pub(crate) fn impossible(&mut self, near: PartialDate) -> DateW {
        let year = i32::from(near.year());
        let text = match self.luck.below(5) {
            0 => format!("30/02/{year}"),
            1 => format!("31/04/{year}"),
            2 if days_in_month(year, 2) == 28 => format!("29/02/{year}"),
            3 => format!("05/03/{}", self.as_of.year() + 1 + self.luck.between(0, 30)),
            _ => format!("31/11/{year}"),
        };
        DateW { text, is: DateCell::Impossible }
    }

    /// Writes the numbers of a person: what one finds in the two ID columns of a row. `relative` is whose
    /// number may stand there by mistake; `gender` and `birth` are what the row says, by which a number
    /// that lost its zeros can be told to be the person's.
    pub(crate) fn ids(
        &mut self,
        person: &Person,
        relative: Option<&Person>,
        gender: Option<Gender>,
        birth: &DateW,
        old_column: bool,
    ) -> (IdW, IdW) {
        let s = slot::ID;
        let (mut personal, mut old) = (IdW::default(), IdW::default());
        if old_column && person.old != 0 && self.luck.spoil(s + 1, 0.25) {
            old = old_id(person.old);
        }
        if self.luck.spoil(s + 2, 0.13) {
            // Mostly nothing at all; the old number where it was written down.
            if !self.luck.coin(0.35) {
                old = IdW::default();
            }
            return (personal, old);
        }
        if person.old != 0 && self.luck.spoil(s + 3, 0.11) {
            let number = old_id(person.old);
            if person.old < 100_000_000 && self.luck.spoil(s + 4, 0.3) {
                let restored = OldId::from_number(person.old).map_or(IdCell::Malformed, IdCell::OldRestored);
                return (IdW { text: person.old.to_string(), is: restored }, IdW::default());
            }
            return if old_column && self.luck.coin(0.7) { (personal, number) } else { (number, old) };
        }
        if person.pid == 0 {
            return (personal, old);
        }
        let luck = &mut self.luck;
        if luck.spoil(s + 5, 0.012) {
            let text = format!("{:.2E}", person.pid as f64).replace('E', "E+");
            let text = if luck.coin(0.3) { text.replace('.', ",") } else { text };
            personal = IdW { text, is: IdCell::Scientific };
        } else if luck.spoil(s + 6, 0.03) && person.pid < 100_000_000_000 {
            personal = lost_zero(person.pid, gender, birth);
        } else if luck.spoil(s + 7, 0.014) {
            personal = personal_id(mistype(person.pid, luck));
        } else if luck.spoil(s + 8, 0.005) {
            personal = malformed(person.pid, luck);
        } else if luck.spoil(s + 9, 0.009)
            && let Some(other) = relative.filter(|r| r.pid != 0)
        {
            personal = personal_id(other.pid);
        } else if luck.spoil(s + 10, 0.004) {
            let text = if luck.coin(0.6) { "000000000000" } else { "không rõ" };
            personal = IdW { text: text.into(), is: IdCell::Placeholder };
        } else if old_column && luck.spoil(s + 11, 0.002) {
            personal = personal_id(person.pid);
            old = IdW { text: "999999999".into(), is: IdCell::Placeholder };
        } else {
            personal = personal_id(person.pid);
            if luck.spoil(s + 12, 0.01) {
                let t = &personal.text;
                personal.text = format!("{} {} {}", &t[..3], &t[3..6], &t[6..]);
            }
        }
        (personal, old)
    }
}

/// The cell of a sound personal ID.
pub(crate) fn personal_id(id: u64) -> IdW {
    let is = PersonalId::from_number(id).map_or(IdCell::Malformed, IdCell::Personal);
    IdW { text: format!("{id:012}"), is }
}

/// The cell of a sound old ID.
pub(crate) fn old_id(id: u32) -> IdW {
    let is = OldId::from_number(id).map_or(IdCell::Malformed, IdCell::Old);
    IdW { text: format!("{id:09}"), is }
}

/// The cell of a personal ID that a spreadsheet took for a number.
pub(crate) fn lost_zero(id: u64, gender: Option<Gender>, birth: &DateW) -> IdW {
    let Some(number) = PersonalId::from_number(id) else { return IdW::default() };
    let year = match birth.is {
        DateCell::Sound(d) => number.birth_year() == d.year(),
        DateCell::About(d) => number.birth_year().abs_diff(d.year()) <= 1,
        _ => false,
    };
    let agrees = year && gender == Some(number.gender());
    let is = if agrees { IdCell::Restored(number) } else { IdCell::LostZero(number) };
    IdW { text: id.to_string(), is }
}

/// A date cell that says nothing.
pub(crate) fn placeholder_date(luck: &mut Luck) -> DateW {
    let text = luck.one(&["01/01/1900", "00/00/0000", "không rõ"]).to_string();
    DateW { text, is: DateCell::Placeholder }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_zeros_come_back_only_where_the_row_agrees() {
        let birth = DateW { text: "1990".into(), is: DateCell::Sound(PartialDate::from_year(1990).unwrap()) };
        let id = 66_090_123_456;
        assert!(matches!(lost_zero(id, Some(Gender::Male), &birth).is, IdCell::Restored(_)));
        assert!(matches!(lost_zero(id, Some(Gender::Female), &birth).is, IdCell::LostZero(_)));
        assert!(matches!(lost_zero(id, Some(Gender::Male), &DateW::default()).is, IdCell::LostZero(_)));
    }
}
