//! The review page over the wire: who gets what, what is recorded, and what harm does not get through.

mod accounts;
mod afternoon;
mod browser;
mod bulk;
mod desk;
mod given;
pub(crate) mod http;
mod lists;
mod papers;
mod search;
mod second;
mod tables;
pub(crate) mod town;

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use http::{Client, PASSWORD, Reply, Server, field};
use lamsach::review::{Access, addresses};
use town::{FORMULA, SCRIPT, Town, store};

use crate::harness::{findings, lamsach, lines, said};

/// Number of a pair of a commune in the queue.
fn first_pair(client: &mut Client) -> Option<String> {
    let page = client.get("/queue").text();
    page.split("href=\"/pairs/").nth(1).map(|rest| rest.split('"').next().unwrap().to_string())
}

/// Decides a finding as its page offers it.
fn decide(client: &mut Client, case: &str, answer: &str, more: &[(&str, &str)]) -> Reply {
    let page = client.get(&format!("/cases/{case}")).text();
    let (csrf, version) = (field(&page, "csrf"), field(&page, "version"));
    let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("answer", answer)];
    client.post(&format!("/cases/{case}/decide"), &[&form[..], more].concat())
}

/// The status of a finding in the store.
fn status(town: &Town, case: &str) -> String {
    let db = store(&town.out());
    db.query_row("SELECT status FROM cases WHERE finding_id = ?1", [case], |row| row.get(0)).unwrap()
}

#[test]
fn every_route_gives_each_role_its_own_and_nothing_more() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let case = town.case_of("00001", "SONG-01");
    let mut an = server.login("an");
    let pair = first_pair(&mut an).expect("a pair in commune A");
    let name = town.case_name(&case);
    let mut clients = [
        ("admin", server.login("admin")),
        ("binh", server.login("binh")),
        ("giam", server.login("giam")),
        ("ly", server.login("ly")),
        ("nobody", server.visitor()),
        ("an", an),
    ];
    let mut tried = 0;
    for (method, path, access) in addresses() {
        if path == "/logout" || path.starts_with("/static") {
            continue;
        }
        // Decisions are counted, and there is none yet.
        let counted = ["/bulk", "/decisions", "/assign"].iter().any(|of| path.starts_with(of));
        let number = match path {
            _ if counted => "1",
            path if path.starts_with("/pairs") => &pair,
            _ => &case,
        };
        let address = path.replace("{number}", number).replace("{paper}", "1");
        for (role, client) in &mut clients {
            let reply = match method {
                "GET" => client.get(&address),
                _ if *role == "nobody" => client.post(&address, &[]),
                _ => client.submit(&address, &[("answer", "visit"), ("version", "0"), ("lang", "en")]),
            };
            let about_a = path.contains("{number}") && !counted;
            let expected: &[u16] = match (*role, access) {
                // The form of a stranger carries no token.
                ("nobody", Access::Public) => {
                    if method == "GET" {
                        &[200]
                    } else {
                        &[403]
                    }
                }
                ("nobody", _) => &[303],
                ("giam" | "ly", Access::Work) | ("an" | "binh" | "ly", Access::Log) => &[404],
                ("giam", Access::Figures) => &[404],
                ("binh", Access::Work) if about_a => &[404],
                // Papers are counted, and there is none.
                (_, Access::Work) if path.contains("{paper}") => &[404],
                // A login page for those who are logged in; a dashboard that sends auditors on; decisions
                // that this form does not hold; nothing to undo, or somebody came first.
                _ => &[200, 303, 422, 409],
            };
            let shown = format!("{role} {method} {address}: {}", reply.status);
            assert!(expected.contains(&reply.status), "{shown}");
            if matches!(*role, "binh" | "giam" | "ly" | "nobody") && reply.status != 303 {
                assert!(!String::from_utf8_lossy(&reply.body).contains(&name), "{shown} names {name}");
            }
            if *role == "nobody" && reply.status == 303 {
                assert!(reply.header("location").starts_with("/login"), "{shown}");
            }
            tried += 1;
        }
    }
    assert!(tried >= 150, "{tried}");
    // A commune that is not one's own is not reached by a filter either.
    let (_, binh) = &mut clients[1];
    for path in ["/cases?commune=00001&status=all", "/print?commune=00001&status=all"] {
        assert!(!binh.get(path).text().contains(&name), "{path}");
    }
    let address = binh.search("/cases", &[("q", "nguyen"), ("status", "all")]);
    assert!(binh.get(&address).text().contains("Bình Hoà"));
}

