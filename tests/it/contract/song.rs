//! Sống: the records are behind life.

use super::{hung, mai};
use crate::world::World;

#[test]
fn song_01_unrecorded_death() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    w.death(man, "10/10/2026", "");
    w.death(man, "10/10/2026", "record_no=2/2026|registered_on=12/10/2026");
    let dead = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=10/10/2026");
    w.death(dead, "10/10/2026", "");
    let run = w.run();
    let finding = run.only("SONG-01");
    assert_eq!((finding["resident_row"].clone(), finding["severity"].as_str()), (man.to_string(), "high"));
    assert_eq!(finding["source"], "deaths");
    assert!(run.resident(woman).is_empty() && run.resident(dead).is_empty());
}

#[test]
fn song_01_whatever_the_status_but_dead() {
    for status in ["Thường trú", "Tạm trú", "Tạm vắng", "Chuyển đi", "Mất tích", ""] {
        let mut w = World::new();
        let man = w.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", &format!("status={status}"));
        w.death(man, "10/10/2026", "");
        let run = w.run();
        run.assert_all(&["SONG-01"]);
        assert_eq!(run.only("SONG-01")["resident_row"], man.to_string(), "{status}");
    }
    for dead in ["status=Đã chết", "status=Từ trần", "status=|death_date=10/10/2026"] {
        let mut w = World::new();
        let man = w.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", dead);
        w.death(man, "10/10/2026", "");
        w.run().assert_all(&[]);
    }
}

/// Deaths registered in the commune from 2018 to 2025 of people whom the registry knows to be dead.
fn registered_deaths(w: &mut World) {
    for (n, (name, on)) in
        [("Lương Văn Can", "10/01/2018"), ("Thái Phiên", "10/06/2021"), ("Đào Duy Từ", "20/12/2025")]
            .into_iter()
            .enumerate()
    {
        let dead =
            w.person(name, &format!("0{}/03/1940", n + 1), "Nam", &format!("status=Đã chết|death_date={on}"));
        w.death(dead, on, "");
    }
}

#[test]
fn song_02_death_without_a_record() {
    let mut w = World::new();
    registered_deaths(&mut w);
    let died = |w: &mut World, name: &str, on: &str, more: &str| {
        w.person(name, "07/03/1944", "Nam", &format!("status=Đã chết|death_date={on}|{more}"))
    };
    let missing = died(&mut w, "Phùng Chí Kiên", "05/05/2020", "");
    let early = died(&mut w, "Đàm Quang Trung", "05/05/2010", "");
    let recent = died(&mut w, "Tống Duy Tân", "05/12/2025", "");
    let undated = died(&mut w, "Vương Thừa Vũ", "", "");
    let elsewhere = died(&mut w, "Thiều Chửu", "05/05/2020", "commune=Xã Nghi Kim|commune_code=18002");
    let run = w.run();
    assert_eq!(run.resident(missing), ["SONG-02"]);
    for resident in [early, recent, undated, elsewhere] {
        assert_eq!(run.resident(resident), [""; 0], "{resident}");
    }
    run.assert_all(&["SONG-02"]);

    w.arg("--deaths-period").arg("01/01/2009..31/12/2025");
    assert_eq!(w.run().count("SONG-02"), 2);
}

#[test]
fn song_03_benefit_of_a_dead_person() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    w.death(man, "10/08/2026", "");
    // A group without a right to funeral support, so that nothing else is to be found (SONG-12).
    let recorded = w.welfare(man, "group_code=HN");
    let dead = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=10/09/2026");
    let registered = w.welfare(dead, "group_code=HN|programme=a");
    w.welfare(dead, "group_code=HN|stop_date=01/10/2026|programme=b");
    w.welfare(dead, "group_code=HN|monthly_amount=|programme=c");
    w.welfare(woman, "");
    let run = w.run();
    assert_eq!(run.row("welfare", recorded), ["SONG-03"]);
    assert_eq!(run.row("welfare", registered), ["SONG-03"]);
    assert_eq!(run.count("SONG-03"), 2);
    // September, October, November are paid after the month of death.
    let first = run.all("SONG-03").into_iter().find(|f| f["source_row"] == recorded.to_string()).unwrap();
    assert!(first["evidence"].contains("3 tháng"), "{}", first["evidence"]);
}

