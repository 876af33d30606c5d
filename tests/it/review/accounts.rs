//! Accounts over the wire: who is logged in, who is thrown out, and what else is asked of whom.

use std::path::Path;
use std::process::Output;

use super::http::{Client, PASSWORD, Reply, Server};
use super::town::{Town, store};
use crate::harness::{findings, lamsach, said, succeed};

/// `lamsach user …` on an output folder.
fn user(out: &Path, args: &[&str]) -> Output {
    let mut command = lamsach();
    command.arg("user").args(args).arg("--out").arg(out).args(["--lang", "en"]);
    command.output().unwrap()
}

fn told(output: &Output) -> String {
    succeed(output);
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn sessions_are_listed_and_ended_by_the_operator_and_by_their_owner() {
    let town = Town::new();
    let server = Server::start(&town.out());
    assert_eq!(told(&user(&town.out(), &["sessions"])), "Nobody is logged in.\n");
    let (mut one, mut other, mut binh) = (server.login("an"), server.login("an"), server.login("binh"));
    let listed = told(&user(&town.out(), &["sessions"]));
    assert_eq!((listed.matches("an: logged in").count(), listed.matches("binh: logged in").count()), (2, 1));
    assert!(listed.lines().all(|line| line.contains("last seen")), "{listed}");
    for client in [&one, &other, &binh] {
        assert!(client.cookies.iter().all(|(_, token)| !listed.contains(token)), "{listed}");
    }

    // One's own page tells of the others, and ends them.
    let page = one.get("/settings").text();
    assert!(page.contains("this one") && page.contains("End my other sessions"), "{page}");
    assert!(!binh.get("/settings").text().contains("End my other sessions"));
    assert_eq!(one.submit("/settings/sessions", &[]).status, 200);
    assert_eq!(
        (one.get("/cases").status, other.get("/cases").status, binh.get("/cases").status),
        (200, 303, 200)
    );
    assert!(!one.get("/settings").text().contains("End my other sessions"));
    assert_eq!(town.logged("logout_others"), [["an", "1 sessions", ""]]);

    let missing = user(&town.out(), &["logout", "nobody"]);
    assert_eq!(missing.status.code(), Some(2));
    assert_eq!(told(&user(&town.out(), &["logout", "AN"])), "Sessions ended: 1\n");
    assert_eq!((one.get("/cases").status, binh.get("/cases").status), (303, 200));
    let logged = town.logged("user_logout");
    assert_eq!((logged.len(), &logged[0][1..]), (1, &["an".to_owned(), "1 sessions".to_owned()][..]));
    assert_eq!(town.logged("user_sessions").len(), 2);
}

#[test]
fn a_changed_account_has_its_new_scope_at_once() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let (case, other) = (town.case_of("00001", "SONG-01"), town.case_of("00002", "SONG-01"));
    let mut an = server.login("an");
    let sees = |client: &mut Client, case: &str| client.get(&format!("/cases/{case}")).status;
    assert_eq!((sees(&mut an, &case), sees(&mut an, &other)), (200, 404));

    told(&user(&town.out(), &["change", "an", "--commune", "00002", "--unit", "tu-phap-ho-tich"]));
    assert_eq!(an.get("/cases").status, 303, "a session goes on by what was");
    an = server.login("an");
    // Another office acts on this one.
    assert_eq!((sees(&mut an, &case), sees(&mut an, &other)), (404, 404));
    // What is not named stays as it was.
    told(&user(&town.out(), &["change", "an", "--all-units"]));
    an = server.login("an");
    assert_eq!(sees(&mut an, &other), 200);
    told(&user(&town.out(), &["change", "an", "--role", "leader", "--all-communes"]));
    an = server.login("an");
    assert_eq!((an.get("/cases").status, an.get("/leader").status), (404, 200));
    told(&user(&town.out(), &["change", "an", "--role", "admin"]));
    an = server.login("an");
    assert_eq!((sees(&mut an, &case), sees(&mut an, &other)), (200, 200));
    let logged: Vec<[String; 2]> =
        town.logged("user_change").into_iter().map(|[_, what, why]| [what, why]).collect();
    assert_eq!(
        logged,
        [
            ["an", "officer [00001] [*] -> officer [00002] [tu-phap-ho-tich]"],
            ["an", "officer [00002] [tu-phap-ho-tich] -> officer [00002] [*]"],
            ["an", "officer [00002] [*] -> leader [*] [*]"],
            ["an", "leader [*] [*] -> admin"],
        ]
    );

    // Held to what a new account is held to; nothing is changed, and nobody thrown out.
    for (args, told) in [
        (&["change", "an", "--role", "king"][..], "There is no role"),
        (&["change", "an", "--role", "officer"], "at least one commune"),
        (&["change", "an", "--commune", "00001"], "roles officer and leader only"),
        (&["change", "binh", "--unit", "x"], "There is no office"),
        (&["change", "nobody", "--role", "admin"], "There is no account nobody"),
        (&["change", "an"], "--role"),
    ] {
        let output = user(&town.out(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(said(&output).contains(told), "{args:?}: {}", said(&output));
    }
    assert_eq!(an.get("/cases").status, 200);
    assert_eq!(town.logged("user_change").len(), 4);
}

/// A server with settings of its own.
fn served(town: &Town, review: &str) -> Server {
    let config = town.dir.path().join("lamsach.toml");
    let out = town.out();
    let text = format!("[output]\nfolder = {out:?}\n[review]\nlisten = \"127.0.0.1:0\"\n{review}\n");
    std::fs::write(&config, text).unwrap();
    let mut command = lamsach();
    command.args(["review", "--lang", "en", "--config"]).arg(&config);
    Server::spawn(command)
}

/// A visitor who has sent name and password, and what came of it.
fn password(server: &Server, name: &str, password: &str) -> (Client, Reply) {
    let mut client = server.visitor();
    let csrf = client.get("/login").csrf();
    let reply = client.post("/login", &[("csrf", &csrf), ("name", name), ("password", password)]);
    (client, reply)
}

/// Sends a code after the password.
fn send_code(client: &mut Client, page: &Reply, code: &str) -> Reply {
    client.post("/login/code", &[("csrf", &page.csrf()), ("code", code)])
}

/// The secret of an address for an app, among what was told.
fn secret(told: &str) -> Vec<u8> {
    let text = told.split("?secret=").nth(1).unwrap().split('&').next().unwrap();
    data_encoding::BASE32_NOPAD.decode(text.as_bytes()).unwrap()
}

/// The step of this moment.
fn step() -> i64 {
    jiff::Timestamp::now().as_second() / 30
}

/// The code that an app shows at a step (RFC 6238).
fn code(secret: &[u8], step: i64) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = ring::hmac::sign(&key, &step.to_be_bytes());
    let at = usize::from(tag.as_ref()[19] % 16);
    let cut = u32::from_be_bytes(tag.as_ref()[at..at + 4].try_into().unwrap()) % (1 << 31);
    format!("{:06}", cut % 1_000_000)
}

#[test]
fn a_second_factor_is_asked_for_where_there_is_one() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut before = server.login("an");
    let shown = told(&user(&town.out(), &["totp", "an", "-q"]));
    assert!(shown.contains("otpauth://totp/lamsach:an?secret=") && shown.contains('█'), "{shown}");
    let secret = secret(&shown);
    assert_eq!((secret.len(), before.get("/cases").status), (20, 303));
    let listed = told(&user(&town.out(), &["list"]));
    assert_eq!(listed.matches("(second factor)").count(), 1, "{listed}");
    assert!(!listed.contains("secret"), "{listed}");

    // The password alone opens nothing, and nobody without it is asked for a code.
    let (mut client, page) = password(&server, "an", PASSWORD);
    assert!(page.status == 200 && page.text().contains("name=\"code\""), "{}", page.text());
    assert!(client.cookies.iter().all(|(name, _)| !name.contains("session")), "{:?}", client.cookies);
    assert_eq!(client.get("/cases").status, 303);
    let (_, wrong) = password(&server, "an", "wrong password");
    assert!(!wrong.text().contains("name=\"code\""), "{}", wrong.text());
    let mut stranger = server.visitor();
    let csrf = stranger.get("/login").csrf();
    let now = code(&secret, step());
    let reply = stranger.post("/login/code", &[("csrf", &csrf), ("code", &now)]);
    assert!(
        reply.status == 200 && reply.text().contains("give account and password again"),
        "{}",
        reply.text()
    );

    let reply = send_code(&mut client, &page, "000 000");
    assert!(reply.status == 200 && reply.text().contains("The code is wrong"), "{}", reply.text());
    let used = step();
    let reply = send_code(&mut client, &page, &code(&secret, used));
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert_eq!(client.get("/cases").status, 200);
    // Once: whoever saw it over a shoulder has nothing.
    let (mut other, page) = password(&server, "an", PASSWORD);
    for code in [code(&secret, used), code(&secret, used - 1)] {
        let reply = send_code(&mut other, &page, &code);
        assert!(reply.status == 200 && reply.text().contains("The code is wrong"), "{}", reply.text());
    }
    let failed = town.logged("login_failed");
    assert_eq!(failed.iter().filter(|[who, _, why]| who == "an" && why == "second factor").count(), 3);

    // The next step's is taken, a minute early or not; and another has no use of a secret that is none of theirs.
    let reply = send_code(&mut other, &page, &code(&secret, used + 1));
    assert_eq!(reply.status, 303, "{}", reply.text());
    told(&user(&town.out(), &["totp", "binh"]));
    let (mut binh, page) = password(&server, "binh", PASSWORD);
    assert_eq!(send_code(&mut binh, &page, &code(&secret, step())).status, 200);

    told(&user(&town.out(), &["totp", "an", "--off"]));
    assert_eq!(other.get("/cases").status, 303);
    assert_eq!(password(&server, "an", PASSWORD).1.status, 303);
    let logged: Vec<[String; 2]> =
        town.logged("user_totp").into_iter().map(|[_, what, why]| [what, why]).collect();
    assert_eq!(logged, [["an", "on"], ["binh", "on"], ["an", "off"]]);
}

