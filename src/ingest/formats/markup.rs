//! Tables in markup: HTML that a sector's software saves under the name `.xls`, and XML Spreadsheet 2003.
//!
//! A spreadsheet opens either as a matter of course, so that nobody knows such files are no workbooks. The
//! tags are told by a tokenizer; what stands between them is put on a grid as a spreadsheet puts it: the
//! tables of a page one below another, a line of text beside them on a row of its own.

use std::io::Read;

use html5gum::{DefaultEmitter, IoReader, StartTag, Token, Tokenizer};

use super::cell_text::{write_iso, write_number};
use super::sheet::{MAX_COLUMNS, MAX_ROWS, Sheet};

use crate::vietnamese::ident::is_scientific;

/// The markup of a file.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Default)]
pub(in crate::ingest) enum Markup {
    /// HTML.
    #[default]
    Html,
    /// XML Spreadsheet 2003.
    Xml2003,
}

/// Reads the sheets of a file; none where it holds no table.
///
/// # Errors
/// What the stream says, or that a sheet has more rows or columns than can be.
pub(in crate::ingest) fn read_sheets(source: impl Read, markup: Markup) -> Result<Vec<Sheet>, String> {
    let mut emitter = DefaultEmitter::default();
    // In XML a `<Title>` is like any other element; in HTML no tag is looked for within it.
    emitter.naively_switch_states(markup == Markup::Html);
    let mut grid = Grid { markup, ..Grid::default() };
    for token in Tokenizer::new_with_emitter(IoReader::new(source), emitter) {
        match token.map_err(|error| error.to_string())? {
            Token::StartTag(tag) => grid.open(&tag)?,
            Token::EndTag(tag) => grid.close(&tag.name),
            Token::String(text) => grid.write(&text),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    grid.end_sheet();
    Ok(grid.sheets)
}

/// A name without its namespace: `ss:Cell`, lower case as the tokenizer gives it.
fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|b| *b == b':').next().unwrap_or(name)
}

/// Where reading stands.
#[derive(Default)]
struct Grid {
    markup: Markup,
    sheets: Vec<Sheet>,
    sheet: Sheet,
    /// Whether a cell was seen in the sheet: a page without one is no table.
    has_cells: bool,
    /// Rows passed, the one being read included.
    rows: u32,
    /// The row being read, and the columns passed of it.
    row: u32,
    column: u32,
    /// By column the number of rows below this one that a cell reaches down to.
    reaching: Vec<u32>,
    /// Within a row.
    in_row: bool,
    /// The cell being read: its width and height.
    cell: Option<(u32, u32)>,
    /// What the markup says that the cell is.
    value: Value,
    /// Text of the cell, or of a line beside the tables.
    text: Vec<u8>,
    /// Elements open whose text nobody sees.
    unseen: u32,
}

/// What a cell holds beside its text.
#[derive(Default)]
enum Value {
    #[default]
    Text,
    Number,
    Date,
    /// The number that the text shows shortened.
    Full(String),
}

