//! Cells of workbooks as the text that a spreadsheet shows.

use calamine::{Data, DataRef, ExcelDateTime};

/// Digits that a number format like `000000000000` fills up to; 0 for any other format.
pub(super) fn leading_zeros(style: &calamine::Style) -> usize {
    style.number_format.as_ref().map_or(0, |format| {
        let code = format.format_code.as_str();
        if code.len() > 1 && code.bytes().all(|b| b == b'0') { code.len() } else { 0 }
    })
}

/// Writes a cell as [`write_data`] does; whole numbers filled up with zeros as their format shows them.
pub(super) fn write_ref(value: &DataRef<'_>, zeros: usize, out: &mut String) {
    match value {
        DataRef::Float(number) if zeros > 0 && number.fract() == 0.0 && *number >= 0.0 => {
            out.push_str(&format!("{number:0zeros$}"));
        }
        DataRef::Int(number) if zeros > 0 && *number >= 0 => out.push_str(&format!("{number:0zeros$}")),
        DataRef::SharedString(text) => out.push_str(text),
        DataRef::Int(number) => write_data(&Data::Int(*number), out),
        DataRef::Float(number) => write_data(&Data::Float(*number), out),
        DataRef::String(text) => out.push_str(text),
        DataRef::Bool(truth) => write_data(&Data::Bool(*truth), out),
        DataRef::DateTime(date) => write_date(date, out),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => write_iso(text, out),
        DataRef::Error(error) => out.push_str(&error.to_string()),
        DataRef::Empty => {}
    }
}

/// Writes a cell as text: dates dd/mm/yyyy, numbers without an exponent and, where whole, without a point.
pub(super) fn write_data(value: &Data, out: &mut String) {
    use std::fmt::Write as _;
    // Writing to a String does not fail.
    let _ = match value {
        Data::Int(number) => write!(out, "{number}"),
        Data::Float(number) => write!(out, "{number}"),
        Data::String(text) => write!(out, "{text}"),
        Data::Bool(truth) => write!(out, "{}", if *truth { "TRUE" } else { "FALSE" }),
        Data::DateTime(date) => {
            write_date(date, out);
            Ok(())
        }
        Data::DateTimeIso(text) | Data::DurationIso(text) => {
            write_iso(text, out);
            Ok(())
        }
        Data::Error(error) => write!(out, "{error}"),
        Data::Empty => Ok(()),
    };
}

/// Writes a number as [`write_data`] does.
pub(in crate::ingest) fn write_number(number: f64, out: &mut String) {
    write_data(&Data::Float(number), out);
}

fn write_date(date: &ExcelDateTime, out: &mut String) {
    let serial = date.as_f64();
    // A year typed into a cell with a date format: nobody's date is of 1905.
    let is_year = serial.fract() == 0.0 && (1900.0..=2100.0).contains(&serial);
    if date.is_duration() || is_year || serial < 1.0 {
        write_data(&Data::Float(serial), out);
        return;
    }
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    out.push_str(&format!("{day:02}/{month:02}/{year:04}"));
}

/// `1960-03-05T00:00:00` as 05/03/1960; anything else as it is.
pub(in crate::ingest) fn write_iso(text: &str, out: &mut String) {
    let date = text.split('T').next().unwrap_or("");
    let parts: Vec<&str> = date.split('-').collect();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2 => {
            out.push_str(&format!("{day}/{month}/{year}"));
        }
        _ => out.push_str(text),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    fn text(value: &Data) -> String {
        let mut out = String::new();
        write_data(value, &mut out);
        out
    }

    #[test]
    fn cells_as_text() {
        let date =
            |serial: f64| Data::DateTime(ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false));
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
}