#[test]
fn a_decision_is_stored_shown_undone_and_applied_by_the_next_run() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut an = server.login("an");
    let case = town.case_of("00001", "SONG-01");

    let reply = decide(&mut an, &case, "false_alarm", &[("note", "đã gặp, còn sống")]);
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert!(reply.header("location").contains(&format!("done={case}")), "{}", reply.header("location"));
    assert_eq!(status(&town, &case), "rejected");
    assert!(!an.get("/cases").text().contains(&case));
    assert!(an.get("/cases?status=rejected").text().contains(&case));
    let page = an.get(&format!("/cases/{case}")).text();
    assert!(page.contains("đã gặp, còn sống") && page.contains("No mistake"), "{page}");

    assert_eq!(an.submit(&format!("/cases/{case}/undo"), &[]).status, 303);
    assert_eq!(status(&town, &case), "new");
    assert!(an.get("/cases").text().contains(&case));
    // Nothing is left to take back, and another's decision is not one's own.
    assert_eq!(an.submit(&format!("/cases/{case}/undo"), &[]).status, 409);

    let deferred = town.case_of("00001", "DUNG-02");
    assert_eq!(decide(&mut an, &deferred, "deferred", &[("until", "2020-01-01")]).status, 422);
    assert_eq!(decide(&mut an, &deferred, "deferred", &[("until", "2099-01-01")]).status, 303);
    assert_eq!(decide(&mut an, &case, "false_alarm", &[]).status, 303);
    town.run();
    let of = |id: &str| {
        let found = findings(&town.latest());
        found.iter().find(|line| line["finding_id"] == id).map(|line| line["status"].clone())
    };
    assert_eq!(of(&case).as_deref(), Some("rejected"));
    assert_eq!(of(&deferred).as_deref(), Some("deferred"));
}

#[test]
fn a_pair_decided_is_a_link_of_the_next_run() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut an = server.login("an");
    let pair = first_pair(&mut an).expect("a pair in commune A");
    let page = an.get(&format!("/pairs/{pair}")).text();
    let (csrf, version) = (field(&page, "csrf"), field(&page, "version"));
    let at = page.split("<span class=\"mono\"><bdi>").nth(1).unwrap().split('<').next().unwrap().to_string();
    let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("answer", "1")];
    assert_eq!(an.post(&format!("/pairs/{pair}/decide"), &form).status, 303);
    assert!(!an.get("/queue").text().contains(&format!("/pairs/{pair}\" ")));

    // Somebody else who had the page open is told, and nothing is overwritten.
    let mut admin = server.login("admin");
    let csrf = admin.get("/settings").csrf();
    let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("answer", "0")];
    let second = admin.post(&format!("/pairs/{pair}/decide"), &form);
    assert_eq!(second.status, 409);
    assert!(second.text().contains("an decided this case"), "{}", second.text());
    let made: i64 =
        store(&town.out()).query_row("SELECT count(*) FROM decisions", [], |row| row.get(0)).unwrap();
    assert_eq!(made, 1);

    town.run();
    let mut words = at.split(' ');
    let (file, row) = (words.next().unwrap().to_string(), words.next_back().unwrap().to_string());
    let links = lines(&town.latest().join("links.csv"));
    let link = links.iter().find(|l| l["source_file"] == file && l["source_row"] == row).unwrap();
    assert_eq!(link["decision"], "link", "{link:?}");
}

