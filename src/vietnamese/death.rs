//! Words of death: whether a stop reason, a status or a note beside a name says that the person is dead, and not that
//! a card is lost or that somebody else died.

mod no_death;

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::name::{Likeness, likeness};
use super::text;
use super::words::legacy_readings;

pub use no_death::{
    annuls_number, denies_day, is_of_annulment, is_of_force, is_of_matter, is_of_old_age, is_of_resumption,
    names_another, takes_back_beside, takes_death_back,
};

/// `data/vietnamese/death_words.toml` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeathFile {
    death: Vec<String>,
    lost: String,
    after_lost: Vec<String>,
    before_lost: Vec<String>,
    things: Vec<String>,
    between: Vec<String>,
    negations: Vec<String>,
    numbered: Vec<String>,
    mistaken: Vec<String>,
    opens_otherwise: Vec<String>,
    none: Vec<String>,
    of_others: Vec<String>,
    fallen: Vec<String>,
    official: Vec<String>,
    suspected: Vec<String>,
    of_carers: Vec<String>,
    alone: Vec<String>,
    because: Vec<String>,
    others: Vec<String>,
    honoured: Vec<String>,
    themselves: Vec<String>,
    others_first: Vec<String>,
    address: Vec<String>,
    after_name: Vec<String>,
    hints_alone: Vec<String>,
    hints: Vec<String>,
}

/// A phrase, word by word.
type Phrase = Vec<String>;

/// The words of death in one spelling: with diacritics, or without.
struct Death {
    death: Vec<Phrase>,
    lost: String,
    /// Words behind `lost` that leave it a death.
    after_lost: Vec<String>,
    /// Words before `lost` that make it the loss of a thing.
    before_lost: Vec<String>,
    /// Things that can be lost.
    things: Vec<String>,
    /// Words between a subject and its death.
    between: Vec<String>,
    /// Words that take the meaning of a death away.
    negations: Vec<String>,
    /// Words behind which a number counts nobody: "Mã 03: Tử vong".
    numbered: Vec<String>,
    /// Words that do so behind it.
    mistaken: Vec<String>,
    /// How a clause begins that tells of no death of the person.
    opens_otherwise: Vec<Phrase>,
    /// What leaves a clause without force wherever it stands: the death is but suspected, or that of whom the person cared
    /// for.
    without_force: Vec<Phrase>,
    /// Clauses that take a death back.
    alone: Vec<String>,
    /// Words behind which another subject begins.
    because: Vec<String>,
    /// People whose death is not that of the person.
    others: Vec<Phrase>,
    /// Whose relatives are beneficiaries.
    honoured: Vec<Phrase>,
    /// Phrases that hold one of `others` and mean the person all the same.
    themselves: Vec<Phrase>,
    /// What behind a death says that there was none: "Đã chết: không".
    none: Vec<Phrase>,
    /// Words between a death and whose it is: "báo tử cho chồng".
    of_others: Vec<String>,
    /// Deaths in war, which are those of whom a relative is honoured for.
    fallen: Vec<Phrase>,
    /// Words of offices that say nothing of whose death it is.
    official: FxHashSet<String>,
    /// Words that mean somebody else at the beginning of a subject.
    others_first: Vec<String>,
    /// Of `others_first` those that mean the person at the beginning of the text.
    address: Vec<String>,
}

struct DeathWords {
    marked: Death,
    plain: Death,
    after_name: Vec<Phrase>,
    /// Reasons of a stop that hint at a death, folded: as a whole, and within a reason.
    hints_alone: Vec<String>,
    hints: Vec<Phrase>,
}

