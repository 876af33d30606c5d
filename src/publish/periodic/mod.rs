//! The reports that officers owe, weekly and monthly: what was found, mended and stands, by the lines of the
//! plans, by pillar, unit, commune and age, against the period before. Counts alone, no person.

mod asked;
mod figures;
mod grounds;
mod indicators;
mod lines;
mod official;
mod page;
mod period;
mod workbook;

use jiff::Timestamp;

pub use asked::ReportError;
pub use figures::{Cell, Commune, Figures, Group, Tally};
use grounds::Grounds;
pub use period::{Bounds, Period};

use super::PublishError;
use crate::domain::{Lang, Letterhead, Pillar};
use crate::findings::catalogue::Office;
use crate::store::FindingStatus;
use crate::words::{grouped, moment, percent, text};

/// A report, ready to be written.
#[derive(Debug)]
pub struct PeriodReport {
    period: Period,
    bounds: Bounds,
    /// Whether the period is still going on.
    open: bool,
    due: String,
    previous: Period,
    figures: Figures,
    grounds: Grounds,
    letterhead: Letterhead,
    /// The communes that it is about; all where there is none.
    communes: Vec<String>,
    lang: Lang,
}

impl PeriodReport {
    /// Whether there was a run in the period: without one there is nothing to report, and nothing is said to be none.
    pub fn has_runs(&self) -> bool {
        self.figures.runs > 0
    }

    /// All groups as one.
    pub fn total(&self) -> Tally {
        self.figures.by(|_| ()).remove(&()).unwrap_or_default().now
    }

    /// The workbook.
    ///
    /// # Errors
    /// [`PublishError::Page`] where the workbook cannot be put together, such as for a sheet with more rows than a
    /// sheet may have.
    pub fn workbook(&self) -> Result<Vec<u8>, PublishError> {
        workbook::make(self)
    }

    /// The page.
    ///
    /// # Errors
    /// [`PublishError::Page`] where the template cannot be filled in.
    pub fn page(&self) -> Result<String, PublishError> {
        page::render(self)
    }

    /// The document of a word processor.
    ///
    /// # Errors
    /// [`PublishError::Page`] where the document cannot be put together.
    pub fn document(&self) -> Result<Vec<u8>, PublishError> {
        official::docx(self)
    }

    /// The period, and the communes where it is not all of them.
    fn subtitle(&self) -> String {
        let period = self.period.title(self.lang);
        if self.communes.is_empty() {
            return period;
        }
        let named = |code: &String| {
            let known = self.figures.groups.keys().find(|group| group.commune.0 == *code);
            known.map_or_else(|| code.clone(), |group| group.commune.1.clone())
        };
        let communes: Vec<String> = self.communes.iter().map(named).collect();
        format!("{period} · {}", communes.join(", "))
    }

    fn title(&self) -> &'static str {
        text!(self.lang, "publish.periodic.title")
    }

    /// Facts on the period, each a label and a text.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let lang = self.lang;
        let [from, to] = [&self.bounds.from, &self.bounds.to].map(|at| moment(at, lang));
        let span = if self.open {
            text!(lang, "publish.periodic.open_from_to", from, to)
        } else {
            text!(lang, "publish.periodic.from_to", from, to)
        };
        let runs = grouped(self.figures.runs, lang);
        let runs = match &self.figures.last_run {
            Some((name, as_of)) if self.has_runs() => {
                text!(lang, "publish.periodic.runs_and_last", runs, name, as_of)
            }
            _ => text!(lang, "publish.periodic.no_run").to_string(),
        };
        vec![
            (text!(lang, "publish.periodic.period"), format!("{}, {span}", self.period.title(lang))),
            (text!(lang, "publish.periodic.against"), self.previous.title(lang)),
            (text!(lang, "publish.periodic.due"), self.due.clone()),
            (text!(lang, "terms.heading.run"), runs),
        ]
    }

    /// The tables of the summary: by the lines of the plans, by pillar, by unit.
    fn tables(&self) -> Vec<Table> {
        vec![self.by_line(), self.by_pillar(), self.by_office(), self.by_commune()]
    }

    fn by_line(&self) -> Table {
        let lang = self.lang;
        let mut sums = self.figures.by(|group| lines::of(group.code));
        let rows = lines::all().iter().enumerate().map(|(at, line)| {
            (vec![line.text(lang).to_string()], sums.remove(&Some(at)).unwrap_or_default())
        });
        let title = text!(lang, "publish.periodic.by_line");
        Table::new(title, vec![text!(lang, "publish.periodic.line")], rows.collect())
    }

    fn by_pillar(&self) -> Table {
        let lang = self.lang;
        let mut sums = self.figures.by(|group| group.code.pillar);
        let rows = Pillar::ALL
            .map(|pillar| (vec![pillar.title().to_string()], sums.remove(&pillar).unwrap_or_default()));
        Table::new(
            text!(lang, "publish.periodic.by_pillar"),
            vec![text!(lang, "terms.heading.pillar")],
            rows.into(),
        )
    }

    fn by_office(&self) -> Table {
        let lang = self.lang;
        let mut sums = self.figures.by(|group| group.office);
        let shown = |office: &Office| office.is_always_shown() || sums.contains_key(office);
        let shown: Vec<Office> = Office::all().filter(shown).collect();
        let row =
            |office: Office| (vec![office.title(lang).to_string()], sums.remove(&office).unwrap_or_default());
        let rows: Vec<_> = shown.into_iter().map(row).collect();
        let title = text!(lang, "publish.table.by_office");
        Table::new(title, vec![text!(lang, "terms.heading.office")], rows)
    }

    fn by_commune(&self) -> Table {
        let lang = self.lang;
        let sums = self.figures.by(|group| group.commune.clone());
        let rows = sums.into_iter().map(|(commune, cell)| (self.commune(commune), cell));
        let headings = vec![text!(lang, "publish.table.code"), text!(lang, "terms.heading.commune")];
        Table::new(text!(lang, "publish.table.by_commune"), headings, rows.collect())
    }

    /// Every commune by unit and pillar.
    fn details(&self) -> Table {
        let lang = self.lang;
        let sums = self.figures.by(|group| (group.commune.clone(), group.office, group.code.pillar));
        let rows = sums.into_iter().map(|((commune, office, pillar), cell)| {
            let mut labels = self.commune(commune);
            labels.push(office.title(lang).to_string());
            labels.push(pillar.title().to_string());
            (labels, cell)
        });
        let headings = [
            text!(lang, "publish.table.code"),
            text!(lang, "terms.heading.commune"),
            text!(lang, "terms.heading.office"),
            text!(lang, "terms.heading.pillar"),
        ];
        let title = text!(lang, "publish.periodic.by_commune_office_pillar");
        Table::new(title, headings.into(), rows.collect())
    }

    fn commune(&self, (code, name): Commune) -> Vec<String> {
        let unknown = code.is_empty() && name.is_empty();
        let name = if unknown { text!(self.lang, "terms.place.unknown").to_string() } else { name };
        vec![code, name]
    }

    /// Outstanding cases by pillar and class of age.
    fn ages(&self) -> Ages {
        let mut sums = self.figures.by(|group| group.code.pillar);
        let rows = Pillar::ALL.map(|pillar| {
            let cell = sums.remove(&pillar).unwrap_or_default();
            (pillar.title(), cell.ages)
        });
        let mut total = [0; 5];
        for (_, ages) in &rows {
            total.iter_mut().zip(ages).for_each(|(sum, n)| *sum += n);
        }
        Ages { rows: rows.into(), total }
    }
}

