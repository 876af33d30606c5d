//! The merged values as typed settings: nothing is left open, nothing is read from the disk yet but the
//! configuration itself.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use toml::Value;

use super::FILE_NAME;
use super::error::{ConfigError, Fault, Problem};
use super::file;
use super::layer::Layer;
use super::origin::{Key, Origin};
use super::written::{Format, Gravity, Language, Written};
use crate::config::dates;
use crate::domain::{
    Code, Kind, Lang, LinkageSettings, PartialDate, ReportSettings, Retention, ReviewSettings, RuleSettings,
    Severity,
};
use crate::findings::catalogue::{self, Office};
use crate::ingest::{ColumnMap, Encoding, NO_FIELD};
use crate::publish::RejectLimit;
use crate::words::{Said, said};

/// What the command line and the environment say.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The configuration file that the user named.
    pub config: Option<PathBuf>,
    /// The folder with the data.
    pub folder: Option<PathBuf>,
    /// Whether a configuration that is not named is none of the command's business.
    pub alone: bool,
    layer: Layer,
}

impl Asked {
    /// Takes the value of an option.
    pub fn set(&mut self, key: Key, value: impl Into<Value>, origin: Origin) {
        self.layer.set(key, value.into(), origin);
    }

    fn names_inputs(&self) -> bool {
        !inputs_keys(&self.layer).is_empty()
    }

    /// The configuration file in force: the one named, else that of the folder, else that of the working
    /// directory where the command line names no data at all.
    fn file(&self) -> Option<PathBuf> {
        if self.config.is_some() {
            return self.config.clone();
        }
        let beside = match &self.folder {
            Some(folder) => folder.join(FILE_NAME),
            None if self.alone || self.names_inputs() => return None,
            None => FILE_NAME.into(),
        };
        beside.is_file().then_some(beside)
    }
}

/// The keys of a layer that say which files are read.
fn inputs_keys(layer: &Layer) -> Vec<Key> {
    let six = Kind::SIX.into_iter().map(|kind| Key::new(["inputs", kind.name()]));
    let known: Vec<Key> = std::iter::once(Key::of("inputs.folder")).chain(six).collect();
    layer.iter().map(|(key, ..)| key).filter(|key| known.contains(key) || is_of_list(key)).cloned().collect()
}

/// Whether a key names the files of a list of another sector.
fn is_of_list(key: &Key) -> bool {
    key.segments().first().is_some_and(|table| table == LISTS)
}

/// The section with the files of lists of other sectors, by kind.
const LISTS: &str = "lists";

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The configuration file they come from, where there is one.
    pub file: Option<PathBuf>,
    /// Language of everything that a user reads.
    pub lang: Lang,
    /// Threads; 0: all cores.
    pub threads: usize,
    /// Folder with the data.
    pub folder: Option<PathBuf>,
    /// Files and patterns by kind, each with its origin.
    pub(super) patterns: Vec<(Kind, String, Origin)>,
    /// Encodings by pattern, in the order in which they apply.
    pub(super) encodings: Vec<(String, Encoding, Origin)>,
    /// Columns named by the user.
    pub(super) maps: Vec<ColumnMap>,
    /// Patterns of files that are not used.
    pub ignored: Vec<String>,
    /// The user's own table of headers.
    pub synonyms: Option<PathBuf>,
    /// The table of administrative units.
    pub units: Option<PathBuf>,
    /// Frozen parameters of linkage.
    pub model: Option<PathBuf>,
    /// How many rows of a file may be rejected.
    pub max_rejects: RejectLimit,
    /// Thresholds of linkage.
    pub linkage: LinkageSettings,
    /// Settings of rules.
    pub rules: RuleSettings,
    /// The output folder.
    pub out: Option<PathBuf>,
    /// Whether workbooks are made beside the lists.
    pub workbooks: bool,
    /// Whether there is one for each unit in each commune, too.
    pub workbooks_by_both: bool,
    /// The file with the passwords of workbooks.
    pub workbooks_password_file: Option<PathBuf>,
    /// Whether repair files are made.
    pub repair: bool,
    /// Where the figures for Prometheus are written after a run.
    pub metrics: Option<PathBuf>,
    /// Which runs are kept.
    pub retention: Retention,
    /// Reports and deadlines.
    pub reports: ReportSettings,
    /// The review page.
    pub review: ReviewSettings,
    /// The log.
    pub log: LogSettings,
    /// Public keys of those who receive worklists.
    pub recipients: BTreeMap<Office, Vec<String>>,
    pub(super) merged: Layer,
}

