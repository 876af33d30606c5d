use calamine::ExcelDateTimeType;

use super::*;

fn text(value: &Data) -> String {
    let mut out = String::new();
    write_data(value, &mut out);
    out
}

#[test]
fn cells_as_text() {
    let date = |serial: f64| Data::DateTime(ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false));
    assert_eq!(text(&Data::Float(79_190_012_345.0)), "79190012345");
    assert_eq!(text(&Data::Float(1.5)), "1.5");
    assert_eq!(text(&date(21_980.0)), "05/03/1960");
    assert_eq!(text(&date(21_980.75)), "05/03/1960");
    assert_eq!(text(&date(1960.0)), "1960");
    assert_eq!(text(&Data::DateTimeIso("1960-03-05T00:00:00".into())), "05/03/1960");
    let mut out = String::new();
    write_ref(&DataRef::Float(38_060_000_001.0), 12, &mut out);
    assert_eq!(out, "038060000001");
}