/// A table: rows with their labels and figures, and their sum.
struct Table {
    title: &'static str,
    /// Headings of the labels.
    headings: Vec<&'static str>,
    rows: Vec<(Vec<String>, Cell)>,
    total: Cell,
}

impl Table {
    fn new(title: &'static str, headings: Vec<&'static str>, rows: Vec<(Vec<String>, Cell)>) -> Self {
        let mut total = Cell::default();
        rows.iter().for_each(|(_, cell)| total.add(cell));
        Self { title, headings, rows, total }
    }
}

/// Outstanding cases by pillar and class of age, and their sum.
struct Ages {
    rows: Vec<(&'static str, [u64; 5])>,
    total: [u64; 5],
}

/// A figure of a table.
enum Figure {
    Count(u64),
    /// A difference against the period before.
    Change(i64),
    Share(Option<f64>),
}

impl Figure {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Count(n) => grouped(*n, lang),
            Self::Change(0) => "0".to_string(),
            Self::Change(n) => {
                format!("{}{}", if *n < 0 { "−" } else { "+" }, grouped(n.unsigned_abs(), lang))
            }
            Self::Share(None) => "–".to_string(),
            Self::Share(Some(share)) => percent(*share, lang),
        }
    }
}

/// A column of figures: its group, its heading, and the figure.
struct Column {
    group: &'static str,
    heading: &'static str,
    figure: fn(&Cell) -> Figure,
}

/// The columns of every table, in the order and wording of the plans.
fn columns(lang: Lang) -> Vec<Column> {
    let found = text!(lang, "publish.periodic.cases");
    let treated = text!(lang, "publish.periodic.done");
    let standing = text!(lang, "publish.periodic.outstanding");
    let against = text!(lang, "publish.periodic.change");
    let column = |group, heading, figure| Column { group, heading, figure };
    vec![
        column(found, text!(lang, "publish.periodic.before"), |c| Figure::Count(c.now.before)),
        column(found, text!(lang, "publish.periodic.new"), |c| Figure::Count(c.now.raised)),
        column(found, FindingStatus::Reopened.title(lang), |c| Figure::Count(c.now.reopened)),
        column(found, text!(lang, "publish.table.sum"), |c| Figure::Count(c.now.cases())),
        column(treated, FindingStatus::Resolved.title(lang), |c| Figure::Count(c.now.resolved)),
        column(treated, FindingStatus::Rejected.title(lang), |c| Figure::Count(c.now.rejected)),
        column(treated, text!(lang, "publish.periodic.share_resolved"), |c| {
            Figure::Share(c.now.share_resolved())
        }),
        column(standing, text!(lang, "terms.heading.total"), |c| Figure::Count(c.now.outstanding)),
        column(standing, text!(lang, "publish.periodic.overdue"), |c| Figure::Count(c.now.overdue)),
        column(against, text!(lang, "publish.periodic.new"), |c| change(c.now.raised, c.previous.raised)),
        column(against, FindingStatus::Resolved.title(lang), |c| change(c.now.resolved, c.previous.resolved)),
        column(against, text!(lang, "publish.periodic.outstanding"), |c| {
            change(c.now.outstanding, c.previous.outstanding)
        }),
    ]
}

fn change(now: u64, before: u64) -> Figure {
    Figure::Change(now as i64 - before as i64)
}

/// Groups of columns with the number of columns in each.
fn groups(columns: &[Column]) -> Vec<(&'static str, usize)> {
    let mut groups: Vec<(&'static str, usize)> = Vec::new();
    for column in columns {
        match groups.last_mut() {
            Some((group, width)) if *group == column.group => *width += 1,
            _ => groups.push((column.group, 1)),
        }
    }
    groups
}

/// The moment of a report: the end of its period, for properties of files that must not tell of the clock.
fn dated(report: &PeriodReport) -> Timestamp {
    report.bounds.to.timestamp()
}
