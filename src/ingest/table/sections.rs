//! Headings between the rows of a table: which stand on one level, and what those in force say of the rows below.

use super::mark::{Mark, MarkKind};
use super::row_words::{Course, all_died, course, is_category, is_hamlet, is_nobody, is_remark};
use crate::domain::{ByDeath, Section, Stop, Table};

/// What a heading names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Meaning {
    /// A hamlet, as it is shown.
    Hamlet(String),
    /// A unit above the hamlet.
    Unit,
    /// A category of people, or a section of those who stop or go on.
    Category,
    /// The title of another list below the first.
    Title,
}

/// A heading of the rows below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Heading {
    pub(super) mark: Mark,
    /// What it says, without its number.
    pub(in crate::ingest) text: String,
    pub(in crate::ingest) meaning: Meaning,
}

/// What tells whether two headings stand on one level.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Level {
    Title,
    /// By the number.
    Marked(MarkKind, u8),
    Unit,
    Hamlet,
    /// By whether it is written in capitals.
    Text(bool),
}

impl Level {
    fn of(heading: &Heading) -> Self {
        match (&heading.meaning, heading.mark.kind) {
            (Meaning::Title, _) => Self::Title,
            (Meaning::Unit, MarkKind::None) => Self::Unit,
            (Meaning::Hamlet(_), MarkKind::None) => Self::Hamlet,
            (_, MarkKind::None) => Self::Text(!heading.text.contains(char::is_lowercase)),
            (_, kind) => Self::Marked(kind, heading.mark.depth),
        }
    }

    /// Whether a heading of this level ends what one of the other began.
    fn ends(self, other: Self) -> bool {
        self == other || self == Self::Title || self == Self::Unit && other == Self::Hamlet
    }
}

/// A heading in force.
#[derive(Clone, Debug)]
struct InForce {
    level: Level,
    hamlet: Option<String>,
    category: Option<String>,
    course: Option<Course>,
    text: String,
    /// How many rows stood above it.
    first_row: usize,
    /// Whether it ended, as far as can be told: below its rows a sum, or a heading of another kind.
    may_be_over: bool,
}

/// More levels than any list has.
const MOST_LEVELS: usize = 12;

/// The headings in force, the outermost first.
#[derive(Clone, Debug, Default)]
pub(super) struct Headings {
    in_force: Vec<InForce>,
    titles: Vec<String>,
}

impl Headings {
    /// Nothing but the titles of the table.
    pub(super) fn of_titles(titles: &[String]) -> Self {
        let mut headings = Self { in_force: Vec::new(), titles: titles.to_vec() };
        // "Số giảm do chết trong tháng: 02" counts, and is no title.
        let is_count =
            |title: &str| title.rsplit_once(':').is_some_and(|(_, n)| n.trim().parse::<u32>().is_ok());
        let told = |title: &&String| {
            !is_remark(title.to_lowercase().trim_start_matches(['(', ' '])) && !is_count(title)
        };
        let courses: Vec<(Course, &String)> =
            titles.iter().filter(told).filter_map(|title| Some((course(title)?, title))).collect();
        let (Some((_, text)), false) =
            (courses.first(), courses.iter().any(|(course, _)| *course == Course::GoesOn))
        else {
            return headings;
        };
        headings.in_force.push(InForce {
            level: Level::Title,
            hamlet: None,
            category: None,
            course: Some(Course::Stops),
            text: (*text).clone(),
            first_row: 0,
            may_be_over: false,
        });
        headings
    }

    /// Takes in a heading: it ends those of its level and all within them. A title that the table had before comes
    /// again with each page and ends nothing. `rows` stand above it.
    pub(super) fn enter(&mut self, heading: &Heading, rows: usize) {
        if heading.meaning == Meaning::Title && self.titles.contains(&heading.text) {
            return;
        }
        if is_nobody(&heading.text) {
            return self.sum_up(&heading.text, false, rows);
        }
        let level = Level::of(heading);
        // Hamlets below a section stand before its rows. One behind them may begin the next list.
        self.end_innermost(rows);
        if let Some(at) = self.in_force.iter().position(|known| level.ends(known.level)) {
            self.in_force.truncate(at);
        }
        if self.in_force.len() >= MOST_LEVELS {
            self.in_force.remove(0);
        }
        let course = course(&heading.text);
        let is_category = heading.meaning == Meaning::Category && course.is_none();
        self.in_force.push(InForce {
            level,
            hamlet: match &heading.meaning {
                Meaning::Hamlet(hamlet) => Some(hamlet.clone()),
                // A commune's hamlets are its own.
                Meaning::Unit => Some(String::new()),
                Meaning::Category | Meaning::Title => None,
            },
            category: is_category.then(|| heading.text.clone()),
            course,
            text: heading.text.clone(),
            first_row: rows,
            may_be_over: false,
        });
    }

