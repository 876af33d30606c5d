//! Decisions in the store: recorded, taken back, listed.

mod answers;
mod match_decisions;
pub(super) mod readings;
mod together;
mod verdict;

pub use answers::{AnswersMark, MatchAnswer};
pub use match_decisions::Bound;
pub use readings::{Awaited, DueCandidate, DueReading, NewReading, Offered, RESIDENT_GONE, WithdrawnReading};
pub use together::DecisionFilter;
pub use verdict::{
    Channel, Decision, DecisionState, Event, NewDecision, Pair, Recorded, Side, Subject, Verdict,
};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, named_params};

use super::runs::moment;
use super::{FindingStatus, Key, RunRecord, Store, StoreError, Terms, Values};
use crate::domain::{Day, Kind, Severity};
use crate::findings::FindingId;

/// The finding as the store has it.
#[derive(Copy, Clone, Debug)]
struct Standing {
    status: FindingStatus,
    values: [u32; 3],
}

impl Store {
    /// Records a decision, and what becomes of the finding, in one transaction. A decision that the officer
    /// made before on the same subject is replaced; one that says the same of the same values stays.
    ///
    /// # Errors
    /// Those of [`Self::decide_pair`].
    pub fn decide(&mut self, new: &NewDecision) -> Result<Recorded, StoreError> {
        self.decide_all(std::slice::from_ref(new)).map(|recorded| recorded[0])
    }

    /// Records decisions in one transaction: all or none.
    ///
    /// # Errors
    /// Those of [`Self::decide_pair`].
    pub fn decide_all(&mut self, new: &[NewDecision]) -> Result<Vec<Recorded>, StoreError> {
        self.decide_pair(new, None)
    }

    /// Records the decisions on a role of a row, and that it is to be read a second time, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::UnknownFinding`] where the store has no such finding, [`StoreError::Outrun`] where somebody
    /// decided since the officer looked, another [`StoreError`] where the store cannot be written. Nothing is recorded
    /// then.
    pub fn decide_pair(
        &mut self,
        new: &[NewDecision],
        reading: Option<&NewReading>,
    ) -> Result<Vec<Recorded>, StoreError> {
        let path = self.path.clone();
        let fail = StoreError::of(&path);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&fail)?;
        let mut recorded = Vec::with_capacity(new.len());
        for decision in new {
            recorded.push(record(&tx, decision, &fail)?);
        }
        if let Some(reading) = reading {
            super::decisions::readings::add(&tx, reading).map_err(&fail)?;
        }
        tx.commit().map_err(&fail)?;
        Ok(recorded)
    }

    /// Takes a decision back.
    ///
    /// # Errors
    /// [`StoreError::UnknownDecision`] where there is none of that number, [`StoreError::Ended`] where it holds no
    /// longer, another [`StoreError`] where the store cannot be written.
    pub fn withdraw(&mut self, id: i64, by: &str, at: Timestamp, day: Day) -> Result<Decision, StoreError> {
        let path = self.path.clone();
        let fail = StoreError::of(&path);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&fail)?;
        let decision = find(&tx, id).map_err(&fail)?.ok_or(StoreError::UnknownDecision(id))?;
        if decision.state != DecisionState::Active {
            return Err(StoreError::Ended(id));
        }
        take_back(&tx, &decision, by, at, day).map_err(&fail)?;
        tx.commit().map_err(&fail)?;
        Ok(decision)
    }

    /// The decisions, oldest first: those in force, or all that were ever made.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn decisions(&self, all: bool) -> Result<Vec<Decision>, StoreError> {
        select(&self.db, "WHERE ?1 OR state = 'active' ORDER BY id", [all]).map_err(self.failed())
    }

    /// All decisions ever made that bear on a finding, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn decisions_on(&self, finding: FindingId) -> Result<Vec<Decision>, StoreError> {
        select(&self.db, "WHERE finding = ?1 ORDER BY id", [finding.to_integer()]).map_err(self.failed())
    }

    /// All decisions ever made on a role of a row, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn decisions_on_record(&self, record: Key) -> Result<Vec<Decision>, StoreError> {
        select(&self.db, "WHERE record_key = ?1 ORDER BY id", [record.0 as i64]).map_err(self.failed())
    }

    /// Whether the store knows a finding.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn knows(&self, finding: FindingId) -> Result<bool, StoreError> {
        standing(&self.db, finding).map(|standing| standing.is_some()).map_err(self.failed())
    }

    /// Digests of the three values of a finding, as the last run that raised it left them; `None` for one that the
    /// store never heard of. A decision made now rests on these.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn finding_values(&self, finding: FindingId) -> Result<Option<[u32; 3]>, StoreError> {
        standing(&self.db, finding).map(|standing| standing.map(|s| s.values)).map_err(self.failed())
    }

    /// By when each finding that stands is to be done.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn due_days(&self) -> Result<Vec<(FindingId, Day)>, StoreError> {
        let read = || {
            let mut due = self.db.prepare("SELECT id, due_on FROM findings WHERE status <> ?1")?;
            let due = due.query_map([FindingStatus::Resolved.stored()], |row| {
                Ok((row.get::<_, i64>(0)?, Day(row.get(1)?)))
            })?;
            due.collect::<rusqlite::Result<Vec<_>>>()
        };
        let due = read().map_err(self.failed())?;
        Ok(due.into_iter().filter_map(|(id, day)| Some((FindingId::from_integer(id)?, day))).collect())
    }

    /// Whether officers decided or took back anything since a run, the day of something put off has come, a
    /// correction should have been seen by now, or findings are due by other terms: a run now would say other
    /// than that one.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn is_news_since(&self, run: &RunRecord, day: Day, terms: &Terms) -> Result<bool, StoreError> {
        let [high, medium, low] = Severity::ALL.map(|severity| terms.overdue.of(severity));
        self.db
            .prepare(include_str!("../sql/news_since.sql"))
            .and_then(|mut news| {
                news.exists(named_params! {
                    ":started_at": run.started_at.as_second(),
                    ":run": run.name,
                    ":day": day.0,
                    ":grace": terms.grace,
                    ":high": high,
                    ":medium": medium,
                    ":low": low,
                    ":never": Day::NEVER.0,
                })
            })
            .map_err(self.failed())
    }

    /// What became of a finding so far, oldest first; empty for one that nobody touched.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn events(&self, finding: FindingId) -> Result<Vec<Event>, StoreError> {
        let read = || {
            let mut events = self.db.prepare_cached(
                "SELECT e.at, r.name, e.who, e.from_status, e.to_status, e.decision, e.note
                 FROM events e LEFT JOIN runs r ON r.id = e.run WHERE e.finding = ?1 ORDER BY e.id",
            )?;
            let events = events.query_map([finding.to_integer()], |row| {
                Ok(Event {
                    at: moment(row.get(0)?),
                    run: row.get(1)?,
                    who: row.get(2)?,
                    from: FindingStatus::from_stored(row.get(3)?),
                    to: FindingStatus::from_stored(row.get(4)?),
                    decision: row.get(5)?,
                    note: row.get(6)?,
                })
            })?;
            events.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(self.failed())
    }
}

