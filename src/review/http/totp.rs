//! The second factor: codes that change every thirty seconds, as authenticator apps show them (RFC 6238 over RFC 4226),
//! and who is half-way through a login, past the password.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use data_encoding::BASE32_NOPAD;
use ring::hmac;
use rustc_hash::FxHashMap;

use super::passwords;
use crate::review::filter::percent_encode;

/// Seconds for which a code is shown.
const STEP: i64 = 30;

/// Digits of a code.
const DIGITS: u32 = 6;

/// Bytes of a secret: as many as the hash has (RFC 4226, 4).
const SECRET: usize = 20;

/// How long the code may be waited for after the password.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// A new secret; `None` where the system has no random numbers to give.
pub fn new_secret() -> Option<Vec<u8>> {
    passwords::token().map(|random| random[..SECRET].to_vec())
}

/// The address by which an app takes a secret over.
pub fn address(account: &str, secret: &[u8]) -> String {
    let mut address = String::from("otpauth://totp/lamsach:");
    percent_encode(account, &mut address);
    let secret = BASE32_NOPAD.encode(secret);
    address + &format!("?secret={secret}&issuer=lamsach&algorithm=SHA1&digits={DIGITS}&period={STEP}")
}

/// The code of a step.
fn code(secret: &[u8], step: u64) -> String {
    // SHA-1 is what the apps know; as a keyed hash nothing is known against it.
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let at = usize::from(bytes[bytes.len() - 1] & 0xf);
    let cut = bytes[at..at + 4].iter().fold(0, |cut, byte| (cut << 8) | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:06}", cut % 10u32.pow(DIGITS))
}

/// The step whose code was typed at a moment (seconds since 1970): the present one or a neighbour, since clocks differ,
/// and none up to the last that was used.
pub(crate) fn step_of(secret: &[u8], typed: &str, now: i64, used: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let present = now.div_euclid(STEP);
    let is_right = |step: i64| {
        u64::try_from(step).is_ok_and(|step| passwords::same(&code(secret, step), &typed)) && step > used
    };
    // All are computed, whichever it is.
    let found = [present - 1, present, present + 1].map(|step| is_right(step).then_some(step));
    found.into_iter().flatten().next()
}

/// Visitors who gave a right password and not yet the code, by the token that ties their form to their browser.
#[derive(Debug, Default)]
pub(crate) struct HalfWay(Mutex<FxHashMap<[u8; 32], (i64, Instant)>>);

impl HalfWay {
    /// Notes that a visitor gave the password of an account.
    pub(crate) fn enter(&self, visitor: [u8; 32], account: i64) {
        let now = Instant::now();
        let mut half_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        half_way.retain(|_, (_, since)| now.duration_since(*since) < PATIENCE);
        half_way.insert(visitor, (account, now));
    }

    /// The account whose password a visitor gave.
    pub(crate) fn of(&self, visitor: &[u8; 32]) -> Option<i64> {
        let half_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        half_way.get(visitor).filter(|(_, since)| since.elapsed() < PATIENCE).map(|(account, _)| *account)
    }

    /// Has a visitor begin from the start.
    pub(crate) fn leave(&self, visitor: &[u8; 32]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(visitor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the test values of RFC 4226 and RFC 6238.
    const RFC: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standards() {
        // RFC 4226, appendix D.
        let hotp = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        assert_eq!((0..10).map(|step| code(RFC, step)).collect::<Vec<_>>(), hotp);
        // RFC 6238, appendix B, whose last six digits are these.
        for (at, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(step_of(RFC, expected, at, 0), Some(at / STEP), "{at}");
        }
    }

    #[test]
    fn a_code_is_good_for_a_step_on_either_side_and_once() {
        let at = 1_111_111_109;
        let step = at / STEP;
        let of = |step: i64| code(RFC, u64::try_from(step).unwrap());
        for (away, good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let found = step_of(RFC, &of(step + away), at, 0);
            assert_eq!(found, good.then_some(step + away), "{away}");
        }
        assert_eq!(step_of(RFC, " 081 804 ", at, step - 1), Some(step));
        // Used, or older than one that was.
        assert_eq!(step_of(RFC, &of(step), at, step), None);
        assert_eq!(step_of(RFC, &of(step - 1), at, step), None);
        assert_eq!(step_of(RFC, &of(step + 1), at, step), Some(step + 1));
        for wrong in ["", "08180", "0818044", "81804", "٠٨١٨٠٤"] {
            assert_eq!(step_of(RFC, wrong, at, 0), None, "{wrong}");
        }
        assert_eq!(step_of(RFC, &of(0), 0, -1), Some(0));
    }

    #[test]
    fn an_app_is_told_all_that_it_needs() {
        let secret = new_secret().unwrap();
        assert!(secret.len() == SECRET && secret != new_secret().unwrap());
        assert_eq!(
            address("chị.lê@xã", RFC),
            "otpauth://totp/lamsach:ch%E1%BB%8B.l%C3%AA%40x%C3%A3?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=lamsach&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn whoever_is_half_way_is_known_by_the_browser() {
        let half_way = HalfWay::default();
        half_way.enter([1; 32], 7);
        assert_eq!((half_way.of(&[1; 32]), half_way.of(&[2; 32])), (Some(7), None));
        half_way.leave(&[1; 32]);
        assert_eq!(half_way.of(&[1; 32]), None);
    }
}
