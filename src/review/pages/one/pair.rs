//! A role in review beside the residents that it could be, and the decision. Whoever reads a pair of the sample
//! for the second time sees neither the first answer nor who gave it.

use askama::Template;
use axum::http::StatusCode;

use super::case::{may_undo, note, with_done};
use super::shown::{self, Member, ShownLine};
use super::sides::{compared, paired_fields};
use crate::domain::{Field, Kind, Lang};
use crate::returns::{ReturnError, service};
use crate::review::diff::Part;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, now, today};
use crate::review::http::watch::Look;
use crate::review::index::{self, Record};
use crate::review::pages::lists::history::{self, ShownEvent};
use crate::review::pages::reason;
use crate::review::version::{Shown, Version};
use crate::review::waterfall::{Bar, Waterfall};
use crate::store::accounts::{self, SecondReading};
use crate::store::{
    Channel, DecisionState, Key, NewDecision, NewReading, Offered, Pair as DecidedPair, StoreError, Subject,
    Verdict,
};

#[derive(Template)]
#[template(path = "review/pair.html")]
struct Pair {
    shell: Shell,
    number: String,
    done: String,
    conflict: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    speaks_of: String,
    place: String,
    at: String,
    can_reveal: bool,
    left_title: String,
    candidates: Vec<Candidate>,
    rows: Vec<Row>,
    standing: String,
    version: Version,
    can_undo: bool,
    history: Vec<ShownEvent>,
}

struct Candidate {
    rank: u32,
    title: String,
    name: String,
    probability: String,
    bars: Vec<Bar>,
    /// What hangs on it: findings about this resident.
    findings: Vec<ShownLine>,
    household: Vec<Member>,
}

/// A field of the row beside those of the candidates.
struct Row {
    field: &'static str,
    left: String,
    cells: Vec<Cell>,
}

struct Cell {
    parts: Vec<Part>,
    sign: &'static str,
    sign_text: &'static str,
}

fn find(visit: &Visit<'_>) -> Result<index::Pair, Failure> {
    let scope = &visit.who()?.scope;
    visit.worker.index.pair(visit.param("number"), scope)?.ok_or(Failure::NotFound)
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let pair = find(visit)?;
    if let Some(asked) = reason::asked(visit, Look::Cases, &pair.line.number)? {
        return Ok(asked);
    }
    page(visit, pair, None)
}

/// Whether this account reads the pair for the second time.
fn is_second_reading(visit: &Visit<'_>, pair: &index::Pair) -> Result<bool, Failure> {
    let me = &visit.who()?.name;
    if !pair.sampled || pair.line.answer.is_empty() || pair.line.answered_by == *me {
        return Ok(false);
    }
    Ok(crate::review::pages::lists::queue::to_read_again(visit, me)?
        .iter()
        .any(|line| line.number == pair.line.number))
}