#[test]
fn a_sample_of_decided_pairs_is_read_again_without_the_answer() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut admin = server.login("admin");
    for officer in ["an", "binh"] {
        let mut officer = server.login(officer);
        while let Some(pair) = first_pair(&mut officer) {
            let page = officer.get(&format!("/pairs/{pair}")).text();
            let (csrf, version) = (field(&page, "csrf"), field(&page, "version"));
            let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("answer", "1")];
            assert_eq!(officer.post(&format!("/pairs/{pair}/decide"), &form).status, 303);
        }
    }
    let queue = admin.get("/queue").text();
    assert!(queue.contains("Second reading") && queue.contains("No pair is left"), "{queue}");
    let again = first_pair(&mut admin).unwrap();
    let page = admin.get(&format!("/pairs/{again}")).text();
    for told in ["In force", "Same person", "(an, ", "(binh, "] {
        assert!(!page.contains(told), "{told}: {page}");
    }
    let (csrf, version) = (field(&page, "csrf"), field(&page, "version"));
    let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("answer", "0")];
    assert_eq!(admin.post(&format!("/pairs/{again}/decide"), &form).status, 303);
    assert_ne!(first_pair(&mut admin), Some(again.clone()));
    // The first answer stands; the overview says how far the two agree.
    assert!(admin.get(&format!("/pairs/{again}")).text().contains("In force"));
    let overview = admin.get("/").text();
    assert!(overview.contains("pairs read twice: 1 · same answer: 0.0 %"), "{overview}");
}

#[test]
fn the_second_of_two_officers_is_told_who_was_first() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let case = town.case_of("00001", "SONG-01");
    let (mut an, mut admin) = (server.login("an"), server.login("admin"));
    let page = admin.get(&format!("/cases/{case}")).text();
    assert_eq!(decide(&mut an, &case, "visit", &[]).status, 303);
    let (csrf, version) = (field(&page, "csrf"), field(&page, "version"));
    let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("answer", "false_alarm")];
    let second = admin.post(&format!("/cases/{case}/decide"), &form);
    assert_eq!(second.status, 409);
    assert!(second.text().contains("an decided this case"), "{}", second.text());
    assert_eq!(status(&town, &case), "in_progress");
    // Having seen it, the second may decide all the same.
    assert_eq!(decide(&mut admin, &case, "false_alarm", &[]).status, 303);
    assert_eq!(status(&town, &case), "rejected");
}

#[test]
fn an_answer_to_values_that_a_run_has_changed_since_is_not_stored() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let case = town.case_of("00001", "DUNG-02");
    let shown = findings(&town.latest()).into_iter().find(|line| line["finding_id"] == case).unwrap();
    let mut an = server.login("an");
    let pair = first_pair(&mut an).expect("a pair in commune A");
    let (page, pair_page) =
        (an.get(&format!("/cases/{case}")).text(), an.get(&format!("/pairs/{pair}")).text());
    // The birth date of the welfare row, which differed by a day, differs by a year; the record of the pair too.
    let year = |text: &str| -> String {
        let (start, year) = text.split_at(6);
        format!("{start}{}", year.parse::<u32>().unwrap() + 1)
    };
    let edit = |file: &str, from: &str, to: &str| {
        let path = town.data().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} in {file}");
        std::fs::write(path, text.replace(from, to)).unwrap();
    };
    let (name, value) = (&shown["full_name"], &shown["source_value"]);
    edit("welfare.csv", &format!("{name},{value}"), &format!("{name},{}", year(value)));
    let insurance = std::fs::read_to_string(town.data().join("insurance.csv")).unwrap();
    std::fs::write(town.data().join("insurance.csv"), insurance.replace(",HS,01/01/2026", ",HS,01/02/2026"))
        .unwrap();
    town.run();
    // The page goes over to the new run by itself.
    let new_value = year(value);
    for _ in 0..100 {
        if an.get(&format!("/cases/{case}")).text().contains(&new_value) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let (csrf, version) = (field(&page, "csrf"), field(&page, "version"));
    for answer in ["false_alarm", "not_same", "corrected"] {
        let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("answer", answer)];
        let reply = an.post(&format!("/cases/{case}/decide"), &form);
        assert_eq!(reply.status, 409, "{answer}: {}", reply.text());
        assert!(reply.text().contains("have changed since this page was opened"), "{}", reply.text());
    }
    let made = || -> i64 {
        store(&town.out()).query_row("SELECT count(*) FROM decisions", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(made(), 0);
    // What was seen anew may be decided.
    assert_eq!(decide(&mut an, &case, "false_alarm", &[]).status, 303);
    assert_eq!(made(), 1);
    // A pair whose two sides stand as they did is decided on the page that was open.
    let (csrf, version) = (field(&pair_page, "csrf"), field(&pair_page, "version"));
    let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("answer", "1")];
    assert_eq!(an.post(&format!("/pairs/{pair}/decide"), &form).status, 303);
    assert_eq!(made(), 2);
}

