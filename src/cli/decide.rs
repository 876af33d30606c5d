//! `lamsach decide`: what officers decided, from the command line or from the result columns of workbooks.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::args::{DecideArgs, DecideCommand, DecideListArgs, RunArgs};
use super::{Session, operator, printer, run};
use crate::config::{ConfigError, dates};
use crate::domain::{Day, Lang};
use crate::error::Error;
use crate::findings::CaseId;
use crate::returns::{Desk, Line, ReturnError, Said, read_workbook, verdict_of};
use crate::store::{Access, Channel, Decision, NewDecision, Recorded, Store, StoreError, Subject, Verdict};

/// Days for which something is put off where no day is named.
const DEFERRED_DAYS: i32 = 30;

/// Does what the command says.
pub(super) fn run(args: DecideArgs, session: &mut Session) -> Result<(), Error> {
    let mut resolved = run::resolve(
        &RunArgs { config: args.config.clone(), out: args.out.clone(), ..RunArgs::default() },
        session,
    )?;
    session.lang = resolved.lang;
    let out = resolved.out.take().ok_or(ConfigError::NoOutput)?;
    let by = args.by.clone().unwrap_or_else(operator::name);
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
        return Err(Error::usage(
            "Hãy nêu trường hợp và quyết định, ví dụ: lamsach decide DUNG-01-0123456789ab false_alarm --out ket-qua.",
            "Name a finding and the decision, for example: lamsach decide DUNG-01-0123456789ab false_alarm --out results.",
        ));
    };
    let verdict = verdict_of(word).ok_or_else(|| {
        let words = Verdict::ALL.map(Verdict::name).join(", ");
        Error::usage(
            format!("Không có quyết định \"{word}\"; hãy dùng một trong các từ: {words}."),
            format!("There is no decision \"{word}\"; use one of: {words}."),
        )
    })?;
    let today = dates::today();
    let until = match (&args.until, verdict) {
        (Some(text), Verdict::Deferred) => Some(until(text, today)?),
        (Some(_), _) => {
            return Err(Error::usage("--until chỉ dùng với deferred.", "--until goes with deferred only."));
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
        note: args.note.clone().unwrap_or_default(),
        via: Channel::CommandLine,
    };
    let (desk, mut store) = Desk::open(out)?;
    let new = match (CaseId::parse(subject), Line::parse(subject)) {
        (Some(id), _) if args.with.is_none() => desk.on_findings(&[(id, said)])?.remove(0)?,
        (Some(id), _) => desk.on_finding_with(id, args.with.as_deref(), &said)?,
        (None, Some(line)) => desk.on_line(&line, args.with.as_deref(), &said)?,
        (None, None) => {
            return Err(Error::usage(
                format!("\"{subject}\" không phải mã trường hợp hay TỆP:DÒNG; ví dụ khai_tu.csv:12."),
                format!("\"{subject}\" is neither a finding nor FILE:ROW; for example deaths.csv:12."),
            ));
        }
    };
    let recorded = store.decide(&new)?;
    if !session.quiet {
        let text = match recorded {
            Recorded::Made(id) => lang.pick(
                format!("Đã ghi quyết định số {id}; có hiệu lực từ lượt chạy tới.\n"),
                format!("Decision {id} recorded; it counts from the next run on.\n"),
            ),
            Recorded::Known(id) => lang.pick(
                format!("Quyết định này đã có, số {id}.\n"),
                format!("This decision is there already, number {id}.\n"),
            ),
        };
        printer::out(&text);
    }
    Ok(())
}

