//! Why what an officer handed back could not be taken.

use std::path::PathBuf;

use crate::domain::{Day, Lang};
use crate::findings::FindingId;
use crate::store::{StoreError, Verdict, field_title};

/// A line of a workbook that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The file.
    pub file: PathBuf,
    /// The sheet.
    pub sheet: String,
    /// The row, as a spreadsheet shows it.
    pub row: u32,
    /// What was written.
    pub word: String,
    /// The finding, where the line names one.
    pub finding: Option<FindingId>,
    /// Why: a sentence without its full stop, in both languages.
    pub why: (String, String),
}

/// Why a workbook cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// There is no such file.
    NotFound,
    /// It may not be read.
    Denied,
    /// It asks for a password.
    Password,
    /// It is no workbook, or a damaged one.
    NoWorkbook,
    /// The system failed, by its own words.
    System(String),
}

impl Unopened {
    /// What a failure of the system means.
    pub(super) fn of(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::NotFound,
            std::io::ErrorKind::PermissionDenied => Self::Denied,
            _ => Self::System(error.to_string()),
        }
    }

    fn message(&self, file: &std::path::Path, lang: Lang) -> String {
        let file = file.display();
        match self {
            Self::NotFound => lang.pick(
                format!("Không có tệp {file}; hãy kiểm tra đường dẫn."),
                format!("There is no file {file}; check the path."),
            ),
            Self::Denied => lang.pick(
                format!("Không được phép đọc {file}; hãy kiểm tra quyền đọc của tệp."),
                format!("{file} may not be read; check its permissions."),
            ),
            Self::Password => lang.pick(
                format!("{file} có đặt mật khẩu; hãy mở bằng Excel, bỏ mật khẩu rồi lưu lại."),
                format!("{file} asks for a password; open it, take the password off and save it again."),
            ),
            Self::NoWorkbook => lang.pick(
                format!("{file} không phải sổ tính (xlsx, xls, ods) hoặc đã hỏng; hãy mở và lưu lại bằng Excel hay LibreOffice."),
                format!("{file} is no workbook (xlsx, xls, ods) or is damaged; open it in a spreadsheet program and save it again."),
            ),
            Self::System(detail) => lang.pick(
                format!("Không đọc được {file} ({detail}); hãy kiểm tra ổ đĩa và tệp."),
                format!("{file} cannot be read ({detail}); check the disk and the file."),
            ),
        }
    }
}

