//! Photographs and PDFs of certificates attached to a finding: taken by their content, handed out to be saved.

use axum::http::StatusCode;

use crate::archive;
use crate::domain::Lang;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Visit, now};
use crate::review::pages::lists::history::moment;
use crate::review::pages::message;
use crate::review::pages::one::{case, shown};
use crate::store::accounts::{AccountRole, UserAccount};
use crate::store::{LARGEST_PAPER, Paper, PaperKind};
use crate::words::{grouped, text};

/// Papers of one finding, at most.
const MOST: usize = 20;

/// Characters of a name.
const LONGEST_NAME: usize = 80;

/// A paper as its finding's page shows it.
pub(crate) struct ShownPaper {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) size: String,
    pub(crate) by: String,
    pub(crate) at: String,
    pub(crate) can_remove: bool,
}

impl ShownPaper {
    pub(crate) fn of(paper: &Paper, who: &UserAccount, lang: Lang) -> Self {
        Self {
            id: paper.id,
            name: shown::visible(&paper.name),
            size: format!("{} KB", grouped(paper.bytes.div_ceil(1024), lang)),
            by: paper.by.clone(),
            at: moment(paper.at),
            can_remove: may_remove(paper, who),
        }
    }
}

/// Whether an account may take a paper away: its own, or any as administrator.
fn may_remove(paper: &Paper, who: &UserAccount) -> bool {
    paper.by == who.name || who.role == AccountRole::Admin
}

/// Attaches the file of the form.
pub(crate) fn add(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let number = case::find(visit)?.line.number;
    let id = case::id_of(&number)?;
    let Some(upload) = visit.upload.take() else { return Err(Failure::BadAnswer) };
    let kind = match PaperKind::of(&upload.bytes) {
        Some(kind) if upload.bytes.len() <= LARGEST_PAPER => kind,
        Some(_) => return Ok(refused(visit, "paper_too_large")),
        None => return Ok(refused(visit, "paper_unknown")),
    };
    if visit.worker.store.papers_on(id)?.len() >= MOST {
        return Ok(refused(visit, "paper_too_many"));
    }
    let name = name(&upload.name, kind);
    let me = visit.who()?.name.clone();
    let attached = {
        let _writing = visit.app.writing();
        visit.worker.store.attach(id, (&name, &upload.bytes), kind, (&me, now()))?
    };
    if attached.is_some() {
        visit.log("paper_add", &number, kind.ending())?;
    }
    let filter = visit.filter();
    Ok(Reply::see(format!("/cases/{number}{}#papers", filter.query())))
}

fn refused(visit: &Visit<'_>, key: &str) -> Reply {
    let told = match key {
        "paper_too_many" => text!(visit.lang, "review.paper_too_many", most = MOST),
        other => visit.t(other).to_owned(),
    };
    message::page(visit.shell(), StatusCode::UNPROCESSABLE_ENTITY, visit.t("papers"), &told)
}

/// The name under which a paper is shown: that of the officer's file without folders and numbers of persons, with the
/// ending of what it is.
fn name(said: &str, kind: PaperKind) -> String {
    let base = said.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    let line: String = crate::returns::one_line(stem).chars().take(LONGEST_NAME).collect();
    let stem = crate::store::mask_numbers(&line).unwrap_or(line);
    let stem = if stem.is_empty() { "tep" } else { &stem };
    format!("{stem}.{}", kind.ending())
}

/// The paper of the address, with the number of its finding, where the account may see that.
fn find(visit: &Visit<'_>) -> Result<(Paper, String), Failure> {
    let id: i64 = visit.param("paper").parse().map_err(|_| Failure::NotFound)?;
    let number = case::find(visit)?.line.number;
    let paper = visit.worker.store.paper(id)?.filter(|paper| paper.finding.to_string() == number);
    Ok((paper.ok_or(Failure::NotFound)?, number))
}

/// Hands a paper out, to be saved and not to be opened in the page.
pub(crate) fn take(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let (paper, number) = find(visit)?;
    let bytes = match paper.read(visit.app.out()) {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::error!(paper = paper.id, %error, "a paper cannot be handed out");
            let told = visit.t("paper_broken");
            return Ok(message::page(visit.shell(), StatusCode::GONE, visit.t("papers"), told));
        }
    };
    visit.log("paper", &number, paper.kind.ending())?;
    // Names of files are the officers' own words: what is saved bears the number of the finding.
    let saved = format!("{number}-{}.{}", paper.id, paper.kind.ending());
    Ok(Reply::download(saved, paper.kind.media_type(), bytes))
}

/// Takes away what was attached by mistake.
pub(crate) fn remove(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let (paper, number) = find(visit)?;
    if !may_remove(&paper, visit.who()?) {
        return Err(Failure::NothingToUndo);
    }
    {
        let _writing = visit.app.writing();
        visit.worker.store.detach(&paper, |path| archive::remove_file(path, true))?;
    }
    visit.log("paper_remove", &number, paper.kind.ending())?;
    let filter = visit.filter();
    Ok(Reply::see(format!("/cases/{number}{}#papers", filter.query())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_is_called_what_it_is_and_names_no_number() {
        assert_eq!(name("C:\\anh\\giấy chứng tử.PDF", PaperKind::Jpeg), "giấy chứng tử.jpg");
        assert!(!name("079160000001.pdf", PaperKind::Pdf).contains("079160000001"));
        assert_eq!(name("", PaperKind::Png), "tep.png");
    }
}
