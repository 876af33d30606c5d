use super::*;

#[test]
fn a_row_of_any_length_comes_back() {
    let columns = ["a", "b", "c"].map(|h| Column { header: h.into(), field: None }).to_vec();
    let mut t = Table::new("a.csv".into(), "a.csv".into(), Kind::Welfare, columns);
    let long = "x".repeat(70_000);
    let rows = [["1", "2", ""], ["", &long, "3"], [&long, "", ""], ["", "", ""], ["4", "5", "6"]];
    rows.iter().zip(2..).for_each(|(row, n)| t.push_row(n, row.iter().copied()));
    for (row, index) in rows.iter().zip(0..) {
        assert!(t.cells(index).eq(row.iter().copied()), "{index}");
        assert!((0..3).all(|column| t.cell_at(index, column) == row[column]));
        assert_eq!(t.cell_at(index, 3), "");
    }
    assert_eq!(Position::new(0x1234_5678_9abc).get(), 0x1234_5678_9abc);
}

#[test]
fn rows_written_anew_stay_where_they_were() {
    let columns = ["aa", "b"].map(|h| Column { header: h.into(), field: None }).to_vec();
    let mut t = Table::new("a.csv".into(), "a.csv".into(), Kind::Welfare, columns);
    let (long, half) = ("a".repeat(70_000), "a".repeat(35_000));
    let rows = [vec!["aab", "x"], vec![&*long, "aa"], vec![&*half, &*half], vec!["b"]];
    rows.iter().zip([2, 3, 7, 9]).for_each(|(row, n)| t.push_row(n, row.iter().copied()));
    t.sections = vec![(1, Section { hamlet: "aa".into(), ..Section::default() })];
    assert!(t.bytes_of_cells().starts_with(b"aabxaaa"));
    t.rewrite(|cell| if cell.contains("aa") { cell.replace("aa", "c").into() } else { cell.into() });
    for (row, index) in rows.iter().zip(0..) {
        assert!(t.cells(index).eq(row.iter().map(|cell| cell.replace("aa", "c"))), "{index}");
    }
    assert_eq!((t.source_row(2), t.source_row(3), t.counts.used), (7, 9, 4));
    assert_eq!((t.columns[0].header.as_str(), t.group_hamlet(1)), ("c", Some("c")));
}

#[test]
fn cells_come_back_as_pushed() {
    let columns = ["full_name", "x", "birth_date"]
        .map(|h| Column { header: h.into(), field: Field::from_name(h) })
        .to_vec();
    let mut t = Table::new("a.csv".into(), "a.csv".into(), Kind::Welfare, columns);
    t.push_row(2, ["Nguyễn", "", "1960"]);
    t.push_row(4, ["Lê"]);
    t.sections = vec![(1, Section { hamlet: "Thôn 1".into(), ..Section::default() })];
    assert_eq!(t.cell(0, Field::FullName), "Nguyễn");
    assert_eq!(t.cell(0, Field::BirthDate), "1960");
    assert_eq!(t.cell(1, Field::BirthDate), "");
    assert_eq!(t.cell(1, Field::Gender), "");
    assert_eq!(t.cells(0).collect::<Vec<_>>(), ["Nguyễn", "", "1960"]);
    assert_eq!((t.source_row(1), t.len()), (4, 2));
    assert_eq!((t.group_hamlet(0), t.group_hamlet(1)), (None, Some("Thôn 1")));
}

#[test]
fn a_row_is_filled_from_the_one_above() {
    let columns = ["full_name", "x", "birth_date"]
        .map(|h| Column { header: h.into(), field: Field::from_name(h) })
        .to_vec();
    let mut t = Table::new("a.csv".into(), "a.csv".into(), Kind::Welfare, columns);
    t.push_row(2, ["Nguyễn", "1", "1960"]);
    t.fill_from_above(&[Field::FullName]);
    t.push_row(3, ["", ""]);
    t.fill_from_above(&[Field::FullName, Field::BirthDate]);
    assert!(t.cells(0).eq(["Nguyễn", "1", "1960"]) && t.cells(1).eq(["Nguyễn", "", "1960"]));
    let long = "x".repeat(70_000);
    t.push_row(5, [&*long, "", ""]);
    t.push_row(6, ["", "y", "1970"]);
    t.fill_from_above(&[Field::FullName, Field::BirthDate]);
    assert!(t.cells(3).eq([&*long, "y", "1970"]));
    t.fill_from_above(&[Field::BirthDate]);
    assert!(t.cells(3).eq([&*long, "y", "1970"]));
    assert_eq!((t.len(), t.counts.used, t.source_row(3)), (4, 4, 6));
}

#[test]
fn some_rows_of_a_table_keep_what_is_told_of_them() {
    let columns =
        ["full_name", "address"].map(|h| Column { header: h.into(), field: Field::from_name(h) }).to_vec();
    let mut t = Table::new("a.csv".into(), "a.csv".into(), Kind::Welfare, columns);
    let long = "x".repeat(70_000);
    for (row, name) in ["An", "Bình", "Chi", "Dung"].into_iter().enumerate() {
        t.push_row(row as u32 + 5, [name, if name == "Chi" { &*long } else { "" }]);
    }
    let hamlet = |name: &str| Section { hamlet: name.into(), ..Section::default() };
    t.sections = vec![(0, hamlet("Thôn 1")), (1, hamlet("Thôn 2")), (3, hamlet("Thôn 3"))];
    t.of_heads = vec![(1, 1), (2, 1)];
    let habit = ColumnHabit::OfHeads;
    t.habits = vec![WholeColumn { field: Field::Address, habit, first: 1, cells: 2 }];
    let part = t.with_rows(&[0, 2, 3]);
    assert!(part.cells(0).eq(["An", ""]) && part.cells(1).eq(["Chi", &*long]));
    assert_eq!((part.len(), part.source_row(1), part.counts.used, part.counts.read), (3, 7, 3, 3));
    assert_eq!(
        [0, 1, 2].map(|row| part.group_hamlet(row).unwrap_or("")),
        ["Thôn 1", "Thôn 2", "Thôn 3"],
        "a heading stays above its rows"
    );
    assert_eq!(part.of_heads, [(1, 1)]);
    // The row that tells of the column is not here: no other tells of it in its place.
    assert_eq!((part.habits[0].first, part.habits[0].cells), (u32::MAX, 2));
    assert_eq!(t.with_rows(&[1]).habits[0].first, 0);
    let packed = rmp_serde::to_vec(&part).unwrap();
    let unpacked: Table = rmp_serde::from_slice(&packed).unwrap();
    assert!(unpacked.cells(1).eq(part.cells(1)) && unpacked.kind == Kind::Welfare);
    assert_eq!((unpacked.column_of(Field::Address), unpacked.is_empty()), (Some(1), false));
    assert_eq!(t.with_rows(&[]).len(), 0);
}
