//! How the sheets of a workbook look.

use rust_xlsxwriter::{Color, Format, FormatAlign, Worksheet};

use crate::domain::{Day, Lang};
use crate::publish::sheets;
use crate::words::text;

/// Point size of the cells: what is printed is read by people of all ages.
const SIZE: f64 = 9.5;

/// Formats shared by the sheets of a workbook.
pub(super) struct Style {
    pub(super) title: Format,
    pub(super) label: Format,
    pub(super) header: Format,
    pub(super) text: Format,
    pub(super) high: Format,
    pub(super) result: Format,
}

impl Style {
    pub(super) fn new() -> Self {
        let cell = sheets::lined().set_font_size(SIZE).set_align(FormatAlign::Top).set_text_wrap();
        let text = sheets::text(cell.clone());
        Self {
            title: sheets::title(),
            label: sheets::label().set_font_size(SIZE),
            header: sheets::header(&cell),
            high: text.clone().set_bold().set_font_color(Color::RGB(0x00C0_0000)),
            // A day typed here stays as it was typed.
            result: text.clone().set_background_color(Color::RGB(0x00FF_F9E5)),
            text,
        }
    }
}

/// What stands above and below each printed page.
pub(super) struct Heads<'a> {
    /// Whom the workbook is for.
    pub(super) recipient: &'a str,
    /// The as-of date.
    pub(super) as_of: Day,
}

/// A4, landscape, one page wide; commune or office and date above each page, room to sign and the page's number below.
pub(super) fn page_setup(sheet: &mut Worksheet, heads: &Heads<'_>, lang: Lang) {
    sheets::a4_landscape(sheet);
    sheet.set_margins(0.2, 0.2, 0.55, 0.7, 0.25, 0.25);
    let recipient: String = heads.recipient.replace('&', "&&").chars().take(100).collect();
    let (dated, cases) = (text!(lang, "terms.heading.as_of"), text!(lang, "publish.sheet.cases"));
    sheet.set_header(format!("&L{recipient}&C&A – {cases}&R{dated}: {}", heads.as_of));
    sheet.set_footer(text!(lang, "publish.sheet.signed_footer"));
}
