//! Nights of a small store: findings come, go and come back; decisions hold and lose their ground.

use jiff::Timestamp;

use crate::domain::{Code, Day, Kind, Lang, OverdueDays, Places, Role, Severity};
use crate::findings::catalogue::Office;
use crate::findings::{FindingId, assign};
use crate::store::*;

struct Desk {
    _dir: tempfile::TempDir,
    store: Store,
    day: i32,
    terms: Terms,
}

/// The finding of a name, with a source value.
fn raised(name: &str, value: u32) -> Raised {
    Raised {
        id: id(name),
        severity: Severity::High,
        place: crate::domain::PlaceId::BLANK,
        office: Office::Police,
        source: Kind::Deaths,
        values: [value, 2, 3],
        valueless: false,
        sought: Sought { known_as: id(name), trace: None },
    }
}

fn id(name: &str) -> FindingId {
    assign(1, |_| Code::dung(1), |_| name, |_| 0)[0]
}

fn at(day: i32) -> Timestamp {
    Timestamp::from_second(i64::from(day) * 86_400).unwrap()
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        Self { _dir: dir, store, day: 20_000, terms: Terms::default() }
    }

    /// A night later with these findings: what became of each.
    fn night(&mut self, found: &[Raised]) -> (Vec<&'static str>, Reconciled) {
        self.night_of(found, &[], &Kind::SIX)
    }

    fn night_of(
        &mut self,
        found: &[Raised],
        not_run: &[Code],
        kinds: &[Kind],
    ) -> (Vec<&'static str>, Reconciled) {
        self.day += 1;
        let night = Night { day: Day(self.day), not_run, kinds, terms: self.terms.clone() };
        let reconciled = self.store.reconcile(found, &night, &WorklistEdits::default()).unwrap();
        let run = RunRecord {
            name: format!("run-{}", self.day),
            started_at: at(self.day),
            finished_at: at(self.day),
            day: Day(self.day),
            as_of: Day(self.day),
            fingerprint: "x".into(),
            program: "1".into(),
            tally: reconciled.tally,
        };
        let published = Published {
            run: &run,
            night: &night,
            raised: found,
            reconciled: &reconciled,
            ended: &[],
            met: &[],
            withdrawn: &[],
            places: &Places::default(),
        };
        self.store.publish_run(&published).unwrap();
        (reconciled.lives.iter().map(|life| life.status.name()).collect(), reconciled)
    }

    fn say(&mut self, by: &str, verdict: Verdict, name: &str, until: Option<i32>) -> Recorded {
        let decision = self.word(by, verdict, Subject::Finding(id(name)), until);
        self.store.decide(&decision).unwrap()
    }

    fn word(&self, by: &str, verdict: Verdict, subject: Subject, until: Option<i32>) -> NewDecision {
        NewDecision {
            verdict,
            subject,
            by: by.into(),
            at: at(self.day),
            day: Day(self.day),
            until: until.map(Day),
            note: String::new(),
            via: Channel::CommandLine,
            seen: None,
        }
    }

    fn due(&self, name: &str) -> i32 {
        let sql = "SELECT due_on FROM findings WHERE id = ?1";
        self.store.db.query_row(sql, [id(name).to_integer()], |row| row.get(0)).unwrap()
    }

    fn stored(&self, name: &str) -> (String, i32, Option<i32>) {
        self.store
            .db
            .query_row(
                "SELECT status, first_seen, closed_on FROM cases WHERE finding_id = ?1",
                [id(name).to_string()],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .unwrap()
    }
}

