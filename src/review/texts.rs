//! The words of the pages, from `data/words/review.toml`.

use crate::domain::Lang;
use crate::words;

/// The text of a key of the pages' own table; the key itself where it has none.
pub(crate) fn text(lang: Lang, key: &str) -> &str {
    words::of_room("review", lang, key)
}
