//! The sentences of [`IngestError`]: what is wrong, where, and what to do.

use std::path::Path;

use super::{BINARY, IngestError, PIPE, has_long_number};
use crate::domain::{Field, Kind, Lang};
use crate::ingest::sets::Product;
use crate::words::{self, text};

/// How to have a file left aside.
fn ignoring(file: &Path, lang: Lang) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    text!(lang, "ingest.error.how_to_ignore", name)
}

pub(super) fn names(fields: &[Field]) -> String {
    fields.iter().map(|f| f.name()).collect::<Vec<_>>().join(", ")
}

/// Headers as a message shows them. A header is no personal data, but what was taken for one may be:
/// whatever holds a run of digits is left out.
fn shown(headers: &[String]) -> String {
    let list: Vec<String> = headers
        .iter()
        .map(|h| h.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|h| !h.is_empty())
        .take(30)
        .map(|h| {
            if has_long_number(&h) {
                "…".to_owned()
            } else if h.chars().count() > 40 {
                h.chars().take(40).chain(['…']).collect()
            } else {
                h
            }
        })
        .map(|h| format!("\"{h}\""))
        .collect();
    if list.is_empty() { "–".to_owned() } else { list.join(", ") }
}

impl IngestError {
    /// The sentence alone, without its code.
    pub(super) fn sentence(&self, lang: Lang) -> String {
        let at = |path: &Path| path.display().to_string();
        match self {
            Self::NotFound { file } => text!(lang, "ingest.error.not_found", file = at(file)),
            Self::IsFolder { file } => text!(lang, "ingest.error.is_folder", file = at(file)),
            Self::Unreadable { file, detail } => {
                text!(lang, "ingest.error.unreadable", file = at(file), detail)
            }
            Self::ChangedWhileRead { file, vanished: true } => {
                text!(lang, "ingest.error.removed_while_read", file = at(file))
            }
            Self::ChangedWhileRead { file, vanished: false } => {
                text!(lang, "ingest.error.changed_while_read", file = at(file))
            }
            Self::Empty { file } => text!(lang, "ingest.error.empty", file = at(file)),
            Self::WrongFormat { file, recognised } => {
                let format = match *recognised {
                    BINARY => text!(lang, "ingest.error.format_binary"),
                    "HTML" => text!(lang, "ingest.error.format_html"),
                    "MHTML" => text!(lang, "ingest.error.format_mhtml"),
                    PIPE => text!(lang, "ingest.error.format_pipe"),
                    other => other,
                };
                text!(lang, "ingest.error.wrong_format", file = at(file), format)
            }
            Self::Damaged { file, format, detail } => {
                text!(lang, "ingest.error.damaged", file = at(file), format, detail)
            }
            Self::Locked { file } => text!(lang, "ingest.error.locked", file = at(file)),
            Self::NoSuchSheet { file, sheet, seen } => {
                text!(lang, "ingest.error.no_such_sheet", file = at(file), sheet, seen = shown(seen))
            }
            Self::NoHeader { file } => text!(lang, "ingest.error.no_header", file = at(file)),
            Self::MissingColumn { file, kind, fields, row, seen, likely } => {
                let field = fields.first().map_or("", |f| f.name());
                let likely = if likely.is_empty() { "\"…\"".to_owned() } else { shown(&likely[..1]) };
                let how = format!("--map {}.{field}={likely}", kind.name());
                let (file, seen, fields) = (at(file), shown(seen), wanted(fields, lang));
                let kind = kind.spoken(lang);
                text!(lang, "ingest.error.missing_column", file, kind, row, fields, seen, how)
            }
            Self::KindUnclear { file, candidates, seen } if candidates.is_empty() => {
                text!(lang, "ingest.error.kind_unknown", file = at(file), seen = shown(seen))
            }
            Self::KindUnclear { file, candidates, seen } => {
                let kinds = candidates.iter().map(|k| k.name()).collect::<Vec<_>>().join(", ");
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                // The very words that answer: each kind, and that it is none of them.
                let answer = |kind: &Kind| {
                    let word = kind.name();
                    match Kind::SIX.contains(kind) {
                        true => format!("--{word} \"{name}\" ({})", kind.spoken(lang)),
                        false => format!("--list {word}=\"{name}\" ({})", kind.spoken(lang)),
                    }
                };
                let answers = candidates.iter().map(answer).collect::<Vec<_>>().join("; ");
                let none = ignoring(file, lang);
                let (file, seen) = (at(file), shown(seen));
                if candidates.len() == 1 {
                    text!(lang, "ingest.error.kind_uncertain", file, kinds, seen, answers, none)
                } else {
                    text!(lang, "ingest.error.kind_unclear", file, kinds, seen, answers, none)
                }
            }
            Self::OtherSector { file, seen } => {
                text!(lang, "ingest.error.other_sector", file = at(file), seen = shown(seen))
            }
            Self::OwnOutput { file, product: Product::Workbook } => {
                text!(lang, "ingest.error.own_workbook", file = at(file))
            }
            Self::OwnOutput { file, .. } => text!(lang, "ingest.error.own_output", file = at(file)),
            Self::TwoRegistries { files: (one, other), are_sheets, shared, fewer } => {
                // Of two sheets of one file the one that counts is named.
                let taken = |file: &Path| text!(lang, "ingest.error.how_to_take_sheet", file = at(file));
                let (drop_one, drop_other) = match *are_sheets {
                    true => (taken(other), taken(one)),
                    false => (ignoring(one, lang), ignoring(other, lang)),
                };
                let (one, other) = (at(one), at(other));
                text!(lang, "ingest.error.two_registries", one, other, shared, fewer, drop_one, drop_other)
            }
            Self::ColumnUnclear { file, kind, row, columns } => {
                let lines: Vec<String> =
                    columns.iter().map(|(header, field)| answers(*kind, header, *field, lang)).collect();
                let (kind, lines) = (kind.spoken(lang), lines.join("; "));
                text!(lang, "ingest.error.column_unclear", file = at(file), kind, row, lines)
            }
            Self::TwoTables { file, row, column } => {
                let column = column_letters(*column);
                text!(lang, "ingest.error.two_tables", file = at(file), row, column)
            }
            Self::NoInputs { folder } => text!(lang, "ingest.error.no_inputs", folder = at(folder)),
            Self::TooLarge { file } => text!(lang, "ingest.error.too_large", file = at(file)),
            Self::BadMap { text } => text!(lang, "ingest.error.bad_map", text),
            Self::UnusedMap { kind, field, header } => {
                let (kind, field) = (kind.name(), field.map_or("none", Field::name));
                text!(lang, "ingest.error.unused_map", kind, field, header)
            }
            Self::BadSynonyms { file, detail } => {
                text!(lang, "ingest.error.bad_synonyms", file = at(file), detail)
            }
        }
    }
}

/// The two answers about a column in doubt: that it is the field, or that it is none.
fn answers(kind: Kind, header: &str, field: Field, lang: Lang) -> String {
    let header = shown(&[header.to_owned()]);
    let (kind, field) = (kind.name(), field.name());
    text!(lang, "ingest.error.column_answers", header, kind, field)
}

/// A column, from 1, as spreadsheets name it: A, B, ..., AA.
fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// Fields with what they are called, as a message wants them.
fn wanted(fields: &[Field], lang: Lang) -> String {
    let word = |field: &Field| words::within(words::field(*field, lang));
    let called = |field: &Field| format!("{} ({})", field.name(), word(field));
    fields.iter().map(called).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        assert_eq!([1, 26, 27, 702, 703].map(column_letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
