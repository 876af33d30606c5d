//! The sentences of [`IngestError`]: what is wrong, where, and what to do.

use std::path::Path;

use super::{BINARY, IngestError, has_long_number};
use crate::domain::{Field, Kind, Lang};
use crate::ingest::sets::Product;

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
        let vi = lang == Lang::Vi;
        let at = |path: &Path| path.display().to_string();
        match self {
            Self::NotFound { file } if vi => {
                format!("Không tìm thấy tệp {}; hãy kiểm tra lại đường dẫn.", at(file))
            }
            Self::NotFound { file } => format!("There is no file {}; check the path.", at(file)),
            Self::IsFolder { file } if vi => {
                format!("{} là thư mục, không phải tệp; hãy chỉ rõ tệp dữ liệu trong thư mục.", at(file))
            }
            Self::IsFolder { file } => {
                format!("{} is a folder, not a file; name a data file in it.", at(file))
            }
            Self::Unreadable { file, detail } if vi => {
                format!(
                    "Không đọc được tệp {} ({detail}); hãy kiểm tra quyền đọc hoặc đóng chương trình đang mở tệp.",
                    at(file)
                )
            }
            Self::Unreadable { file, detail } => {
                format!(
                    "The file {} cannot be read ({detail}); check permissions, or close the program that holds it open.",
                    at(file)
                )
            }
            Self::ChangedWhileRead { file, vanished } if vi => format!(
                "Tệp {} {} trong khi đang đọc; hãy chạy lại khi việc chép tệp đã xong.",
                at(file),
                if *vanished { "bị xoá" } else { "bị thay đổi" }
            ),
            Self::ChangedWhileRead { file, vanished } => format!(
                "The file {} was {} while it was read; run again when it has been copied in whole.",
                at(file),
                if *vanished { "removed" } else { "changed" }
            ),
            Self::Empty { file } if vi => format!("Tệp {} không có dữ liệu; hãy trích xuất lại.", at(file)),
            Self::Empty { file } => format!("The file {} holds no data; export it again.", at(file)),
            Self::WrongFormat { file, recognised } if vi => format!(
                "Tệp {} không phải bảng dữ liệu đọc được mà là {}; hãy lưu lại dưới dạng .csv hoặc .xlsx.",
                at(file),
                match *recognised {
                    BINARY => "dữ liệu nhị phân",
                    "HTML" => "trang web không có bảng nào (HTML)",
                    "MHTML" => "trang web lưu thành một tệp (MHTML)",
                    other => other,
                }
            ),
            Self::WrongFormat { file, recognised } => format!(
                "The file {} is no table that can be read but {recognised}; save it as .csv or .xlsx.",
                at(file)
            ),
            Self::Damaged { file, format, detail } if vi => {
                format!(
                    "Tệp {} hỏng, không đọc được như {format} ({detail}); hãy sao chép hoặc trích xuất lại.",
                    at(file)
                )
            }
            Self::Damaged { file, format, detail } => {
                format!(
                    "The file {} is damaged and cannot be read as {format} ({detail}); copy or export it again.",
                    at(file)
                )
            }
            Self::Locked { file } if vi => {
                format!("Tệp {} có đặt mật khẩu; hãy mở tệp và lưu lại không có mật khẩu.", at(file))
            }
            Self::Locked { file } => {
                format!("The file {} is protected by a password; open it and save it without one.", at(file))
            }
            Self::NoSuchSheet { file, sheet, seen } if vi => {
                format!(
                    "Tệp {} không có trang tính \"{sheet}\"; các trang tính có trong tệp: {}.",
                    at(file),
                    shown(seen)
                )
            }
            Self::NoSuchSheet { file, sheet, seen } => {
                format!("The file {} has no sheet \"{sheet}\"; its sheets are: {}.", at(file), shown(seen))
            }
            Self::NoHeader { file } if vi => format!(
                "Không tìm thấy dòng tiêu đề cột trong tệp {}; hãy thêm một dòng tên cột (ví dụ: Họ và tên, Ngày sinh) phía trên dữ liệu.",
                at(file)
            ),
            Self::NoHeader { file } => format!(
                "No row of column headers was found in {}; put one (for example full_name, birth_date) above the data.",
                at(file)
            ),
            Self::MissingColumn { file, kind, fields, row, seen, likely } => {
                let field = fields.first().map_or("", |f| f.name());
                let likely = if likely.is_empty() { "\"…\"".to_owned() } else { shown(&likely[..1]) };
                let how = format!("--map {}.{field}={likely}", kind.name());
                let (file, seen, fields) = (at(file), shown(seen), wanted(fields, lang));
                if vi {
                    format!(
                        "Tệp {file} ({}), dòng tiêu đề {row}: thiếu cột {fields}; các cột có trong tệp: {seen}; nếu cột mang tên khác, hãy chỉ ra bằng {how}.",
                        kind.spoken(lang)
                    )
                } else {
                    format!(
                        "File {file} ({}), header row {row}: no column for {fields}; the columns seen are: {seen}; if one of them is it, say so with {how}.",
                        kind.spoken(lang)
                    )
                }
            }
            Self::KindUnclear { file, candidates, seen } => {
                let kinds: Vec<_> = candidates.iter().map(|k| k.name()).collect();
                let (file, seen, kinds) = (at(file), shown(seen), kinds.join(", "));
                match (vi, candidates.is_empty()) {
                    (true, true) => format!(
                        "Không nhận ra loại dữ liệu của tệp {file}; các cột có trong tệp: {seen}; hãy chỉ rõ loại khi chạy (residents, births, deaths, marriages, welfare, insurance)."
                    ),
                    (true, false) => format!(
                        "Không phân biệt được tệp {file} là loại nào trong {kinds}; các cột có trong tệp: {seen}; hãy chỉ rõ loại khi chạy."
                    ),
                    (false, true) => format!(
                        "The kind of the file {file} is not recognised; the columns seen are: {seen}; say which it is (residents, births, deaths, marriages, welfare, insurance)."
                    ),
                    (false, false) => format!(
                        "The file {file} may be any of {kinds}; the columns seen are: {seen}; say which it is."
                    ),
                }
            }
            Self::OtherSector { file, seen } => {
                let (file, seen) = (at(file), shown(seen));
                if vi {
                    format!(
                        "Tệp {file} là danh sách của một ngành khác, không thuộc loại nào đã biết; các cột có trong tệp: {seen}; hãy bỏ qua tệp bằng --ignore, hoặc chỉ rõ loại khi chạy (--welfare TỆP, --insurance TỆP, --list list=TỆP, …)."
                    )
                } else {
                    format!(
                        "The file {file} is a list of another sector, none of the kinds known; the columns seen are: {seen}; pass it over with --ignore, or say which kind it is (--welfare FILE, --insurance FILE, --list list=FILE, …)."
                    )
                }
            }
            Self::OwnOutput { file, product: Product::Workbook } if vi => format!(
                "Tệp {0} là sổ làm việc của chương trình, không phải dữ liệu; nếu đã ghi kết quả vào sổ, hãy nhận lại bằng lamsach decide import \"{0}\".",
                at(file)
            ),
            Self::OwnOutput { file, product: Product::Workbook } => format!(
                "The file {0} is a workbook of this program, no data; where results are typed into it, take them in with lamsach decide import \"{0}\".",
                at(file)
            ),
            Self::OwnOutput { file, .. } if vi => format!(
                "Tệp {} là kết quả của chương trình, không phải dữ liệu; hãy dùng tệp gốc của cơ quan.",
                at(file)
            ),
            Self::OwnOutput { file, .. } => {
                format!(
                    "The file {} is an output of this program, no data; use the office's own file.",
                    at(file)
                )
            }
            Self::TwoRegistries { files: (one, other), shared, fewer } => {
                let ignored = |file: &Path| {
                    let name = file.file_name().unwrap_or_default().to_string_lossy();
                    lang.pick(
                        format!(
                            "--ignore \"{name}\" (trong lamsach.toml, mục [inputs]: ignore = [\"{name}\"])"
                        ),
                        format!(
                            "--ignore \"{name}\" (in lamsach.toml under [inputs]: ignore = [\"{name}\"])"
                        ),
                    )
                };
                let (drop_one, drop_other) = (ignored(one), ignored(other));
                let (one, other) = (at(one), at(other));
                if vi {
                    format!(
                        "Tệp {one} và tệp {other} là một bản trích xuất dân cư ở hai thời điểm ({shared} trong {fewer} người của tệp ít hơn có trong cả hai); dùng tệp nào? Dùng {one}: {drop_other}; dùng {other}: {drop_one}."
                    )
                } else {
                    format!(
                        "The files {one} and {other} are one residents registry at two dates ({shared} of the {fewer} residents of the shorter one stand in both); which one counts? To use {one}: {drop_other}; to use {other}: {drop_one}."
                    )
                }
            }
            Self::ColumnUnclear { file, kind, row, columns } => {
                let lines: Vec<String> =
                    columns.iter().map(|(header, field)| answers(*kind, header, *field, lang)).collect();
                let (file, lines) = (at(file), lines.join("; "));
                if vi {
                    format!(
                        "Tệp {file} ({}), dòng tiêu đề {row}: có cột chưa rõ nghĩa, cần chỉ rõ trước khi chạy: {lines}.",
                        kind.spoken(lang)
                    )
                } else {
                    format!(
                        "File {file} ({}), header row {row}: it is not clear what some columns are; say so before the run: {lines}.",
                        kind.spoken(lang)
                    )
                }
            }
            Self::TwoTables { file, row, column } => {
                let (file, column) = (at(file), column_letters(*column));
                if vi {
                    format!(
                        "Tệp {file} có hai bảng trên một trang tính: bảng thứ hai bắt đầu ở dòng {row}, cột {column}; hãy tách bảng đó ra trang tính hoặc tệp riêng."
                    )
                } else {
                    format!(
                        "The file {file} has two tables on one sheet: the second begins at row {row}, column {column}; move it to a sheet or file of its own."
                    )
                }
            }
            Self::NoInputs { folder } if vi => {
                format!("Thư mục {} không có tệp dữ liệu nào đọc được (.csv, .xlsx, .parquet …).", at(folder))
            }
            Self::NoInputs { folder } => {
                format!("The folder {} holds no file that can be read (.csv, .xlsx, .parquet …).", at(folder))
            }
            Self::TooLarge { file } if vi => {
                format!("Tệp {} có quá nhiều dòng hoặc cột; hãy chia thành nhiều tệp.", at(file))
            }
            Self::TooLarge { file } => {
                format!("The file {} has too many rows or columns; split it into several.", at(file))
            }
            Self::BadMap { text } if vi => format!(
                "--map \"{text}\" không đúng; hãy viết loại.trường=\"Tên cột\", ví dụ births.birth_date=\"Ngày sinh cháu\"."
            ),
            Self::BadMap { text } => format!(
                "--map \"{text}\" is not understood; write kind.field=\"Header\", for example births.birth_date=\"Ngày sinh cháu\"."
            ),
            Self::UnusedMap { kind, field, header } => {
                let (kind, field) = (kind.name(), field.map_or("none", Field::name));
                if vi {
                    format!(
                        "--map {kind}.{field}=\"{header}\": không tệp {kind} nào có cột \"{header}\"; hãy viết đúng như dòng tiêu đề của tệp."
                    )
                } else {
                    format!(
                        "--map {kind}.{field}=\"{header}\": no {kind} file has a column \"{header}\"; write it as the header of the file does."
                    )
                }
            }
            Self::BadSynonyms { file, detail } if vi => {
                format!(
                    "Bảng tên cột {} không dùng được ({detail}); hãy sửa theo mẫu [births] birth_date = [\"Ngày sinh cháu\"].",
                    at(file)
                )
            }
            Self::BadSynonyms { file, detail } => {
                format!(
                    "The synonym table {} cannot be used ({detail}); write [births] birth_date = [\"Ngày sinh cháu\"].",
                    at(file)
                )
            }
        }
    }
}

/// The two answers about a column in doubt: that it is the field, or that it is none.
fn answers(kind: Kind, header: &str, field: Field, lang: Lang) -> String {
    let header = shown(&[header.to_owned()]);
    let (kind, field) = (kind.name(), field.name());
    lang.pick(
        format!("cột {header} có phải là {field} không? nếu phải: --map {kind}.{field}={header}, nếu không: --map {kind}.none={header}"),
        format!("is the column {header} the {field}? if so: --map {kind}.{field}={header}, if not: --map {kind}.none={header}"),
    )
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
    let list: Vec<String> = fields
        .iter()
        .map(|f| match (lang, field_label(*f)) {
            (Lang::Vi, Some(label)) => format!("{} ({label})", f.name()),
            _ => f.name().to_owned(),
        })
        .collect();
    list.join(", ")
}

/// What officers call a required field.
fn field_label(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::FullName => "họ và tên",
        Field::BirthDate => "ngày sinh",
        Field::Commune => "xã/phường",
        Field::DeathDate => "ngày chết",
        Field::HusbandName => "họ tên chồng",
        Field::WifeName => "họ tên vợ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        assert_eq!([1, 26, 27, 702, 703].map(column_letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
