//! `lamsach decide`: what officers decided, from the command line or from the result columns of workbooks.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::cli::error::Error;
use crate::cli::office::args::{DecideArgs, DecideCommand, DecideListArgs};
use crate::cli::runs::args::RunArgs;
use crate::cli::runs::run;
use crate::cli::{Session, operator, printer};
use crate::config::{ConfigError, dates};
use crate::disk;
use crate::domain::{Day, Lang};
use crate::findings::CaseId;
use crate::returns::{Answer, Desk, Line, ReturnError, Said, one_line, read_workbook, verdict_of};
use crate::store::{Access, Channel, Decision, NewDecision, Recorded, Store, StoreError, Subject, Verdict};
use crate::words::{said, text};

/// Days for which something is put off where no day is named.
const DEFERRED_DAYS: i32 = 30;

/// Does what the command says.
pub(crate) fn run(args: DecideArgs, session: &mut Session) -> Result<(), Error> {
    let mut resolved = run::resolve(
        &RunArgs { config: args.config.clone(), out: args.out.clone(), ..RunArgs::default() },
        session,
    )?;
    session.lang = resolved.lang;
    let out = resolved.out.take().ok_or(ConfigError::NoOutput)?;
    let by = args.by.as_deref().map_or_else(disk::user_name, one_line);
    if by.is_empty() {
        return Err(Error::usage(said!("cli.decide.no_officer")));
    }
    match &args.command {
        None => one(&args, &out, &by, session),
        Some(DecideCommand::List(list)) => show(&out, list, &by, session.lang),
        Some(DecideCommand::Undo(undo)) => take_back(&out, undo.number, &by, session),
        Some(DecideCommand::Import(import)) => take_in(&out, &import.files, &by, session),
    }
}

/// Records one decision.
fn one(args: &DecideArgs, out: &Path, by: &str, session: &Session) -> Result<(), Error> {
    let lang = session.lang;
    let (Some(subject), Some(word)) = (&args.subject, &args.verdict) else {
        return Err(Error::usage(said!("cli.decide.no_subject")));
    };
    let verdict = verdict_of(word).ok_or_else(|| {
        let words = Verdict::ALL.map(Verdict::name).join(", ");
        Error::usage(said!("cli.decide.no_verdict", word, words))
    })?;
    let today = dates::today();
    let until = match (&args.until, verdict) {
        (Some(text), Verdict::Deferred) => Some(until(text, today)?),
        (Some(_), _) => {
            return Err(Error::usage(said!("cli.decide.until_needs_deferred")));
        }
        (None, Verdict::Deferred) => Some(Day(today.0 + DEFERRED_DAYS)),
        (None, _) => None,
    };
    let said = Said {
        verdict,
        by: by.to_owned(),
        at: Timestamp::now(),
        day: today,
        until,
        note: one_line(args.note.as_deref().unwrap_or_default()),
        via: Channel::CommandLine,
    };
    let (desk, mut store) = Desk::open(out)?;
    let new = match (CaseId::parse(subject), Line::parse(subject)) {
        (Some(id), _) if args.with.is_none() => desk.on_findings(&[(id, said)])?.remove(0)?,
        (Some(id), _) => desk.on_finding_with(id, args.with.as_deref(), &said)?,
        (None, Some(line)) => desk.on_line(&line, args.with.as_deref(), &said)?,
        (None, None) => {
            return Err(Error::usage(said!("cli.decide.bad_subject", subject)));
        }
    };
    let recorded = store.decide(&new)?;
    if !session.quiet {
        let text = match recorded {
            Recorded::Made(id) => text!(lang, "cli.decide.recorded", id),
            Recorded::Known(id) => text!(lang, "cli.decide.known", id),
        };
        printer::out(&text);
    }
    Ok(())
}

fn until(text: &str, today: Day) -> Result<Day, Error> {
    dates::as_of(Some(text))
        .ok()
        .filter(|day| *day > today)
        .ok_or_else(|| Error::usage(said!("cli.decide.bad_until", text)))
}

fn store(out: &Path) -> Result<Store, Error> {
    Ok(Store::open_existing(out)?.ok_or_else(|| ReturnError::NoRun(out.to_path_buf()))?)
}

/// Lists the decisions.
fn show(out: &Path, args: &DecideListArgs, by: &str, lang: Lang) -> Result<(), Error> {
    let mut store = store(out)?;
    let access = Access {
        who: by.to_owned(),
        action: "decide-list".to_owned(),
        what: "decisions".to_owned(),
        why: operator::reason(args.reason.as_deref(), lang),
    };
    store.log_access(&access, Timestamp::now())?;
    let decisions = store.decisions(args.all)?;
    let mut text = String::new();
    for decision in &decisions {
        // Writing to a string cannot fail.
        let _ = describe(&mut text, decision, lang);
    }
    if decisions.is_empty() {
        text.push_str(text!(lang, "cli.decide.none"));
    }
    printer::out(&text);
    Ok(())
}

