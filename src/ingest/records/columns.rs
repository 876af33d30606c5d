//! What is known of the columns of a table before their cells are read: by header, titles and the cells as a whole.

use crate::domain::{
    Capability, ColumnHabit, DateCell, Day, Field, Kind, PartialDate, Section, Status, Table,
};
use crate::vietnamese::date::{self, DateColumn};
use crate::vietnamese::death::{says_death, takes_death_back};
use crate::vietnamese::words;

/// The fields of a table that hold dates.
fn dates_of(table: &Table) -> impl Iterator<Item = Field> + '_ {
    Field::ALL.iter().copied().filter(|field| field.kind_of_value().is_date() && table.has(*field))
}

/// Of each column so many cells are looked at, from all over the table.
const LOOKED_AT: u32 = 4_096;

/// In a registry of fewer rows it may be that nobody was issued a card.
const FEW_ROWS: usize = 1_000;

/// What is known of the columns of a table.
#[derive(Debug)]
pub(super) struct Columns {
    /// Columns of dates that are not as usual.
    dates: Vec<(Field, DateColumn)>,
    listed_on: Day,
    scale: u64,
    /// By section of the table, when those in it stopped; empty of those who did not.
    stops: Vec<DateCell>,
    /// When all rows stopped, because a later list has come in the place of this one; else empty.
    followed: DateCell,
    /// Whether it tells when benefits or cards stopped.
    dates_stops: bool,
    /// Whether the days of stops stand beside other rows.
    stops_apart: bool,
    /// Whether it tells of the dead when they died.
    dates_deaths: bool,
    /// Whether title or name say that the deaths in it are none: "Danh sách khai tử nhầm".
    take_deaths_back: bool,
    /// What stands for a blank in the days of death of a registry.
    filler: Option<String>,
    /// Whether the column of names says itself that they are of the dead: "Họ và tên người chết".
    of_dead: bool,
    /// Whether a registry tells who has an identity card: a column of them that is not blank throughout.
    tells_cards: bool,
    /// Of a registry, the status of all whom its sheet or title names: "Đã chết".
    status: Status,
}

impl Columns {
    /// What headers, titles and the habits of the table say.
    pub(super) fn of(table: &Table, as_of: Day) -> Self {
        let column = |field: Field| {
            let column = DateColumn {
                month_first: table.has_habit(field, ColumnHabit::MonthFirst),
                universal_time: table.has_habit(field, ColumnHabit::UniversalTime),
                ages: table.has_habit(field, ColumnHabit::Ages),
                mixed: false,
            };
            (column != DateColumn::default()).then_some((field, column))
        };
        let listed = date::of_titles(&table.titles, as_of).map(|date: PartialDate| date.last_day());
        let listed_on = listed.filter(|day| *day <= as_of).unwrap_or(as_of);
        let stopped_on = |section: &Section| {
            let stop = section.stop.as_ref()?;
            date::of_titles(std::slice::from_ref(&stop.heading), as_of).or_else(|| listed_on.to_partial())
        };
        let stop =
            |(_, section): &(u32, Section)| stopped_on(section).map_or(DateCell::Empty, DateCell::Sound);
        let day_after = |day: Day| Day(day.0 + 1).to_partial().map_or(DateCell::Empty, DateCell::Sound);
        let followed = table.followed_by.as_ref().and(listed).map_or(DateCell::Empty, day_after);
        let step = (table.len() as u32 / LOOKED_AT).max(1) as usize;
        let fills = |field| {
            let mut cells = (0..table.len() as u32).step_by(step).map(|index| table.cell(index, field));
            table.has(field) && cells.any(|cell| !cell.trim().is_empty())
        };
        let named = table.name.replace('_', " ").replace(['#', '.'], ",");
        let mut titles = table.titles.iter().map(String::as_str).chain([named.as_str()]);
        let mut statuses =
            table.titles.iter().chain(&table.sheet).map(|title| words::status_of_heading(title));
        Self {
            status: match table.kind {
                Kind::Residents => statuses.find(|status| *status != Status::Unknown).unwrap_or_default(),
                _ => Status::Unknown,
            },
            filler: table
                .whole(Field::DeathDate, ColumnHabit::Filler)
                .map(|whole| table.cell(whole.first, Field::DeathDate).trim().to_owned()),
            of_dead: says_death(table.header(Field::FullName)),
            take_deaths_back: table.kind.has(Capability::Death) && titles.any(takes_death_back),
            followed,
            dates_stops: fills(Field::StopDate),
            stops_apart: table.whole(Field::StopDate, ColumnHabit::Apart).is_some(),
            dates_deaths: fills(Field::DeathDate),
            tells_cards: table.has(Field::CardIssued) && (table.len() < FEW_ROWS || fills(Field::CardIssued)),
            dates: dates_of(table).filter_map(column).collect(),
            listed_on,
            scale: words::money_scale(table.header(Field::MonthlyAmount), &table.titles),
            stops: table.sections.iter().map(stop).collect(),
        }
    }

