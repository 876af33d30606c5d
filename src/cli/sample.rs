//! `lamsach sample` and `lamsach score`: made-up populations and the measure of a run against their truth.

use super::args::{NoiseArg, SampleArgs, ScoreArgs};
use super::{dates, printer};
use crate::domain::Lang;
use crate::error::Error;
use crate::sample::{self, Noise, SampleSpec};

/// Writes a made-up population.
pub(super) fn generate(args: &SampleArgs, lang: Lang, quiet: bool) -> Result<(), Error> {
    let spec = SampleSpec {
        residents: args.residents,
        seed: args.seed,
        noise: match args.noise {
            NoiseArg::Clean => Noise::Clean,
            NoiseArg::Normal => Noise::Normal,
            NoiseArg::Dirty => Noise::Dirty,
        },
        as_of: dates::as_of(args.as_of.as_deref())?,
        communes: None,
    };
    sample::generate(&spec, &args.out).map_err(|error| Error::Output(error.to_string()))?;
    if !quiet {
        printer::out(&format!("{} {}\n", lang.pick("Đã ghi vào", "Written to"), args.out.display()));
    }
    Ok(())
}

/// Prints the score of a run.
pub(super) fn score(args: &ScoreArgs) -> Result<(), Error> {
    let score = sample::score(&args.run, &args.truth).map_err(|error| Error::Input(error.to_string()))?;
    printer::out(&format!("{score}\n"));
    Ok(())
}
