//! Keeps statuses, answers and assignees in the index at what the store says, whoever decided: this page, the command line,
//! or an imported workbook.

use super::index::{Index, IndexError};
use crate::store::{AnswersMark, Store};

/// How far the index follows the store.
#[derive(Debug, Default)]
pub(crate) struct Synced {
    /// The newest event that was read.
    event: i64,
    /// The newest line of whom findings are given to that was read.
    given: i64,
    /// The answers on pairs that were read.
    answers: AnswersMark,
}

impl Synced {
    /// Reads what is new in the store into the index.
    pub(crate) fn follow(&mut self, store: &Store, index: &Index, run: &str) -> Result<(), IndexError> {
        let (event, moved) = store.moved_since(self.event, run)?;
        if event > self.event {
            index.begin()?;
            for (id, status) in moved {
                index.set_status(&id.to_string(), status.name())?;
            }
            index.commit()?;
            self.event = event;
        }
        let assigned = store.assigned_since(self.given)?;
        if assigned.mark > self.given {
            index.begin()?;
            for (id, assignee) in assigned.findings {
                index.set_assignee(&id.to_string(), assignee.as_ref())?;
            }
            index.commit()?;
            self.given = assigned.mark;
        }
        let answers = store.answers_mark()?;
        if answers != self.answers {
            index.begin()?;
            index.forget_answers()?;
            for answer in store.match_answers()? {
                let (record, resident) = (answer.record.0 as i64, answer.resident.0 as i64);
                index.set_verdict(record, resident, answer.same, &answer.by)?;
            }
            index.settle_answers(None)?;
            index.commit()?;
            self.answers = answers;
        }
        Ok(())
    }
}
