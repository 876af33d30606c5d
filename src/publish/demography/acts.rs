//! What was registered: births, deaths and marriages by month, and the rates of the years that are covered.

use std::collections::BTreeMap;

use super::DemographyError;
use super::count::{NONE, frame, sex_number, sex_of, sex_word};
use super::read::{Act, CORRECTED, Register, day};
use super::table::{Label, Row, Table, Topic, Value, Where};
use crate::domain::{Day, Gender, Kind};
use crate::population::{ABRIDGED, Exposure, Fitted, OLDEST, abridged_of, age_on, interval, life_table};
use crate::publish::figures::groups;

/// Days within which a birth is to be registered (Law 60/2014/QH13 on civil status, article 15).
const BIRTH_DAYS: i32 = 60;
/// Days within which a death is to be registered (article 33).
const DEATH_DAYS: i32 = 15;

/// Calendar years that rates are of, at most.
const YEARS: i32 = 3;

/// A life table needs as many deaths.
pub(super) const ENOUGH: u64 = 100;

/// Ages at which women are counted on to bear children.
pub(super) const FERTILE: (u32, u32) = (15, 49);

/// The tables of acts.
pub(super) fn tables(register: &Register) -> Result<Vec<Table>, DemographyError> {
    Ok(vec![
        by_month(Topic::Births, &register.births, BIRTH_DAYS)?,
        by_month(Topic::Deaths, &register.deaths, DEATH_DAYS)?,
        marriages(register),
        marriage_ages(register),
    ])
}

/// One of the two dates of an act.
type Date = fn(&Act) -> Option<Day>;

