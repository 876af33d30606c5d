//! Decided pairs that wait for a second reader. They stay as the first officer saw them, whichever run is the
//! latest, until somebody reads them, the decision ends, or what the officer saw is no longer what the data say.

use jiff::Timestamp;
use rusqlite::{Connection, Row, TransactionBehavior, named_params};
use rustc_hash::FxHashSet;

use super::match_decisions::{collect_residents, collect_roles};
use crate::domain::{Dataset, Kind, ResidentIx, Role};
use crate::store::accounts::{SecondReading, add_second_reading};
use crate::store::runs::moment;
use crate::store::{Key, Side, Store, StoreError, Told, Values};

/// The word for a resident who is no longer in the registry.
pub const RESIDENT_GONE: &str = "resident";

/// A pair of the sample, just decided.
#[derive(Clone, Debug)]
pub struct NewReading {
    /// The kind of extract.
    pub source: Kind,
    /// The role.
    pub role: Role,
    /// The row.
    pub record: Side,
    /// What the review page tells its commune apart by.
    pub commune: String,
    /// When it was decided.
    pub at: Timestamp,
    /// The residents that it could be, as they were shown.
    pub candidates: Vec<Offered>,
}

/// A resident as shown to the officer.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The place among the candidates, from 1.
    pub rank: u32,
    /// The resident.
    pub resident: Side,
    /// The probability shown.
    pub probability: f64,
    /// The weights shown, as `review.csv` writes them.
    pub weights: String,
}

/// Pairs that wait for a second reader, held against the data of a run.
#[derive(Debug, Default)]
pub struct Awaited {
    /// Those that the data hold as they were, in the order of their rows.
    pub due: Vec<DueReading>,
    /// Those that the data hold no more as they were: the key of the row, and why.
    pub withdrawn: Vec<(Key, Vec<String>)>,
}

/// A pair to be read again, found in the data.
#[derive(Clone, Debug, PartialEq)]
pub struct DueReading {
    /// Position of the extract.
    pub extract: usize,
    /// Index of the person in it.
    pub person: usize,
    /// The residents shown, best first.
    pub candidates: Vec<DueCandidate>,
}

/// A resident of a pair to be read again.
#[derive(Clone, Debug, PartialEq)]
pub struct DueCandidate {
    /// The resident.
    pub resident: ResidentIx,
    /// The probability shown to the first officer.
    pub probability: f64,
    /// The weights shown, as `review.csv` writes them.
    pub weights: String,
}

/// A pair that is no longer to be read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawnReading {
    /// The kind of extract.
    pub source: Kind,
    /// The role.
    pub role: Role,
    /// What the review page tells its commune apart by.
    pub commune: String,
    /// When.
    pub at: Timestamp,
    /// Why: canonical names of the fields that changed, or [`RESIDENT_GONE`].
    pub why: Vec<String>,
}

/// A line of the store.
struct Kept {
    record: Key,
    values: Values,
    source: Kind,
    role: Role,
    candidates: Vec<(Key, Values, f64, String)>,
}

impl Store {
    /// Records a second reading: the pair waits no longer. `false` where somebody was faster.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where another process is writing and comes to no end, another [`StoreError`] where the file
    /// cannot be written: then nothing is.
    pub fn read_again(
        &mut self,
        record: Key,
        reading: &SecondReading,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let path = self.path.clone();
        let mut write = || -> rusqlite::Result<bool> {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let made = add_second_reading(&tx, reading, &at.to_string())?;
            tx.execute("DELETE FROM awaited_readings WHERE record_key = ?1", [record.0 as i64])?;
            tx.commit()?;
            Ok(made)
        };
        write().map_err(StoreError::of(&path))
    }

