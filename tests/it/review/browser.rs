//! The pages in a real browser: an officer's day by keyboard, without scripts, on a phone, on paper, and an
//! automatic check of accessibility.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use headless_chrome::protocol::cdp::{Browser as Downloads, Emulation, Page};
use headless_chrome::types::PrintToPdfOptions;
use headless_chrome::{Browser, LaunchOptions, Tab};
use serde_json::Value;

use super::http::{PASSWORD, Server};
use super::town::{Town, store};
use crate::harness::{findings, lamsach, succeed};

/// How long a page may take to come.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Debian's chromium, without anything that speaks to the outside.
const ARGUMENTS: [&str; 6] = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=vi",
];

/// A browser with one tab.
pub(super) struct Desk {
    _browser: Browser,
    pub(super) tab: Arc<Tab>,
    url: String,
}

fn chromium() -> PathBuf {
    let found = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let found = named.into_iter().chain(found.map(PathBuf::from)).find(|path| path.exists());
    found.expect("chromium is missing: run tests/install-browser.sh")
}

impl Desk {
    fn open(server: &Server) -> Self {
        Self::at(&server.host)
    }

    /// A browser for the program at an address.
    pub(super) fn at(host: &str) -> Self {
        let options = LaunchOptions {
            sandbox: false,
            window_size: Some((1366, 768)),
            path: Some(chromium()),
            idle_browser_timeout: Duration::from_secs(300),
            args: ARGUMENTS.iter().map(OsStr::new).collect(),
            ..LaunchOptions::default()
        };
        let browser = Browser::new(options).unwrap();
        let tab = browser.new_tab().unwrap();
        tab.set_default_timeout(PATIENCE);
        Self { _browser: browser, tab, url: format!("http://{host}") }
    }

    /// Opens an address and waits until it is shown.
    pub(super) fn go(&self, path: &str) {
        self.tab.navigate_to(&format!("{}{path}", self.url)).unwrap();
        self.tab.wait_until_navigated().unwrap();
    }

    /// What an expression of the page's script says.
    pub(super) fn ask(&self, expression: &str) -> Value {
        let script = format!("Promise.resolve({expression}).then(said => JSON.stringify(said))");
        let said = self.tab.evaluate(&script, true).unwrap().value;
        said.and_then(|text| serde_json::from_str(text.as_str()?).ok()).unwrap_or(Value::Null)
    }

    pub(super) fn path(&self) -> String {
        let path = self.ask("location.pathname + location.search");
        path.as_str().unwrap_or_default().to_string()
    }

    /// Waits until the page says so; a page that is being replaced has nothing to say yet, and one that has not
    /// come as a whole says too little.
    pub(super) fn until(&self, what: &str, expression: &str) {
        let begun = Instant::now();
        loop {
            let script = format!("String(document.readyState == 'complete' && Boolean({expression}))");
            let said = self.tab.evaluate(&script, false).ok().and_then(|said| said.value);
            if said.as_ref().and_then(Value::as_str) == Some("true") {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{what}: {} {}", self.path(), self.text());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub(super) fn text(&self) -> String {
        self.ask("document.body ? document.body.innerText : ''").as_str().unwrap_or_default().to_string()
    }

    /// Presses keys, one after the other.
    pub(super) fn keys(&self, keys: &[&str]) {
        for key in keys {
            self.tab.press_key(key).unwrap();
        }
    }

    pub(super) fn login(&self, name: &str) {
        self.go("/login");
        self.tab.wait_for_element("#name").unwrap().type_into(name).unwrap();
        self.tab.wait_for_element("#password").unwrap().type_into(PASSWORD).unwrap();
        self.keys(&["Enter"]);
        self.until("logged in", "document.querySelector('nav')");
    }

    /// As somebody has it whose screen is dark, or light.
    fn dark(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let feature = Emulation::MediaFeature { name: "prefers-color-scheme".into(), value: scheme.into() };
        let emulated = Emulation::SetEmulatedMedia { media: None, features: Some(vec![feature]) };
        self.tab.call_method(emulated).unwrap();
    }

    /// Asserts that the page is wide enough for what is on it, and that axe-core has nothing to say.
    pub(super) fn check(&self, what: &str) {
        let wide = self.ask("[document.documentElement.scrollWidth, window.innerWidth]");
        assert!(wide[0].as_f64() <= wide[1].as_f64(), "{what} is wider than the screen: {wide}");
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe-core/package/axe.min.js");
        let axe = fs::read_to_string(axe).expect("axe-core is missing: run tests/install-browser.sh");
        self.tab.evaluate(&axe, false).unwrap();
        let found = self.ask(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})\
             .then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 200)).join(' | ')))",
        );
        assert_eq!(found, Value::Array(Vec::new()), "{what}");
    }

    pub(super) fn resize(&self, width: u32, height: u32, mobile: bool) {
        let metrics = Emulation::SetDeviceMetricsOverride {
            width,
            height,
            device_scale_factor: 1.0,
            mobile,
            scale: None,
            screen_width: None,
            screen_height: None,
            position_x: None,
            position_y: None,
            dont_set_visible_size: None,
            screen_orientation: None,
            viewport: None,
            display_feature: None,
            device_posture: None,
        };
        self.tab.call_method(metrics).unwrap();
    }

    /// Keeps a picture where it is asked for: for the documentation (`1`), or in a folder.
    pub(super) fn picture(&self, name: &str) {
        let Some(asked) = std::env::var_os("LAMSACH_SCREENSHOTS") else { return };
        let documentation = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/screens");
        let folder = if asked == "1" { documentation } else { PathBuf::from(asked) };
        fs::create_dir_all(&folder).unwrap();
        let png =
            self.tab.capture_screenshot(Page::CaptureScreenshotFormatOption::Png, None, None, true).unwrap();
        fs::write(folder.join(format!("{name}.png")), png).unwrap();
    }
}

