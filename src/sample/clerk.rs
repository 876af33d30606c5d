//! Clerks: how names, dates and numbers get from a person's papers into a cell, and what goes wrong.

use unicode_normalization::UnicodeNormalization;

use super::cells::{DateW, IdW, NameW, bare, capital, move_tones, name_key};
use super::draw::Luck;
use super::legacy::{Legacy, mojibake};
use super::people::Person;
use super::tables::Tables;
use crate::domain::{DateCell, Day, Gender, IdCell, OldId, PartialDate, PersonalId, days_in_month};

/// How a list writes names.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Letters {
    /// NGUYỄN VĂN A.
    Upper,
    /// Nguyễn Văn A.
    Title,
}

/// How a list writes full dates.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum DateStyle {
    /// dd/mm/yyyy.
    Slashes,
    /// dd.mm.yyyy, as the civil-status software has it.
    Dots,
}

/// What a cell asks of its writer.
#[derive(Copy, Clone, Debug)]
pub(super) struct Style {
    pub(super) letters: Letters,
    pub(super) dates: DateStyle,
}

/// The writer of a list.
pub(super) struct Clerk<'a> {
    pub(super) tables: &'a Tables,
    pub(super) legacy: &'a Legacy,
    pub(super) luck: Luck,
    pub(super) style: Style,
    pub(super) as_of: Day,
    /// Whether whoever types just now leaves diacritics out.
    pub(super) bare_session: bool,
}

/// Slots of chance, one for each kind of damage.
mod slot {
    pub(super) const NAME: usize = 10;
    pub(super) const BIRTH: usize = 30;
    pub(super) const ID: usize = 50;
    pub(super) const STYLE: usize = 70;
}

