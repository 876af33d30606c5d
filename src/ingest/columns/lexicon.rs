//! The words of headers (`data/headers/header_words.toml`): a text is cut into the known phrases that cover it best.
//!
//! Spaces, signs and the seams of code names make no difference, so "Số CCCD", "SO_CCCD" and "soCccd" are cut alike.
//! What no phrase covers is kept as an unknown word: nothing of a header is dropped.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use crate::builtin;

/// A sign: what a word says, by its position in [`Lexicon::signs`].
pub(in crate::ingest) type Sign = u16;

/// The table that ships with the program.
const WORDS: &str = include_str!("../../../data/headers/header_words.toml");

/// What each phrase costs; fewer and longer ones cover a text better.
const PHRASE: u32 = 10;
/// ... where it has marks and the text none, in a header that has some elsewhere.
const UNMARKED: u32 = 8;
/// ... where the marks of both differ: a slip of the pen.
const OTHER_MARKS: u32 = 40;
/// ... where it begins or ends within a word: a code name without seams.
const WITHIN: u32 = 10;
/// ... where the word has marks: a space that was lost ("Nămsinh").
const WITHIN_MARKED: u32 = 20;
/// What a word costs that no phrase covers; of a code name the first letters, and each that follows them: long names are
/// made of words, short ones hold many by chance.
const UNKNOWN: u32 = 75;
const UNKNOWN_CODE: u32 = 60;
const UNKNOWN_LETTER: u32 = 5;
const FIRST_LETTERS: usize = 6;
/// Words with fewer letters are not cut further.
const LEAST_CUT: usize = 4;

/// The diacritics of some letters, counted by sort: six bits each.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
struct Marks(u64);

impl Marks {
    fn of(mark: char) -> Self {
        let at = match mark {
            '\u{300}' => 0,
            '\u{301}' => 1,
            '\u{309}' => 2,
            '\u{303}' => 3,
            '\u{323}' => 4,
            '\u{302}' => 5,
            '\u{306}' => 6,
            '\u{31b}' => 7,
            'đ' => 8,
            _ => return Self(0),
        };
        Self(1 << (6 * at))
    }
}

/// Whether a text ends in a vowel with marks.
fn ends_in_marked_vowel(text: &[char]) -> bool {
    let last = text.last().filter(|c| !c.is_ascii());
    last.and_then(|c| c.to_lowercase().nfkd().next()).is_some_and(|base| "aeiouy".contains(base))
}

/// A text as it is compared: base letters one after another, with what is known of each.
struct Stream {
    letters: Vec<char>,
    /// Marks of the letters before each position; one more than letters.
    marks: Vec<u64>,
    /// Whether a word begins at each position; the end counts as a beginning.
    begins: Vec<bool>,
    /// Positions before which a sign stands that is no space: a comma, a slash.
    signs: Vec<usize>,
}

impl Stream {
    fn new(text: &str) -> Self {
        let (mut letters, mut marks, mut begins) = (Vec::new(), vec![0u64], Vec::new());
        let mut signs = Vec::new();
        let mut previous = ' ';
        let mut seam = true;
        let chars: Vec<char> = text.nfc().collect();
        for (at, &c) in chars.iter().enumerate() {
            // "Father's name".
            let is_possessive = |c: char| matches!(c, '\'' | '’');
            let before = at.checked_sub(1).map(|before| chars[before]);
            let ends = !chars.get(at + 1).is_some_and(|next| next.is_alphanumeric());
            if c == 's' && before.is_some_and(is_possessive) && ends {
                seam = true;
                continue;
            }
            // "Họ và tênn": no syllable ends in a letter twice.
            if ends && c.is_lowercase() && before == Some(c) && ends_in_marked_vowel(&chars[..at - 1]) {
                continue;
            }
            if !c.is_alphanumeric() && c != '%' {
                if !c.is_whitespace() && c != '_' {
                    signs.push(letters.len());
                }
                seam = true;
                previous = c;
                continue;
            }
            let next_is_small = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
            let hump =
                c.is_uppercase() && (previous.is_lowercase() || previous.is_uppercase() && next_is_small);
            let digits = c.is_ascii_digit() != previous.is_ascii_digit();
            let begin = seam || hump || digits;
            seam = false;
            previous = c;
            let mut first = true;
            // Look-alikes of đ, which old conversions leave.
            let c = if matches!(c, 'Ð' | 'ð' | 'Ɖ' | 'ɖ') { 'đ' } else { c };
            for part in c.to_lowercase().nfkd() {
                let mark = Marks::of(part);
                if let Some(last) = marks.last_mut().filter(|_| mark != Marks::default() && part != 'đ') {
                    *last += mark.0;
                    continue;
                }
                if unicode_normalization::char::is_combining_mark(part) {
                    continue;
                }
                let before = marks.last().copied().unwrap_or_default();
                marks.push(before + mark.0);
                letters.push(if part == 'đ' { 'd' } else { part });
                begins.push(begin && first);
                first = false;
            }
        }
        begins.push(true);
        Self { letters, marks, begins, signs }
    }

