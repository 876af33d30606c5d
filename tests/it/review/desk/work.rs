//! Files, runs, and the end of the program, over the wire.

use std::fs;
use std::time::{Duration, Instant};

use super::{Home, RUN, address, begin_alone, data, looked_at, number_of, submit, until, upload};
use crate::harness::{findings, latest, succeed, under_wine, written};
use crate::review::http::Client;

#[test]
fn files_are_taken_told_apart_and_given_back() {
    let home = Home::new();
    let program = home.start(&["--lang", "en"]);
    let mut client = program.alone();
    let csrf = client.get("/start").csrf();
    let registry = fs::read_to_string(data().join("residents.csv")).unwrap();
    let older: String = registry.lines().take(2_000).map(|line| format!("{line}\n")).collect();
    let welfare = fs::read_to_string(data().join("welfare.csv")).unwrap();
    let files = [
        ("dan cu 12.csv", registry.as_str()),
        ("../../dan cu 11.csv", older.as_str()),
        ("tro cap.csv", welfare.as_str()),
        ("tro cap (1).csv", welfare.as_str()),
        ("gia <b>.csv", "Mặt hàng,Đơn giá\nGạo,15000\nMuối,6000\n"),
        ("ghi chu.docx", "x"),
        ("hong.xlsx", "PK\u{3}\u{4}hỏng"),
        ("", ""),
    ];
    assert_eq!(upload(&mut client, &csrf, &files).status, 303);
    let folder = home.results().join("tep-nguon");
    assert!(folder.join("dan cu 11.csv").exists() && !home.at("dan cu 11.csv").exists());
    let page = looked_at(&mut client);
    for shown in [
        "Residents: 3,020 rows",
        "the same as tro cap.csv, byte for byte",
        "gia _b_.csv",
        "not recognised as any list",
        "no table (Excel, CSV",
        "Two files are one registry at two dates",
        "2 questions",
    ] {
        // One of the questions is which registry counts; the other file is told as it is.
        let found = page.contains(shown) || shown == "2 questions";
        assert!(found, "{shown}: {page}");
    }
    assert!(!page.contains("<b>") && page.contains("disabled"), "{page}");
    // A run is not begun as long as something is asked.
    assert_eq!(submit(&mut client, "/start/run", &[]).header("location"), "/start");

    // The older registry does not count; the damaged file is taken out.
    let older = number_of(&page, "dan cu 11.csv");
    submit(&mut client, &format!("/start/files/{older}/aside"), &[("aside", "1")]);
    let page = looked_at(&mut client);
    assert!(
        !page.contains("Two files are one registry") && page.contains("1 files cannot be read"),
        "{page}"
    );
    let broken = number_of(&page, "hong.xlsx");
    submit(&mut client, &format!("/start/files/{broken}/remove"), &[]);
    assert!(!folder.join("hong.xlsx").exists());
    let page = looked_at(&mut client);
    assert!(!page.contains("id=\"obstacle\""), "{page}");

    // A file of the same name takes the place of the one before, and that is told.
    let fewer: String = welfare.lines().take(50).map(|line| format!("{line}\n")).collect();
    assert_eq!(upload(&mut client, &csrf, &[("tro cap.csv", &fewer)]).status, 303);
    let page = client.get("/start").text();
    assert!(page.contains("Files of the same name were replaced: tro cap.csv"), "{page}");
    assert_eq!(fs::read_to_string(folder.join("tro cap.csv")).unwrap(), fewer);

    // By path nothing is copied; what cannot be is told.
    let nowhere = written("/nowhere/at all.csv");
    for (path, told) in
        [("welfare.csv", "Write the whole path"), (nowhere.as_str(), &format!("There is no file {nowhere}"))]
    {
        let reply = submit(&mut client, "/start/path", &[("path", path)]);
        assert!(reply.text().contains(told), "{}", reply.text());
    }
    let quoted = format!("\"{}\"", written(data()));
    assert_eq!(submit(&mut client, "/start/path", &[("path", &quoted)]).status, 303);
    let page = looked_at(&mut client);
    for name in ["births.csv", "insurance.csv", "units.csv"] {
        assert!(page.contains(&format!("<bdi>{name}</bdi>")), "{name}: {page}");
    }
    assert!(page.contains("Table of administrative units") && !folder.join("births.csv").exists());
    let births = number_of(&page, "births.csv");
    submit(&mut client, &format!("/start/files/{births}/remove"), &[]);
    assert!(data().join("births.csv").exists());

    // An answer that names no column of the file is none.
    let births = number_of(&looked_at(&mut client), "deaths.csv");
    for map in ["deaths.death_date=Không có", "nonsense", "deaths.nonsense=Ngày chết"] {
        let reply = submit(&mut client, &format!("/start/files/{births}/answer"), &[("map", map)]);
        assert_eq!(reply.status, 422, "{map}");
    }
}

