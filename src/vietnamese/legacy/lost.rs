//! Mojibake that lost bytes: UTF-8 misread byte by byte, of which bytes without a character were dropped ("Äinh" for
//! "Đinh"). What is lost can only be guessed at, so it is read as lost letters, and never as others.

use super::tables::byte_1252;

/// Letters lost for good, in the decoded text.
const LOST: char = '?';

/// Misread UTF-8 with lost bytes, decoded as far as it can be, `?` for each letter that is lost; `None` where the text
/// shows no misread UTF-8, or none of it is lost.
pub fn decode_lossy_mojibake(text: &str) -> Option<String> {
    // The marks of misread Vietnamese: what Đ, đ, ă, ơ, ư and the letters with two marks begin with, and à to ý.
    if text.is_ascii() || !text.contains(['Ä', 'Æ', 'á', 'Ã', 'Å']) {
        return None;
    }
    let chars: Vec<char> = text.chars().collect();
    let continuation = |at: usize| chars.get(at).and_then(|&c| continuation_of(c));
    let mut decoded = String::with_capacity(text.len());
    // Letters given back of bytes that nothing else writes, and letters lost.
    let (mut sure, mut lost) = (0_u32, 0_u32);
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let lead = if c.is_ascii() { None } else { byte_1252(c) };
        match (lead, continuation(at + 1), continuation(at + 2)) {
            (None, ..) => {
                if !c.is_ascii() {
                    return None;
                }
                decoded.push(c);
                at += 1;
            }
            // Three bytes: the letters with two marks.
            (Some(0xe1), Some(b @ 0xba..=0xbb), Some(last)) => {
                decoded.push(letter(u32::from(b & 0x3f) << 6 | u32::from(last & 0x3f) | 0x1000)?);
                sure += 1;
                at += 3;
            }
            (Some(0xe1), Some(0xba..=0xbb), None) => {
                decoded.push(LOST);
                (sure, lost) = (sure + 1, lost + 1);
                at += 2;
            }
            (Some(lead @ 0xc3..=0xc6), Some(last), _) => {
                decoded.push(letter(u32::from(lead & 0x1f) << 6 | u32::from(last & 0x3f))?);
                sure += 1;
                at += 2;
            }
            // The space of à, which trimming made an ordinary one; at the end of the text it is gone.
            (Some(0xc3), None, _) if matches!(chars.get(at + 1), None | Some(' ')) => {
                decoded.push('à');
                at += if chars.get(at + 2).is_some_and(|next| next.is_lowercase()) { 2 } else { 1 };
            }
            (Some(0xc4..=0xc6), None, _) => {
                decoded.push(LOST);
                lost += 1;
                at += 1;
            }
            _ => return None,
        }
    }
    (sure > 0 && lost > 0).then_some(decoded)
}

/// The byte of a character that goes on with a letter of UTF-8.
fn continuation_of(c: char) -> Option<u8> {
    byte_1252(c).filter(|byte| (0x80..=0xbf).contains(byte) && !c.is_ascii())
}

/// The letter of a code point, if it is one of Vietnamese or its kin.
fn letter(point: u32) -> Option<char> {
    char::from_u32(point).filter(|c| c.is_alphabetic() || unicode_normalization::char::is_combining_mark(*c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lost_letters_are_lost() {
        for (written, decoded) in [
            ("VÅ© ÄÃ¬nh Äá»‡", "Vũ ?ình ?ệ"),
            ("Äáº·ng VÄƒn TrÆ°á»ng", "?ặng Văn Trư?ng"),
            ("Pháº¡m Thá»‹ Há»“ng Ngá»c", "Phạm Thị Hồng Ng?c"),
            ("HoÃ ng Thá»‹ Ngá»c", "Hoàng Thị Ng?c"),
            ("Äinh Thá»‹ ÄÃ o", "?inh Thị ?ào"),
        ] {
            assert_eq!(decode_lossy_mojibake(written).as_deref(), Some(decoded), "{written}");
        }
        for whole in [
            "Nguyá»…n VÄƒn HÃ ",
            "Nguyễn Văn Hà",
            "Võ Đình",
            "José Ärger",
            "NguyÔn V¨n Hïng",
            "Nguyeãn Vaên Huøng",
            "Hân",
            "Ánh",
        ] {
            assert_eq!(decode_lossy_mojibake(whole), None, "{whole}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in any::<String>(), latin in "[a-zÀ-ÿ\u{80}-\u{bf} ]{0,12}") {
            decode_lossy_mojibake(&text);
            decode_lossy_mojibake(&latin);
        }
    }
}