fn record(
    db: &Connection,
    new: &NewDecision,
    fail: &impl Fn(rusqlite::Error) -> StoreError,
) -> Result<Recorded, StoreError> {
    let finding = match new.subject.finding() {
        None => None,
        Some(id) => match standing(db, id).map_err(fail)? {
            Some(standing) => Some((id, standing)),
            // A pair may be decided on a line that is no longer known; a finding must be there.
            None if new.subject.pair().is_some() => None,
            None => return Err(StoreError::UnknownFinding(id)),
        },
    };
    let values = finding.filter(|_| new.subject.pair().is_none()).map(|(_, standing)| standing.values);
    let others = on_subject(db, &new.subject).map_err(fail)?;
    if let Some(last) = others.last()
        && new.seen.is_some_and(|seen| last.id > seen)
    {
        return Err(StoreError::Outrun(Box::new(last.clone())));
    }
    let own = others.iter().filter(|d| d.by == new.by && d.state == DecisionState::Active);
    let known = own.clone().find(|d| {
        d.verdict == new.verdict && d.until == new.until && d.finding_values == values && rests_alike(d, new)
    });
    if let Some(known) = known {
        return Ok(Recorded::Known(known.id));
    }
    let write = || -> rusqlite::Result<i64> {
        for replaced in own.clone() {
            end(db, replaced.id, DecisionState::Withdrawn, &new.by, new.at, &[])?;
        }
        let id = insert(db, new, values)?;
        if let Some((finding, standing)) = finding {
            let status = match new.verdict {
                // That the link is right leaves the finding as it was: its values still differ.
                Verdict::SamePerson => standing.status,
                verdict => verdict.status(),
            };
            let mover = Mover { who: &new.by, at: new.at, day: new.day, decision: id };
            move_to(db, finding, standing.status, status, mover)?;
        }
        Ok(id)
    };
    write().map(Recorded::Made).map_err(fail)
}