/// Pages of the check of which the documentation has no picture.
const UNPICTURED: [&str; 6] =
    ["missing", "hostile", "overdue", "population", "population of a commune", "turning"];

/// Gives an account findings that are overdue, due soon and due later, by command; the page is opened afterwards.
fn give_work(town: &Town, name: &str) {
    let own = findings(&town.latest());
    let own = own.iter().filter(|line| line["commune_code"] == "00001").take(9);
    let own: Vec<&String> = own.map(|line| &line["finding_id"]).collect();
    let mut assign = lamsach();
    assign.args(["decide", "assign"]).args(&own).args(["--to", name, "--out"]).arg(town.out());
    succeed(&assign.output().unwrap());
    let db = store(&town.out());
    let today = db.query_row("SELECT unixepoch('now', 'localtime') / 86400", [], |row| row.get(0));
    let today: i64 = today.unwrap();
    for (case, days) in own.iter().zip([-10, -10, -10, 2, 2, 2, 60, 60, 60]) {
        let due = "UPDATE findings SET due_on = ?2 WHERE id = (SELECT id FROM cases WHERE finding_id = ?1)";
        assert_eq!(db.execute(due, (case.as_str(), today + days)).unwrap(), 1);
    }
    // The index was made for the command; the page makes it anew.
    for file in fs::read_dir(town.out().join("review")).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
}

/// The status of a finding in the store.
fn status(town: &Town, case: &str) -> String {
    let db = store(&town.out());
    db.query_row("SELECT status FROM cases WHERE finding_id = ?1", [case], |row| row.get(0)).unwrap()
}

