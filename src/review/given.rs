//! Who may be given which findings, how they are given and taken back: one set of rules for the page and for
//! `lamsach decide assign`.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::domain::{Day, Lang};
use crate::findings::FindingId;
use crate::returns::one_line;
use crate::review::filter::Filter;
use crate::review::http::app::{App, Worker};
use crate::review::http::cookies::Cookies;
use crate::review::http::reply::Failure;
use crate::review::http::safeguards::Safeguards;
use crate::review::index::FindingLine;
use crate::review::pages::one::shown;
use crate::review::routes;
use crate::store::accounts::{Scope, UserAccount, commune_key};
use crate::store::{Access, Assignee, Store, mask_numbers};
use crate::words::text;

/// Findings that are decided or given at once, at most: as many as somebody can have looked over.
pub(crate) const MOST_AT_ONCE: u32 = 1_000;

/// Characters of the name of a hamlet head.
const LONGEST_NAME: usize = 80;

/// Findings of one person that are listed.
const LISTED: u32 = 200;

/// Days within which something is due soon.
const SOON: i32 = 7;

/// Why findings are not given.
#[derive(Debug, thiserror::Error)]
pub enum NotGiven {
    /// The output folder holds no run.
    #[error("no run in {}", .0.display())]
    NoRun(PathBuf),
    /// The last run has no such finding.
    #[error("no finding {0}")]
    NoFinding(String),
    /// Nothing is chosen.
    #[error("no findings")]
    Nothing,
    /// More than anybody can have looked over.
    #[error("too many findings")]
    TooMany,
    /// No account of that name works on findings.
    #[error("no account {0}")]
    NoAccount(String),
    /// The account may not see all of them.
    #[error("not seen by {0}")]
    Unseen(String),
    /// What is given for the name of a hamlet head is none.
    #[error("no name")]
    NoName,
    /// Nothing is left of what was given under that number.
    #[error("nothing to take back")]
    NothingToTakeBack,
    /// The store or the index failed.
    #[error("{0}")]
    Failed(String),
}

impl From<Failure> for NotGiven {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure.to_string())
    }
}

impl From<rusqlite::Error> for NotGiven {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Sql(error).into()
    }
}

impl NotGiven {
    /// What is said to the user: what is wrong, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::NoRun(out) => text!(lang, "returns.no_run", folder = out.display()),
            Self::NoFinding(number) => text!(lang, "review.given_no_finding", number),
            Self::Nothing => text!(lang, "review.given_nothing").to_owned(),
            Self::TooMany => text!(lang, "review.given_too_many", most = MOST_AT_ONCE),
            Self::NoAccount(name) => text!(lang, "review.given_no_account", name),
            Self::Unseen(name) => text!(lang, "review.assign_unseen", name),
            Self::NoName => text!(lang, "review.given_no_name").to_owned(),
            Self::NothingToTakeBack => text!(lang, "review.given_nothing_left").to_owned(),
            Self::Failed(detail) => text!(lang, "review.given_failed", detail),
        }
    }

    /// The exit code of the contract.
    pub fn code(&self) -> u8 {
        if matches!(self, Self::Failed(_)) { 6 } else { 2 }
    }
}

/// The name of a hamlet head as typed: one line, no number of a person; `None` where it holds no letter.
fn head_name(typed: &str) -> Option<String> {
    let line: String = one_line(typed).chars().take(LONGEST_NAME).collect();
    let name = mask_numbers(&line).unwrap_or(line);
    name.chars().any(char::is_alphabetic).then_some(name)
}

/// Accounts that work on findings and see some of what somebody with a scope sees.
pub(crate) fn colleagues(store: &Store, own: &Scope) -> rusqlite::Result<Vec<UserAccount>> {
    let mut accounts = store.accounts().list()?;
    accounts.retain(|account| {
        !account.disabled && routes::Access::Work.admits(Some(account.role)) && meets(own, &account.scope)
    });
    Ok(accounts)
}

/// Whether two scopes have a commune in common.
fn meets(one: &Scope, other: &Scope) -> bool {
    match (&one.communes, &other.communes) {
        (Some(communes), Some(_)) => communes.iter().any(|commune| other.has_commune(commune)),
        _ => true,
    }
}

