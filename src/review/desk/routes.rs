//! The addresses of the desk, beside those of the review application: they stand only where the program was started at
//! a desk, and behind its gate.

use axum::http::Method;

use super::pages::{files, run, runs};
use crate::review::routes::{Access, Route, get, post};

/// All of them but the upload, which is no page and has the same access.
pub(crate) static ROUTES: [Route; 14] = [
    get("/start", Access::Desk, files::show),
    get("/start/list", Access::Desk, files::list),
    post("/start/path", Access::Desk, files::add_path),
    post("/start/files/{number}/answer", Access::Desk, files::answer),
    post("/start/files/{number}/aside", Access::Desk, files::put_aside),
    post("/start/files/{number}/remove", Access::Desk, files::remove),
    get("/start/run", Access::Desk, run::show),
    post("/start/run", Access::Desk, run::begin),
    get("/start/progress", Access::Desk, run::progress),
    post("/start/cancel", Access::Desk, run::cancel),
    get("/start/runs", Access::Desk, runs::show),
    post("/start/report", Access::Desk, runs::report),
    post("/start/folder", Access::Desk, runs::show_folder),
    post("/start/stop", Access::Account, runs::stop),
];

/// Every address of the desk by method and path, with who may use it: for those who want to try each of them.
pub fn desk_addresses() -> impl Iterator<Item = (&'static str, &'static str, Access)> {
    let pages = ROUTES
        .iter()
        .map(|route| (if route.method == Method::POST { "POST" } else { "GET" }, route.path, route.access));
    pages.chain([("POST", UPLOAD, Access::Desk)])
}

/// The address that takes files.
pub(crate) const UPLOAD: &str = "/start/upload";