#[test]
fn an_officer_works_by_keyboard_and_the_next_run_knows() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let desk = Desk::open(&server);
    desk.go("/cases");
    desk.until("asked to log in", "location.pathname == '/login'");
    desk.check("login");
    desk.picture("login");
    desk.tab.wait_for_element("#name").unwrap().type_into("an").unwrap();
    desk.keys(&["Tab"]);
    desk.tab.type_str(PASSWORD).unwrap();
    desk.keys(&["Enter"]);
    // Keys are heeded once the page is there with its script.
    desk.until("back to what was wanted", "location.pathname == '/cases'");

    // Look for a person without diacritics, step to the line, open it.
    let case = town.case_of("00001", "SONG-01");
    let name = lamsach::vietnamese::text::fold(&town.case_name(&case));
    desk.keys(&["/"]);
    desk.tab.type_str(&name).unwrap();
    desk.keys(&["Enter"]);
    desk.until("found", "location.search.includes('s=')");
    let address = desk.path();
    assert!(name.split(' ').all(|word| !address.contains(word)), "{address}");
    assert!(desk.text().contains("SONG-01"), "{}", desk.text());
    desk.go("/cases?code=SONG-01");
    desk.keys(&["j"]);
    desk.until("a line is chosen", "document.activeElement.matches('a.row')");
    desk.keys(&["Enter"]);
    desk.until("opened", "location.pathname.startsWith('/cases/')");
    let opened = desk.path().split('/').nth(2).unwrap().split('?').next().unwrap().to_string();

    // Decide, undo, decide again: each is in the store at once.
    desk.keys(&["2"]);
    desk.until("decided", "location.search.includes('done=')");
    assert_eq!(status(&town, &opened), "rejected");
    desk.keys(&["u"]);
    desk.until(
        "undone",
        &format!("location.pathname == '/cases/{opened}' && !location.search.includes('done=')"),
    );
    assert_eq!(status(&town, &opened), "new");
    desk.keys(&["n"]);
    desk.until("noting", "document.activeElement.id == 'note'");
    desk.tab.type_str("đã gặp").unwrap();
    desk.keys(&["Escape", "2"]);
    desk.until("decided again", "location.search.includes('done=')");
    assert_eq!(status(&town, &opened), "rejected");
    desk.keys(&["?"]);
    desk.until("help", "document.getElementById('keys').open");
    desk.keys(&["Escape", "l"]);
    desk.until("the list", "location.pathname == '/cases'");

    town.run();
    let found = findings(&town.latest());
    assert_eq!(found.iter().find(|line| line["finding_id"] == opened).unwrap()["status"], "rejected");
    // The page goes over to the new run by itself.
    let run = fs::read_link(town.latest()).unwrap().to_string_lossy().into_owned();
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE && !desk.text().contains(&run) {
        std::thread::sleep(Duration::from_millis(300));
        desk.go("/");
    }
    assert!(desk.text().contains(&run), "{}", desk.text());
}

#[test]
fn every_page_is_accessible_and_fits_the_screen_and_the_phone() {
    let town = Town::new();
    give_work(&town, "admin");
    let server = Server::start(&town.out());
    let desk = Desk::open(&server);
    desk.login("admin");
    let case = town.case_of("00001", "DUNG-02");
    desk.go("/mine");
    for part in ["overdue", "soon", "later"] {
        assert!(desk.ask(&format!("document.querySelectorAll('#{part}').length")) == 1, "{part}");
    }
    desk.go("/queue");
    let pair = desk.ask("document.querySelector('a.row').getAttribute('href')").as_str().unwrap().to_string();
    let (person, household) = (format!("/cases/{case}/person"), format!("/cases/{case}/household"));
    let case = format!("/cases/{case}?code=DUNG-02");
    let pages = [
        ("dashboard", "/"),
        ("mine", "/mine"),
        ("worklist", "/cases"),
        ("case", case.as_str()),
        ("person", person.as_str()),
        ("household", household.as_str()),
        ("overdue", "/cases?status=all&overdue=1"),
        ("resolved", "/resolved"),
        ("bulk", "/bulk?commune=00002"),
        ("decisions", "/decisions"),
        ("leader", "/leader"),
        ("population", "/population"),
        ("population of a commune", "/population?commune=00001"),
        ("turning", "/population/turning"),
        ("queue", "/queue"),
        ("pair", pair.as_str()),
        ("print", "/print?commune=00002"),
        ("log", "/log"),
        ("help", "/help"),
        ("settings", "/settings"),
        ("missing", "/cases/DU-01-000000000000"),
        ("hostile", "/cases?code=DU-06&status=all"),
    ];
    for lang in ["en", "vi"] {
        desk.go("/settings");
        desk.ask(&format!("document.querySelector('[name=lang][value={lang}]').click()"));
        desk.ask("document.querySelector('[name=lang]').form.querySelector('button').click()");
        desk.until("the language", &format!("document.documentElement.lang == '{lang}'"));
        for (name, path) in pages {
            desk.resize(1366, 768, false);
            desk.go(path);
            desk.check(&format!("{name} in {lang}"));
            let pictured = lang == "vi" && !UNPICTURED.contains(&name);
            if pictured {
                desk.picture(name);
            }
            desk.dark(true);
            desk.go(path);
            desk.check(&format!("{name} in {lang} in the dark"));
            if pictured && ["case", "leader"].contains(&name) {
                desk.picture(&format!("{name}-dark"));
            }
            desk.dark(false);
            desk.resize(390, 844, true);
            desk.go(path);
            desk.check(&format!("{name} in {lang} on a phone"));
            if pictured && name == "case" {
                desk.picture("case-phone");
            }
        }
    }
    desk.resize(1366, 768, false);
    // What the help says of a code is reached from its case.
    desk.go(&case);
    desk.ask("document.querySelector('a[href=\"/help#DUNG-02\"]').click()");
    desk.until("the help", "location.pathname == '/help'");
    assert!(desk.ask("document.querySelectorAll('article').length").as_u64().unwrap() > 40);
    desk.go("/settings");
    // Nothing of the data became part of the page's own scripts.
    desk.go("/cases?code=DU-06&status=all");
    assert_eq!(desk.ask("document.querySelectorAll('main script, main b').length"), 0);
    assert!(desk.text().contains("<script>alert(1)</script>"), "{}", desk.text());
    let rows = desk.ask("document.querySelectorAll('a.row').length").as_u64().unwrap();
    assert!(rows >= 3, "{rows}");
    for n in 0..rows {
        desk.go("/cases?code=DU-06&status=all");
        desk.tab.evaluate(&format!("document.querySelectorAll('a.row')[{n}].click()"), false).unwrap();
        desk.until("opened", "location.pathname.startsWith('/cases/')");
        desk.check("a harmful name");
    }
}