    /// Takes in a sum, or a row that says that there is nobody: what the innermost heading says of its rows is over.
    pub(super) fn sum_up(&mut self, text: &str, is_sum: bool, rows: usize) {
        let is_section =
            |heading: &InForce| heading.course == Some(Course::Stops) && heading.level != Level::Title;
        if is_nobody(text)
            && self.in_force.last().is_some_and(|last| is_section(last) && last.first_row == rows)
        {
            self.in_force.pop();
        } else if is_sum && !text.to_lowercase().contains("trang") {
            self.end_innermost(rows);
        }
    }

    /// Notes that the section which is the innermost heading may be over, if rows stand in it. What a title says holds for
    /// the whole list.
    fn end_innermost(&mut self, rows: usize) {
        if let Some(last) = self.in_force.last_mut()
            && last.course == Some(Course::Stops)
            && last.level != Level::Title
            && last.first_row < rows
        {
            last.may_be_over = true;
        }
    }

    /// What the headings in force say of the rows below.
    pub(super) fn section(&self) -> Section {
        let nearest = || self.in_force.iter().rev();
        let stop = nearest().find_map(|heading| Some((heading.course?, heading)));
        Section {
            hamlet: nearest().find_map(|heading| heading.hamlet.clone()).unwrap_or_default(),
            category: nearest().find_map(|heading| heading.category.clone()).unwrap_or_default(),
            stop: stop.filter(|(course, _)| *course == Course::Stops).map(|(_, heading)| Stop {
                by_death: by_death(&heading.text, heading.may_be_over),
                heading: heading.text.clone(),
            }),
        }
    }
}

/// What a heading of those who stop says of their deaths.
fn by_death(heading: &str, may_be_over: bool) -> ByDeath {
    match (all_died(heading), may_be_over) {
        (false, _) => ByDeath::No,
        (true, false) => ByDeath::Told,
        (true, true) => ByDeath::InDoubt,
    }
}

/// Notes what holds for the rows that the table gets from now on.
pub(super) fn note(table: &mut Table, section: Section) {
    let first = u32::try_from(table.len()).unwrap_or(u32::MAX);
    if table.sections.last().is_some_and(|(at, _)| *at == first) {
        table.sections.pop();
    }
    let before = table.sections.last().map(|(_, section)| section);
    if before.map_or(section != Section::default(), |before| *before != section) {
        table.sections.push((first, section));
    }
}

