//! `lamsach letters`: the templates of letters, where an office can change them.

use super::args::LettersArgs;
use crate::archive;
use crate::cli::error::Error;
use crate::cli::{Session, printer};
use crate::publish::letters;
use crate::words::text;

/// Writes those that do not stand there yet.
pub(crate) fn run(args: &LettersArgs, session: &mut Session) -> Result<(), Error> {
    let out = session.output_folder(args.at.out.as_deref(), args.at.config.as_deref())?;
    let lang = session.lang;
    if !out.is_dir() {
        return Err(Error::usage(crate::words::said!("cli.user.no_folder", out = out.display())));
    }
    archive::trusted(&out)?;
    let written = letters::write_shipped(&out).map_err(|error| Error::Output(error.message(lang)))?;
    if !session.quiet {
        let folder = out.join(letters::FOLDER);
        let mut told = text!(lang, "cli.letters.folder", folder = folder.display());
        for path in written {
            told.push_str(&format!("\n  {}", path.display()));
        }
        printer::out(&format!("{told}\n"));
    }
    Ok(())
}
