//! A policeman's afternoon in a real browser: findings decided in bulk and singly, some taken back, a hamlet's given to its
//! head and printed, letters made and opened again, a workbook filled in; then the night, after which every place says the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use calamine::Reader as _;
use headless_chrome::protocol::cdp::Browser as Downloads;
use headless_chrome::types::PrintToPdfOptions;

use super::browser::{Desk, PATIENCE};
use super::http::{Server, add_user};
use super::town::store;
use crate::harness::{findings, lamsach, run_sample, sample, succeed, summary};
use crate::runs::desk_work::{figures_agree, fill, line};

/// The commune of the policeman.
const COMMUNE: &str = "90002";

/// Findings that are decided.
const DECIDED: u64 = 40;

/// What is typed into a workbook that afternoon: 25 ways of saying things, and what each means.
const TYPED: [(&str, &str); 25] = [
    ("ko đúng", "false_alarm"),
    ("Ko phải lỗi", "false_alarm"),
    ("không sai", "false_alarm"),
    ("CANH BAO SAI", "false_alarm"),
    ("báo sai.", "false_alarm"),
    ("Dữ liệu đúng – không sai", "false_alarm"),
    ("x", "corrected"),
    ("X", "corrected"),
    ("v", "corrected"),
    ("✓", "corrected"),
    ("xong", "corrected"),
    ("Xong.", "corrected"),
    ("OK", "corrected"),
    ("đã sửa", "corrected"),
    ("da cap nhat", "corrected"),
    ("Đã làm", "corrected"),
    ("ht", "corrected"),
    ("đang xử lý", "visit"),
    ("đang xl", "visit"),
    ("cần xm", "visit"),
    ("Cần xác minh thêm", "visit"),
    ("hoãn đến 15/12/2031", "deferred"),
    ("Hoãn 15/12/2031", "deferred"),
    ("tạm hoãn tới ngày 15/12/2031", "deferred"),
    ("hẹn 15.12.2031", "deferred"),
];

/// What is typed and not understood: it is told, and stays where it is.
const UNCLEAR: &str = "để hỏi lại đã";

/// Types into the workbook of the commune, on lines that nobody has decided; what was typed on which.
fn fill_workbook(out: &Path) -> BTreeMap<String, &'static str> {
    let decided: BTreeSet<String> = {
        let db = store(out);
        let mut known =
            db.prepare("SELECT c.finding_id FROM decisions d JOIN cases c ON c.id = d.finding").unwrap();
        known.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let mut typed = BTreeMap::new();
    let words: Vec<&str> = TYPED.iter().map(|(word, _)| *word).chain([UNCLEAR]).collect();
    fill(&workbook(out), |row| {
        let number = &row["Mã trường hợp"];
        if decided.contains(number) || typed.contains_key(number) {
            return None;
        }
        let word = words.get(typed.len())?;
        typed.insert(number.clone(), *word);
        Some(((*word).to_owned(), format!("ghi chú {}", typed.len())))
    });
    assert_eq!(typed.len(), words.len(), "too few lines are left");
    typed
}

/// The workbook of the policeman's commune.
fn workbook(out: &Path) -> PathBuf {
    let files = fs::read_dir(out.join("so-lam-viec/xa")).unwrap().map(|file| file.unwrap().path());
    let own = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(COMMUNE);
    let own: Vec<PathBuf> = files.filter(own).collect();
    assert_eq!(own.len(), 1, "{own:?}");
    own[0].clone()
}

/// How many lines of the store a question has.
fn count(out: &Path, sql: &str) -> u64 {
    store(out).query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as u64
}

const ACTIVE: &str = "SELECT count(*) FROM decisions WHERE state = 'active'";