/// Whether a decision rests on the same values as a new one does.
fn rests_alike(old: &Decision, new: &NewDecision) -> bool {
    match (old.subject.pair(), new.subject.pair()) {
        (Some(a), Some(b)) => a.record.values == b.record.values && a.resident.values == b.resident.values,
        (None, None) => true,
        _ => false,
    }
}

/// The decisions on the very same subject, oldest first. For a role of a row these are those on any
/// resident where one of them is said to be the same person: the officer who names another takes it back.
fn on_subject(db: &Connection, subject: &Subject) -> rusqlite::Result<Vec<Decision>> {
    match subject {
        Subject::Finding(id) => {
            select(db, "WHERE finding = ?1 AND record_key IS NULL ORDER BY id", [id.to_integer()])
        }
        Subject::Pair(pair, _) => select(
            db,
            "WHERE record_key = ?1 AND resident_key = ?2 ORDER BY id",
            [pair.record.key.0 as i64, pair.resident.key.0 as i64],
        ),
    }
}

fn insert(db: &Connection, new: &NewDecision, values: Option<[u32; 3]>) -> rusqlite::Result<i64> {
    let pair = new.subject.pair();
    db.prepare_cached(
        "INSERT INTO decisions (kind, finding, source, role, record_key, record_values, record_place,
             resident_key, resident_values, resident_place, finding_values, who, at, day, until, note, via)
         VALUES (:kind, :finding, (SELECT id FROM kinds WHERE name = :source), :role, :record_key, :record_values, :record_place,
             :resident_key, :resident_values, :resident_place, :finding_values, :who, :at, :day, :until,
             :note, :via)",
    )?
    .execute(named_params! {
        ":kind": new.verdict.name(),
        ":finding": new.subject.finding().map(FindingId::to_integer),
        ":source": pair.map(|p| p.source.name()),
        ":role": pair.map(|p| p.role.name()),
        ":record_key": pair.map(|p| p.record.key.0 as i64),
        ":record_values": pair.map(|p| p.record.values.to_bytes()),
        ":record_place": pair.map(|p| &p.record.place),
        ":resident_key": pair.map(|p| p.resident.key.0 as i64),
        ":resident_values": pair.map(|p| p.resident.values.to_bytes()),
        ":resident_place": pair.map(|p| &p.resident.place),
        ":finding_values": values.map(|v| v.map(u32::to_le_bytes).concat()),
        ":who": new.by,
        ":at": new.at.as_second(),
        ":day": new.day.0,
        ":until": new.until.map(|day| day.0),
        ":note": new.note,
        ":via": new.via.name(),
    })?;
    Ok(db.last_insert_rowid())
}

fn standing(db: &Connection, finding: FindingId) -> rusqlite::Result<Option<Standing>> {
    db.prepare_cached(
        "SELECT status, source_value, registry_value, proposed_value FROM findings WHERE id = ?1",
    )?
    .query_row([finding.to_integer()], |row| {
        let values = [row.get(1)?, row.get(2)?, row.get(3)?];
        Ok(Standing { status: FindingStatus::from_stored(row.get(0)?), values })
    })
    .optional()
}

/// Decisions in force that say what becomes of a finding, oldest first.
fn in_force(db: &Connection, finding: FindingId) -> rusqlite::Result<Vec<Decision>> {
    select(db, "WHERE finding = ?1 AND state = 'active' ORDER BY id", [finding.to_integer()])
}

/// Who moves a finding, when and by what.
struct Mover<'a> {
    who: &'a str,
    at: Timestamp,
    day: Day,
    decision: i64,
}

fn move_to(
    db: &Connection,
    finding: FindingId,
    from: FindingStatus,
    to: FindingStatus,
    mover: Mover<'_>,
) -> rusqlite::Result<()> {
    // What is gone from the data stays resolved, whatever is said of it.
    if from == to || from == FindingStatus::Resolved {
        return Ok(());
    }
    db.prepare_cached("UPDATE findings SET status = ?2 WHERE id = ?1")?
        .execute((finding.to_integer(), to.stored()))?;
    db.prepare_cached(
        "INSERT INTO events (finding, at, day, who, from_status, to_status, decision)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute((
        finding.to_integer(),
        mover.at.as_second(),
        mover.day.0,
        mover.who,
        from.stored(),
        to.stored(),
        mover.decision,
    ))
    .map(drop)
}

