//! From patterns to the files of a run.

use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};

use super::error::{ConfigError, Fault, Problem};
use super::origin::{Key, Origin};
use super::resolved::Resolved;
use crate::disk::SHELL_EXPANDS;
use crate::domain::{Day, Kind, Settings};
use crate::ingest::sets::{FileUse, Part, Unused};
use crate::ingest::{self, Encoding, FoundFiles, IngestError, InputSpec, ReadOptions};
use crate::linkage::ModelFile;
use crate::pipeline::{self, Request};
use crate::publish::WorkbookPasswords;
use crate::words::{Said, said};

/// `*` stays within one folder, and hidden files are none that a pattern means.
const MATCH: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

impl Resolved {
    /// Whether anything says which files are read.
    pub fn names_inputs(&self) -> bool {
        self.folder.is_some() || !self.patterns.is_empty()
    }

    /// The input files, with what is said of each, and what else lies in the folder.
    ///
    /// # Errors
    /// Where a pattern matches nothing, or the kinds are not enough for a run.
    pub fn inputs(&self) -> Result<FoundFiles, ConfigError> {
        if !self.names_inputs() && self.file.is_none() {
            return Err(ConfigError::NoInputs);
        }
        let mut named: Vec<InputSpec> = Vec::new();
        for (kind, pattern, origin) in &self.patterns {
            for input in expand(*kind, pattern, origin)? {
                if !named.contains(&input) {
                    named.push(input);
                }
            }
        }
        let mut found = match &self.folder {
            // Without a folder the kinds are known before anything is read.
            None => {
                pipeline::require_kinds(named.iter().filter_map(|input| input.kind))?;
                let unused = self.not_named(&named);
                FoundFiles { inputs: named, units: None, unused }
            }
            Some(folder) => self.beside(folder, named)?,
        };
        let (ignored, inputs) = found.inputs.into_iter().partition(|input| self.is_ignored(&input.path));
        found.inputs = inputs;
        for file in found.unused.iter_mut().filter(|file| self.is_ignored(&file.path)) {
            file.part = Part::Unused(Unused::Ignored);
        }
        let ignored: Vec<InputSpec> = ignored;
        found.unused.extend(ignored.into_iter().map(|input| FileUse::unused(input.path, Unused::Ignored)));
        found.unused.sort_by(|a, b| a.path.cmp(&b.path));
        for (pattern, encoding, origin) in &self.encodings {
            set_encoding(&mut found.inputs, pattern, encoding.name(), origin)?;
        }
        Ok(found)
    }

    /// The files of the folder, then those that are named. What the user named otherwise is no data,
    /// wherever it lies.
    fn beside(&self, folder: &Path, named: Vec<InputSpec>) -> Result<FoundFiles, ConfigError> {
        let mut found = ingest::find_files(folder)?;
        let taken = self.taken(&named);
        let is_taken = |file: &Path| taken.iter().any(|path| same_file(path, file));
        found.inputs.retain(|input| !is_taken(&input.path));
        found.unused.retain(|file| !is_taken(&file.path));
        found.inputs.extend(named);
        Ok(found)
    }

    /// Files that somebody has named, as data or otherwise.
    fn taken<'a>(&'a self, named: &'a [InputSpec]) -> Vec<&'a PathBuf> {
        let others = [&self.units, &self.synonyms, &self.model, &self.file, &self.workbooks_password_file];
        let others = others.into_iter().flatten();
        named.iter().map(|input| &input.path).chain(others).collect()
    }

    /// Files that lie beside those that the patterns of a configuration take, and that no pattern takes: last night
    /// they may not have been there. What the command line names is meant literally, and nothing beside it.
    fn not_named(&self, named: &[InputSpec]) -> Vec<FileUse> {
        let of_file = |input: &InputSpec| {
            self.patterns
                .iter()
                .any(|(kind, _, origin)| matches!(origin, Origin::File { .. }) && input.kind == Some(*kind))
        };
        let mut folders: Vec<PathBuf> = Vec::new();
        for input in named.iter().filter(|input| of_file(input)) {
            let parent = input.path.parent().unwrap_or(Path::new(""));
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            if !folders.iter().any(|known| same_file(known, parent)) {
                folders.push(parent.to_owned());
            }
        }
        let taken = self.taken(named);
        let is_taken = |file: &Path| taken.iter().any(|path| same_file(path, file));
        let mut beside = Vec::new();
        for folder in folders {
            // A folder that cannot be listed hides nothing that was asked for.
            let Ok(found) = ingest::find_files(&folder) else { continue };
            let data = found.inputs.into_iter().map(|input| FileUse::unused(input.path, Unused::NotNamed));
            let units = found.units.map(|path| FileUse::unused(path, Unused::NotNamed));
            beside.extend(data.chain(units).chain(found.unused).filter(|file| !is_taken(&file.path)));
        }
        beside
    }

    /// Whether a pattern says that a file is not used: of its name, or of its path.
    fn is_ignored(&self, file: &Path) -> bool {
        let composed = |text: &str| crate::vietnamese::text::composed(text).into_owned();
        let name = composed(&file.file_name().unwrap_or_default().to_string_lossy());
        let path = composed(&file.to_string_lossy());
        self.ignored.iter().any(|written| {
            let written = composed(written);
            let is_meant =
                |pattern: &Pattern| pattern.matches_with(&name, MATCH) || pattern.matches_with(&path, MATCH);
            written == name
                || written == path
                || Pattern::new(&written).is_ok_and(|pattern| is_meant(&pattern))
        })
    }