#[test]
fn findings_come_go_and_come_back() {
    let mut desk = Desk::new();
    let (statuses, first) = desk.night(&[raised("a", 1), raised("b", 1)]);
    assert_eq!(statuses, ["new", "new"]);
    assert_eq!((first.tally.fresh, first.tally.outstanding), (2, 2));
    assert_eq!(desk.stored("a"), ("new".into(), 20_001, None));
    let (statuses, second) = desk.night(&[raised("b", 1), raised("c", 1)]);
    assert_eq!(statuses, ["open", "new"]);
    assert_eq!((second.tally.fresh, second.tally.resolved), (1, 1));
    assert_eq!(desk.stored("a"), ("resolved".into(), 20_001, Some(20_002)));
    // A second night without it writes nothing more.
    let (_, third) = desk.night(&[raised("b", 1), raised("c", 1)]);
    assert_eq!((third.tally.resolved, third.changed.len(), third.fresh.len()), (0, 0, 0));
    let (statuses, fourth) = desk.night(&[raised("a", 1), raised("b", 1), raised("c", 1)]);
    assert_eq!(statuses, ["reopened", "open", "open"]);
    assert_eq!((fourth.tally.reopened, fourth.tally.fresh), (1, 0));
    assert_eq!(fourth.lives[0].first_seen, Day(20_001));
    let turns: Vec<_> =
        desk.store.events(id("a")).unwrap().iter().map(|e| (e.from.name(), e.to.name())).collect();
    assert_eq!(turns, [("open", "resolved"), ("resolved", "reopened")]);
    // It is due anew from the day on which it came back.
    assert_eq!(desk.due("a"), 20_004 + 7);
}

#[test]
fn due_days_follow_the_terms() {
    let mut desk = Desk::new();
    desk.night(&[raised("a", 1), raised("b", 1)]);
    desk.night(&[raised("b", 1)]);
    desk.night(&[raised("a", 1), raised("b", 1)]);
    assert_eq!((desk.due("a"), desk.due("b")), (20_003 + 7, 20_001 + 7));
    let news = |desk: &Desk, terms: &Terms| {
        let run = desk.store.last_run().unwrap().unwrap();
        desk.store.is_news_since(&run, Day(desk.day), terms).unwrap()
    };
    for (days, due) in [(3, [20_003 + 3, 20_001 + 3]), (0, [Day::NEVER.0; 2]), (9, [20_003 + 9, 20_001 + 9])]
    {
        let terms =
            Terms { overdue: OverdueDays { high: days, ..OverdueDays::default() }, ..Terms::default() };
        assert!(!news(&desk, &desk.terms) && news(&desk, &terms));
        desk.terms = terms;
        // A rule that does not run leaves its findings to be mended all the same.
        desk.night_of(&[], &[Code::dung(1)], &Kind::SIX);
        assert_eq!([desk.due("a"), desk.due("b")], due);
    }
    // What is mended keeps the day by which it was to be.
    desk.night(&[raised("b", 1)]);
    desk.terms = Terms::default();
    desk.night(&[raised("b", 1)]);
    assert_eq!((desk.due("a"), desk.due("b")), (20_003 + 9, 20_001 + 7));
}

#[test]
fn what_was_not_looked_for_is_not_resolved() {
    let mut desk = Desk::new();
    desk.night(&[raised("a", 1)]);
    desk.night_of(&[], &[Code::dung(1)], &Kind::SIX);
    desk.night_of(&[], &[], &[Kind::Residents, Kind::Births]);
    assert_eq!(desk.stored("a"), ("open".into(), 20_001, None));
    desk.night(&[]);
    assert_eq!(desk.stored("a").0, "resolved");
}

