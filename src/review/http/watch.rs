//! Who looks at very many persons: each account may open so many findings within an hour, and have the numbers of so
//! many shown; then it is asked why. Counted in memory: what was looked at stands in the access log in any case.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

/// The time within which looks are counted.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// What is counted.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Look {
    /// Findings and pairs that are opened.
    Cases,
    /// Findings and pairs whose numbers are shown.
    Numbers,
}

impl Look {
    /// The word of forms and of the access log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Numbers => "numbers",
        }
    }

    /// The look of that word.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Cases, Self::Numbers].into_iter().find(|look| look.name() == name)
    }
}

/// Whether a look is one too many.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It is not.
    Fine,
    /// It is the first that is.
    First,
    /// One was before.
    Again,
}

/// The looks of accounts.
#[derive(Debug, Default)]
pub(crate) struct Watch(Mutex<FxHashMap<(i64, Look), Looks>>);

#[derive(Debug, Default)]
struct Looks {
    /// When what was first looked at within the hour, the oldest first.
    at: VecDeque<(Instant, blake3::Hash)>,
    /// Whether it was too much.
    told: bool,
}

impl Watch {
    /// Notes that an account looks at something, as one of `most` within an hour; what is looked at again is one. What
    /// is one too many is not noted.
    pub(crate) fn look(&self, (account, look): (i64, Look), what: &str, most: u32, now: Instant) -> Seen {
        let what = blake3::hash(what.as_bytes());
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let looks = watched.entry((account, look)).or_default();
        while looks.at.front().is_some_and(|(at, _)| now.duration_since(*at) >= HOUR) {
            looks.at.pop_front();
        }
        if most == 0 || looks.at.iter().any(|(_, of)| *of == what) {
            return Seen::Fine;
        }
        if looks.at.len() < most as usize {
            looks.told = false;
            looks.at.push_back((now, what));
            return Seen::Fine;
        }
        if std::mem::replace(&mut looks.told, true) { Seen::Again } else { Seen::First }
    }

    /// Counts the looks of an account anew: it said why.
    pub(crate) fn excuse(&self, account: i64, look: Look) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(account, look));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_within_an_hour_and_no_more_until_it_is_said_why() {
        let watch = Watch::default();
        let begun = Instant::now();
        let look = |account, what: &str, minutes: u64| {
            watch.look((account, Look::Cases), what, 3, begun + Duration::from_secs(60 * minutes))
        };
        assert_eq!(["a", "b", "a", "c", "b"].map(|what| look(1, what, 0)), [Seen::Fine; 5]);
        assert_eq!(
            (look(1, "d", 1), look(1, "d", 2), look(1, "e", 3)),
            (Seen::First, Seen::Again, Seen::Again)
        );
        // What was open may be open; others have an hour of their own, and so have numbers.
        assert_eq!((look(1, "a", 3), look(2, "d", 3)), (Seen::Fine, Seen::Fine));
        assert_eq!(watch.look((1, Look::Numbers), "d", 3, begun), Seen::Fine);
        watch.excuse(1, Look::Cases);
        assert_eq!(["d", "e", "f"].map(|what| look(1, what, 4)), [Seen::Fine; 3]);
        assert_eq!(look(1, "g", 5), Seen::First);
        // An hour later all is forgotten.
        assert_eq!(
            (look(1, "g", 63), look(1, "g", 64), look(1, "h", 65)),
            (Seen::Again, Seen::Fine, Seen::Fine)
        );
        assert_eq!(
            (0..500)
                .map(|n| watch.look((3, Look::Cases), &n.to_string(), 0, begun))
                .find(|seen| *seen != Seen::Fine),
            None
        );
    }
}