/// Births or deaths by month of the act, and by month of registration; how many were registered late.
fn by_month(topic: Topic, acts: &[Act], within: i32) -> Result<Table, DemographyError> {
    let month = |day: Option<Day>| {
        day.map_or((NONE, NONE), |day| {
            let (year, month, _) = day.civil();
            (year.max(0) as u32, u32::from(month))
        })
    };
    let is_late =
        |act: &Act| act.on.zip(act.registered).is_some_and(|(on, registered)| registered.0 - on.0 > within);
    let mut rows: Vec<Row> = Vec::new();
    let bases: [(&'static str, Date); 2] = [("act", |act| act.on), ("registration", |act| act.registered)];
    for (counted_by, date) in bases {
        let of = |pick: &dyn Fn(&Act) -> u32| acts.iter().map(pick).collect::<Vec<u32>>();
        let frame = frame([
            ("commune", of(&|act| act.commune)),
            ("year", of(&|act| month(date(act)).0)),
            ("month", of(&|act| month(date(act)).1)),
            ("sex", of(&|act| sex_number(act.sex))),
            ("late", of(&|act| u32::from(is_late(act)))),
        ])?;
        let grouped = groups(&frame, ["commune", "year", "month", "sex", "late"]);
        let mut sums: BTreeMap<(Where, [u32; 3]), [u64; 2]> = BTreeMap::new();
        for ([commune, year, month, sex, late], count) in grouped.map_err(DemographyError::count)? {
            for at in [Where::ALL, Where::commune(commune)] {
                let [all, of_late] = sums.entry((at, [year, month, sex])).or_default();
                *all += count;
                *of_late += u64::from(late) * count;
            }
        }
        rows.extend(sums.into_iter().map(|((at, [year, month, sex]), counts)| Row {
            at,
            labels: vec![Label::Word(counted_by), number(year), number(month), sex_word(sex_of(sex))],
            values: counts.map(Value::Count).into(),
        }));
    }
    rows.sort_by(|a, b| (a.at, &a.labels[0]).cmp(&(b.at, &b.labels[0])));
    Ok(Table::new(topic, rows))
}

fn number(number: u32) -> Label {
    if number == NONE { Label::Word("unknown") } else { Label::Number(i64::from(number)) }
}

fn marriages(register: &Register) -> Table {
    let mut sums: BTreeMap<(Where, [u32; 2]), u64> = BTreeMap::new();
    for marriage in &register.marriages {
        let month = marriage.registered.map_or([NONE; 2], |day| {
            let (year, month, _) = day.civil();
            [year.max(0) as u32, u32::from(month)]
        });
        for at in [Where::ALL, Where::commune(marriage.commune)] {
            *sums.entry((at, month)).or_default() += 1;
        }
    }
    let rows = sums.into_iter().map(|((at, month), count)| Row {
        at,
        labels: month.map(number).into(),
        values: vec![Value::Count(count)],
    });
    Table::new(Topic::Marriages, rows.collect())
}

/// How old husbands and wives were when their marriages were registered, by year.
fn marriage_ages(register: &Register) -> Table {
    let mut ages: BTreeMap<(usize, i32), Vec<f64>> = BTreeMap::new();
    for marriage in &register.marriages {
        let Some(on) = marriage.registered else { continue };
        for (spouse, birth) in marriage.births.into_iter().enumerate() {
            // Exact ages: days over the mean length of a year.
            let age = birth.map(|birth| f64::from(on.0 - birth.0) / 365.25).filter(|age| *age >= 10.0);
            if let Some(age) = age {
                ages.entry((spouse, on.year())).or_default().push(age);
            }
        }
    }
    let rows = ages.into_iter().map(|((spouse, year), mut ages)| {
        ages.sort_by(f64::total_cmp);
        let mean = ages.iter().sum::<f64>() / ages.len() as f64;
        let median = (ages[(ages.len() - 1) / 2] + ages[ages.len() / 2]) / 2.0;
        Row {
            at: Where::ALL,
            labels: vec![
                Label::Word(if spouse == 0 { "husband" } else { "wife" }),
                Label::Number(i64::from(year)),
            ],
            values: vec![Value::Count(ages.len() as u64), Value::Real(mean, 1), Value::Real(median, 1)],
        }
    });
    Table::new(Topic::MarriageAge, rows.collect())
}

/// The last full calendar years that an extract covers, at most three.
pub(super) fn covered_years(register: &Register, kind: Kind) -> Vec<i32> {
    let covered = register.summary.coverage.iter().find(|covered| covered.kind == kind.name());
    let Some(covered) = covered else { return Vec::new() };
    let end = |text: &Option<String>| text.as_deref().and_then(day);
    let (Some(from), Some(to)) = (end(&covered.from), end(&covered.to)) else { return Vec::new() };
    let whole = |year: &i32| {
        let first = Day::from_civil(*year, 1, 1).is_some_and(|first| first >= from);
        first && Day::from_civil(*year, 12, 31).is_some_and(|last| last <= to)
    };
    let last = register.as_of.year() - 1;
    let mut years: Vec<i32> = (last - 9..=last).rev().filter(whole).take(YEARS as usize).collect();
    // Years that follow each other: a gap would stand for years that nobody registered.
    years.reverse();
    years
}

/// Person-years of calendar years: of all, and of each commune. Extracts mostly cover the same years, so that what was
/// counted once is kept.
pub(super) struct Exposures<'a> {
    register: &'a Register,
    known: Vec<(Vec<i32>, Exposure, Vec<Exposure>)>,
}

impl<'a> Exposures<'a> {
    pub(super) fn of(register: &'a Register) -> Self {
        Self { register, known: Vec::new() }
    }

    /// Of all, and of each commune.
    pub(super) fn in_years(&mut self, years: &[i32]) -> (&Exposure, &[Exposure]) {
        let at = self.known.iter().position(|(known, ..)| known == years).unwrap_or_else(|| {
            let (all, of_communes) = exposures(self.register, years);
            self.known.push((years.to_vec(), all, of_communes));
            self.known.len() - 1
        });
        let (_, all, of_communes) = &self.known[at];
        (all, of_communes)
    }
}

fn exposures(register: &Register, years: &[i32]) -> (Exposure, Vec<Exposure>) {
    let none = Exposure::of(years.iter().copied());
    let mut of_communes = vec![none.clone(); register.communes.len()];
    let mut add = |commune: u32, sex, birth, death| {
        if let Some(exposure) = of_communes.get_mut(commune as usize) {
            exposure.add(sex, birth, death);
        }
    };
    for person in register.people.iter().filter(|person| person.counted & CORRECTED != 0) {
        if let Some(birth) = person.birth {
            add(register.commune_of[person.place as usize], person.sex, birth.first, None);
        }
    }
    for death in &register.deaths {
        if let (Some(birth), Some(_)) = (death.birth, death.on) {
            add(death.commune, death.sex, birth, death.on);
        }
    }
    // Whole numbers, whose sum is the same in any order.
    let mut all = none;
    of_communes.iter().for_each(|exposure| all.add_all(exposure));
    (all, of_communes)
}

/// What was registered of these years: all of it, then by commune.
fn of_years<'a, T>(
    acts: &'a [T],
    (years, communes): (&[i32], usize),
    of: impl Fn(&T) -> (u32, Option<Day>),
) -> Vec<Vec<&'a T>> {
    let mut found = vec![Vec::new(); communes + 1];
    for act in acts {
        let (commune, on) = of(act);
        if is_within(on, years) {
            found[0].push(act);
            if let Some(slot) = found.get_mut(commune as usize + 1) {
                slot.push(act);
            }
        }
    }
    found
}

