//! Why a row was rejected, in words.

use super::text;
use crate::domain::Lang;

/// The code of a rejection, then a sentence about it: `too_many_cells: the row has 21 cells, the header 19 columns`.
pub fn why_rejected(reason: &str, detail: &str, lang: Lang) -> String {
    let sentence = match reason {
        "invalid_utf8" => text!(lang, "ingest.reject.invalid_utf8", detail),
        "nul_byte" => text!(lang, "ingest.reject.nul_byte", detail),
        "unclosed_quote" => text!(lang, "ingest.reject.unclosed_quote", detail),
        "cell_too_long" => text!(lang, "ingest.reject.cell_too_long", detail),
        "line_too_long" => text!(lang, "ingest.reject.line_too_long", detail),
        "too_many_cells" => {
            let (cells, columns) = detail.split_once(" > ").unwrap_or((detail, "?"));
            text!(lang, "ingest.reject.too_many_cells", cells, columns)
        }
        _ => detail.to_owned(),
    };
    format!("{reason}: {sentence}")
}
