//! How the sheets of a workbook look.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet};

use crate::domain::Lang;
use crate::words::text;

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
            .set_align(FormatAlign::Top)
            .set_text_wrap()
            .set_border(FormatBorder::Thin)
            .set_border_color(line);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            label: Format::new().set_bold(),
            header: cell
                .clone()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0x00D9_E2F3)),
            // Text, so that numbers with leading zeros stay as they are when an officer edits them.
            text: cell.clone().set_num_format("@"),
            high: cell.clone().set_num_format("@").set_bold().set_font_color(Color::RGB(0x00C0_0000)),
            result: cell.set_background_color(Color::RGB(0x00FF_F9E5)),
        }
    }
}

/// A4, landscape, one page wide, with the page number at the foot.
pub(super) fn page_setup(sheet: &mut Worksheet, lang: Lang) {
    const A4: u8 = 9;
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer(text!(lang, "publish.sheet.footer"));
}