#[test]
fn song_04_card_of_a_dead_person() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    w.death(man, "10/08/2026", "");
    let recorded = w.insurance(man, "");
    let dead = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=10/09/2026");
    let registered = w.insurance(dead, "valid_to=");
    let past = w.person("Thái Phiên", "01/05/1941", "Nam", "status=Đã chết|death_date=10/09/2026");
    w.insurance(past, "valid_to=31/10/2026");
    let stopped = w.person("Đào Duy Từ", "01/06/1942", "Nam", "status=Đã chết|death_date=10/09/2026");
    w.insurance(stopped, "stop_date=01/10/2026|stop_reason=Chết");
    w.insurance(woman, "");
    let run = w.run();
    assert_eq!(run.row("insurance", recorded), ["SONG-04"]);
    assert_eq!(run.row("insurance", registered), ["SONG-04"]);
    assert_eq!(run.count("SONG-04"), 2);
}

#[test]
fn song_05_death_known_to_a_list_only() {
    for reason in
        ["Chết", "Từ trần", "Đã chết", "qua đời", "Tử vong", "Báo giảm chết", "mất", "BÁO GIẢM CHẾT ngày 1/9"]
    {
        let mut w = World::new();
        let man = hung(&mut w);
        let stop = format!("stop_date=01/09/2026|stop_reason={reason}");
        w.welfare(man, &stop);
        w.insurance(man, &stop);
        let run = w.run();
        run.assert_all(&["SONG-05"]);
        assert_eq!(run.only("SONG-05")["resident_row"], man.to_string(), "{reason}");
    }
}

#[test]
fn song_05_not_where_the_reason_is_another_or_the_death_is_known() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    w.insurance(man, "stop_date=01/09/2026|stop_reason=Mất thẻ");
    w.welfare(man, "stop_date=01/09/2026|stop_reason=Thoát nghèo");
    let dead = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=10/08/2026");
    w.insurance(dead, "stop_date=01/09/2026|stop_reason=Chết");
    w.insurance(woman, "stop_date=01/09/2026|stop_reason=Chết");
    w.death(woman, "10/08/2026", "");
    let run = w.run();
    assert_eq!(run.count("SONG-05"), 0);
    run.assert_all(&["SONG-01"]);
}

#[test]
fn song_05_a_note_beside_the_name() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    w.welfare(man, "full_name=Nguyễn Văn Hùng (chết)|stop_date=01/09/2026");
    w.welfare(woman, "full_name=Trần Thị Mai (đã mất)");
    let run = w.run();
    assert_eq!(run.count("DUNG-01"), 0);
    assert_eq!(run.count("SONG-05"), 2);
}

#[test]
fn song_06_a_hundred_years_without_a_sign_of_life() {
    let mut w = World::new();
    let old = |w: &mut World, name: &str, on: &str| w.person(name, on, "Nữ", "");
    let silent = old(&mut w, "Phùng Thị Chính", "20/11/1926");
    let younger = old(&mut w, "Đàm Thị Huệ", "21/11/1926");
    let carded = old(&mut w, "Tống Thị Quyên", "05/05/1925");
    let stopped = old(&mut w, "Vương Thị Ngải", "06/06/1924");
    let long_ago = old(&mut w, "Thiều Thị Tám", "07/07/1923");
    w.insurance(carded, "");
    w.insurance(stopped, "valid_from=01/01/2024|valid_to=|stop_date=01/02/2026|stop_reason=Hết hạn");
    w.welfare(long_ago, "start_date=01/01/2015");
    let dead = w.person("Lương Văn Can", "01/03/1920", "Nam", "status=Đã chết|death_date=05/05/2024");
    let run = w.run();
    let found: Vec<String> = run.all("SONG-06").iter().map(|f| f["resident_row"].clone()).collect();
    assert_eq!(found, [silent, stopped, long_ago].map(|r| r.to_string()));
    for resident in [younger, carded, dead] {
        assert_eq!(run.resident(resident), [""; 0]);
    }

    w.arg("--centenarian-age").arg("99");
    assert_eq!(w.run().count("SONG-06"), 4);
}