fn describe(text: &mut String, decision: &Decision, lang: Lang) -> std::fmt::Result {
    use crate::store::DecisionState::{Active, Done, Expired, Withdrawn};
    let about = match &decision.subject {
        Subject::Finding(id) => id.to_string(),
        Subject::Pair(pair, _) => format!("{} = {}", pair.record.place, pair.resident.place),
    };
    write!(
        text,
        "{:>5}  {}  {}  {}  [{}]",
        decision.id,
        decision.day,
        decision.by,
        decision.verdict.title(lang),
        about
    )?;
    if let Some(until) = decision.until {
        write!(text, "  {} {until}", text!(lang, "cli.decide.until"))?;
    }
    let state = match decision.state {
        Active => String::new(),
        Done => text!(lang, "cli.decide.done").to_owned(),
        Withdrawn => {
            format!("{} {}", text!(lang, "cli.decide.taken_back"), decision.ended_by)
        }
        Expired => decision.why_ended(lang),
    };
    if !state.is_empty() {
        write!(text, "  ({state})")?;
    }
    if !decision.note.is_empty() {
        write!(text, "  {}", decision.note)?;
    }
    writeln!(text)
}

/// Takes a decision back.
fn take_back(out: &Path, number: i64, by: &str, session: &Session) -> Result<(), Error> {
    store(out)?.withdraw(number, by, Timestamp::now(), dates::today())?;
    if !session.quiet {
        printer::out(&text!(session.lang, "cli.decide.withdrawn", number));
    }
    Ok(())
}

/// An answer with the workbook that it stands in.
struct Handed<'a> {
    file: &'a Path,
    answer: Answer,
}

impl Handed<'_> {
    /// Where it stands.
    fn place(&self, lang: Lang) -> String {
        place(self.file, &self.answer.sheet, self.answer.row, lang)
    }
}

fn place(file: &Path, sheet: &str, row: u32, lang: Lang) -> String {
    let file = file.display();
    text!(lang, "cli.decide.place", file, sheet, row)
}

/// Takes in the answers of workbooks. What is understood counts; what is not is named, row by row.
fn take_in(out: &Path, files: &[PathBuf], by: &str, session: &Session) -> Result<(), Error> {
    let lang = session.lang;
    let (desk, mut store) = Desk::open(out)?;
    let (today, at) = (dates::today(), Timestamp::now());
    // All are read before any is recorded: answers that contradict each other may stand in two of them.
    let (mut unread, mut refused): (Vec<ReturnError>, Vec<String>) = (Vec::new(), Vec::new());
    let mut handed: Vec<Handed<'_>> = Vec::new();
    for file in files {
        match read_workbook(file, today) {
            Ok(returned) => {
                refused.extend(returned.unreadable.iter().map(|line| {
                    let (vi, en) = &line.why;
                    format!("{}: {}", place(file, &line.sheet, line.row, lang), lang.pick(vi, en))
                }));
                handed.extend(returned.answers.into_iter().map(|answer| Handed { file, answer }));
            }
            Err(error) => unread.push(error),
        }
    }
    if unread.len() == files.len()
        && let Some(first) = unread.pop()
    {
        let said: Vec<String> = unread.iter().map(|error| error.message(lang)).collect();
        return Err(if said.is_empty() {
            first.into()
        } else {
            Error::Input(format!("{}\n{}", said.join("\n"), first.message(lang)))
        });
    }
    let fields = desk.outdated(&store, &handed.iter().map(|handed| &handed.answer).collect::<Vec<_>>())?;
    let mut current: Vec<Handed<'_>> = Vec::new();
    let mut outdated = 0u64;
    for (handed, fields) in handed.into_iter().zip(fields) {
        if fields.is_empty() {
            current.push(handed);
            continue;
        }
        outdated += 1;
        let why = ReturnError::Changed { id: handed.answer.finding, fields }.message(lang);
        refused.push(format!("{}: {why}", handed.place(lang)));
    }
    let (sound, opposed) = split_opposed(current, lang);
    refused.extend(opposed);
    let recorded = record(&desk, &mut store, &sound, (by, at, today), lang)?;
    refused.extend(recorded.refused);
    let (made, known) = (recorded.made, recorded.known);
    let told = text!(lang, "cli.decide.counts", made, known);
    if !session.quiet {
        printer::out(&format!("{told}\n"));
    }
    if refused.is_empty() && unread.is_empty() {
        return Ok(());
    }
    let mut complaint = Vec::new();
    if !unread.is_empty() {
        // Whoever reads the error alone must know that half of the work is done.
        let (count, of) = (unread.len(), files.len());
        complaint.push(text!(lang, "cli.decide.files_refused", count, of, told));
        complaint.extend(unread.iter().map(|error| error.message(lang)));
    }
    if !refused.is_empty() {
        let count = refused.len();
        let old = text!(lang, "cli.decide.outdated", outdated);
        let old = if outdated > 0 { old } else { String::new() };
        complaint.push(text!(lang, "cli.decide.rows_refused", count, old));
        complaint.append(&mut refused);
    }
    Err(Error::Input(complaint.join("\n")))
}

