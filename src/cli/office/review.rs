//! `lamsach review`: serves the pages until it is told to stop.

use crate::cli::error::Error;
use crate::cli::office::args::ReviewArgs;
use crate::cli::{Session, printer};
use crate::config::{self, ConfigError, Key, Origin, Resolved};
use crate::domain::Lang;
use crate::review::{self, Certificate, IndexError, Options, Safeguards, ServeError};
use crate::words::{Said, text};

/// Serves the pages.
pub(crate) fn run(args: ReviewArgs, session: &mut Session) -> Result<(), Error> {
    let Resolved { review: settings, out, lang, .. } = resolve(&args, session)?;
    session.lang = lang;
    let (safeguards, listen) = (Safeguards::from(&settings), settings.listen);
    let certificate = settings.tls.map(|(chain, key)| Certificate { chain, key });
    let out = out.ok_or(ConfigError::NoOutput)?;
    let options = Options { out, listen, certificate, safeguards, lang };
    let quiet = session.quiet;
    review::serve(&options, |listening| {
        if !quiet {
            let text = text!(lang, "cli.review.serving", run = listening.run, url = listening.url);
            printer::out(&text);
            if !listening.accounts {
                printer::out(text!(lang, "cli.review.no_account"));
            }
        }
    })
    .map_err(|error| failed(error, session.lang))
}

/// The settings in force. An output folder that is named needs no configuration.
fn resolve(args: &ReviewArgs, session: &Session) -> Result<Resolved, Error> {
    let mut asked = session.asked()?;
    asked.config.clone_from(&args.config);
    asked.alone = args.out.is_some();
    if let Some(listen) = &args.listen {
        asked.set(Key::of("review.listen"), listen.as_str(), Origin::Option("--listen"));
    }
    let paths = [
        ("output.folder", Origin::Folder, &args.out),
        ("review.tls_cert", Origin::Option("--tls-cert"), &args.tls_cert),
        ("review.tls_key", Origin::Option("--tls-key"), &args.tls_key),
    ];
    for (key, origin, path) in paths {
        if let Some(path) = path {
            asked.set(Key::of(key), config::utf8(path)?, origin);
        }
    }
    Ok(config::resolve(asked)?)
}

/// Gives a failure its exit code.
fn failed(error: ServeError, lang: Lang) -> Error {
    match &error {
        ServeError::NoCertificate(_)
        | ServeError::Certificate { .. }
        | ServeError::KeyOpenToAll(_)
        | ServeError::NoRun(_)
        | ServeError::Index(IndexError::Older | IndexError::Damaged { .. })
        | ServeError::Listen { .. } => Error::usage(Said::of(|lang| error.message(lang))),
        // The index cannot be written or read.
        ServeError::Index(_) | ServeError::Store(_) => Error::Output(error.message(lang)),
        ServeError::Broken(detail) => Error::Internal(detail.clone()),
    }
}