    /// Holds the pairs that wait for a second reader against the data of a run. Those whose row is not among
    /// the data wait on.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn await_readings(&self, data: &Dataset) -> Result<Awaited, StoreError> {
        let kept = kept(&self.db).map_err(self.failed())?;
        Ok(hold(&kept, data))
    }

    /// Pairs withdrawn since a moment, the last ones first.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn withdrawn_readings(&self, since: Timestamp) -> Result<Vec<WithdrawnReading>, StoreError> {
        let read = || {
            let mut lines = self.db.prepare_cached(
                "SELECT (SELECT name FROM kinds WHERE id = source), role, commune, withdrawn_at, why FROM awaited_readings
                 WHERE withdrawn_at >= ?1 AND why <> '' ORDER BY withdrawn_at DESC, record_key",
            )?;
            let lines = lines.query_map([since.as_second()], |row| {
                let Some((source, role)) = read_role(row, 0)? else { return Ok(None) };
                let why: String = row.get(4)?;
                Ok(Some(WithdrawnReading {
                    source,
                    role,
                    commune: row.get(2)?,
                    at: moment(row.get(3)?),
                    why: why.split_whitespace().map(str::to_owned).collect(),
                }))
            })?;
            lines.filter_map(Result::transpose).collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(self.failed())
    }
}

/// Writes down that a pair is to be read again; one that was read twice is not.
pub(crate) fn add(db: &Connection, new: &NewReading) -> rusqlite::Result<()> {
    let record = new.record.key.0 as i64;
    let subject = crate::store::accounts::subject_of(record);
    if db.prepare_cached("SELECT 1 FROM second_readings WHERE subject = ?1")?.exists([subject])? {
        return Ok(());
    }
    db.execute("DELETE FROM awaited_readings WHERE record_key = ?1", [record])?;
    db.execute(
        "INSERT INTO awaited_readings (record_key, record_values, source, role, commune, asked_at)
         VALUES (:record_key, :record_values, (SELECT id FROM kinds WHERE name = :source), :role, :commune, :asked_at)",
        named_params! {
            ":record_key": record,
            ":record_values": new.record.values.to_bytes(),
            ":source": new.source.name(),
            ":role": new.role.name(),
            ":commune": new.commune,
            ":asked_at": new.at.as_second(),
        },
    )?;
    let mut insert = db.prepare_cached("INSERT INTO awaited_candidates VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for Offered { rank, resident, probability, weights } in &new.candidates {
        let values = resident.values.to_bytes();
        insert.execute((record, rank, resident.key.0 as i64, values, probability, weights))?;
    }
    Ok(())
}

/// Writes down what a run withdrew of what was there when it began, and withdraws what no decision in force stands
/// behind any more: with the reason of the last one, or none where the officer took it back.
pub(crate) fn withdraw(
    db: &Connection,
    withdrawn: &[(Key, Vec<String>)],
    (began, at): (Timestamp, Timestamp),
) -> rusqlite::Result<()> {
    let mut changed = db.prepare_cached(
        "UPDATE awaited_readings SET withdrawn_at = ?2, why = ?3
         WHERE record_key = ?1 AND withdrawn_at IS NULL AND asked_at <= ?4",
    )?;
    for (record, why) in withdrawn {
        changed.execute((record.0 as i64, at.as_second(), why.join(" "), began.as_second()))?;
    }
    db.prepare_cached(include_str!("../sql/readings_ended.sql"))?.execute([at.as_second()])?;
    Ok(())
}

/// Takes out the pairs of a person.
pub(crate) fn erase(db: &Connection, person: &Told<'_>) -> rusqlite::Result<()> {
    let mut lines = db.prepare(
        "SELECT record_key, record_values FROM awaited_readings
         UNION ALL SELECT record_key, resident_values FROM awaited_candidates",
    )?;
    let mut lines = lines.query([])?;
    let mut erased: Vec<i64> = Vec::new();
    while let Some(line) = lines.next()? {
        let values: Vec<u8> = line.get(1)?;
        if person.stands_in(&values) {
            erased.push(line.get(0)?);
        }
    }
    let mut erase = db.prepare("DELETE FROM awaited_readings WHERE record_key = ?1")?;
    erased.into_iter().try_for_each(|record| erase.execute([record]).map(drop))
}

