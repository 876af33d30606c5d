//! What officers say to each other on a finding: added, and never edited.

use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Visit, now};
use crate::review::pages::one::case;
use crate::store::LONGEST_COMMENT;
use crate::vietnamese::text::is_invisible;

/// Keeps a comment.
pub(crate) fn add(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let number = case::find(visit)?.line.number;
    let id = case::id_of(&number)?;
    let text = plain(visit.field("text"));
    if text.is_empty() {
        return Err(Failure::BadAnswer);
    }
    let me = visit.who()?.name.clone();
    {
        let _writing = visit.app.writing();
        visit.worker.store.comment(id, &me, now(), &text)?;
    }
    visit.log("comment", &number, "")?;
    let filter = visit.filter();
    Ok(Reply::see(format!("/cases/{number}{}#history", filter.query())))
}

/// What was typed, in lines, without what works unseen.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let seen = text.chars().filter(|c| *c == '\n' || !(c.is_control() || is_invisible(*c)));
    seen.take(LONGEST_COMMENT).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_keeps_its_lines_and_nothing_unseen() {
        assert_eq!(plain(" đã gọi\r\n\u{202e}không gặp\u{0} "), "đã gọi\nkhông gặp");
        assert_eq!(plain(" \n\t "), "");
        assert_eq!(plain(&"ộ".repeat(5_000)).chars().count(), LONGEST_COMMENT);
    }
}
