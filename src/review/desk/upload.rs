//! Takes the files that are dropped into the page, as they come and never as a whole in memory.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::response::Response;
use tokio::sync::mpsc;

use super::Desk;
use super::files::{Files, safe_name};
use crate::disk;
use crate::domain::Lang;
use crate::review::http::app::App;
use crate::review::http::guard;
use crate::review::http::reply::Reply;
use crate::review::routes::Access;
use crate::words::text;

/// Megabytes of a file, at most: larger ones are read where they are.
const LARGEST_MB: u64 = 512;

/// Files taken at a time.
const MOST_FILES: usize = 200;

/// Parts of a file that wait to be written.
const WAITING: usize = 8;

/// What the names of files end with that have not come whole.
const PARTIAL: &str = ".part";

/// What became of one file.
enum Taken {
    New,
    Replaced,
}

/// Answers a form of files.
pub(crate) async fn receive(app: Arc<App>, lang: Lang, request: Request) -> Response {
    let (app_too, headers) = (Arc::clone(&app), request.headers().clone());
    // Who asks is known before anything is read of what they send.
    let vouched =
        tokio::task::spawn_blocking(move || guard::vouch(&app_too, Access::Desk, &headers, (true, lang)));
    let vouched = match vouched.await {
        Ok(Ok(vouched)) => vouched,
        Ok(Err(reply)) => return reply.into_response(),
        Err(_) => return guard::refused(lang).into_response(),
    };
    let Some(desk) = app.desk().cloned() else { return guard::refused(lang).into_response() };
    let lang = vouched.lang;
    let Ok(mut form) = Multipart::from_request(request, &()).await else {
        return guard::refused(lang).into_response();
    };
    // The token stands before the files.
    let token = match form.next_field().await {
        Ok(Some(field)) if field.name() == Some("csrf") => field.text().await.unwrap_or_default(),
        _ => String::new(),
    };
    if !vouched.is_own(&token) {
        return guard::refused(lang).into_response();
    }
    let names = match take_all(&desk, &mut form, lang).await {
        Ok(names) => names,
        Err(sentence) => {
            desk.tell(false, sentence);
            Vec::new()
        }
    };
    let logged = tokio::task::spawn_blocking(move || {
        for name in &names {
            vouched.log(&app, "file_add", name);
        }
    });
    // What could not be logged is told in the log of the program.
    let _ = logged.await;
    Reply::see("/start").into_response()
}

/// Takes the files of a form; the names under which they are kept.
async fn take_all(desk: &Arc<Desk>, form: &mut Multipart, lang: Lang) -> Result<Vec<String>, String> {
    let broken = || text!(lang, "desk.added.broken").to_owned();
    let (mut names, mut replaced) = (Vec::new(), Vec::new());
    let mut wrong = None;
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(_) => {
                wrong = Some(broken());
                break;
            }
        };
        // A form without files has a field without a name.
        let Some(said) = field.file_name().filter(|name| !name.is_empty()) else { continue };
        let name = unlike(safe_name(said), &names);
        if names.len() == MOST_FILES {
            wrong = Some(text!(lang, "desk.added.too_many", limit = MOST_FILES));
            break;
        }
        match take(desk, &name, field, lang).await {
            Ok(Taken::New) => names.push(name),
            Ok(Taken::Replaced) => {
                replaced.push(name.clone());
                names.push(name);
            }
            Err(sentence) => {
                wrong = Some(sentence);
                break;
            }
        }
    }
    if !names.is_empty() {
        desk.tell(true, text!(lang, "desk.added.one", count = names.len()));
    }
    if !replaced.is_empty() {
        desk.tell(true, text!(lang, "desk.added.replaced", names = replaced.join(", ")));
    }
    if let Some(sentence) = wrong {
        desk.tell(false, sentence);
    }
    Ok(names)
}

/// A name that no file of the same drop has: two folders may each have a file of it, and both are wanted. A file that was
/// dropped earlier is replaced by one of its name.
fn unlike(name: String, taken: &[String]) -> String {
    // Some systems take capitals and small letters for the same.
    let is_free = |name: &str| !taken.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    let (stem, ending) = name.split_once('.').filter(|(stem, _)| !stem.is_empty()).unwrap_or((&name, ""));
    let dot = if ending.is_empty() { "" } else { "." };
    let numbered = (2..).map(|n| format!("{stem} ({n}){dot}{ending}"));
    std::iter::once(name.clone()).chain(numbered).find(|name| is_free(name)).unwrap_or_default()
}