static DEATH: LazyLock<DeathWords> = LazyLock::new(|| {
    let file: DeathFile =
        crate::builtin::toml("death_words.toml", include_str!("../../data/vietnamese/death_words.toml"));
    let spelt = |spell: fn(&str) -> String| {
        let list = |words: &[String]| words.iter().map(|word| spell(word)).collect::<Vec<_>>();
        let phrases = |phrases: &[String]| -> Vec<Phrase> {
            phrases.iter().map(|p| spell(p).split(' ').map(String::from).collect()).collect()
        };
        Death {
            death: phrases(&file.death),
            lost: spell(&file.lost),
            after_lost: list(&file.after_lost),
            before_lost: list(&file.before_lost),
            things: list(&file.things),
            between: list(&file.between),
            negations: list(&file.negations),
            numbered: list(&file.numbered),
            mistaken: list(&file.mistaken),
            opens_otherwise: phrases(&file.opens_otherwise),
            without_force: [phrases(&file.suspected), phrases(&file.of_carers)].concat(),
            alone: list(&file.alone),
            because: list(&file.because),
            others: phrases(&file.others),
            honoured: phrases(&file.honoured),
            themselves: phrases(&file.themselves),
            none: phrases(&file.none),
            of_others: list(&file.of_others),
            fallen: phrases(&file.fallen),
            official: list(&file.official).into_iter().collect(),
            others_first: list(&file.others_first),
            address: list(&file.address),
        }
    };
    DeathWords {
        marked: spelt(text::key),
        plain: spelt(text::fold),
        hints_alone: file.hints_alone.iter().map(|words| text::fold(words)).collect(),
        hints: file.hints.iter().map(|p| text::fold(p).split(' ').map(String::from).collect()).collect(),
        after_name: file
            .after_name
            .iter()
            .map(|p| text::key(p).split(' ').map(String::from).collect())
            .collect(),
    }
});

/// What a text says of the death of whom its row is about.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Said {
    /// Nothing, or that somebody else died.
    #[default]
    Nothing,
    /// That somebody or something died, in words that may speak of another: "Trâu chết", "Chết: Lê Thị Ba".
    Somebody,
    /// That the person is dead.
    Dead,
}

/// What a stop reason, status or note, in any encoding, says of the death of whom its row is about. "mất" tells of one
/// ("đã mất", "mất năm 2019"), but not with an object ("mất thẻ", "mất tích"). The death of somebody else ("vợ đã chết",
/// "chết chồng", "chủ hộ chết") says nothing of the person: a beneficiary who lives must not be taken for dead. Words before a
/// death that offices do not use of one leave a doubt whose it is.
///
/// ```
/// use lamsach::vietnamese::death::{Said, says_of_death};
/// assert_eq!(says_of_death("Báo giảm do chết ngày 3/2/2024"), Said::Dead);
/// assert_eq!(says_of_death("Cà phê chết do hạn"), Said::Somebody);
/// assert_eq!(says_of_death("Mất thẻ"), Said::Nothing);
/// ```
pub fn says_of_death(cell: &str) -> Said {
    if cell.trim().is_empty() {
        return Said::Nothing;
    }
    let of =
        |text: &str| if is_taken_back(text) { Said::Nothing } else { clauses_say(&text::clause_keys(text)) };
    let said = legacy_readings(cell).map(|decoded| of(&decoded)).fold(of(cell), Said::max);
    // "Chết?" is a question.
    if is_question(cell) { said.min(Said::Somebody) } else { said }
}

fn is_question(cell: &str) -> bool {
    cell.trim_end().trim_end_matches(')').ends_with('?')
}

/// Whether the reason why a benefit or card stopped hints at a death without saying so: an abbreviation, or what is paid
/// towards the funeral.
///
/// ```
/// use lamsach::vietnamese::death::hints_at_death;
/// assert!(hints_at_death("TV") && hints_at_death("Cắt trợ cấp, hỗ trợ mai táng") && hints_at_death("GBT số 12/2025"));
/// assert!(!hints_at_death("Chuyển đi") && !hints_at_death("TVC"));
/// ```
pub fn hints_at_death(reason: &str) -> bool {
    let hints = |text: &str| {
        let folded = text::fold(text);
        let words: Vec<&str> =
            folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        has(&DEATH.hints_alone, &words.join(" ")) || hold_any(&words, &DEATH.hints)
    };
    !reason.trim().is_empty() && (hints(reason) || legacy_readings(reason).any(|decoded| hints(&decoded)))
}

