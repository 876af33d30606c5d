//! `lamsach review`: serves the pages until it is told to stop.

use std::net::{Ipv4Addr, SocketAddr};

use super::args::ReviewArgs;
use super::{Session, printer};
use crate::domain::Lang;
use crate::error::Error;
use crate::review::{self, Certificate, Options, ServeError};

/// Where it listens unless told otherwise.
const DEFAULT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8765);

/// Serves the pages.
pub(super) fn run(args: ReviewArgs, session: &Session) -> Result<(), Error> {
    let lang = session.lang;
    let listen = args.listen.as_deref().map_or(Ok(DEFAULT), |text| {
        text.parse().map_err(|_| {
            Error::usage(
                format!("--listen không nhận \"{text}\"; hãy viết như 127.0.0.1:8765."),
                format!("--listen does not take \"{text}\"; write it like 127.0.0.1:8765."),
            )
        })
    })?;
    let certificate = args.tls_cert.zip(args.tls_key).map(|(chain, key)| Certificate { chain, key });
    let options = Options { out: args.out, listen, certificate, lang };
    let quiet = session.quiet;
    review::serve(&options, |listening| {
        if !quiet {
            let text = lang.pick(
                format!("Trang xử lý của lượt {}: {}\nDừng bằng Ctrl+C.\n", listening.run, listening.url),
                format!(
                    "Review page of the run {}: {}\nStop it with Ctrl+C.\n",
                    listening.run, listening.url
                ),
            );
            printer::out(&text);
        }
    })
    .map_err(failed)
}

/// Gives a failure its exit code.
fn failed(error: ServeError) -> Error {
    let said = |lang: Lang| error.message(lang);
    match &error {
        ServeError::NoCertificate(_) | ServeError::Certificate { .. } | ServeError::NoRun(_) => {
            Error::usage(said(Lang::Vi), said(Lang::En))
        }
        ServeError::Index(_) => Error::usage(said(Lang::Vi), said(Lang::En)),
        ServeError::Listen { .. } => Error::usage(said(Lang::Vi), said(Lang::En)),
        ServeError::Store(_) => Error::Output(said(Lang::Vi)),
        ServeError::Broken(detail) => Error::Internal(detail.clone()),
    }
}
