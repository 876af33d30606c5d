//! `lamsach decide assign`: findings given to officers and hamlet heads, under the rules of the page.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::cli::error::Error;
use crate::cli::office::args::DecideAssignArgs;
use crate::cli::{Session, printer};
use crate::config::dates;
use crate::domain::{Code, Lang};
use crate::findings::catalogue::{self, Office};
use crate::review::{Chosen, GivenFinding, Giving};
use crate::store::Assignee;
use crate::words::{grouped, said, text};

/// Findings that a preview shows one by one.
const SHOWN: usize = 30;

/// Gives findings, shows what would be given, or takes back what was.
pub(super) fn run(out: &Path, args: &DecideAssignArgs, by: &str, session: &Session) -> Result<(), Error> {
    let lang = session.lang;
    let mut giving = Giving::open(out, by, dates::today(), lang)?;
    if let Some(number) = args.undo {
        let count = giving.take_back(number)?;
        if !session.quiet {
            printer::out(&text!(lang, "cli.assign.taken_back", count = grouped(count as u64, lang)));
        }
        return Ok(());
    }
    let chosen = chosen(args)?;
    let account = args.to.clone().map(Assignee::Account);
    let to = account.or_else(|| args.head.clone().map(Assignee::HamletHead));
    let found = giving.find(&chosen)?;
    let count = grouped(found.len() as u64, lang);
    let (to, name) = giving.preview(&found, to)?;
    if args.dry_run {
        let mut told = text!(lang, "cli.assign.preview", count, name);
        told.push_str(&by_code(&found, lang));
        told.push_str(&lines(&found, SHOWN, lang));
        printer::out(&told);
        return Ok(());
    }
    let number = giving.give(&chosen, &found, to)?;
    if !session.quiet {
        printer::out(&match number {
            Some(number) => text!(lang, "cli.assign.given", count, name, number),
            None => text!(lang, "cli.assign.unchanged").to_owned(),
        });
    }
    Ok(())
}

/// What an officer was given and has still to do.
pub(super) fn show(out: &Path, name: &str, by: &str, lang: Lang) -> Result<(), Error> {
    let mut giving = Giving::open(out, by, dates::today(), lang)?;
    let (found, more) = giving.of(&Assignee::Account(name.to_owned()))?;
    if found.is_empty() {
        printer::out(&text!(lang, "cli.assign.none", name));
        return Ok(());
    }
    let mut told = lines(&found, found.len(), lang);
    if more {
        told.push_str(text!(lang, "cli.assign.further"));
    }
    printer::out(&told);
    Ok(())
}

/// Which findings the arguments mean; a slip of the keyboard must not pass for a list with nothing on it.
fn chosen(args: &DecideAssignArgs) -> Result<Chosen, Error> {
    let mut codes = Vec::new();
    for word in &args.code {
        let code = Code::parse(word).filter(|code| catalogue::entries().iter().any(|of| of.code == *code));
        codes.push(code.ok_or_else(|| Error::usage(said!("cli.assign.no_code", word)))?.to_string());
    }
    if let Some(unit) = args.unit.as_deref().filter(|unit| Office::from_name(unit).is_none()) {
        let all = Office::all().map(Office::name).collect::<Vec<_>>().join(", ");
        return Err(Error::usage(said!("cli.user.no_unit", unit, all)));
    }
    let due_by = match &args.due_by {
        Some(text) => {
            Some(dates::as_of(Some(text)).map_err(|_| Error::usage(said!("cli.assign.bad_date", text)))?)
        }
        None => None,
    };
    let chosen = Chosen {
        numbers: args.numbers.clone(),
        codes,
        communes: args.commune.clone(),
        hamlet: args.hamlet.clone().unwrap_or_default(),
        unit: args.unit.clone().unwrap_or_default(),
        due_by,
    };
    let lists = [&chosen.numbers, &chosen.codes, &chosen.communes].iter().all(|list| list.is_empty());
    if lists && chosen.hamlet.is_empty() && chosen.unit.is_empty() && due_by.is_none() {
        return Err(Error::usage(said!("cli.assign.not_chosen")));
    }
    Ok(chosen)
}

fn by_code(found: &[GivenFinding], lang: Lang) -> String {
    let mut counts: BTreeMap<&str, (u64, &str)> = BTreeMap::new();
    for line in found {
        counts.entry(&line.code.0).or_insert((0, line.code.1)).0 += 1;
    }
    let mut text = String::new();
    for (code, (count, title)) in counts {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:>6}  {code}  {title}", grouped(count, lang));
    }
    text
}

fn lines(found: &[GivenFinding], most: usize, lang: Lang) -> String {
    let mut text = String::new();
    for line in found.iter().take(most) {
        let due = line.due.map_or_else(|| " ".repeat(10), |day| day.to_string());
        // Writing to a string cannot fail.
        let _ = write!(text, "{}  {due}  {}  {}  {}", line.number, line.soon, line.place, line.code.1);
        if !line.to.is_empty() && most == SHOWN {
            let _ = write!(text, "  ({} {})", text!(lang, "cli.assign.now"), line.to);
        }
        text.push('\n');
    }
    if found.len() > most {
        text.push_str(&text!(lang, "cli.assign.more", count = grouped((found.len() - most) as u64, lang)));
    }
    text
}
