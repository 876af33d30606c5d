//! Why somebody looks at very many persons: asked for once a bound is passed, written into the access log, and then
//! they go on.

use std::time::Instant;

use askama::Template;
use axum::http::StatusCode;

use crate::returns::one_line;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit};
use crate::review::http::watch::{Look, Seen};
use crate::store::{BULK, mask_numbers};
use crate::words::text;

/// Letters of the shortest reason.
const FEWEST: usize = 5;

/// Characters of the longest reason.
const LONGEST: usize = 300;

#[derive(Template)]
#[template(path = "review/reason.html")]
struct Reason {
    shell: Shell,
    told: String,
    error: &'static str,
    look: &'static str,
    next: String,
    longest: usize,
}

/// Notes that the visitor looks at a finding or a pair, and asks why where that is one too many; `None` where the
/// visitor may go on.
pub(crate) fn asked(visit: &mut Visit<'_>, look: Look, number: &str) -> Result<Option<Reply>, Failure> {
    // Who works alone at a desk has all of it on the disk.
    if visit.app.is_sole() {
        return Ok(None);
    }
    let most = most(visit, look);
    let seen = visit.app.watch.look((visit.who()?.id, look), number, most, Instant::now());
    match seen {
        Seen::Fine => return Ok(None),
        Seen::First => visit.log(BULK, &format!("{most} {} within an hour", look.name()), "")?,
        Seen::Again => {}
    }
    let pair = visit.uri.path().starts_with("/pairs/");
    let next =
        if pair { format!("/pairs/{number}") } else { format!("/cases/{number}{}", visit.filter().query()) };
    page(visit, look, "", next).map(Some)
}

fn most(visit: &Visit<'_>, look: Look) -> u32 {
    match look {
        Look::Cases => visit.app.safeguards.cases_an_hour,
        Look::Numbers => visit.app.safeguards.numbers_an_hour,
    }
}

fn page(visit: &Visit<'_>, look: Look, error: &'static str, next: String) -> Result<Reply, Failure> {
    let most = most(visit, look);
    let told = match look {
        Look::Cases => text!(visit.lang, "review.reason_cases", most),
        Look::Numbers => text!(visit.lang, "review.reason_numbers", most),
    };
    let page = Reason { shell: visit.shell(), told, error, look: look.name(), next, longest: LONGEST };
    Reply::page_as(StatusCode::TOO_MANY_REQUESTS, &page)
}

/// Takes the reason.
pub(crate) fn say(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let look = Look::from_name(visit.field("look")).ok_or(Failure::BadAnswer)?;
    // The page of a finding or a pair, and no address elsewhere.
    let next = visit.field("next");
    let is_own =
        ["/cases/", "/pairs/"].iter().any(|of| next.starts_with(of)) && !next.contains(['\\', '\r', '\n']);
    let next = if is_own { next.to_owned() } else { "/cases".to_owned() };
    let said: String = one_line(visit.field("why")).chars().take(LONGEST).collect();
    if said.chars().filter(|c| c.is_alphabetic()).count() < FEWEST {
        return page(visit, look, "reason_empty", next);
    }
    let why = mask_numbers(&said).unwrap_or(said);
    visit.log("bulk_reason", look.name(), &why)?;
    visit.app.watch.excuse(visit.who()?.id, look);
    Ok(Reply::see(next))
}
