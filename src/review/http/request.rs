//! A request that has been let in: who asks for what, with connections to answer it.

use std::sync::Arc;

use axum::http::Uri;
use jiff::{Timestamp, Zoned};

use super::app::{App, Worker};
use super::passwords;
use super::reply::{Failure, Reply};
use crate::domain::{Day, Lang};
use crate::review::desk::Desk;
use crate::review::filter::Filter;
use crate::review::routes::Access;
use crate::review::texts;
use crate::store::accounts::{AccountRole, UserAccount};

/// A request that has been let in.
pub(crate) struct Visit<'a> {
    /// What all requests share.
    pub(crate) app: &'a App,
    /// Connections.
    pub(crate) worker: &'a mut Worker,
    /// Who asks; nobody on the pages that are open to all.
    pub(crate) account: Option<UserAccount>,
    /// The session's token, or that of the visitor who is about to log in.
    pub(crate) token: [u8; 32],
    /// The variable parts of the address.
    pub(crate) params: Vec<(String, String)>,
    /// The address.
    pub(crate) uri: Uri,
    /// What the form holds.
    pub(crate) form: Vec<(String, String)>,
    /// The file of the form, where it has one.
    pub(crate) upload: Option<Upload>,
    /// Where the request comes from.
    pub(crate) address: String,
    /// The language of the answer.
    pub(crate) lang: Lang,
}

/// A file that came with a form.
pub(crate) struct Upload {
    /// As the browser calls it.
    pub(crate) name: String,
    /// Its content; of one that is too large somewhat more than is taken.
    pub(crate) bytes: Vec<u8>,
}

impl Visit<'_> {
    /// Who asks; pages that need to know are not open to others.
    pub(crate) fn who(&self) -> Result<&UserAccount, Failure> {
        self.account.as_ref().ok_or(Failure::NotFound)
    }

    /// The desk at which the program was started; elsewhere there is no such page.
    pub(crate) fn desk(&self) -> Result<Arc<Desk>, Failure> {
        self.app.desk().cloned().ok_or(Failure::NotFound)
    }

    /// A variable part of the address.
    pub(crate) fn param(&self, name: &str) -> &str {
        value(&self.params, name)
    }

    /// A field of the form; empty where there is none.
    pub(crate) fn field(&self, name: &str) -> &str {
        value(&self.form, name)
    }

    /// The query of the address as a page reads it; what cannot be read asks for nothing.
    pub(crate) fn query<T: serde::de::DeserializeOwned + Default>(&self) -> T {
        axum::extract::Query::<T>::try_from_uri(&self.uri).map(|query| query.0).unwrap_or_default()
    }

    /// The filter of the address, with what the session searched for.
    pub(crate) fn filter(&self) -> Filter {
        let filter: Filter = self.query();
        Filter { q: self.sought(&filter.s).unwrap_or_default(), ..filter }
    }

    /// What the session searched for under a word of an address.
    pub(crate) fn sought(&self, word: &str) -> Option<String> {
        self.app.searches.find(&self.token, word)
    }

    /// The text of a key in the language of the answer.
    pub(crate) fn t<'t>(&self, key: &'t str) -> &'t str {
        texts::text(self.lang, key)
    }

    /// What every page has around it.
    pub(crate) fn shell(&self) -> Shell {
        Shell {
            lang: self.lang,
            account: self.account.clone(),
            csrf: passwords::form_token(&self.token),
            path: self.uri.path().to_string(),
            at_desk: self.app.desk().is_some(),
            is_sole: self.app.is_sole(),
        }
    }

    /// Writes into the access log what the visitor sees or takes.
    pub(crate) fn log(&mut self, action: &str, what: &str, why: &str) -> Result<(), Failure> {
        self.log_holding(action, what, why, &[])
    }

    /// The same of a list or a file, with what it holds: numbers of cases, and rows as `file:row`.
    pub(crate) fn log_holding(
        &mut self,
        action: &str,
        what: &str,
        why: &str,
        held: &[String],
    ) -> Result<(), Failure> {
        let who = self.who()?.name.clone();
        let access = crate::store::Access {
            who,
            action: action.to_string(),
            what: what.to_string(),
            why: why.to_string(),
        };
        let _writing = self.app.writing();
        self.worker.store.log_access_to(&access, held, now())?;
        Ok(())
    }

    /// A page that says why there is no other.
    pub(crate) fn failed(&self, failure: &Failure) -> Reply {
        let (title, text) = failure.texts();
        crate::review::pages::message::page(self.shell(), failure.status(), self.t(title), self.t(text))
    }
}

