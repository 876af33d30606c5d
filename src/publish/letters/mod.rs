//! Letters from findings: an invitation, a slip, a list. Templates are DOCX files that an office changes in its own word
//! processor; six ship with the program.
//!
//! A template names fields in braces: `{ho_ten}`. Where a row of a table names `{stt}`, that row is repeated for each
//! finding and the rest stands once; otherwise the whole letter is repeated, each on a page of its own.

mod fill;
mod markup;
mod package;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::disk;
use crate::domain::Lang;
use crate::words::text;

/// The folder of an office's own templates, within the output folder.
pub(crate) const FOLDER: &str = "mau-van-ban";

/// The fields that a template may name.
pub(crate) const FIELDS: [&str; 27] = [
    "stt",
    "so_truong_hop",
    "ma",
    "noi_dung",
    "ho_ten",
    "ngay_sinh",
    "gioi_tinh",
    "so_dinh_danh",
    "dia_chi",
    "thon",
    "xa",
    "chu_ho",
    "so_ho",
    "thong_tin",
    "gia_tri_nganh",
    "gia_tri_dan_cu",
    "gia_tri_de_xuat",
    "can_cu",
    "viec_can_lam",
    "don_vi",
    "nguon",
    "han",
    "can_bo",
    "ngay",
    "thang",
    "nam",
    "so_luong",
];

/// The values of the fields for one finding.
pub(crate) type Values = BTreeMap<&'static str, String>;

/// The templates that ship: the name of the file, and its text.
const SHIPPED: [(&str, &str); 6] = [
    ("moi-khai-tu", include_str!("../../../data/letters/moi-khai-tu.txt")),
    ("moi-can-cuoc", include_str!("../../../data/letters/moi-can-cuoc.txt")),
    ("phieu-chuyen", include_str!("../../../data/letters/phieu-chuyen.txt")),
    ("danh-sach-bhyt", include_str!("../../../data/letters/danh-sach-bhyt.txt")),
    ("bien-ban", include_str!("../../../data/letters/bien-ban.txt")),
    ("dung-tro-cap", include_str!("../../../data/letters/dung-tro-cap.txt")),
];

/// Why a letter cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LetterError {
    /// There is no such template.
    #[error("no template {0}")]
    NoTemplate(String),
    /// The file is no DOCX, or a damaged one.
    #[error("{path}: {why}", path = .path.display())]
    NoDocument {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, in English.
        why: String,
    },
    /// A template names a field that there is not.
    #[error("{path}: unknown field {field}", path = .path.display())]
    UnknownField {
        /// The file.
        path: PathBuf,
        /// The field.
        field: String,
    },
    /// A template could not be written or read.
    #[error("{path}: {source}", path = .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl LetterError {
    /// The sentence for the user: what, where, what to do.
    pub(crate) fn message(&self, lang: Lang) -> String {
        match self {
            Self::NoTemplate(name) => text!(lang, "publish.letters.no_template", name),
            Self::NoDocument { path, .. } => {
                text!(lang, "publish.letters.no_document", path = path.display())
            }
            Self::UnknownField { path, field } => {
                text!(lang, "publish.letters.unknown_field", path = path.display(), field)
            }
            Self::Io { path, source } if disk::is_held(source) => {
                text!(lang, "common.error.held", path = path.display())
            }
            Self::Io { path, source } => text!(lang, "publish.letters.io", path = path.display(), source),
        }
    }
}

/// A template that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TemplateName {
    /// By what it is asked for: the name of the file without its ending.
    pub(crate) name: String,
    /// What it is called: the first heading of one that ships, the name of the file of any other.
    pub(crate) title: String,
}

/// All templates of an output folder: the shipped ones, and those of the office.
pub(crate) fn templates(out: &Path) -> Vec<TemplateName> {
    let shipped = SHIPPED.iter().map(|(name, text)| ((*name).to_owned(), markup::title(text)));
    let mut all: BTreeMap<String, String> = shipped.collect();
    for entry in fs::read_dir(out.join(FOLDER)).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_docx = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("docx"));
        // `~$…` is the lock of a word processor.
        let name = path.file_stem().and_then(|stem| stem.to_str()).filter(|name| !name.starts_with("~$"));
        if let Some(name) = name.filter(|_| is_docx) {
            all.entry(name.to_owned()).or_insert_with(|| name.to_owned());
        }
    }
    all.into_iter().map(|(name, title)| TemplateName { name, title }).collect()
}

/// The document that lines of markup make, as the shipped templates are written.
pub(crate) fn of_markup(text: &str) -> Result<Vec<u8>, String> {
    package::new(&markup::document(text))
}