fn page(visit: &mut Visit<'_>, pair: index::Pair, conflict: Option<String>) -> Result<Reply, Failure> {
    let number = pair.line.number.clone();
    let what = format!("{}:{}:{}", pair.line.source_file, pair.line.source_row, pair.line.role);
    let numbers = visit.app.is_revealed(&visit.token, &number);
    visit.log(if numbers { "view_numbers" } else { "view" }, &what, "pair")?;
    let blind = is_second_reading(visit, &pair)?;
    let shown = digest(visit, &pair)?;
    let lang = visit.lang;
    let (scope, role, me) = {
        let who = visit.who()?;
        (who.scope.clone(), who.role, who.name.clone())
    };
    let done: crate::review::pages::lists::worklist::Done = visit.query();
    let index = &visit.worker.index;
    let done = if index.pair(&done.done, &scope)?.is_some() { done.done } else { String::new() };
    let decisions =
        if blind { Vec::new() } else { visit.worker.store.decisions_on_record(Key(pair.line.key as u64))? };
    let active: Vec<_> = decisions.iter().filter(|d| d.state == DecisionState::Active).collect();
    let left = index.record(pair.record)?;
    let residents = pair.candidates.iter().map(|c| index.record(c.record)).collect::<Result<Vec<_>, _>>()?;
    let title = |rank: u32| format!("{} {rank}", visit.t("candidate"));
    let most = pair
        .candidates
        .iter()
        .map(|c| Waterfall::of_candidate(&c.weights).reach())
        .fold((0.0f64, 0.0f64), |a, b| (a.0.min(b.0), a.1.max(b.1)));
    // Findings that the first answer led to would give it away.
    let telling = blind && pair.again;
    let store = &visit.worker.store;
    let hanging = |resident: i64| -> Result<Vec<ShownLine>, Failure> {
        let found = if telling { Vec::new() } else { index.of_person(resident, "", &scope)? };
        Ok(found.into_iter().map(|line| ShownLine::new(store, line, lang)).collect::<Result<_, _>>()?)
    };
    let findings = pair.candidates.iter().map(|c| hanging(c.record)).collect::<Result<Vec<_>, _>>()?;
    let beside = |resident: &Option<Record>| -> rusqlite::Result<Vec<Member>> {
        let found = resident.as_ref().map_or(Ok(Vec::new()), |resident| index.household(resident))?;
        Ok(found.iter().map(Member::new).collect())
    };
    let households = residents.iter().map(beside).collect::<Result<Vec<_>, _>>()?;
    let candidate =
        |((candidate, findings), household): ((&index::Candidate, Vec<ShownLine>), Vec<Member>)| Candidate {
            rank: candidate.rank,
            title: format!(
                "{} ({} {} {})",
                title(candidate.rank),
                candidate.resident_file,
                visit.t("row"),
                candidate.resident_row
            ),
            name: shown::short(&candidate.name),
            probability: shown::percent(candidate.probability, lang),
            bars: Waterfall::of_candidate(&candidate.weights).bars(most, lang),
            findings,
            household,
        };
    Reply::page_as(
        if conflict.is_some() { StatusCode::CONFLICT } else { StatusCode::OK },
        &Pair {
            shell: visit.shell(),
            done,
            conflict,
            previous: index.next_pair(&number, &scope, false)?,
            next: index.next_pair(&number, &scope, true)?,
            speaks_of: shown::role_of(&pair.line.source, &pair.line.role, lang),
            place: shown::visible(&format!("{} {}", pair.line.hamlet, pair.line.commune)),
            at: format!("{} {} {}", pair.line.source_file, visit.t("row"), pair.line.source_row),
            can_reveal: !numbers,
            left_title: shown::source(&pair.line.source, lang).to_string(),
            rows: rows(left.as_ref(), &residents, &pair.line.role, numbers, lang),
            candidates: pair.candidates.iter().zip(findings).zip(households).map(candidate).collect(),
            standing: active.iter().map(|d| history::standing(d, lang)).collect::<Vec<_>>().join("; "),
            version: Version { decision: decisions.last().map_or(0, |decision| decision.id), shown },
            can_undo: active.iter().any(|decision| may_undo(decision, &me, role)),
            history: history::of_pair(&decisions, lang),
            number,
        },
    )
}

/// The row and the candidates, field by field.
fn rows(
    left: Option<&Record>,
    residents: &[Option<Record>],
    role: &str,
    numbers: bool,
    lang: Lang,
) -> Vec<Row> {
    let text = |record: Option<&Record>, field: Option<Field>| {
        record.zip(field).map_or_else(String::new, |(record, field)| record.cell(field).to_owned())
    };
    let row = |(of_left, of_right): (Option<Field>, Option<Field>)| {
        let a = text(left, of_left);
        let others: Vec<String> = residents.iter().map(|record| text(record.as_ref(), of_right)).collect();
        if a.is_empty() && others.iter().all(String::is_empty) {
            return None;
        }
        // What the registry has no field for says neither yes nor no.
        let comparable = of_left.is_some() && of_right.is_some();
        let field = of_right.or(of_left)?;
        let cell = |b: &String| {
            let ((sign, sign_text), _, parts) = compared(field, &a, b, numbers);
            if comparable { Cell { parts, sign, sign_text } } else { Cell { parts, sign: "", sign_text: "" } }
        };
        Some(Row {
            field: shown::field(field.name(), lang),
            cells: others.iter().map(cell).collect(),
            left: shown::value(&a, of_left.unwrap_or(field).name(), numbers),
        })
    };
    paired_fields(left.map(|record| record.kind), true, role).into_iter().filter_map(row).collect()
}

