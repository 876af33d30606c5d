//! Who is at the keyboard, as the system knows them, and why they look, as they say.

use super::printer;
use crate::domain::Lang;
use crate::store::mask_numbers;

/// The reason as the access log takes it. No line of the log is ever taken out again, so a number of a person
/// must not get into one.
pub(super) fn reason(given: Option<&str>, lang: Lang) -> String {
    let given = given.unwrap_or_default();
    let Some(masked) = mask_numbers(given) else { return given.to_owned() };
    printer::err(lang.pick(
        "Lý do có số giống số định danh; số đó được che trước khi ghi, vì nhật ký truy cập không xoá được.",
        "The reason holds a number like an ID; it is masked, because nothing can be erased from the access log.",
    ));
    masked
}

/// Says that somebody looked at personal data without a log to write that into.
pub(super) fn unrecorded(lang: Lang) {
    printer::err(lang.pick(
        "Lần xem này không ghi được vào nhật ký truy cập vì không biết thư mục kết quả nào; hãy thêm --out THƯ_MỤC.",
        "This look could not be recorded in an access log, as no output folder is known; add --out FOLDER.",
    ));
}