impl Clerk<'_> {
    /// Begins a stretch of rows that one person types in one sitting.
    pub(super) fn sit_down(&mut self) {
        self.bare_session = self.luck.spoil(slot::STYLE, 0.012);
    }

    /// Writes a name cell.
    pub(super) fn name(&mut self, person: &Person) -> NameW {
        let clean = self.tables.text(&person.name);
        self.name_of(&clean, person.ethnicity == 0)
    }

    /// Writes a name cell from the clean text of a name; `plain` for names of the common shape, which
    /// can suffer all kinds of damage.
    pub(super) fn name_of(&mut self, clean: &str, plain: bool) -> NameW {
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
    pub(super) fn date(&mut self, day: Day) -> DateW {
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
    pub(super) fn birth(&mut self, birth: Day) -> DateW {
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
        if luck.spoil(s + 6, 0.001) && self.as_of.year() - i32::from(year) > 10 {
            let age = self.as_of.year() - i32::from(year);
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
    pub(super) fn birth_year(&mut self, birth: Day) -> DateW {
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
    pub(super) fn impossible(&mut self, near: PartialDate) -> DateW {
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
    pub(super) fn ids(
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
pub(super) fn personal_id(id: u64) -> IdW {
    let is = PersonalId::from_number(id).map_or(IdCell::Malformed, IdCell::Personal);
    IdW { text: format!("{id:012}"), is }
}

/// The cell of a sound old ID.
pub(super) fn old_id(id: u32) -> IdW {
    let is = OldId::from_number(id).map_or(IdCell::Malformed, IdCell::Old);
    IdW { text: format!("{id:09}"), is }
}

/// The cell of a personal ID that a spreadsheet took for a number.
pub(super) fn lost_zero(id: u64, gender: Option<Gender>, birth: &DateW) -> IdW {
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

/// One digit wrong, or two changed about, behind the province.
fn mistype(id: u64, luck: &mut Luck) -> u64 {
    let mut digits: Vec<u8> = format!("{id:012}").into_bytes();
    let at = luck.between(4, 10) as usize;
    if digits[at] != digits[at + 1] && luck.coin(0.5) {
        digits.swap(at, at + 1);
    } else {
        digits[at] = b'0' + (digits[at] - b'0' + luck.between(1, 9) as u8) % 10;
    }
    digits.iter().fold(0, |n, d| n * 10 + u64::from(d - b'0'))
}

fn malformed(id: u64, luck: &mut Luck) -> IdW {
    let id = format!("{id:012}");
    let text = match luck.below(4) {
        0 => format!("{id}{}", luck.between(0, 9)),
        1 => format!("0{}", &id[2..]),
        2 => format!("{}A{}", &id[..6], &id[7..]),
        // No province has this code.
        _ => format!("099{}", &id[3..]),
    };
    IdW { text, is: IdCell::Malformed }
}

/// A date cell that says nothing.
pub(super) fn placeholder_date(luck: &mut Luck) -> DateW {
    let text = luck.one(&["01/01/1900", "00/00/0000", "không rõ"]).to_string();
    DateW { text, is: DateCell::Placeholder }
}

/// `Nguyễn Văn Hùng` as `Ng. V. Hùng` or `Ng V Hùng`.
fn abbreviate(name: &str, dots: bool) -> String {
    let words: Vec<_> = name.split(' ').collect();
    let last = words.len() - 1;
    let short: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(i, word)| match i {
            _ if i == last => (*word).to_owned(),
            _ => {
                let letters = if i == 0 && word.starts_with("Ng") { 2 } else { 1 };
                let head: String = word.chars().take(letters).collect();
                if dots { format!("{head}.") } else { head }
            }
        })
        .collect();
    short.join(" ")
}

/// A letter replaced by one that looks the same.
fn lookalike(text: &str) -> Option<String> {
    let pairs = [("Đ", "Ð"), ("a", "а"), ("A", "А"), ("o", "о"), ("O", "О"), ("H", "Н")];
    pairs.iter().find(|(sound, _)| text.contains(sound)).map(|(sound, other)| text.replacen(sound, other, 1))
}

/// One marked letter turned into a question mark.
fn lose_letter(text: &str, luck: &mut Luck) -> Option<String> {
    let marked: Vec<usize> =
        text.char_indices().filter(|(_, c)| !c.is_ascii() && *c != 'Đ').map(|(i, _)| i).collect();
    if marked.is_empty() {
        return None;
    }
    let at = *luck.one(&marked);
    let next = at + text[at..].chars().next().map_or(0, char::len_utf8);
    Some(format!("{}?{}", &text[..at], &text[next..]))
}

/// A way of misspelling a word.
#[derive(Copy, Clone, Debug)]
enum Change {
    IOrY,
    Dialect,
    Tone,
    Letter,
}

impl Change {
    /// The word misspelt; `None` where it cannot be in this way.
    fn apply(self, word: &str, luck: &mut Luck) -> Option<String> {
        let lower = word.to_lowercase();
        let wrong = match self {
            Self::IOrY => i_or_y(&lower)?,
            Self::Dialect => dialect(&lower, luck)?,
            Self::Tone => wrong_tone(&lower)?,
            Self::Letter => wrong_letter(&lower, luck)?,
        };
        Some(capital(&wrong)).filter(|w| w != word)
    }
}

/// Lý and Lí, Mỹ and Mĩ: after h k l m s t v.
fn i_or_y(word: &str) -> Option<String> {
    let parts: Vec<char> = word.nfd().collect();
    let at = parts.iter().position(|c| matches!(c, 'y' | 'i'))?;
    let end = parts[at + 1..].iter().all(|c| ('\u{300}'..='\u{36f}').contains(c));
    let after = at.checked_sub(1).map(|i| parts[i])?;
    if !end || !"hklmstv".contains(after) {
        return None;
    }
    let mut parts = parts;
    parts[at] = if parts[at] == 'y' { 'i' } else { 'y' };
    Some(parts.into_iter().nfc().collect())
}

/// Sounds that dialects run together.
fn dialect(word: &str, luck: &mut Luck) -> Option<String> {
    const ONSETS: [(&str, &str); 10] = [
        ("tr", "ch"),
        ("ch", "tr"),
        ("gi", "d"),
        ("s", "x"),
        ("x", "s"),
        ("d", "gi"),
        ("v", "d"),
        ("r", "g"),
        ("l", "n"),
        ("n", "l"),
    ];
    const FINALS: [(&str, &str); 4] = [("ng", "n"), ("n", "ng"), ("t", "c"), ("c", "t")];
    let onset = ONSETS.iter().find(|(from, _)| word.starts_with(from));
    let onset =
        onset.filter(|(from, _)| !(*from == "n" && (word.starts_with("ng") || word.starts_with("nh"))));
    let last = FINALS.iter().find(|(from, _)| word.ends_with(from) && word.len() > from.len() + 1);
    match (onset, last) {
        (Some((from, to)), last) if last.is_none() || luck.coin(0.5) => {
            Some(format!("{to}{}", &word[from.len()..]))
        }
        (_, Some((from, to))) => Some(format!("{}{to}", &word[..word.len() - from.len()])),
        _ => None,
    }
}

/// Another tone: hỏi and ngã changed about, others lost.
fn wrong_tone(word: &str) -> Option<String> {
    let mut changed = false;
    let parts: Vec<char> = word
        .nfd()
        .filter_map(|c| {
            let other = match c {
                '\u{309}' => Some('\u{303}'),
                '\u{303}' => Some('\u{309}'),
                '\u{300}' | '\u{301}' | '\u{323}' => None,
                c => return Some(c),
            };
            changed = true;
            other
        })
        .collect();
    changed.then(|| parts.into_iter().nfc().collect())
}

/// A letter doubled or left out.
fn wrong_letter(word: &str, luck: &mut Luck) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 3 {
        return None;
    }
    let at = luck.between(1, letters.len() as i32 - 1) as usize;
    let mut out = letters.clone();
    if luck.coin(0.5) {
        out.insert(at, letters[at]);
    } else {
        out.remove(at);
    }
    Some(out.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_change() {
        let mut luck = Luck::new(5, 5, 1.0);
        assert_eq!(i_or_y("lý").as_deref(), Some("lí"));
        assert_eq!(i_or_y("thúy"), None);
        assert_eq!(wrong_tone("vũ").as_deref(), Some("vủ"));
        assert_eq!(dialect("sơ", &mut luck).as_deref(), Some("xơ"));
        assert_eq!(abbreviate("Nguyễn Thị Thu Hà", true), "Ng. T. T. Hà");
        assert_eq!(lose_letter("Văn", &mut luck).as_deref(), Some("V?n"));
        for _ in 0..50 {
            assert_ne!(mistype(66_190_123_456, &mut luck), 66_190_123_456);
        }
    }

    #[test]
    fn lost_zeros_come_back_only_where_the_row_agrees() {
        let birth = DateW { text: "1990".into(), is: DateCell::Sound(PartialDate::from_year(1990).unwrap()) };
        let id = 66_090_123_456;
        assert!(matches!(lost_zero(id, Some(Gender::Male), &birth).is, IdCell::Restored(_)));
        assert!(matches!(lost_zero(id, Some(Gender::Female), &birth).is, IdCell::LostZero(_)));
        assert!(matches!(lost_zero(id, Some(Gender::Male), &DateW::default()).is, IdCell::LostZero(_)));
    }
}
