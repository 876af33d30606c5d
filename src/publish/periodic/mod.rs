//! The reports that officers owe, weekly and monthly: what was found, mended and stands, by the lines of the
//! plans, by pillar, unit, commune and age, against the period before. Counts alone, no person.

mod figures;
mod lines;
mod page;
mod period;
mod workbook;

use jiff::Timestamp;

pub use figures::{Cell, Commune, Figures, Group, Tally};
pub use period::{Bounds, Period};

use super::PublishError;
use super::labels::{grouped, percent};
use crate::domain::{Lang, Pillar, ReportSettings};
use crate::findings::catalogue::Office;

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
    lang: Lang,
}

impl PeriodReport {
    /// Puts the figures of a period together.
    pub fn new(
        (period, bounds, open): (Period, Bounds, bool),
        previous: Period,
        figures: Figures,
        settings: &ReportSettings,
        lang: Lang,
    ) -> Self {
        let due = period.due(settings).map(period::day).unwrap_or_default();
        Self { period, bounds, open, due, previous, figures, lang }
    }

    /// All groups as one.
    pub fn total(&self) -> Tally {
        self.figures.by(|_| ()).remove(&()).unwrap_or_default().now
    }

    /// The workbook.
    pub fn workbook(&self) -> Result<Vec<u8>, PublishError> {
        workbook::make(self)
    }

    /// The page.
    pub fn page(&self) -> Result<String, PublishError> {
        page::render(self)
    }

    fn title(&self) -> &'static str {
        self.lang
            .pick("BÁO CÁO KẾT QUẢ LÀM SẠCH DỮ LIỆU DÂN CƯ", "REPORT ON THE CLEANING OF POPULATION RECORDS")
    }

    /// Facts on the period, each a label and a text.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let lang = self.lang;
        let moment = |at| period::moment(at, lang);
        let span = lang.pick(
            format!("từ {} đến {}", moment(&self.bounds.from), moment(&self.bounds.to)),
            format!("{} to {}", moment(&self.bounds.from), moment(&self.bounds.to)),
        );
        let span = match (self.open, lang) {
            (false, _) => span,
            (true, Lang::Vi) => format!("{span} (chưa hết kỳ, số liệu tạm tính)"),
            (true, Lang::En) => format!("{span} (not over yet, provisional)"),
        };
        let runs = grouped(self.figures.runs, lang);
        let runs = match &self.figures.last_run {
            Some((name, as_of)) => lang.pick(
                format!("{runs} lượt; lượt cuối {name}, ngày đối soát {as_of}"),
                format!("{runs}; the last {name}, as of {as_of}"),
            ),
            None => lang.pick("chưa có lượt chạy nào", "no run yet").to_string(),
        };
        vec![
            (lang.pick("Kỳ báo cáo", "Period"), format!("{}, {span}", self.period.title(lang))),
            (lang.pick("So với", "Against"), self.previous.title(lang)),
            (lang.pick("Hạn báo cáo", "Due"), self.due.clone()),
            (lang.pick("Lượt đối soát", "Runs"), runs),
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
        let title = lang.pick("Theo chỉ tiêu của kế hoạch", "By the lines of the plan");
        Table::new(title, vec![lang.pick("Nội dung", "Line")], rows.collect())
    }

    fn by_pillar(&self) -> Table {
        let lang = self.lang;
        let mut sums = self.figures.by(|group| group.code.pillar);
        let rows = Pillar::ALL
            .map(|pillar| (vec![pillar.title().to_string()], sums.remove(&pillar).unwrap_or_default()));
        Table::new(
            lang.pick("Theo tiêu chí", "By pillar"),
            vec![lang.pick("Tiêu chí", "Pillar")],
            rows.into(),
        )
    }

    fn by_office(&self) -> Table {
        let lang = self.lang;
        let mut sums = self.figures.by(|group| group.office);
        let rows = Office::ALL
            .map(|office| (vec![office.title(lang).to_string()], sums.remove(&office).unwrap_or_default()));
        let title = lang.pick("Theo đơn vị chịu trách nhiệm", "By responsible unit");
        Table::new(title, vec![lang.pick("Đơn vị", "Unit")], rows.into())
    }

    fn by_commune(&self) -> Table {
        let lang = self.lang;
        let sums = self.figures.by(|group| group.commune.clone());
        let rows = sums.into_iter().map(|(commune, cell)| (self.commune(commune), cell));
        let headings = vec![lang.pick("Mã", "Code"), lang.pick("Xã, phường", "Commune")];
        Table::new(lang.pick("Theo xã, phường", "By commune"), headings, rows.collect())
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
        let headings =
            lang.pick(["Mã", "Xã, phường", "Đơn vị", "Tiêu chí"], ["Code", "Commune", "Unit", "Pillar"]);
        let title = lang.pick("Theo xã, đơn vị và tiêu chí", "By commune, unit and pillar");
        Table::new(title, headings.into(), rows.collect())
    }

    fn commune(&self, (code, name): Commune) -> Vec<String> {
        let unknown = code.is_empty() && name.is_empty();
        let name = if unknown { self.lang.pick("(chưa rõ)", "(not known)").to_string() } else { name };
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
    let found = lang.pick("Số trường hợp sai lệch", "Cases");
    let treated = lang.pick("Kết quả trong kỳ", "Done in the period");
    let standing = lang.pick("Còn tồn", "Outstanding");
    let against = lang.pick("So với kỳ trước", "Against the period before");
    let column = |group, heading, figure| Column { group, heading, figure };
    vec![
        column(found, lang.pick("Tồn đầu kỳ", "Before"), |c| Figure::Count(c.now.before)),
        column(found, lang.pick("Mới phát hiện", "New"), |c| Figure::Count(c.now.raised)),
        column(found, lang.pick("Phát sinh lại", "Again"), |c| Figure::Count(c.now.reopened)),
        column(found, lang.pick("Cộng", "Sum"), |c| Figure::Count(c.now.cases())),
        column(treated, lang.pick("Đã làm sạch", "Mended"), |c| Figure::Count(c.now.resolved)),
        column(treated, lang.pick("Không sai", "No error"), |c| Figure::Count(c.now.rejected)),
        column(treated, lang.pick("Tỷ lệ làm sạch", "Share mended"), |c| {
            Figure::Share(c.now.share_resolved())
        }),
        column(standing, lang.pick("Tổng", "All"), |c| Figure::Count(c.now.outstanding)),
        column(standing, lang.pick("Quá hạn", "Overdue"), |c| Figure::Count(c.now.overdue)),
        column(against, lang.pick("Mới phát hiện", "New"), |c| change(c.now.raised, c.previous.raised)),
        column(against, lang.pick("Đã làm sạch", "Mended"), |c| {
            change(c.now.resolved, c.previous.resolved)
        }),
        column(against, lang.pick("Còn tồn", "Outstanding"), |c| {
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
