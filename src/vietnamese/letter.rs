//! Letters: the base letter, its tone, its plain form.

/// A tone of Vietnamese. The discriminant is the position in [`VOWELS`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// Ngang, no mark.
    Level,
    /// Huyền.
    Grave,
    /// Hỏi.
    Hook,
    /// Ngã.
    Tilde,
    /// Sắc.
    Acute,
    /// Nặng.
    Dot,
}

impl Tone {
    /// All tones, in the order of the discriminants.
    pub const ALL: [Self; 6] = [Self::Level, Self::Grave, Self::Hook, Self::Tilde, Self::Acute, Self::Dot];
}

/// The twelve vowels with their six tones.
const VOWELS: [[char; 6]; 12] = [
    ['a', 'à', 'ả', 'ã', 'á', 'ạ'],
    ['ă', 'ằ', 'ẳ', 'ẵ', 'ắ', 'ặ'],
    ['â', 'ầ', 'ẩ', 'ẫ', 'ấ', 'ậ'],
    ['e', 'è', 'ẻ', 'ẽ', 'é', 'ẹ'],
    ['ê', 'ề', 'ể', 'ễ', 'ế', 'ệ'],
    ['i', 'ì', 'ỉ', 'ĩ', 'í', 'ị'],
    ['o', 'ò', 'ỏ', 'õ', 'ó', 'ọ'],
    ['ô', 'ồ', 'ổ', 'ỗ', 'ố', 'ộ'],
    ['ơ', 'ờ', 'ở', 'ỡ', 'ớ', 'ợ'],
    ['u', 'ù', 'ủ', 'ũ', 'ú', 'ụ'],
    ['ư', 'ừ', 'ử', 'ữ', 'ứ', 'ự'],
    ['y', 'ỳ', 'ỷ', 'ỹ', 'ý', 'ỵ'],
];

/// The plain ASCII letter of each row of [`VOWELS`].
const PLAIN: [char; 12] = ['a', 'a', 'a', 'e', 'e', 'i', 'o', 'o', 'o', 'u', 'u', 'y'];

/// One past the last code point of a Vietnamese letter.
const LIMIT: usize = 0x1F00;

/// For each code point: 0, or one more than row × 6 + tone in [`VOWELS`].
static INDEX: [u8; LIMIT] = {
    let mut table = [0; LIMIT];
    let mut row = 0;
    while row < VOWELS.len() {
        let mut tone = 0;
        while tone < 6 {
            table[VOWELS[row][tone] as usize] = (row * 6 + tone + 1) as u8;
            tone += 1;
        }
        row += 1;
    }
    table
};

/// Row and tone of a lower-case vowel.
fn place(letter: char) -> Option<(usize, Tone)> {
    let index = usize::from(*INDEX.get(letter as usize)?).checked_sub(1)?;
    Some((index / 6, Tone::ALL[index % 6]))
}

/// A lower-case letter without its tone mark, and the tone; other characters come back as they are.
pub fn split(letter: char) -> (char, Tone) {
    place(letter).map_or((letter, Tone::Level), |(row, tone)| (VOWELS[row][0], tone))
}

/// A lower-case vowel with a tone mark; other characters come back as they are.
pub fn join(letter: char, tone: Tone) -> char {
    place(letter).map_or(letter, |(row, _)| VOWELS[row][tone as usize])
}

/// Whether a lower-case letter is a vowel of Vietnamese.
pub fn is_vowel(letter: char) -> bool {
    place(letter).is_some()
}

/// The lower-case form of a character (the first one where there are several).
pub fn lower(c: char) -> char {
    match c {
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        // The letters of Vietnamese by rule: the tables of the standard library are large.
        'À'..='Þ' if c != '×' => up_by(c, 0x20),
        'Ư' => 'ư',
        'Ă' | 'Đ' | 'Ĩ' | 'Ũ' | 'Ơ' | '\u{1ea0}'..='\u{1ef9}' if u32::from(c) % 2 == 0 => up_by(c, 1),
        'ß'..='ÿ' | 'ă' | 'đ' | 'ĩ' | 'ũ' | 'ơ' | 'ư' | '\u{1ea0}'..='\u{1ef9}' => c,
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// The character so many code points further on.
fn up_by(c: char, by: u32) -> char {
    char::from_u32(u32::from(c) + by).unwrap_or(c)
}

/// The upper-case form of a character (the first one where there are several).
pub fn upper(c: char) -> char {
    if c.is_ascii() { c.to_ascii_uppercase() } else { c.to_uppercase().next().unwrap_or(c) }
}

/// A lower-case letter without any diacritic (ế → e, đ → d, ñ → n); other characters as they are.
pub fn plain(letter: char) -> char {
    if letter.is_ascii() {
        return letter;
    }
    if let Some((row, _)) = place(letter) {
        return PLAIN[row];
    }
    match letter {
        'đ' => 'd',
        _ => {
            let mut base = letter;
            unicode_normalization::char::decompose_canonical(letter, |part| {
                if base == letter && !unicode_normalization::char::is_combining_mark(part) {
                    base = part;
                }
            });
            base
        }
    }
}

/// Whether a lower-case letter is written in Vietnamese: the 29 letters, with tone marks.
pub fn is_vietnamese(letter: char) -> bool {
    match letter {
        'a'..='z' => !matches!(letter, 'f' | 'j' | 'w' | 'z'),
        'đ' => true,
        _ => is_vowel(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vowels_split_and_join() {
        assert_eq!(split('ễ'), ('ê', Tone::Tilde));
        assert_eq!(split('đ'), ('đ', Tone::Level));
        assert_eq!(join('ơ', Tone::Dot), 'ợ');
        for row in VOWELS {
            for (tone, letter) in Tone::ALL.into_iter().zip(row) {
                assert_eq!(split(letter), (row[0], tone));
                assert_eq!(join(row[0], tone), letter);
            }
        }
    }

    #[test]
    fn lower_case_is_that_of_unicode() {
        for c in (0..0x3000).filter_map(char::from_u32) {
            assert_eq!(Some(lower(c)), c.to_lowercase().next(), "{c}");
        }
    }

    #[test]
    fn plain_letters_have_no_marks() {
        let plain_of = |text: &str| text.chars().map(plain).collect::<String>();
        assert_eq!(plain_of("nguyễn đức phượng"), "nguyen duc phuong");
        assert_eq!(plain_of("bliă ñ č ŭ ü é"), "blia n c u u e");
    }
}
