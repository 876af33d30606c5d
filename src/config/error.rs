//! What is wrong with a configuration: each fault with file, line and key, and what to do.

use std::path::PathBuf;

use super::origin::{Key, Origin};
use crate::domain::Lang;
use crate::ingest::IngestError;
use crate::pipeline::RunError;
use crate::words::{Said, text};

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No such file.
    #[error("{}: no such file", .file.display())]
    NotFound {
        /// The file.
        file: PathBuf,
    },
    /// The system refuses it.
    #[error("{}: cannot be read: {detail}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        detail: String,
    },
    /// No TOML.
    #[error("{}:{line}: {detail}", .file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser says.
        detail: String,
    },
    /// Keys or values that make no sense: all of them.
    #[error("{} wrong values", .0.len())]
    Wrong(Vec<Problem>),
    /// A pattern that no input file matches.
    #[error("{key}: no file matches {pattern:?}")]
    NoMatch {
        /// Where the pattern is written.
        at: Origin,
        /// The key.
        key: Key,
        /// The pattern.
        pattern: String,
    },
    /// Nobody says where the results go.
    #[error("no output folder")]
    NoOutput,
    /// Nobody says what to read.
    #[error("no inputs")]
    NoInputs,
    /// What was given for a day is none.
    #[error("{option}: no date: {text:?}")]
    NoDay {
        /// The option.
        option: &'static str,
        /// What was given.
        text: String,
    },
    /// A path that cannot be written into a configuration.
    #[error("{}: no UTF-8", .0.display())]
    NotUtf8(PathBuf),
    /// An input folder or a table of headers could not be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The inputs are not enough for a run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The program's own defaults cannot be written: a defect of the program.
    #[error("internal error: {0}")]
    Defaults(String),
}

/// One fault.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where it is written.
    pub at: Origin,
    /// The key.
    pub key: Key,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a key or its value.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// There is no such key.
    UnknownKey {
        /// The key that was probably meant.
        nearest: Option<String>,
    },
    /// A value of another type is wanted.
    WrongType(Vec<Wanted>),
    /// Too small or too great.
    OutOfRange {
        /// The least value.
        min: Option<f64>,
        /// The greatest value.
        max: Option<f64>,
    },
    /// One of a few words is wanted.
    NotOneOf {
        /// The words.
        known: Vec<String>,
        /// The word that was probably meant.
        nearest: Option<String>,
    },
    /// What is wrong: the rest of a sentence that begins with the key.
    Other(Said),
}

/// A type of value.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Wanted {
    Text,
    Integer,
    Number,
    Boolean,
    List,
    Table,
}

impl Wanted {
    pub(super) fn from_schema(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::Text,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "array" => Self::List,
            "object" => Self::Table,
            _ => return None,
        })
    }

    pub(super) fn is(self, value: &toml::Value) -> bool {
        match self {
            Self::Text => value.is_str(),
            Self::Integer => value.is_integer(),
            Self::Number => value.is_float() || value.is_integer(),
            Self::Boolean => value.is_bool(),
            Self::List => value.is_array(),
            Self::Table => value.is_table(),
        }
    }

    fn shown(self, lang: Lang) -> &'static str {
        match self {
            Self::Text => text!(lang, "config.error.a_text"),
            Self::Integer => text!(lang, "config.error.a_whole_number"),
            Self::Number => text!(lang, "config.error.a_number"),
            Self::Boolean => text!(lang, "config.error.true_or_false"),
            Self::List => text!(lang, "config.error.a_list"),
            Self::Table => text!(lang, "config.error.a_section"),
        }
    }
}

/// Names this alike are worth a question; a slip of the pen leaves most letters in their places.
const ALIKE: f64 = 0.8;

/// The name that was probably meant.
pub(super) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    let alike = |name: &'a str| (strsim::jaro_winkler(&written, &name.to_lowercase()), name);
    let best = known.into_iter().map(alike).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= ALIKE).then_some(best.1)
}

impl Fault {
    pub(super) fn not_one_of(written: &str, known: Vec<String>) -> Self {
        let nearest = nearest(written, known.iter().map(String::as_str)).map(str::to_owned);
        Self::NotOneOf { known, nearest }
    }

    fn message(&self, lang: Lang) -> String {
        let meant = |nearest: &Option<String>| match nearest {
            Some(name) => text!(lang, "config.error.did_you_mean", name),
            None => ".".to_owned(),
        };
        match self {
            Self::UnknownKey { nearest } => {
                format!("{}{}", text!(lang, "config.error.no_such_key"), meant(nearest))
            }
            Self::WrongType(wanted) => {
                let wanted: Vec<&str> = wanted.iter().map(|wanted| wanted.shown(lang)).collect();
                let wanted = wanted.join(text!(lang, "config.error.or"));
                text!(lang, "config.error.must_be", wanted)
            }
            Self::OutOfRange { min: Some(min), max: Some(max) } => {
                text!(lang, "config.error.must_be_between", min, max)
            }
            Self::OutOfRange { min: Some(min), .. } => text!(lang, "config.error.must_be_at_least", min),
            Self::OutOfRange { max, .. } => {
                let max = max.map_or_else(|| "…".to_owned(), |max| max.to_string());
                text!(lang, "config.error.must_be_at_most", max)
            }
            Self::NotOneOf { known, nearest } => {
                let known = known.join(", ");
                let known = text!(lang, "config.error.must_be_one_of", known);
                format!("{known}{}", meant(nearest))
            }
            Self::Other(said) => said.text(lang).to_owned(),
        }
    }
}

impl Problem {
    /// One sentence: where, what, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        let fault = self.fault.message(lang);
        match &self.at {
            // Whoever wrote an option need not know the key behind it.
            Origin::Option(name) => format!("{name}: {fault}"),
            at => format!("{}: {}: {fault}", at.shown(lang), self.key),
        }
    }
}

impl ConfigError {
    /// The exit code of the contract.
    pub fn code(&self) -> u8 {
        match self {
            Self::Defaults(_) => 1,
            Self::NoMatch { .. } => 3,
            Self::Ingest(error) => error.exit_code(),
            Self::Run(error) => error.code(),
            Self::NotFound { .. }
            | Self::Unreadable { .. }
            | Self::Syntax { .. }
            | Self::Wrong(_)
            | Self::NoOutput
            | Self::NoInputs
            | Self::NoDay { .. }
            | Self::NotUtf8(_) => 2,
        }
    }

    /// What is said to the user.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::NotFound { file } => text!(lang, "config.error.no_file", file = file.display()),
            Self::Unreadable { file, detail } => {
                text!(lang, "config.error.unreadable", file = file.display(), detail)
            }
            Self::Syntax { file, line, detail } => {
                text!(lang, "config.error.no_toml", file = file.display(), line, detail)
            }
            Self::Wrong(problems) => {
                problems.iter().map(|problem| problem.message(lang)).collect::<Vec<_>>().join("\n")
            }
            Self::NoMatch { at, key, pattern } => {
                text!(lang, "config.error.no_match", at = at.shown(lang), key, pattern)
            }
            Self::NoOutput => text!(lang, "config.error.no_output").to_owned(),
            Self::NoInputs => text!(lang, "config.error.no_input").to_owned(),
            Self::NoDay { option, text } => text!(lang, "config.error.no_date", option, text),
            Self::NotUtf8(path) => text!(lang, "config.error.no_utf8", path = path.display()),
            Self::Ingest(error) => error.message(lang),
            Self::Run(error) => error.message(lang),
            Self::Defaults(detail) => {
                text!(lang, "common.error.internal", detail)
            }
        }
    }
}
