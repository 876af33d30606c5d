//! `lamsach stats`: the population of the last run in figures, and a forecast.

use super::args::StatsArgs;
use super::report::settings;
use crate::cli::error::Error;
use crate::cli::{Session, operator, printer};
use crate::custody::{self, CustodyError};
use crate::disk::{self, Pointer};
use crate::publish::{Demography, ForecastAsked, STATS_FOLDER};
use crate::store::Access;
use crate::words::{grouped, said, text};

/// Months ahead, years ahead, and children of a woman, at most.
const MOST: (u32, u32, f64) = (120, 20, 10.0);

/// Counts, and writes the figures.
pub(crate) fn run(args: &StatsArgs, session: &mut Session) -> Result<(), Error> {
    let (_, out) = settings(&args.at, session)?;
    let lang = session.lang;
    let forecast = asked(args)?;
    let run = Pointer::of(&out).folder().ok_or_else(|| CustodyError::NoRun(out.clone()))?;
    let figures = Demography::of_run(&run, args.months, &forecast)?;
    let folder = match (&args.to, args.share) {
        (Some(folder), _) => folder.clone(),
        (None, false) => out.join(STATS_FOLDER),
        (None, true) => out.join(format!("{STATS_FOLDER}-share")),
    };
    let written = if args.share {
        figures.write_shared(&folder, args.threshold, lang)?
    } else {
        // The list of who reaches an age names persons: whoever makes it is written down.
        let access = Access {
            who: disk::user_name(),
            action: "stats".to_owned(),
            what: format!("{} -> {}", figures.run_id(), folder.display()),
            why: operator::reason(args.reason.as_deref(), lang),
        };
        if !custody::note_access(&out, &access)? {
            operator::unrecorded(lang);
        }
        figures.write(&folder, lang)?
    };
    if !session.quiet {
        let [as_is, corrected] = figures.persons().map(|persons| grouped(persons, lang));
        let mut told = text!(lang, "cli.stats.counted", as_of = figures.as_of(), as_is, corrected);
        told.push_str(&text!(lang, "cli.stats.written", files = written.len(), folder = folder.display()));
        printer::out(&told);
    }
    Ok(())
}

/// The forecast that the arguments ask for.
fn asked(args: &StatsArgs) -> Result<ForecastAsked, Error> {
    let (months, years, children) = MOST;
    if args.months > months {
        return Err(Error::usage(said!("cli.stats.months", most = months)));
    }
    if args.years > years {
        return Err(Error::usage(said!("cli.stats.years", most = years)));
    }
    if [args.migration, args.migration_spread].iter().any(|rate| !rate.is_finite() || rate.abs() > 200.0) {
        return Err(Error::usage(said!("cli.stats.migration")));
    }
    if args.fertility.is_some_and(|total| !(0.0..=children).contains(&total)) {
        return Err(Error::usage(said!("cli.stats.fertility", most = children)));
    }
    if args.threshold == 0 {
        return Err(Error::usage(said!("cli.stats.threshold")));
    }
    let (migration, migration_spread) = (args.migration, args.migration_spread.abs());
    Ok(ForecastAsked { years: args.years, migration, migration_spread, total_fertility: args.fertility })
}
