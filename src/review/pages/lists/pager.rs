//! Leafing through a list that has no filter.

use serde::Deserialize;

use crate::review::filter::PAGE;

/// The page that the address asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    page: String,
}

impl Asked {
    /// Its number, from 1.
    pub(crate) fn number(&self) -> u32 {
        self.page.parse().unwrap_or(1).clamp(1, 10_000)
    }
}

/// What leads from a page to the one before and the one after it, where a list of so many lines has them.
pub(crate) fn around(page: u32, count: u64) -> (Option<String>, Option<String>) {
    let at = |page: u32| if page <= 1 { String::new() } else { format!("?page={page}") };
    let more = u64::from(page) * u64::from(PAGE) < count;
    ((page > 1).then(|| at(page - 1)), more.then(|| at(page + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lead_on_and_back() {
        let page = |page: &str| Asked { page: page.into() }.number();
        assert_eq!([page(""), page("0"), page("7"), page("x"), page("99999")], [1, 1, 7, 1, 10_000]);
        assert_eq!(around(1, u64::from(PAGE)), (None, None));
        assert_eq!(around(2, u64::from(PAGE) * 2 + 1), (Some(String::new()), Some("?page=3".into())));
    }
}
