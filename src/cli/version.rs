//! `lamsach --version --verbose`: of what the program was made. The scripts of `packaging/` say it when they build.

use std::ffi::OsString;

use jiff::Timestamp;

use crate::domain::Lang;
use crate::words::text;

/// The state of the sources: a commit of git, with `-changed` where files differed from it.
const SOURCE: Option<&str> = option_env!("LAMSACH_SOURCE");
/// When that was, in seconds since 1970 (reproducible-builds.org).
const EPOCH: Option<&str> = option_env!("SOURCE_DATE_EPOCH");

/// Whether the arguments that ask for the version ask for all of it.
pub(super) fn is_asked_in_full(args: &[OsString]) -> bool {
    let is_verbose = |arg: &OsString| {
        let arg = arg.to_string_lossy();
        arg == "--verbose"
            || arg.strip_prefix('-').is_some_and(|short| !short.starts_with('-') && short.contains('v'))
    };
    args.iter().skip(1).any(is_verbose)
}

/// Version, source, date, what is built in, and the system that it was built for.
pub(super) fn in_full(lang: Lang) -> String {
    let unknown = text!(lang, "cli.version.unknown");
    let date = EPOCH.and_then(|seconds| seconds.parse().ok()).and_then(|at| Timestamp::from_second(at).ok());
    let date = date.map_or_else(|| unknown.to_owned(), |date| date.to_string());
    let features = if cfg!(feature = "encryption") { "encryption" } else { text!(lang, "cli.version.none") };
    text!(
        lang,
        "cli.version.in_full",
        version = env!("CARGO_PKG_VERSION"),
        source = SOURCE.filter(|source| !source.is_empty()).unwrap_or(unknown),
        date,
        features,
        system = std::env::consts::OS,
        machine = std::env::consts::ARCH,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_is_said_only_where_asked_for() {
        let asked = |args: &[&str]| is_asked_in_full(&args.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(asked(&["lamsach", "--version", "--verbose"]) && asked(&["lamsach", "-vV"]));
        assert!(!asked(&["lamsach-verbose", "--version"]));
        for lang in Lang::ALL {
            let told = in_full(lang);
            assert!(told.starts_with(&format!("lamsach {}\n", env!("CARGO_PKG_VERSION"))), "{told}");
            assert!(told.contains(std::env::consts::ARCH), "{told}");
        }
    }
}
