//! Words of death: whether a stop reason, a status or a note beside a name says that the person is dead, and not that
//! a card is lost or that somebody else died.

mod no_death;

use std::sync::LazyLock;

use serde::Deserialize;

use super::text;
use super::words::legacy_readings;

pub use no_death::{names_newborn, takes_death_back};

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
    mistaken: Vec<String>,
    opens_otherwise: Vec<String>,
    suspected: Vec<String>,
    of_carers: Vec<String>,
    because: Vec<String>,
    others: Vec<String>,
    honoured: Vec<String>,
    themselves: Vec<String>,
    others_first: Vec<String>,
    address: Vec<String>,
    after_name: Vec<String>,
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
    /// Words that do so behind it.
    mistaken: Vec<String>,
    /// How a clause begins that tells of no death of the person.
    opens_otherwise: Vec<Phrase>,
    /// What leaves a clause without force wherever it stands: the death is but suspected, or that of whom the person cared
    /// for.
    without_force: Vec<Phrase>,
    /// Words behind which another subject begins.
    because: Vec<String>,
    /// People whose death is not that of the person.
    others: Vec<Phrase>,
    /// Whose relatives are beneficiaries.
    honoured: Vec<Phrase>,
    /// Phrases that hold one of `others` and mean the person all the same.
    themselves: Vec<Phrase>,
    /// Words that mean somebody else at the beginning of a subject.
    others_first: Vec<String>,
    /// Of `others_first` those that mean the person at the beginning of the text.
    address: Vec<String>,
}

struct DeathWords {
    marked: Death,
    plain: Death,
    after_name: Vec<Phrase>,
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
            mistaken: list(&file.mistaken),
            opens_otherwise: phrases(&file.opens_otherwise),
            without_force: [phrases(&file.suspected), phrases(&file.of_carers)].concat(),
            because: list(&file.because),
            others: phrases(&file.others),
            honoured: phrases(&file.honoured),
            themselves: phrases(&file.themselves),
            others_first: list(&file.others_first),
            address: list(&file.address),
        }
    };
    DeathWords {
        marked: spelt(text::key),
        plain: spelt(text::fold),
        after_name: file
            .after_name
            .iter()
            .map(|p| text::key(p).split(' ').map(String::from).collect())
            .collect(),
    }
});

/// Whether a stop reason, status or note, in any encoding, says that the person is dead. "mất" does ("đã mất", "mất năm
/// 2019"), but not with an object ("mất thẻ", "mất tích"). The death of somebody else ("vợ đã chết", "chết chồng",
/// "chủ hộ chết") says nothing of the person: a beneficiary who lives must not be taken for dead.
///
/// ```
/// use lamsach::vietnamese::death::says_death;
/// assert!(says_death("Đã mất năm 2019"));
/// assert!(!says_death("Mất thẻ") && !says_death("Vợ đã chết"));
/// ```
pub fn says_death(cell: &str) -> bool {
    // "Chết?" is a question.
    !cell.trim().is_empty()
        && !cell.trim_end().ends_with('?')
        && (clauses_say_death(&text::clause_keys(cell))
            || legacy_readings(cell).any(|decoded| clauses_say_death(&text::clause_keys(&decoded))))
}

/// Whether a text in no legacy encoding says that somebody is dead and nothing else, when and whose death apart:
/// "đã chết", "mất năm 2019". It is no name. "Từ Trần" alone can be one.
pub(super) fn is_death_alone(text: &str) -> bool {
    // The first word settles it for nearly every name.
    let first = text.split_whitespace().next().map(text::fold);
    if !first.is_some_and(|first| DEATH.plain.knows(&first)) {
        return false;
    }
    let key = text::key(text);
    let words: Vec<&str> = key.split(' ').collect();
    let death = if key.is_ascii() { &DEATH.plain } else { &DEATH.marked };
    words.iter().all(|word| death.knows(word)) && words != ["từ", "trần"] && says_death(text)
}

/// Whether a word can stand in a text that [`is_death_alone`], in any encoding and with or without diacritics.
pub(super) fn is_word_of_death(word: &str) -> bool {
    let known = |word: &str| text::fold(word).split(' ').all(|word| DEATH.plain.knows(word));
    known(word) || legacy_readings(word).any(|decoded| known(&decoded))
}

