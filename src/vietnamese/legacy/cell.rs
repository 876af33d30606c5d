//! Legacy text inside a cell of an otherwise Unicode file: found by likelihood and given back.

use super::super::letter;
use super::likelihood::{self, Place};
use super::tables::{decode_mojibake, decode_tcvn3, decode_vni};
use crate::domain::LegacyFont;
use crate::vietnamese::text::{is_apostrophe, is_overlong};

/// How much likelier (natural logarithm) a decoded reading must be than a text as it stands that holds a
/// word which is no syllable.
const MARGIN: f32 = 5.0;
/// As [`MARGIN`], where one or two words all are syllables as they stand (Hoà Bình, in VNI Hồ Bình): so
/// little text does not tell whether its first word is a surname. From three words on it does.
const MARGIN_OF_FEW_SYLLABLES: f32 = 6.5;

/// How much less likely a decoded reading may be than the text as it stands, in a column that is typed in the
/// font: most of what its letters could be as they stand is not what they are.
const MARGIN_OF_COLUMN: f32 = -3.0;
/// A column is typed in a font if at least so many of its names show it, ...
const SHOWING: usize = 20;
/// ... and for each that could be Unicode as it stands so many do.
const SHOWING_FOR_EACH_OTHER: usize = 10;
/// Names by which a column is judged: beyond them nothing new is learned.
const LOOKED_AT: usize = 2_000;

/// The legacy font in which a column of names is typed throughout. Names that show no letter beyond ASCII,
/// or one that only Unicode has, say nothing about the others.
pub fn font_of_column<'c>(cells: impl Iterator<Item = &'c str>) -> Option<LegacyFont> {
    let telling = cells.filter(|cell| !cell.is_ascii() && !cell.chars().any(is_beyond_latin_1));
    let (mut tcvn3, mut vni, mut others) = (0, 0, 0);
    for cell in telling.take(LOOKED_AT) {
        match repair_beyond(cell, Some(margin_of_syllables(cell))) {
            Some((_, Some(LegacyFont::Tcvn3))) => tcvn3 += 1,
            Some((_, Some(LegacyFont::Vni))) => vni += 1,
            _ => others += 1,
        }
        // Whatever the names to come show, they are too few by now.
        if SHOWING_FOR_EACH_OTHER * others > LOOKED_AT - others {
            return None;
        }
    }
    let (font, showing, other) =
        if vni >= tcvn3 { (LegacyFont::Vni, vni, tcvn3) } else { (LegacyFont::Tcvn3, tcvn3, vni) };
    (showing >= SHOWING && showing >= SHOWING_FOR_EACH_OTHER * (others + other)).then_some(font)
}

/// [`repair`] of a name in a column that is typed in a legacy font.
pub fn repair_typed(text: &str, font: LegacyFont) -> Option<String> {
    if let Some(repaired) = repair(text) {
        return Some(repaired);
    }
    if text.is_ascii() || is_overlong(text) || text.chars().any(is_beyond_latin_1) {
        return None;
    }
    let reading = match font {
        LegacyFont::Tcvn3 => recase(&decode_tcvn3(text)?),
        LegacyFont::Vni => y_or_i(&decode_vni(text)?),
    };
    // Fonts have their own sign for the apostrophe of "H’Hen"; that is no damage.
    let straight = |c: char| if is_apostrophe(c) { '\'' } else { c };
    if text.chars().map(straight).eq(reading.chars().map(straight)) {
        return None;
    }
    let length = text.chars().count();
    let score = |text: &str| likelihood::of_text(text, length).log;
    (score(&reading) > score(text) + MARGIN_OF_COLUMN).then_some(reading)
}

/// Whether a name in a column that is typed in a legacy font is typed in it, and not damaged in another way.
pub fn is_typed_in(text: &str, font: LegacyFont) -> bool {
    if text.is_ascii() || text.chars().any(is_beyond_latin_1) {
        return false;
    }
    match repair_beyond(text, Some(margin_of_syllables(text))) {
        Some((_, read)) => read == Some(font),
        None => repair_typed(text, font).is_some(),
    }
}

/// Whether a name shows by itself, and not by its column alone, that it is typed in a legacy font.
pub fn shows_font(text: &str, font: LegacyFont) -> bool {
    !text.is_ascii()
        && repair_beyond(text, Some(margin_of_syllables(text))).is_some_and(|(repaired, read)| {
            // One odd letter may be a sound name of its own.
            read == Some(font) && repaired.chars().filter(|c| !c.is_ascii()).count() >= 2
        })
}