#[test]
fn a_false_alarm_holds_until_a_value_changes() {
    let mut desk = Desk::new();
    desk.night(&[raised("a", 1)]);
    let made = desk.say("An", Verdict::FalseAlarm, "a", None);
    assert_eq!(made, Recorded::Made(1));
    assert_eq!(desk.say("An", Verdict::FalseAlarm, "a", None), Recorded::Known(1));
    assert_eq!(desk.stored("a").0, "rejected");
    let (statuses, night) = desk.night(&[raised("a", 1)]);
    assert_eq!((statuses[0], night.tally.outstanding, night.met.as_slice()), ("rejected", 0, &[1][..]));
    // Gone and back, it is still no error.
    desk.night(&[]);
    assert_eq!(desk.night(&[raised("a", 1)]).0, ["rejected"]);
    let (statuses, night) = desk.night(&[raised("a", 9)]);
    assert_eq!(statuses, ["reopened"]);
    let (index, why) = &night.asked_again[0];
    assert_eq!((*index, why.id, why.why.as_slice()), (0, 1, &["source_value".to_string()][..]));
    assert!(
        why.why_ended(Lang::Vi)
            .ends_with("(dữ liệu đúng – không sai) hết hiệu lực vì thông tin trên hồ sơ ngành đã đổi"),
        "{}",
        why.why_ended(Lang::Vi)
    );
    let decision = desk.store.decision(1).unwrap().unwrap();
    assert_eq!((decision.state, decision.ended_by.as_str()), (DecisionState::Expired, "run-20005"));
    // It is said each night until somebody decides anew.
    assert_eq!(desk.night(&[raised("a", 9)]).1.asked_again.len(), 1);
    desk.say("An", Verdict::FalseAlarm, "a", None);
    let (statuses, night) = desk.night(&[raised("a", 9)]);
    assert_eq!((statuses[0], night.asked_again.len()), ("rejected", 0));
}

#[test]
fn corrections_are_waited_for_and_then_asked_again() {
    let mut desk = Desk::new();
    desk.night(&[raised("a", 1), raised("b", 1)]);
    desk.say("An", Verdict::Corrected, "a", None);
    desk.say("An", Verdict::Corrected, "b", None);
    assert_eq!(desk.night(&[raised("a", 1), raised("b", 1)]).0, ["in_progress", "in_progress"]);
    desk.night(&[raised("a", 1)]);
    assert_eq!(desk.stored("b").0, "resolved");
    assert_eq!(desk.store.decision(2).unwrap().unwrap().state, DecisionState::Done);
    desk.day += i32::from(Terms::default().grace);
    let (statuses, night) = desk.night(&[raised("a", 1), raised("b", 1)]);
    assert_eq!(statuses, ["reopened", "reopened"]);
    assert_eq!(night.asked_again[0].1.why, ["grace"]);
}

#[test]
fn what_is_put_off_comes_up_on_its_day() {
    let mut desk = Desk::new();
    desk.night(&[raised("a", 1)]);
    desk.say("An", Verdict::Deferred, "a", Some(20_004));
    assert_eq!(desk.night(&[raised("a", 1)]).0, ["deferred"]);
    assert_eq!(desk.night(&[raised("a", 1)]).0, ["deferred"]);
    let (statuses, night) = desk.night(&[raised("a", 1)]);
    assert_eq!((statuses[0], night.expired().count()), ("open", 0));
}

#[test]
fn two_officers_who_contradict_each_other_are_not_averaged() {
    let mut desk = Desk::new();
    desk.night(&[raised("a", 1)]);
    desk.say("An", Verdict::FalseAlarm, "a", None);
    desk.say("Bình", Verdict::Corrected, "a", None);
    let (statuses, night) = desk.night(&[raised("a", 1)]);
    assert_eq!((statuses[0], night.contradictions.as_slice()), ("open", &[(1, 2)][..]));
    desk.store.withdraw(1, "An", at(desk.day), Day(desk.day)).unwrap();
    let (statuses, night) = desk.night(&[raised("a", 1)]);
    assert_eq!((statuses[0], night.contradictions.len()), ("in_progress", 0));
    // An officer who changes his mind contradicts nobody.
    desk.say("Bình", Verdict::FalseAlarm, "a", None);
    assert_eq!(desk.night(&[raised("a", 1)]).0, ["rejected"]);
    assert!(matches!(desk.store.withdraw(2, "Bình", at(desk.day), Day(desk.day)), Err(StoreError::Ended(2))));
}

