//! Who gets in: the browser that was opened with a token of this program, and nobody else on the machine.
//!
//! A token stands in the address that the browser is sent to. It is good once and for a few minutes; for it the browser
//! gets a cookie that lives as long as the program. A second start of the program makes a token by the same key, which
//! it reads from a file of the user's own.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;

use crate::review::http::cookies;
use crate::review::http::guard::cookie;
use crate::review::http::passwords;

/// For so many seconds a token is good.
const GOOD_FOR: i64 = 10 * 60;

/// Bytes of a token: when it was made, what tells it from others, what proves it.
const WHEN: usize = 8;
const NONCE: usize = 16;
const PROOF: usize = 32;

/// The key of a running program, from which tokens and the cookie are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key([u8; 32]);

impl Key {
    /// A new one; `None` where the system has no random numbers to give.
    pub(super) fn new() -> Option<Self> {
        passwords::token().map(Self)
    }

    /// From its hexadecimal digits.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        passwords::from_hex(text).map(Self)
    }

    /// Its hexadecimal digits.
    pub(super) fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// A token made at a moment (seconds since 1970).
    pub(super) fn token(&self, now: i64) -> Option<String> {
        let mut token = [0; WHEN + NONCE];
        let (when, nonce) = token.split_at_mut(WHEN);
        when.copy_from_slice(&now.to_be_bytes());
        nonce.copy_from_slice(passwords::token()?.get(..NONCE)?);
        Some(format!("{}{}", hex::encode(token), self.proof(&token).to_hex()))
    }

    /// When a token was made, and what tells it from others; `None` where this key did not make it.
    fn read(&self, token: &str) -> Option<(i64, [u8; NONCE])> {
        let mut bytes = [0; WHEN + NONCE + PROOF];
        hex::decode_to_slice(token, &mut bytes).ok()?;
        let (said, proof) = bytes.split_at(WHEN + NONCE);
        let proof: [u8; PROOF] = proof.try_into().ok()?;
        // Hashes are compared in a time that does not tell where they differ.
        if self.proof(said) != blake3::Hash::from(proof) {
            return None;
        }
        let (when, nonce) = said.split_at(WHEN);
        Some((i64::from_be_bytes(when.try_into().ok()?), nonce.try_into().ok()?))
    }

    fn proof(&self, said: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(b"token");
        hasher.update(said);
        hasher.finalize()
    }

    /// The value of the cookie.
    fn cookie(&self) -> [u8; 32] {
        *blake3::keyed_hash(&self.0, b"cookie").as_bytes()
    }
}

/// The gate of a running program.
#[derive(Debug)]
pub(super) struct Gate {
    key: Key,
    /// The name of the cookie of a browser that was let in.
    cookie: String,
    /// Tokens that were used, by when they were made.
    spent: Mutex<BTreeSet<(i64, [u8; NONCE])>>,
}

impl Gate {
    /// The gate of the program on a port.
    pub(super) fn new(key: Key, port: u16) -> Self {
        Self { key, cookie: cookies::name("desk", false, port), spent: Mutex::default() }
    }

    /// The name of the cookie of a browser that was let in.
    pub(super) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The value of the cookie for a token, which is good for nothing from then on; `None` where it is none, is too old
    /// or was used.
    pub(super) fn exchange(&self, token: &str, now: i64) -> Option<String> {
        let read = self.key.read(token)?;
        if !(now - GOOD_FOR..=now + GOOD_FOR).contains(&read.0) {
            return None;
        }
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.retain(|(when, _)| *when >= now - GOOD_FOR);
        spent.insert(read).then(|| hex::encode(self.key.cookie()))
    }

    /// Whether a request comes from a browser that was let in; the cookie, from which forms are made that need no
    /// account.
    pub(super) fn admits(&self, headers: &HeaderMap) -> Option<[u8; 32]> {
        let own = self.key.cookie();
        let brought = cookie(headers, &self.cookie).and_then(passwords::from_hex)?;
        (blake3::hash(&brought) == blake3::hash(&own)).then_some(own)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    #[test]
    fn a_token_is_good_once_and_for_a_while() {
        let key = Key::new().unwrap();
        let gate = Gate::new(key.clone(), 4711);
        let token = key.token(1_000_000).unwrap();
        assert_eq!(gate.exchange(&token, 1_000_000 + GOOD_FOR + 1), None);
        let cookie = gate.exchange(&token, 1_000_001).unwrap();
        assert_eq!(gate.exchange(&token, 1_000_002), None);
        // Another token of the same second, made by a second start, which knows the key.
        let again = Key::from_hex(&key.to_hex()).unwrap().token(1_000_000).unwrap();
        assert_ne!(again, token);
        assert_eq!(gate.exchange(&again, 1_000_003), Some(cookie));
    }

    #[test]
    fn nobody_makes_a_token_without_the_key() {
        let key = Key::new().unwrap();
        let gate = Gate::new(key.clone(), 4711);
        let token = key.token(0).unwrap();
        let mut changed = token.clone().into_bytes();
        changed[15] = if changed[15] == b'0' { b'1' } else { b'0' };
        let other = Key::new().unwrap().token(0).unwrap();
        for wrong in ["", "00", &other, &String::from_utf8(changed).unwrap(), &token[1..], &"0".repeat(112)] {
            assert_eq!(gate.exchange(wrong, 0), None, "{wrong}");
        }
        assert!(gate.exchange(&token, 0).is_some());
    }

    #[test]
    fn the_cookie_is_known_again_and_is_not_the_key() {
        let key = Key::new().unwrap();
        let gate = Gate::new(key.clone(), 4711);
        let value = gate.exchange(&key.token(5).unwrap(), 5).unwrap();
        assert_ne!(value, key.to_hex());
        let headers = |value: &str| {
            let cookie = HeaderValue::from_str(&format!("lamsach_desk_4711={value}")).unwrap();
            HeaderMap::from_iter([(header::COOKIE, cookie)])
        };
        assert!(gate.admits(&headers(&value)).is_some());
        for wrong in ["", "00", &key.to_hex()] {
            assert_eq!(gate.admits(&headers(wrong)), None, "{wrong}");
        }
        assert_eq!(gate.admits(&HeaderMap::new()), None);
    }
}
