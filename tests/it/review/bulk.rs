//! Many findings at once: decided, listed, taken back; visited house by house; counted for leaders.

use super::http::{Client, Reply, Server, field};
use super::town::{Town, person};
use super::{decide, status};
use crate::harness::findings;

/// Decides all findings of a filter as its page offers it.
fn decide_all(client: &mut Client, query: &str, answer: &str, more: &[(&str, &str)]) -> Reply {
    let page = client.get(&format!("/bulk{query}")).text();
    let (csrf, version) = (field(&page, "csrf"), field(&page, "version"));
    let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("answer", answer)];
    client.post(&format!("/bulk{query}"), &[&form[..], more].concat())
}

/// The findings of a commune and code.
fn cases(town: &Town, commune: &str, code: &str) -> Vec<String> {
    let found = findings(&town.latest());
    let lines = found.iter().filter(|line| line["commune_code"] == commune && line["code"] == code);
    lines.map(|line| line["finding_id"].clone()).collect()
}

#[test]
fn many_findings_are_decided_at_once_and_taken_back_at_once() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let (mut an, mut binh) = (server.login("an"), server.login("binh"));
    let own = cases(&town, "00001", "DUNG-02");
    assert!(own.len() >= 3, "{own:?}");

    // What is about to be decided is shown: how many, of what code.
    let page = an.get("/bulk?code=DUNG-02").text();
    assert!(page.contains(&format!("<span class=\"count\">{}</span>", own.len())), "{page}");
    let reply = decide_all(&mut an, "?code=DUNG-02", "corrected", &[("note", "đã sửa theo giấy khai sinh")]);
    assert_eq!(reply.status, 303, "{}", reply.text());
    for case in &own {
        assert_eq!(status(&town, case), "in_progress");
    }
    // Another commune's are another's.
    for case in cases(&town, "00002", "DUNG-02") {
        assert_eq!(status(&town, &case), "new");
    }
    let shown = an.get(reply.header("location")).text();
    assert!(shown.contains(&format!("Findings decided at once: <strong>{}</strong>", own.len())), "{shown}");

    // Others cannot take it back, whoever decided can, all of it at once.
    let undo = shown.split("action=\"/bulk/").nth(1).unwrap().split('/').next().unwrap().to_string();
    assert_eq!(binh.submit(&format!("/bulk/{undo}/undo"), &[]).status, 409);
    assert_eq!(an.submit(&format!("/bulk/{undo}/undo"), &[]).status, 303);
    for case in &own {
        assert_eq!(status(&town, case), "new");
    }
    assert_eq!(an.submit(&format!("/bulk/{undo}/undo"), &[]).status, 409);
}

#[test]
fn what_changed_since_the_preview_is_not_decided() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let (mut an, mut admin) = (server.login("an"), server.login("admin"));
    let own = cases(&town, "00001", "DUNG-02");
    let page = an.get("/bulk?code=DUNG-02").text();
    // Meanwhile somebody decides one of them: it leaves the filter, and the list is no longer the one shown.
    assert_eq!(decide(&mut admin, &own[0], "false_alarm", &[]).status, 303);
    let (csrf, version) = (field(&page, "csrf"), field(&page, "version"));
    let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("answer", "corrected")];
    let reply = an.post("/bulk?code=DUNG-02", &form);
    assert_eq!(reply.status, 409);
    assert!(reply.text().contains("Nothing was recorded"), "{}", reply.text());
    assert_eq!(status(&town, &own[0]), "rejected");
    assert_eq!(status(&town, &own[1]), "new");
    // Where the filter holds it all the same, it is left out and counted.
    let page = an.get("/bulk?code=DUNG-02&status=all").text();
    assert_eq!(admin.submit(&format!("/cases/{}/undo", own[0]), &[]).status, 303);
    assert_eq!(decide(&mut admin, &own[0], "visit", &[]).status, 303);
    let version = field(&page, "version");
    let csrf = field(&page, "csrf");
    let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("answer", "corrected")];
    let reply = an.post("/bulk?code=DUNG-02&status=all", &form);
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert!(reply.header("location").ends_with("&left=1"), "{}", reply.header("location"));
    assert_eq!(status(&town, &own[1]), "in_progress");
    // An answer that is about a pair, none at all, and a day gone by are no answers to a list.
    for (answer, until) in [("not_same", ""), ("", ""), ("deferred", "2020-01-01")] {
        let reply = decide_all(&mut an, "?code=SONG-01", answer, &[("until", until)]);
        assert!([303, 422].contains(&reply.status), "{answer}: {}", reply.status);
        assert_eq!(status(&town, &town.case_of("00001", "SONG-01")), "new", "{answer}");
    }
}

