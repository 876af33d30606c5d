//! Findings given to officers and hamlet heads, and taken back.

use std::fmt;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior};

use crate::findings::FindingId;
use crate::store::runs::moment;
use crate::store::{Store, StoreError};

/// Whom a finding is given to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assignee {
    /// An officer, by the account's name.
    Account(String),
    /// The head of a hamlet, who has no account: by name.
    HamletHead(String),
}

impl Assignee {
    /// The assignee of a word that [`fmt::Display`] wrote.
    pub fn parse(word: &str) -> Option<Self> {
        let (kind, name) = word.split_once(':')?;
        let name = Some(name.trim()).filter(|name| !name.is_empty())?.to_owned();
        match kind {
            "account" => Some(Self::Account(name)),
            "head" => Some(Self::HamletHead(name)),
            _ => None,
        }
    }

    /// The name alone.
    pub fn name(&self) -> &str {
        match self {
            Self::Account(name) | Self::HamletHead(name) => name,
        }
    }
}

impl fmt::Display for Assignee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(name) => write!(f, "account:{name}"),
            Self::HamletHead(name) => write!(f, "head:{name}"),
        }
    }
}

/// A finding that was given to somebody, or taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Whom it was given to; `None` where it was taken back from everybody.
    pub assignee: Option<Assignee>,
    /// Who gave it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The number of what was given at once.
    pub together: i64,
}

/// Whom findings are given to by now, up to a line of the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    /// The newest line that was read.
    pub mark: i64,
    /// The findings that lines since the last mark are about.
    pub findings: Vec<(FindingId, Option<Assignee>)>,
}

impl Store {
    /// Gives findings to somebody, or takes them from everybody, in one transaction under one number; those that are the
    /// assignee's already are passed over. `None` where all were.
    ///
    /// # Errors
    /// [`StoreError::UnknownFinding`] where the store has no such finding, another [`StoreError`] where it cannot be
    /// written. Nothing is given then.
    pub fn assign(
        &mut self,
        findings: &[FindingId],
        assignee: Option<&Assignee>,
        by: &str,
        at: Timestamp,
    ) -> Result<Option<i64>, StoreError> {
        let path = self.path.clone();
        let fail = StoreError::of(&path);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&fail)?;
        let mut together = None;
        for finding in findings {
            let known = tx
                .prepare_cached("SELECT 1 FROM findings WHERE id = ?1")
                .and_then(|mut known| known.exists([finding.to_integer()]));
            if !known.map_err(&fail)? {
                return Err(StoreError::UnknownFinding(*finding));
            }
            let now = last(&tx, *finding, i64::MAX).map_err(&fail)?;
            if now.as_ref() != assignee {
                insert(&tx, *finding, assignee, (by, at), &mut together).map_err(&fail)?;
            }
        }
        tx.commit().map_err(&fail)?;
        Ok(together)
    }

    /// Takes back what was given at once: each finding is whose it was before, but for those that were given on since.
    /// The findings that it was done for.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be written; then nothing is taken back.
    pub fn unassign(&mut self, together: i64, by: &str, at: Timestamp) -> Result<Vec<FindingId>, StoreError> {
        let path = self.path.clone();
        let fail = StoreError::of(&path);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&fail)?;
        let given = standing(&tx, together).map_err(&fail)?;
        let mut undone = None;
        for (line, finding) in &given {
            let before = last(&tx, *finding, *line).map_err(&fail)?;
            insert(&tx, *finding, before.as_ref(), (by, at), &mut undone).map_err(&fail)?;
        }
        tx.commit().map_err(&fail)?;
        Ok(given.into_iter().map(|(_, finding)| finding).collect())
    }

    /// Who gave what was given at once, and the findings of it that nobody has given on since.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub fn assigned_together(&self, together: i64) -> Result<Option<(String, Vec<FindingId>)>, StoreError> {
        let read = || -> rusqlite::Result<Option<(String, Vec<FindingId>)>> {
            let by = self
                .db
                .prepare_cached("SELECT who FROM assignments WHERE id = ?1 AND together = ?1")?
                .query_row([together], |row| row.get(0))
                .optional()?;
            let given = standing(&self.db, together)?;
            Ok(by.map(|by| (by, given.into_iter().map(|(_, finding)| finding).collect())))
        };
        read().map_err(self.failed())
    }

    /// Whom a finding is given to.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub fn assignee(&self, finding: FindingId) -> Result<Option<Assignee>, StoreError> {
        last(&self.db, finding, i64::MAX).map_err(self.failed())
    }

    /// To whom a finding was given, when and by whom, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub fn assignments_on(&self, finding: FindingId) -> Result<Vec<Assignment>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Assignment>> {
            let mut lines = self.db.prepare_cached(
                "SELECT assignee, who, at, together FROM assignments WHERE finding = ?1 ORDER BY id",
            )?;
            let line = |row: &Row<'_>| {
                let word: Option<String> = row.get(0)?;
                Ok(Assignment {
                    assignee: word.as_deref().and_then(Assignee::parse),
                    by: row.get(1)?,
                    at: moment(row.get(2)?),
                    together: row.get::<_, Option<i64>>(3)?.unwrap_or(0),
                })
            };
            lines.query_map([finding.to_integer()], line)?.collect()
        };
        read().map_err(self.failed())
    }

    /// What was given or taken back since a mark.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub fn assigned_since(&self, mark: i64) -> Result<Assigned, StoreError> {
        let read = || -> rusqlite::Result<Assigned> {
            let newest: i64 =
                self.db.query_row("SELECT coalesce(max(id), 0) FROM assignments", [], |row| row.get(0))?;
            if newest <= mark {
                return Ok(Assigned { mark, findings: Vec::new() });
            }
            let mut lines = self.db.prepare_cached(
                "SELECT finding, assignee FROM assignments a WHERE id > ?1
                   AND id = (SELECT max(id) FROM assignments b WHERE b.finding = a.finding) ORDER BY id",
            )?;
            let mut lines = lines.query([mark])?;
            let mut findings = Vec::new();
            while let Some(line) = lines.next()? {
                let word: Option<String> = line.get(1)?;
                let finding = FindingId::from_integer(line.get(0)?);
                findings.extend(finding.map(|finding| (finding, word.as_deref().and_then(Assignee::parse))));
            }
            Ok(Assigned { mark: newest, findings })
        };
        read().map_err(self.failed())
    }
}

