//! Every address, who may use it, and the page that answers.

use axum::http::Method;

use super::http::reply::{Failure, Reply};
use super::http::request::Visit;
use super::pages::lists::{bulk, decisions, export, letters, log, print, queue, resolved, worklist};
use super::pages::one::{case, known, pair};
use super::pages::work::{assign, comment, mine, papers};
use super::pages::{dashboard, help, leader, login, population, reason, settings};
use crate::store::accounts::AccountRole;

/// Who may use an address.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Whoever is logged in.
    Account,
    /// Whoever works on cases, each within the account's scope.
    Work,
    /// Whoever reads figures of the work, each within the account's scope.
    Figures,
    /// Whoever reads the access log.
    Log,
    /// Whoever gives files and begins runs at the desk.
    Desk,
}

impl Access {
    /// Whether an account of this role is admitted; `None` is nobody.
    pub fn admits(self, role: Option<AccountRole>) -> bool {
        match (self, role) {
            (Self::Public, _) | (Self::Account, Some(_)) => true,
            (Self::Work, Some(role)) => matches!(role, AccountRole::Admin | AccountRole::Officer),
            (Self::Figures, Some(role)) => role != AccountRole::Auditor,
            (Self::Log, Some(role)) => matches!(role, AccountRole::Admin | AccountRole::Auditor),
            (Self::Desk, Some(role)) => role == AccountRole::Admin,
            (_, None) => false,
        }
    }
}

/// What answers a request.
pub(crate) type Page = fn(&mut Visit<'_>) -> Result<Reply, Failure>;

/// An address.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) page: Page,
}

/// Every address by method and path, with who may use it: for those who want to try each of them.
pub fn addresses() -> impl Iterator<Item = (&'static str, &'static str, Access)> {
    ROUTES
        .iter()
        .map(|route| (if route.method == Method::POST { "POST" } else { "GET" }, route.path, route.access))
}

pub(crate) const fn get(path: &'static str, access: Access, page: Page) -> Route {
    Route { method: Method::GET, path, access, page }
}

pub(crate) const fn post(path: &'static str, access: Access, page: Page) -> Route {
    Route { method: Method::POST, path, access, page }
}

/// The address that takes a form with a file.
pub(crate) const PAPERS: &str = "/cases/{number}/papers";

/// All of them.
pub(crate) static ROUTES: &[Route] = &[
    get("/login", Access::Public, login::show),
    post("/login", Access::Public, login::enter),
    post("/login/code", Access::Public, login::enter_code),
    post("/logout", Access::Account, login::leave),
    get("/", Access::Account, dashboard::show),
    get("/leader", Access::Figures, leader::show),
    get("/population", Access::Figures, population::show),
    get("/population/turning", Access::Work, population::turning),
    get("/cases", Access::Work, worklist::show),
    post("/cases", Access::Work, worklist::search),
    get("/cases/{number}", Access::Work, case::show),
    post("/cases/{number}/assign", Access::Work, assign::one),
    post("/cases/{number}/comment", Access::Work, comment::add),
    post(PAPERS, Access::Work, papers::add),
    get("/cases/{number}/papers/{paper}", Access::Work, papers::take),
    post("/cases/{number}/papers/{paper}/remove", Access::Work, papers::remove),
    get("/cases/{number}/person", Access::Work, known::person),
    get("/cases/{number}/household", Access::Work, known::household),
    post("/cases/{number}/decide", Access::Work, case::decide),
    post("/cases/{number}/undo", Access::Work, case::undo),
    post("/cases/{number}/reveal", Access::Work, case::reveal),
    get("/mine", Access::Work, mine::show),
    post("/assign", Access::Work, assign::all),
    post("/assign/{number}/undo", Access::Work, assign::undo),
    get("/bulk", Access::Work, bulk::show),
    post("/bulk", Access::Work, bulk::decide),
    post("/bulk/{number}/undo", Access::Work, bulk::undo),
    get("/decisions", Access::Work, decisions::show),
    post("/decisions/{number}/undo", Access::Work, decisions::undo),
    get("/resolved", Access::Work, resolved::show),
    get("/queue", Access::Work, queue::show),
    get("/pairs/{number}", Access::Work, pair::show),
    post("/pairs/{number}/decide", Access::Work, pair::decide),
    post("/pairs/{number}/undo", Access::Work, pair::undo),
    post("/pairs/{number}/reveal", Access::Work, pair::reveal),
    post("/reason", Access::Work, reason::say),
    get("/print", Access::Work, print::show),
    post("/export", Access::Work, export::save),
    post("/letters", Access::Work, letters::save),
    get("/log", Access::Log, log::show),
    post("/log", Access::Log, log::search),
    get("/help", Access::Account, help::show),
    get("/settings", Access::Account, settings::show),
    post("/settings/language", Access::Account, settings::set_language),
    post("/settings/sessions", Access::Account, settings::end_others),
    post("/settings/password", Access::Account, settings::set_password),
    get("/static/{digest}/{name}", Access::Public, login::asset),
];
