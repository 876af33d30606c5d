//! Who is kept out, and what each role is given.

use std::fs;

use lamsach::review::{Access, desk_addresses};

use super::{Home, begin_alone, multipart, upload};
use crate::harness::written;
use crate::review::http::{Client, PASSWORD, Server, add_user, encode};
use crate::review::town::Town;

#[test]
fn a_stranger_gets_nothing() {
    let home = Home::new();
    let program = home.start(&["--lang", "en"]);
    let mut stranger = Client::at(&program.host);
    let addresses =
        || desk_addresses().chain(lamsach::review::addresses()).map(|(method, path, _)| (method, path));
    let others = [
        ("GET", "/open/"),
        ("GET", "/open/00"),
        ("POST", "/start/first"),
        ("POST", "/start/alive"),
        ("POST", "/start/leaving"),
        ("GET", "/nowhere"),
    ];
    let all: Vec<(&str, String)> = addresses()
        .chain(others)
        .map(|(method, path)| (method, path.replace("{number}", "0").replace(['{', '}'], "")))
        .collect();
    assert!(all.len() > 45, "{}", all.len());
    let refuse = |client: &mut Client, what: &str| {
        for (method, path) in &all {
            let reply = client.send(method, path, &[], "");
            assert_eq!(reply.status, 403, "{what}: {method} {path}");
            assert!(reply.header("set-cookie").is_empty(), "{what}: {method} {path}");
        }
    };
    refuse(&mut stranger, "before the first start");
    let mut owner = program.alone();
    refuse(&mut stranger, "after it");
    // With a made-up cookie, too, and with the session of the account alone.
    stranger.cookies = vec![(format!("lamsach_desk_{}", program.port()), "0".repeat(64))];
    refuse(&mut stranger, "with another cookie");
    let _ = owner.get("/start");
    // All of its cookies are bound to its port: another program at this machine has its own.
    let session = format!("lamsach_session_{}", program.port());
    let bound = |name: &str| name.ends_with(&format!("_{}", program.port()));
    assert!(
        owner.cookies.len() >= 2 && owner.cookies.iter().all(|(name, _)| bound(name)),
        "{:?}",
        owner.cookies
    );
    let session = owner.cookies.iter().find(|(name, _)| *name == session).unwrap().clone();
    stranger.cookies = vec![session];
    refuse(&mut stranger, "with a session alone");

    // A token lets one browser in, once.
    stranger.cookies.clear();
    assert_eq!(stranger.get(&program.token).status, 403);
    assert!(stranger.cookies.is_empty());
    // Whoever is in and opens it again from the history is in still.
    assert_eq!(owner.get(&program.token).status, 303);

    // A name that leads here from elsewhere is no way in, with the right cookie or without.
    for host in
        ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", "[::1]"]
    {
        let reply = owner.send("GET", "/start", &[("host", host)], "");
        assert_eq!(reply.status, 403, "{host}");
    }
    // No answer is for pages of another origin.
    let reply = owner.send("GET", "/start", &[("origin", "http://evil.example")], "");
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, ""));
    let policy = reply.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
}

#[test]
fn no_form_is_taken_from_elsewhere() {
    let home = Home::new();
    let program = home.start(&["--lang", "en"]);
    let mut client = program.client();
    // Before the first start.
    for csrf in ["", "0"] {
        let form = [("csrf", csrf), ("who", "me"), ("lang", "en"), ("folder", "/x")];
        assert_eq!(client.post("/start/first", &form).status, 403);
    }
    let csrf = client.get("/start").csrf();
    let body = encode(&[("csrf", &csrf), ("who", "me"), ("lang", "en")]);
    let elsewhere = [("origin", "http://evil.example")];
    assert_eq!(client.send("POST", "/start/first", &elsewhere, &body).status, 403);
    assert!(!home.results().exists());

    begin_alone(&mut client);
    let csrf = client.get("/start").csrf();
    for (method, path, _) in desk_addresses().filter(|(method, ..)| *method == "POST") {
        let path = path.replace("{number}", "0");
        if path == "/start/upload" {
            assert_eq!(upload(&mut client, "", &[("a.csv", "x")]).status, 403, "{path}");
            let headers = [("content-type", "multipart/form-data; boundary=xx"), elsewhere[0]];
            let sent = client.send("POST", &path, &headers, &multipart(&csrf, &[("a.csv", "x")]));
            assert_eq!(sent.status, 403, "{path}");
            continue;
        }
        assert_eq!(client.post(&path, &[("csrf", "")]).status, 403, "{method} {path}");
        let body = encode(&[("csrf", &csrf)]);
        assert_eq!(client.send(method, &path, &elsewhere, &body).status, 403, "{method} {path}");
    }
    // Nothing of all that was done.
    assert!(!home.results().join("tep-nguon").exists());
    assert!(client.get("/start").text().contains("No file yet"));
}

