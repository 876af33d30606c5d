//! `lamsach decide`: what officers decided, from the command line or from the result columns of workbooks.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::cli::error::Error;
use crate::cli::office::args::{DecideArgs, DecideCommand, DecideImportArgs, DecideListArgs};
use crate::cli::office::assign;
use crate::cli::runs::args::RunArgs;
use crate::cli::runs::run;
use crate::cli::{Session, operator, printer};
use crate::config::{ConfigError, dates};
use crate::disk;
use crate::domain::{Day, Lang};
use crate::findings::FindingId;
use crate::publish::WorkbookPasswords;
use crate::returns::{
    Desk, Import, Imported, Line, ReturnError, Said, Source, accepted, import, one_line, service, verdict_of,
};
use crate::store::{Access, Channel, Decision, Recorded, Store, Subject, Verdict};
use crate::words::{said, text};

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
        Some(DecideCommand::Assign(assigned)) => assign::run(&out, assigned, &by, session),
        Some(DecideCommand::List(DecideListArgs { mine: Some(name), .. })) => {
            assign::show(&out, name, &by, session.lang)
        }
        Some(DecideCommand::List(list)) => show(&out, list, &by, session.lang),
        Some(DecideCommand::Undo(undo)) => take_back(&out, undo.number, &by, session),
        Some(DecideCommand::Import(import)) => {
            take_in(&out, import, (&by, &resolved.workbook_passwords()?), session)
        }
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
        (None, _) => None,
    };
    let said = Said {
        verdict,
        by: by.to_owned(),
        at: Timestamp::now(),
        day: today,
        until,
        note: one_line(&args.note.as_deref().map(operator::typed).transpose()?.unwrap_or_default()),
        via: Channel::CommandLine,
    };
    let (desk, mut store) = Desk::open(out)?;
    let new = match (FindingId::parse(subject), Line::parse(subject)) {
        (Some(id), _) if args.with.is_none() => desk.on_findings(&[(id, said)])?.remove(0)?,
        (Some(id), _) => desk.on_finding_with(id, args.with.as_deref(), &said)?,
        (None, Some(line)) => desk.on_line(&line, args.with.as_deref(), &said)?,
        (None, None) => {
            return Err(Error::usage(said!("cli.decide.bad_subject", subject)));
        }
    };
    let recorded = service::decide(&mut store, vec![new])?.remove(0)?;
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
    let decisions = store.decisions(args.all)?;
    let held: Vec<String> = decisions.iter().flat_map(|decision| about(&decision.subject)).collect();
    store.log_access_to(&access, &held, Timestamp::now())?;
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

/// What a decision is about, as the access log has it: the number of a finding, and the row of a pair.
fn about(subject: &Subject) -> Vec<String> {
    let row = match subject {
        Subject::Finding(_) => None,
        Subject::Pair(pair, _) => pair.record.place.rsplit_once(':').map(|(row, _)| row.to_owned()),
    };
    subject.finding().map(|id| id.to_string()).into_iter().chain(row).collect()
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

/// Takes in the answers of workbooks, or tells what would be recorded. What is understood counts; what is not is
/// named, row by row.
fn take_in(
    out: &Path,
    args: &DecideImportArgs,
    (by, passwords): (&str, &WorkbookPasswords),
    session: &Session,
) -> Result<(), Error> {
    let lang = session.lang;
    let (desk, mut store) = Desk::open(out)?;
    let how = Import { at: Timestamp::now(), today: dates::today(), lang, dry: args.dry_run, passwords };
    let source = |file: &PathBuf| Source { file: file.clone(), by: by.to_owned(), saved: None };
    let sources: Vec<Source> = args.files.iter().map(source).collect();
    let mut imported = import(&desk, &mut store, &sources, how)?;
    if imported.unread.len() == sources.len()
        && let Some((_, last)) = imported.unread.pop()
    {
        let said: Vec<String> = imported.unread.iter().map(|(_, error)| error.message(lang)).collect();
        return Err(if said.is_empty() {
            last.into()
        } else {
            Error::Input(format!("{}\n{}", said.join("\n"), last.message(lang)))
        });
    }
    let told = recorded(&imported, args.dry_run, lang);
    if !session.quiet || args.dry_run {
        printer::out(&format!("{told}\n"));
    }
    match complaint(&imported, &sources, &told, lang) {
        Some(complaint) => Err(Error::Input(complaint)),
        None => Ok(()),
    }
}

/// What was recorded, or would be.
fn recorded(imported: &Imported, dry: bool, lang: Lang) -> String {
    let Imported { made, known, verdicts, .. } = imported;
    if !dry {
        return text!(lang, "cli.decide.counts", made, known);
    }
    let each: Vec<String> =
        verdicts.iter().map(|(verdict, count)| format!("{count} \"{}\"", verdict.title(lang))).collect();
    let each = if each.is_empty() { String::new() } else { format!(": {}", each.join(", ")) };
    let refused = imported.refused.len();
    text!(lang, "cli.decide.preview", made, each, refused)
}

/// What could not be taken, and what is accepted instead.
fn complaint(imported: &Imported, sources: &[Source], told: &str, lang: Lang) -> Option<String> {
    let Imported { refused, unread, .. } = imported;
    if refused.is_empty() && unread.is_empty() {
        return None;
    }
    let mut complaint = Vec::new();
    if !unread.is_empty() {
        // Whoever reads the error alone must know that half of the work is done.
        let (count, of) = (unread.len(), sources.len());
        complaint.push(text!(lang, "cli.decide.files_refused", count, of, told));
        complaint.extend(unread.iter().map(|(_, error)| error.message(lang)));
    }
    if !refused.is_empty() {
        let (count, outdated) = (refused.len(), refused.iter().filter(|line| line.outdated).count());
        let old = text!(lang, "cli.decide.outdated", outdated);
        let old = if outdated > 0 { old } else { String::new() };
        complaint.push(text!(lang, "cli.decide.rows_refused", count, old));
        complaint.extend(refused.iter().map(|line| {
            let file = &sources[line.source].file;
            format!("{}: {}", place(file, &line.sheet, line.row, lang), line.why)
        }));
        let words = accepted(lang);
        complaint.push(text!(lang, "cli.decide.accepted", words));
    }
    Some(complaint.join("\n"))
}

fn place(file: &Path, sheet: &str, row: u32, lang: Lang) -> String {
    let file = file.display();
    text!(lang, "cli.decide.place", file, sheet, row)
}