    /// How files are read.
    ///
    /// # Errors
    /// Where the user's table of headers cannot be used.
    pub fn read_options(&self) -> Result<ReadOptions, IngestError> {
        let mut options = ReadOptions::default();
        if let Some(path) = &self.synonyms {
            options.synonyms.add_file(path)?;
        }
        self.maps.iter().for_each(|map| options.synonyms.map(map));
        Ok(options)
    }

    /// The run that is asked for. `out` may be left open by commands that write no run.
    ///
    /// # Errors
    /// As [`Resolved::inputs`], [`Resolved::read_options`] and [`Resolved::workbook_passwords`].
    pub fn request(&self, model: Option<ModelFile>, as_of: Day, today: Day) -> Result<Request, ConfigError> {
        let (found, read) = (self.inputs()?, self.read_options()?);
        self.request_for(found, read, model, (as_of, today))
    }

    /// The passwords of workbooks, read from their file.
    ///
    /// # Errors
    /// Where the file cannot be used: workbooks that were to be locked are then not written.
    pub fn workbook_passwords(&self) -> Result<WorkbookPasswords, ConfigError> {
        let Some(file) = &self.workbooks_password_file else { return Ok(WorkbookPasswords::default()) };
        WorkbookPasswords::read(file).map_err(|error| {
            let key = Key::of("output.workbooks_password_file");
            let fault = Fault::Other(Said::of(|lang| error.message(file, lang)));
            ConfigError::Wrong(vec![Problem { at: self.merged.origin(&key), key, fault }])
        })
    }

    /// The run over files that somebody else has found, read as is said.
    ///
    /// # Errors
    /// As [`Resolved::workbook_passwords`].
    pub(crate) fn request_for(
        &self,
        found: FoundFiles,
        read: ReadOptions,
        model: Option<ModelFile>,
        (as_of, today): (Day, Day),
    ) -> Result<Request, ConfigError> {
        let rules = self.rules.clone();
        let FoundFiles { inputs, units, unused } = found;
        Ok(Request {
            inputs,
            read,
            units: self.units.clone().or(units),
            beside: unused,
            model,
            out: self.out.clone().unwrap_or_default(),
            workbooks: self.workbooks,
            workbooks_by_both: self.workbooks_by_both,
            passwords: self.workbook_passwords()?,
            repair: self.repair,
            relink: false,
            links: None,
            part: None,
            settings: Settings { as_of, lang: self.lang, linkage: self.linkage.clone(), rules },
            max_rejects: self.max_rejects,
            today,
            retention: self.retention.clone(),
            terms: self.reports.clone().into(),
        })
    }
}

/// Sets the encoding of all files (`*`), of those of a path or name, or from a configuration also of those
/// whose names match a pattern.
///
/// # Errors
/// Where there is no such encoding, or it speaks of no input: a slip of the pen.
pub(crate) fn set_encoding(
    inputs: &mut [InputSpec],
    pattern: &str,
    encoding: &str,
    origin: &Origin,
) -> Result<(), ConfigError> {
    let wrong = |fault| {
        let (at, key) = (origin.clone(), Key::new(["encodings", pattern]));
        ConfigError::Wrong(vec![Problem { at, key, fault }])
    };
    let Some(encoding) = Encoding::from_name(encoding.trim()) else {
        let known = Encoding::ALL.iter().map(|encoding| encoding.name().to_owned()).collect();
        return Err(wrong(Fault::not_one_of(encoding, known)));
    };
    let whole = origin.path(pattern);
    let glob = Pattern::new(pattern).ok().filter(|_| matches!(origin, Origin::File { .. }));
    let mut met = pattern == "*";
    for input in inputs {
        let name = input.path.file_name().unwrap_or_default();
        let wanted = pattern == "*"
            || input.path == whole
            || name == pattern
            || glob.as_ref().is_some_and(|glob| glob.matches_with(&name.to_string_lossy(), MATCH));
        if wanted {
            input.encoding = Some(encoding);
            met = true;
        }
    }
    if met {
        return Ok(());
    }
    Err(wrong(Fault::Other(said!("config.inputs.no_file", pattern))))
}

/// The files of a pattern. The command line is taken literally where its patterns are the shell's.
fn expand(kind: Kind, written: &str, origin: &Origin) -> Result<Vec<InputSpec>, ConfigError> {
    let InputSpec { path, sheet, .. } = InputSpec::new(written);
    let input =
        |path: PathBuf| InputSpec { path, kind: Some(kind), sheet: sheet.clone(), ..InputSpec::default() };
    let text = path.to_string_lossy();
    let literal = origin.path(&text);
    let expanded_before = !matches!(origin, Origin::File { .. }) && (SHELL_EXPANDS || literal.exists());
    if expanded_before || !text.contains(['*', '?', '[']) {
        return Ok(vec![input(literal)]);
    }
    let none = || ConfigError::NoMatch {
        at: origin.clone(),
        key: Key::new([if kind.is_list() { "lists" } else { "inputs" }, kind.name()]),
        pattern: written.to_owned(),
    };
    let base = origin.path("");
    let whole = match path.is_absolute() {
        true => text.into_owned(),
        false => {
            Path::new(&Pattern::escape(&base.to_string_lossy())).join(&*text).to_string_lossy().into_owned()
        }
    };
    let paths = glob::glob_with(&whole, MATCH).map_err(|_| none())?;
    // A folder that may not be read holds no match; the pattern is then told to match nothing.
    let files: Vec<InputSpec> = paths.flatten().filter(|path| path.is_file()).map(input).collect();
    if files.is_empty() { Err(none()) } else { Ok(files) }
}

fn same_file(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
