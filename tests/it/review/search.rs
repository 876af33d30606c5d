//! What somebody searches for is nobody else's, and stands in no address.

use super::http::{Server, encode};
use super::town::Town;

/// Every address of a page: where its links lead and its forms go.
fn addresses(page: &str) -> Vec<&str> {
    let of = |name: &str| -> Vec<&str> {
        page.split(name).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    };
    [of(" href=\""), of(" action=\"")].concat()
}

#[test]
fn nothing_that_is_searched_for_stands_in_an_address() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let mut an = server.login("an");
    let case = town.case_of("00001", "SONG-01");
    let (name, id) = (town.case_name(&case), town.case_id(&case));
    for sought in [name.as_str(), id.as_str()] {
        let address = an.search("/cases", &[("q", sought), ("status", "all"), ("commune", "00001")]);
        assert!(address.starts_with("/cases?commune=00001&status=all&s="), "{address}");
        // Reloaded, or come back to, it is the same list.
        let page = an.get(&address).text();
        assert!(page.contains(&case), "{page}");
        assert_eq!(an.get(&address).text(), page);
        // Whatever is done with the list goes on with it, and says as little.
        let query = address.split_once('?').unwrap().1.replace('&', "&#38;");
        for way in ["/print?", "/bulk?", "/export?", "/letters?", &format!("/cases/{case}?")] {
            assert!(addresses(&page).contains(&format!("{way}{query}").as_str()), "{way}{query}: {page}");
        }
        let opened = address.replace("/cases?", &format!("/cases/{case}?"));
        for page in [page, an.get(&opened).text(), an.get(&address.replace("/cases?", "/bulk?")).text()] {
            let encoded = encode(&[("q", sought)]);
            let words = || encoded.split_once('=').unwrap().1.split("%20").chain(sought.split(' '));
            let told: Vec<&str> =
                addresses(&page).into_iter().filter(|to| words().any(|word| to.contains(word))).collect();
            assert_eq!(told, [""; 0]);
        }
    }
    // One that is typed into an address by hand searches for nothing.
    let all = |page: &str| page.matches("<a class=\"row\"").count();
    let (typed, listed) = (an.get("/cases?status=all&q=nobody").text(), an.get("/cases?status=all").text());
    assert!(all(&listed) > 5 && all(&typed) == all(&listed));
    // Pages of the template ask for no text by GET.
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/review")).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for form in text.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap()) {
            let typed =
                form.contains("method=\"get\"") && (form.contains("<input") || form.contains("<textarea"));
            assert!(!typed, "{}: {form}", path.display());
        }
    }
}

#[test]
fn a_search_is_its_sessions_alone_and_without_it_nobody_is_shown() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let (mut an, mut admin) = (server.login("an"), server.login("admin"));
    let case = town.case_of("00001", "SONG-01");
    let address = an.search("/cases", &[("q", &town.case_name(&case)), ("status", "all")]);
    assert!(an.get(&address).text().contains(&case));
    let forgotten = "is held no more";
    let is_empty = |page: &str| page.contains(forgotten) && !page.contains("<a class=\"row\"");
    assert!(is_empty(&admin.get(&address).text()));
    // Nor is anything done to all where it should have been done to those that were found.
    for path in ["/bulk", "/print"] {
        let page = admin.get(&address.replace("/cases", path)).text();
        assert!(!page.contains(&case) && !page.contains("SONG-01"), "{page}");
    }
    assert_eq!(admin.submit(&address.replace("/cases", "/letters"), &[("template", "bien-ban")]).status, 404);
    let book = admin.submit(&address.replace("/cases", "/export"), &[]);
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(book.body)).unwrap();
    assert_eq!(calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap().height(), 1);

    // A new session has none of the old one.
    let old = an.cookies.clone();
    assert_eq!(an.submit("/logout", &[]).status, 303);
    an = server.login("an");
    assert!(old != an.cookies && is_empty(&an.get(&address).text()));
    // Nor has a server that was started anew.
    let address = an.search("/cases", &[("q", &town.case_name(&case)), ("status", "all")]);
    assert!(an.get(&address).text().contains(&case));
    drop(server);
    let server = Server::start(&town.out());
    assert!(is_empty(&server.login("an").get(&address).text()));

    // The log is searched likewise.
    let mut giam = server.login("giam");
    let address = giam.search("/log", &[("who", "admin"), ("what", &case)]);
    assert_eq!(giam.get(&address).status, 200);
    let page = server.login("admin").get(&address).text();
    assert!(page.contains(forgotten) && !page.contains("<td"), "{page}");
}
