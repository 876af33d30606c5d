//! Every kind of repair: the corrected file raises nothing of what was mended, and nothing else instead.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::repair::{plan, run, sheets, vni};
use crate::harness::{findings, summary};
use crate::world::World;

/// A file that is damaged in one way.
struct Case {
    name: &'static str,
    kind: &'static str,
    /// What is done to the commune before it is written; gives the rows that are to be mended.
    damage: fn(&mut World) -> Vec<usize>,
    /// What is done to the text of the file.
    file: fn(String) -> String,
    /// The code of what is mended; blank where it is the column as a whole that makes none.
    code: &'static str,
}

fn as_it_is(text: String) -> String {
    text
}

/// The name of the file in two or three columns: a header and what it takes of the words.
fn parted(text: String, of: &str, into: &[&str]) -> String {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let at = rows[0].iter().position(|header| header == of).unwrap();
    let mut writer = csv::Writer::from_writer(Vec::new());
    for (row, record) in rows.iter().enumerate() {
        let words: Vec<&str> = record[at].split(' ').collect();
        let parts: Vec<String> = match (row, into.len()) {
            (0, _) => into.iter().map(|header| (*header).to_owned()).collect(),
            (_, 2) => vec![words[..words.len() - 1].join(" "), words[words.len() - 1].to_owned()],
            _ => vec![
                words[0].to_owned(),
                words[1..words.len() - 1].join(" "),
                words[words.len() - 1].to_owned(),
            ],
        };
        let cells = record
            .iter()
            .enumerate()
            .flat_map(|(column, cell)| if column == at { parts.clone() } else { vec![cell.to_owned()] });
        writer.write_record(cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// Titles above the header, a row of numbers below it.
fn under_titles(text: String) -> String {
    let (header, rows) = text.split_once('\n').unwrap();
    let numbers: Vec<String> = (1..=header.split(',').count()).map(|n| format!("({n})")).collect();
    format!("UBND XÃ HƯNG CHÍNH\nDANH SÁCH THÁNG 10/2026\n\n{header}\n{}\n{rows}", numbers.join(","))
}

fn welfare(w: &mut World, damage: impl Fn(&World, usize) -> String) -> Vec<usize> {
    let mut rows = Vec::new();
    for (name, birth, gender) in
        [("Nguyễn Văn Hùng", "05/03/1960", "Nam"), ("Trần Thị Mai", "17/07/1962", "Nữ")]
    {
        let resident = w.person(name, birth, gender, "");
        let more = damage(w, resident);
        rows.push(w.welfare(resident, &more));
    }
    w.welfare(2, "");
    rows
}

fn without_zero(id: &str) -> String {
    id.trim_start_matches('0').to_owned()
}

fn with_letter(id: &str) -> String {
    id.replacen('0', "O", 1)
}

fn of_id(w: &mut World, spoil: fn(&str) -> String) -> Vec<usize> {
    welfare(w, |w, resident| format!("personal_id={}", spoil(&w.of(resident, "personal_id"))))
}

fn of_name(w: &mut World, spoil: fn(&str) -> String) -> Vec<usize> {
    welfare(w, |w, resident| format!("full_name={}", spoil(&w.of(resident, "full_name"))))
}

/// UTF-8 read as Windows-1252.
fn mojibake(name: &str) -> String {
    let shown = |byte: u8| match byte {
        0x80 => '€',
        0x82 => '‚',
        0x84 => '„',
        0x85 => '…',
        0x87 => '‡',
        0x8b => '‹',
        0x91 => '‘',
        0x93 => '“',
        0x99 => '™',
        0x9b => '›',
        0x83 => 'ƒ',
        other => char::from(other),
    };
    name.bytes().map(shown).collect()
}

/// A Cyrillic letter in the place of a Latin one.
fn lookalike(name: &str) -> String {
    name.replacen('N', "\u{41d}", 0).replacen('T', "\u{422}", 1).replacen('H', "\u{41d}", 1)
}

fn invisible(name: &str) -> String {
    name.replacen(' ', "\u{200b} ", 1)
}

/// Thirty residents with a benefit each, spoilt throughout.
fn throughout(w: &mut World, spoil: fn(&World, usize) -> String) -> Vec<usize> {
    let mut rows = Vec::new();
    for n in 0..30 {
        let born = format!("{:02}/{:02}/19{}", n % 28 + 1, n % 12 + 1, 50 + n);
        let name = ["Nguyễn Thị Hoà", "Trần Văn Đức", "Phạm Thị Tuyết", "Lê Quốc Dũng"][n % 4];
        let gender = if n % 2 == 0 { "Nữ" } else { "Nam" };
        let given = ["Sơn", "Bình", "Phượng", "Mỹ", "Hải"][n % 5];
        let resident = w.person(&format!("{name} {given}"), &born, gender, "");
        let more = spoil(w, resident);
        rows.push(w.welfare(resident, &more));
    }
    rows
}

const CASES: &[Case] = &[
    Case {
        name: "a zero lost",
        kind: "welfare",
        damage: |w| of_id(w, without_zero),
        file: as_it_is,
        code: "SACH-07",
    },
    Case {
        name: "a letter for a digit",
        kind: "welfare",
        damage: |w| of_id(w, with_letter),
        file: as_it_is,
        code: "SACH-03",
    },
    Case {
        name: "a name in VNI",
        kind: "welfare",
        damage: |w| of_name(w, vni),
        file: as_it_is,
        code: "SACH-06",
    },
    Case {
        name: "a name in mojibake",
        kind: "welfare",
        damage: |w| of_name(w, mojibake),
        file: as_it_is,
        code: "SACH-06",
    },
    Case {
        name: "a look-alike letter",
        kind: "welfare",
        damage: |w| of_name(w, lookalike),
        file: as_it_is,
        code: "SACH-06",
    },
    Case {
        name: "an invisible sign",
        kind: "welfare",
        damage: |w| of_name(w, invisible),
        file: as_it_is,
        code: "SACH-06",
    },
    Case {
        name: "a name over two columns",
        kind: "welfare",
        damage: |w| of_name(w, vni),
        file: |text| parted(text, "Họ và tên", &["Họ và đệm", "Tên"]),
        code: "SACH-06",
    },
    Case {
        name: "a name over three columns",
        kind: "welfare",
        damage: |w| of_name(w, mojibake),
        file: |text| parted(text, "Họ và tên", &["Họ", "Chữ đệm", "Tên"]),
        code: "SACH-06",
    },
    Case {
        name: "below titles",
        kind: "welfare",
        damage: |w| of_id(w, without_zero),
        file: under_titles,
        code: "SACH-07",
    },
    Case {
        name: "the registry",
        kind: "residents",
        damage: |w| {
            let row = w.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", "");
            let id = with_letter(&w.of(row, "personal_id"));
            w.change("residents", row, &format!("personal_id={id}"));
            w.welfare(2, "");
            vec![row]
        },
        file: as_it_is,
        code: "SACH-03",
    },
    Case {
        name: "a card list",
        kind: "insurance",
        damage: |w| {
            let resident = w.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", "");
            let id = without_zero(&w.of(resident, "personal_id"));
            vec![w.insurance(resident, &format!("personal_id={id}"))]
        },
        file: as_it_is,
        code: "SACH-07",
    },
    Case {
        name: "a death",
        kind: "deaths",
        damage: |w| {
            let resident =
                w.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", "status=Đã chết|death_date=01/10/2026");
            let name = vni(&w.of(resident, "full_name"));
            vec![w.death(resident, "01/10/2026", &format!("full_name={name}"))]
        },
        file: as_it_is,
        code: "SACH-06",
    },
    Case {
        name: "the wife of a marriage",
        kind: "marriages",
        damage: |w| {
            let husband = w.person("Nguyễn Văn Hùng", "05/03/1990", "Nam", "marital_status=Có vợ/chồng");
            let wife = w.person("Trần Thị Mai", "17/07/1992", "Nữ", "marital_status=Có vợ/chồng");
            let id = with_letter(&w.of(wife, "personal_id"));
            vec![w.marriage(husband, wife, "01/10/2025", &format!("wife_personal_id={id}"))]
        },
        file: as_it_is,
        code: "SACH-03",
    },
    Case {
        name: "the mother of a child",
        kind: "births",
        damage: |w| {
            let mother = w.person("Trần Thị Mai", "17/07/1992", "Nữ", "");
            let id = w.of(mother, "personal_id");
            let child = w.person(
                "Nguyễn Gia Hân",
                "05/03/2020",
                "Nữ",
                &format!("mother_name=Trần Thị Mai|mother_id={id}"),
            );
            vec![w.birth(child, &format!("mother_birth_date=1992|mother_id={}", without_zero(&id)))]
        },
        file: as_it_is,
        code: "SACH-07",
    },
    Case {
        name: "zeros lost throughout",
        kind: "welfare",
        damage: |w| {
            throughout(w, |w, resident| {
                format!("personal_id={}", without_zero(&w.of(resident, "personal_id")))
            })
        },
        file: as_it_is,
        code: "SACH-07",
    },
    Case {
        name: "months first throughout",
        kind: "welfare",
        damage: |w| {
            throughout(w, |w, resident| {
                let born = w.of(resident, "birth_date");
                let parts: Vec<&str> = born.split('/').collect();
                format!("birth_date={}/{}/{}", parts[1], parts[0], parts[2])
            })
        },
        file: as_it_is,
        code: "",
    },
    Case {
        name: "two columns typed in VNI throughout",
        kind: "welfare",
        damage: |w| throughout(w, |w, resident| format!("full_name={}", vni(&w.of(resident, "full_name")))),
        file: |text| parted(text, "Họ và tên", &["Họ và đệm", "Tên"]),
        code: "SACH-06",
    },
];

/// Writes the files of a commune; the one of the case as it makes it.
fn write(w: &World, case: &Case, folder: &Path) {
    fs::create_dir(folder).unwrap();
    for (kind, path) in w.write() {
        let text = fs::read_to_string(path).unwrap();
        let text = if kind == case.kind { (case.file)(text) } else { text };
        fs::write(folder.join(format!("{kind}.csv")), text).unwrap();
    }
}

fn holds(case: &Case) {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("d"), desk.path().join("out"));
    let mut w = World::new();
    let damaged = (case.damage)(&mut w);
    write(&w, case, &data);
    let first = run(&data, &out, &[]);
    let repaired = first.run.join(format!("repair/{}.xlsx", case.kind));
    let book = sheets(&repaired);
    assert_eq!(book.len(), 2, "{}: no corrected copy", case.name);
    let mended: BTreeSet<usize> = plan(&book[0].1)
        .iter()
        .filter(|[_, _, old, new, code]| !new.is_empty() && old != new && code == case.code)
        .map(|[row, ..]| row.parse().unwrap())
        .collect();
    // Where titles stand above, rows are further down.
    let above = summary(&first.run)["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .find(|input| input["kind"] == case.kind)
        .map_or(0, |input| input["header_row"].as_u64().unwrap_or(1) - 1);
    let numbers = u64::from(above > 0);
    let wanted: BTreeSet<usize> =
        damaged.iter().map(|row| row + usize::try_from(above + numbers).unwrap()).collect();
    let all_rows = case.code.is_empty() || case.name.contains("throughout");
    if all_rows {
        // A birthday of one number for day and month needs no mending.
        assert!(mended.is_subset(&wanted) && mended.len() * 2 >= wanted.len(), "{}: {mended:?}", case.name);
    } else {
        assert_eq!(mended, wanted, "{}", case.name);
    }

    fs::remove_file(data.join(format!("{}.csv", case.kind))).unwrap();
    fs::copy(&repaired, data.join(format!("{}.xlsx", case.kind))).unwrap();
    let second = run(&data, &out, &[]);
    let of_source = |run: &Path| -> BTreeSet<(String, String, String)> {
        let key = |f: &crate::harness::Line| (f["code"].clone(), f["source_row"].clone(), f["field"].clone());
        findings(run).iter().filter(|f| f["source"] == case.kind).map(key).collect()
    };
    let (before, after) = (of_source(&first.run), of_source(&second.run));
    let left =
        after.iter().find(|(code, row, _)| code == case.code && mended.contains(&row.parse().unwrap()));
    assert!(left.is_none(), "{}: still raised: {left:?}", case.name);
    let raised: Vec<_> = after.difference(&before).collect();
    assert!(raised.is_empty(), "{}: raised by the copy: {raised:?}", case.name);
}

#[test]
fn the_corrected_file_raises_nothing_that_was_mended() {
    CASES.iter().for_each(holds);
}

#[test]
fn what_stands_at_the_head_of_a_household_stays_there_in_the_copy() {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("d"), desk.path().join("out"));
    let mut w = World::empty();
    for (n, (name, born, gender, relation)) in [
        ("Nguyễn Văn Hùng", "05/03/1950", "Nam", "Chủ hộ"),
        ("Trần Thị Mai", "17/07/1952", "Nữ", "Vợ"),
        ("Nguyễn Thị Thu", "01/09/1980", "Nữ", "Con"),
        ("Lê Quốc Dũng", "11/04/1955", "Nam", "Chủ hộ"),
        ("Phạm Thị Tuyết", "21/12/1957", "Nữ", "Vợ"),
    ]
    .into_iter()
    .enumerate()
    {
        let household = if relation == "Chủ hộ" { format!("H{n}") } else { String::new() };
        let more = format!(
            "relation_to_head={relation}|household_id={household}|hamlet={}",
            ["Thôn 1", "", "", "Thôn 2", "",][n]
        );
        w.person(name, born, gender, &more);
    }
    let id = with_letter(&w.of(3, "personal_id"));
    w.change("residents", 3, &format!("personal_id={id}"));
    w.welfare(2, "");
    write(&w, &CASES[0], &data);
    let run = run(&data, &out, &[]);
    let book = sheets(&run.run.join("repair/residents.xlsx"));
    let copy = &book[1].1;
    let cell = |row: u32, header: &str| {
        let width = copy.end().unwrap().1;
        let at = (0..=width).find(|at| copy.get_value((0, *at)).is_some_and(|c| *c == header));
        copy.get_value((row, at.unwrap())).map(ToString::to_string).unwrap_or_default()
    };
    let of_column = |header: &str| (1..=5).map(|row| cell(row, header)).collect::<Vec<_>>();
    assert_eq!(of_column("Mã hộ"), ["H0", "", "", "H3", ""]);
    assert_eq!(of_column("Thôn"), ["Thôn 1", "", "", "Thôn 2", ""]);
    let habits = &summary(&run.run)["inputs"][0]["column_habits"];
    assert_eq!(habits["household_id"], serde_json::json!(["of_heads"]), "{habits}");
}