    /// Whether a sign stands within a range.
    fn has_sign(&self, from: usize, to: usize) -> bool {
        self.signs.iter().any(|at| from < *at && *at < to)
    }

    fn marks(&self, from: usize, to: usize) -> Marks {
        Marks(self.marks[to] - self.marks[from])
    }

    /// For each position where the word around it begins, at it or before it.
    fn word_begins(&self) -> Vec<usize> {
        let mut begin = 0;
        let mut at_begin = |(at, is_begin): (usize, &bool)| {
            begin = if *is_begin { at } else { begin };
            begin
        };
        self.begins.iter().enumerate().map(&mut at_begin).collect()
    }

    /// For each position where the next word begins, at it or behind it.
    fn word_ends(&self) -> Vec<usize> {
        let mut ends = vec![self.letters.len(); self.begins.len()];
        for at in (0..self.letters.len()).rev() {
            ends[at] = if self.begins[at] { at } else { ends[at + 1] };
        }
        ends
    }
}

/// A phrase of the table.
struct Phrase {
    signs: Vec<Sign>,
    marks: Marks,
    /// Whether it stands only for text without marks.
    unmarked: bool,
    /// Whether it stands only for text with the very same marks.
    exact: bool,
    /// Whether it stands only where a sign parts its words.
    parted: bool,
    /// Whether it stands only where a code name begins: the person or act that the name is told of.
    begins: bool,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Piece {
    /// A known phrase.
    Known(Vec<Sign>),
    /// A word that is not known, as it is compared.
    Unknown(String),
}

/// The table of words.
pub(in crate::ingest) struct Lexicon {
    signs: Vec<String>,
    phrases: Vec<Phrase>,
    /// A trie over base letters: (node, letter) to node.
    next: FxHashMap<(u32, char), u32>,
    /// Phrases that end at each node.
    ends: Vec<Vec<u32>>,
}

impl Lexicon {
    /// The table built in.
    pub(in crate::ingest) fn built_in() -> &'static Self {
        static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(WORDS));
        &LEXICON
    }

    fn new(table: &str) -> Self {
        let mut this = Self {
            signs: Vec::new(),
            phrases: Vec::new(),
            next: FxHashMap::default(),
            ends: vec![Vec::new()],
        };
        let table: toml::Table = builtin::toml("header_words.toml", table);
        for (key, texts) in &table {
            let signs: Vec<Sign> = key.split('+').map(|name| this.sign_or_new(name)).collect();
            for text in texts.as_array().into_iter().flatten().filter_map(toml::Value::as_str) {
                this.insert(text, &signs);
            }
        }
        this
    }

    fn sign_or_new(&mut self, name: &str) -> Sign {
        let at = self.signs.iter().position(|known| known == name).unwrap_or_else(|| {
            self.signs.push(name.to_owned());
            self.signs.len() - 1
        });
        at as Sign
    }

    fn insert(&mut self, text: &str, signs: &[Sign]) {
        let (text, begins) = text.strip_prefix('^').map_or((text, false), |text| (text, true));
        let (text, unmarked) = text.strip_prefix('~').map_or((text, false), |text| (text, true));
        let (text, exact) = text.strip_prefix('=').map_or((text, false), |text| (text, true));
        let (text, parted) = text.strip_prefix('+').map_or((text, false), |text| (text, true));
        let stream = Stream::new(text);
        let mut node = 0;
        for &letter in &stream.letters {
            let fresh = self.ends.len() as u32;
            node = *self.next.entry((node, letter)).or_insert(fresh);
            if node == fresh {
                self.ends.push(Vec::new());
            }
        }
        let marks = stream.marks(0, stream.letters.len());
        let ends = &mut self.ends[node as usize];
        // The first meaning of a text stands.
        let is_same =
            |known: &Phrase| known.marks == marks && known.begins == begins && known.parted == parted;
        if node != 0 && !ends.iter().any(|at| is_same(&self.phrases[*at as usize])) {
            ends.push(self.phrases.len() as u32);
            self.phrases.push(Phrase { signs: signs.to_vec(), marks, unmarked, exact, parted, begins });
        }
    }

    /// The sign of a name.
    pub(in crate::ingest) fn sign(&self, name: &str) -> Option<Sign> {
        self.signs.iter().position(|known| known == name).map(|at| at as Sign)
    }

    /// The name of a sign.
    pub(in crate::ingest) fn name(&self, sign: Sign) -> &str {
        self.signs.get(usize::from(sign)).map_or("", String::as_str)
    }

    /// How many signs there are.
    pub(in crate::ingest) fn len(&self) -> usize {
        self.signs.len()
    }

    /// Cuts a text into phrases and unknown words, so that it costs least.
    pub(in crate::ingest) fn cut(&self, text: &str) -> Vec<Piece> {
        let stream = Stream::new(text);
        let count = stream.letters.len();
        let has_marks = stream.marks(0, count) != Marks::default();
        let (word_begins, word_ends) = (stream.word_begins(), stream.word_ends());
        // For each position the least cost to come there, from where, and by which phrase.
        let mut best: Vec<Option<(u32, usize, Option<u32>)>> = vec![None; count + 1];
        best[0] = Some((0, 0, None));
        for from in 0..count {
            let Some((cost, ..)) = best[from] else { continue };
            let (word_begin, word_end) = (word_begins[from], word_ends[from + 1]);
            let mut reach = |to: usize, cost: u32, phrase: Option<u32>| {
                if best[to].is_none_or(|(least, ..)| cost < least) {
                    best[to] = Some((cost, from, phrase));
                }
            };
            let in_word = if has_marks { WITHIN_MARKED } else { WITHIN };
            let within = |at: usize| if stream.begins[at] { 0 } else { in_word };
            if stream.begins[from] {
                let is_digit = stream.letters[from].is_ascii_digit();
                let more = (word_end - from).saturating_sub(FIRST_LETTERS) as u32;
                let unknown = if has_marks { UNKNOWN } else { UNKNOWN_CODE + UNKNOWN_LETTER * more };
                reach(word_end, cost + if is_digit { PHRASE / 2 } else { unknown }, None);
            }
            // Who writes marks writes spaces, but for a slip.
            let may_cut = |begin: usize, end: usize| end - begin >= LEAST_CUT;
            let mut node = 0;
            for to in from + 1..=count {
                let Some(&next) = self.next.get(&(node, stream.letters[to - 1])) else { break };
                node = next;
                let ends = &self.ends[node as usize];
                if ends.is_empty() {
                    continue;
                }
                let (last_begin, last_end) = (word_begins[to - 1], word_ends[to]);
                let is_cut = !stream.begins[from] && !may_cut(word_begin, word_end)
                    || !stream.begins[to] && !may_cut(last_begin, last_end);
                if is_cut {
                    continue;
                }
                let marks = stream.marks(from, to);
                let is_within = !(stream.begins[from] && stream.begins[to]);
                for &at in ends {
                    let phrase = &self.phrases[at as usize];
                    if phrase.unmarked && has_marks || phrase.exact && phrase.marks != marks {
                        continue;
                    }
                    if phrase.parted && !stream.has_sign(from, to) {
                        continue;
                    }
                    // "không" is no "KH ông".
                    let is_short = to - from < LEAST_CUT - 1 && marks == Marks::default();
                    if has_marks && is_within && (is_short || phrase.marks != marks) {
                        continue;
                    }
                    if phrase.begins && (from > 0 || to == count || !stream.begins[to]) {
                        continue;
                    }
                    let spelling = if phrase.marks == marks {
                        0
                    } else if marks == Marks::default() {
                        if has_marks { UNMARKED } else { 1 }
                    } else if to - from >= LEAST_CUT {
                        OTHER_MARKS
                    } else {
                        continue;
                    };
                    let price = if phrase.begins || phrase.parted { PHRASE - 1 } else { PHRASE };
                    reach(to, cost + price + spelling + within(from) + within(to), Some(at));
                }
            }
        }
        let mut pieces = Vec::new();
        let mut at = count;
        while let Some((_, from, phrase)) = best[at].filter(|_| at > 0) {
            match phrase {
                Some(phrase) => pieces.push(Piece::Known(self.phrases[phrase as usize].signs.clone())),
                None if stream.letters[from].is_ascii_digit() => {}
                None => pieces.push(Piece::Unknown(stream.letters[from..at].iter().collect())),
            }
            at = from;
        }
        pieces.reverse();
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> String {
        let lexicon = Lexicon::built_in();
        let piece = |piece: Piece| match piece {
            Piece::Known(signs) => signs.iter().map(|s| lexicon.name(*s)).collect::<Vec<_>>().join("+"),
            Piece::Unknown(word) => format!("?{word}"),
        };
        lexicon.cut(text).into_iter().map(piece).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_shipped_table_can_be_read() {
        assert!(WORDS.parse::<toml::Table>().is_ok());
        assert!(Lexicon::built_in().phrases.len() > 1000);
    }

    #[test]
    fn one_header_in_many_spellings() {
        for text in ["Họ và tên", "HỌ VÀ TÊN:", "hoTen", "HO_TEN", "hoten", "Họ tên"] {
            assert_eq!(cut(text), "name", "{text}");
        }
        for text in ["Ngày sinh", "NGAYSINH", "ngay_sinh", "NgaySinh"] {
            assert_eq!(cut(text), "date birth", "{text}");
        }
        assert_eq!(cut("Năm sinh"), "year birth");
        assert_eq!(cut("Số CCCD (người giám hộ)"), "number pid p.guardian");
        assert_eq!(cut("Nơi đăng ký khám chữa bệnh ban đầu"), "place regist kcb first");
        assert_eq!(cut("nam_sinh"), "year+birth");
        assert_eq!(cut("Số, quyển"), "number+regist");
        assert_eq!(cut("Số quyển"), "number book");
        assert_eq!(cut("Nămsinh"), "year birth");
        assert_eq!(cut("Họ vàtên"), cut("Họ và tên"));
        assert_eq!(cut("Không"), "?khong");
    }

    #[test]
    fn what_is_not_known_is_kept() {
        assert_eq!(cut("Số CCCD xyzzy"), "number pid ?xyzzy");
    }
}
