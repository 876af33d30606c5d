//! The shipped templates as lines of text, and the document that they make.
//!
//! `# ` is a heading, `~ ` a centred line in italics, `> ` a line to the right, `a || b` two columns of a head (the first of
//! such lines in bold), `| a | b |` a row of a table (the first one its header); any other line is a paragraph.

use quick_xml::escape::escape;

const BEGIN: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#;

/// A4, with the margins of Decree 30/2020, annex I: 20 mm above, below and right, 30 mm left.
const END: &str = r#"<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1701" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>"#;

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
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
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
            paragraph(line, Look { align: Some("both"), ..Look::default() }, &mut out);
        }
    }
    out.push_str(END);
    out
}

fn paragraph(text: &str, look: Look, out: &mut String) {
    let align = look.align.map_or_else(String::new, |align| format!("<w:jc w:val=\"{align}\"/>"));
    let weight = if look.bold { "<w:b/>" } else { "" };
    let slant = if look.italic { "<w:i/>" } else { "" };
    out.push_str(&format!(
        "<w:p><w:pPr><w:spacing w:before=\"60\" w:after=\"60\"/>{align}</w:pPr><w:r><w:rPr><w:rFonts w:ascii=\"Times New Roman\" \
         w:hAnsi=\"Times New Roman\" w:cs=\"Times New Roman\"/>{weight}{slant}<w:sz w:val=\"26\"/></w:rPr>\
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
    for (n, row) in rows.iter().enumerate() {
        // The header stands again on every page.
        out.push_str(if n == 0 { "<w:tr><w:trPr><w:tblHeader/></w:trPr>" } else { "<w:tr>" });
        for cell in row.trim().trim_matches('|').split('|') {
            out.push_str("<w:tc><w:tcPr/>");
            let align = if n == 0 { Some("center") } else { None };
            paragraph(cell, Look { align, bold: n == 0, italic: false }, out);
            out.push_str("</w:tc>");
        }
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
}