#[test]
fn decisions_are_a_list_to_filter_and_to_take_back_from() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let (mut an, mut binh, mut admin) = (server.login("an"), server.login("binh"), server.login("admin"));
    let case = town.case_of("00001", "SONG-01");
    let other = town.case_of("00002", "SONG-01");
    assert_eq!(decide(&mut an, &case, "visit", &[("note", "hẹn thứ hai")]).status, 303);
    assert_eq!(decide(&mut binh, &other, "false_alarm", &[]).status, 303);

    let page = an.get("/decisions").text();
    assert!(page.contains(&case) && page.contains("hẹn thứ hai") && !page.contains(&other), "{page}");
    let all = admin.get("/decisions").text();
    assert!(all.contains(&case) && all.contains(&other));
    let one = admin.get("/decisions?by=binh&state=active").text();
    assert!(!one.contains(&case) && one.contains(&other), "{one}");
    assert!(!admin.get("/decisions?verdict=visit").text().contains(&other));

    let undo = page.split("action=\"/decisions/").nth(1).unwrap().split('/').next().unwrap().to_string();
    assert_eq!(binh.submit(&format!("/decisions/{undo}/undo"), &[]).status, 409);
    assert_eq!(an.submit(&format!("/decisions/{undo}/undo"), &[]).status, 303);
    assert_eq!(status(&town, &case), "new");
    assert!(an.get("/decisions").text().contains("withdrawn"));
    // A look at decisions is a look at persons.
    let log = admin.get("/log").text();
    assert!(log.contains("decisions"), "{log}");
}

#[test]
fn a_visit_list_goes_from_house_to_house_with_one_question_each() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut an = server.login("an");
    let page = an.get("/print?status=all").text();
    // Residents 0 and 2 of the registry are one household of the commune; 0 is a head, and dead by the records.
    let case = town.case_of("00001", "SONG-01");
    let house = page.split("class=\"house\"").find(|house| house.contains(&case)).expect("a house with it");
    assert!(house.contains("Head: <bdi>"), "{house}");
    assert!(house.contains("Is this person alive?") && house.contains("died on"), "{house}");
    assert!(house.contains(&format!("aria-label=\"{case}\"")), "{house}");
    assert!(page.contains(&person(0)));
    // Every finding of the filter stands on it once.
    let lines = page.matches("class=\"qr\"").count();
    let all = findings(&town.latest()).iter().filter(|line| line["commune_code"] == "00001").count();
    assert_eq!(lines, all);
    // The number that the square holds is found as it is typed.
    let address = an.search("/cases", &[("status", "all"), ("q", &case.to_uppercase())]);
    let found = an.get(&address).text();
    assert!(
        found.contains(&case) && found.contains("<span class=\"count\" role=\"status\">1</span>"),
        "{found}"
    );
}