#[test]
fn every_address_of_the_desk_gives_each_role_its_own() {
    let home = Home::new();
    let out = home.at("out");
    fs::create_dir(&out).unwrap();
    add_user(&out, "admin", &["--role", "admin"]);
    add_user(&out, "an", &["--role", "officer", "--commune", "00001"]);
    add_user(&out, "giam", &["--role", "auditor"]);
    add_user(&out, "ly", &["--role", "leader"]);
    let program = home.start(&["--lang", "en", "--out", out.to_str().unwrap()]);
    let gate = program.client();
    let mut clients: Vec<(&str, Client)> = ["admin", "an", "giam", "ly", "nobody"]
        .into_iter()
        .map(|name| {
            let mut client = Client::at(&program.host);
            client.cookies.clone_from(&gate.cookies);
            if name != "nobody" {
                let csrf = client.get("/login").csrf();
                let form = [("csrf", csrf.as_str()), ("name", name), ("password", PASSWORD)];
                assert_eq!(client.post("/login", &form).status, 303, "{name}");
            }
            (name, client)
        })
        .collect();
    let mut tried = 0;
    for (method, path, access) in desk_addresses() {
        // The end of the program comes last.
        if path == "/start/stop" {
            continue;
        }
        let address = path.replace("{number}", "7");
        for (role, client) in &mut clients {
            let csrf = if *role == "nobody" { String::new() } else { client.get("/settings").csrf() };
            let reply = match (method, path) {
                ("GET", _) => client.get(&address),
                (_, "/start/upload") => upload(client, &csrf, &[]),
                _ => client.post(&address, &[("csrf", &csrf), ("path", "/nowhere"), ("period", "week")]),
            };
            let expected: &[u16] = match (*role, access) {
                ("nobody", _) => &[303],
                ("admin", _) => &[200, 303, 404, 422],
                _ => &[404],
            };
            let shown = format!("{role} {method} {address}: {}", reply.status);
            assert!(expected.contains(&reply.status), "{shown}");
            if *role == "nobody" {
                assert!(reply.header("location").starts_with("/login"), "{shown}");
            }
            assert_eq!(access, Access::Desk, "{path}");
            tried += 1;
        }
    }
    assert!(tried >= 65, "{tried}");
    // Elsewhere there are no such pages.
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut admin = server.login("admin");
    for (method, path, _) in desk_addresses() {
        let address = path.replace("{number}", "0");
        let reply = if method == "GET" { admin.get(&address) } else { admin.submit(&address, &[]) };
        assert_eq!(reply.status, 404, "{method} {address}");
    }
    assert!(!admin.get("/").text().contains("/start"));
}

#[test]
fn accounts_with_a_password_log_in() {
    let home = Home::new();
    let program = home.start(&["--lang", "en"]);
    let mut client = program.client();
    let csrf = client.get("/start").csrf();
    let folder = home.at("Kết quả");
    let mut first = |password: &str, again: &str| {
        let folder = written(&folder);
        let form = [
            ("csrf", csrf.as_str()),
            ("who", "named"),
            ("name", "an"),
            ("password", password),
            ("again", again),
            ("folder", &folder),
            ("lang", "en"),
        ];
        client.post("/start/first", &form)
    };
    assert!(first("short", "short").text().contains("at least 12 characters"));
    assert!(first(PASSWORD, "mật khẩu khác").text().contains("not the same"));
    assert_eq!(first(PASSWORD, PASSWORD).status, 303);
    // Behind the gate stands the login.
    let reply = client.get("/start");
    assert!(reply.status == 303 && reply.header("location").starts_with("/login"), "{}", reply.text());
    let csrf = client.get("/login").csrf();
    let form = |password| [("csrf", csrf.clone()), ("name", "an".to_owned()), ("password", password)];
    for (password, status) in [("wrong password".to_owned(), 200), (PASSWORD.to_owned(), 303)] {
        let form = form(password);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(client.post("/login", &form).status, status);
    }
    assert!(client.get("/start").text().contains("No file yet"));
}
