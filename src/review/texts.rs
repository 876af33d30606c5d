//! The words of the pages, Vietnamese and English, from `data/review/texts.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::domain::Lang;

const TABLE: &str = include_str!("../../data/review/texts.toml");

// A unit test holds the shipped table to be readable and every key of the templates to be in it.
static TEXTS: LazyLock<BTreeMap<String, [String; 2]>> =
    LazyLock::new(|| toml::from_str(TABLE).unwrap_or_default());

/// The text of a key; the key itself where the table has none.
pub(crate) fn text(lang: Lang, key: &str) -> &str {
    let found = TEXTS.get(key);
    found.map_or(key, |[vi, en]| lang.pick(vi, en))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `t("key")` in a text.
    fn keys(text: &str) -> Vec<&str> {
        text.split("t(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn every_key_of_the_templates_has_both_texts() {
        let templates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/review");
        let mut seen = 0;
        for entry in std::fs::read_dir(templates).unwrap() {
            let path = entry.unwrap().path();
            for key in keys(&std::fs::read_to_string(&path).unwrap()) {
                let texts = TEXTS.get(key).unwrap_or_else(|| panic!("{}: {key}", path.display()));
                assert!(texts.iter().all(|text| !text.is_empty()), "{key}");
                seen += 1;
            }
        }
        assert!(seen > 50, "{seen}");
    }
}