impl Grid {
    fn open(&mut self, tag: &StartTag<()>) -> Result<(), String> {
        let attribute = |wanted: &[u8]| {
            let found = tag.attributes.iter().find(|(name, _)| local(name) == wanted);
            found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        };
        let number = |wanted: &[u8]| attribute(wanted)?.trim().parse::<u32>().ok();
        match (self.markup, local(&tag.name)) {
            (Markup::Html, b"script" | b"style" | b"title") if !tag.self_closing => self.unseen += 1,
            (Markup::Html, b"tr") => {
                self.end_row();
                self.begin_row(self.rows)?;
                let style = attribute(b"style").unwrap_or_default().replace(' ', "").to_lowercase();
                self.sheet.hidden += u64::from(style.contains("display:none"));
            }
            (Markup::Html, b"td" | b"th") => {
                if !self.in_row {
                    self.begin_row(self.rows)?;
                }
                let span = |wanted| number(wanted).unwrap_or(1).clamp(1, MAX_COLUMNS);
                self.begin_cell(None, span(b"colspan"), span(b"rowspan"))?;
                if let Some(full) = attribute(b"num").filter(|full| !full.is_empty()) {
                    self.value = Value::Full(full);
                }
            }
            (Markup::Html, b"br") => self.text.push(b'\n'),
            (Markup::Html, b"table" | b"p" | b"div" | b"h1" | b"h2" | b"h3" | b"h4" | b"center" | b"li") => {
                if self.cell.is_some() {
                    self.text.push(b'\n');
                } else {
                    self.end_line();
                }
            }
            (Markup::Xml2003, b"worksheet") => {
                self.end_sheet();
                self.sheet.name = attribute(b"name").unwrap_or_default();
            }
            (Markup::Xml2003, b"row") => {
                self.end_row();
                self.begin_row(number(b"index").map_or(self.rows, |index| index.saturating_sub(1)))?;
                self.sheet.hidden += u64::from(attribute(b"hidden").as_deref() == Some("1"));
                // Rows below that look the same and hold nothing.
                self.rows = self.rows.saturating_add(number(b"span").unwrap_or(0).min(MAX_ROWS));
                if tag.self_closing {
                    self.end_row();
                }
            }
            (Markup::Xml2003, b"cell") if self.in_row => {
                let more = |wanted| number(wanted).unwrap_or(0).min(MAX_COLUMNS) + 1;
                let column = number(b"index").map(|index| index.saturating_sub(1));
                self.begin_cell(column, more(b"mergeacross"), more(b"mergedown"))?;
                if tag.self_closing {
                    self.end_cell();
                }
            }
            (Markup::Xml2003, b"data") if self.unseen == 0 => {
                self.text.clear();
                self.value = match attribute(b"type").as_deref() {
                    Some("Number") => Value::Number,
                    Some("DateTime") => Value::Date,
                    _ => Value::Text,
                };
            }
            (Markup::Xml2003, b"comment") => self.unseen += u32::from(!tag.self_closing),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &[u8]) {
        match (self.markup, local(name)) {
            (Markup::Html, b"script" | b"style" | b"title") | (Markup::Xml2003, b"comment") => {
                self.unseen = self.unseen.saturating_sub(1);
            }
            (Markup::Html, b"td" | b"th") | (Markup::Xml2003, b"cell") => self.end_cell(),
            (Markup::Html, b"tr") | (_, b"table") | (Markup::Xml2003, b"row") => self.end_row(),
            (Markup::Html, b"p" | b"div" | b"h1" | b"h2" | b"h3" | b"h4" | b"center" | b"li")
                if self.cell.is_none() =>
            {
                self.end_line();
            }
            _ => {}
        }
    }

    fn write(&mut self, text: &[u8]) {
        let beside = self.markup == Markup::Html && !self.in_row;
        if self.unseen > 0 || (self.cell.is_none() && !beside) {
            return;
        }
        if self.markup == Markup::Xml2003 {
            self.text.extend_from_slice(text);
            return;
        }
        // Lines of the source are blanks; lines of the cell are said by tags.
        self.text.extend(text.iter().map(|b| if b.is_ascii_whitespace() { b' ' } else { *b }));
    }

    fn begin_row(&mut self, row: u32) -> Result<(), String> {
        self.end_line();
        if row > MAX_ROWS {
            return Err(format!("more than {MAX_ROWS} rows"));
        }
        for _ in self.rows..=row {
            self.reaching.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        }
        self.row = row.max(self.rows);
        self.rows = self.row + 1;
        self.column = 0;
        self.in_row = true;
        Ok(())
    }

    fn end_row(&mut self) {
        self.end_cell();
        self.in_row = false;
        self.text.clear();
    }

    fn begin_cell(&mut self, column: Option<u32>, width: u32, height: u32) -> Result<(), String> {
        self.end_cell();
        self.column = match column {
            Some(column) => column.max(self.column),
            // A cell that reaches down from above stands in the way.
            None => {
                let taken = |column: u32| self.reaching.get(column as usize).is_some_and(|rows| *rows > 0);
                (self.column..).find(|column| !taken(*column)).unwrap_or(self.column)
            }
        };
        if self.column.saturating_add(width) > MAX_COLUMNS {
            return Err(format!("more than {MAX_COLUMNS} columns"));
        }
        let end = (self.column + width) as usize;
        if height > 1 && self.markup == Markup::Html {
            self.reaching.resize(self.reaching.len().max(end), 0);
            self.reaching[self.column as usize..end].fill(height);
        }
        self.has_cells = true;
        self.cell = Some((width, height));
        self.text.clear();
        self.value = Value::Text;
        Ok(())
    }

    fn end_cell(&mut self) {
        let Some((width, height)) = self.cell.take() else { return };
        let (row, column) = (self.row, self.column);
        self.column += width;
        let text = seen(&self.text);
        self.text.clear();
        match std::mem::take(&mut self.value) {
            Value::Number => match text.trim().parse::<f64>() {
                Ok(number) => write_number(number, &mut self.sheet.text),
                Err(_) => self.sheet.text.push_str(&text),
            },
            Value::Date => write_iso(text.trim(), &mut self.sheet.text),
            Value::Full(full) if is_scientific(&text) => self.sheet.text.push_str(&full),
            Value::Text | Value::Full(_) => self.sheet.text.push_str(&text),
        }
        self.sheet.end_cell(row, column);
        if height > 1 {
            let end = (row.saturating_add(height - 1), column + width - 1);
            self.sheet.merges.push(((row, column), end));
        }
    }

    /// A line of text beside the tables is a row.
    fn end_line(&mut self) {
        if self.in_row {
            return;
        }
        let text = seen(&self.text);
        self.text.clear();
        if !text.is_empty() && self.rows < MAX_ROWS {
            self.sheet.text.push_str(&text);
            self.sheet.end_cell(self.rows, 0);
            self.rows += 1;
        }
    }

    fn end_sheet(&mut self) {
        self.end_row();
        let sheet = std::mem::take(&mut self.sheet);
        if std::mem::take(&mut self.has_cells) {
            self.sheets.push(sheet);
        }
        self.rows = 0;
        self.reaching.clear();
    }
}

/// Text as it is seen: blanks run together, none at the ends of lines.
fn seen(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let lines = text.split('\n').map(|line| {
        let words: Vec<&str> = line.split([' ', '\t', '\r']).filter(|word| !word.is_empty()).collect();
        words.join(" ")
    });
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(markup: Markup, text: &str) -> Vec<String> {
        let sheets = read_sheets(text.as_bytes(), markup).unwrap();
        let all = sheets.iter().flat_map(|sheet| {
            let cells = sheet.cells().map(|(row, column, text)| format!("{row},{column} {text}"));
            cells.chain([format!("{} {:?} {}", sheet.name, sheet.merges, sheet.hidden)])
        });
        all.collect()
    }

    #[test]
    fn a_page_with_tables() {
        let page = "<html><head><title>x<b></title><style>td{}</style></head><body><h2>DANH SÁCH</h2>\
            <table><tr><td colspan=2>Xã A<td rowspan='2'>Hộ\n  1<tr style='display: none'><td>1<td>An&nbsp;B&#7885;<br>x\
            </table>cuối<p><table><tr><td x:num=\"79060000001\">7.9E+10</td><td></td><td>2</td></tr></table></html>";
        let got = rows(Markup::Html, page);
        let wanted = [
            "0,0 DANH SÁCH",
            "1,0 Xã A",
            "1,2 Hộ 1",
            "2,0 1",
            "2,1 An\u{a0}Bọ\nx",
            "3,0 cuối",
            "4,0 79060000001",
            "4,2 2",
            " [((1, 2), (2, 2))] 1",
        ];
        assert_eq!(got, wanted);
        assert_eq!(rows(Markup::Html, "<html><body>Phiên làm việc đã hết hạn</body></html>"), [""; 0]);
        let wide = "<tr><td colspan=9999><td colspan=9999>x";
        assert!(read_sheets(wide.as_bytes(), Markup::Html).is_err());
    }

    #[test]
    fn a_spreadsheet_of_2003() {
        let text = "<?xml version=\"1.0\"?><Workbook xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">\
            <DocumentProperties><Title>x</Title></DocumentProperties><Worksheet ss:Name=\"DS\"><Table>\
            <Row ss:Index=\"2\"><Cell ss:MergeDown=\"1\"><Data ss:Type=\"String\">An &amp; B</Data></Cell>\
            <Cell ss:Index=\"4\"><Data ss:Type=\"Number\">3.8060000001E10</Data><Comment><Data>no</Data></Comment></Cell></Row>\
            <Row ss:Hidden=\"1\" ss:Span=\"1\"/><Row>\n<Cell/><Cell><Data ss:Type=\"DateTime\">1960-03-05T00:00:00.000</Data></Cell>\
            </Row></Table></Worksheet><Worksheet ss:Name=\"x\"/></Workbook>";
        let wanted = ["1,0 An & B", "1,3 38060000001", "4,1 05/03/1960", "DS [((1, 0), (2, 0))] 1"];
        assert_eq!(rows(Markup::Xml2003, text), wanted);
    }
}
