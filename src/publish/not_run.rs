//! Why a rule was not run, in words.

use crate::domain::{Field, Kind, Lang};
use crate::findings::catalogue;
use crate::words::{self, text};

/// Why a rule was not run: it is switched off, or it wants what no file has (`deaths`, `deaths.death_date`).
pub fn why(off: bool, missing: &[String], lang: Lang) -> String {
    if off {
        return text!(lang, "publish.report.switched_off").to_owned();
    }
    let wanted = missing.iter().map(|name| wanted(name, lang)).collect::<Vec<_>>().join("; ");
    text!(lang, "publish.report.missing", wanted)
}

fn wanted(name: &str, lang: Lang) -> String {
    let (kind, column) = name.split_once('.').map_or((name, None), |(kind, column)| (kind, Some(column)));
    let kind = match kind {
        catalogue::LISTS => text!(lang, "publish.report.any_list"),
        kind => Kind::from_name(kind).map_or("", |kind| kind.spoken(lang)),
    };
    if name == catalogue::CHILD_CARDS {
        return text!(lang, "publish.report.child_cards").to_owned();
    }
    match column.and_then(Field::from_name) {
        Some(field) => text!(lang, "publish.report.column_of", field = words::field(field, lang), kind),
        None => text!(lang, "publish.report.file_of", kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_in_words() {
        let why = |missing: &[&str], lang| {
            why(false, &missing.iter().map(|m| (*m).to_owned()).collect::<Vec<_>>(), lang)
        };
        assert_eq!(why(&["births"], Lang::Vi), "thiếu tệp khai sinh");
        assert_eq!(why(&["births"], Lang::En), "no file of births");
        assert_eq!(
            why(&["welfare.bank_account", "lists"], Lang::Vi),
            "thiếu cột “Số tài khoản” của an sinh xã hội; tệp danh sách ngành khác"
        );
        assert_eq!(super::why(true, &[], Lang::Vi), "tắt theo cấu hình");
    }
}
