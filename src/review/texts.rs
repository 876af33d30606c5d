//! The words of the pages, from `data/words/work/review.toml`.

use crate::domain::Lang;
use crate::words;

/// The text of a key of the pages' own table, or of a key that is written whole (`terms.value.field`); the key itself
/// where no table has it.
pub(crate) fn text(lang: Lang, key: &str) -> &str {
    if key.contains('.') { words::plain(lang, key) } else { words::of_room("review", lang, key) }
}
