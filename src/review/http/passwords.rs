//! Passwords: argon2id with the parameters that its authors advise, and tokens no one can guess.

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, PasswordHash};

use crate::builtin;
use crate::vietnamese::text::fold;

/// Characters that a password needs at least.
pub const SHORTEST: usize = 12;

/// Different characters that a password needs at least.
const FEWEST: usize = 5;

/// Why a password is none to be taken.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// It has less than [`SHORTEST`] characters.
    Short,
    /// It is among those that are tried first.
    Common,
}

/// What is wrong with the new password of an account; `None` where it will do. A length and no rules on kinds of
/// characters, and none that everybody tries: NIST SP 800-63B, 3.1.1.2.
pub fn weakness(password: &str, account: &str) -> Option<Weakness> {
    if password.chars().count() < SHORTEST {
        return Some(Weakness::Short);
    }
    let plain: String = fold(password).chars().filter(|c| !c.is_whitespace()).collect();
    let stem = plain.trim_matches(|c: char| !c.is_alphabetic());
    let different: BTreeSet<char> = plain.chars().collect();
    let mut steps = plain.chars().zip(plain.chars().skip(1)).map(|(one, next)| next as i64 - one as i64);
    let first = steps.next();
    // One run of neighbours: "abcdefghijkl", "123456789012" with its nought.
    let is_run = steps.all(|step| Some(step) == first || step == -9);
    let own = fold(account).replace(' ', "");
    let common = stem.is_empty() || COMMON.contains(stem) || (!own.is_empty() && stem == own);
    (common || is_run || different.len() < FEWEST).then_some(Weakness::Common)
}

static COMMON: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let table = include_str!("../../../data/review/weak_passwords.csv");
    builtin::csv("weak_passwords.csv", table).map(|[stem]| stem).collect()
});

/// Hashes a password; `None` where the system has no random numbers to give.
pub fn hash(password: &str) -> Option<String> {
    Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

/// Hashed once, to be compared with where there is no such account: an answer takes as long either way.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash("nobody has this password").unwrap_or_default());

/// Whether a password is the one that was hashed.
pub(crate) fn verify(password: &str, hashed: Option<&str>) -> bool {
    let against = hashed.unwrap_or(&NOBODY);
    let compare = || {
        let hash = PasswordHash::new(against);
        hash.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    };
    // The 19 MiB that argon2 works in stay with the thread that asked for them: one at a time, and on a thread that
    // ends, they are the same ones every time.
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let same = std::thread::scope(|scope| scope.spawn(compare).join());
    same.unwrap_or(false) && hashed.is_some()
}

/// Held while a password is compared.
static ONE: Mutex<()> = Mutex::new(());

/// 256 random bits from the system.
pub(crate) fn token() -> Option<[u8; 32]> {
    let mut token = [0; 32];
    rustls::crypto::ring::default_provider().secure_random.fill(&mut token).ok()?;
    Some(token)
}

/// A token from its hexadecimal digits.
pub(crate) fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut token = [0; 32];
    hex::decode_to_slice(text, &mut token).ok().map(|()| token)
}

/// The token that forms of a session carry: made from the session's, which it does not give away.
pub(crate) fn form_token(session: &[u8; 32]) -> String {
    blake3::keyed_hash(session, b"form").to_hex().to_string()
}

/// Compares two texts in a time that does not tell where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    blake3::hash(a.as_bytes()) == blake3::hash(b.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_is_no_password() {
        for short in ["", "mậtkhẩu", "11 ký tự  á"] {
            assert_eq!(weakness(short, "an"), Some(Weakness::Short), "{short}");
        }
        for common in [
            "Mật Khẩu 12345",
            "matkhau@2026",
            "123456789012",
            "20112026 20112026",
            "abcdefghijkl",
            "aaaaaabbbbbb",
            "!!!Congan2026!!!",
            "nguyen.van.an1",
            "Password1234",
        ] {
            assert_eq!(weakness(common, "nguyen.van.an"), Some(Weakness::Common), "{common}");
        }
        for sound in ["mật khẩu dài 1", "bốn con mèo đen", "tz4-kkw9-0plm", "nguyen.van.an mua lúa"]
        {
            assert_eq!(weakness(sound, "nguyen.van.an"), None, "{sound}");
        }
    }

    #[test]
    fn a_password_is_known_again_and_nobody_has_none() {
        let hashed = hash("mật khẩu dài 1").unwrap();
        assert!(hashed.starts_with("$argon2id$"), "{hashed}");
        assert!(verify("mật khẩu dài 1", Some(&hashed)));
        assert!(!verify("mật khẩu dài 2", Some(&hashed)));
        assert!(!verify("nobody has this password", None));
        assert!(!verify("", Some("not a hash")));
    }

    #[test]
    fn tokens_come_back_from_their_digits() {
        let token = token().unwrap();
        assert_ne!(token, [0; 32]);
        assert_eq!(from_hex(&hex::encode(token)), Some(token));
        for wrong in ["", "xyz", "é", &"0".repeat(63), &"0".repeat(65), &"+0".repeat(32)] {
            assert_eq!(from_hex(wrong), None, "{wrong}");
        }
        assert_ne!(form_token(&token), hex::encode(token));
    }
}
