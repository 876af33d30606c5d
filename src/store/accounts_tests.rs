//! Accounts, sessions, and the brake on guessing.

use super::*;

fn store() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    db.execute_batch(include_str!("schema/010_review.sql")).unwrap();
    db
}

fn of(db: &Connection) -> Accounts<'_> {
    Accounts { db }
}

fn officer(db: &Connection) -> UserAccount {
    let account = NewAccount {
        name: "an",
        password: "hash",
        role: AccountRole::Officer,
        communes: &["00123".into(), "Xã Đông".into()],
        units: &[],
    };
    assert!(of(db).add(&account).unwrap());
    assert!(!of(db).add(&NewAccount { name: "AN", ..account }).unwrap());
    of(db).with_password("An").unwrap().unwrap().0
}

#[test]
fn an_officer_sees_the_communes_given_and_no_others() {
    let account = officer(&store());
    assert!(account.scope.has_commune("00123") && account.scope.has_commune("xa dong"));
    assert_eq!(
        (commune_key("00123", "Xã Đông"), commune_key("", "Xã Đông")),
        ("00123".into(), "xa dong".into())
    );
    assert!(!account.scope.has_commune("00124") && account.scope.has_unit("cong-an"));
}

#[test]
fn a_session_ends_by_idleness_age_password_and_disabling() {
    let db = store();
    let id = officer(&db).id;
    let terms = SessionTerms { idle_seconds: 60, longest_seconds: 600 };
    let begin = |db: &Connection| of(db).begin_session(b"token", id, 1000, terms).unwrap();
    let alive = |db: &Connection, now| of(db).session(b"token", now, terms).unwrap().is_some();
    begin(&db);
    assert!(alive(&db, 1000 + terms.idle_seconds) && !alive(&db, 1001 + terms.idle_seconds));
    assert!(of(&db).session(b"other", 1000, terms).unwrap().is_none());
    for n in 1..=terms.longest_seconds / terms.idle_seconds {
        of(&db).touch_session(b"token", 1000 + n * terms.idle_seconds).unwrap();
    }
    assert!(alive(&db, 1000 + terms.longest_seconds) && !alive(&db, 1001 + terms.longest_seconds));
    assert!(of(&db).set_password("an", "new").unwrap());
    assert!(!alive(&db, 1000));
    begin(&db);
    assert!(of(&db).disable("an").unwrap() && !of(&db).disable("nobody").unwrap());
    assert!(!alive(&db, 1000));
    let kept: Vec<u8> = {
        begin(&db);
        db.query_row("SELECT token_hash FROM sessions", [], |row| row.get(0)).unwrap()
    };
    assert_ne!(kept, b"token");
}

#[test]
fn a_session_that_a_clock_ahead_began_is_none() {
    let db = store();
    let id = officer(&db).id;
    let terms = SessionTerms { idle_seconds: 60, longest_seconds: 600 };
    of(&db).begin_session(b"token", id, 1_000_000, terms).unwrap();
    let alive = |now| of(&db).session(b"token", now, terms).unwrap().is_some();
    assert!(alive(1_000_000) && alive(1_000_000 - 60));
    assert!(!alive(1_000_000 - 61) && !alive(1000));
}