    /// When a row stopped as the headings above it say: on the date that the heading bears, else by the day of the
    /// list. Empty where they do not say so.
    pub(super) fn stop_of(&self, table: &Table, index: u32) -> DateCell {
        table.section_at(index).and_then(|at| self.stops.get(at)).copied().unwrap_or_default()
    }

    /// When a row stopped because a later list has come in the place of this one; empty where none has.
    pub(super) fn followed(&self) -> DateCell {
        self.followed
    }

    /// Whether the file tells of rows when they stopped.
    pub(super) fn dates_stops(&self) -> bool {
        self.dates_stops
    }

    /// Whether the days of stops stand beside rows of others.
    pub(super) fn are_stops_apart(&self) -> bool {
        self.stops_apart
    }

    /// Whether the file tells of the dead when they died.
    pub(super) fn dates_deaths(&self) -> bool {
        self.dates_deaths
    }

    /// Whether a cell of a field holds what stands for a blank there.
    pub(super) fn is_filler(&self, field: Field, cell: &str) -> bool {
        field == Field::DeathDate && self.filler.as_deref().is_some_and(|filler| filler == cell.trim())
    }

    /// Whether the column of names says that they are of the dead.
    pub(super) fn of_dead(&self) -> bool {
        self.of_dead
    }

    /// Whether the file tells who has an identity card.
    pub(super) fn tells_cards(&self) -> bool {
        self.tells_cards
    }

    /// The status of all whom the sheet or title of a registry names.
    pub(super) fn status(&self) -> Status {
        self.status
    }

    /// Whether the file says that the deaths in it are none.
    pub(super) fn take_deaths_back(&self) -> bool {
        self.take_deaths_back
    }

    /// How the dates of a field are written.
    pub(super) fn date(&self, field: Field) -> DateColumn {
        self.dates.iter().find(|(of, _)| *of == field).map(|(_, column)| *column).unwrap_or_default()
    }

    /// The day of which the list speaks: the one in its title, else the as-of date.
    pub(super) fn listed_on(&self) -> Day {
        self.listed_on
    }

    /// By what amounts without a unit are multiplied.
    pub(super) fn scale(&self) -> u64 {
        self.scale
    }
}

/// What the columns of dates of a table show as a whole.
pub(super) fn date_habits(table: &Table) -> Vec<(Field, ColumnHabit)> {
    let step = (table.len() as u32 / LOOKED_AT).max(1) as usize;
    let mut habits = Vec::new();
    for field in dates_of(table) {
        let cells = (0..table.len() as u32).step_by(step).map(|index| table.cell(index, field));
        let column = DateColumn::of(table.header(field), cells);
        for (is, habit) in [
            (column.month_first, ColumnHabit::MonthFirst),
            (column.universal_time, ColumnHabit::UniversalTime),
            (column.ages, ColumnHabit::Ages),
            (column.mixed, ColumnHabit::MixedOrder),
        ] {
            if is {
                habits.push((field, habit));
            }
        }
    }
    habits
}
