//! The columns of a sheet that officers fill in. Name, code and hamlet come first and stay in sight; the result stands
//! beside them; what is printed fits an A4 page in landscape.

use crate::domain::Lang;

/// A column.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Column {
    /// The heading in Vietnamese.
    pub(crate) vi: &'static str,
    /// The heading in English.
    pub(crate) en: &'static str,
    /// Width in characters of the default font.
    pub(super) width: f64,
}

impl Column {
    const fn new(vi: &'static str, en: &'static str, width: f64) -> Self {
        Self { vi, en, width }
    }

    /// The heading.
    pub(super) fn title(&self, lang: Lang) -> &'static str {
        lang.pick(self.vi, self.en)
    }
}

/// How many columns there are.
pub(crate) const COUNT: usize = 21;

/// The columns, in order.
pub(crate) const COLUMNS: [Column; COUNT] = [
    Column::new("Họ và tên", "Name", 17.0),
    Column::new("Mã lỗi", "Code", 8.0),
    Column::new("Thôn/Xã", "Hamlet/commune", 10.0),
    Column::new("Kết quả xử lý", "Result", 13.0),
    Column::new("Ghi chú", "Note", 11.0),
    Column::new("Nội dung", "Title", 24.0),
    Column::new("Ngày sinh", "Born", 9.0),
    Column::new("Số định danh", "Personal ID", 11.0),
    Column::new("Giá trị nguồn", "Source value", 11.0),
    Column::new("Giá trị dân cư", "Registry value", 11.0),
    Column::new("Đề xuất", "Proposed", 11.0),
    Column::new("Hạn xử lý", "Deadline", 9.0),
    Column::new("Trạng thái", "Status", 15.0),
    Column::new("Trả lời trước", "Earlier answer", 28.0),
    Column::new("Trường", "Field", 13.0),
    Column::new("Căn cứ", "Evidence", 60.0),
    Column::new("Nguồn", "Source", 28.0),
    Column::new("Đơn vị xử lý", "Office", 17.0),
    Column::new("Mức độ", "Severity", 10.0),
    Column::new("Mã trường hợp", "Case number", 22.0),
    Column::new("Ghi chú đã ghi", "Note as kept", 14.0),
];

/// Where the columns are.
pub(crate) mod at {
    /// How many columns stay in sight: name, code and hamlet.
    pub(crate) const FROZEN: u16 = 3;
    /// The name.
    pub(crate) const NAME: usize = 0;
    /// The code of the finding.
    pub(crate) const CODE: usize = 1;
    /// Hamlet, or hamlet and commune.
    pub(crate) const PLACE: usize = 2;
    /// The officer's result.
    pub(crate) const RESULT: usize = 3;
    /// The officer's remark.
    pub(crate) const NOTE: usize = 4;
    /// What is wrong.
    pub(crate) const TITLE: usize = 5;
    /// The date of birth.
    pub(crate) const BORN: usize = 6;
    /// The personal ID.
    pub(crate) const NUMBER: usize = 7;
    /// The value of the extract.
    pub(crate) const SOURCE_VALUE: usize = 8;
    /// The value of the registry.
    pub(crate) const REGISTRY_VALUE: usize = 9;
    /// The value proposed.
    pub(crate) const PROPOSED: usize = 10;
    /// By when it is to be done; the last column that is printed.
    pub(crate) const DEADLINE: usize = 11;
    /// What became of it.
    pub(crate) const STATUS: usize = 12;
    /// What was answered before.
    pub(crate) const ANSWERED: usize = 13;
    /// Which value it is about.
    pub(crate) const FIELD: usize = 14;
    /// What lets an officer decide.
    pub(crate) const EVIDENCE: usize = 15;
    /// File and row.
    pub(crate) const SOURCE: usize = 16;
    /// Who must act.
    pub(crate) const OFFICE: usize = 17;
    /// How grave it is.
    pub(crate) const SEVERITY: usize = 18;
    /// Hidden: what ties a line to its finding.
    pub(crate) const CASE: usize = 19;
    /// Hidden: the remark as the program wrote it, so that it can be told whether somebody changed it since.
    pub(crate) const KEPT_NOTE: usize = 20;
}

/// The cells of a line.
pub(crate) type Cells<T> = [T; COUNT];
