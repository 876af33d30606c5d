//! What the pages ask of accounts beyond a name and a password.

use crate::domain::{Demanded, ReviewSettings};
use crate::store::accounts::{AccountRole, SessionTerms};

/// What the pages ask of accounts beyond a name and a password.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Safeguards {
    /// When sessions end.
    pub terms: SessionTerms,
    /// Of whom a second factor is demanded.
    pub second_factor: Demanded,
    /// Seconds after which the password is asked for again before many full numbers are given out.
    pub password_again_seconds: i64,
    /// Findings that an account opens within an hour before it is asked why; 0: it is not.
    pub cases_an_hour: u32,
    /// Findings whose numbers it has shown within an hour before it is asked why; 0: it is not.
    pub numbers_an_hour: u32,
}

impl Default for Safeguards {
    fn default() -> Self {
        Self {
            terms: SessionTerms::default(),
            second_factor: Demanded::Never,
            password_again_seconds: 15 * 60,
            cases_an_hour: 300,
            numbers_an_hour: 60,
        }
    }
}

impl From<&ReviewSettings> for Safeguards {
    fn from(settings: &ReviewSettings) -> Self {
        Self {
            terms: SessionTerms {
                idle_seconds: 60 * i64::from(settings.idle_minutes),
                longest_seconds: 60 * i64::from(settings.session_minutes),
            },
            second_factor: settings.second_factor,
            password_again_seconds: 60 * i64::from(settings.password_again_minutes),
            cases_an_hour: settings.cases_an_hour,
            numbers_an_hour: settings.numbers_an_hour,
        }
    }
}

impl Safeguards {
    /// Whether an account of this role is let in with a second factor alone.
    pub(crate) fn demands_factor(&self, role: AccountRole) -> bool {
        match self.second_factor {
            Demanded::All => true,
            Demanded::Admins => role == AccountRole::Admin,
            Demanded::Auto | Demanded::Never => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_administrators_need_a_second_factor() {
        let at = |listen: &str, said: Demanded| said.at(listen.parse().unwrap());
        for here in ["127.0.0.1:8765", "[::1]:8765"] {
            assert_eq!(at(here, Demanded::Auto), Demanded::Never, "{here}");
        }
        for beyond in ["0.0.0.0:8765", "10.0.0.5:443", "[::]:443"] {
            assert_eq!(at(beyond, Demanded::Auto), Demanded::Admins, "{beyond}");
            assert_eq!(at(beyond, Demanded::Never), Demanded::Never, "{beyond}");
            assert_eq!(at(beyond, Demanded::All), Demanded::All, "{beyond}");
        }
        let demanded = |of| {
            let safeguards = Safeguards { second_factor: of, ..Safeguards::default() };
            AccountRole::ALL.map(|role| safeguards.demands_factor(role))
        };
        assert_eq!(demanded(Demanded::Never), [false; 4]);
        assert_eq!(demanded(Demanded::Admins), [true, false, false, false]);
        assert_eq!(demanded(Demanded::All), [true; 4]);
    }
}