#[test]
fn guessing_codes_is_braked_as_guessing_passwords_is() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let secret = secret(&told(&user(&town.out(), &["totp", "an"])));
    let (mut client, page) = password(&server, "an", PASSWORD);
    // The right password in between makes no difference.
    for n in 0..5 {
        assert!(
            send_code(&mut client, &page, &format!("00000{n}")).text().contains("The code is wrong"),
            "{n}"
        );
        if n == 2 {
            assert!(password(&server, "an", PASSWORD).1.text().contains("name=\"code\""));
        }
    }
    let reply = send_code(&mut client, &page, &code(&secret, step()));
    assert!(reply.status == 200 && reply.text().contains("15 at most"), "{}", reply.text());
    assert!(password(&server, "an", PASSWORD).1.text().contains("15 at most"));
    assert_eq!(password(&server, "binh", PASSWORD).1.status, 303);
}

#[test]
fn whoever_must_have_a_second_factor_is_told_so() {
    let town = Town::new();
    let (free, strict) = (Server::start(&town.out()), served(&town, "second_factor = \"admins\""));
    let mut admin = free.login("admin");
    let (_, refused) = password(&strict, "admin", PASSWORD);
    assert!(refused.status == 200 && refused.text().contains("lamsach user totp"), "{}", refused.text());
    // Nobody is told without the password.
    let (_, wrong) = password(&strict, "admin", "wrong password");
    assert!(!wrong.text().contains("lamsach user totp"), "{}", wrong.text());
    assert_eq!(password(&strict, "an", PASSWORD).1.status, 303);
    // A session of before is none there.
    assert_eq!(admin.get("/cases").status, 200);
    let mut again = Client::at(&strict.host);
    let renamed =
        |(name, value): &(String, String)| (name.replace(free.port(), strict.port()), value.clone());
    again.cookies = admin.cookies.iter().map(renamed).collect();
    assert_eq!(again.get("/cases").status, 303);
    let secret = secret(&told(&user(&town.out(), &["totp", "admin"])));
    let (mut admin, page) = password(&strict, "admin", PASSWORD);
    assert_eq!(send_code(&mut admin, &page, &code(&secret, step())).status, 303);
    assert_eq!(admin.get("/cases").status, 200);
    drop(strict);
    let all = served(&town, "second_factor = \"all\"");
    assert!(password(&all, "an", PASSWORD).1.text().contains("lamsach user totp"));
}