fn until(text: &str, today: Day) -> Result<Day, Error> {
    dates::as_of(Some(text)).ok().filter(|day| *day > today).ok_or_else(|| {
        Error::usage(
            format!("--until \"{text}\" phải là một ngày sau hôm nay; hãy viết dd/mm/yyyy."),
            format!("--until \"{text}\" must be a day after today; write dd/mm/yyyy."),
        )
    })
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
        why: args.reason.clone().unwrap_or_default(),
    };
    store.log_access(&access, Timestamp::now())?;
    let decisions = store.decisions(args.all)?;
    let mut text = String::new();
    for decision in &decisions {
        // Writing to a string cannot fail.
        let _ = describe(&mut text, decision, lang);
    }
    if decisions.is_empty() {
        text.push_str(lang.pick("Chưa có quyết định nào.\n", "There are no decisions.\n"));
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
        write!(text, "  {} {until}", lang.pick("đến", "until"))?;
    }
    let state = match decision.state {
        Active => String::new(),
        Done => lang.pick("đã xong", "done").to_owned(),
        Withdrawn => {
            format!("{} {}", lang.pick("đã rút, bởi", "taken back by"), decision.ended_by)
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
        printer::out(
            &session.lang.pick(
                format!("Đã rút quyết định số {number}.\n"),
                format!("Decision {number} taken back.\n"),
            ),
        );
    }
    Ok(())
}

/// Takes in the answers of workbooks. What is understood counts; what is not is named, row by row.
fn take_in(out: &Path, files: &[PathBuf], by: &str, session: &Session) -> Result<(), Error> {
    let lang = session.lang;
    let (desk, mut store) = Desk::open(out)?;
    let (today, at) = (dates::today(), Timestamp::now());
    let mut refused: Vec<String> = Vec::new();
    let (mut made, mut known) = (0u64, 0u64);
    for file in files {
        let returned = read_workbook(file, today)?;
        let place = |sheet: &str, row: u32| {
            lang.pick(
                format!("{}, trang {sheet}, dòng {row}", file.display()),
                format!("{}, sheet {sheet}, row {row}", file.display()),
            )
        };
        for line in &returned.unreadable {
            let (vi, en) = &line.why;
            refused.push(format!("{}: {}", place(&line.sheet, line.row), lang.pick(vi, en)));
        }
        let said: Vec<(CaseId, Said)> = returned
            .answers
            .iter()
            .map(|answer| {
                // A day that is told each time anew would make every import another decision.
                let deferred = (answer.verdict == Verdict::Deferred).then_some(());
                let until =
                    deferred.and(answer.until.or_else(|| deferred_until(&store, answer.finding, by, today)));
                let said = Said {
                    verdict: answer.verdict,
                    by: by.to_owned(),
                    at,
                    day: today,
                    until,
                    note: answer.note.clone(),
                    via: Channel::Workbook,
                };
                (answer.finding, said)
            })
            .collect();
        let decisions = desk.on_findings(&said)?;
        let mut sound: Vec<NewDecision> = Vec::new();
        for (decision, answer) in decisions.into_iter().zip(&returned.answers) {
            match decision {
                Ok(decision) if store.knows(answer.finding)? => sound.push(decision),
                Ok(_) => {
                    let why = StoreError::UnknownFinding(answer.finding).message(lang);
                    refused.push(format!("{}: {why}", place(&answer.sheet, answer.row)));
                }
                Err(error) => {
                    refused.push(format!("{}: {}", place(&answer.sheet, answer.row), error.message(lang)));
                }
            }
        }
        for recorded in store.decide_all(&sound)? {
            match recorded {
                Recorded::Made(_) => made += 1,
                Recorded::Known(_) => known += 1,
            }
        }
    }
    if !session.quiet {
        printer::out(&lang.pick(
            format!("Đã ghi {made} quyết định mới; {known} quyết định đã có từ trước.\n"),
            format!("{made} new decisions recorded; {known} were there already.\n"),
        ));
    }
    if refused.is_empty() {
        return Ok(());
    }
    Err(Error::Input(lang.pick(
        format!("{} dòng chưa ghi được, hãy sửa rồi nhập lại:\n{}", refused.len(), refused.join("\n")),
        format!(
            "{} rows could not be taken; mend them and import again:\n{}",
            refused.len(),
            refused.join("\n")
        ),
    )))
}

/// The day that an officer's deferral in force names, else some time from today.
fn deferred_until(store: &Store, finding: CaseId, by: &str, today: Day) -> Option<Day> {
    use crate::store::DecisionState::Active;
    let standing = store.decisions_on(finding).unwrap_or_default().into_iter().rev().find(|decision| {
        decision.state == Active && decision.verdict == Verdict::Deferred && decision.by == by
    });
    standing.and_then(|decision| decision.until).or(Some(Day(today.0 + DEFERRED_DAYS)))
}
