//! Figures of the overview and the lists behind them; what hangs on a link or a pair.

use std::fs;

use super::http::Server;
use super::town::{Town, store};
use super::{decide, first_pair};
use crate::harness::findings;

/// The tiles of the overview: where each leads, and its figure.
fn tiles(page: &str) -> Vec<(String, String)> {
    let list = page.split("<ul class=\"tiles\">").nth(1).unwrap().split("</ul>").next().unwrap();
    let tile = |item: &str| {
        let address = item.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
        let figure = item.split("class=\"figure\">").nth(1).unwrap().split('<').next().unwrap();
        (address.replace("&amp;", "&"), figure.to_string())
    };
    list.split("<li>").skip(1).map(tile).collect()
}

/// How many lines a list says it has.
fn count(page: &str) -> String {
    page.split("class=\"count\" role=\"status\">").nth(1).unwrap().split('<').next().unwrap().to_string()
}

/// Rewrites a file of the inputs.
fn edit(town: &Town, file: &str, change: impl Fn(&str) -> String) {
    let path = town.data().join(file);
    let text = fs::read_to_string(&path).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed);
    fs::write(path, changed).unwrap();
}

#[test]
fn every_figure_of_the_overview_opens_its_list() {
    let town = Town::new();
    // Somebody who was paid twice is paid no longer: what was wrong with the line is resolved.
    let gone = town.case_of("00001", "DUNG-02");
    let row = findings(&town.latest()).into_iter().find(|line| line["finding_id"] == gone).unwrap();
    let name = row["full_name"].clone();
    edit(&town, "welfare.csv", |text| {
        text.split_inclusive('\n').filter(|line| !line.contains(&name)).collect()
    });
    town.run();
    assert!(findings(&town.latest()).iter().all(|line| line["finding_id"] != gone));

    // Three findings that somebody should have seen to, of which one is put off.
    let late: Vec<String> = findings(&town.latest())
        .into_iter()
        .filter(|line| {
            line["commune_code"] == "00001" && line["code"] == "SONG-01" || line["code"] == "DUNG-02"
        })
        .take(3)
        .map(|line| line["finding_id"].clone())
        .collect();
    assert_eq!(late.len(), 3);
    for case in &late {
        let id = "(SELECT id FROM cases WHERE finding_id = ?1)";
        let sql = format!("UPDATE findings SET due_on = 20000 WHERE id = {id}");
        assert_eq!(store(&town.out()).execute(&sql, [case]).unwrap(), 1);
    }
    let server = Server::start(&town.out());
    let mut admin = server.login("admin");
    for (case, answer, more) in [
        (&late[0], "visit", &[][..]),
        (&late[1], "deferred", &[("until", "2099-01-01")][..]),
        (&town.case_of("00002", "SONG-01"), "false_alarm", &[][..]),
    ] {
        assert_eq!(decide(&mut admin, case, answer, more).status, 303);
    }
    let overview = admin.get("/").text();
    let tiles = tiles(&overview);
    assert_eq!(tiles.len(), 7, "{tiles:?}");
    for (address, figure) in &tiles {
        assert_eq!(&count(&admin.get(address).text()), figure, "{address}");
        assert_ne!(figure, "0", "{address}");
    }
    // What is put off is not overdue; what is under way is.
    let overdue = admin.get("/cases?status=all&overdue=1").text();
    assert_eq!(count(&overdue), "2");
    assert!(overdue.contains(&late[0]) && !overdue.contains(&late[1]) && overdue.contains(&late[2]));
    assert!(overdue.contains("<option value=\"1\" selected>Overdue</option>"), "{overdue}");

    // So do the counts by pillar and severity.
    let cells = overview.split("<td class=\"n\"><a href=\"").skip(1);
    let mut opened = 0;
    for cell in cells {
        let address = cell.split('"').next().unwrap().replace("&amp;", "&");
        let figure = cell.split('>').nth(1).unwrap().split('<').next().unwrap();
        assert_eq!(count(&admin.get(&address).text()), figure, "{address}");
        opened += 1;
    }
    assert_eq!(opened, 12);

    // What is resolved is listed without a name, to those whose commune it is.
    let resolved = admin.get("/resolved").text();
    assert!(resolved.contains(&gone) && !resolved.contains(&name), "{resolved}");
    assert!(server.login("an").get("/resolved").text().contains(&gone));
    assert!(!server.login("binh").get("/resolved").text().contains(&gone));
}

#[test]
fn a_finding_of_a_link_shows_where_the_link_comes_from() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut admin = server.login("admin");
    let heading = "Why both records are taken for one person";
    let page = admin.get(&format!("/cases/{}", town.case_of("00001", "SONG-01"))).text();
    assert!(page.contains(heading), "{page}");
    let table = page.split("<table class=\"waterfall\">").nth(1).unwrap().split("</table>").next().unwrap();
    let bars: Vec<(String, f64)> = table
        .split("<tr><th scope=\"row\">")
        .skip(1)
        .map(|row| {
            let bits = row.split("<td class=\"n\">").nth(1).unwrap().split('<').next().unwrap();
            (row.split('<').next().unwrap().to_string(), bits.replace('−', "-").parse().unwrap())
        })
        .collect();
    let (total, parts) = bars.split_last().unwrap();
    assert_eq!((total.0.as_str(), parts[0].0.as_str()), ("total", "prior"));
    assert!(parts.iter().any(|(name, bits)| name == "name" && *bits > 0.0), "{bars:?}");
    let sum: f64 = parts.iter().map(|(_, bits)| bits).sum();
    assert!((sum - total.1).abs() < 0.05 * bars.len() as f64 && total.1 > 0.0, "{bars:?}");
    assert!(page.contains("Lead over the next resident") || page.contains("No other resident comes near"));

    // Whoever was linked to nobody has no link to speak of.
    let page = admin.get(&format!("/cases/{}", town.case_of("00001", "DU-06"))).text();
    assert!(page.contains("Household") && !page.contains(heading), "{page}");
}

