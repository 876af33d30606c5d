//! Accounts, sessions, and the brake on guessing.

use super::*;

fn store() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    for step in [
        include_str!("schema/001_store.sql"),
        include_str!("schema/010_review.sql"),
        include_str!("schema/014_together.sql"),
        include_str!("schema/018_accounts.sql"),
    ] {
        db.execute_batch(step).unwrap();
    }
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
fn sessions_are_listed_without_their_tokens_and_ended() {
    let db = store();
    let id = officer(&db).id;
    let terms = SessionTerms { idle_seconds: 60, longest_seconds: 600 };
    for (token, at) in [(b"one", 1000), (b"two", 1010), (b"six", 1020)] {
        of(&db).begin_session(token, id, at, terms).unwrap();
    }
    of(&db).touch_session(b"one", 1030).unwrap();
    let listed = of(&db).sessions().unwrap();
    let shown = |session: &SessionOf| (session.account.clone(), session.began, session.seen);
    assert_eq!(
        listed.iter().map(shown).collect::<Vec<_>>(),
        [("an".to_owned(), 1000, 1030), ("an".to_owned(), 1020, 1020), ("an".to_owned(), 1010, 1010)]
    );
    // One that was idle for too long is none of those that go on.
    let own = of(&db).own_sessions(id, b"six", 1075, terms).unwrap();
    assert_eq!(
        own.iter().map(|own| (own.began, own.is_this)).collect::<Vec<_>>(),
        [(1000, false), (1020, true)]
    );
    assert_eq!(of(&db).end_other_sessions(id, b"six").unwrap(), 2);
    assert_eq!(of(&db).sessions().unwrap().len(), 1);
    assert_eq!((of(&db).end_sessions("AN").unwrap(), of(&db).end_sessions("nobody").unwrap()), (1, 0));
}

#[test]
fn whoever_is_given_another_scope_logs_in_anew() {
    let db = store();
    let id = officer(&db).id;
    let terms = SessionTerms::default();
    of(&db).begin_session(b"token", id, 1000, terms).unwrap();
    let (communes, units) = (["00999".to_owned()], ["cong-an".to_owned()]);
    assert!(!of(&db).set_role("nobody", AccountRole::Leader, (&communes, &units)).unwrap());
    assert!(of(&db).session(b"token", 1000, terms).unwrap().is_some());
    assert!(of(&db).set_role("an", AccountRole::Leader, (&communes, &units)).unwrap());
    assert!(of(&db).session(b"token", 1000, terms).unwrap().is_none());
    let (account, _) = of(&db).with_password("an").unwrap().unwrap();
    assert_eq!((account.id, account.role), (id, AccountRole::Leader));
    assert!(account.scope.has_commune("00999") && !account.scope.has_commune("00123"));
    assert!(account.scope.has_unit("cong-an") && !account.scope.has_unit("tu-phap-ho-tich"));
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