#[test]
fn a_run_is_stopped_and_the_program_started_anew_knows_everything() {
    let home = Home::new();
    let mut program = home.start(&["--lang", "en", "--stop-after", "1"]);
    let mut client = program.alone();
    assert_eq!(submit(&mut client, "/start/path", &[("path", &written(data()))]).status, 303);
    looked_at(&mut client);
    assert_eq!(submit(&mut client, "/start/run", &[]).header("location"), "/start/run");
    // One at a time.
    assert_eq!(submit(&mut client, "/start/run", &[]).header("location"), "/start");
    assert_eq!(submit(&mut client, "/start/cancel", &[]).status, 303);
    let page = until(&mut client, "/start/run", RUN, |text| !text.contains("data-poll"));
    assert!(page.contains("The run was stopped") && page.contains("nothing is published"), "{page}");
    assert!(!home.results().join("latest").exists());

    // Begun again, and the window closed at once: the run is finished before the program is.
    assert_eq!(submit(&mut client, "/start/run", &[]).header("location"), "/start/run");
    client.post("/start/leaving", &[]);
    let begun = Instant::now();
    while program.child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < RUN, "not over");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(home.results().join("latest").exists());

    // The next start knows the folder, the user and the files, and shows the lists.
    let program = home.start(&["--lang", "en"]);
    let mut client = program.client();
    let page = looked_at(&mut client);
    assert!(page.contains("<bdi>welfare.csv</bdi>") && !page.contains("id=\"obstacle\""), "{page}");
    assert!(client.get("/cases").text().matches("class=\"row\"").count() > 10);
    let runs = client.get("/start/runs").text();
    // Wine's user has a folder of documents of that name, too.
    let results =
        if under_wine().is_some() { "Documents\\lamsach results".into() } else { written(home.results()) };
    assert!(runs.contains(&results) && runs.contains("<td class=\"mono\">2"), "{runs}");
    for (period, kind, begins) in [("week", "xlsx", "PK"), ("month", "html", "<!DOCTYPE html>")] {
        let report = submit(&mut client, "/start/report", &[("period", period), ("as", kind)]);
        assert_eq!(report.status, 200);
        assert!(report.header("content-disposition").contains(kind));
        assert!(report.body.starts_with(begins.as_bytes()), "{period} {kind}");
    }

    // What the desk found is what the command line finds.
    let out = home.at("out");
    let mut command = home.command(&["run", "-q", "--lang", "en"]);
    succeed(&command.arg(data()).arg("--out").arg(&out).output().unwrap());
    assert_eq!(findings(&latest(&out)), findings(&latest(&home.results())));
}

#[test]
fn a_second_start_leads_to_the_first_and_a_button_ends_it() {
    let home = Home::new();
    let mut program = home.start(&["--lang", "en"]);
    // During the first start, and after it.
    for _ in 0..2 {
        let second = home.command(&["start", "--no-browser", "--lang", "en"]).output().unwrap();
        succeed(&second);
        let said = String::from_utf8(second.stdout).unwrap();
        assert!(said.contains("already"), "{said}");
        let (host, token) = address(&said);
        assert_eq!(host, program.host);
        let mut client = Client::at(&host);
        assert_eq!(client.get(&token).status, 200);
        if client.get("/start").text().contains("/start/first") {
            begin_alone(&mut client);
        }
    }
    // Another folder has a program of its own.
    let other = home.at("other");
    let another = home.start(&["--lang", "en", "--out", other.to_str().unwrap()]);
    assert_ne!(another.host, program.host);

    let second = home.command(&["start", "--no-browser", "--out"]).arg(home.results()).output().unwrap();
    let (host, token) = address(&String::from_utf8(second.stdout).unwrap());
    assert_eq!(host, program.host);
    let mut client = Client::at(&host);
    client.get(&token);
    let page = submit(&mut client, "/start/stop", &[]);
    assert!(page.text().contains("window can be closed"), "{}", page.text());
    assert!(program.is_over());
}