#[test]
fn a_pair_shows_the_household_of_each_resident() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut admin = server.login("admin");
    let pair = first_pair(&mut admin).unwrap();
    let page = admin.get(&format!("/pairs/{pair}")).text();
    let households: Vec<&str> = page.split("<p>Household:</p>").skip(1).collect();
    assert_eq!(households.len(), page.matches("name=\"answer\"").count() - 1, "one for each candidate");
    for household in households {
        let members = household.split("</ul>").next().unwrap();
        assert_eq!(members.matches("<li>").count(), 1, "the other one: {members}");
        assert!(members.contains("Chủ hộ") || members.contains("Con"), "{members}");
    }
}

#[test]
fn both_rows_of_one_person_stand_side_by_side_and_what_is_only_written_otherwise_is_no_difference() {
    let town = Town::new();
    // The same resident once more, in capitals and with the date the other way round.
    edit(&town, "residents.csv", |text| {
        let line = text.lines().nth(1).unwrap();
        let cells: Vec<&str> = line.split(',').collect();
        let date: Vec<&str> = cells[2].split('/').rev().collect();
        let (name, date) = (cells[1].to_uppercase(), date.join("-"));
        let again = [&[cells[0], name.as_str(), date.as_str()], &cells[3..]].concat().join(",");
        format!("{}\n{again}\n", text.trim_end())
    });
    town.run();
    let server = Server::start(&town.out());
    let mut an = server.login("an");
    let case = town.case_of("00001", "SACH-02");
    let page = an.get(&format!("/cases/{case}")).text();
    let sides = page.split("class=\"sides\"").nth(1).unwrap().split("</table>").next().unwrap();
    let heads = sides.split("</thead>").next().unwrap();
    assert_eq!(heads.matches("residents.csv").count(), 2, "{heads}");
    let row = |field: &str| sides.split("<tr").find(|row| row.contains(field)).unwrap_or_default().to_owned();
    for field in ["Full name", "Date of birth"] {
        assert!(
            row(field).contains("written otherwise") && !row(field).contains("<mark"),
            "{field}: {}",
            row(field)
        );
    }
    assert!(row("Gender").contains("title=\"equal\""), "{}", row("Gender"));
}

#[test]
fn the_population_is_shown_within_the_communes_and_persons_to_those_who_work() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let residents = fs::read_to_string(town.data().join("residents.csv")).unwrap();
    // Of commune A: born on 13/01/1952, so 75 in the next three months.
    let turning =
        residents.lines().find(|line| line.contains(",13/01/1952,") && line.contains(",00001,")).unwrap();
    let (number, name) = (turning.split(',').next().unwrap(), turning.split(',').nth(1).unwrap());

    let mut an = server.login("an");
    let figures = an.get("/population").text();
    assert!(figures.contains("An Phú") && !figures.contains("Bình Hoà"));
    // All of the commune as it is, and without who is dead and not recorded so; its hamlets; its pyramid.
    let dead = findings(&town.latest())
        .iter()
        .filter(|line| {
            ["SONG-01", "SONG-05"].contains(&line["code"].as_str()) && line["commune_code"] == "00001"
        })
        .count();
    let living = residents.lines().filter(|line| line.contains(",00001,")).count();
    assert!(dead >= 1 && figures.contains(&format!("{} ({living})", living - dead)));
    assert!(figures.contains("Thôn 1") && figures.contains("pyramid-title"));
    let list = an.get("/population/turning?age=75").text();
    assert!(list.contains(name) && !list.contains(number));
    let logged: i64 = store(&town.out())
        .query_row("SELECT count(*) FROM access_log WHERE action = 'turning' AND who = 'an'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(logged, 1);

    let mut binh = server.login("binh");
    assert_eq!(binh.get("/population?commune=00001").status, 200);
    for path in ["/population?commune=00001", "/population/turning", "/population/turning?commune=00001"] {
        let page = binh.get(path).text();
        assert!(!page.contains("An Phú") && !page.contains(name), "{path}");
    }
    let mut leader = server.login("ly");
    let figures = leader.get("/population").text();
    assert!(figures.contains("An Phú") && figures.contains("Bình Hoà"));
    assert!(!figures.contains("/population/turning"));
    assert_eq!(leader.get("/population?commune=99999").status, 404);
    assert_eq!(leader.get("/population/turning").status, 404);
    // An auditor reads the log and nothing else.
    let mut auditor = server.login("giam");
    for path in ["/population", "/population/turning"] {
        assert_eq!(auditor.get(path).status, 404, "{path}");
    }
}
