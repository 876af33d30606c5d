//! The work on findings beside deciding: who is to do it, what officers say of it, and the papers they attach.

mod assignments;
mod comments;
mod papers;

pub use assignments::{Assigned, Assignee, Assignment};
pub use comments::{Comment, LONGEST_COMMENT};
pub use papers::{LARGEST_PAPER, PAPERS_FOLDER, Paper, PaperKind, PapersCheck, check_papers, papers_of};

#[cfg(test)]
mod tests {
    use crate::findings::FindingId;
    use crate::store::Store;

    /// A store that knows two findings.
    pub(super) fn known() -> (tempfile::TempDir, Store, [FindingId; 2]) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let ids = ["SONG-01-000000000001", "DU-01-000000000002"].map(|id| FindingId::parse(id).unwrap());
        store.db.execute("INSERT INTO communes (code, name) VALUES ('00001', 'Xã An Phú')", []).unwrap();
        for id in ids {
            store
                .db
                .execute(
                    "INSERT INTO findings (id, severity, commune, unit, source, status, first_seen, due_on,
                         source_value, registry_value, proposed_value) VALUES (?1, 0, 1, 0, 0, 0, 1, 9, 0, 0, 0)",
                    [id.to_integer()],
                )
                .unwrap();
        }
        (dir, store, ids)
    }
}
