//! How the sheets of a workbook look.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet};

use crate::domain::{Day, Lang};
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
        let line = Color::RGB(0x00BF_BFBF);
        let cell = Format::new()
            .set_font_size(SIZE)
            .set_align(FormatAlign::Top)
            .set_text_wrap()
            .set_border(FormatBorder::Thin)
            .set_border_color(line);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            label: Format::new().set_bold().set_font_size(SIZE),
            header: cell
                .clone()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0x00D9_E2F3)),
            // Text, so that numbers with leading zeros stay as they are when an officer edits them.
            text: cell.clone().set_num_format("@"),
            high: cell.clone().set_num_format("@").set_bold().set_font_color(Color::RGB(0x00C0_0000)),
            // Text too: a day typed here stays as it was typed.
            result: cell.set_num_format("@").set_background_color(Color::RGB(0x00FF_F9E5)),
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
    const A4: u8 = 9;
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.2, 0.2, 0.55, 0.7, 0.25, 0.25);
    let recipient: String = heads.recipient.replace('&', "&&").chars().take(100).collect();
    let (dated, cases) = (text!(lang, "terms.heading.as_of"), text!(lang, "publish.sheet.cases"));
    sheet.set_header(format!("&L{recipient}&C&A – {cases}&R{dated}: {}", heads.as_of));
    sheet.set_footer(text!(lang, "publish.sheet.signed_footer"));
}
