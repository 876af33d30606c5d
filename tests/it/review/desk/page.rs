//! An officer's way in a real browser.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{BIRTHS, Home, RUN, data};
use crate::harness::{findings, latest, under_wine};
use crate::review::browser::Desk;

#[test]
fn an_officer_goes_from_the_first_start_to_the_list_in_six_clicks() {
    let home = Home::new();
    let results = home.at("Documents/Ket qua lamsach");
    let program = home.start(&["--lang", "vi"]);
    let desk = Desk::at(&program.host);
    let clicks = std::cell::Cell::new(0);
    let click = |selector: &str| {
        clicks.set(clicks.get() + 1);
        desk.tab.wait_for_element(selector).unwrap().click().unwrap();
    };
    // Names of this machine are no part of the documentation.
    let picture = |name: &str| {
        desk.ask(
            "document.querySelectorAll('.who a, #me-hint bdi').forEach(name => { name.textContent = 'an' })",
        );
        desk.picture(name);
    };
    // What the double click opens.
    desk.go(&program.token);
    desk.until("the first start", "location.pathname == '/start' && document.querySelector('#folder')");
    for path in ["/start?lang=en", "/start?lang=vi"] {
        desk.go(path);
        desk.resize(390, 844, true);
        desk.check("first start on a phone");
        desk.resize(1366, 768, false);
        desk.check("first start");
    }
    let proposed = desk.ask("document.querySelector('#folder').value");
    if under_wine().is_some() {
        assert_eq!(proposed.as_str().unwrap().split('\\').next_back(), Some("Ket qua lamsach"), "{proposed}");
    } else {
        assert_eq!(proposed, results.to_str().unwrap());
        desk.ask("document.querySelector('#folder').value = '/home/an/Documents/Ket qua lamsach'");
    }
    picture("start-first");
    desk.go("/start");
    click("main button.main");
    desk.until("the files", "document.querySelector('[data-drop]')");
    desk.check("no files yet");

    // One file is dropped, the others are chosen.
    let dropped = serde_json::to_string(BIRTHS).unwrap();
    desk.ask(&format!(
        "(() => {{ const t = new DataTransfer(); t.items.add(new File([{dropped}], 'khai sinh thang 12.csv')); \
         document.dispatchEvent(new DragEvent('drop', {{dataTransfer: t, bubbles: true, cancelable: true}})); }})()"
    ));
    desk.until("dropped", "document.querySelector('li.file.ask')");
    let files: Vec<String> = ["residents", "births", "deaths", "marriages", "welfare", "insurance", "units"]
        .iter()
        .map(|name| data().join(format!("{name}.csv")).to_str().unwrap().to_owned())
        .collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    clicks.set(clicks.get() + 1);
    desk.tab.wait_for_element("#files").unwrap().set_input_files(&files).unwrap();
    desk.until("looked at", "document.querySelectorAll('li.file.ready').length == 7");
    let page = desk.text();
    for shown in
        ["Bảng đơn vị hành chính", "3.020 dòng", "khai sinh thang 12.csv", "Cần trả lời", "Còn 1 câu hỏi"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert_eq!(desk.ask("document.querySelector('section.go button').disabled"), true);
    desk.check("files recognised");
    picture("start-files");
    desk.resize(390, 844, true);
    desk.check("files on a phone");
    desk.resize(1366, 768, false);

    // The question is answered: the column is the date of birth.
    desk.ask(
        "(() => { const q = document.querySelector('li.file.ask select'); \
         q.value = Array.from(q.options).find(o => o.text == 'Mốc').value; })()",
    );
    click("li.file.ask .answer button");
    desk.until("answered", "document.querySelectorAll('li.file.ready').length == 8");
    desk.check("all ready");
    click("section.go button");
    desk.until("at work", "location.pathname == '/start/run'");
    desk.check("the run at work");
    picture("start-run");
    let begun = Instant::now();
    while !desk.text().contains("Đối soát xong") {
        assert!(begun.elapsed() < RUN, "{}", desk.text());
        std::thread::sleep(Duration::from_millis(200));
    }
    desk.check("the run is done");
    picture("start-done");
    click("a.button.main");
    desk.until("the list", "location.pathname == '/cases' && document.querySelectorAll('a.row').length > 10");
    picture("start-list");
    assert!(clicks.get() <= 6, "{} clicks", clicks.get());

    // The other pages of the desk, in both languages; the application behind them is the review's.
    for lang in ["en", "vi"] {
        desk.go("/settings");
        desk.tab.wait_for_element(&format!("input[name=lang][value={lang}]")).unwrap().click().unwrap();
        desk.tab.wait_for_element("form[action='/settings/language'] button").unwrap().click().unwrap();
        desk.until("the language", &format!("document.documentElement.lang == '{lang}'"));
        for path in ["/start", "/start/run", "/start/runs", "/", "/leader", "/print?commune=90001"] {
            desk.go(path);
            desk.until("all is shown", "!document.querySelector('[data-poll]')");
            desk.check(&format!("{path} in {lang}"));
            if under_wine().is_some() && lang == "vi" {
                picture(&format!("windows{}", path.replace(['/', '?', '='], "-")));
            }
        }
        desk.resize(390, 844, true);
        for path in ["/start", "/start/run", "/start/runs"] {
            desk.go(path);
            desk.check(&format!("{path} in {lang} on a phone"));
        }
        desk.resize(1366, 768, false);
    }

    // The answer is remembered, what was done is in the log, and under the name of the system's user.
    let out = results;
    let answers = fs::read_to_string(out.join("answers.json")).unwrap();
    assert!(answers.contains("births.birth_date=Mốc") && !answers.contains("Nguyễn"), "{answers}");
    desk.go("/log");
    let log = desk.text();
    for action in ["user_add", "login", "file_add", "run"] {
        assert!(log.contains(action), "{action}: {log}");
    }
    assert!(findings(&latest(&out)).len() > 100);
    // What wine makes of access lists is no matter of the program.
    if under_wine().is_none() {
        private(&out);
    }
}

/// Asserts that nobody else can read what lies below a folder.
fn private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mut seen = 0;
    for path in crate::harness::files(folder) {
        let path = folder.join(path);
        let meta = path.symlink_metadata().unwrap();
        if !meta.is_symlink() {
            assert_eq!(meta.permissions().mode() & 0o077, 0, "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}