#[test]
fn an_answer_to_a_pair_that_a_run_has_changed_since_is_not_stored() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut an = server.login("an");
    let pair = first_pair(&mut an).expect("a pair in commune A");
    let page = an.get(&format!("/pairs/{pair}")).text();
    let (csrf, version) = (field(&page, "csrf"), field(&page, "version"));
    // Whoever the first resident was, the registry now says another birth date of everybody.
    let path = town.data().join("residents.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("/19", "/18")).unwrap();
    let run = || std::fs::read_link(town.latest()).unwrap();
    let before = run();
    town.run();
    assert_ne!(before, run());
    let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("answer", "1")];
    // Until the page has gone over to the new run it stands as it was shown, and so does the decision.
    for _ in 0..100 {
        if !an.get(&format!("/pairs/{pair}")).text().contains(&version) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let reply = an.post(&format!("/pairs/{pair}/decide"), &form);
    assert!([404, 409].contains(&reply.status), "{}: {}", reply.status, reply.text());
    let made: i64 =
        store(&town.out()).query_row("SELECT count(*) FROM decisions", [], |row| row.get(0)).unwrap();
    assert_eq!(made, 0);
}

#[test]
fn forms_of_other_pages_and_names_of_other_hosts_are_refused() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let case = town.case_of("00001", "SONG-01");
    let mut an = server.login("an");
    let page = an.get(&format!("/cases/{case}")).text();
    let (csrf, version) = (field(&page, "csrf"), field(&page, "version"));
    let path = format!("/cases/{case}/decide");
    let form = |csrf: &str| http::encode(&[("csrf", csrf), ("version", &version), ("answer", "visit")]);
    let own = format!("http://{}", server.host);
    for (origin, csrf) in [("https://evil.example", csrf.as_str()), ("null", &csrf), (&own, "0"), (&own, "")]
    {
        let reply = an.send("POST", &path, &[("origin", origin)], &form(csrf));
        assert_eq!(reply.status, 403, "{origin} {csrf}");
    }
    // A token of another session is none.
    let other = server.login("admin").get("/settings").csrf();
    assert_eq!(an.send("POST", &path, &[("origin", &own)], &form(&other)).status, 403);
    assert_eq!(status(&town, &case), "new");
    assert_eq!(an.send("POST", &path, &[("origin", &own)], &form(&csrf)).status, 303);

    // A foreign name that resolves to this machine.
    for path in ["/login", "/cases"] {
        assert_eq!(an.send("GET", path, &[("host", "evil.example")], "").status, 403);
    }
    assert_eq!(an.send("POST", "/logout", &[("origin", &own)], &"x".repeat(100_000)).status, 413);
}

#[test]
fn answers_forbid_what_pages_do_not_need() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut an = server.login("an");
    let (name, value) = an.cookies[0].clone();
    assert_eq!((name, value.len()), (format!("lamsach_session_{}", server.port()), 64));
    for path in ["/cases", "/login", "/static/x/y", "/nothing"] {
        let reply = an.get(path);
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("x-frame-options"), "DENY");
    }
    assert_eq!(an.get("/cases").header("cache-control"), "no-store");
    let page = an.get("/cases").text();
    assert!(!page.contains("style=") && !page.contains("onclick") && !page.contains("<script>"), "{page}");
    let style = page.split("href=\"/static/").nth(1).unwrap().split('"').next().unwrap().to_string();
    assert_eq!(an.get(&format!("/static/{style}")).header("content-type"), "text/css; charset=utf-8");

    let mut visitor = server.visitor();
    let csrf = visitor.get("/login").csrf();
    let reply = visitor.post("/login", &[("csrf", &csrf), ("name", "an"), ("password", PASSWORD)]);
    let cookies: Vec<&str> =
        reply.headers.iter().filter(|(n, _)| n == "set-cookie").map(|(_, v)| v.as_str()).collect();
    assert!(cookies.iter().all(|c| c.contains("HttpOnly") && c.contains("SameSite=Strict")), "{cookies:?}");
    // The token itself is nowhere on the disk.
    let token = visitor.cookies.iter().find(|(n, _)| n.starts_with("lamsach_session_")).unwrap().1.clone();
    let kept = std::fs::read(town.out().join("lamsach.db")).unwrap();
    let digits = |at: usize| u8::from_str_radix(&token[at..at + 2], 16).unwrap();
    let bytes: Vec<u8> = (0..64).step_by(2).map(digits).collect();
    assert!(!kept.windows(32).any(|w| w == bytes) && !kept.windows(64).any(|w| w == token.as_bytes()));

    // After leaving, the token is worth nothing.
    let old = visitor.cookies.clone();
    assert_eq!(visitor.submit("/logout", &[]).status, 303);
    visitor.cookies = old;
    assert_eq!(visitor.get("/cases").status, 303);
}

