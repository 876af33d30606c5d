//! The columns of a sheet that officers fill in. Name, code and hamlet come first and stay in sight; the result stands
//! beside them; what is printed fits an A4 page in landscape.

use crate::domain::Lang;
use crate::words::text;

/// A column.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Column {
    heading: fn(Lang) -> &'static str,
    /// Width in characters of the default font.
    pub(super) width: f64,
}

impl Column {
    const fn new(heading: fn(Lang) -> &'static str, width: f64) -> Self {
        Self { heading, width }
    }

    /// The heading.
    pub(crate) fn title(&self, lang: Lang) -> &'static str {
        (self.heading)(lang)
    }
}

/// How many columns there are.
pub(crate) const COUNT: usize = 21;

/// The columns, in order.
pub(crate) static COLUMNS: [Column; COUNT] = [
    Column::new(|lang| text!(lang, "terms.heading.name"), 17.0),
    Column::new(|lang| text!(lang, "terms.heading.code"), 8.0),
    Column::new(|lang| text!(lang, "publish.column.place"), 10.0),
    Column::new(|lang| text!(lang, "publish.column.result"), 13.0),
    Column::new(|lang| text!(lang, "terms.heading.note"), 11.0),
    Column::new(|lang| text!(lang, "terms.heading.title"), 24.0),
    Column::new(|lang| text!(lang, "terms.heading.born"), 9.0),
    Column::new(|lang| text!(lang, "terms.heading.number"), 11.0),
    Column::new(|lang| text!(lang, "terms.value.source"), 11.0),
    Column::new(|lang| text!(lang, "terms.value.registry"), 11.0),
    Column::new(|lang| text!(lang, "terms.value.proposed"), 11.0),
    Column::new(|lang| text!(lang, "terms.heading.deadline"), 9.0),
    Column::new(|lang| text!(lang, "terms.heading.status"), 15.0),
    Column::new(|lang| text!(lang, "publish.column.answered"), 28.0),
    Column::new(|lang| text!(lang, "terms.value.field"), 13.0),
    Column::new(|lang| text!(lang, "terms.heading.evidence"), 60.0),
    Column::new(|lang| text!(lang, "terms.heading.source"), 28.0),
    Column::new(|lang| text!(lang, "terms.heading.office"), 17.0),
    Column::new(|lang| text!(lang, "terms.heading.severity"), 10.0),
    Column::new(|lang| text!(lang, "terms.heading.case"), 22.0),
    Column::new(|lang| text!(lang, "publish.column.kept_note"), 14.0),
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