fn clauses_say_death(clauses: &[String]) -> bool {
    let marked = clauses.iter().any(|clause| !clause.is_ascii());
    let death = if marked { &DEATH.marked } else { &DEATH.plain };
    if clauses.iter().any(|clause| death.is_without_force(clause)) {
        return false;
    }
    clauses.iter().enumerate().any(|(n, clause)| {
        let words: Vec<&str> = clause.split(' ').collect();
        if begin_with(&words, &death.opens_otherwise).is_some() {
            return false;
        }
        (0..words.len()).any(|at| death.is_told(&words, at, marked, n == 0))
    })
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

impl Death {
    /// Whether a word belongs to those of death, of its subject, or of its circumstances.
    fn knows(&self, word: &str) -> bool {
        let known = self.death.iter().any(|phrase| has(phrase, word)) || word == self.lost;
        known || has(&self.between, word) || self.tells_circumstances(word)
    }

    /// Whether a clause says that a death is suspected, or that the person cared for whoever died.
    fn is_without_force(&self, clause: &str) -> bool {
        let words: Vec<&str> = clause.split([' ', '(', ')']).filter(|word| !word.is_empty()).collect();
        (0..words.len()).any(|at| begin_with(&words[at..], &self.without_force).is_some())
    }

    /// Whether a death of the person is told from this word on. `marked` is said of texts with diacritics,
    /// `first` of the first clause of a text.
    fn is_told(&self, words: &[&str], at: usize, marked: bool, first: bool) -> bool {
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
        let from = subject.iter().rposition(|word| has(&self.because, word)).map_or(0, |ix| ix + 1);
        let subject = &subject[from..];
        let told = told.or_else(|| self.is_lost(words, at, subject, marked).then_some(1));
        told.is_some_and(|len| {
            let behind = &words[at + len..];
            let denied = denied || behind.first().is_some_and(|word| has(&self.mistaken, word));
            !denied && !self.is_another(subject, first && from == 0) && !self.is_of_another(behind)
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
        if (0..subject.len()).any(|at| begin_with(&subject[at..], &self.themselves).is_some()) {
            return false;
        }
        let other = (0..subject.len()).any(|at| {
            let len = begin_with(&subject[at..], &self.others);
            len.is_some_and(|len| begin_with(&subject[at + len..], &self.honoured).is_none())
        });
        let first = |words: &[String]| subject.first().is_some_and(|first| has(words, first));
        other || (first(&self.others_first) && !(opens && first(&self.address)))
    }

    /// Whether a death is that of the people named right behind it: "chết vợ", "chết cha mẹ năm 2019".
    fn is_of_another(&self, mut behind: &[&str]) -> bool {
        let mut named = false;
        while let Some(len) = begin_with(behind, &self.others) {
            behind = &behind[len..];
            named = true;
        }
        named && behind.first().is_none_or(|next| self.tells_circumstances(next))
    }
}

/// Words of death that may stand at the end of a name, as lists of keys, the longer first.
pub(super) fn after_name() -> &'static [Vec<String>] {
    &DEATH.after_name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_else_died_or_did_not_is_not_the_person() {
        let told: Vec<&str> = [
            "Chồng chết",
            "Vợ chết",
            "Mẹ chết, chuyển người giám hộ",
            "Người chăm sóc chết",
            "Con chết, thôi nuôi dưỡng",
            "Chủ hộ chết, tách hộ",
            "Cha đã chết, về ở với ông bà",
            "Mất việc làm",
            "Mất sức lao động",
            "Mất liên lạc",
            "Mất hồ sơ",
            "Mất hộ khẩu",
            "Mất tích",
            "Báo chết nhầm, đã khôi phục",
            "Chưa chết, cắt nhầm",
            "Huỷ báo giảm chết",
            "Không phải chết",
            "Xác minh còn sống, không chết",
            "Chết máy quẹt thẻ",
            "Hết tuổi, người nuôi dưỡng qua đời",
            "Chồng từ trần, hưởng tuất",
            "Mất quyền lợi",
            "Đã mất thẻ",
            "Đã mất hết giấy tờ",
            "Mất đất",
            "Hỗ trợ mai táng cho chồng",
            "Nghi chết - cần xác minh",
            "Chết?",
            "Không chết",
            "Còn sống",
            "Chết (chờ xác minh)",
            "chồng đã mất",
            "vợ chết",
            "chồng chết",
            "con ông Ba đã chết",
            "vợ liệt sĩ",
            "mất CCCD",
            "mất sức",
            "mồ côi cha, mẹ đã chết",
            "cha mẹ mất",
            "mẹ mất",
            "thay cha đã chết",
            "nhận thay mẹ đã mất",
            "mẹ đã chết",
            "góa, chồng mất",
            "chết hụt",
            "đã mất thẻ",
            "mất giấy tờ",
            "thương binh mất sức 61%",
            "con liệt sĩ, cha hi sinh",
            "vợ ông Nam đã chết",
            "nhận thay ông Nguyễn Văn Nam đã chết",
            "bố chết năm 2020",
            "đã mất việc",
            "không chết",
            "chưa chết",
            "nghi chết",
            "Chuyển hưởng tuất do chồng chết",
            "Chi mai táng phí cho người chết",
            "Người nhận thay chết",
            "Thương binh chết, thôi hưởng trợ cấp phục vụ",
            "Người khuyết tật chết, thôi trợ cấp chăm sóc",
            "Đối tượng được nuôi dưỡng chết",
        ]
        .into_iter()
        .filter(|text| says_death(text))
        .collect();
        assert!(told.is_empty(), "{told:#?}");
    }

    #[test]
    fn death_is_told_from_loss() {
        for reason in [
            "chết",
            "Từ trần",
            "Đã chết",
            "qua đời",
            "Tử vong do tai nạn",
            "báo giảm chết",
            "Báo giảm: chết",
            "mất",
            "Mất",
            "đã mất",
            "Mất ngày 3/2/2020",
            "mất do bệnh",
            "da chet",
            "chet",
            "da mat",
            "mat",
            "CHÕT",
            "tu vong",
            "Giảm do chết",
        ] {
            assert!(says_death(reason), "{reason}");
        }
        for reason in [
            "mất thẻ",
            "mất giấy tờ",
            "Mất tích",
            "mất sức lao động",
            "bị mất thẻ",
            "Báo mất",
            "tiền mặt",
            "tien mat",
            "vang mat",
            "mat the",
            "chuyển đi",
            "hết hạn",
            "",
            "chưa chết",
            "chồng chết",
            "Mặt",
            "hết tuổi",
        ] {
            assert!(!says_death(reason), "{reason}");
        }
    }

    #[test]
    fn the_death_of_another_is_none_of_the_person() {
        for reason in [
            "Vợ đã chết",
            "Cha đã chết",
            "Chồng đã mất",
            "Con đã mất",
            "Mẹ đã mất",
            "Mẹ vừa mới mất năm 2023",
            "Vợ đã qua đời",
            "Bố mẹ đã chết",
            "Cha, mẹ đều đã mất",
            "Cả cha và mẹ đều bị chết",
            "Chủ hộ chết",
            "Chủ hộ đã mất",
            "Thân nhân chết",
            "Người nuôi dưỡng chết",
            "Người giám hộ đã chết",
            "Hộ có người chết",
            "Gia đình có người mất",
            "chết chồng",
            "chết vợ",
            "Đã chết vợ",
            "chết vợ năm 2019",
            "Chết cha mẹ",
            "Vợ ông A đã chết",
            "Con Nguyễn Văn B đã chết",
            "ông nội đã chết",
            "Bà ngoại chết",
            "anh trai đã chết",
            "Chị chết",
            "em ruột đã mất",
            "cháu đã chết",
            "Dừng hưởng do chồng đã chết",
            "Hết hưởng vì bà chết",
            "Hết tuổi; cha đã chết",
            "(vợ chết)",
            "Vo da chet",
            "bo me da mat",
            "CHỒNG ĐÃ MẤT",
            "Chång ®· chÕt",
            "chưa bị chết",
            "báo tử nhầm",
            "Thẻ BHYT đã mất",
            "mất vợ",
        ] {
            assert!(!says_death(reason), "{reason}");
        }
        for reason in [
            "Đối tượng đã chết",
            "Người hưởng chết",
            "Người hưởng đã mất",
            "Bà đã chết",
            "Ông Nguyễn Văn A đã chết",
            "Cụ mất",
            "Báo giảm do chết",
            "Vợ chết, đối tượng cũng đã chết",
            "Gia đình báo đã chết",
            "Vợ báo đã mất",
            "Con hưởng thay do đã chết",
            "Đã chết, vợ nhận mai táng phí",
            "Đã chết. Con nhận thay",
            "Chết con trai nhận thay",
            "Mẹ VNAH đã mất",
            "Vợ liệt sĩ chết",
            "Thân nhân liệt sĩ đã chết",
            "Hai vợ chồng đều đã chết",
            "đã bị chết đuối",
            "Mất, đã cắt",
            "Nguyễn Thị Em đã chết",
            "Doi tuong da chet",
            "Toà án tuyên bố là đã chết",
        ] {
            assert!(says_death(reason), "{reason}");
        }
    }
}