/// Whether what stands in brackets at the end of a text takes back what it says: "Khai tử (hủy)".
fn is_taken_back(text: &str) -> bool {
    let inside = text.trim_end().strip_suffix(')').and_then(|text| text.rsplit_once('('));
    inside.is_some_and(|(_, inside)| has(&DEATH.marked.alone, &text::key(inside)))
}

/// Whether a text says that the person is dead, though it may be in words that leave a doubt whose death it is.
///
/// ```
/// use lamsach::vietnamese::death::says_death;
/// assert!(says_death("Đã mất năm 2019"));
/// assert!(!says_death("Mất thẻ") && !says_death("Vợ đã chết"));
/// ```
pub fn says_death(cell: &str) -> bool {
    says_of_death(cell) != Said::Nothing && !is_question(cell)
}

/// Whether a text in no legacy encoding says that somebody is dead and nothing else, when and whose death apart:
/// "đã chết", "mất năm 2019". It is no name.
pub(super) fn is_death_alone(text: &str) -> bool {
    // The first word settles it for nearly every name.
    let first = text.split_whitespace().next().map(text::fold);
    if !first.is_some_and(|first| DEATH.plain.knows(&first)) {
        return false;
    }
    let key = text::key(text);
    let words: Vec<&str> = key.split(' ').collect();
    let death = if key.is_ascii() { &DEATH.plain } else { &DEATH.marked };
    // Both are names, too: "Từ Trần", "Tạ Thế Năm".
    let may_be_name = words == ["từ", "trần"]
        || words == ["tu", "tran"]
        || matches!(words.as_slice(), ["tạ" | "ta", "thế" | "the", given] if given.chars().all(char::is_alphabetic));
    words.iter().all(|word| death.knows(word)) && !may_be_name && says_death(text)
}

/// Whether a word can stand in a text that [`is_death_alone`], in any encoding and with or without diacritics.
pub(super) fn is_word_of_death(word: &str) -> bool {
    let known = |word: &str| text::fold(word).split(' ').all(|word| DEATH.plain.knows(word));
    known(word) || legacy_readings(word).any(|decoded| known(&decoded))
}

fn clauses_say(clauses: &[String]) -> Said {
    let marked = clauses.iter().any(|clause| !clause.is_ascii());
    let death = if marked { &DEATH.marked } else { &DEATH.plain };
    if clauses.iter().any(|clause| death.is_without_force(clause)) {
        return Said::Nothing;
    }
    let said = clauses.iter().enumerate().map(|(n, clause)| {
        let words: Vec<&str> = clause.split(' ').collect();
        if begin_with(&words, &death.opens_otherwise).is_some() {
            return Said::Nothing;
        }
        // "Con ông An, đã mất": whose, the clause before says.
        let before = n.checked_sub(1).map_or("", |n| clauses[n].as_str());
        let told = |at: &usize| death.is_told(&words, *at, marked, n == 0, before);
        let Some(at) = (0..words.len()).find(told) else { return Said::Nothing };
        // "Chết - mẹ chủ hộ": whose, the clause behind says.
        if at + 1 == words.len() && clauses.get(n + 1).is_some_and(|next| death.is_of_others_alone(next)) {
            return Said::Nothing;
        }
        let before: Vec<&str> = clauses[..n]
            .iter()
            .flat_map(|clause| clause.split(' '))
            .chain(words[..at].iter().copied())
            .collect();
        if death.is_plain(&before) && !death.names_somebody(&words[at..]) {
            Said::Dead
        } else {
            Said::Somebody
        }
    });
    let said = said.max().unwrap_or_default();
    // "Chết, đã hủy": the card, or the death.
    if clauses.iter().any(|clause| has(&death.alone, clause)) { said.min(Said::Somebody) } else { said }
}