/// Has all sessions have given their password an hour ago.
fn grow_old(town: &Town) {
    store(&town.out()).execute("UPDATE sessions SET proved = proved - 3600", []).unwrap();
}

#[test]
fn the_password_is_asked_for_again_before_the_numbers_of_many() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut an = server.login("an");
    let case = town.case_of("00001", "SONG-01");
    let (name, id) = (town.case_name(&case), town.case_id(&case));
    let cells = |reply: &Reply| -> Vec<String> {
        let body = std::io::Cursor::new(reply.body.clone());
        let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(body).unwrap();
        let sheet = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
        sheet.rows().flatten().map(ToString::to_string).collect()
    };
    let is_book = |reply: &Reply| reply.header("content-disposition").contains("lamsach.xlsx");
    // Shortly after the login it is not.
    let list = an.search("/cases", &[("q", &name), ("status", "all")]).replace("/cases", "/export");
    assert!(is_book(&an.submit(&list, &[("numbers", "1")])));
    grow_old(&town);
    // Without numbers, or for one finding, it is not either.
    assert!(is_book(&an.submit(&list, &[])));
    let one = [("case", case.as_str()), ("template", "moi-khai-tu")];
    assert!(an.submit("/letters", &one).header("content-disposition").contains("lamsach.docx"));

    let taken = town.logged("export").len();
    let page = an.submit(&list, &[("numbers", "1")]);
    assert!(page.status == 200 && !is_book(&page), "{}", page.status);
    let text = page.text();
    assert!(text.contains("name=\"password\"") && text.contains("name=\"numbers\" value=\"1\""), "{text}");
    assert!(
        text.contains(&format!("action=\"{}\"", list.replace('&', "&#38;"))) && !text.contains(&name),
        "{text}"
    );
    let wrong = an.submit(&list, &[("numbers", "1"), ("password", "wrong password")]);
    assert!(!is_book(&wrong) && wrong.text().contains("present password is wrong"), "{}", wrong.text());
    assert_eq!((town.logged("export").len(), town.logged("password_failed").len()), (taken, 1));
    let reply = an.submit(&list, &[("numbers", "1"), ("password", PASSWORD)]);
    assert!(is_book(&reply), "{}", reply.status);
    assert!(cells(&reply).contains(&id) && cells(&reply).contains(&name));
    // From then on it is not for a while.
    assert!(is_book(&an.submit(&list, &[("numbers", "1")])));

    grow_old(&town);
    let letters = [("template", "phieu-chuyen")];
    let page = an.submit("/letters?code=DUNG-02", &letters).text();
    assert!(
        page.contains("name=\"template\" value=\"phieu-chuyen\"") && page.contains("name=\"password\""),
        "{page}"
    );
    let reply = an.submit("/letters?code=DUNG-02", &[letters[0], ("password", PASSWORD)]);
    assert!(reply.header("content-disposition").contains("lamsach.docx"));
    assert_eq!(town.logged("password_again").len(), 2);

    // Guessing it there is braked as it is at the login.
    grow_old(&town);
    for _ in 0..5 {
        let _ = an.submit(&list, &[("numbers", "1"), ("password", "wrong password")]);
    }
    let braked = an.submit(&list, &[("numbers", "1"), ("password", PASSWORD)]);
    assert!(!is_book(&braked) && braked.text().contains("15 at most"), "{}", braked.status);

    // How long it is good for is the settings' to say.
    drop(server);
    let server = served(&town, "password_again_minutes = 0");
    let mut binh = server.login("binh");
    assert!(!is_book(&binh.submit("/export?status=all", &[("numbers", "1")])));
    assert!(is_book(&binh.submit("/export?status=all", &[("numbers", "1"), ("password", PASSWORD)])));
}