#[test]
fn a_leader_reads_figures_and_nobodys_name() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut ly = server.login("ly");
    assert_eq!(ly.get("/").header("location"), "/leader");
    let page = ly.get("/leader").text();
    let found = findings(&town.latest());
    let deaths = found.iter().filter(|line| ["SONG-01", "SONG-05"].contains(&line["code"].as_str())).count();
    assert!(deaths > 0);
    assert!(
        page.contains(&format!("<span class=\"figure\">{deaths}</span> deaths not registered")),
        "{page}"
    );
    assert!(page.contains(&format!("<span class=\"figure\">{}</span> Outstanding", found.len())), "{page}");
    for n in 0..120 {
        assert!(!page.contains(&person(n)), "{}", person(n));
    }
    // The communes of the scope, and the gravest first.
    assert!(page.contains("Xã An Phú") && page.contains("Xã Bình Hoà"));
    let first = page.find("SONG-01").unwrap();
    assert!(page.find("DUNG-02").is_none_or(|later| first < later));
    // A day later what is mended is done.
    let residents = town.data().join("residents.csv");
    let text = std::fs::read_to_string(&residents).unwrap();
    let name = town.case_name(&town.case_of("00001", "SONG-01"));
    let mended: Vec<String> = text
        .lines()
        .map(|line| {
            if line.contains(&name) { line.replace("Thường trú", "Đã chết") } else { line.to_owned() }
        })
        .collect();
    std::fs::write(&residents, mended.join("\n")).unwrap();
    town.run();
    let mut admin = server.login("admin");
    let begun = std::time::Instant::now();
    while !admin.get("/leader").text().contains("<span class=\"figure\">1</span> Resolved") {
        assert!(begun.elapsed().as_secs() < 60, "{}", admin.get("/leader").text());
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

#[test]
fn letters_are_made_for_a_finding_or_a_list_and_a_bad_template_is_told() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let (mut an, mut binh, mut admin) = (server.login("an"), server.login("binh"), server.login("admin"));
    let case = town.case_of("00001", "SONG-01");
    let text = |reply: &Reply| {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(reply.body.clone())).unwrap();
        std::io::read_to_string(zip.by_name("word/document.xml").unwrap()).unwrap()
    };
    let one = [("case", case.as_str()), ("template", "moi-khai-tu")];
    let reply = an.submit("/letters", &one);
    assert_eq!(reply.status, 200);
    assert!(reply.header("content-disposition").contains("lamsach.docx"));
    let letter = text(&reply);
    assert!(letter.contains(&town.case_name(&case)) && letter.contains(&case), "{letter}");
    assert_eq!(letter.matches("w:type=\"page\"").count(), 0);
    // A list has a row for each.
    let listed = text(&an.submit("/letters?code=DUNG-02", &[("template", "phieu-chuyen")]));
    let own = cases(&town, "00001", "DUNG-02");
    assert!(own.iter().all(|case| listed.contains(case.as_str())), "{listed}");
    // Not another's, and no template but those there are.
    assert_eq!(binh.submit("/letters", &one).status, 404);
    assert_eq!(an.submit("/letters", &[one[0], ("template", "../lamsach")]).status, 422);
    assert_eq!(an.submit("/letters", &[("case", "x"), one[1]]).status, 404);
    assert!(admin.get("/log").text().contains("letters"));

    let mut command = crate::harness::lamsach();
    command.arg("letters").arg("--out").arg(town.out());
    crate::harness::succeed(&command.output().unwrap());
    let template = town.out().join("mau-van-ban").join("moi-khai-tu.docx");
    assert!(template.is_file());
    std::fs::write(&template, "no zip").unwrap();
    let reply = an.submit("/letters", &one);
    assert_eq!(reply.status, 422);
    assert!(reply.text().contains("moi-khai-tu.docx"), "{}", reply.text());
}

#[test]
fn a_search_finds_by_address_birth_date_and_number() {
    let town = Town::new();
    let residents = town.data().join("residents.csv");
    let text = std::fs::read_to_string(&residents).unwrap();
    let case = town.case_of("00001", "SONG-01");
    let name = town.case_name(&case);
    let lines = text.lines().enumerate().map(|(n, line)| match n {
        0 => format!("{line},address"),
        _ if line.contains(&name) => format!("{line},Số 7 ngõ Bàng"),
        _ => format!("{line},Số 1 đường Lúa"),
    });
    std::fs::write(&residents, lines.collect::<Vec<_>>().join("\n")).unwrap();
    town.run();
    let server = Server::start(&town.out());
    let mut admin = server.login("admin");
    let birth =
        findings(&town.latest()).iter().find(|line| line["finding_id"] == case).unwrap()["birth_date"]
            .clone();
    for sought in ["ngo bang", birth.as_str(), case.as_str()] {
        let address = admin.search("/cases", &[("status", "all"), ("q", sought)]);
        let page = admin.get(&address);
        assert!(page.text().contains(&case), "{sought}: {}", page.text());
    }
    let address = admin.search("/cases", &[("status", "all"), ("q", "ngo bang")]);
    assert!(!admin.get(&address).text().contains(&town.case_of("00002", "SONG-01")));
}