/// The pairs that wait, and behind which a decision in force stands.
fn kept(db: &Connection) -> rusqlite::Result<Vec<Kept>> {
    let mut lines = db.prepare_cached(
        "SELECT (SELECT name FROM kinds WHERE id = source), role, record_key, record_values FROM awaited_readings a
         WHERE withdrawn_at IS NULL
           AND EXISTS (SELECT 1 FROM decisions d WHERE d.record_key = a.record_key AND d.state = 'active')
         ORDER BY record_key",
    )?;
    let mut candidates = db.prepare_cached(
        "SELECT resident_key, resident_values, probability, weights FROM awaited_candidates
         WHERE record_key = ?1 ORDER BY rank",
    )?;
    let mut lines = lines.query([])?;
    let mut kept = Vec::new();
    while let Some(line) = lines.next()? {
        let Some((source, role)) = read_role(line, 0)? else { continue };
        let record: i64 = line.get(2)?;
        let read = |row: &Row<'_>| {
            Ok((Key(row.get::<_, i64>(0)? as u64), values(row, 1)?, row.get(2)?, row.get(3)?))
        };
        kept.push(Kept {
            record: Key(record as u64),
            values: values(line, 3)?,
            source,
            role,
            candidates: candidates.query_map([record], read)?.collect::<Result<_, _>>()?,
        });
    }
    Ok(kept)
}

fn values(row: &Row<'_>, at: usize) -> rusqlite::Result<Values> {
    Ok(Values::from_bytes(&row.get::<_, Vec<u8>>(at)?).unwrap_or_default())
}