#[test]
fn whoever_looks_at_very_many_is_asked_why_and_told_of() {
    let town = Town::new();
    let server = served(&town, "cases_an_hour = 3\nnumbers_an_hour = 2");
    let found = findings(&town.latest());
    let own = found.iter().filter(|line| line["commune_code"] == "00001").map(|line| &line["finding_id"]);
    let cases: Vec<String> = own.take(5).map(|case| format!("/cases/{case}")).collect();
    let mut an = server.login("an");
    for case in cases[..3].iter().chain(&cases[..3]) {
        assert_eq!(an.get(case).status, 200, "{case}");
    }
    assert_eq!(town.logged("bulk").len(), 0);
    let name = town.case_name(cases[3].trim_start_matches("/cases/"));
    for path in [cases[3].clone(), format!("{}/person", cases[3]), cases[4].clone()] {
        let page = an.get(&path);
        assert!(page.status == 429 && page.text().contains("3 findings within an hour"), "{}", page.text());
        assert!(!page.text().contains(&name), "{path}");
    }
    // What was open may be opened; a colleague has an hour of their own.
    assert_eq!((an.get(&cases[0]).status, server.login("admin").get(&cases[3]).status), (200, 200));
    assert_eq!(town.logged("bulk"), [["an", "3 cases within an hour", ""]]);

    let mut say = |next: &str, look: &str, why: &str| {
        an.submit("/reason", &[("look", look), ("next", next), ("why", why)])
    };
    assert_eq!(say(&cases[3], "cases", " 12 ").status, 429);
    assert_eq!(say(&cases[3], "all", "kiểm tra").status, 422);
    for away in ["//evil.example", "https://evil.example/cases/", "/cases/\r\nx: y"] {
        let reply = say(away, "cases", "rà soát cuối tháng");
        assert_eq!((reply.status, reply.header("location")), (303, "/cases"), "{away}");
    }
    let reply = say(&cases[3], "cases", "rà soát người 001099012345");
    assert_eq!((reply.status, reply.header("location")), (303, cases[3].as_str()));
    let reasons = town.logged("bulk_reason");
    assert!(
        reasons
            .iter()
            .all(|[who, what, why]| who == "an" && what == "cases" && !why.contains("001099012345"))
    );
    assert!(reasons[3][2].starts_with("rà soát người"), "{reasons:?}");
    assert_eq!(an.get(&cases[3]).status, 200);

    // Numbers have a bound of their own; a letter shows them too.
    for case in &cases[..2] {
        assert_eq!(an.submit(&format!("{case}/reveal"), &[]).status, 303);
    }
    let third = format!("{}/reveal", cases[2]);
    assert!(an.submit(&third, &[]).text().contains("numbers of 2 findings"));
    let letter = [("case", cases[2].trim_start_matches("/cases/")), ("template", "bien-ban")];
    assert_eq!(an.submit("/letters", &letter).status, 429);
    assert_eq!(town.logged("reveal").len(), 2);
    assert_eq!(an.submit("/reason", &[("look", "numbers"), ("next", "/x"), ("why", "xác minh")]).status, 303);
    assert_eq!(an.submit(&third, &[]).status, 303);
    assert_eq!(town.logged("bulk").len(), 2);

    // Whoever watches over it is told.
    for who in ["admin", "giam"] {
        let page = server.login(who).get("/log").text();
        assert!(
            page.contains("Bulk viewing within the last 7 days") && page.contains("<bdi>an (2)</bdi>"),
            "{page}"
        );
    }
    let status = |more: &[&str]| {
        let output = lamsach().args(["status", "--lang", "en"]).arg(town.out()).args(more).output().unwrap();
        told(&output)
    };
    assert!(status(&[]).contains("bulk viewing on the review page within the last 7 days: an (2)"));
    let json: serde_json::Value = serde_json::from_str(&status(&["--json"])).unwrap();
    assert_eq!(json["bulk_views"], serde_json::json!({ "an": 2 }));
    drop(server);

    // Without a bound nobody is asked.
    let server = served(&town, "cases_an_hour = 0\nnumbers_an_hour = 0");
    let mut an = server.login("an");
    for case in &cases {
        assert_eq!((an.get(case).status, an.submit(&format!("{case}/reveal"), &[]).status), (200, 303));
    }
}