/// How the log is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSettings {
    /// The form of a line.
    pub format: LogFormat,
    /// A file that the log is appended to, beside the terminal.
    pub file: Option<PathBuf>,
}

/// The form of a line of the log.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Finds the configuration file, lays the command line over it and makes settings of both.
///
/// # Errors
/// [`ConfigError`] where the file cannot be read, or a key or value makes no sense: all faults at once.
pub fn resolve(asked: Asked) -> Result<Resolved, ConfigError> {
    let path = asked.file();
    let mut of_file = path.as_deref().map(file::read).transpose()?.unwrap_or_default();
    let mut over = asked.layer;
    if let Some(folder) = asked.folder {
        let own = folder.join(FILE_NAME);
        let is_own = path.as_deref() == Some(&own);
        // The folder's own configuration says what is read in it; that of another gives way to the folder.
        if !is_own {
            inputs_keys(&of_file).iter().for_each(|key| of_file.remove(key));
        }
        // One that names lists of other sectors alone says what these are: all else is found as in any folder.
        if !is_own || inputs_keys(&of_file).iter().all(is_of_list) {
            over.set(Key::of("inputs.folder"), utf8(&folder)?.into(), Origin::Folder);
        }
    }
    // What is ignored for good stays so where the command line adds to it.
    let ignore = Key::of("inputs.ignore");
    if let (Some((Value::Array(own), _)), Some((Value::Array(more), origin))) =
        (of_file.get(&ignore), over.get(&ignore))
    {
        let (all, origin) = (own.iter().chain(more).cloned().collect(), origin.clone());
        over.set(ignore, Value::Array(all), origin);
    }
    let mut merged = Layer::defaults()?;
    merged.merge(of_file);
    merged.merge(over);
    build(merged, path)
}

/// A path as text, as the configuration holds it.
pub(crate) fn utf8(path: &Path) -> Result<&str, ConfigError> {
    path.to_str().ok_or_else(|| ConfigError::NotUtf8(path.to_owned()))
}

fn build(merged: Layer, file: Option<PathBuf>) -> Result<Resolved, ConfigError> {
    let written = merged.written().map_err(|error| {
        let fault = Fault::Other(Said::of(|_| format!("{}.", error.message())));
        ConfigError::Wrong(vec![Problem { at: Origin::Default, key: Key::of("lamsach"), fault }])
    })?;
    let mut check = Check { merged: &merged, problems: Vec::new() };
    check.lists(&written);
    let path =
        |key: &str, text: &Option<String>| text.as_ref().map(|text| merged.origin(&Key::of(key)).path(text));
    let Written { inputs, output, log, .. } = &written;
    if output.folder.as_ref().is_some_and(|folder| folder.trim().is_empty()) {
        // Beside the file, or in the working directory, is where nobody means results to go.
        check.blame(Key::of("output.folder"), Fault::Other(said!("config.resolved.no_folder")));
    }
    let resolved = Resolved {
        lang: match written.lang {
            Language::Vi => Lang::Vi,
            Language::En => Lang::En,
        },
        threads: written.threads,
        folder: path("inputs.folder", &inputs.folder),
        patterns: patterns(&written, &merged),
        encodings: check.encodings(&written),
        maps: check.columns(&written),
        ignored: inputs.ignore.clone(),
        synonyms: path("inputs.synonyms", &inputs.synonyms),
        units: path("inputs.units", &inputs.units),
        model: path("inputs.model", &inputs.model),
        max_rejects: RejectLimit::of_share(inputs.max_rejects).unwrap_or_default(),
        linkage: written.linkage.clone(),
        rules: check.rules(&written),
        out: path("output.folder", &output.folder),
        workbooks: output.workbooks,
        workbooks_by_both: output.workbooks_by_both,
        workbooks_password_file: path("output.workbooks_password_file", &output.workbooks_password_file),
        repair: output.repair,
        metrics: path("output.metrics", &output.metrics),
        retention: written.retention.clone(),
        reports: written.reports.clone(),
        review: check.review(&written),
        log: LogSettings {
            format: match log.format {
                Format::Text => LogFormat::Text,
                Format::Json => LogFormat::Json,
            },
            file: path("log.file", &log.file),
        },
        recipients: check.recipients(&written),
        file,
        merged: Layer::default(),
    };
    let problems = check.problems;
    if problems.is_empty() { Ok(Resolved { merged, ..resolved }) } else { Err(ConfigError::Wrong(problems)) }
}

