//! The shipped templates as lines of text, and the document that they make.
//!
//! `# ` is a heading, `~ ` a centred line in italics, `> ` a line to the right, `a || b` two columns of a head (the first of
//! such lines in bold), `| a:20 | b:80 |` the header of a table with the widths of its columns in percent, `| a | b |` a row of
//! it; any other line is a paragraph. A first line `@landscape` turns the page.

use quick_xml::escape::escape;

const BEGIN: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#;

/// The margins of Decree 30/2020, annex I: 20 mm above, below and right, 30 mm left.
const MARGINS: &str = r#"<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1701" w:header="567" w:footer="567" w:gutter="0"/>"#;

/// A4, upright and turned.
const UPRIGHT: &str = r#"<w:pgSz w:w="11906" w:h="16838"/>"#;
const TURNED: &str = r#"<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>"#;

/// The line that turns the page.
const LANDSCAPE: &str = "@landscape";

/// Half points of the text, and of tables.
const TEXT: u8 = 26;
const TABLE: u8 = 22;

/// The first heading of a template, fields and all.
pub(super) fn title(text: &str) -> String {
    text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default().to_owned()
}

/// How a paragraph looks.
#[derive(Copy, Clone, Default)]
struct Look {
    align: Option<&'static str>,
    bold: bool,
    italic: bool,
}

/// The document of a template.
pub(super) fn document(text: &str) -> String {
    let mut out = String::from(BEGIN);
    let turned = text.starts_with(LANDSCAPE);
    let lines = text.lines().filter(|line| !line.trim().is_empty() && *line != LANDSCAPE);
    let mut lines = lines.peekable();
    while let Some(line) = lines.next() {
        let columns = |line: &str| line.contains("||");
        if line.starts_with('|') {
            let mut rows = vec![line];
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                rows.push(row);
            }
            table(&rows, &mut out);
        } else if columns(line) {
            let mut rows = vec![line];
            while let Some(row) = lines.next_if(|line| columns(line)) {
                rows.push(row);
            }
            head(&rows, &mut out);
        } else if let Some(heading) = line.strip_prefix("# ") {
            paragraph(heading, Look { align: Some("center"), bold: true, italic: false }, &mut out);
        } else if let Some(centred) = line.strip_prefix("~ ") {
            paragraph(centred, Look { align: Some("center"), bold: false, italic: true }, &mut out);
        } else if let Some(right) = line.strip_prefix("> ") {
            paragraph(right, Look { align: Some("right"), bold: false, italic: true }, &mut out);
        } else {
            // A line to be written on is not to be stretched.
            let align = if line.contains("………") { "left" } else { "both" };
            paragraph(line, Look { align: Some(align), ..Look::default() }, &mut out);
        }
    }
    let page = if turned { TURNED } else { UPRIGHT };
    out.push_str(&format!("<w:sectPr>{page}{MARGINS}</w:sectPr></w:body></w:document>"));
    out
}

fn paragraph(text: &str, look: Look, out: &mut String) {
    sized(text, look, TEXT, out);
}

fn sized(text: &str, look: Look, size: u8, out: &mut String) {
    let align = look.align.map_or_else(String::new, |align| format!("<w:jc w:val=\"{align}\"/>"));
    let weight = if look.bold { "<w:b/>" } else { "" };
    let slant = if look.italic { "<w:i/>" } else { "" };
    out.push_str(&format!(
        "<w:p><w:pPr><w:spacing w:before=\"60\" w:after=\"60\"/>{align}</w:pPr><w:r><w:rPr><w:rFonts w:ascii=\"Times New Roman\" \
         w:hAnsi=\"Times New Roman\" w:cs=\"Times New Roman\"/>{weight}{slant}<w:sz w:val=\"{size}\"/></w:rPr>\
         <w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
        escape(text.trim())
    ));
}

/// Rows without lines between them: who writes on the left, the state and its motto on the right.
fn head(rows: &[&str], out: &mut String) {
    out.push_str("<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/></w:tblPr>");
    for (n, row) in rows.iter().enumerate() {
        out.push_str("<w:tr>");
        for cell in row.split("||") {
            out.push_str("<w:tc><w:tcPr><w:tcW w:w=\"2500\" w:type=\"pct\"/></w:tcPr>");
            paragraph(cell, Look { align: Some("center"), bold: n == 0, italic: false }, out);
            out.push_str("</w:tc>");
        }
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
}

fn table(rows: &[&str], out: &mut String) {
    let line =
        |side: &str| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>");
    let lines: String = ["top", "left", "bottom", "right", "insideH", "insideV"].map(line).concat();
    out.push_str(&format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders>{lines}</w:tblBorders></w:tblPr>"
    ));
    let cells = |row: &str| row.trim().trim_matches('|').split('|').map(str::to_owned).collect::<Vec<_>>();
    let heads = rows.first().map(|row| cells(row)).unwrap_or_default();
    let heads: Vec<(&str, u32)> = heads
        .iter()
        .map(|head| {
            head.split_once(':')
                .map_or((head.as_str(), 0), |(head, width)| (head, width.trim().parse().unwrap_or(0)))
        })
        .collect();
    for (n, row) in rows.iter().enumerate() {
        // The header stands again on every page.
        out.push_str(if n == 0 { "<w:tr><w:trPr><w:tblHeader/></w:trPr>" } else { "<w:tr>" });
        for (at, cell) in cells(row).iter().enumerate() {
            let (head, percent) = heads.get(at).copied().unwrap_or_default();
            // Fiftieths of a percent.
            out.push_str(&format!("<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"pct\"/></w:tcPr>", percent * 50));
            let align = if n == 0 { Some("center") } else { None };
            let text = if n == 0 { head } else { cell };
            sized(text, Look { align, bold: n == 0, italic: false }, TABLE, out);
            out.push_str("</w:tc>");
        }
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
}