#[test]
fn song_07_done_after_death() {
    let mut w = World::new();
    let dead = |w: &mut World, name: &str, day: &str| {
        w.person(name, day, "Nam", "status=Đã chết|death_date=10/06/2024|marital_status=Đã kết hôn")
    };
    let first = dead(&mut w, "Lương Văn Can", "01/03/1970");
    let second = dead(&mut w, "Thái Phiên", "01/05/1971");
    let third = dead(&mut w, "Đào Duy Từ", "01/06/1972");
    let fourth = dead(&mut w, "Bành Văn Trân", "01/07/1973");
    let benefit = w.welfare(first, "start_date=01/07/2024|stop_date=01/09/2024");
    w.welfare(fourth, "start_date=01/06/2024|stop_date=01/09/2024");
    let card = w.insurance(second, "valid_from=01/01/2025|valid_to=31/12/2025");
    let woman =
        w.person("Lưu Thị Nguyệt", "03/04/1982", "Nữ", "marital_status=Đã kết hôn|spouse_name=Đào Duy Từ");
    let marriage = w.marriage(third, woman, "20/10/2025", "");
    let run = w.run();
    assert_eq!(run.row("welfare", benefit), ["SONG-07"]);
    assert_eq!(run.row("insurance", card), ["SONG-07"]);
    assert_eq!(run.row("marriages", marriage), ["SONG-07"]);
    run.assert_all(&["SONG-07"; 3]);
}

#[test]
fn song_07_the_death_record_goes_before_the_registry() {
    let mut w = World::new();
    let dead = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=10/06/2024");
    w.death(dead, "10/08/2024", "");
    w.welfare(dead, "start_date=01/07/2024|stop_date=01/09/2024");
    w.run().assert_all(&["DUNG-09"]);
}

#[test]
fn song_08_marriage_registered_registry_says_single() {
    let mut w = World::new();
    let husband = w.person("Trương Định", "01/02/1990", "Nam", "marital_status=Chưa kết hôn");
    let wife = w.person("Lưu Thị Nguyệt", "03/04/1992", "Nữ", "marital_status=Đã kết hôn");
    let row = w.marriage(husband, wife, "20/10/2020", "");
    let run = w.run();
    assert_eq!(run.row("marriages", row), ["SONG-08", "SONG-08"]);
    let residents: Vec<String> = run.all("SONG-08").iter().map(|f| f["resident_row"].clone()).collect();
    assert_eq!(residents, [husband, wife].map(|r| r.to_string()));
}

#[test]
fn song_08_of_living_residents_only() {
    let mut w = World::new();
    let husband = w.person("Trương Định", "01/02/1990", "Nam", "marital_status=Chưa kết hôn");
    let wife = w.person("Lưu Thị Nguyệt", "03/04/1992", "Nữ", "status=Đã chết|death_date=01/01/2024");
    w.marriage(husband, wife, "20/10/2020", "");
    w.run().assert_all(&[]);
}

#[test]
fn song_09_moved_out_and_still_drawing() {
    let mut w = World::new();
    let gone = |w: &mut World, name: &str, day: &str| w.person(name, day, "Nam", "status=Chuyển đi");
    let first = gone(&mut w, "Lương Văn Can", "01/03/1970");
    let second = gone(&mut w, "Thái Phiên", "01/05/1971");
    let third = gone(&mut w, "Đào Duy Từ", "01/06/1972");
    let benefit = w.welfare(first, "");
    let card = w.insurance(second, "");
    w.welfare(third, "stop_date=01/10/2026");
    let run = w.run();
    assert_eq!(run.row("welfare", benefit), ["SONG-09"]);
    assert_eq!(run.row("insurance", card), ["SONG-09"]);
    run.assert_all(&["SONG-09", "SONG-09"]);
}

#[test]
fn song_10_childs_card_after_the_entitlement() {
    let mut w = World::new();
    let born = |w: &mut World, name: &str, on: &str| w.person(name, on, "Nam", "card_issued=");
    let card = |w: &mut World, child: usize, n: u32| {
        w.insurance(child, &format!("card_no=TE140400000000{n}|insurance_no=400000000{n}|group_code=TE|valid_from=01/01/2021|valid_to="))
    };
    // 72 months in October 2020 + 6: over at the end of October 2026.
    let over = born(&mut w, "Phùng Gia Khánh", "31/10/2020");
    // 72 months in November: the card holds to 30/11/2026.
    let month = born(&mut w, "Đàm Quang Huy", "01/11/2020");
    // 72 months in March: held until the school intake, 30/09/2026.
    let school = born(&mut w, "Tống Duy Tân", "05/03/2020");
    let rows = [over, month, school].map(|child| card(&mut w, child, child as u32 % 10));
    let run = w.run();
    assert_eq!(run.row("insurance", rows[0]), ["SONG-10"]);
    assert_eq!(run.row("insurance", rows[1]), [""; 0]);
    assert_eq!(run.row("insurance", rows[2]), ["SONG-10"]);

    // On the last day of September the child of March is still entitled.
    w.arg("--as-of").arg("30/09/2026");
    let run = w.run();
    assert_eq!(run.count("SONG-10"), 0);
}