fn patterns(written: &Written, merged: &Layer) -> Vec<(Kind, String, Origin)> {
    let inputs = &written.inputs;
    let of = |kind: Kind| match kind {
        Kind::Residents => &inputs.residents,
        Kind::Births => &inputs.births,
        Kind::Deaths => &inputs.deaths,
        Kind::Marriages => &inputs.marriages,
        Kind::Welfare => &inputs.welfare,
        _ => &inputs.insurance,
    };
    let with_origin = |kind: Kind| {
        let origin = merged.origin(&Key::new(["inputs", kind.name()]));
        of(kind).iter().map(move |pattern| (kind, pattern.clone(), origin.clone()))
    };
    let lists = written.lists.iter().filter_map(|(name, patterns)| {
        let origin = merged.origin(&Key::new([LISTS, name]));
        Some((Kind::from_name(name)?, patterns, origin))
    });
    let lists = lists.flat_map(|(kind, patterns, origin)| {
        patterns.as_slice().iter().map(move |pattern| (kind, pattern.clone(), origin.clone()))
    });
    Kind::SIX.into_iter().flat_map(with_origin).chain(lists).collect()
}

/// Holds values against what their types cannot say.
struct Check<'a> {
    merged: &'a Layer,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn blame(&mut self, key: Key, fault: Fault) {
        self.problems.push(Problem { at: self.merged.origin(&key), key, fault });
    }

    fn unknown<'n>(&mut self, key: Key, known: impl IntoIterator<Item = &'n str>) {
        let nearest = super::error::nearest(key.split().1, known).map(str::to_owned);
        self.blame(key, Fault::UnknownKey { nearest });
    }

    fn encodings(&mut self, written: &Written) -> Vec<(String, Encoding, Origin)> {
        let mut encodings = Vec::new();
        for (pattern, name) in &written.encodings {
            let key = Key::new(["encodings", pattern]);
            let known = || Encoding::ALL.iter().map(|e| e.name().to_owned()).collect();
            match Encoding::from_name(name.trim()) {
                Some(encoding) => encodings.push((pattern.clone(), encoding, self.merged.origin(&key))),
                None => self.blame(key, Fault::not_one_of(name, known())),
            }
        }
        // What is said of all files gives way to what is said of one, and the file to the command line.
        let rank = |origin: &Origin| usize::from(matches!(origin, Origin::Option(_)));
        encodings.sort_by_key(|(pattern, _, origin)| (rank(origin), pattern != "*"));
        encodings
    }

    /// The names of lists.
    fn lists(&mut self, written: &Written) {
        for name in written.lists.keys() {
            if Kind::from_name(name).is_none_or(|kind| !kind.is_list()) {
                let lists = Kind::all().filter(|kind| kind.is_list());
                self.unknown(Key::new([LISTS, name]), lists.map(Kind::name));
            }
        }
    }

    fn columns(&mut self, written: &Written) -> Vec<ColumnMap> {
        let mut maps = Vec::new();
        for (kind_name, fields) in &written.columns {
            let Some(kind) = Kind::from_name(kind_name) else {
                let first = fields.keys().next().map_or("", String::as_str);
                let at = self.merged.origin(&Key::new(["columns", kind_name, first]));
                let nearest = super::error::nearest(kind_name, Kind::all().map(Kind::name));
                let fault = Fault::UnknownKey { nearest: nearest.map(str::to_owned) };
                self.problems.push(Problem { at, key: Key::new(["columns", kind_name]), fault });
                continue;
            };
            for (field, headers) in fields {
                let key = Key::new(["columns", kind_name, field]);
                if field != NO_FIELD && !kind.fields().iter().any(|known| known.name() == field) {
                    self.unknown(key, kind.fields().iter().map(|field| field.name()));
                    continue;
                }
                for header in headers.as_slice() {
                    match ColumnMap::parse(&format!("{kind_name}.{field}={header}")) {
                        Ok(map) => maps.push(map),
                        Err(_) => self.blame(key.clone(), Fault::Other(said!("config.resolved.no_header"))),
                    }
                }
            }
        }
        maps
    }

    fn rules(&mut self, written: &Written) -> RuleSettings {
        let rules = &written.rules;
        let known = || catalogue::entries().iter().map(|entry| entry.code.to_string()).collect::<Vec<_>>();
        let code = |text: &str| {
            Code::parse(text.trim()).filter(|code| catalogue::entries().iter().any(|e| e.code == *code))
        };
        let mut off = Vec::new();
        for text in &rules.off {
            match code(text) {
                Some(code) => off.push(code),
                None => {
                    let nearest =
                        super::error::nearest(text, known().iter().map(String::as_str)).map(str::to_owned);
                    let meant = nearest.map_or_else(String::new, |name| format!(" ({name}?)"));
                    self.blame(
                        Key::of("rules.off"),
                        Fault::Other(said!("config.resolved.no_code", text, meant)),
                    );
                }
            }
        }
        let mut severity = BTreeMap::new();
        for (text, gravity) in &rules.severity {
            match code(text) {
                Some(code) => {
                    let gravity = match gravity {
                        Gravity::High => Severity::High,
                        Gravity::Medium => Severity::Medium,
                        Gravity::Low => Severity::Low,
                    };
                    severity.insert(code, gravity);
                }
                None => {
                    self.unknown(Key::new(["rules", "severity", text]), known().iter().map(String::as_str));
                }
            }
        }
        RuleSettings {
            centenarian_age: rules.centenarian_age,
            card_notice_days: rules.card_notice_days,
            oldest_age: rules.oldest_age,
            state_insured_groups: rules
                .insured_groups
                .iter()
                .map(|group| group.trim().to_uppercase())
                .collect(),
            births_period: self.period("periods.births", written.periods.births.as_deref()),
            deaths_period: self.period("periods.deaths", written.periods.deaths.as_deref()),
            off,
            severity,
        }
    }

    fn period(&mut self, key: &str, text: Option<&str>) -> Option<(PartialDate, PartialDate)> {
        let text = text?;
        let period = dates::period(text);
        if period.is_none() {
            self.blame(Key::of(key), Fault::Other(said!("config.resolved.bad_period", text)));
        }
        period
    }

    fn review(&mut self, written: &Written) -> ReviewSettings {
        let review = &written.review;
        let listen: SocketAddr = review.listen.trim().parse().unwrap_or_else(|_| {
            self.blame(
                Key::of("review.listen"),
                Fault::Other(said!("config.resolved.bad_address", listen = review.listen)),
            );
            SocketAddr::from(([127, 0, 0, 1], 8765))
        });
        let path = |key: &str, text: &str| self.merged.origin(&Key::of(key)).path(text);
        let tls = match (&review.tls_cert, &review.tls_key) {
            (Some(cert), Some(key)) => Some((path("review.tls_cert", cert), path("review.tls_key", key))),
            (None, None) => None,
            (cert, _) => {
                let there = if cert.is_some() { "review.tls_cert" } else { "review.tls_key" };
                self.blame(Key::of(there), Fault::Other(said!("config.resolved.half_tls")));
                None
            }
        };
        if tls.is_none() && !listen.ip().is_loopback() {
            self.blame(Key::of("review.listen"), Fault::Other(said!("config.resolved.needs_tls")));
        }
        ReviewSettings {
            listen,
            tls,
            idle_minutes: review.idle_minutes,
            session_minutes: review.session_minutes,
            second_factor: review.second_factor.at(listen),
            password_again_minutes: review.password_again_minutes,
            cases_an_hour: review.cases_an_hour,
            numbers_an_hour: review.numbers_an_hour,
        }
    }

    fn recipients(&mut self, written: &Written) -> BTreeMap<Office, Vec<String>> {
        let mut recipients = BTreeMap::new();
        for (unit, keys) in &written.recipients {
            let key = Key::new(["recipients", unit]);
            let Some(office) = Office::from_name(unit) else {
                self.unknown(key, Office::all().map(Office::name));
                continue;
            };
            if keys.iter().any(|key| !key.starts_with("age1")) {
                self.blame(key, Fault::Other(said!("config.resolved.bad_key")));
                continue;
            }
            recipients.insert(office, keys.clone());
        }
        recipients
    }
}
