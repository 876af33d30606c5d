//! Where a value comes from, and the name of the place that it fills.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::Lang;
use crate::words::text;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The program.
    Default,
    /// A line of the configuration file.
    File {
        /// The file.
        file: Arc<Path>,
        /// The line, from 1.
        line: usize,
    },
    /// A variable of the environment.
    Environment(&'static str),
    /// An option of the command line, such as `--out`.
    Option(&'static str),
    /// A folder that the command line names without an option: that with the data, or the output folder.
    Folder,
}

impl Origin {
    /// A path as written there, seen from the working directory: what a file names lies beside the file.
    pub(super) fn path(&self, written: &str) -> PathBuf {
        match self {
            Self::File { file, .. } => file.parent().unwrap_or(Path::new("")).join(written),
            _ => written.into(),
        }
    }

    /// For people: `lamsach.toml:12`, `--out`.
    pub fn shown(&self, lang: Lang) -> String {
        match self {
            Self::Default => text!(lang, "config.origin.default").to_owned(),
            Self::File { file, line } => format!("{}:{line}", file.display()),
            Self::Environment(name) => (*name).to_owned(),
            Self::Option(name) => (*name).to_owned(),
            Self::Folder => text!(lang, "config.origin.folder").to_owned(),
        }
    }
}

/// The name of a value: `linkage.link_probability`, `encodings."ho_tich.csv"`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(Vec<String>);

impl Key {
    /// A key of segments.
    pub fn new<S: Into<String>>(segments: impl IntoIterator<Item = S>) -> Self {
        Self(segments.into_iter().map(Into::into).collect())
    }

    /// The key of a name without quotes: `output.folder`.
    pub fn of(dotted: &str) -> Self {
        Self::new(dotted.split('.'))
    }

    /// The key of an entry below this one.
    pub(super) fn child(&self, name: &str) -> Self {
        Self::new(self.0.iter().map(String::as_str).chain([name]))
    }

    /// The table that holds it, and its name there.
    pub(super) fn split(&self) -> (&[String], &str) {
        match self.0.split_last() {
            Some((name, table)) => (table, name),
            None => (&[], ""),
        }
    }

    pub(super) fn segments(&self) -> &[String] {
        &self.0
    }

    /// The last segment as TOML writes it.
    pub(super) fn name(&self) -> String {
        segment(self.split().1)
    }

    /// The table as TOML writes it between brackets.
    pub(super) fn table(&self) -> String {
        dotted(self.split().0)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&dotted(&self.0))
    }
}

fn dotted(segments: &[String]) -> String {
    segments.iter().map(|text| segment(text)).collect::<Vec<_>>().join(".")
}

/// A bare key where TOML takes one, else a quoted one.
fn segment(text: &str) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !text.is_empty() && text.bytes().all(bare) {
        text.to_owned()
    } else {
        toml::Value::from(text).to_string()
    }
}
