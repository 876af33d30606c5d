//! A page that says why there is no other.

use askama::Template;
use axum::http::StatusCode;

use crate::domain::Lang;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::Shell;
use crate::review::texts;

#[derive(Template)]
#[template(path = "review/message.html")]
struct Message<'a> {
    shell: Shell,
    title: &'a str,
    text: &'a str,
    back: &'static str,
}

/// The page.
pub(crate) fn page(shell: Shell, status: StatusCode, title: &str, text: &str) -> Reply {
    let page = Message { shell, title, text, back: "/" };
    // The template holds nothing that can fail; if it did, the bare sentence would do.
    Reply::page_as(status, &page).unwrap_or_else(|_| Reply::text(status, text))
}

/// One sentence, where there is no telling who asks.
pub(crate) fn bare(failure: &Failure, lang: Lang) -> Reply {
    Reply::text(failure.status(), texts::text(lang, failure.texts().1))
}