/// Takes one file: beside its place until it is whole.
async fn take(desk: &Arc<Desk>, name: &str, mut field: Field<'_>, lang: Lang) -> Result<Taken, String> {
    let failed = |error: io::Error| text!(lang, "desk.added.failed", name, detail = error);
    let broken = || text!(lang, "desk.added.broken").to_owned();
    let (send, receive) = mpsc::channel::<Bytes>(WAITING);
    let (at_work, kept) = (Arc::clone(desk), name.to_owned());
    let written = tokio::task::spawn_blocking(move || write(&at_work, &kept, receive));
    let mut bytes = 0;
    let mut whole = Ok(());
    loop {
        match field.chunk().await {
            Ok(Some(chunk)) => {
                bytes += chunk.len() as u64;
                if bytes > LARGEST_MB * 1024 * 1024 {
                    whole = Err(text!(lang, "desk.added.too_large", name, limit = LARGEST_MB));
                    break;
                }
                // Nobody takes it where the file cannot be written: that error is told.
                if send.send(chunk).await.is_err() {
                    break;
                }
            }
            // An empty part says that the file is whole.
            Ok(None) => {
                let _ = send.send(Bytes::new()).await;
                break;
            }
            Err(_) => {
                whole = Err(broken());
                break;
            }
        }
    }
    drop(send);
    let written = written.await.map_err(|_| broken())?;
    whole?;
    match written {
        Ok(Some(taken)) => Ok(taken),
        Ok(None) => Err(broken()),
        Err(error) => Err(failed(error)),
    }
}

/// Writes the parts of a file and puts it in its place once it is whole; `None` where it never was.
fn write(desk: &Desk, name: &str, mut parts: mpsc::Receiver<Bytes>) -> io::Result<Option<Taken>> {
    let folder = Files::folder(desk.out())?;
    let partial = folder.join(format!(".{name}{PARTIAL}"));
    let shred = desk.shreds();
    let fill = |parts: &mut mpsc::Receiver<Bytes>| -> io::Result<bool> {
        let mut file = disk::create_or_empty(&partial)?;
        while let Some(part) = parts.blocking_recv() {
            if part.is_empty() {
                file.sync_all()?;
                return Ok(true);
            }
            file.write_all(&part)?;
        }
        Ok(false)
    };
    match fill(&mut parts) {
        Ok(true) => place(desk, &partial, &folder.join(name), name, shred).map(Some),
        ended => {
            let _ = crate::archive::remove_file(&partial, shred);
            ended.map(|_| None)
        }
    }
}

fn place(desk: &Desk, partial: &Path, path: &Path, name: &str, shred: bool) -> io::Result<Taken> {
    let is_there = path.exists();
    if is_there && !same(partial, path)? {
        crate::archive::remove_file(path, shred)?;
    }
    disk::rename(partial, path)?;
    disk::sync_folder(path.parent().unwrap_or(path))?;
    desk.change(|files| files.dropped(name))?;
    Ok(if is_there { Taken::Replaced } else { Taken::New })
}

/// Whether two files are the same byte for byte.
fn same(one: &Path, other: &Path) -> io::Result<bool> {
    let digest = |path: &Path| -> io::Result<blake3::Hash> {
        let mut hasher = blake3::Hasher::new();
        io::copy(&mut File::open(path)?, &mut hasher)?;
        Ok(hasher.finalize())
    };
    Ok(fs::metadata(one)?.len() == fs::metadata(other)?.len() && digest(one)? == digest(other)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_files_of_one_name_in_one_drop_are_both_kept() {
        let mut taken = Vec::new();
        for said in ["khai_tu.csv.gz", "Khai_tu.csv.gz", "khai_tu.csv.gz", "bhyt", "bhyt", "khai_tu.xlsx"] {
            let name = unlike(said.to_owned(), &taken);
            taken.push(name);
        }
        let kept = [
            "khai_tu.csv.gz",
            "Khai_tu (2).csv.gz",
            "khai_tu (3).csv.gz",
            "bhyt",
            "bhyt (2)",
            "khai_tu.xlsx",
        ];
        assert_eq!(taken, kept);
    }
}
