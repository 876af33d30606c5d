//! The first start: who works here, where the results go, in which language.

use std::path::Path;

use askama::Template;

use crate::disk;
use crate::domain::Lang;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::Shell;
use crate::words::text;

use crate::review::desk::accounts::NotMade;

#[derive(Template)]
#[template(path = "review/desk/first.html")]
struct FirstPage<'a> {
    shell: Shell,
    error: String,
    user: String,
    named: bool,
    name: &'a str,
    folder: String,
    fixed: bool,
}

/// What the form holds so far.
#[derive(Clone, Debug, Default)]
pub(in crate::review::desk) struct FirstForm {
    pub(in crate::review::desk) named: bool,
    pub(in crate::review::desk) name: String,
    pub(in crate::review::desk) folder: String,
    /// Whether the folder was named when the program was started.
    pub(in crate::review::desk) fixed: bool,
}

/// The form.
pub(in crate::review::desk) fn page(shell: Shell, form: &FirstForm, error: String) -> Result<Reply, Failure> {
    Reply::page(&FirstPage {
        shell,
        error,
        user: disk::user_name(),
        named: form.named,
        name: &form.name,
        folder: form.folder.clone(),
        fixed: form.fixed,
    })
}

/// Why an account was not made.
pub(in crate::review::desk) fn not_made(error: &NotMade, lang: Lang) -> String {
    match error {
        NotMade::BadName => text!(lang, "desk.first.bad_name").to_owned(),
        NotMade::Short => text!(lang, "desk.first.short").to_owned(),
        NotMade::Common => text!(lang, "review.password_common").to_owned(),
        NotMade::Differ => text!(lang, "desk.first.differ").to_owned(),
        NotMade::NoRandom => text!(lang, "desk.first.no_random").to_owned(),
        NotMade::Store(error) => error.message(lang),
        NotMade::Sql(error) => text!(lang, "common.error.internal", detail = error),
    }
}

/// Why a folder is not used.
pub(in crate::review::desk) fn bad_folder(
    folder: &Path,
    detail: &dyn std::fmt::Display,
    lang: Lang,
) -> String {
    text!(lang, "desk.first.bad_folder", folder = folder.display(), detail)
}