/// Records which resident it is, or that it is none of them, and goes on to the next pair.
pub(crate) fn decide(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let pair = find(visit)?;
    let number = pair.line.number.clone();
    let answer: u32 = visit.field("answer").parse().map_err(|_| Failure::BadAnswer)?;
    let Version { decision: seen, shown } =
        Version::parse(visit.field("version")).ok_or(Failure::BadAnswer)?;
    // An answer is the rank of a resident: among others it would name another.
    if shown != digest(visit, &pair)? {
        let told = visit.t("conflict_changed").to_string();
        return page(visit, pair, Some(told));
    }
    if answer != 0 && !pair.candidates.iter().any(|candidate| candidate.rank == answer) {
        return Err(Failure::BadAnswer);
    }
    let (scope, me) = (visit.who()?.scope.clone(), visit.who()?.name.clone());
    let next = visit.worker.index.next_pair(&number, &scope, true)?;
    let target = next.map_or_else(|| "/queue".to_string(), |next| format!("/pairs/{next}"));
    if is_second_reading(visit, &pair)? {
        let reading = SecondReading {
            subject: accounts::subject_of(pair.line.key),
            first_by: pair.line.answered_by.clone(),
            first_answer: pair.line.answer.clone(),
            second_by: me,
            second_answer: answer.to_string(),
        };
        let _writing = visit.app.writing();
        visit.worker.store.read_again(Key(pair.line.key as u64), &reading, now())?;
        return Ok(Reply::see(target));
    }
    let (decisions, reading) = new_decisions(visit, &pair, answer, seen)?;
    let record = Key(pair.line.key as u64);
    let recorded = {
        let _writing = visit.app.writing();
        service::decide_row(&mut visit.worker.store, record, decisions, reading.as_ref())
    };
    mirror(visit, pair.line.key)?;
    match recorded {
        Ok(_) => Ok(Reply::see(with_done(&target, "", &number))),
        Err(ReturnError::Store(StoreError::Outrun(other))) => {
            let told = history::conflict(&other, visit.lang);
            let pair = find(visit)?;
            page(visit, pair, Some(told))
        }
        Err(other) => Err(other.into()),
    }
}

/// A digest of what the page shows of the row and of those that it could be.
fn digest(visit: &Visit<'_>, pair: &index::Pair) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::Internal(error.to_string());
    let (rows, line) = (visit.worker.rows(), &pair.line);
    let kind = Kind::from_name(&line.source);
    let role = kind.and_then(|kind| kind.role(&line.role));
    let record = role.map_or(Ok(None), |role| rows.role(&line.source_file, line.source_row, role));
    let mut shown = Shown::default();
    shown.text(&line.key.to_string()).text(&line.name).text(&line.birth_date);
    shown.side(record.map_err(failed)?.as_ref().map(|found| &found.side));
    for candidate in &pair.candidates {
        let resident = rows.resident(&candidate.resident_file, candidate.resident_row).map_err(failed)?;
        shown.text(&candidate.rank.to_string()).text(&candidate.name);
        shown.side(resident.as_ref().map(|found| &found.side));
    }
    Ok(shown.digest())
}