/// The text (NFC) with a legacy encoding or mojibake undone; `None` where it is sound as it stands, or
/// where no other reading is clearly likelier.
///
/// No telling characters are looked for: each reading that the characters allow is judged as names of
/// people, and must beat the text as it stands by a margin.
pub fn repair(text: &str) -> Option<String> {
    repair_beyond(text, Some(margin_of_syllables(text))).map(|(repaired, _)| repaired)
}

fn margin_of_syllables(text: &str) -> f32 {
    let few = text.split(' ').filter(|word| !word.is_empty()).count() < 3;
    if few { MARGIN_OF_FEW_SYLLABLES } else { MARGIN }
}

/// [`repair`] for texts that are no names of people, which are the yardstick: a text whose words all are
/// syllables is left as it stands.
pub fn repair_text(text: &str) -> Option<String> {
    repair_beyond(text, None).map(|(repaired, _)| repaired)
}

/// [`repair`] with the margin for texts whose words all are syllables; `None` leaves them as they stand.
/// With the text goes the font in which it was typed, unless it was misread UTF-8.
fn repair_beyond(text: &str, margin_of_syllables: Option<f32>) -> Option<(String, Option<LegacyFont>)> {
    // Longer texts are nobody's cell, and judging them takes its time.
    if text.is_ascii() || is_overlong(text) || text.chars().any(is_beyond_latin_1) {
        return None;
    }
    let length = text.chars().count();
    let as_written = likelihood::of_text(text, length);
    let margin = if as_written.strange { MARGIN } else { margin_of_syllables? };
    let mut best: Option<(f32, String, Option<LegacyFont>)> = None;
    let mut offer = |reading: Option<String>, font: Option<LegacyFont>| {
        if let Some(reading) = reading {
            let score = likelihood::of_text(&reading, length).log;
            if best.as_ref().is_none_or(|(s, ..)| score > *s) {
                best = Some((score, reading, font));
            }
        }
    };
    offer(decode_vni(text).map(|t| y_or_i(&t)), Some(LegacyFont::Vni));
    offer(decode_mojibake(text).map(|t| decode_mojibake(&t).unwrap_or(t)).map(super::super::text::nfc), None);
    offer(decode_tcvn3(text), Some(LegacyFont::Tcvn3));
    let (score, reading, font) = best?;
    let likelier = score > as_written.log + margin;
    likelier.then(|| (if font == Some(LegacyFont::Tcvn3) { recase(&reading) } else { reading }, font))
}

/// Vietnamese letters that no byte of Windows-1252 or 1258 shows: a text that holds one (most names do) is
/// Unicode already.
pub(in crate::vietnamese) fn is_beyond_latin_1(c: char) -> bool {
    ('\u{1ea0}'..='\u{1ef9}').contains(&c) || matches!(c, 'ĩ' | 'ũ' | 'Ĩ' | 'Ũ')
}

/// Whether a word can be no reason to repair the text that it stands in: wherever it stands, no legacy encoding makes a
/// likelier word of it. [`repair`] leaves a text of such words alone, for the likelihood of a text is that of its
/// words, unless there are capitals within words that also have small letters.
pub(in crate::vietnamese) fn stands_as_written(word: &str) -> bool {
    if word.is_ascii() {
        return true;
    }
    // The mojibake of à reaches beyond its word.
    if word.contains('Ã') || decode_mojibake(word).is_some() {
        return false;
    }
    let places = [likelihood::Place::First, likelihood::Place::Inner, likelihood::Place::Last];
    let readings = [decode_vni(word).map(|text| y_or_i(&text)), decode_tcvn3(word)];
    let of_word = |word: &str, place| {
        let letters: Vec<char> = word.chars().map(letter::lower).collect();
        likelihood::of_lower_word(&letters, place).0
    };
    let likelier = |reading: &String| places.iter().any(|&at| of_word(reading, at) > of_word(word, at));
    !readings.iter().flatten().any(likelier)
}

/// Gives decoded TCVN3 its capitals back: the fonts drew them, the text has small letters.
fn recase(text: &str) -> String {
    let ascii_inside = |upper: bool| {
        let pairs = text.as_bytes().windows(2);
        pairs
            .filter(|w| {
                w[0] != b' ' && if upper { w[1].is_ascii_uppercase() } else { w[1].is_ascii_lowercase() }
            })
            .count()
    };
    let capitals = ascii_inside(true) > ascii_inside(false);
    let mut start = true;
    text.chars()
        .map(|c| {
            let raised = if capitals || start { letter::upper(c) } else { c };
            start = !(c.is_alphanumeric() || c == '\'' || c == '’');
            raised
        })
        .collect()
}