#[test]
fn two_servers_of_one_machine_leave_each_other_their_sessions() {
    let town = Town::new();
    let (one, other) = (Server::start(&town.out()), Server::start(&town.out()));
    let mut an = one.login("an");
    // One browser: it sends to either whatever the machine has set.
    let mut binh = Client::at(&other.host);
    binh.cookies.clone_from(&an.cookies);
    let csrf = binh.get("/login").csrf();
    let reply = binh.post("/login", &[("csrf", &csrf), ("name", "binh"), ("password", PASSWORD)]);
    assert_eq!(reply.status, 303, "{}", reply.text());
    an.cookies.clone_from(&binh.cookies);
    for (client, own) in [(&mut an, "an"), (&mut binh, "binh")] {
        assert!(client.get("/settings").text().contains(&format!(">{own} <span")), "{own}");
    }
    // Whoever leaves the one stays with the other.
    assert_eq!(an.submit("/logout", &[]).status, 303);
    binh.cookies.clone_from(&an.cookies);
    assert_eq!((an.get("/cases").status, binh.get("/cases").status), (303, 200));
}

#[test]
fn guessing_passwords_is_braked_and_accounts_can_be_shut() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut guest = server.visitor();
    let csrf = guest.get("/login").csrf();
    let mut attempt = |name: &str, password: &str| {
        guest.post("/login", &[("csrf", &csrf), ("name", name), ("password", password)])
    };
    for n in 0..5 {
        let reply = attempt("an", &format!("wrong password {n}"));
        assert!(reply.status == 200 && reply.text().contains("wrong"), "{}", reply.text());
    }
    let reply = attempt("an", PASSWORD);
    assert!(reply.status == 200 && reply.text().contains("15 at most"), "{}", reply.text());
    assert!(attempt("nobody.of.that.name", PASSWORD).text().contains("wrong"));
    assert_eq!(attempt("binh", PASSWORD).status, 303);
    // Each that failed is logged, as often as they are let through; a name that is none may be a password.
    let failed = |who: &str| -> i64 {
        let sql = "SELECT count(*) FROM access_log WHERE action = 'login_failed' AND who = ?1";
        store(&town.out()).query_row(sql, [who], |row| row.get(0)).unwrap()
    };
    assert_eq!([failed("an"), failed("?"), failed("nobody.of.that.name")], [5, 1, 0]);

    let mut binh = server.login("binh");
    let shut = lamsach().args(["user", "disable", "binh", "--out"]).arg(town.out()).output().unwrap();
    assert!(shut.status.success(), "{}", said(&shut));
    assert_eq!(binh.get("/cases").status, 303);
    let mut again = server.visitor();
    let csrf = again.get("/login").csrf();
    assert_eq!(
        again.post("/login", &[("csrf", &csrf), ("name", "binh"), ("password", PASSWORD)]).status,
        200
    );
}