/// The assignee as findings may be given to, by somebody with a scope: an account must see each of them, the name of a
/// hamlet head is made one.
///
/// # Errors
/// [`NotGiven::NoName`], [`NotGiven::NoAccount`] or [`NotGiven::Unseen`] where they may not be given so.
pub(crate) fn admitted(
    worker: &Worker,
    own: &Scope,
    assignee: Assignee,
    numbers: &[String],
) -> Result<Assignee, NotGiven> {
    match assignee {
        Assignee::HamletHead(name) => Ok(Assignee::HamletHead(head_name(&name).ok_or(NotGiven::NoName)?)),
        Assignee::Account(name) => {
            let mut known = colleagues(&worker.store, own)?.into_iter();
            let account = known.find(|account| account.name == name);
            let account = account.ok_or(NotGiven::NoAccount(name))?;
            for number in numbers {
                if worker.index.case(number, &account.scope)?.is_none() {
                    return Err(NotGiven::Unseen(account.name));
                }
            }
            Ok(Assignee::Account(account.name))
        }
    }
}

/// Gives findings, or takes them from everybody, and brings the index up to it; the number by which it is taken back.
pub(crate) fn give(
    app: &App,
    worker: &mut Worker,
    numbers: &[String],
    assignee: Option<&Assignee>,
    (by, at): (&str, Timestamp),
) -> Result<Option<i64>, Failure> {
    let ids: Option<Vec<FindingId>> = numbers.iter().map(|number| FindingId::parse(number)).collect();
    let ids = ids.ok_or(Failure::NotFound)?;
    let _writing = app.writing();
    let together = worker.store.assign(&ids, assignee, by, at)?;
    mirror(worker, &ids)?;
    Ok(together)
}

/// Takes back what was given at once, and brings the index up to it; the findings that it was done for.
pub(crate) fn take_back(
    app: &App,
    worker: &mut Worker,
    number: i64,
    (by, at): (&str, Timestamp),
) -> Result<Vec<FindingId>, Failure> {
    let _writing = app.writing();
    let back = worker.store.unassign(number, by, at)?;
    mirror(worker, &back)?;
    Ok(back)
}

/// Brings the index up to what the store now says. The store is held by the caller.
fn mirror(worker: &Worker, ids: &[FindingId]) -> Result<(), Failure> {
    let index = &worker.index;
    index.begin()?;
    for id in ids {
        index.set_assignee(&id.to_string(), worker.store.assignee(*id)?.as_ref())?;
    }
    index.commit()?;
    Ok(())
}

/// To whom, as the access log takes it.
pub(crate) fn logged(assignee: Option<&Assignee>, filter: &str) -> String {
    let word = assignee.map_or_else(|| crate::review::filter::NOBODY.to_owned(), ToString::to_string);
    format!("→ {word} {filter}").trim_end().to_owned()
}

/// What findings were given or taken back, as the access log takes it.
pub(crate) fn counted(numbers: &[String]) -> String {
    match numbers {
        [one] => one.clone(),
        many => format!("{} cases", many.len()),
    }
}

/// The list of what somebody was given, what is due first in front.
pub(crate) fn list_of(assignee: &Assignee) -> Filter {
    Filter { assignee: assignee.to_string(), sort: "due".to_owned(), ..Filter::default() }
}

/// How soon something is due, by the key of its title.
pub(crate) const DUE: [&str; 3] = ["mine_overdue", "mine_soon", "mine_later"];

/// The place in [`DUE`] of what is due on a day.
pub(crate) fn due_part(due_on: Option<i32>, today: i32) -> usize {
    match due_on {
        Some(due) if due < today => 0,
        Some(due) if due <= today + SOON => 1,
        _ => 2,
    }
}

/// Which findings are meant: by number, else all to be done that fit each part that is set.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// Numbers of findings.
    pub numbers: Vec<String>,
    /// Codes; any where none is named.
    pub codes: Vec<String>,
    /// Communes, by code or by name; any where none is named.
    pub communes: Vec<String>,
    /// A hamlet, as written.
    pub hamlet: String,
    /// A responsible office, by name.
    pub unit: String,
    /// The last day on which they are due.
    pub due_by: Option<Day>,
}

impl Chosen {
    /// The filters that together are meant, none of them with what another has.
    fn filters(&self) -> Vec<Filter> {
        let any = |words: &[String]| if words.is_empty() { vec![String::new()] } else { words.to_vec() };
        let communes: Vec<String> = self.communes.iter().map(|commune| commune_key("", commune)).collect();
        let (mut codes, mut communes) = (any(&self.codes), any(&communes));
        codes.sort();
        codes.dedup();
        communes.sort();
        communes.dedup();
        let filter = |code: &String, commune: &String| Filter {
            code: code.clone(),
            commune: commune.clone(),
            hamlet: self.hamlet.clone(),
            unit: self.unit.clone(),
            sort: "due".to_owned(),
            ..Filter::default()
        };
        codes.iter().flat_map(|code| communes.iter().map(move |commune| filter(code, commune))).collect()
    }