/// One decision for the resident that it is, or one for each that it is not; and what a second reader is to be
/// shown, where the pair is of the sample.
fn new_decisions(
    visit: &Visit<'_>,
    pair: &index::Pair,
    answer: u32,
    seen: i64,
) -> Result<(Vec<NewDecision>, Option<NewReading>), Failure> {
    let rows = visit.worker.rows();
    let failed = |error: std::io::Error| Failure::Internal(error.to_string());
    let line = &pair.line;
    let source = Kind::from_name(&line.source).ok_or(Failure::NotFound)?;
    let role = source.role(&line.role).ok_or(Failure::NotFound)?;
    let record = rows.role(&line.source_file, line.source_row, role).map_err(failed)?;
    let record = record.ok_or(Failure::NotFound)?.side;
    let by = visit.who()?.name.clone();
    let mut decisions = Vec::new();
    let mut candidates = Vec::with_capacity(pair.candidates.len());
    for candidate in &pair.candidates {
        let resident = rows.resident(&candidate.resident_file, candidate.resident_row).map_err(failed)?;
        let resident = resident.ok_or(Failure::NotFound)?.side;
        if answer == 0 || candidate.rank == answer {
            let decided = DecidedPair { source, role, record: record.clone(), resident: resident.clone() };
            decisions.push(NewDecision {
                verdict: if answer == 0 { Verdict::NotSame } else { Verdict::SamePerson },
                subject: Subject::Pair(Box::new(decided), None),
                by: by.clone(),
                at: now(),
                day: today(),
                until: None,
                note: note(visit),
                via: Channel::Web,
                seen: Some(seen),
            });
        }
        candidates.push(Offered {
            rank: candidate.rank,
            resident,
            probability: candidate.probability,
            weights: candidate.weights.clone(),
        });
    }
    let commune = line.commune_key.clone();
    let reading = pair.sampled.then(|| NewReading { source, role, record, commune, at: now(), candidates });
    Ok((decisions, reading))
}

/// Brings the index up to what the store now says of the pair.
fn mirror(visit: &Visit<'_>, key: i64) -> Result<(), Failure> {
    let index = &visit.worker.index;
    let decisions = visit.worker.store.decisions_on_record(Key(key as u64))?;
    let _writing = visit.app.writing();
    index.begin()?;
    index.forget_answer(key)?;
    for decision in decisions.iter().filter(|decision| decision.state == DecisionState::Active) {
        if let Some(pair) = decision.subject.pair() {
            let same = decision.verdict == Verdict::SamePerson;
            index.set_verdict(key, pair.resident.key.0 as i64, same, &decision.by)?;
        }
    }
    index.settle_answers(Some(key))?;
    index.commit()?;
    Ok(())
}

/// Takes back what the account said of the pair.
pub(crate) fn undo(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let pair = find(visit)?;
    let (me, role) = (visit.who()?.name.clone(), visit.who()?.role);
    {
        let _writing = visit.app.writing();
        let store = &mut visit.worker.store;
        let decisions = store.decisions_on_record(Key(pair.line.key as u64))?;
        let own: Vec<_> = decisions.iter().filter(|decision| may_undo(decision, &me, role)).collect();
        if own.is_empty() {
            return Err(Failure::NothingToUndo);
        }
        for decision in own {
            store.withdraw(decision.id, &me, now(), today())?;
        }
    }
    mirror(visit, pair.line.key)?;
    Ok(Reply::see(format!("/pairs/{}", pair.line.number)))
}

/// Shows the numbers of persons to this session for some minutes, and says so in the access log.
pub(crate) fn reveal(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let pair = find(visit)?;
    if let Some(asked) = reason::asked(visit, Look::Numbers, &pair.line.number)? {
        return Ok(asked);
    }
    let what = format!("{}:{}:{}", pair.line.source_file, pair.line.source_row, pair.line.role);
    visit.log("reveal", &what, "pair")?;
    visit.app.reveal(&visit.token, &pair.line.number);
    Ok(Reply::see(format!("/pairs/{}", pair.line.number)))
}