/// Why a decision could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum ReturnError {
    /// The output folder holds no run.
    #[error("no run in {}", .0.display())]
    NoRun(PathBuf),
    /// A file of the last run could not be read.
    #[error("cannot read {}: {detail}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The file is no workbook of this program's.
    #[error("{} is no workbook of lamsach", .0.display())]
    NotOurs(PathBuf),
    /// A workbook cannot be opened.
    #[error("cannot open {}: {why:?}", .file.display())]
    Unopened {
        /// The file.
        file: PathBuf,
        /// Why.
        why: Unopened,
    },
    /// A sheet is filled in, and lacks a column without which its answers cannot be taken.
    #[error("{}: no column {}", .file.display(), .column.1)]
    NoColumn {
        /// The file.
        file: PathBuf,
        /// The sheet.
        sheet: String,
        /// The heading in both languages.
        column: (&'static str, &'static str),
    },
    /// The values that the officer saw are no longer those of the finding.
    #[error("{id} changed since it was shown: {fields:?}")]
    Changed {
        /// The finding.
        id: FindingId,
        /// The fields that differ, by canonical name.
        fields: Vec<&'static str>,
    },
    /// The last run has no such line.
    #[error("no line {0}")]
    NoLine(String),
    /// A row speaks of several persons, and it was not said which is meant.
    #[error("{line} has several roles")]
    WhichRole {
        /// The line as written.
        line: String,
        /// The roles that the row writes.
        roles: Vec<&'static str>,
    },
    /// Several files hold residents, and it was not said which is meant.
    #[error("several files of residents")]
    WhichFile(Vec<String>),
    /// It was not said which resident is meant, and the last run linked none.
    #[error("no resident for {0}")]
    WhichResident(String),
    /// What was said makes no sense of this finding.
    #[error("{verdict:?} makes no sense of {id}")]
    Senseless {
        /// The finding.
        id: FindingId,
        /// What was said.
        verdict: Verdict,
    },
    /// The day until which something is to be put off does not lie ahead.
    #[error("{0} is no day ahead")]
    DayGone(Day),
    /// A bare "not" on a line on which it may mean two things.
    #[error("not which: {0}")]
    NotWhich(FindingId),
    /// What was said is said of findings, not of lines.
    #[error("{0:?} is said of a finding")]
    OfFindings(Verdict),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReturnError {
    /// What is said to the user: what is wrong, where, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::NoRun(out) => lang.pick(
                format!("Thư mục {} chưa có lượt chạy nào; hãy chạy lamsach run trước.", out.display()),
                format!("The folder {} holds no run yet; run lamsach first.", out.display()),
            ),
            Self::Unreadable { file, detail } => lang.pick(
                format!("Không đọc được {} ({detail}); hãy kiểm tra tệp.", file.display()),
                format!("{} cannot be read ({detail}); check the file.", file.display()),
            ),
            Self::NotOurs(file) => lang.pick(
                format!(
                    "{} không phải sổ làm việc do lamsach lập: không thấy cột \"Mã trường hợp\" và \"Kết quả xử lý\".",
                    file.display()
                ),
                format!(
                    "{} is no workbook of lamsach: it has no columns \"Case number\" and \"Result\".",
                    file.display()
                ),
            ),
            Self::Unopened { file, why } => why.message(file, lang),
            Self::NoColumn { file, sheet, column: (vi, en) } => lang.pick(
                format!(
                    "{}, trang {sheet}: có kết quả xử lý nhưng thiếu cột \"{vi}\"; hãy chép kết quả sang sổ còn đủ cột.",
                    file.display()
                ),
                format!(
                    "{}, sheet {sheet}: there are results, but the column \"{en}\" is missing; copy the results into a \
                     workbook that has all columns.",
                    file.display()
                ),
            ),
            Self::Changed { id, fields } => {
                let fields: Vec<&str> = fields.iter().map(|field| field_title(field, lang)).collect();
                let fields = fields.join(", ");
                lang.pick(
                    format!(
                        "dữ liệu đã đổi từ khi sổ được in: {fields} của {id} nay khác; hãy xem lại trong sổ của lượt chạy \
                         mới nhất"
                    ),
                    format!(
                        "the data have changed since the workbook was made: {fields} of {id}; look at it again in the \
                         workbook of the latest run"
                    ),
                )
            }
            Self::NoLine(line) => lang.pick(
                format!("Lượt chạy cuối không có {line}; hãy xem lại tên tệp và số dòng như Excel hiện."),
                format!("The last run has no {line}; check file name and row as a spreadsheet shows it."),
            ),
            Self::WhichRole { line, roles } => lang.pick(
                format!("{line} nói về nhiều người; hãy viết {line}:VAI, với vai là {}.", roles.join(", ")),
                format!("{line} speaks of several persons; write {line}:ROLE, one of {}.", roles.join(", ")),
            ),
            Self::WhichFile(files) => lang.pick(
                format!("Có nhiều tệp dân cư; hãy viết --with TỆP:DÒNG ({}).", files.join(", ")),
                format!("There are several files of residents; write --with FILE:ROW ({}).", files.join(", ")),
            ),
            Self::WhichResident(line) => lang.pick(
                format!("{line} chưa được đối sánh với ai; hãy chỉ công dân bằng --with DÒNG."),
                format!("{line} is linked to nobody; name the resident with --with ROW."),
            ),
            Self::Senseless { id, verdict } => lang.pick(
                format!("Không thể ghi \"{}\" cho trường hợp {id}.", verdict.title(lang)),
                format!("\"{}\" makes no sense of finding {id}.", verdict.title(lang)),
            ),
            Self::DayGone(day) => lang.pick(
                format!("Ngày hoãn {day} phải sau hôm nay."),
                format!("The day {day} until which it is put off must lie ahead."),
            ),
            Self::NotWhich(id) => {
                let (person, value) = (Verdict::NotSame.title(lang), Verdict::FalseAlarm.title(lang));
                lang.pick(
                    format!("\"không phải\" của {id} có hai nghĩa; hãy ghi \"{person}\" hoặc \"{value}\""),
                    format!("\"not\" on {id} may mean two things; write \"{person}\" or \"{value}\""),
                )
            }
            Self::OfFindings(verdict) => lang.pick(
                format!("\"{}\" là quyết định về một trường hợp; hãy nêu mã trường hợp (finding_id).", verdict.title(lang)),
                format!("\"{}\" is said of a finding; give its number (finding_id).", verdict.title(lang)),
            ),
            Self::Store(error) => error.message(lang),
        }
    }

    /// The exit code of the contract.
    pub fn code(&self) -> u8 {
        match self {
            Self::Unreadable { .. }
            | Self::NotOurs(_)
            | Self::Unopened { .. }
            | Self::NoColumn { .. }
            | Self::Changed { .. } => 3,
            Self::Store(error) => error.code(),
            _ => 2,
        }
    }
}
