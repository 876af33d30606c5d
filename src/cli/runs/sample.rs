//! `lamsach sample` and `lamsach score`: made-up populations and the measure of a run against their truth.

use crate::archive::ArchiveError;
use crate::cli::error::Error;
use crate::cli::printer;
use crate::cli::runs::args::{FormatArg, NoiseArg, SampleArgs, ScoreArgs};
use crate::config::dates;
use crate::disk::Pointer;
use crate::findings::catalogue;
use crate::sample::{self, Damage, Damages, Format, Noise, SampleError, SampleSpec};
use crate::words::said;

/// Writes a made-up population.
pub(crate) fn generate(args: &SampleArgs, quiet: bool) -> Result<(), Error> {
    let spec = SampleSpec {
        residents: args.residents,
        seed: args.seed,
        noise: match args.noise {
            NoiseArg::Clean => Noise::Clean,
            NoiseArg::Normal => Noise::Normal,
            NoiseArg::Dirty => Noise::Dirty,
        },
        format: match args.format {
            FormatArg::Csv => Format::Csv,
            FormatArg::Mixed => Format::Mixed,
        },
        as_of: dates::as_of(args.as_of.as_deref())?,
        lists: args.lists,
        communes: args.communes,
        damage: damage(args)?,
    };
    let made = sample::generate(&spec, &args.out).map_err(|error| match error {
        SampleError::Write { path, source } => ArchiveError::Write { path, source }.into(),
        SampleError::OtherLists { path } => {
            Error::usage(said!("cli.sample.other_sample", path = path.display()))
        }
    })?;
    if !quiet {
        for file in made.files {
            printer::out(&format!("{}\n", file.display()));
        }
    }
    Ok(())
}

/// The damage that was asked for.
fn damage(args: &SampleArgs) -> Result<Damages, Error> {
    Damages::parse(args.damage.as_deref().unwrap_or_default()).map_err(|entry| {
        let known = Damage::ALL.map(Damage::name).join(", ");
        Error::usage(said!("cli.sample.bad_damage", entry, known))
    })
}

/// Prints the score of a run, and of each code some of the findings that are wrong or were missed.
pub(crate) fn score(args: &ScoreArgs) -> Result<(), Error> {
    let failed = |error: sample::ScoreError| Error::Input(error.to_string());
    let run = Pointer::follow(&args.run);
    let score = sample::score(&run, &args.truth).map_err(failed)?;
    printer::out(&format!("{}\n", score.to_string().trim_end()));
    if args.show == 0 {
        return Ok(());
    }
    for entry in catalogue::entries() {
        let (wrong, missed) =
            sample::wrong_findings(&run, &args.truth, entry.code, args.show).map_err(failed)?;
        for (sign, list) in [('+', wrong), ('-', missed)] {
            for finding in list {
                printer::out(&format!("{sign} {} {finding}\n", entry.code));
            }
        }
    }
    Ok(())
}