/// Whether a day lies in one of these years.
pub(super) fn is_within(on: Option<Day>, years: &[i32]) -> bool {
    on.is_some_and(|on| years.contains(&on.year()))
}

/// The years of a period, as it is called.
fn period(years: &[i32]) -> String {
    match years {
        [] => String::new(),
        [only] => only.to_string(),
        [first, .., last] => format!("{first}-{last}"),
    }
}

/// Lines of rates as they fill up.
struct Rates {
    rows: Vec<Row>,
}

impl Rates {
    fn add(
        &mut self,
        at: Where,
        (measure, sex, group): (&'static str, Label, Label),
        period: &str,
        values: [Value; 5],
    ) {
        let labels = vec![Label::Word(measure), sex, group, Label::Text(period.to_owned())];
        self.rows.push(Row { at, labels, values: values.into() });
    }

    /// Events for a thousand person-years; none where nobody lived.
    fn per_thousand(
        &mut self,
        at: Where,
        what: (&'static str, Label, Label),
        period: &str,
        (events, years): (u64, f64),
    ) {
        let value = match years {
            years if years > 0.0 => Value::Real(1000.0 * events as f64 / years, 2),
            _ => Value::None,
        };
        let values = [value, Value::Count(events), Value::Real(years, 0), Value::None, Value::None];
        self.add(at, what, period, values);
    }
}

/// Crude and age-specific rates, total fertility, and the sex ratio at birth.
pub(super) fn rates(register: &Register, exposures: &mut Exposures<'_>) -> Table {
    let mut rates = Rates { rows: Vec::new() };
    let communes = register.communes.len();
    let places: Vec<Where> =
        std::iter::once(Where::ALL).chain((0..communes as u32).map(Where::commune)).collect();
    let years = covered_years(register, Kind::Births);
    if !years.is_empty() {
        let births = of_years(&register.births, (&years, communes), |birth| (birth.commune, birth.on));
        let (all, others) = exposures.in_years(&years);
        let period = period(&years);
        for ((at, births), exposure) in places.iter().zip(&births).zip(std::iter::once(all).chain(others)) {
            rates.of_births(*at, births, exposure, &period);
        }
    }
    let years = covered_years(register, Kind::Deaths);
    if !years.is_empty() {
        let deaths = of_years(&register.deaths, (&years, communes), |death| (death.commune, death.on));
        let (all, others) = exposures.in_years(&years);
        let period = period(&years);
        for ((at, deaths), exposure) in places.iter().zip(&deaths).zip(std::iter::once(all).chain(others)) {
            let what = ("crude_death_rate", EVERY, EVERY);
            rates.per_thousand(*at, what, &period, (deaths.len() as u64, exposure.total()));
            for sex in [Gender::Male, Gender::Female].into_iter().filter(|_| *at == Where::ALL) {
                for (group, of) in ABRIDGED.into_iter().zip(by_age(deaths, exposure, Some(sex))) {
                    let what = ("death_rate", sex_word(Some(sex)), Label::Number(i64::from(group)));
                    rates.per_thousand(*at, what, &period, (of.deaths as u64, of.years));
                }
            }
        }
    }
    let years = covered_years(register, Kind::Marriages);
    if !years.is_empty() {
        let marriages = of_years(&register.marriages, (&years, communes), |of| (of.commune, of.registered));
        let (all, others) = exposures.in_years(&years);
        let exposures = std::iter::once(all).chain(others);
        for ((at, marriages), exposure) in places.iter().zip(&marriages).zip(exposures) {
            let what = ("crude_marriage_rate", EVERY, EVERY);
            rates.per_thousand(*at, what, &period(&years), (marriages.len() as u64, exposure.total()));
        }
    }
    // Stable: of a place births stand before deaths before marriages.
    rates.rows.sort_by_key(|row| row.at);
    Table::new(Topic::Rates, rates.rows)
}

/// Of both sexes, of all ages.
const EVERY: Label = Label::Word("all");

impl Rates {
    /// The rates of births of a place; of all places those by age as well.
    fn of_births(&mut self, at: Where, births: &[&Act], exposure: &Exposure, period: &str) {
        let count = births.len() as u64;
        self.per_thousand(at, ("crude_birth_rate", EVERY, EVERY), period, (count, exposure.total()));
        let women = exposure.between(Some(Gender::Female), FERTILE.0, FERTILE.1);
        let what = ("general_fertility_rate", Label::Word("female"), EVERY);
        self.per_thousand(at, what, period, (count, women));
        let of = |sex| births.iter().filter(|birth| birth.sex == Some(sex)).count() as u64;
        let (boys, girls) = (of(Gender::Male), of(Gender::Female));
        if girls > 0 {
            let ratio = |share: f64| 100.0 * share / (1.0 - share);
            let [low, high] = interval(boys, boys + girls)
                .map_or([Value::None; 2], |ends| ends.map(|end| Value::Real(ratio(end), 1)));
            let value = Value::Real(100.0 * boys as f64 / girls as f64, 1);
            let values = [value, Value::Count(boys + girls), Value::None, low, high];
            self.add(at, ("sex_ratio_at_birth", EVERY, EVERY), period, values);
        }
        if at == Where::ALL {
            fertility(self, births, exposure, period);
        }
    }
}

/// Births by the mother's age, and the children of a woman who goes through all ages at these rates.
fn fertility(rates: &mut Rates, births: &[&Act], exposure: &Exposure, period: &str) {
    let mut total = 0.0;
    let mut known = 0;
    for first in (FERTILE.0..=FERTILE.1).step_by(5) {
        let of = births.iter().filter(|birth| {
            let age = birth.birth.zip(birth.on).and_then(|(mother, on)| age_on(mother, on));
            age.is_some_and(|age| (first..first + 5).contains(&age))
        });
        let (count, women) = (of.count() as u64, exposure.between(Some(Gender::Female), first, first + 4));
        known += count;
        total += if women > 0.0 { 5.0 * count as f64 / women } else { 0.0 };
        let what = ("fertility_rate", Label::Word("female"), Label::Number(i64::from(first)));
        rates.per_thousand(Where::ALL, what, period, (count, women));
    }
    let women = exposure.between(Some(Gender::Female), FERTILE.0, FERTILE.1);
    let values =
        [Value::Real(total, 2), Value::Count(known), Value::Real(women, 0), Value::None, Value::None];
    let what = ("total_fertility_rate", Label::Word("female"), Label::Word("all"));
    rates.add(Where::ALL, what, period, values);
}

/// Deaths and person-years by the groups of a life table.
fn by_age(deaths: &[&Act], exposure: &Exposure, sex: Option<Gender>) -> [Fitted; ABRIDGED.len()] {
    let mut groups: [Fitted; ABRIDGED.len()] = std::array::from_fn(|at| {
        let to = ABRIDGED.get(at + 1).map_or(OLDEST, |next| next - 1);
        Fitted { deaths: 0.0, years: exposure.between(sex, ABRIDGED[at], to) }
    });
    for death in deaths.iter().filter(|death| sex.is_none() || death.sex == sex) {
        let age = death.birth.zip(death.on).and_then(|(birth, on)| age_on(birth, on));
        if let Some(age) = age {
            groups[abridged_of(age)].deaths += 1.0;
        }
    }
    groups
}

/// Life tables of both sexes together and of each, where there are deaths enough.
pub(super) fn life_tables(register: &Register, exposures: &mut Exposures<'_>) -> Table {
    let years = covered_years(register, Kind::Deaths);
    let mut rows = Vec::new();
    if !years.is_empty() {
        let (exposure, _) = exposures.in_years(&years);
        let deaths: Vec<&Act> = register.deaths.iter().filter(|death| is_within(death.on, &years)).collect();
        for sex in [None, Some(Gender::Male), Some(Gender::Female)] {
            let groups = by_age(&deaths, exposure, sex);
            if groups.iter().map(|group| group.deaths).sum::<f64>() < ENOUGH as f64 {
                continue;
            }
            let of = if sex.is_none() { Label::Word("all") } else { sex_word(sex) };
            rows.extend(life_table(&groups, sex).unwrap_or_default().into_iter().map(|row| Row {
                at: Where::ALL,
                labels: vec![of.clone(), Label::Number(i64::from(row.age)), Label::Text(period(&years))],
                values: vec![
                    Value::Real(row.mx, 5),
                    Value::Real(row.qx, 5),
                    Value::Real(row.lx, 0),
                    Value::Real(row.dx, 0),
                    Value::Real(row.years, 0),
                    Value::Real(row.ex, 1),
                ],
            }));
        }
    }
    Table::new(Topic::LifeTable, rows)
}