/// One table of VNI writes ỹ as it writes ì: a word that ends in ì is read with ỹ where that is much the
/// likelier name (Mỹ).
fn y_or_i(text: &str) -> String {
    if !text.contains(['ì', 'Ì']) {
        return text.to_owned();
    }
    let words = text.split(' ').map(|word| {
        let mut chars: Vec<char> = word.chars().collect();
        let (Some(&last), true) = (chars.last(), word.ends_with(['ì', 'Ì'])) else {
            return word.to_owned();
        };
        let lower = |chars: &[char]| chars.iter().map(|&c| letter::lower(c)).collect::<Vec<_>>();
        let as_i = likelihood::of_lower_word(&lower(&chars), Place::Last).0;
        if let Some(end) = chars.last_mut() {
            *end = if last == 'Ì' { 'Ỹ' } else { 'ỹ' };
        }
        let as_y = likelihood::of_lower_word(&lower(&chars), Place::Last).0;
        if as_y > as_i + 2.0 { chars.into_iter().collect() } else { word.to_owned() }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legacy_cells_are_given_back() {
        for (damaged, sound) in [
            ("NguyÔn V¨n Hïng", "Nguyễn Văn Hùng"),
            ("nguyÔn thÞ ph\u{ad}¬ng", "Nguyễn Thị Phương"),
            ("NGUYÔN V¡N HïNG", "NGUYỄN VĂN HÙNG"),
            ("Vò Thu Lan", "Vũ Thu Lan"),
            ("Hµ ThÞ ¸nh", "Hà Thị Ánh"),
            ("Nguyeãn Vaên Huøng", "Nguyễn Văn Hùng"),
            ("NGUYEÃN THÒ MYÕ", "NGUYỄN THỊ MỸ"),
            ("Leâ Thò Mì", "Lê Thị Mỹ"),
            ("Ñaëng Vaên Bình", "Đặng Văn Bình"),
            ("Nguyá»…n VÄƒn HÃ¹ng", "Nguyễn Văn Hùng"),
            ("Tráº§n Thá»‹ HÃ ", "Trần Thị Hà"),
            ("Y Bli¨ Niª", "Y Bliă Niê"),
        ] {
            assert_eq!(repair(damaged).as_deref(), Some(sound), "{damaged}");
        }
    }

    #[test]
    fn a_column_tells_what_a_name_alone_does_not() {
        let vni = ["Nguyeãn Vaên Huøng", "Leâ Thò Mì", "Traàn Hoaøng", "Ñaëng Vaên Bình"].repeat(6);
        let rest = ["Y Byôi", "Lan", "Y Knŭl", "Nguyễn Văn An"];
        let column = || vni.iter().copied().chain(rest);
        assert_eq!(font_of_column(column()), Some(LegacyFont::Vni));
        assert_eq!(
            (repair("Y Byôi"), repair_typed("Y Byôi", LegacyFont::Vni)),
            (None, Some("Y Byơi".into()))
        );
        // What VNI does not write so is Unicode, whatever stands around it.
        for name in ["Lê Công Tâm", "Nguyễn Văn An", "Y Bliă", "Lan", "H’Kuin Knul"] {
            assert_eq!(repair_typed(name, LegacyFont::Vni), None, "{name}");
        }
        // A few such names among sound ones, or few at all, make no such column.
        let sound = ["Hà Thu Hân", "Lê Công Tâm", "Võ Thông"];
        assert_eq!(font_of_column(column().chain(sound)), None);
        assert_eq!(font_of_column(vni[..19].iter().copied()), None);
        // Nor do many at the head of a file that goes on otherwise.
        let head = vni.iter().copied().cycle().take(900);
        assert_eq!(font_of_column(head.chain(sound.into_iter().cycle().take(300))), None);
    }

    #[test]
    fn sound_names_are_left_alone() {
        for name in [
            "Nguyễn Văn Hùng",
            "Lê Công Tâm",
            "Tô Lê Lâm",
            "Hà Thu Hân",
            "André",
            "Müller",
            "José",
            "Loïc Martin",
            "Noël Dupont",
            "Zoé",
            "Björn",
            "Renée",
            "H'Ñen Niê",
            "Y Bliă Niê",
            "Lò Thò",
            "Tòng A Tó",
            "Hô",
            "Bé Sáu",
            "Võ Thông",
            "Trí",
            "Naïm",
            "Hoà Bình",
            "Hoà",
            "Toà Minh Hoà",
            "François Côté",
            "Âu Cơ",
            "Đỗ",
        ] {
            assert_eq!(repair(name), None, "{name}");
        }
    }
}
