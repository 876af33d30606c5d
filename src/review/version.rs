//! What a form was filled in on: the newest decision, and the values that stood on the page. A page may stay open
//! while a run publishes other values; an answer given to those on the page must not be taken for one to these.

use std::fmt;

use crate::findings::FindingId;
use crate::publish::is_formula_like;
use crate::store::{Side, Store, StoreError, text_digests};

/// What a form carries of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    /// The newest decision that the page told of; 0 where there was none.
    pub(crate) decision: i64,
    /// The digest of what it showed, by [`Shown`]; empty where a form brings none, which no page does.
    pub(crate) shown: String,
}

impl Version {
    /// Reads what [`fmt::Display`] writes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (decision, shown) = text.split_once('-').unwrap_or((text, ""));
        Some(Self { decision: decision.parse().ok()?, shown: shown.to_owned() })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.decision, self.shown)
    }
}

/// A digest of what a page shows, in the making.
#[derive(Debug, Default)]
pub(crate) struct Shown(blake3::Hasher);

impl Shown {
    /// Adds a text.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        // Lengths stand before the texts, so that no two pages read alike.
        self.0.update(&(text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
        self
    }

    /// Adds a row or a resident: what it is known by, and its values.
    pub(crate) fn side(&mut self, side: Option<&Side>) -> &mut Self {
        self.0.update(&[u8::from(side.is_some())]);
        if let Some(side) = side {
            self.0.update(&side.key.0.to_le_bytes());
            self.0.update(&side.values.to_bytes());
        }
        self
    }

    /// The digest, short enough for a form: nobody gains by finding another page with the same.
    pub(crate) fn digest(&self) -> String {
        self.0.finalize().to_hex()[..16].to_owned()
    }
}

/// Whether the store still has the values of a finding as texts of a list say. It has not in the minute between
/// the publication of a run and the moment at which its index is read: a decision made then would rest on values
/// that no page has shown.
pub(crate) fn stands(store: &Store, id: FindingId, values: [&str; 3]) -> Result<bool, StoreError> {
    let Some(known) = store.finding_values(id)? else { return Ok(true) };
    // Of a finding without values the store keeps whom it is about, which no list says in so many words.
    if values.iter().all(|value| value.is_empty()) {
        return Ok(known[1..] == [0, 0]);
    }
    // A quote before a formula may be the list's or the value's own.
    let quoted = values.map(|text| format!("'{text}"));
    let (plain, quoted) = (text_digests(values), text_digests(quoted.each_ref().map(String::as_str)));
    let stands =
        |at: usize| known[at] == plain[at] || (is_formula_like(values[at]) && known[at] == quoted[at]);
    Ok((0..3).all(stands))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_brings_back_what_its_page_showed() {
        let shown = Shown::default().text("a").side(None).digest();
        let version = Version { decision: 7, shown };
        assert_eq!(Version::parse(&version.to_string()), Some(version));
        assert_eq!(Version::parse("0"), Some(Version { decision: 0, shown: String::new() }));
        assert_eq!(Version::parse("x-1"), None);
        let of = |texts: [&str; 2]| Shown::default().text(texts[0]).text(texts[1]).digest();
        assert_ne!(of(["ab", "c"]), of(["a", "bc"]));
        assert_ne!(of(["", ""]), Shown::default().text("").side(None).digest());
    }
}