/// What the name of a sheet says of its rows: the hamlet, where no heading names one before the first row, and that
/// all of them stop, where headings say nothing of that.
pub(in crate::ingest) fn of_sheet(table: &mut Table, sheet: &str) {
    let sheet = sheet.trim();
    let lower = sheet.to_lowercase();
    let hamlet = is_hamlet(&lower) && !is_category(&lower);
    let stops = course(sheet) == Some(Course::Stops)
        && table.sections.iter().all(|(_, section)| section.stop.is_none());
    if !hamlet && !stops {
        return;
    }
    if table.sections.first().is_none_or(|(first, _)| *first > 0) {
        table.sections.insert(0, (0, Section::default()));
    }
    if hamlet {
        let unnamed = table.sections.iter_mut().take_while(|(_, section)| section.hamlet.is_empty());
        unnamed.for_each(|(_, section)| section.hamlet = sheet.to_owned());
    }
    if stops {
        let stop = Stop { heading: sheet.to_owned(), by_death: by_death(sheet, false) };
        table.sections.iter_mut().for_each(|(_, section)| section.stop = Some(stop.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(text: &str) -> Heading {
        let (mark, rest) = Mark::split(text);
        let lower = rest.to_lowercase();
        let meaning = match () {
            () if lower.starts_with("thôn") => Meaning::Hamlet(rest.to_owned()),
            () if lower.starts_with("xã") => Meaning::Unit,
            () if lower.starts_with("danh sách") => Meaning::Title,
            () => Meaning::Category,
        };
        Heading { mark, text: rest.to_owned(), meaning }
    }

    /// Hamlet, category and the heading of the stop below each heading.
    /// A text in square brackets is a sum; "." is a row of data.
    fn below(titles: &[&str], texts: &[&str]) -> Vec<String> {
        let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
        let mut headings = Headings::of_titles(&titles);
        let shown = |headings: &Headings| {
            let Section { hamlet, category, stop } = headings.section();
            let stop = stop.map_or(String::new(), |stop| {
                let sign = match stop.by_death {
                    ByDeath::No => "",
                    ByDeath::Told => " †",
                    ByDeath::InDoubt => " †?",
                };
                format!("{}{sign}", stop.heading)
            });
            format!("{hamlet}|{category}|{stop}")
        };
        let (mut all, mut rows) = (vec![shown(&headings)], 0);
        for text in texts {
            match text.strip_prefix('[') {
                Some(sum) => headings.sum_up(sum.trim_end_matches(']'), true, rows),
                None if *text == "." => rows += 1,
                None => headings.enter(&heading(text), rows),
            }
            all.push(shown(&headings));
        }
        all
    }

    #[test]
    fn a_section_lasts_until_one_of_its_level() {
        let texts = ["I. Tăng", "II. Giảm", "II.1 Người tham gia", "1. Do chết", "III. Giữ nguyên"];
        let wanted = ["||", "||", "||Giảm", "|Người tham gia|Giảm", "|Người tham gia|Do chết †", "||"];
        assert_eq!(below(&[], &texts), wanted);
        let texts = ["I. Thôn 1", "1. Giảm do chết", "II. Thôn 2", "Hộ nghèo", "Hộ cận nghèo", "XÃ B"];
        let wanted = [
            "||",
            "Thôn 1||",
            "Thôn 1||Giảm do chết †",
            "Thôn 2||",
            "Thôn 2|Hộ nghèo|",
            "Thôn 2|Hộ cận nghèo|",
            "|Hộ cận nghèo|",
        ];
        assert_eq!(below(&[], &texts), wanted);
        let texts = ["GIẢM", "Thôn 1", "Thôn 2", "TĂNG"];
        assert_eq!(below(&[], &texts), ["||", "||GIẢM", "Thôn 1||GIẢM", "Thôn 2||GIẢM", "||"]);
    }

    #[test]
    fn a_section_may_be_over_behind_its_rows() {
        let last = |texts: &[&str]| below(&[], texts).pop().unwrap();
        assert_eq!(last(&["Giảm do chết", ".", "Thôn 1"]), "Thôn 1||Giảm do chết †?");
        assert_eq!(last(&["Giảm do chết", "Thôn 1", ".", "Thôn 2"]), "Thôn 2||Giảm do chết †");
        assert_eq!(last(&["Giảm do chết", ".", "[Cộng giảm: 1]"]), "||Giảm do chết †?");
        assert_eq!(last(&["Giảm do chết", ".", "[Cộng trang 1]"]), "||Giảm do chết †");
        assert_eq!(last(&["Giảm do chết", "[Không có]", "Thôn 1"]), "Thôn 1||");
        for nobody in
            ["Giảm do chết: 0", "Giảm do chết: không có", "Đã trừ giảm do chết", "Sau khi giảm do chết"]
        {
            assert_eq!(last(&[nobody]), "||", "{nobody}");
        }
        assert_eq!(
            last(&["Giảm trong tháng: 3 (chết 2, chuyển đi 1)"]),
            "||Giảm trong tháng: 3 (chết 2, chuyển đi 1)"
        );
    }

    #[test]
    fn titles_tell_who_was_taken_out() {
        for title in [
            "DANH SÁCH NGƯỜI CAO TUỔI HƯỞNG TRỢ CẤP (đã cắt giảm người chết)",
            "DANH SÁCH CHI TRẢ (Không bao gồm đối tượng giảm do chết)",
            "DANH SÁCH CÒN LẠI SAU KHI CẮT GIẢM DO CHẾT",
            "DANH SÁCH CHI TRẢ, kèm danh sách giảm do chết ở sheet 2",
        ] {
            assert_eq!(below(&[title], &[]), ["||"], "{title}");
        }
        for title in
            ["DANH SÁCH THÔI HƯỞNG (trừ trường hợp chết)", "CẮT GIẢM TRỢ CẤP DO CHẾT, CHUYỂN ĐI, HẾT TUỔI"]
        {
            assert_eq!(below(&[title], &[]), [format!("||{title}")], "{title}");
        }
    }

    #[test]
    fn titles_may_say_it_of_all() {
        let title = "DANH SÁCH ĐỐI TƯỢNG CẮT GIẢM TRỢ CẤP DO CHẾT THÁNG 9/2025";
        let stopped = format!("||{title} †");
        let all = below(&[title], &["I. Thôn 1", "DANH SÁCH TĂNG", title]);
        assert_eq!(all, [stopped.clone(), format!("Thôn 1{stopped}"), "||".into(), "||".into()]);
        assert_eq!(below(&["DANH SÁCH TĂNG, GIẢM THÁNG 9"], &[]), ["||"]);
        assert_eq!(below(&["DANH SÁCH GIẢM", "DANH SÁCH TĂNG"], &[]), ["||"]);
        assert_eq!(below(&["CHƯƠNG TRÌNH GIẢM NGHÈO"], &[]), ["||"]);
    }

    #[test]
    fn the_name_of_a_sheet_speaks_where_nothing_else_does() {
        let mut table =
            Table::new("a.xlsx".into(), "a.xlsx".into(), crate::domain::Kind::Welfare, Vec::new());
        of_sheet(&mut table, "Sheet1");
        assert!(table.sections.is_empty());
        table.sections = vec![(3, Section { hamlet: "Thôn 2".into(), ..Section::default() })];
        of_sheet(&mut table, " Thôn 1 ");
        assert_eq!((table.group_hamlet(0), table.group_hamlet(3)), (Some("Thôn 1"), Some("Thôn 2")));
        of_sheet(&mut table, "Giảm T9");
        assert!(table.section(0).unwrap().stop.is_some() && table.section(5).unwrap().stop.is_some());
        assert_eq!(table.group_hamlet(5), Some("Thôn 2"));
    }
}
