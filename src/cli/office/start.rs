//! `lamsach start`, which is also what the program does without arguments: the pages of an officer's own desk.

use std::time::Duration;

use crate::cli::error::Error;
use crate::cli::office::args::StartArgs;
use crate::cli::{Session, printer};
use crate::review::{self, StartError, StartOptions};
use crate::words::{Said, text};

/// Serves the pages until nobody needs them any more.
pub(crate) fn run(args: StartArgs, session: &Session) -> Result<(), Error> {
    let (lang, quiet) = (session.lang, session.quiet);
    let options = StartOptions {
        out: args.out,
        port: args.port,
        browser: !args.no_browser,
        lang,
        after_closing: args.stop_after.map(Duration::from_secs),
    };
    review::start(&options, |started| {
        // Where no browser was opened the address is what was asked for.
        if !quiet || started.not_opened || args.no_browser {
            let url = &started.url;
            printer::out(&if started.running {
                text!(lang, "desk.terminal.running", url)
            } else {
                text!(lang, "desk.terminal.serving", url)
            });
            if started.not_opened {
                printer::out(text!(lang, "desk.terminal.not_opened"));
            }
        }
    })
    .map_err(|error| match &error {
        StartError::Listen { .. } | StartError::NotTold => Error::usage(Said::of(|lang| error.message(lang))),
        StartError::OwnFolder(_) => Error::Output(error.message(lang)),
        StartError::Broken(detail) => Error::Internal(detail.clone()),
    })
}