/// Whether a word may be a count of a few people.
fn is_small_number(word: &str) -> bool {
    word.len() < 3 && word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether one of the words is this one.
fn has(words: &[String], word: &str) -> bool {
    words.iter().any(|known| known == word)
}

/// The length of the longest of the phrases that words begin with.
fn begin_with(words: &[&str], phrases: &[Phrase]) -> Option<usize> {
    let begins = |phrase: &&Phrase| words.iter().take(phrase.len()).eq(phrase.iter());
    phrases.iter().filter(begins).map(Vec::len).max()
}

/// Whether words hold one of the phrases.
fn hold_any(words: &[&str], phrases: &[Phrase]) -> bool {
    (0..words.len()).any(|at| begin_with(&words[at..], phrases).is_some())
}

impl Death {
    /// Whether a word belongs to those of death, of its subject, or of its circumstances.
    fn knows(&self, word: &str) -> bool {
        let known = self.death.iter().any(|phrase| has(phrase, word)) || word == self.lost;
        known || has(&self.between, word) || self.tells_circumstances(word)
    }

    /// Whether a clause says that a death is suspected, or that the person cared for whoever died.
    fn is_without_force(&self, clause: &str) -> bool {
        let words: Vec<&str> = clause.split([' ', '(', ')']).filter(|word| !word.is_empty()).collect();
        // "Đã chết, vợ còn sống": another lives.
        let is_within_a_death = |at: usize, len: usize| {
            let death = |from: usize| begin_with(&words[from..], &self.death);
            (0..at).any(|from| death(from).is_some_and(|told| from + told >= at + len))
        };
        let mut found =
            (0..words.len()).filter_map(|at| Some((at, begin_with(&words[at..], &self.without_force)?)));
        // "Không còn sống" is no "còn sống".
        begin_with(&words, &self.others).is_none() && found.any(|(at, len)| !is_within_a_death(at, len))
    }

    /// Whether a death of the person is told from this word on. `marked` is said of texts with diacritics,
    /// `first` of the first clause of a text.
    fn is_told(&self, words: &[&str], at: usize, marked: bool, first: bool, clause_before: &str) -> bool {
        // Nearly every word says nothing of death, whatever stands before it.
        let told = begin_with(&words[at..], &self.death);
        if told.is_none() && words[at] != self.lost {
            return false;
        }
        let mut subject = &words[..at];
        while let Some((last, before)) = subject.split_last()
            && has(&self.between, last)
        {
            subject = before;
        }
        let denied = subject.last().is_some_and(|last| has(&self.negations, last));
        if subject.is_empty() {
            let before: Vec<&str> = clause_before.split(' ').collect();
            if self.is_another(&before, false) {
                return false;
            }
        }
        let from = subject.iter().rposition(|word| has(&self.because, word)).map_or(0, |ix| ix + 1);
        let subject = &subject[from..];
        let told = told.or_else(|| self.is_lost(words, at, subject, marked).then_some(1));
        told.is_some_and(|len| {
            let behind = &words[at + len..];
            // "Chết: 2", "Chết 01 nhân khẩu".
            let is_count = matches!(behind, [word, rest @ ..] if is_small_number(word)
                && rest.first().is_none_or(|of| matches!(&**of, "khẩu" | "nhân" | "người" | "khau" | "nhan" | "nguoi")));
            // "1 chết": so many of a household.
            let counted = matches!(subject, [before @ .., last] if is_small_number(last)
                && before.last().is_none_or(|word| !has(&self.numbered, word)));
            let denied = denied
                || is_count
                || counted
                || behind.first().is_some_and(|word| has(&self.mistaken, word))
                || begin_with(behind, &self.none) == Some(behind.len()) && !behind.is_empty();
            // "Thẻ chết" is one that is not read any more.
            let is_thing = matches!(subject, [.., last] if subject.len() < 3 && has(&self.things, last));
            let has_fallen = begin_with(&words[at..], &self.fallen).is_some()
                && hold_any(subject, &self.others);
            !denied
                && !is_thing
                && !has_fallen
                && !self.is_another(subject, first && from == 0)
                && !self.is_of_another(behind)
        })
    }

    /// Whether `lost` stands here and it is no thing that is lost.
    fn is_lost(&self, words: &[&str], at: usize, subject: &[&str], marked: bool) -> bool {
        let before = at.checked_sub(1).map(|ix| words[ix]);
        words[at] == self.lost
            && before.is_none_or(|word| !has(&self.before_lost, word))
            && !subject.iter().any(|word| has(&self.things, word))
            // Without diacritics "mat" is also mặt (tiền mặt, vắng mặt).
            && (marked || before.is_none_or(|word| word == "da"))
            && words.get(at + 1).is_none_or(|next| self.tells_circumstances(next))
    }

    /// Whether with this word behind a death its time, place or cause begins.
    fn tells_circumstances(&self, word: &str) -> bool {
        word.starts_with(|c: char| c.is_ascii_digit()) || has(&self.after_lost, word)
    }

    /// Whether the subject of a death is somebody else than the person; `opens` where it opens the text.
    fn is_another(&self, subject: &[&str], opens: bool) -> bool {
        if hold_any(subject, &self.themselves) {
            return false;
        }
        let other = (0..subject.len()).any(|at| {
            let len = begin_with(&subject[at..], &self.others);
            len.is_some_and(|len| begin_with(&subject[at + len..], &self.honoured).is_none())
        });
        let first = |words: &[String]| subject.first().is_some_and(|first| has(words, first));
        other || (first(&self.others_first) && !(opens && first(&self.address)))
    }

    /// Whether words before a death are such as offices use of one, or the name of who died.
    fn is_plain(&self, before: &[&str]) -> bool {
        let is_known = |word: &&str| {
            self.knows(word)
                || self.official.contains(*word)
                || has(&self.because, word)
                || has(&self.address, word)
                || [&self.honoured, &self.themselves, &self.others]
                    .into_iter()
                    .flatten()
                    .any(|p| has(p, word))
        };
        let Some(first) = before.iter().position(|word| !is_known(word)) else { return true };
        let last = before.iter().rposition(|word| !is_known(word)).unwrap_or(first);
        likeness(&before[first..=last].join(" ")) == Likeness::Name
    }

    /// Whether behind words of death a name stands.
    fn names_somebody(&self, told: &[&str]) -> bool {
        let len = begin_with(told, &self.death).unwrap_or(1);
        likeness(&told[len..].join(" ")) == Likeness::Name
    }

    /// Whether a clause names people whose death is not that of the person, and nobody else: "mẹ chủ hộ".
    fn is_of_others_alone(&self, clause: &str) -> bool {
        let words: Vec<&str> = clause.split(' ').collect();
        let words = match words.split_first() {
            Some((first, rest)) if first.bytes().all(|b| b.is_ascii_digit()) => rest,
            _ => &words,
        };
        !words.is_empty() && self.past_others(words).is_empty()
    }

    /// What stands behind the people with whom words begin.
    fn past_others<'w, 't>(&self, mut words: &'w [&'t str]) -> &'w [&'t str] {
        while let Some(len) = begin_with(words, &self.others) {
            words = &words[len..];
        }
        words
    }

    /// Whether a death is that of the people named right behind it: "chết vợ", "chết cha mẹ năm 2019".
    fn is_of_another(&self, mut behind: &[&str]) -> bool {
        if let [first, rest @ ..] = behind
            && has(&self.of_others, first)
        {
            behind = rest;
        }
        // "Chết 2 con".
        if let [first, rest @ ..] = behind
            && is_small_number(first)
        {
            behind = rest;
        }
        let rest = self.past_others(behind);
        rest.len() < behind.len() && rest.first().is_none_or(|next| self.tells_circumstances(next))
    }
}

/// Words of death that may stand at the end of a name, as lists of keys, the longer first.
pub(super) fn after_name() -> &'static [Vec<String>] {
    &DEATH.after_name
}

#[cfg(test)]
mod tests;
