//! Why the store cannot be used, and what to do about it.

use std::path::{Path, PathBuf};

use super::Decision;
use crate::domain::Lang;
use crate::findings::CaseId;

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened or made.
    #[error("cannot open {}: {source}", .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no store, or is damaged.
    #[error("{} is damaged: {detail}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
        /// The newest backup beside it.
        backup: Option<PathBuf>,
    },
    /// There is no store, or an empty file in its place, although copies of it are there.
    #[error("{} is gone", .path.display())]
    Lost {
        /// The file.
        path: PathBuf,
        /// The newest backup beside it.
        backup: PathBuf,
    },
    /// A newer program made the store.
    #[error("{} has version {found}, this program knows {known}", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of the file.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// Another process writes to the store and does not come to an end.
    #[error("{} is locked", .path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The database reports a failure: no space, no permission, a defect of the program.
    #[error("{}: {source}", .path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: rusqlite::Error,
    },
    /// The store knows no such finding.
    #[error("no finding {0}")]
    UnknownFinding(CaseId),
    /// The store knows no such decision.
    #[error("no decision {0}")]
    UnknownDecision(i64),
    /// The decision has ended already.
    #[error("decision {0} has ended")]
    Ended(i64),
    /// Somebody decided in the meantime.
    #[error("decided in the meantime: {}", .0.id)]
    Outrun(Box<Decision>),
}

impl StoreError {
    /// Gives a failure of the database its meaning.
    pub(crate) fn of(path: &Path) -> impl Fn(rusqlite::Error) -> Self + '_ {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DatabaseLocked, NotADatabase};
        move |source| {
            let path = path.to_path_buf();
            match source.sqlite_error_code() {
                Some(DatabaseBusy | DatabaseLocked) => Self::Busy { path },
                Some(DatabaseCorrupt | NotADatabase) => Self::damaged(path, source.to_string()),
                _ => Self::Database { path, source },
            }
        }
    }

    /// A damaged store, with the backup to go back to.
    pub(crate) fn damaged(path: PathBuf, detail: String) -> Self {
        let backup = path.parent().and_then(super::backup::newest);
        Self::Damaged { path, detail, backup }
    }

    /// What is said to the user: what is wrong, where, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Open { path, source } => lang.pick(
                format!("Không mở được kho theo dõi {} ({source}); hãy kiểm tra quyền truy cập.", path.display()),
                format!("The store {} cannot be opened ({source}); check permissions.", path.display()),
            ),
            Self::Damaged { path, detail, backup } => damaged(path, detail, backup.as_deref(), lang),
            Self::Lost { path, backup } => lost(path, backup, lang),
            Self::Newer { path, found, known } => lang.pick(
                format!(
                    "Kho theo dõi {} do bản chương trình mới hơn tạo ra (phiên bản {found}, bản này biết đến {known}); \
                     hãy dùng bản mới.",
                    path.display()
                ),
                format!(
                    "The store {} was made by a newer program (version {found}, this one knows {known}); use that one.",
                    path.display()
                ),
            ),
            Self::Busy { path } => lang.pick(
                format!("Một chương trình khác đang ghi vào kho theo dõi {}; hãy đợi rồi thử lại.", path.display()),
                format!("Another program is writing to the store {}; wait and try again.", path.display()),
            ),
            Self::Database { path, source } => lang.pick(
                format!(
                    "Không đọc hoặc ghi được kho theo dõi {} ({source}); hãy kiểm tra quyền ghi và dung lượng đĩa.",
                    path.display()
                ),
                format!(
                    "The store {} cannot be read or written ({source}); check permissions and free space.",
                    path.display()
                ),
            ),
            Self::UnknownFinding(id) => lang.pick(
                format!("Không có trường hợp {id}; hãy xem cột finding_id của danh sách mới nhất."),
                format!("There is no finding {id}; see the column finding_id of the latest worklists."),
            ),
            Self::UnknownDecision(id) => lang.pick(
                format!("Không có quyết định số {id}; hãy xem lamsach decide list."),
                format!("There is no decision {id}; see lamsach decide list."),
            ),
            Self::Ended(id) => lang.pick(
                format!("Quyết định số {id} đã hết hiệu lực từ trước."),
                format!("Decision {id} has ended already."),
            ),
            Self::Outrun(other) => lang.pick(
                format!(
                    "{} vừa quyết định trường hợp này ({}, ngày {}); hãy xem lại rồi quyết định.",
                    other.by,
                    other.verdict.title(lang),
                    other.day
                ),
                format!(
                    "{} has just decided this case ({}, {}); look at it again before you decide.",
                    other.by,
                    other.verdict.title(lang),
                    other.day
                ),
            ),
        }
    }

    /// The exit code of the contract.
    pub fn code(&self) -> u8 {
        match self {
            Self::UnknownFinding(_) | Self::UnknownDecision(_) | Self::Ended(_) | Self::Outrun(_) => 2,
            Self::Busy { .. } => 5,
            Self::Open { .. }
            | Self::Damaged { .. }
            | Self::Lost { .. }
            | Self::Newer { .. }
            | Self::Database { .. } => 6,
        }
    }
}

fn lost(path: &Path, backup: &Path, lang: Lang) -> String {
    // A log of writes left behind would be played back into the copy.
    let beside = |ending: &str| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.with_file_name(format!("{name}{ending}"))
    };
    let left = ["-wal", "-shm"].map(beside).into_iter().filter(|file| file.exists());
    let left: Vec<String> = left.map(|file| file.display().to_string()).collect();
    let (path, backup, left) = (path.display(), backup.display(), left.join(", "));
    let aside = match left.as_str() {
        "" => String::new(),
        left => lang.pick(format!("chuyển {left} đi chỗ khác, "), format!("move {left} away, ")),
    };
    lang.pick(
        format!(
            "Kho theo dõi {path} không còn hoặc trống trong khi vẫn có bản sao lưu; hãy {aside}chép bản gần nhất {backup} \
             vào chỗ của nó rồi chạy lại (muốn bỏ mọi quyết định và nhật ký truy cập thì chuyển các tệp {prefix}*.db đi \
             chỗ khác).",
            prefix = super::BACKUP_PREFIX
        ),
        format!(
            "The store {path} is gone or empty while there are copies of it; {aside}put the newest backup {backup} in its \
             place and run again (to give up all decisions and the access log, move the files {prefix}*.db away).",
            prefix = super::BACKUP_PREFIX
        ),
    )
}

fn damaged(path: &Path, detail: &str, backup: Option<&Path>, lang: Lang) -> String {
    let path = path.display();
    let remedy = match backup {
        Some(backup) => lang.pick(
            format!("hãy giữ lại tệp hỏng, chép bản sao lưu gần nhất {} vào chỗ của nó rồi chạy lại", backup.display()),
            format!("keep the damaged file aside, put the newest backup {} in its place and run again", backup.display()),
        ),
        None => lang.pick(
            "không có bản sao lưu; hãy chuyển tệp hỏng đi chỗ khác rồi chạy lại, chương trình sẽ lập kho mới từ danh \
             sách gần nhất"
                .to_owned(),
            "there is no backup; move the damaged file away and run again: a new store is begun from the latest \
             worklists"
                .to_owned(),
        ),
    };
    lang.pick(
        format!("Kho theo dõi {path} bị hỏng ({detail}); {remedy}."),
        format!("The store {path} is damaged ({detail}); {remedy}."),
    )
}
