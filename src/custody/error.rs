//! Why personal data could not be handed over, erased or accounted for.

use std::io;
use std::path::{Path, PathBuf};

use crate::archive::ArchiveError;
use crate::domain::Lang;
use crate::store::StoreError;

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum CustodyError {
    /// The folder holds no run.
    #[error("no run in {}", .0.display())]
    NoRun(PathBuf),
    /// The last run has no such workbook.
    #[error("no workbook {0}")]
    NoWorkbook(String),
    /// Nobody is named who could open the file.
    #[error("no recipient for {0}")]
    NoRecipient(String),
    /// What is named is no public key of age.
    #[error("not a recipient: {at}")]
    BadRecipient {
        /// Where it stands: an option, or a line of a file.
        at: String,
    },
    /// The program was built without encryption.
    #[error("built without encryption")]
    NotBuilt,
    /// A number that is neither a personal nor an old ID.
    #[error("not an ID")]
    NotAnId,
    /// A file could not be read.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be written or removed.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The access log was changed by other means than this program.
    #[error("the access log is broken at line {0}")]
    BrokenLog(i64),
    /// The output folder is in use or cannot be written.
    #[error(transparent)]
    Folder(#[from] ArchiveError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CustodyError {
    pub(super) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |source| Self::Read { path: path.to_path_buf(), source }
    }

    pub(super) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |source| Self::Write { path: path.to_path_buf(), source }
    }

    /// The exit code of the contract.
    pub fn code(&self) -> u8 {
        match self {
            Self::NoRun(_)
            | Self::NoWorkbook(_)
            | Self::NoRecipient(_)
            | Self::BadRecipient { .. }
            | Self::NotBuilt
            | Self::NotAnId => 2,
            Self::Read { .. } | Self::BrokenLog(_) => 3,
            Self::Folder(ArchiveError::Locked(_)) => 5,
            Self::Write { .. } | Self::Folder(_) => 6,
            Self::Store(error) => error.code(),
        }
    }

    /// What is said to the user: what is wrong, where, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::NoRun(path) => lang.pick(
                format!("Chưa có lượt chạy nào trong {}; hãy chạy lamsach run --out trước.", path.display()),
                format!("There is no run in {}; use lamsach run --out first.", path.display()),
            ),
            Self::NoWorkbook(name) => lang.pick(
                format!("Lượt chạy cuối không có sổ làm việc {name}; hãy xem thư mục latest/worklists."),
                format!("The last run has no workbook {name}; see the folder latest/worklists."),
            ),
            Self::NoRecipient(name) => lang.pick(
                format!(
                    "Chưa có người nhận cho {name}; hãy nêu --recipient, --recipients-file, hoặc mục [recipients] của lamsach.toml."
                ),
                format!(
                    "There is no recipient for {name}; name one by --recipient, --recipients-file or [recipients] of lamsach.toml."
                ),
            ),
            Self::BadRecipient { at } => lang.pick(
                format!("{at}: không phải khoá công khai của age (age1…); hãy chép lại nguyên khoá."),
                format!("{at}: not a public key of age (age1…); copy the whole key."),
            ),
            Self::NotBuilt => lang.pick(
                "Bản chương trình này không có phần mã hoá; hãy dùng bản dựng bằng: cargo build --release --features encryption.".to_owned(),
                "This program was built without encryption; use one built by: cargo build --release --features encryption.".to_owned(),
            ),
            Self::NotAnId => lang.pick(
                "--person phải là số định danh 12 chữ số hoặc số CMND 9 chữ số.".to_owned(),
                "--person must be a personal ID of 12 digits or an old one of 9.".to_owned(),
            ),
            Self::Read { path, source } => lang.pick(
                format!("Không đọc được {} ({source}); hãy kiểm tra quyền truy cập.", path.display()),
                format!("{} cannot be read ({source}); check permissions.", path.display()),
            ),
            Self::Write { path, source } => lang.pick(
                format!("Không ghi hoặc xoá được {} ({source}); hãy kiểm tra quyền ghi và dung lượng đĩa.", path.display()),
                format!("{} cannot be written or removed ({source}); check permissions and free space.", path.display()),
            ),
            Self::BrokenLog(line) => lang.pick(
                format!(
                    "Nhật ký truy cập không còn nguyên vẹn từ dòng {line}: có người đã sửa, xoá hoặc thêm ngoài chương trình; \
                     hãy giữ nguyên kho theo dõi và báo người phụ trách an toàn thông tin."
                ),
                format!(
                    "The access log is not whole from line {line} on: somebody changed, removed or added lines by other means; \
                     keep the store as it is and tell whoever answers for security."
                ),
            ),
            Self::Folder(error) => folder_message(error, lang),
            Self::Store(error) => error.message(lang),
        }
    }
}

fn folder_message(error: &ArchiveError, lang: Lang) -> String {
    match error {
        ArchiveError::Locked(holder) => lang.pick(
            format!("Một lượt chạy đang giữ thư mục kết quả ({holder}); hãy đợi lượt đó xong."),
            format!("A run holds the output folder ({holder}); wait until it is done."),
        ),
        other => lang.pick(
            format!("Không dùng được thư mục kết quả ({other}); hãy kiểm tra quyền ghi và dung lượng đĩa."),
            format!("The output folder cannot be used ({other}); check permissions and free space."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_without_encryption_says_how_to_build_one_with_it() {
        assert_eq!(CustodyError::NotBuilt.code(), 2);
        for lang in [Lang::Vi, Lang::En] {
            assert!(CustodyError::NotBuilt.message(lang).contains("--features encryption"));
        }
    }
}
