//! What was searched for. A name or number that somebody typed stands in no address, where the history of the browser
//! and the logs of a proxy would keep it: the server holds it for the session, and the address names it by a word that
//! says nothing.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

/// Searches of a session that are held; the oldest goes first.
const MOST: usize = 100;

/// Characters of a search.
const LONGEST: usize = 200;

/// Bytes of the word in the address.
const WORD: usize = 12;

/// A session by its token.
type Session = [u8; 32];

/// What the sessions of a server have searched for.
#[derive(Debug)]
pub(crate) struct Searches {
    /// Words are made under this key, which is gone with the process.
    key: [u8; 32],
    /// How long they are held.
    held_for: Duration,
    held: Mutex<FxHashMap<Session, Vec<Held>>>,
}

#[derive(Debug)]
struct Held {
    word: String,
    text: String,
    asked: Instant,
}

impl Searches {
    pub(crate) fn new(key: [u8; 32], held_for: Duration) -> Self {
        Self { key, held_for, held: Mutex::default() }
    }

    /// Holds a text for a session; the word that names it, which is empty where the text is. The same text has the same
    /// word, so that an address once seen is known again.
    pub(crate) fn hold(&self, session: &Session, text: &str) -> String {
        let text: String = text.trim().chars().take(LONGEST).collect();
        if text.is_empty() {
            return text;
        }
        let word = self.word(session, &text);
        let now = Instant::now();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, of| {
            of.retain(|held| now.duration_since(held.asked) < self.held_for);
            !of.is_empty()
        });
        let own = held.entry(*session).or_default();
        own.retain(|held| held.word != word);
        if own.len() == MOST {
            own.remove(0);
        }
        own.push(Held { word: word.clone(), text, asked: now });
        word
    }

    /// The text that a word names; `None` where the session holds none of it, or none any more.
    pub(crate) fn find(&self, session: &Session, word: &str) -> Option<String> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let found = held.get(session)?.iter().find(|held| held.word == word)?;
        (found.asked.elapsed() < self.held_for).then(|| found.text.clone())
    }

    /// Forgets what a session searched for.
    pub(crate) fn forget(&self, session: &Session) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(session);
    }

    fn word(&self, session: &Session, text: &str) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(session);
        hasher.update(text.as_bytes());
        hex::encode(&hasher.finalize().as_bytes()[..WORD])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_its_sessions_alone_and_its_word_says_nothing() {
        let searches = Searches::new([7; 32], Duration::from_secs(60));
        let (one, other) = ([1; 32], [2; 32]);
        let word = searches.hold(&one, "  Nguyễn Văn An ");
        assert_eq!(searches.find(&one, &word).as_deref(), Some("Nguyễn Văn An"));
        assert_eq!((searches.find(&other, &word), searches.find(&one, "")), (None, None));
        assert!(word.len() == 2 * WORD && word.bytes().all(|b| b.is_ascii_hexdigit()), "{word}");
        // The same again is the same; of another session, or of another process, it is another.
        assert_eq!(searches.hold(&one, "Nguyễn Văn An"), word);
        assert_ne!(searches.hold(&other, "Nguyễn Văn An"), word);
        assert_ne!(Searches::new([8; 32], Duration::ZERO).hold(&one, "Nguyễn Văn An"), word);
        assert_eq!(searches.hold(&one, " "), "");
        searches.forget(&one);
        assert_eq!(searches.find(&one, &word), None);
    }

    #[test]
    fn only_the_last_searches_are_held_and_not_for_ever() {
        let searches = Searches::new([7; 32], Duration::from_secs(60));
        let words: Vec<String> = (0..=MOST).map(|n| searches.hold(&[1; 32], &n.to_string())).collect();
        assert_eq!(searches.find(&[1; 32], &words[0]), None);
        assert!(words[1..].iter().all(|word| searches.find(&[1; 32], word).is_some()));
        let brief = Searches::new([7; 32], Duration::ZERO);
        let word = brief.hold(&[1; 32], "an");
        assert_eq!(brief.find(&[1; 32], &word), None);
        let long = searches.hold(&[1; 32], &"á".repeat(10_000));
        assert_eq!(searches.find(&[1; 32], &long).unwrap().chars().count(), LONGEST);
    }
}
