//! Findings given to officers and hamlet heads, what officers say of them, and what of it goes with a person.

use super::http::{Client, Reply, Server, field};
use super::town::{Town, store};
use super::{decide, status};
use crate::harness::{findings, lamsach, succeed};

/// Gives a finding as its page offers it.
fn give(client: &mut Client, case: &str, to: &str, head: &str) -> Reply {
    client.submit(&format!("/cases/{case}/assign"), &[("to", to), ("head", head)])
}

/// The lines of the access log about an action, newest last: who, what and why.
fn logged(town: &Town, action: &str) -> Vec<[String; 3]> {
    let db = store(&town.out());
    let mut lines =
        db.prepare("SELECT who, what, why FROM access_log WHERE action = ?1 ORDER BY seq").unwrap();
    let line = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?]);
    lines.query_map([action], line).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_finding_is_given_shown_and_taken_back() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let (mut admin, mut an, mut binh) = (server.login("admin"), server.login("an"), server.login("binh"));
    let case = town.case_of("00001", "SONG-01");
    assert!(an.get("/mine").text().contains("Nothing is given to you"));

    let reply = give(&mut admin, &case, "account:an", "");
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert!(logged(&town, "assign").contains(&["admin", &case, "→ account:an"].map(str::to_owned)));
    let mine = an.get("/mine").text();
    assert!(
        mine.contains(&case) && mine.contains("<span class=\"count\" role=\"status\">1</span>"),
        "{mine}"
    );
    // It is the same on the list, on its page and on paper.
    for path in ["/cases?assignee=account%3Aan", &format!("/cases/{case}"), "/print?assignee=account%3Aan"] {
        let page = an.get(path).text();
        assert!(page.contains(&case) && page.contains("Given to"), "{path}: {page}");
    }
    assert!(!an.get("/cases?assignee=nobody&status=all").text().contains(&case));
    assert!(!binh.get("/mine").text().contains(&case));

    // Who does not see it cannot have it, and who may not is no assignee at all.
    let refused = give(&mut admin, &case, "account:binh", "");
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("binh may not see"), "{}", refused.text());
    for (to, head) in [("account:giam", ""), ("account:x", ""), ("head", " 12 "), ("", "")] {
        assert_eq!(give(&mut admin, &case, to, head).status, 422, "{to}");
    }
    assert_eq!(give(&mut an, &case, "account:binh", "").status, 422);

    // Given on to a hamlet head, and back again.
    let reply = give(&mut an, &case, "head", "Ông <b>Tư</b>");
    let shown = an.get(reply.header("location")).text();
    assert!(shown.contains("hamlet head Ông &#60;b&#62;Tư&#60;/b&#62;"), "{shown}");
    let undo = shown.split("action=\"/assign/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(binh.submit(&format!("/assign/{undo}/undo"), &[]).status, 409);
    assert_eq!(an.submit(&format!("/assign/{undo}/undo"), &[("case", &case)]).status, 303);
    assert!(an.get("/mine").text().contains(&case));
    assert_eq!(an.submit(&format!("/assign/{undo}/undo"), &[]).status, 409, "it is taken back once");

    // It outlives the night; a page opened after it knows.
    town.run();
    drop(server);
    let server = Server::start(&town.out());
    assert!(server.login("an").get("/mine").text().contains(&case));
}

#[test]
fn all_of_a_filter_is_given_at_once_and_taken_back_at_once() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let (mut an, mut admin) = (server.login("an"), server.login("admin"));
    let found = findings(&town.latest());
    let own = found.iter().filter(|line| line["commune_code"] == "00001" && line["code"] == "DUNG-02");
    let own: Vec<String> = own.map(|line| line["finding_id"].clone()).collect();
    let page = an.get("/bulk?code=DUNG-02").text();
    let (csrf, version) = (field(&page, "csrf"), field(&page, "version"));
    let form = [("csrf", csrf.as_str()), ("version", &version), ("to", "head"), ("head", "Bà Sáu")];
    let reply = an.post("/assign?code=DUNG-02", &form);
    assert_eq!(reply.status, 303, "{}", reply.text());
    let list = an.get("/cases?assignee=head%3AB%C3%A0%20S%C3%A1u").text();
    for case in &own {
        assert!(list.contains(case.as_str()), "{case}");
    }
    let mine = an.get("/mine").text();
    assert!(
        mine.contains("hamlet head Bà Sáu") && mine.contains(&format!("<td class=\"n\">{}</td>", own.len()))
    );
    let what = format!("{} cases", own.len());
    let lines = logged(&town, "assign");
    assert_eq!(lines.last().unwrap()[..2], ["an".to_owned(), what]);
    assert!(lines.last().unwrap()[2].starts_with("→ head:Bà Sáu ?code=DUNG-02"), "{lines:?}");

    // What was decided since the page was opened is no longer what the page was about.
    assert_eq!(decide(&mut admin, &own[0], "false_alarm", &[]).status, 303);
    assert_eq!(an.post("/assign?code=DUNG-02", &form).status, 409);
    let shown = an.get(reply.header("location")).text();
    let undo = shown.split("action=\"/assign/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(admin.submit(&format!("/assign/{undo}/undo"), &[]).status, 303);
    assert!(!an.get("/mine").text().contains("Bà Sáu"));
    assert_eq!(status(&town, &own[0]), "rejected", "giving decides nothing");
}

#[test]
fn comments_stand_in_the_history_and_go_with_the_person() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let (mut an, mut admin) = (server.login("an"), server.login("admin"));
    let case = town.case_of("00001", "SONG-01");
    let other = town.case_of("00001", "DUNG-02");
    for (case, text) in [(&case, "đã gọi <i>con trai</i>\nhẹn thứ hai"), (&other, "đã xem sổ hộ khẩu")]
    {
        assert_eq!(an.submit(&format!("/cases/{case}/comment"), &[("text", text)]).status, 303);
    }
    assert_eq!(an.submit(&format!("/cases/{case}/comment"), &[("text", " \n")]).status, 422);
    let page = admin.get(&format!("/cases/{case}")).text();
    assert!(page.contains("đã gọi &#60;i&#62;con trai&#60;/i&#62;\nhẹn thứ hai"), "{page}");
    assert_eq!(
        logged(&town, "comment"),
        [["an", &case, ""], ["an", &other, ""]].map(|line| line.map(str::to_owned))
    );

    // The person goes, and what was said of the finding with them.
    let found = findings(&town.latest());
    let number = found.iter().find(|line| line["finding_id"] == case).unwrap()["personal_id"].clone();
    drop(server);
    let mut purge = lamsach();
    purge.args(["purge", "--person", &number, "--reason", "thử"]).arg("--out").arg(town.out());
    succeed(&purge.output().unwrap());
    let db = store(&town.out());
    let left: Vec<String> = {
        let mut lines = db.prepare("SELECT note FROM comments").unwrap();
        lines.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(left, ["đã xem sổ hộ khẩu"]);
}