/// The kind and role of a line; `None` for what this program cannot have written.
fn read_role(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<(Kind, Role)>> {
    let source = row.get::<_, Option<String>>(at)?.as_deref().and_then(Kind::from_name);
    let name: String = row.get(at + 1)?;
    let role = |source: &Kind| source.role(&name);
    Ok(source.and_then(|source| Some((source, role(&source)?))))
}

fn hold(kept: &[Kept], data: &Dataset) -> Awaited {
    let mut awaited = Awaited::default();
    if kept.is_empty() {
        return awaited;
    }
    let wanted: FxHashSet<Key> = kept.iter().map(|pair| pair.record).collect();
    let asked = |source, role| kept.iter().any(|pair| (pair.source, pair.role) == (source, role));
    let records =
        collect_roles(asked, data, &wanted, |extract, row, role| Key::of_role(data, extract, row, role));
    let wanted: FxHashSet<Key> = kept.iter().flat_map(|pair| &pair.candidates).map(|c| c.0).collect();
    let residents = collect_residents(data, &wanted, |ix| Key::of_resident(data, ix));
    for pair in kept {
        let Some(&(extract, person)) = records.get(&pair.record).and_then(|found| found.first()) else {
            continue;
        };
        let roles = data.extracts[extract].kind.roles().len();
        let now = Values::of_role(data, extract, person / roles, person % roles);
        let mut why = pair.values.changed(&now);
        let mut candidates = Vec::with_capacity(pair.candidates.len());
        for (key, then, probability, weights) in &pair.candidates {
            let found = residents.get(key).map_or(&[][..], Vec::as_slice);
            let held = found.iter().find(|ix| Values::of_resident(data, **ix) == *then);
            match (held, found.first()) {
                (Some(&resident), _) => candidates.push(DueCandidate {
                    resident,
                    probability: *probability,
                    weights: weights.clone(),
                }),
                (None, Some(&other)) => why.extend(then.changed(&Values::of_resident(data, other))),
                (None, None) => why.push(RESIDENT_GONE),
            }
        }
        if why.is_empty() {
            awaited.due.push(DueReading { extract, person, candidates });
        } else {
            why.sort_unstable();
            why.dedup();
            awaited.withdrawn.push((pair.record, why.into_iter().map(str::to_owned).collect()));
        }
    }
    awaited.due.sort_unstable_by_key(|due| (due.extract, due.person));
    awaited
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Day;
    use crate::store::{Channel, NewDecision, Pair, Subject, Verdict};

    /// The digest that stands for a number.
    fn digest(text: &str) -> u32 {
        u32::from_le_bytes(blake3::hash(text.as_bytes()).as_bytes()[..4].try_into().unwrap())
    }

    fn side(key: u64, number: &str) -> Side {
        Side { key: Key(key), values: Values([1, 1, 1, digest(number), 0, 1]), place: String::new() }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// A pair of a row and the first of two residents, decided, and to be read again.
    fn decide(store: &mut Store, record: u64) -> i64 {
        let (source, role) = (Kind::Deaths, Role::Deceased);
        let residents = [side(record + 1, "001"), side(record + 2, "002")];
        let pair = Pair { source, role, record: side(record, ""), resident: residents[0].clone() };
        let decision = NewDecision {
            verdict: Verdict::SamePerson,
            subject: Subject::Pair(Box::new(pair), None),
            by: "An".into(),
            at: at(1000),
            day: Day(20_000),
            until: None,
            note: String::new(),
            via: Channel::Web,
            seen: None,
        };
        let offered =
            |(rank, resident)| Offered { rank, resident, probability: 0.5, weights: "name=1".into() };
        let reading = NewReading {
            source,
            role,
            record: side(record, ""),
            commune: "00001".into(),
            at: at(1000),
            candidates: (1..).zip(residents).map(offered).collect(),
        };
        store.decide_pair(&[decision], Some(&reading)).unwrap()[0].id()
    }

    fn waiting(store: &Store) -> Vec<u64> {
        kept(&store.db).unwrap().into_iter().map(|pair| pair.record.0).collect()
    }

    #[test]
    fn a_pair_waits_until_it_is_read_or_its_decision_ends() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(dir.path()).unwrap();
        let decisions = [10, 20, 30].map(|record| decide(&mut store, record));
        assert_eq!(waiting(&store), [10, 20, 30]);
        assert_eq!(kept(&store.db).unwrap()[0].candidates.len(), 2);

        let reading = SecondReading {
            subject: crate::store::accounts::subject_of(10),
            first_by: "An".into(),
            first_answer: "1".into(),
            second_by: "Bình".into(),
            second_answer: "0".into(),
        };
        assert!(store.read_again(Key(10), &reading, at(2000)).unwrap());
        assert!(!store.read_again(Key(10), &reading, at(2000)).unwrap());
        assert_eq!(waiting(&store), [20, 30]);
        // What was read twice is not asked for a third time.
        decide(&mut store, 10);
        assert_eq!(waiting(&store), [20, 30]);

        store.withdraw(decisions[1], "An", at(2000), Day(20_000)).unwrap();
        assert_eq!(waiting(&store), [30]);
        let why = [(Key(30), vec!["gender".into(), RESIDENT_GONE.into()])];
        // Decided while the run was at work: it knows nothing of that.
        withdraw(&store.db, &why, (at(900), at(3000))).unwrap();
        assert_eq!(waiting(&store), [30]);
        withdraw(&store.db, &why, (at(2500), at(3000))).unwrap();
        assert!(waiting(&store).is_empty());
        // An officer's own change of mind needs no reason.
        let told = store.withdrawn_readings(at(0)).unwrap();
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].role, told[0].why.join("+").as_str()), (Role::Deceased, "gender+resident"));
        assert!(store.withdrawn_readings(at(3001)).unwrap().is_empty());
    }

    #[test]
    fn nothing_is_left_of_a_person_who_is_erased() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(dir.path()).unwrap();
        decide(&mut store, 10);
        // Not the resident decided on, but the other one who was shown.
        store.erase_person(&[], &Told::new(vec!["003"], |_| false), false).unwrap();
        assert_eq!(waiting(&store), [10]);
        store.erase_person(&[], &Told::new(vec!["002"], |_| false), false).unwrap();
        assert!(waiting(&store).is_empty());
        let left: i64 =
            store.db.query_row("SELECT count(*) FROM awaited_candidates", [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0);
    }
}