/// Makes the letters of a template, one document for all of them.
///
/// # Errors
/// [`LetterError`] where there is no such template, it is no DOCX, or it names a field that there is not.
pub(crate) fn make(out: &Path, name: &str, letters: &[Values]) -> Result<Vec<u8>, LetterError> {
    let path = out.join(FOLDER).join(format!("{name}.docx"));
    let known = templates(out).into_iter().any(|template| template.name == name);
    if !known {
        return Err(LetterError::NoTemplate(name.to_owned()));
    }
    let shipped = SHIPPED.iter().find(|(shipped, _)| *shipped == name);
    let template = match (fs::read(&path), shipped) {
        (Ok(own), _) => own,
        (Err(error), Some((_, text))) if error.kind() == std::io::ErrorKind::NotFound => {
            package::new(&markup::document(text))
                .map_err(|why| LetterError::NoDocument { path: path.clone(), why })?
        }
        (Err(source), _) => return Err(LetterError::Io { path, source }),
    };
    let no_document = |why: String| LetterError::NoDocument { path: path.clone(), why };
    let document = package::document(&template).map_err(no_document)?;
    let filled = fill::fill(&document, letters).map_err(|error| match error {
        fill::Error::UnknownField(field) => LetterError::UnknownField { path: path.clone(), field },
        fill::Error::Xml(why) => no_document(why),
    })?;
    package::replaced(&template, &filled).map_err(no_document)
}

/// Writes the shipped templates where an office can change them; those that stand there are left as they are. Gives the
/// files written.
///
/// # Errors
/// [`LetterError::Io`] where the folder or a file cannot be written.
pub(crate) fn write_shipped(out: &Path) -> Result<Vec<PathBuf>, LetterError> {
    let folder = out.join(FOLDER);
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| LetterError::Io { path, source }
    };
    if !folder.is_dir() {
        disk::make_folder(&folder).map_err(io(&folder))?;
    }
    let mut written = Vec::new();
    for (name, text) in SHIPPED {
        let path = folder.join(format!("{name}.docx"));
        if path.exists() {
            continue;
        }
        let bytes = package::new(&markup::document(text));
        let bytes = bytes.map_err(|why| LetterError::NoDocument { path: path.clone(), why })?;
        disk::replace_file(&path, &bytes, disk::FILE_MODE).map_err(io(&path))?;
        written.push(path);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(name: &str) -> Values {
        let mut values: Values = FIELDS.iter().map(|field| (*field, format!("<{field}>"))).collect();
        values.insert("ho_ten", name.to_owned());
        values
    }

    /// The texts of a document, one a line.
    fn texts(docx: &[u8]) -> Vec<String> {
        fill::texts(&package::document(docx).unwrap()).unwrap()
    }

    #[test]
    fn every_shipped_template_is_filled_for_each_finding() {
        let out = tempfile::tempdir().unwrap();
        let letters = [values("Nguyễn Thị \"Hoa\" & <Lan>"), values("H'Hen Niê")];
        for template in templates(out.path()) {
            let docx = make(out.path(), &template.name, &letters).unwrap();
            let texts = texts(&docx).join("\n");
            for name in ["Nguyễn Thị \"Hoa\" & <Lan>", "H'Hen Niê"] {
                assert!(texts.contains(name), "{}: {texts}", template.name);
            }
            assert!(!texts.contains('{'), "{}: {texts}", template.name);
            assert!(!template.title.is_empty() && template.title != template.name, "{template:?}");
        }
    }

    #[test]
    fn an_office_changes_a_template_and_adds_its_own() {
        let out = tempfile::tempdir().unwrap();
        assert_eq!(write_shipped(out.path()).unwrap().len(), SHIPPED.len());
        assert_eq!(write_shipped(out.path()).unwrap(), [] as [PathBuf; 0]);
        let folder = out.path().join(FOLDER);
        let own = package::new(&markup::document("# Thư riêng\nKính gửi {ho_ten}, hẹn {ngay}.\n")).unwrap();
        fs::write(folder.join("moi-khai-tu.docx"), &own).unwrap();
        fs::write(folder.join("thu-rieng.docx"), &own).unwrap();
        fs::write(folder.join("~$thu-rieng.docx"), "x").unwrap();
        assert_eq!(templates(out.path()).len(), SHIPPED.len() + 1);
        for name in ["moi-khai-tu", "thu-rieng"] {
            let docx = make(out.path(), name, &[values("An")]).unwrap();
            assert_eq!(texts(&docx), ["Thư riêng", "Kính gửi An, hẹn <ngay>."]);
        }
    }

    #[test]
    fn a_template_that_cannot_be_used_is_told_with_the_file() {
        let out = tempfile::tempdir().unwrap();
        let folder = out.path().join(FOLDER);
        fs::create_dir(&folder).unwrap();
        let wrong = package::new(&markup::document("# T\n{ho_tne}\n")).unwrap();
        fs::write(folder.join("sai.docx"), wrong).unwrap();
        fs::write(folder.join("hong.docx"), "no zip").unwrap();
        let told = |name: &str| make(out.path(), name, &[values("An")]).unwrap_err().message(Lang::Vi);
        assert!(told("sai").contains("sai.docx") && told("sai").contains("ho_tne"), "{}", told("sai"));
        assert!(told("hong").contains("hong.docx"), "{}", told("hong"));
        assert!(told("../../etc/passwd").contains("../../etc/passwd"));
    }

    #[test]
    fn the_manual_names_every_field() {
        let manual = include_str!("../../../docs/mau-van-ban.md");
        for field in FIELDS {
            assert!(manual.contains(&format!("`{{{field}}}`")), "{field}");
        }
    }
}