    /// As the access log takes it.
    fn logged(&self) -> String {
        if !self.numbers.is_empty() {
            return String::new();
        }
        let mut told: Vec<String> = self.filters().iter().map(Filter::logged).collect();
        told.extend(self.due_by.map(|day| format!("due<={day}")));
        told.join(" ")
    }
}

/// A finding that may be given, or was.
#[derive(Clone, Debug)]
pub struct GivenFinding {
    /// Its number.
    pub number: String,
    /// Its code, and what that means.
    pub code: (String, &'static str),
    /// Where it is to be settled: hamlet and commune.
    pub place: String,
    /// The day on which it is overdue.
    pub due: Option<Day>,
    /// How soon that is, in words.
    pub soon: &'static str,
    /// Whom it is given to by now, in words; empty where to nobody.
    pub to: String,
}

impl GivenFinding {
    fn new(line: FindingLine, today: Day, lang: Lang) -> Self {
        let places = [line.hamlet, line.commune];
        let places: Vec<&str> = places.iter().map(String::as_str).filter(|place| !place.is_empty()).collect();
        Self {
            place: places.join(", "),
            due: line.due_on.map(Day),
            soon: crate::words::of_room("review", lang, DUE[due_part(line.due_on, today.0)]),
            to: line.assignee.as_ref().map_or_else(String::new, |of| shown::assignee(of, lang)),
            code: (line.code.clone(), shown::title(&line.code, lang)),
            number: line.number,
        }
    }
}

/// The findings of an output folder, to be given by command: whoever may do that may do what an administrator may.
#[derive(Debug)]
pub struct Giving {
    app: App,
    worker: Worker,
    by: String,
    today: Day,
    lang: Lang,
}

impl Giving {
    /// Opens the last run of an output folder.
    ///
    /// # Errors
    /// [`NotGiven`] where there is none, or it cannot be read.
    pub fn open(out: &Path, by: &str, today: Day, lang: Lang) -> Result<Self, NotGiven> {
        let app =
            App::open(out, Cookies::of(false, 0), Safeguards::default()).map_err(
                |failure| match failure {
                    Failure::NotFound => NotGiven::NoRun(out.to_path_buf()),
                    other => other.into(),
                },
            )?;
        let worker = app.take()?;
        Ok(Self { app, worker, by: by.to_owned(), today, lang })
    }

    /// The findings that are meant.
    ///
    /// # Errors
    /// [`NotGiven`] where one that is named is none of the last run's, or there are none, or too many.
    pub fn find(&self, chosen: &Chosen) -> Result<Vec<GivenFinding>, NotGiven> {
        let (index, scope) = (&self.worker.index, Scope::all());
        let mut found: Vec<FindingLine> = Vec::new();
        for number in &chosen.numbers {
            let id = FindingId::parse(number).map(|id| id.to_string());
            let case = id.map(|id| index.case(&id, &scope)).transpose()?.flatten();
            let line = case.ok_or_else(|| NotGiven::NoFinding(number.clone()))?.line;
            if found.iter().all(|known| known.number != line.number) {
                found.push(line);
            }
        }
        if chosen.numbers.is_empty() {
            for filter in chosen.filters() {
                let order = (filter.order(), MOST_AT_ONCE + 1);
                let lines = index.first_cases(&filter, &scope, self.today, order)?;
                let is_due = |line: &FindingLine| {
                    chosen.due_by.is_none_or(|last| line.due_on.is_some_and(|due| due <= last.0))
                };
                // What is due first comes first: none that is due by then is beyond those.
                found.extend(lines.into_iter().filter(is_due));
            }
        }
        match found.len() {
            0 => Err(NotGiven::Nothing),
            many if many > MOST_AT_ONCE as usize => Err(NotGiven::TooMany),
            _ => Ok(found.into_iter().map(|line| GivenFinding::new(line, self.today, self.lang)).collect()),
        }
    }

    /// Whether findings may be given so, and to whom in words; nothing is given.
    ///
    /// # Errors
    /// [`NotGiven`] where they may not.
    pub fn preview(
        &self,
        found: &[GivenFinding],
        to: Option<Assignee>,
    ) -> Result<(Option<Assignee>, String), NotGiven> {
        let numbers: Vec<String> = found.iter().map(|line| line.number.clone()).collect();
        let to = to.map(|to| admitted(&self.worker, &Scope::all(), to, &numbers)).transpose()?;
        let named = match &to {
            Some(to) => shown::assignee(to, self.lang),
            None => text!(self.lang, "review.assign_nobody").to_owned(),
        };
        Ok((to, named))
    }