/// Whose a finding is by the lines before a number.
fn last(db: &Connection, finding: FindingId, before: i64) -> rusqlite::Result<Option<Assignee>> {
    let word: Option<Option<String>> = db
        .prepare_cached(
            "SELECT assignee FROM assignments WHERE finding = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1",
        )?
        .query_row((finding.to_integer(), before), |row| row.get(0))
        .optional()?;
    Ok(word.flatten().as_deref().and_then(Assignee::parse))
}

/// The lines of what was given at once after which no other is about their finding.
fn standing(db: &Connection, together: i64) -> rusqlite::Result<Vec<(i64, FindingId)>> {
    let mut lines = db.prepare_cached(
        "SELECT id, finding FROM assignments a WHERE together = ?1
           AND id = (SELECT max(id) FROM assignments b WHERE b.finding = a.finding) ORDER BY id",
    )?;
    let mut lines = lines.query([together])?;
    let mut found = Vec::new();
    while let Some(line) = lines.next()? {
        let id = line.get(0)?;
        found.extend(FindingId::from_integer(line.get(1)?).map(|finding| (id, finding)));
    }
    Ok(found)
}

/// Writes a line. `together` is the number of the first of those given at once, once there is one.
fn insert(
    db: &Connection,
    finding: FindingId,
    assignee: Option<&Assignee>,
    (by, at): (&str, Timestamp),
    together: &mut Option<i64>,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO assignments (finding, assignee, who, at, together) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((
        finding.to_integer(),
        assignee.map(ToString::to_string),
        by,
        at.as_second(),
        *together,
    ))?;
    if together.is_none() {
        let first = db.last_insert_rowid();
        db.prepare_cached("UPDATE assignments SET together = id WHERE id = ?1")?.execute([first])?;
        *together = Some(first);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::work::tests::known;
    use crate::store::{Told, mentions_number};

    const NUMBER: &str = "079160000001";

    fn at() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    #[test]
    fn a_finding_is_whose_it_was_given_to_last() {
        let (_dir, mut store, [one, two]) = known();
        let (an, head) = (Assignee::Account("an".into()), Assignee::HamletHead("Ông Tư".into()));
        assert_eq!(store.assignee(one).unwrap(), None);
        let first = store.assign(&[one, two], Some(&an), "admin", at()).unwrap().unwrap();
        let second = store.assign(&[one], Some(&head), "an", at()).unwrap().unwrap();
        assert_eq!(store.assign(&[one], Some(&head), "an", at()).unwrap(), None, "it is the head's already");
        assert_eq!(store.assignee(one).unwrap(), Some(head.clone()));
        assert_eq!(store.assigned_together(first).unwrap(), Some(("admin".to_owned(), vec![two])));

        // What was given on since stays where it is; the other goes back.
        assert_eq!(store.unassign(first, "admin", at()).unwrap(), [two]);
        assert_eq!((store.assignee(one).unwrap(), store.assignee(two).unwrap()), (Some(head), None));
        assert_eq!(store.unassign(second, "an", at()).unwrap(), [one]);
        assert_eq!(store.assignee(one).unwrap(), Some(an));
        assert!(store.unassign(second, "an", at()).unwrap().is_empty(), "it is taken back once");
        assert_eq!(store.assignments_on(one).unwrap().len(), 3);
    }

    #[test]
    fn the_page_reads_on_from_where_it_was() {
        let (_dir, mut store, [one, two]) = known();
        let an = Assignee::Account("an".into());
        store.assign(&[one, two], Some(&an), "admin", at()).unwrap();
        let read = store.assigned_since(0).unwrap();
        assert_eq!(read.findings, [(one, Some(an.clone())), (two, Some(an.clone()))]);
        assert!(store.assigned_since(read.mark).unwrap().findings.is_empty());
        store.assign(&[two], None, "admin", at()).unwrap();
        assert_eq!(store.assigned_since(read.mark).unwrap().findings, [(two, None)]);
        let unknown = FindingId::parse("DU-01-00000000000f").unwrap();
        let refused = store.assign(&[one, unknown], None, "admin", at());
        assert!(matches!(refused, Err(StoreError::UnknownFinding(_))));
        assert_eq!(store.assignee(one).unwrap(), Some(an), "nothing of a refused list is given");
    }

    #[test]
    fn an_assignee_is_read_as_written() {
        for assignee in [Assignee::Account("an".into()), Assignee::HamletHead("Bà Tư: xóm 3".into())] {
            assert_eq!(Assignee::parse(&assignee.to_string()), Some(assignee));
        }
        for nobody in ["", "an", "account:", "head: ", "unit:an"] {
            assert_eq!(Assignee::parse(nobody), None, "{nobody}");
        }
    }

    #[test]
    fn comments_stay_as_they_were_and_go_with_the_person() {
        let (_dir, mut store, [one, two]) = known();
        store.comment(one, "an", at(), "đã gọi điện\nkhông gặp").unwrap();
        store.comment(two, "an", at(), "xem thêm số 079160000001 của bà").unwrap();
        store.comment(two, "binh", at(), "hẹn thứ hai").unwrap();
        assert_eq!(store.comments_on(one).unwrap()[0].text, "đã gọi điện\nkhông gặp");
        assert!(store.db.execute("UPDATE comments SET note = 'x'", []).is_err());
        assert!(store.db.execute("UPDATE comments SET note = '', who = 'binh'", []).is_err());

        let gone = store
            .erase_person(&[one], &Told::new(vec![NUMBER], |text| mentions_number(text, NUMBER)), true)
            .unwrap();
        assert_eq!((gone.comments, gone.notes), (1, 1));
        assert_eq!(store.comments_on(one).unwrap().len(), 1, "a dry run erases nothing");
        store.assign(&[one], None, "an", at()).unwrap();
        let gone = store
            .erase_person(&[one], &Told::new(vec![NUMBER], |text| mentions_number(text, NUMBER)), false)
            .unwrap();
        assert_eq!((gone.comments, gone.notes), (1, 1));
        assert!(store.comments_on(one).unwrap().is_empty());
        let left: Vec<_> = store.comments_on(two).unwrap().into_iter().map(|said| said.text).collect();
        assert_eq!(left, ["", "hẹn thứ hai"]);
        assert!(store.assignments_on(one).unwrap().is_empty());
    }
}
