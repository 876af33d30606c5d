//! Who saw a person: pages, lists and files that had the person, by whom, and of nobody else.

use std::io::Write as _;
use std::process::{Output, Stdio};

use crate::harness::{lamsach, said, succeed};
use crate::review::http::Server;
use crate::review::town::Town;

/// Asks who saw somebody; what is asked for by `-` comes on standard input.
fn who(town: &Town, args: &[&str], typed: &str) -> Output {
    let mut command = lamsach();
    command.args(["audit", "who"]).args(args).arg("--out").arg(town.out());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The accounts and actions that an answer tells, in their order.
fn told(output: &Output) -> Vec<(String, String)> {
    succeed(output);
    let lines: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let of = |line: &serde_json::Value, name: &str| line[name].as_str().unwrap().to_owned();
    lines.iter().map(|line| (of(line, "who"), of(line, "action"))).collect()
}

#[test]
fn who_saw_a_person_is_told_of_pages_lists_and_files_and_of_nobody_else() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let (mut an, mut binh, mut admin) = (server.login("an"), server.login("binh"), server.login("admin"));
    // One of commune A with a number, and a case of commune B.
    let case = town.case_of("00001", "DUNG-02");
    let other = town.case_of("00002", "DUNG-02");
    let number = town.case_id(&case);
    assert_eq!(number.len(), 12);
    assert_eq!(an.get("/cases?commune=00001&status=all").status, 200);
    assert_eq!(an.get(&format!("/cases/{case}")).status, 200);
    assert_eq!(binh.get("/cases?status=all").status, 200);
    assert_eq!(binh.get(&format!("/cases/{other}")).status, 200);
    assert_eq!(admin.submit("/export?status=all", &[]).status, 200);
    assert_eq!(admin.get("/print?commune=00002&status=all").status, 200);
    drop(server);
    let spaced = format!("{} {}\n", &number[..6], &number[6..]);
    let by_number = told(&who(&town, &["-", "--json"], &spaced));
    let by_case = told(&who(&town, &[&case, "--json"], ""));
    assert_eq!(
        told(&who(&town, &["--json"], &format!("{number}\n"))),
        by_number,
        "asked for where it is not given"
    );
    let of = |who: &str, action: &str| (who.to_owned(), action.to_owned());
    for seen in [of("an", "list"), of("an", "view"), of("admin", "export")] {
        assert!(by_number.contains(&seen) && by_case.contains(&seen), "{seen:?}: {by_number:?} {by_case:?}");
    }
    assert!(
        !by_number.iter().chain(&by_case).any(|(who, action)| who == "binh" || action == "print"),
        "{by_number:?}"
    );
    let by_other = told(&who(&town, &[&other, "--json"], ""));
    assert!(
        by_other.contains(&of("binh", "list")) && by_other.contains(&of("admin", "print")),
        "{by_other:?}"
    );
    assert!(!by_other.iter().any(|(who, _)| who == "an"), "{by_other:?}");

    // For people: when, who, what. Whoever is unknown was seen by nobody, and that is said.
    let shown = who(&town, &[&case], "");
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(text.contains("  an  view  ") && text.contains("  admin  export  "), "{text}");
    let nobody = String::from_utf8(who(&town, &["-"], "001099999999\n").stdout).unwrap();
    assert!(nobody.contains("không có dòng nào"), "{nobody}");
    // A number on the command line stands in the list of processes: it is refused, and not said again.
    let refused = who(&town, &[&number], "");
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        said(&refused).contains("đầu vào chuẩn") && !said(&refused).contains(&number),
        "{}",
        said(&refused)
    );
    // Which cases a list held stands nowhere in clear.
    let db = crate::harness::store(&town.out());
    let lists = "SELECT group_concat(what || why) FROM access_log WHERE action IN ('list', 'export')";
    let said: String = db.query_row(lists, [], |row| row.get(0)).unwrap();
    assert!(!said.contains(&case) && !said.contains(&number), "{said}");
    succeed(&lamsach().args(["audit", "verify", "--out"]).arg(town.out()).output().unwrap());
}