#[test]
fn the_second_of_two_who_look_at_one_case_is_told() {
    let mut desk = Desk::new();
    desk.night(&[raised("a", 1)]);
    let first = NewDecision {
        seen: Some(0),
        ..desk.word("An", Verdict::FalseAlarm, Subject::Finding(id("a")), None)
    };
    desk.store.decide(&first).unwrap();
    let second = NewDecision { by: "Bình".into(), verdict: Verdict::Visit, ..first };
    let Err(StoreError::Outrun(other)) = desk.store.decide(&second) else { panic!("not told") };
    assert_eq!((other.by.as_str(), other.verdict), ("An", Verdict::FalseAlarm));
    assert_eq!(desk.stored("a").0, "rejected");
    assert!(matches!(
        desk.store.decide(&desk.word("An", Verdict::Visit, Subject::Finding(id("nobody")), None)),
        Err(StoreError::UnknownFinding(_))
    ));
}

#[test]
fn a_decision_made_while_a_run_is_at_work_stands() {
    let mut desk = Desk::new();
    desk.night(&[raised("a", 1)]);
    let night = Night { day: Day(desk.day + 1), not_run: &[], kinds: &Kind::SIX, terms: Terms::default() };
    let found = [raised("a", 7)];
    let reconciled = desk.store.reconcile(&found, &night, &WorklistEdits::default()).unwrap();
    desk.say("An", Verdict::FalseAlarm, "a", None);
    let run = RunRecord { name: "tonight".into(), day: night.day, ..desk.store.last_run().unwrap().unwrap() };
    let places = Places::default();
    let published = Published {
        run: &run,
        night: &night,
        raised: &found,
        reconciled: &reconciled,
        ended: &[],
        met: &[],
        withdrawn: &[],
        places: &places,
    };
    desk.store.publish_run(&published).unwrap();
    assert_eq!(desk.stored("a").0, "rejected");
}

#[test]
fn pairs_are_kept_by_what_they_are() {
    let mut desk = Desk::new();
    let side = |key, place: &str| Side { key: Key(key), values: Values([1; 6]), place: place.into() };
    let pair = Pair {
        source: Kind::Births,
        role: Role::Mother,
        record: side(u64::MAX, "khai_sinh.csv:7:mother"),
        resident: side(5, "dan_cu.csv:9"),
    };
    let subject = Subject::Pair(Box::new(pair), None);
    let made = desk.word("An", Verdict::SamePerson, subject.clone(), None);
    assert_eq!(desk.store.decide(&made).unwrap(), Recorded::Made(1));
    let kept = desk.store.decisions(false).unwrap();
    assert_eq!((kept.len(), &kept[0].subject), (1, &subject));
    assert_eq!(desk.store.decisions_on_record(Key(u64::MAX)).unwrap(), kept);
    assert!(desk.store.decisions_on_record(Key(5)).unwrap().is_empty());
}

#[test]
fn news_are_told_from_silence() {
    let mut desk = Desk::new();
    desk.night(&[raised("a", 1)]);
    let run = desk.store.last_run().unwrap().unwrap();
    let news = |desk: &Desk, day: i32| desk.store.is_news_since(&run, Day(day), &Terms::default()).unwrap();
    assert!(!news(&desk, 20_001));
    desk.say("An", Verdict::Deferred, "a", Some(20_009));
    assert!(news(&desk, 20_001));
    desk.night(&[raised("a", 1)]);
    let run = desk.store.last_run().unwrap().unwrap();
    let news = |day: i32| desk.store.is_news_since(&run, Day(day), &Terms::default()).unwrap();
    assert_eq!((news(20_008), news(20_009)), (false, true));
}

#[test]
fn a_correction_that_should_have_been_seen_is_news() {
    let mut desk = Desk::new();
    desk.night(&[raised("a", 1)]);
    let decided = desk.day;
    desk.say("An", Verdict::Corrected, "a", None);
    desk.night(&[raised("a", 1)]);
    let run = desk.store.last_run().unwrap().unwrap();
    let terms = Terms { grace: 9, ..Terms::default() };
    let news = |day: i32| desk.store.is_news_since(&run, Day(day), &terms).unwrap();
    assert_eq!((news(decided + 9), news(decided + 10)), (false, true));
}