/// Decides all findings of a code at once; how many there were.
fn decide_all(desk: &Desk, code: &str, answer: &str) -> u64 {
    desk.go(&format!("/bulk?code={code}"));
    let count = desk.ask("Number(document.querySelector('.count').innerText)").as_u64().unwrap();
    desk.ask(&format!("document.querySelector('input[name=answer][value={answer}]').click()"));
    desk.tab.wait_for_element("#note").unwrap().type_into("đã xem hồ sơ").unwrap();
    desk.ask("document.querySelector('form[action^=\"/bulk\"] button.main').click()");
    desk.until("decided at once", "location.search.includes('together=')");
    count
}

/// The numbers of the findings that stand in the workbooks of the communes.
fn in_workbooks(out: &Path) -> BTreeSet<String> {
    let mut numbers = BTreeSet::new();
    for file in fs::read_dir(out.join("so-lam-viec/xa")).unwrap().map(|file| file.unwrap().path()) {
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(&file).unwrap();
        for sheet in book.sheet_names() {
            let range = book.worksheet_range(&sheet).unwrap();
            let mut rows = range.rows();
            let head: Vec<String> = rows.next().into_iter().flatten().map(ToString::to_string).collect();
            if let Some(at) = head.iter().position(|cell| cell == "Mã trường hợp") {
                numbers.extend(rows.map(|row| row[at].to_string()).filter(|cell| !cell.is_empty()));
            }
        }
    }
    numbers
}