#[test]
fn harmful_names_are_shown_as_text() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut an = server.login("an");
    let page = an.get("/cases?status=all&code=DU-06").text();
    assert!(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"), "{page}");
    assert!(!page.contains(SCRIPT) && !page.contains("<b>Thôn"));
    // A long name is cut in lists and whole on its page.
    assert!(page.len() < 100_000, "{}", page.len());
    let cases: Vec<String> = findings(&town.latest())
        .iter()
        .filter(|line| {
            // The long one is told to be no name.
            ["DU-06", "SACH-06"].contains(&line["code"].as_str()) && line["commune_code"] == "00001"
        })
        .map(|line| line["finding_id"].clone())
        .collect();
    assert!(cases.len() >= 4, "{cases:?}");
    let mut longest = 0;
    for case in &cases {
        let page = an.get(&format!("/cases/{case}"));
        assert_eq!(page.status, 200);
        assert!(!page.text().contains(SCRIPT));
        longest = longest.max(page.text().chars().count());
    }
    assert!(longest > 10_000, "{longest}");

    // The workbook holds a formula as a text.
    let reply = an.submit("/export?status=all&code=DU-06", &[]);
    assert_eq!(reply.status, 200);
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(reply.body)).unwrap();
    let sheet = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
    let cells: Vec<String> = sheet.rows().flatten().map(ToString::to_string).collect();
    assert!(cells.iter().any(|cell| cell.contains(FORMULA) || cell.contains("=HYPERLINK")), "{cells:?}");
    let formulas = calamine::Reader::worksheet_formula(&mut book, "Findings").unwrap();
    assert!(formulas.used_cells().next().is_none());

    // What looks like SQL or like a path finds nothing and breaks nothing.
    let sql = an.search("/cases", &[("q", "\" OR 1=1--"), ("sort", "x;")]);
    for path in [sql.as_str(), "/cases?page=-1&age=x", "/cases/../../etc/passwd", "/cases/%00"] {
        assert!([200, 404].contains(&an.get(path).status), "{path}");
    }
}

#[test]
fn numbers_are_hidden_until_asked_for_and_every_look_is_logged() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut an = server.login("an");
    let case = town.case_of("00001", "SONG-01");
    let id = town.case_id(&case);
    let path = format!("/cases/{case}");
    for page in [path.as_str(), "/cases?status=all", "/print?status=all", "/queue"] {
        assert!(!an.get(page).text().contains(&id), "{page}");
    }
    // Lists name people: that somebody saw one is logged, and not whom they looked for.
    for (page, form) in [
        ("/cases", &[("commune", "00001"), ("q", "nguyen")][..]),
        ("/print", &[("status", "all"), ("q", "tran")]),
        ("/cases", &[("q", id.as_str())]),
    ] {
        let address = an.search("/cases", form).replace("/cases", page);
        assert_eq!(an.get(&address).status, 200, "{address}");
    }
    let lines: Vec<String> = {
        let db = store(&town.out());
        let sql = "SELECT action || ' ' || what || ' ' || why FROM access_log WHERE who = 'an' ORDER BY seq";
        let mut lines = db.prepare(sql).unwrap();
        lines.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let list = |query: &str| lines.iter().any(|line| line.starts_with("list ") && line.ends_with(query));
    assert!(list("cases ?status=all") && list("cases ?commune=00001&q") && list("cases ?q"), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("list ") && line.contains(" pairs")), "{lines:?}");
    assert!(
        lines.iter().any(|line| line.starts_with("print ") && line.ends_with("?status=all&q")),
        "{lines:?}"
    );
    assert!(
        lines.iter().all(|l| !l.contains("nguyen") && !l.contains("tran") && !l.contains(&id)),
        "{lines:?}"
    );
    assert_eq!(an.submit(&format!("{path}/reveal"), &[]).status, 303);
    assert!(an.get(&path).text().contains(&id));
    // For this officer's session alone.
    assert!(!server.login("admin").get(&path).text().contains(&id));

    let mut giam = server.login("giam");
    let address = giam.search("/log", &[("who", "an")]);
    let log = giam.get(&format!("{address}&check=1")).text();
    assert!(!log.contains("<bdi>binh</bdi>") && !log.contains("<bdi>giam</bdi>"), "{log}");
    for word in ["reveal", "view_numbers", "print", "login", &case] {
        assert!(log.contains(word), "{word}: {log}");
    }
    assert!(log.contains("The chain of the log is whole"), "{log}");
    assert!(!log.contains(&id));
}

