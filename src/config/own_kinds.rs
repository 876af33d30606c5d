//! The user's own kinds of file: `kinds.d/*.toml` beside the configuration, in the data folder or, where a run has
//! kept them, in the output folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{ConfigError, Fault, Problem};
use super::origin::{Key, Origin};
use crate::disk;
use crate::domain::{KindFault, KindMistake, OwnKinds};
use crate::words::{Said, said};

/// The folder of descriptions.
pub(crate) const FOLDER: &str = "kinds.d";

/// The files of descriptions in a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.join(FOLDER)).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    files
}

/// Takes the kinds described in the first of several folders that has descriptions into the table of kinds, and says
/// which folder that was.
///
/// # Errors
/// All mistakes in the descriptions, each with file and line.
pub(crate) fn install<'p>(
    folders: impl IntoIterator<Item = &'p Path>,
) -> Result<Option<&'p Path>, ConfigError> {
    let found =
        folders.into_iter().map(|folder| (folder, files(folder))).find(|(_, files)| !files.is_empty());
    let Some((folder, files)) = found else { return Ok(None) };
    let read = |file: &PathBuf| {
        std::fs::read_to_string(file)
            .map_err(|error| ConfigError::Unreadable { file: file.clone(), detail: error.to_string() })
    };
    let texts = files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    // Editors on Windows like to begin a file with a mark.
    let texts: Vec<&str> = texts.iter().map(|text| text.strip_prefix('\u{feff}').unwrap_or(text)).collect();
    let kinds = OwnKinds::read(&texts).map_err(|mistakes| {
        let problem = |(at, mistake): (usize, KindMistake)| problem(&files[at], mistake);
        ConfigError::Wrong(mistakes.into_iter().map(problem).collect())
    })?;
    kinds.install().map_err(|error| ConfigError::Defaults(error.to_string()))?;
    Ok(Some(folder))
}

/// Keeps the descriptions of a folder in an output folder, so that what a run writes can be read where the
/// configuration is not at hand. Descriptions kept before stay: earlier runs may need them.
///
/// # Errors
/// Where a file cannot be read or written.
pub(crate) fn keep(folder: &Path, out: &Path) -> std::io::Result<()> {
    let kept = out.join(FOLDER);
    for file in files(folder) {
        let Some(name) = file.file_name() else { continue };
        let target = kept.join(name);
        if same(&file, &target) {
            continue;
        }
        disk::ensure_folder(&kept)?;
        disk::replace_file(&target, &std::fs::read(&file)?, 0o600)?;
    }
    Ok(())
}

fn same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn problem(file: &Path, mistake: KindMistake) -> Problem {
    let key = if mistake.key.is_empty() { "kind" } else { mistake.key };
    let at = Origin::File { file: Arc::from(file), line: mistake.line };
    Problem { at, key: Key::of(key), fault: fault(mistake.fault) }
}

fn fault(fault: KindFault) -> Fault {
    Fault::Other(match fault {
        KindFault::NotOneOf { written, known } => return Fault::not_one_of(&written, known),
        KindFault::Syntax(detail) => Said::of(|_| format!("{detail}.")),
        KindFault::Taken(name) => said!("config.kinds.taken", name),
        KindFault::BadName(name) => said!("config.kinds.bad_name", name),
        KindFault::NeedsField(field) => said!("config.kinds.needs_field", field),
        KindFault::BadAges => said!("config.kinds.bad_ages"),
        KindFault::ExpectsNobody => said!("config.kinds.expects_nobody"),
        KindFault::NoHeaders(name) => said!("config.kinds.no_headers", name),
        KindFault::TooMany => said!("config.kinds.too_many"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;

    #[test]
    fn mistakes_are_told_with_file_line_and_suggestion() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(install([dir.path()]).unwrap(), None);
        std::fs::create_dir(dir.path().join(FOLDER)).unwrap();
        let text = "[[kind]]\nname = \"xa_vien\"\noffice = \"don-vi-khak\"\ntitle = { vi = \"Xã viên\" }\nfields = [\"full_name*\", \"birth_dat\"]\n";
        std::fs::write(dir.path().join(FOLDER).join("xa_vien.toml"), text).unwrap();
        let error = install([dir.path()]).unwrap_err();
        let told = error.message(Lang::En);
        for wanted in ["xa_vien.toml:3", "don-vi-khac?", "xa_vien.toml:5", "birth_date?"] {
            assert!(told.contains(wanted), "{wanted}: {told}");
        }
        assert!(error.message(Lang::Vi).contains("có phải là don-vi-khac?"));
    }
}
