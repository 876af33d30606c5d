//! The log: to the terminal where it is asked for, and to a file. No line holds personal data; each line of a
//! run holds the name of the run.

use std::sync::Arc;

use rayon::ThreadPoolBuilder;
use tracing::Span;
use tracing::field::Empty;
use tracing_subscriber::filter::{FilterExt as _, LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry};

use super::Session;
use super::printer::Plain;
use crate::cli::error::Error;
use crate::config::{LogFormat, LogSettings};
use crate::disk;
use crate::words::text;

/// The target of lines that say how a command ended: people read that sentence anyway.
const OUTCOME: &str = "outcome";

/// Begins to write the log: to the terminal nothing but errors unless asked, to a file what happens.
pub(super) fn start(session: &Session, settings: &LogSettings) -> Result<(), Error> {
    let asked = match session.verbose {
        0 => LevelFilter::ERROR,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let told = filter_fn(|line| line.target() != OUTCOME);
    let terminal = form(settings.format, || Plain(std::io::stderr()));
    let mut layers = vec![terminal.with_filter(asked.and(told)).boxed()];
    if let Some(path) = &settings.file {
        let file = disk::append(path).map_err(|error| {
            let shown = path.display();
            Error::Output(text!(session.lang, "cli.logging.not_written", shown, error))
        })?;
        let file = Arc::new(file);
        let file = form(settings.format, move || Plain(Arc::clone(&file)));
        layers.push(file.with_filter(asked.max(LevelFilter::INFO)).boxed());
    }
    // A second subscriber in one process (tests) is of no use and no harm.
    let _ = tracing_subscriber::registry().with(layers).try_init();
    Ok(())
}

/// What is printed has no colours: the printer would write them out as it does with those that a name brings along.
fn form<W>(format: LogFormat, writer: W) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: for<'w> tracing_subscriber::fmt::MakeWriter<'w> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_target(false).with_writer(writer);
    match format {
        LogFormat::Text => layer.boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_span_list(false).boxed(),
    }
}

/// The span of a run: the moment it began, and its name as soon as that is known.
pub(super) fn run_span() -> Span {
    let began = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    tracing::error_span!("run", began, id = Empty)
}

/// Makes the threads of a pool work within a span for as long as they live.
pub(super) fn in_span(pool: ThreadPoolBuilder, span: &Span) -> ThreadPoolBuilder {
    let span = span.clone();
    pool.start_handler(move |_| std::mem::forget(span.clone().entered()))
}

/// Notes how a command failed, where the terminal is not all that is read.
pub(super) fn failed(error: &Error) {
    let code = error.code();
    tracing::error!(target: OUTCOME, code, "{}", error.message(crate::domain::Lang::En));
}
