//! `lamsach answers`: what was answered about the columns of files, shown or forgotten.

use std::fmt::Write as _;

use super::{Session, printer};
use crate::archive::answers;
use crate::cli::args::AnswersArgs;
use crate::cli::error::Error;
use crate::words::{said, text};

/// Shows the answers, or forgets some.
pub(super) fn run(args: &AnswersArgs, session: &mut Session) -> Result<(), Error> {
    let out = session.output_folder(args.at.out.as_deref(), args.at.config.as_deref())?;
    let lang = session.lang;
    let mut known = answers::read(&out);
    if args.forget.is_empty() && !args.forget_all {
        let mut text = String::new();
        for (layout, answer) in known.iter() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{layout}  {}", answer.file);
            for told in answer.kind.iter().chain(&answer.columns) {
                let _ = writeln!(text, "  {told}");
            }
        }
        if text.is_empty() {
            text = format!("{}\n", text!(lang, "cli.answers.none"));
        }
        printer::out(&text);
        return Ok(());
    }
    let all: Vec<String> = known.iter().map(|(layout, _)| layout.to_owned()).collect();
    let named = if args.forget_all { &all } else { &args.forget };
    for layout in named {
        if !known.forget(layout) {
            return Err(Error::usage(said!("cli.answers.unknown", layout)));
        }
    }
    answers::write(&out, &known).map_err(|error| {
        let shown = out.join(answers::FILE);
        Error::Output(text!(lang, "common.error.not_written", shown = shown.display(), error))
    })?;
    if !session.quiet {
        let count = named.len();
        printer::out(&format!("{}\n", text!(lang, "cli.answers.forgotten", count)));
    }
    Ok(())
}