#[test]
fn beyond_this_machine_there_is_no_page_without_a_certificate() {
    let town = Town::new();
    let refused = lamsach().arg("review").arg(town.out()).args(["--listen", "0.0.0.0:0"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("--tls-cert"), "{}", said(&refused));

    let made = rcgen::generate_simple_self_signed(["localhost".to_string()]).unwrap();
    let (chain, key) = (town.dir.path().join("cert.pem"), town.dir.path().join("key.pem"));
    std::fs::write(&chain, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let command = || {
        let mut command = lamsach();
        command.arg("review").arg(town.out()).args(["--listen", "0.0.0.0:0", "--tls-cert"]).arg(&chain);
        command.arg("--tls-key").arg(&key);
        command
    };
    let mode = |mode| std::fs::set_permissions(&key, Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    let refused = command().output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("chmod 600"), "{}", said(&refused));
    mode(0o600);
    let server = Server::spawn(command());
    let port = server.port();

    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let config =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    let config = Arc::new(config);
    let ask = |request: &str| {
        let name = "localhost".try_into().unwrap();
        let mut tls = rustls::ClientConnection::new(Arc::clone(&config), name).unwrap();
        let mut tcp = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        let mut stream = rustls::Stream::new(&mut tls, &mut tcp);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // The server may end the connection without a farewell.
        let _ = std::io::Read::read_to_end(&mut stream, &mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    };
    let answer = ask("GET /login HTTP/1.1\r\nhost: office.example\r\nconnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("; Secure") && answer.contains("strict-transport-security"), "{answer}");
    // No page of a neighbour can set a cookie of this name.
    let cookies: Vec<&str> = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: ")).collect();
    let own = |cookie: &&str| {
        cookie.starts_with(&format!("__Host-lamsach_visitor_{port}="))
            && ["; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"]
                .iter()
                .all(|part| cookie.contains(part))
            && !cookie.contains("Domain")
    };
    assert!(!cookies.is_empty() && cookies.iter().all(own), "{cookies:?}");

    // Beyond this machine the password of an administrator opens nothing by itself.
    let (cookie, csrf) = (cookies[0].split(';').next().unwrap(), field(&answer, "csrf"));
    for (name, is_let_in) in [("admin", false), ("an", true)] {
        let form = http::encode(&[("csrf", &csrf), ("name", name), ("password", PASSWORD)]);
        let answer = ask(&format!(
            "POST /login HTTP/1.1\r\nhost: office.example\r\norigin: https://office.example\r\ncookie: {cookie}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{form}",
            form.len()
        ));
        assert_eq!(answer.contains(&format!("__Host-lamsach_session_{port}=")), is_let_in, "{answer}");
        assert_eq!(answer.contains("lamsach user totp"), !is_let_in, "{answer}");
    }
}

#[test]
fn without_a_run_or_with_an_older_one_it_is_said_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let none = lamsach().arg("review").arg(dir.path()).args(["--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(none.status.code(), Some(2));
    assert!(said(&none).contains("lamsach run"), "{}", said(&none));
}

#[test]
fn connections_that_say_nothing_end_and_one_address_has_not_all() {
    use std::io::Read as _;

    let town = Town::new();
    let server = Server::start(&town.out());
    let connect = || {
        let stream = std::net::TcpStream::connect(&server.host).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(90))).unwrap();
        stream
    };
    // Of so many at once some are closed before they ask.
    let mut held: Vec<_> = (0..200).map(|_| connect()).collect();
    for stream in &mut held {
        let _ = stream.write_all(b"GET /login HTTP/1.1\r\nhost: localhost\r\n\r\n");
    }
    let answered = held.iter_mut().filter_map(|stream| stream.read(&mut [0; 64]).ok());
    let answered = answered.filter(|read| *read > 0).count();
    assert!((1..=128).contains(&answered), "{answered}");
    drop(held);
    let mut answer = Vec::new();
    let ask = |stream: &mut std::net::TcpStream, connection: &str| {
        let head = format!("GET /login HTTP/1.1\r\nhost: localhost\r\nconnection: {connection}\r\n\r\n");
        let _ = stream.write_all(head.as_bytes());
    };
    // Their places are free again.
    while answer.is_empty() {
        let mut stream = connect();
        ask(&mut stream, "close");
        let _ = stream.read_to_end(&mut answer);
    }
    // Silence, half a head, and silence after an answer.
    let (silent, mut half, mut idle) = (connect(), connect(), connect());
    half.write_all(b"GET /login HTTP/1.1\r\nhost: lo").unwrap();
    ask(&mut idle, "keep-alive");
    for (mut stream, is_answered) in [(silent, false), (half, false), (idle, true)] {
        answer.clear();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert_eq!(answer.starts_with("HTTP/1.1 200"), is_answered, "{answer}");
    }
    // HTTP/2 is not spoken.
    let mut second = connect();
    second.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
    answer.clear();
    let _ = second.read_to_end(&mut answer);
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."), "{answer:?}");
}
