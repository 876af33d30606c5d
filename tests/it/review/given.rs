//! Findings given to officers and hamlet heads, what officers say of them, and what of it goes with a person.

use super::http::{Client, Reply, Server, field};
use super::town::{Town, store};
use super::{decide, status};
use crate::harness::{findings, lamsach, said};

/// Gives a finding as its page offers it.
fn give(client: &mut Client, case: &str, to: &str, head: &str) -> Reply {
    client.submit(&format!("/cases/{case}/assign"), &[("to", to), ("head", head)])
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
    assert!(town.logged("assign").contains(&["admin", &case, "→ account:an"].map(str::to_owned)));
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
    let lines = town.logged("assign");
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
        town.logged("comment"),
        [["an", &case, ""], ["an", &other, ""]].map(|line| line.map(str::to_owned))
    );

    // The person goes, and what was said of the finding with them.
    drop(server);
    town.purge(&town.case_id(&case));
    let db = store(&town.out());
    let left: Vec<String> = {
        let mut lines = db.prepare("SELECT note FROM comments").unwrap();
        lines.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(left, ["đã xem sổ hộ khẩu"]);
}

/// `lamsach decide` on the output folder of a town: its exit code and all that it said.
fn decide_by_command(town: &Town, words: &[&str]) -> (Option<i32>, String) {
    let mut command = lamsach();
    command.arg("decide").args(words).args(["--lang", "en", "--by", "admin", "--out"]).arg(town.out());
    let output = command.output().unwrap();
    (output.status.code(), format!("{}{}", String::from_utf8_lossy(&output.stdout), said(&output)))
}

#[test]
fn findings_are_given_listed_and_taken_back_by_command_under_the_rules_of_the_page() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let (mut an, mut binh) = (server.login("an"), server.login("binh"));
    let assign = |words: &[&str]| decide_by_command(&town, &[&["assign"], words].concat());
    let found = findings(&town.latest());
    let own = found.iter().filter(|line| line["commune_code"] == "00001");
    let own: Vec<String> = own
        .filter(|line| ["DUNG-02", "SONG-01"].contains(&line["code"].as_str()))
        .map(|line| line["finding_id"].clone())
        .collect();
    let chosen = ["--to", "an", "--code", "DUNG-02", "song-01", "--commune", "00001"];

    let (code, told) = assign(&[&chosen[..], &["--dry-run"]].concat());
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains(&format!("nothing is given: {} findings to an", own.len())), "{told}");
    assert!(own.iter().all(|case| told.contains(case.as_str())), "{told}");
    assert!(town.logged("assign").is_empty() && an.get("/mine").text().contains("Nothing is given to you"));

    let (code, told) = assign(&chosen);
    assert_eq!(code, Some(0), "{told}");
    let number = told.split("--undo ").nth(1).unwrap().trim_end().trim_end_matches('.').to_owned();
    let lines = town.logged("assign");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0][..2], ["admin".to_owned(), format!("{} cases", own.len())]);
    assert!(lines[0][2].starts_with("→ account:an ?commune=00001&code=DUNG-02"), "{lines:?}");
    assert!(assign(&chosen).1.contains("Nothing changed"));
    // The page that is open knows it within moments, and the command lists the same.
    let begun = std::time::Instant::now();
    while !own.iter().all(|case| an.get("/mine").text().contains(case.as_str())) {
        assert!(begun.elapsed() < std::time::Duration::from_secs(30), "the page does not know");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let (code, told) = decide_by_command(&town, &["list", "--mine", "an"]);
    assert_eq!((code, told.lines().count()), (Some(0), own.len()), "{told}");
    assert!(own.iter().all(|case| told.contains(case.as_str())), "{told}");

    // Who does not see them cannot have them, who may not work is nobody, and a slip is told.
    for (words, why) in [
        (&["--to", "binh", "--commune", "00001"][..], "binh may not see"),
        (&["--to", "giam", "--commune", "00001"], "No account giam"),
        (&["--head", " 12 ", "--commune", "00001"], "must have letters"),
        (&["--to", "an", "--commune", "99999"], "no such findings"),
        (&["--to", "an", "--code", "DUNG-99"], "no code \"DUNG-99\""),
        (&["--to", "an", "--unit", "x"], "cong-an"),
        (&["--to", "an"], "Name findings"),
        (&["--to", "an", "DU-01-00000000000f"], "no finding DU-01-00000000000f"),
        (&["--undo", "99"], "Nothing is left"),
    ] {
        let (code, told) = assign(words);
        assert!(code == Some(2) && told.contains(why), "{words:?}: {code:?} {told}");
    }
    assert_eq!(town.logged("assign").len(), 2);

    // To a hamlet head, by number, and from everybody; then the first giving is taken back but for what was given on.
    let (code, told) = assign(&["--head", "Ông Tư", &own[0]]);
    assert!(code == Some(0) && told.contains("1 findings given to hamlet head Ông Tư"), "{told}");
    let (code, told) = assign(&["--undo", &number]);
    assert!(code == Some(0) && told.contains(&format!("{} findings taken back", own.len() - 1)), "{told}");
    assert!(decide_by_command(&town, &["list", "--mine", "an"]).1.contains("nothing to do"));
    assert_eq!(assign(&["--nobody", &own[0]]).0, Some(0));
    assert!(!binh.get("/cases?status=all").text().contains("Ông Tư"));
    // What is due by a day that is gone is nothing yet.
    assert!(assign(&["--to", "an", "--due-by", "01/01/2020"]).1.contains("no such findings"));
}