/// Takes out the answers that contradict another on the same finding, and says of each which. Nobody can tell
/// which of them is meant: that the last one read should win would be chance.
fn split_opposed(handed: Vec<Handed<'_>>, lang: Lang) -> (Vec<Handed<'_>>, Vec<String>) {
    let mut by_finding: FxHashMap<CaseId, Vec<usize>> = FxHashMap::default();
    for (at, one) in handed.iter().enumerate() {
        by_finding.entry(one.answer.finding).or_default().push(at);
    }
    let says = |one: &Handed<'_>| (one.answer.verdict, one.answer.until);
    let other = |one: &Handed<'_>| {
        let same = by_finding.get(&one.answer.finding).into_iter().flatten();
        same.map(|at| &handed[*at]).find(|other| says(other) != says(one))
    };
    let why = |one: &Handed<'_>, other: &Handed<'_>| {
        let (here, there) = (one.answer.verdict.title(lang), other.answer.verdict.title(lang));
        let (at, there_at) = (one.place(lang), other.place(lang));
        text!(lang, "cli.decide.contradiction", at, here, there, there_at)
    };
    let told: Vec<Option<String>> =
        handed.iter().map(|one| other(one).map(|other| why(one, other))).collect();
    let mut sound = Vec::new();
    let mut opposed = Vec::new();
    for (one, told) in handed.into_iter().zip(told) {
        match told {
            None => sound.push(one),
            Some(told) => opposed.push(told),
        }
    }
    (sound, opposed)
}

/// What became of answers.
struct Taken {
    made: u64,
    known: u64,
    /// Those that make no sense, with why.
    refused: Vec<String>,
}

/// Records answers.
fn record(
    desk: &Desk,
    store: &mut Store,
    handed: &[Handed<'_>],
    (by, at, today): (&str, Timestamp, Day),
    lang: Lang,
) -> Result<Taken, Error> {
    let said = |Handed { answer, .. }: &Handed<'_>| {
        // A day that is told each time anew would make every import another decision.
        let deferred = (answer.verdict == Verdict::Deferred).then_some(());
        let until = deferred.and(answer.until.or_else(|| deferred_until(store, answer.finding, by, today)));
        let (verdict, note, via) = (answer.verdict, one_line(&answer.note), Channel::Workbook);
        (answer.finding, Said { verdict, by: by.to_owned(), at, day: today, until, note, via })
    };
    let said: Vec<(CaseId, Said)> = handed.iter().map(said).collect();
    let mut sound: Vec<NewDecision> = Vec::new();
    let mut taken = Taken { made: 0, known: 0, refused: Vec::new() };
    for (decision, one) in desk.on_findings(&said)?.into_iter().zip(handed) {
        let why = match decision {
            Ok(decision) if store.knows(one.answer.finding)? => {
                sound.push(decision);
                continue;
            }
            Ok(_) => StoreError::UnknownFinding(one.answer.finding).message(lang),
            Err(error) => error.message(lang),
        };
        taken.refused.push(format!("{}: {why}", one.place(lang)));
    }
    for recorded in store.decide_all(&sound)? {
        match recorded {
            Recorded::Made(_) => taken.made += 1,
            Recorded::Known(_) => taken.known += 1,
        }
    }
    Ok(taken)
}

/// The day that an officer's deferral in force names, else some time from today.
fn deferred_until(store: &Store, finding: CaseId, by: &str, today: Day) -> Option<Day> {
    use crate::store::DecisionState::Active;
    let standing = store.decisions_on(finding).unwrap_or_default().into_iter().rev().find(|decision| {
        decision.state == Active && decision.verdict == Verdict::Deferred && decision.by == by
    });
    standing.and_then(|decision| decision.until).or(Some(Day(today.0 + DEFERRED_DAYS)))
}
