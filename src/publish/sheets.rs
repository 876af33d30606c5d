//! What the sheets of all workbooks have in common: their formats, and A4 in landscape.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet};

/// Level of deflate: the default (6) takes twice the time for a tenth less on the disk.
pub(super) const COMPRESSION: u8 = 1;

/// The title of a sheet.
pub(super) fn title() -> Format {
    Format::new().set_bold().set_font_size(14)
}

/// What names the value beside it.
pub(super) fn label() -> Format {
    Format::new().set_bold()
}

/// Text, so that numbers with leading zeros stay as they are when somebody edits them.
pub(super) fn text(cell: Format) -> Format {
    cell.set_num_format("@")
}

/// A cell within thin grey lines.
pub(super) fn lined() -> Format {
    Format::new().set_border(FormatBorder::Thin).set_border_color(Color::RGB(0x00BF_BFBF))
}

/// The head of a column over cells of a format.
pub(super) fn header(cell: &Format) -> Format {
    cell.clone()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0x00D9_E2F3))
}

/// A4, landscape, one page wide and as many as it takes long.
pub(super) fn a4_landscape(sheet: &mut Worksheet) {
    const A4: u8 = 9;
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
}
