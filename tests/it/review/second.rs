//! Second readings that outlast the night: read by another officer in a later run, ended, or withdrawn.

use std::collections::BTreeSet;
use std::fs;

use super::first_pair;
use super::http::{Client, Server, field};
use super::town::{Town, store};

/// Pairs of a section of the queue.
fn pairs(page: &str, section: &str) -> BTreeSet<String> {
    let Some(rest) = page.split(&format!("<section aria-labelledby=\"{section}\">")).nth(1) else {
        return BTreeSet::new();
    };
    let list = rest.split("</section>").next().unwrap();
    list.split("href=\"/pairs/").skip(1).map(|rest| rest.split('"').next().unwrap().to_string()).collect()
}

/// What a pair's page compares: the records, and the weights of each resident.
fn compared(page: &str) -> String {
    page.split("<table").skip(1).filter_map(|table| table.split("</table>").next()).collect()
}

fn answer(client: &mut Client, pair: &str, answer: &str) {
    let page = client.get(&format!("/pairs/{pair}")).text();
    let (csrf, version) = (field(&page, "csrf"), field(&page, "version"));
    let form = [("csrf", csrf.as_str()), ("version", version.as_str()), ("answer", answer)];
    assert_eq!(client.post(&format!("/pairs/{pair}/decide"), &form).status, 303);
}

/// Two officers decide all that there is; gives how many pairs wait for a second reader, and what is compared on
/// the page of each.
fn decide_all(town: &Town) -> BTreeSet<String> {
    let server = Server::start(&town.out());
    for (officer, said) in [("an", "1"), ("binh", "0")] {
        let mut officer = server.login(officer);
        while let Some(pair) = first_pair(&mut officer) {
            answer(&mut officer, &pair, said);
        }
    }
    let mut admin = server.login("admin");
    let waiting = pairs(&admin.get("/queue").text(), "again");
    waiting.iter().map(|pair| compared(&admin.get(&format!("/pairs/{pair}")).text())).collect()
}

#[test]
fn a_pair_waits_for_its_second_reader_whichever_run_is_the_latest() {
    let town = Town::new();
    let before = decide_all(&town);
    assert!(before.len() >= 2, "{}", before.len());
    town.run();
    town.run();

    let server = Server::start(&town.out());
    let mut admin = server.login("admin");
    let queue = admin.get("/queue").text();
    let waiting = pairs(&queue, "again");
    let after: BTreeSet<String> =
        waiting.iter().map(|pair| compared(&admin.get(&format!("/pairs/{pair}")).text())).collect();
    assert_eq!(before, after, "the second reader sees what the first one saw");
    let anew = queue.split("<table class=\"list\">").nth(1).unwrap_or_default();
    assert!(waiting.iter().all(|pair| !anew.contains(pair)), "they are not to be decided anew: {anew}");
    // Still blind, and never the officer's own.
    let first = waiting.first().unwrap().clone();
    let page = admin.get(&format!("/pairs/{first}")).text();
    for told in ["In force", "Same person", "Not the same", "(an, ", "(binh, ", "href=\"/cases/"] {
        assert!(!page.contains(told), "{told}: {page}");
    }
    for officer in ["an", "binh"] {
        assert_eq!(pairs(&server.login(officer).get("/queue").text(), "again").len(), 0);
    }

    answer(&mut admin, &first, "0");
    let left = pairs(&admin.get("/queue").text(), "again");
    assert_eq!(left.len() + 1, waiting.len());
    assert!(!left.contains(&first));
    assert!(admin.get("/").text().contains("pairs read twice: 1 ·"));
    let kept: i64 =
        store(&town.out()).query_row("SELECT count(*) FROM awaited_readings", [], |row| row.get(0)).unwrap();
    assert_eq!(kept as usize, left.len());

    // A decision taken back waits for nobody.
    let second = left.first().unwrap();
    assert_eq!(admin.submit(&format!("/pairs/{second}/undo"), &[]).status, 303);
    assert!(!pairs(&admin.get("/queue").text(), "again").contains(second));
    drop(server);
    town.run();
    let server = Server::start(&town.out());
    let queue = server.login("admin").get("/queue").text();
    assert_eq!(pairs(&queue, "again").len() + 2, waiting.len());
    assert!(!queue.contains("No longer read again"), "nothing was withdrawn: {queue}");
}

#[test]
fn a_pair_whose_records_changed_is_withdrawn_and_said_why() {
    let town = Town::new();
    let waiting = decide_all(&town);
    // The gender of every woman changes: what the first officer saw of them is no more.
    let path = town.data().join("residents.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace(",Nữ,", ",Nam,")).unwrap();
    town.run();
    let server = Server::start(&town.out());
    let queue = server.login("admin").get("/queue").text();
    let list =
        queue.split("<section aria-labelledby=\"withdrawn\">").nth(1).unwrap_or_else(|| panic!("{queue}"));
    let list = list.split("</section>").next().unwrap();
    let withdrawn = list.matches("changed: gender").count();
    assert!(withdrawn > 0, "{list}");
    assert_eq!(withdrawn + pairs(&queue, "again").len(), waiting.len(), "{list}");
    // Each officer is told of the own commune alone.
    let of = |name: &str| server.login(name).get("/queue").text().matches("changed: gender").count();
    assert_eq!(of("an") + of("binh"), withdrawn);
}
