//! Papers attached to findings, and all that is known of a person and of a household.

use std::fs;

use super::http::{Client, Reply, Server};
use super::town::Town;
use crate::harness::lamsach;

const PDF: &str = "%PDF-1.7\nchứng tử\n%%EOF";

/// Sends a file to a finding as a browser does.
fn attach(client: &mut Client, case: &str, name: &str, content: &str, csrf: Option<&str>) -> Reply {
    let csrf = csrf.map_or_else(|| client.get("/settings").csrf(), str::to_owned);
    let body = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--cut\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/pdf\r\n\r\n{content}\r\n--cut--\r\n"
    );
    let headers = [("content-type", "multipart/form-data; boundary=cut")];
    client.send("POST", &format!("/cases/{case}/papers"), &headers, &body)
}

/// The files in the folder of papers.
fn kept(town: &Town) -> Vec<String> {
    let Ok(files) = fs::read_dir(town.out().join("dinh-kem")) else { return Vec::new() };
    files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_paper_is_attached_handed_out_and_goes_with_the_person() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let (mut an, mut binh, mut admin) = (server.login("an"), server.login("binh"), server.login("admin"));
    let case = town.case_of("00001", "SONG-01");
    let reply = attach(&mut an, &case, "C:\\anh\\giấy 079160000001.png", PDF, None);
    assert_eq!(reply.status, 303, "{}", reply.text());
    let page = an.get(&format!("/cases/{case}")).text();
    assert!(
        page.contains("giấy ") && !page.contains("079160000001") && page.contains(".pdf</bdi>"),
        "{page}"
    );
    // What is no paper, somebody else's finding, a stranger's form, and a file too large change nothing.
    assert_eq!(attach(&mut an, &case, "a.pdf", "<html><script>alert(1)</script>", None).status, 422);
    assert_eq!(attach(&mut binh, &case, "a.pdf", PDF, None).status, 404);
    assert_eq!(attach(&mut an, &case, "a.pdf", PDF, Some("00")).status, 403);
    assert_eq!(attach(&mut server.visitor(), &case, "a.pdf", PDF, Some("00")).header("location"), "/login");
    assert_eq!(attach(&mut server.login("giam"), &case, "a.pdf", PDF, None).status, 404);
    let large = format!("%PDF-{}", "x".repeat(10 * 1024 * 1024));
    let refused = attach(&mut an, &case, "a.pdf", &large, None);
    assert!(refused.status == 422 && refused.text().contains("larger than 10 MB"), "{}", refused.status);
    assert_eq!(attach(&mut an, &case, "again.pdf", PDF, None).status, 303);
    assert_eq!(kept(&town).len(), 1, "the same paper stands once: {:?}", kept(&town));

    let address = format!("/cases/{case}/papers/1");
    let paper = an.get(&address);
    assert_eq!((paper.status, paper.body.as_slice()), (200, PDF.as_bytes()));
    assert_eq!(paper.header("content-type"), "application/pdf");
    assert_eq!(paper.header("x-content-type-options"), "nosniff");
    assert_eq!(paper.header("content-disposition"), format!("attachment; filename=\"{case}-1.pdf\""));
    assert_eq!(binh.get(&address).status, 404);
    assert_eq!(an.get(&format!("/cases/{}/papers/1", town.case_of("00001", "DUNG-02"))).status, 404);
    for action in ["paper_add", "paper"] {
        assert_eq!(town.logged_of("an", action, &case), 1, "{action}");
    }

    // Whoever attached it takes it away, an administrator does, nobody else.
    let other = town.case_of("00001", "DUNG-02");
    assert_eq!(attach(&mut admin, &other, "b.pdf", PDF, None).status, 303);
    let page = admin.get(&format!("/cases/{other}")).text();
    let remove = page.split("action=\"").find(|form| form.contains("/remove\"")).unwrap();
    let remove = remove.split('"').next().unwrap();
    assert_eq!(an.submit(remove, &[]).status, 409);
    assert_eq!(admin.submit(remove, &[]).status, 303);
    assert_eq!(kept(&town).len(), 1);

    // The folder is held against the store, and a file that was changed is not handed out.
    let verify = |code| {
        let mut verify = lamsach();
        let done = verify.args(["verify", "--lang", "en"]).arg(town.out()).output().unwrap();
        assert_eq!(done.status.code(), Some(code), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    assert!(verify(0).contains("Attached papers: sound, 1 files"));
    let path = town.out().join("dinh-kem").join(&kept(&town)[0]);
    fs::write(&path, PDF.replace('7', "4")).unwrap();
    assert!(verify(12).contains("changed: dinh-kem/"));
    assert_eq!(an.get(&address).status, 410);
    fs::write(&path, PDF).unwrap();
    let status = |code| {
        let mut status = lamsach();
        let done = status.arg("status").arg(town.out()).output().unwrap();
        assert_eq!(done.status.code(), Some(code), "{}", String::from_utf8_lossy(&done.stderr));
    };
    status(0);
    fs::write(&path, "").unwrap();
    status(12);
    fs::write(&path, PDF).unwrap();

    drop(server);
    town.purge(&town.case_id(&case));
    assert!(kept(&town).is_empty(), "{:?}", kept(&town));
}

#[test]
fn all_that_is_known_of_a_person_and_a_household_is_on_one_page() {
    let town = Town::new();
    let server = Server::start(&town.out());
    let (mut an, mut binh) = (server.login("an"), server.login("binh"));
    let case = town.case_of("00001", "SONG-01");
    let name = town.case_name(&case);
    assert_eq!(super::decide(&mut an, &case, "visit", &[("note", "hẹn thứ hai")]).status, 303);
    let page = an.get(&format!("/cases/{case}/person")).text();
    // The row of the registry and the one of the deaths, the finding with its decision, and no number in full.
    for part in ["residents.csv:", "deaths.csv:", &name, &case, "hẹn thứ hai"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let number = town.case_id(&case);
    assert!(!number.is_empty() && !page.contains(&number), "{number}");
    let house = an.get(&format!("/cases/{case}/household")).text();
    assert!(house.contains(&name) && house.matches("id=\"person-").count() >= 2, "{house}");
    for path in ["person", "household"] {
        assert_eq!(binh.get(&format!("/cases/{case}/{path}")).status, 404);
    }
    assert_eq!(town.logged_of("an", "view_household", &case), 1);
}