fn value<'v>(values: &'v [(String, String)], name: &str) -> &'v str {
    values.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value)
}

/// The moment.
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The officer's day.
pub(crate) fn today() -> Day {
    let date = Zoned::now().date();
    Day::from_civil(i32::from(date.year()), date.month() as u8, date.day() as u8).unwrap_or(Day(0))
}

/// What every page has around it.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    /// The language.
    pub(crate) lang: Lang,
    /// Who is logged in.
    pub(crate) account: Option<UserAccount>,
    /// The token that forms carry.
    pub(crate) csrf: String,
    /// The path of the page.
    path: String,
    /// Whether the program was started at a desk.
    pub(crate) at_desk: bool,
    /// Whether nobody but the user of this machine works there: without a password there is no logging out.
    pub(crate) is_sole: bool,
}

/// An entry of the menu.
pub(crate) struct Entry {
    pub(crate) path: &'static str,
    pub(crate) text: &'static str,
    pub(crate) current: bool,
}

impl Shell {
    /// Around a page that comes before there are accounts.
    pub(crate) fn before_accounts(lang: Lang, csrf: String) -> Self {
        Self { lang, account: None, csrf, path: String::new(), at_desk: true, is_sole: false }
    }

    /// The text of a key.
    pub(crate) fn t<'t>(&self, key: &'t str) -> &'t str {
        texts::text(self.lang, key)
    }

    /// The language, as HTML names it.
    pub(crate) fn language(&self) -> &'static str {
        self.lang.code()
    }

    /// The language that can be chosen instead.
    pub(crate) fn other_language(&self) -> &'static str {
        self.lang.other().code()
    }

    /// Its name in itself.
    pub(crate) fn other_language_name(&self) -> &'static str {
        self.t("other_language")
    }

    /// Address of the style sheet.
    pub(crate) fn style(&self) -> &'static str {
        &super::assets::STYLE.path
    }

    /// Address of the script of the desk.
    pub(crate) fn desk_script(&self) -> &'static str {
        &super::assets::DESK.path
    }

    /// Address of the script.
    pub(crate) fn script(&self) -> &'static str {
        &super::assets::SCRIPT.path
    }

    /// The text of the account's role.
    pub(crate) fn role_key(&self) -> &'static str {
        match self.account.as_ref().map(|account| account.role) {
            Some(AccountRole::Admin) => "role_admin",
            Some(AccountRole::Officer) => "role_officer",
            Some(AccountRole::Leader) => "role_leader",
            Some(AccountRole::Auditor) | None => "role_auditor",
        }
    }

    /// Whether the account works on cases, and so may see lists of persons.
    pub(crate) fn works(&self) -> bool {
        Access::Work.admits(self.account.as_ref().map(|account| account.role))
    }

    /// The pages that the account may open.
    pub(crate) fn menu(&self) -> Vec<Entry> {
        let all = [
            ("/start", "desk.shell.menu", Access::Desk),
            ("/", "dashboard", Access::Work),
            ("/mine", "mine", Access::Work),
            ("/cases", "worklist", Access::Work),
            ("/queue", "queue", Access::Work),
            ("/decisions", "decisions", Access::Work),
            ("/leader", "leader", Access::Figures),
            ("/population", "population", Access::Figures),
            ("/start/runs", "desk.shell.runs", Access::Desk),
            ("/log", "log", Access::Log),
            ("/help", "help", Access::Account),
            ("/settings", "settings", Access::Account),
        ];
        let role = self.account.as_ref().map(|account| account.role);
        let open = all
            .into_iter()
            .filter(|(_, _, access)| access.admits(role) && (self.at_desk || *access != Access::Desk));
        open.map(|(path, text, _)| {
            let current = match path {
                "/" => self.path == path,
                "/start" => self.path.starts_with(path) && self.path != "/start/runs",
                "/start/runs" => self.path == path,
                "/queue" => ["/queue", "/pairs"].iter().any(|of| self.path.starts_with(of)),
                _ => self.path.starts_with(path.trim_end_matches('s')),
            };
            Entry { path, text, current }
        })
        .collect()
    }
}