#[test]
fn without_scripts_everything_works_but_the_keys() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let desk = Desk::open(&server);
    desk.tab.call_method(Emulation::SetScriptExecutionDisabled { value: true }).unwrap();
    // All of it in sight: scrolling there would take a script.
    desk.resize(1366, 4000, false);
    let click = |selector: &str| {
        let place = desk.tab.wait_for_element(selector).unwrap().get_midpoint().unwrap();
        desk.tab.click_point(place).unwrap();
    };
    desk.go("/login");
    for (field, text) in [("#name", "an"), ("#password", PASSWORD)] {
        click(field);
        desk.tab.type_str(text).unwrap();
    }
    click("main button");
    desk.tab.wait_for_element("nav").unwrap();
    let case = town.case_of("00001", "SONG-01");
    desk.go(&format!("/cases/{case}"));
    click("button[value=visit]");
    desk.tab.wait_for_element(".notice.good").unwrap();
    assert_eq!(status(&town, &case), "in_progress");
    click(".notice.good button");
    let begun = Instant::now();
    while status(&town, &case) != "new" {
        assert!(begun.elapsed() < PATIENCE, "not undone");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_visit_list_is_printed_and_a_workbook_saved() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let desk = Desk::open(&server);
    desk.login("an");
    desk.go("/print?status=all");
    assert!(desk.text().contains("Thôn"), "{}", desk.text());
    assert!(desk.ask("document.querySelectorAll('.box').length").as_u64().unwrap() >= 30);
    let options = PrintToPdfOptions { prefer_css_page_size: Some(true), ..PrintToPdfOptions::default() };
    let pdf = desk.tab.print_to_pdf(Some(options)).unwrap();
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.starts_with("%PDF") && text.contains("/MediaBox [0 0 594.95996 841.91998]"), "not A4");

    let saved = town.dir.path().join("saved");
    fs::create_dir(&saved).unwrap();
    let behaviour = Downloads::SetDownloadBehavior {
        behavior: Downloads::SetDownloadBehaviorBehaviorOption::Allow,
        browser_context_id: None,
        download_path: Some(saved.to_string_lossy().into_owned()),
        events_enabled: None,
    };
    desk.tab.call_method(behaviour).unwrap();
    desk.go("/cases?status=all");
    let count = desk.ask("document.querySelectorAll('a.row').length").as_u64().unwrap();
    assert!(count > 10);
    desk.tab.wait_for_element("form[action^='/export'] button").unwrap().click().unwrap();
    let file = saved.join("lamsach.xlsx");
    let begun = Instant::now();
    while !file.exists() {
        assert!(begun.elapsed() < PATIENCE, "nothing saved");
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&file).unwrap();
    let sheet = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
    assert!(sheet.height() as u64 > count, "{}", sheet.height());
    assert!(sheet.rows().nth(1).unwrap()[0].to_string().contains('-'));
}
