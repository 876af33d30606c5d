//! What is wrong with a configuration: each fault with file, line and key, and what to do.

use std::path::PathBuf;

use super::origin::{Key, Origin};
use crate::domain::Lang;
use crate::ingest::IngestError;
use crate::pipeline::RunError;

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
    /// What is wrong, in both languages: the rest of a sentence that begins with the key.
    Other {
        /// In Vietnamese.
        vi: String,
        /// In English.
        en: String,
    },
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
            Self::Text => lang.pick("chữ trong ngoặc kép", "a text in quotes"),
            Self::Integer => lang.pick("số nguyên", "a whole number"),
            Self::Number => lang.pick("số", "a number"),
            Self::Boolean => lang.pick("true hoặc false", "true or false"),
            Self::List => lang.pick("danh sách trong ngoặc vuông", "a list in brackets"),
            Self::Table => lang.pick("một mục [...]", "a section [...]"),
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

    pub(super) fn other(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Other { vi: vi.into(), en: en.into() }
    }

    fn message(&self, lang: Lang) -> String {
        let meant = |nearest: &Option<String>| match nearest {
            Some(name) => lang.pick(format!("; có phải là {name}?"), format!("; did you mean {name}?")),
            None => ".".to_owned(),
        };
        match self {
            Self::UnknownKey { nearest } => {
                format!("{}{}", lang.pick("không có khoá này", "there is no such key"), meant(nearest))
            }
            Self::WrongType(wanted) => {
                let wanted: Vec<&str> = wanted.iter().map(|wanted| wanted.shown(lang)).collect();
                let wanted = wanted.join(lang.pick(" hoặc ", " or "));
                lang.pick(format!("giá trị phải là {wanted}."), format!("the value must be {wanted}."))
            }
            Self::OutOfRange { min: Some(min), max: Some(max) } => lang.pick(
                format!("giá trị phải từ {min} đến {max}."),
                format!("the value must be from {min} to {max}."),
            ),
            Self::OutOfRange { min: Some(min), .. } => lang
                .pick(format!("giá trị phải từ {min} trở lên."), format!("the value must be {min} or more.")),
            Self::OutOfRange { max, .. } => {
                let max = max.map_or_else(|| "…".to_owned(), |max| max.to_string());
                lang.pick(
                    format!("giá trị nhiều nhất là {max}."),
                    format!("the value must be at most {max}."),
                )
            }
            Self::NotOneOf { known, nearest } => {
                let known = known.join(", ");
                let known = lang.pick(
                    format!("giá trị phải là một trong: {known}"),
                    format!("the value must be one of: {known}"),
                );
                format!("{known}{}", meant(nearest))
            }
            Self::Other { vi, en } => lang.pick(vi, en).clone(),
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
            Self::NotFound { file } => lang.pick(
                format!("Không tìm thấy tệp cấu hình {}; hãy kiểm tra đường dẫn, hoặc tạo bằng lamsach init.", file.display()),
                format!("There is no configuration file {}; check the path, or make one with lamsach init.", file.display()),
            ),
            Self::Unreadable { file, detail } => lang.pick(
                format!("Không đọc được tệp cấu hình {} ({detail}); hãy kiểm tra quyền đọc và bảng mã (UTF-8).", file.display()),
                format!("The configuration file {} cannot be read ({detail}); check permissions and encoding (UTF-8).", file.display()),
            ),
            Self::Syntax { file, line, detail } => lang.pick(
                format!("{}:{line}: không đúng cú pháp TOML ({detail}); hãy sửa dòng này.", file.display()),
                format!("{}:{line}: no valid TOML ({detail}); mend this line.", file.display()),
            ),
            Self::Wrong(problems) => {
                problems.iter().map(|problem| problem.message(lang)).collect::<Vec<_>>().join("\n")
            }
            Self::NoMatch { at, key, pattern } => lang.pick(
                format!("{}: {key}: không có tệp nào khớp \"{pattern}\"; hãy kiểm tra tên tệp hoặc thư mục.", at.shown(lang)),
                format!("{}: {key}: no file matches \"{pattern}\"; check the name of the file or the folder.", at.shown(lang)),
            ),
            Self::NoOutput => lang.pick(
                "Chưa biết ghi kết quả vào đâu; hãy chỉ rõ bằng --out THƯ_MỤC, hoặc output.folder trong lamsach.toml.",
                "Where the results go is not said; name the folder with --out FOLDER, or output.folder in lamsach.toml.",
            ).to_owned(),
            Self::NoInputs => lang.pick(
                "Chưa biết đọc dữ liệu nào: ở đây không có lamsach.toml; hãy chỉ rõ thư mục dữ liệu, hoặc tạo cấu hình bằng lamsach init.",
                "What to read is not said: there is no lamsach.toml here; name the folder with the data, or make a configuration with lamsach init.",
            ).to_owned(),
            Self::NoDay { option, text } => lang.pick(
                format!("{option} \"{text}\" không phải là ngày; hãy viết dd/mm/yyyy, ví dụ 30/06/2026."),
                format!("{option} \"{text}\" is no date; write dd/mm/yyyy, for example 30/06/2026."),
            ),
            Self::NotUtf8(path) => lang.pick(
                format!("Tên \"{}\" không phải UTF-8; hãy đổi tên tệp hoặc thư mục này.", path.display()),
                format!("The name \"{}\" is no UTF-8; rename this file or folder.", path.display()),
            ),
            Self::Ingest(error) => error.message(lang),
            Self::Run(error) => error.message(lang),
            Self::Defaults(detail) => {
                lang.pick(format!("Lỗi nội bộ: {detail}."), format!("Internal error: {detail}."))
            }
        }
    }
}