    /// Gives findings, with one line in the access log; the number by which it is taken back, `None` where nothing changed.
    ///
    /// # Errors
    /// [`NotGiven`] where they may not be given so, or the store cannot be written.
    pub fn give(
        &mut self,
        chosen: &Chosen,
        found: &[GivenFinding],
        to: Option<Assignee>,
    ) -> Result<Option<i64>, NotGiven> {
        let (to, _) = self.preview(found, to)?;
        let numbers: Vec<String> = found.iter().map(|line| line.number.clone()).collect();
        let by = (self.by.clone(), Timestamp::now());
        let together = give(&self.app, &mut self.worker, &numbers, to.as_ref(), (&by.0, by.1))?;
        self.log("assign", &logged(to.as_ref(), &chosen.logged()), &numbers)?;
        Ok(together)
    }

    /// Takes back what was given at once; how many findings it was done for.
    ///
    /// # Errors
    /// [`NotGiven::NothingToTakeBack`] where nothing is left of it, or the store cannot be written.
    pub fn take_back(&mut self, number: i64) -> Result<usize, NotGiven> {
        let by = (self.by.clone(), Timestamp::now());
        let back = take_back(&self.app, &mut self.worker, number, (&by.0, by.1))?;
        if back.is_empty() {
            return Err(NotGiven::NothingToTakeBack);
        }
        let numbers: Vec<String> = back.iter().map(ToString::to_string).collect();
        self.log("assign_undo", "", &numbers)?;
        Ok(back.len())
    }

    /// What somebody was given and has still to do, what is due first in front, and whether there is more of it.
    ///
    /// # Errors
    /// [`NotGiven`] where the index cannot be read.
    pub fn of(&mut self, to: &Assignee) -> Result<(Vec<GivenFinding>, bool), NotGiven> {
        let filter = list_of(to);
        let order = (filter.order(), LISTED + 1);
        let mut lines = self.worker.index.first_cases(&filter, &Scope::all(), self.today, order)?;
        let more = lines.len() > LISTED as usize;
        lines.truncate(LISTED as usize);
        let numbers: Vec<String> = lines.iter().map(|line| line.number.clone()).collect();
        self.log_as("list", format!("{} cases", numbers.len()), &filter.logged(), &numbers)?;
        Ok((lines.into_iter().map(|line| GivenFinding::new(line, self.today, self.lang)).collect(), more))
    }

    fn log(&mut self, action: &str, why: &str, numbers: &[String]) -> Result<(), NotGiven> {
        self.log_as(action, counted(numbers), why, numbers)
    }

    fn log_as(&mut self, action: &str, what: String, why: &str, numbers: &[String]) -> Result<(), NotGiven> {
        let (who, action) = (self.by.clone(), action.to_owned());
        let access = Access { who, action, what, why: why.to_owned() };
        self.worker.store.log_access_to(&access, numbers, Timestamp::now()).map_err(Failure::Store)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hamlet_head_is_a_name_and_no_number() {
        assert_eq!(head_name(" Ông Tư \n (thôn 3)").as_deref(), Some("Ông Tư   (thôn 3)"));
        assert!(!head_name("Bà Hoa 079160000001").unwrap().contains("079160000001"));
        assert_eq!(head_name(" 12 "), None);
    }

    #[test]
    fn scopes_meet_in_a_commune() {
        let of = |communes: &[&str]| Scope {
            communes: Some(communes.iter().map(ToString::to_string).collect()),
            units: None,
        };
        assert!(meets(&of(&["1", "2"]), &of(&["2"])) && meets(&Scope::all(), &of(&["2"])));
        assert!(!meets(&of(&["1"]), &of(&["2"])));
    }

    #[test]
    fn what_is_chosen_is_a_filter_for_each_code_and_commune() {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        let chosen = Chosen {
            codes: words(&["SONG-01", "DU-01", "SONG-01"]),
            communes: words(&["Xã An Phú"]),
            hamlet: "Thôn 3".into(),
            ..Chosen::default()
        };
        let filters: Vec<String> = chosen.filters().iter().map(Filter::query).collect();
        let commune = "commune=xa%20an%20phu&hamlet=Th%C3%B4n%203";
        assert_eq!(filters, ["DU-01", "SONG-01"].map(|code| format!("?{commune}&code={code}&sort=due")));
        assert_eq!(Chosen::default().filters().len(), 1);
        assert_eq!(
            [Some(9), Some(10), Some(17), Some(18), None].map(|due| due_part(due, 10)),
            [0, 1, 1, 2, 2]
        );
    }
}