#[test]
fn a_policemans_afternoon_and_the_night_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let (data, out) = (dir.path().join("data"), dir.path().join("out"));
    sample(&data, 600, 5, "normal");
    let run = run_sample(&data, &out, &[]);
    add_user(&out, "admin", &["--role", "admin"]);
    add_user(&out, "an", &["--role", "officer", "--commune", COMMUNE]);
    let own: Vec<_> = findings(&run).into_iter().filter(|line| line["commune_code"] == COMMUNE).collect();
    let mut by_code: BTreeMap<&str, u64> = BTreeMap::new();
    for line in &own {
        *by_code.entry(&line["code"]).or_default() += 1;
    }
    let server = Server::start(&out);
    let desk = Desk::at(&server.host);
    desk.login("an");

    // Two codes at once, the rest of the forty one by one, each by a key that goes on to the next.
    let (mut decided, mut corrected) = (0, 0);
    let mut codes: Vec<(&str, u64)> = by_code.iter().map(|(code, count)| (*code, *count)).collect();
    codes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (answer, most) in [("corrected", 25), ("visit", 10)] {
        let at = codes.iter().position(|(_, count)| *count <= most).expect("a code with so many");
        let (code, expected) = codes.remove(at);
        assert_eq!(decide_all(&desk, code, answer), expected, "{code}");
        decided += expected;
        corrected += expected;
    }
    desk.go("/cases");
    desk.ask("document.querySelector('a.row').click()");
    desk.until("the first is open", "location.pathname.startsWith('/cases/')");
    let singly = DECIDED - decided;
    assert!(decided >= 20 && singly >= 5, "{decided} at once");
    let mut last = String::new();
    for n in 0..singly {
        last = desk.ask("location.pathname.split('/')[2]").as_str().unwrap().to_owned();
        desk.keys(&["2"]);
        desk.until("the next one", &format!("location.search.includes('done={last}')"));
        assert_eq!(count(&out, ACTIVE), decided + n + 1);
    }

    // Two were a slip: the last one, and one that is looked up among the decisions.
    desk.keys(&["u"]);
    desk.until("the last one again", &format!("location.pathname == '/cases/{last}'"));
    desk.go("/decisions");
    let open = "document.querySelectorAll('form[action^=\"/decisions/\"]').length";
    assert_eq!(desk.ask(open), DECIDED - 1);
    desk.ask("document.querySelector('form[action^=\"/decisions/\"] button').click()");
    desk.until("another taken back", &format!("{open} == {}", DECIDED - 2));
    assert_eq!(count(&out, ACTIVE), DECIDED - 2);

    // The hamlet with the most to do is given to its head, and printed.
    desk.go("/cases");
    let hamlets = desk.ask("Array.from(document.querySelectorAll('#hamlet option')).map(of => of.value)");
    let hamlets: Vec<String> = serde_json::from_value(hamlets).unwrap();
    let choose = |hamlet: &str| {
        desk.go("/cases");
        let chosen = serde_json::to_string(hamlet).unwrap();
        desk.ask(&format!("document.querySelector('#hamlet').value = {chosen}"));
        desk.ask("document.querySelector('form.filter').submit()");
        desk.until("the hamlet", "location.search.includes('hamlet=')");
        desk.ask("Number(document.querySelector('.count').innerText)").as_u64().unwrap()
    };
    let hamlet =
        hamlets.iter().filter(|hamlet| !hamlet.is_empty()).max_by_key(|hamlet| choose(hamlet)).unwrap();
    choose(hamlet);
    desk.ask("document.querySelector('.actions a[href^=\"/bulk\"]').click()");
    desk.until("all of it", "location.pathname == '/bulk'");
    let given = desk.ask("Number(document.querySelector('.count').innerText)").as_u64().unwrap();
    assert!(given >= 10, "{given} in {hamlet}");
    desk.ask("document.querySelector('#to').value = 'head'");
    desk.tab.wait_for_element("#head").unwrap().type_into("Ông Tư").unwrap();
    desk.ask("document.querySelector('form[action^=\"/assign\"] button').click()");
    desk.until("given", "location.search.includes('given=')");
    desk.go("/mine");
    desk.ask("document.querySelector('a[href^=\"/print\"][href*=\"head\"]').click()");
    desk.until("the list to print", "location.pathname == '/print'");
    assert_eq!(desk.ask("document.querySelectorAll('td.qr').length"), given);
    assert!(desk.text().contains("Ông Tư") && desk.text().contains(hamlet.trim()), "{}", desk.text());
    let options = PrintToPdfOptions { prefer_css_page_size: Some(true), ..PrintToPdfOptions::default() };
    assert!(desk.tab.print_to_pdf(Some(options)).unwrap().starts_with(b"%PDF"));

    // Five letters, each opened again.
    let folder = dir.path().join("saved");
    fs::create_dir(&folder).unwrap();
    desk.tab
        .call_method(Downloads::SetDownloadBehavior {
            behavior: Downloads::SetDownloadBehaviorBehaviorOption::Allow,
            browser_context_id: None,
            download_path: Some(folder.to_string_lossy().into_owned()),
            events_enabled: None,
        })
        .unwrap();
    desk.go("/cases");
    let links = desk.ask("Array.from(document.querySelectorAll('a.row')).slice(0, 5).map(a => a.pathname)");
    let links: Vec<String> = serde_json::from_value(links).unwrap();
    let (file, mut saved) = (folder.join("lamsach.docx"), Vec::new());
    for (made, link) in (1..).zip(&links) {
        desk.go(link);
        desk.ask("document.querySelector('#template').value = 'moi-khai-tu'");
        desk.ask("document.querySelector('form[action^=\"/letters\"] button').click()");
        let begun = Instant::now();
        while !file.exists() {
            assert!(begun.elapsed() < PATIENCE, "letter {made} was not saved");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        // The next one bears the same name.
        let kept = folder.join(format!("{made}.docx"));
        fs::rename(&file, &kept).unwrap();
        saved.push(kept);
    }
    let letters: Vec<String> = saved
        .iter()
        .map(|path| {
            let mut zip = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
            std::io::read_to_string(zip.by_name("word/document.xml").unwrap()).unwrap()
        })
        .collect();
    for link in &links {
        let number = link.rsplit('/').next().unwrap();
        assert!(letters.iter().any(|letter| letter.contains(number)), "no letter for {number}");
    }

    // Back at the office the workbook of the commune is filled in as people write.
    let typed = fill_workbook(&out);
    let meant = |verdict: &str| TYPED.iter().filter(|(_, means)| *means == verdict).count() as u64;

    // The night: what was said holds, and every place has the same figures.
    let run = run_sample(&data, &out, &[]);
    for (number, word) in &typed {
        let known =
            "SELECT d.kind, d.note FROM decisions d JOIN cases c ON c.id = d.finding WHERE c.finding_id = ?1";
        let db = store(&out);
        let mut said = db.prepare(known).unwrap();
        let said = said.query_map([number], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let said: Vec<(String, String)> = said.map(Result::unwrap).collect();
        let (_, row) = line(&workbook(&out), number);
        match TYPED.iter().find(|(known, _)| known == word) {
            Some((_, verdict)) => {
                assert_eq!(said, [((*verdict).to_owned(), row["Ghi chú"].clone())], "{word}");
                assert_eq!(row["Kết quả xử lý"], "", "{word}");
                assert_ne!(row["Trả lời trước"], "", "{word}");
            }
            None => assert!(said.is_empty() && row["Kết quả xử lý"] == UNCLEAR, "{said:?} {row:?}"),
        }
    }
    assert_eq!(count(&out, ACTIVE), DECIDED - 2 + TYPED.len() as u64);
    figures_agree(&out, 1);
    let found = findings(&run);
    let summary = summary(&run);
    let total = found.len() as u64;
    let with = |status: &str| found.iter().filter(|line| line["status"] == status).count() as u64;
    // The newest decision, which was taken back, was one of those made singly.
    assert_eq!(with("in_progress"), corrected + meant("corrected") + meant("visit"));
    assert_eq!((with("rejected"), with("deferred")), (singly - 2 + meant("false_alarm"), meant("deferred")));
    let outstanding = total - with("rejected");
    assert_eq!(summary["findings"]["total"], total);
    assert_eq!(summary["run"]["findings"]["outstanding"], outstanding);

    let said = lamsach().args(["status", "--json"]).arg(&out).output().unwrap();
    succeed(&said);
    let said: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(said["latest"]["findings"], total);

    let report = fs::read_to_string(run.join("report.html")).unwrap();
    let leader = report.split("<section id=\"leader\">").nth(1).expect("a part for leaders");
    let leader = leader.split("</section>").next().unwrap();
    assert!(report.contains(&format!(": <b>{total}</b>")), "{total}");
    assert!(leader.contains(&format!("<b>{outstanding}</b>")), "{outstanding}: {leader}");

    let numbers: BTreeSet<String> = found.iter().map(|line| line["finding_id"].clone()).collect();
    assert_eq!(in_workbooks(&out), numbers);

    let name = fs::read_link(&run).unwrap().to_string_lossy().into_owned();
    let mut admin = server.login("admin");
    let begun = Instant::now();
    while !admin.get("/").text().contains(&name) {
        assert!(begun.elapsed() < PATIENCE, "the page stays with the run before");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let list = admin.get("/cases?status=all").text();
    assert!(list.contains(&format!("role=\"status\">{total}</span>")), "{total}");
    for status in ["in_progress", "rejected", "deferred"] {
        let list = admin.get(&format!("/cases?status={status}")).text();
        assert!(list.contains(&format!("role=\"status\">{}</span>", with(status))), "{status}");
    }
    let page = admin.get("/leader").text();
    assert!(page.contains(&format!("<span class=\"figure\">{outstanding}</span>")), "{page}");
    // The page and the report are of one mind about communes and offices, too: the same cells in the same order.
    let cells = |text: &str| -> Vec<String> {
        let cells = text.split("class=\"n heat").skip(1);
        cells.map(|cell| cell.split('<').next().unwrap().to_owned()).collect()
    };
    assert!(!cells(leader).is_empty());
    assert_eq!(cells(leader), cells(&page));
    let given_now = count(
        &out,
        "SELECT count(*) FROM assignments a WHERE assignee = 'head:Ông Tư'
           AND id = (SELECT max(id) FROM assignments b WHERE b.finding = a.finding)",
    );
    assert_eq!(given_now, given);
}