/// Takes a decision back, and with it what became of the finding.
fn take_back(
    db: &Connection,
    decision: &Decision,
    by: &str,
    at: Timestamp,
    day: Day,
) -> rusqlite::Result<()> {
    end(db, decision.id, DecisionState::Withdrawn, by, at, &[])?;
    if let Some(finding) = decision.subject.finding()
        && let Some(standing) = standing(db, finding)?
        && standing.status == decision.verdict.status()
    {
        // What an earlier decision said holds again.
        let before = in_force(db, finding)?.pop();
        let status = before.map_or(FindingStatus::Open, |d| d.verdict.status());
        move_to(db, finding, standing.status, status, Mover { who: by, at, day, decision: decision.id })?;
    }
    Ok(())
}

/// Ends a decision.
pub(super) fn end(
    db: &Connection,
    id: i64,
    state: DecisionState,
    by: &str,
    at: Timestamp,
    why: &[String],
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE decisions SET state = ?2, ended_at = ?3, ended_by = ?4, why = ?5 WHERE id = ?1",
    )?
    .execute((id, state.name(), at.as_second(), by, why.join(" ")))
    .map(drop)
}

fn find(db: &Connection, id: i64) -> rusqlite::Result<Option<Decision>> {
    Ok(select(db, "WHERE id = ?1", [id])?.pop())
}

/// The decisions of a condition.
pub(super) fn select(
    db: &Connection,
    condition: &str,
    params: impl rusqlite::Params,
) -> rusqlite::Result<Vec<Decision>> {
    let mut found = db.prepare_cached(&format!(
        "SELECT *, (SELECT name FROM kinds WHERE id = source) AS source_name FROM decisions {condition}"
    ))?;
    // A line that this program cannot have written has no meaning and so no effect.
    let read = found.query_map(params, read)?;
    read.filter_map(Result::transpose).collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Option<Decision>> {
    let finding = row.get::<_, Option<i64>>("finding")?.and_then(FindingId::from_integer);
    let subject = match (read_pair(row)?, finding) {
        (Some(pair), finding) => Subject::Pair(Box::new(pair), finding),
        (None, Some(id)) => Subject::Finding(id),
        (None, None) => return Ok(None),
    };
    let Some(verdict) = Verdict::from_name(&row.get::<_, String>("kind")?) else { return Ok(None) };
    let values: Option<Vec<u8>> = row.get("finding_values")?;
    let why: String = row.get("why")?;
    Ok(Some(Decision {
        id: row.get("id")?,
        verdict,
        subject,
        finding_values: values.as_deref().and_then(three),
        by: row.get("who")?,
        at: moment(row.get("at")?),
        day: Day(row.get("day")?),
        until: row.get::<_, Option<i32>>("until")?.map(Day),
        note: row.get("note")?,
        via: Channel::from_name(&row.get::<_, String>("via")?),
        state: DecisionState::from_name(&row.get::<_, String>("state")?),
        ended_at: row.get::<_, Option<i64>>("ended_at")?.map(moment),
        ended_by: row.get::<_, Option<String>>("ended_by")?.unwrap_or_default(),
        why: why.split_whitespace().map(str::to_owned).collect(),
        together: row.get("together")?,
    }))
}

fn read_pair(row: &Row<'_>) -> rusqlite::Result<Option<Pair>> {
    let Some(record) = row.get::<_, Option<i64>>("record_key")? else { return Ok(None) };
    let source: Option<String> = row.get("source_name")?;
    let role: String = row.get("role")?;
    let Some(source) = source.as_deref().and_then(Kind::from_name) else { return Ok(None) };
    let Some(role) = source.role(&role) else { return Ok(None) };
    let side = |key: i64, values: Vec<u8>, place| Side {
        key: Key(key as u64),
        values: Values::from_bytes(&values).unwrap_or_default(),
        place,
    };
    Ok(Some(Pair {
        source,
        role,
        record: side(record, row.get("record_values")?, row.get("record_place")?),
        resident: side(row.get("resident_key")?, row.get("resident_values")?, row.get("resident_place")?),
    }))
}

fn three(bytes: &[u8]) -> Option<[u32; 3]> {
    let number = |at: usize| bytes.get(4 * at..4 * at + 4)?.try_into().ok().map(u32::from_le_bytes);
    Some([number(0)?, number(1)?, number(2)?])
}
