//! A table of figures as all outputs show it: which figure, of where, of whom, and the values.

use super::read::Register;
use crate::domain::Lang;
use crate::words::{self, decimal, grouped, text};

/// What a table is about, and the name of its files.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Topic {
    AgeSex,
    AgeGroups,
    Groups,
    SchoolEntry,
    ResidenceStatus,
    MaritalStatus,
    Ethnicity,
    HouseholdSize,
    HouseholdType,
    HouseholdHead,
    Births,
    Deaths,
    Marriages,
    MarriageAge,
    Rates,
    LifeTable,
    ProfileFields,
    ProfileDates,
    Heaping,
    TurningCounts,
    Forecast,
    ForecastNeeds,
    /// Of what is shared alone.
    Sexes,
}

use Topic::*;

/// Figures of the registry as it is, and as the findings correct it.
const BOTH: &[&str] = &["as_is", "corrected"];

impl Topic {
    /// All of them, in the order in which they are shown.
    pub(crate) const ALL: [Self; 22] = [
        Groups,
        AgeGroups,
        AgeSex,
        SchoolEntry,
        ResidenceStatus,
        MaritalStatus,
        Ethnicity,
        HouseholdSize,
        HouseholdType,
        HouseholdHead,
        TurningCounts,
        Births,
        Deaths,
        Marriages,
        MarriageAge,
        Rates,
        LifeTable,
        ProfileFields,
        ProfileDates,
        Heaping,
        Forecast,
        ForecastNeeds,
    ];

    /// The name of its file, without the ending.
    pub(crate) fn name(self) -> &'static str {
        match self {
            AgeSex => "age_sex",
            AgeGroups => "age_groups",
            Groups => "groups",
            SchoolEntry => "school_entry",
            ResidenceStatus => "residence_status",
            MaritalStatus => "marital_status",
            Ethnicity => "ethnicity",
            HouseholdSize => "household_size",
            HouseholdType => "household_type",
            HouseholdHead => "household_head",
            Births => "births",
            Deaths => "deaths",
            Marriages => "marriages",
            MarriageAge => "marriage_age",
            Rates => "rates",
            LifeTable => "life_table",
            ProfileFields => "profile_fields",
            ProfileDates => "profile_dates",
            Heaping => "heaping",
            TurningCounts => "turning_counts",
            Forecast => "forecast",
            ForecastNeeds => "forecast_needs",
            Sexes => "sexes",
        }
    }

    /// The names of the columns that say of whom a line is.
    pub(super) fn labels(self) -> &'static [&'static str] {
        match self {
            AgeSex => &["sex", "age"],
            AgeGroups => &["sex", "age_group"],
            Groups => &["group", "sex"],
            SchoolEntry => &["school_entry_year", "sex"],
            ResidenceStatus => &["residence_status", "sex"],
            MaritalStatus => &["marital_status", "sex"],
            Ethnicity => &["ethnic_group", "sex"],
            HouseholdSize => &["household_size"],
            HouseholdType => &["household_type"],
            HouseholdHead => &["sex", "age_group"],
            Births | Deaths => &["counted_by", "year", "month", "sex"],
            Marriages => &["year", "month"],
            MarriageAge => &["spouse", "year"],
            Rates => &["measure", "sex", "age_group", "period"],
            LifeTable => &["sex", "age_group", "period"],
            ProfileFields => &["field"],
            ProfileDates => &["decade"],
            Heaping => &["index", "sex"],
            TurningCounts => &["age", "sex"],
            Forecast => &["variant", "year", "sex", "age"],
            ForecastNeeds => &["variant", "year", "need"],
            Sexes => &["sex"],
        }
    }

    /// The names of the columns of figures.
    pub(super) fn values(self) -> &'static [&'static str] {
        match self {
            Births | Deaths => &["count", "late"],
            Marriages => &["count"],
            MarriageAge => &["count", "mean", "median"],
            Rates => &["value", "events", "person_years", "low", "high"],
            LifeTable => &["mx", "qx", "lx", "dx", "person_years", "ex"],
            ProfileFields => &["rows", "filled", "share", "placeholders", "valid", "valid_share"],
            ProfileDates => &[
                "persons",
                "full",
                "year_only",
                "month_only",
                "new_year",
                "first_of_month",
                "round_years",
                "last_digits",
            ],
            Heaping => &["value", "persons"],
            TurningCounts => &["count"],
            Forecast | ForecastNeeds => &["persons"],
            _ => BOTH,
        }
    }

    /// What it shows.
    pub(crate) fn title(self, lang: Lang) -> &'static str {
        said(lang, "title", self.name())
    }

    /// How it is counted, from what, and on which law or method it rests.
    pub(crate) fn definition(self, lang: Lang) -> &'static str {
        said(lang, "definition", self.name())
    }
}

/// A text of the room by section and name; the name where there is none.
pub(crate) fn said(lang: Lang, section: &str, name: &'static str) -> &'static str {
    match (section, name) {
        ("word", "male") => text!(lang, "terms.gender.male"),
        ("word", "female") => text!(lang, "terms.gender.female"),
        _ => words::plain_of(lang, &format!("population.{section}.{name}")).unwrap_or(name),
    }
}

/// Of where a figure is: of all, of a commune, or of a hamlet. In this order.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Where {
    pub(crate) commune: Option<u32>,
    pub(crate) place: Option<u32>,
}

impl Where {
    pub(crate) const ALL: Self = Self { commune: None, place: None };

    pub(crate) fn commune(commune: u32) -> Self {
        Self { commune: Some(commune), place: None }
    }

    /// The word that lists write for it.
    pub(crate) fn level(self) -> &'static str {
        match (self.commune, self.place) {
            (None, _) => "all",
            (Some(_), None) => "commune",
            (Some(_), Some(_)) => "hamlet",
        }
    }
}

/// What a line is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Label {
    /// One of the program's words.
    Word(&'static str),
    /// An age, a year, a size.
    Number(i64),
    /// Something as it is written in the data.
    Text(String),
}

impl Label {
    /// As lists write it.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Word(word) => (*word).to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }

    /// As people read it.
    pub(crate) fn shown(&self, lang: Lang) -> String {
        match self {
            Self::Word(word) => said(lang, "word", word).to_owned(),
            other => other.plain(),
        }
    }
}

/// A figure.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// How many.
    Count(u64),
    /// A rate, an index, an estimate, with the decimals that it deserves.
    Real(f64, u8),
    /// There is none.
    None,
    /// Left out, because it is small or would give away one that is.
    Hidden,
}

impl Value {
    /// As lists write it.
    pub(crate) fn plain(self) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Real(value, places) => format!("{value:.*}", usize::from(places)),
            Self::None => String::new(),
            Self::Hidden => "…".to_owned(),
        }
    }

    /// As people read it.
    pub(crate) fn shown(self, lang: Lang) -> String {
        match self {
            Self::Count(count) => grouped(count, lang),
            Self::Real(value, 0) => grouped(value.max(0.0).round() as u64, lang),
            Self::Real(value, places) => decimal(value, usize::from(places), lang),
            Self::None => "–".to_owned(),
            Self::Hidden => "…".to_owned(),
        }
    }
}

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) at: Where,
    pub(crate) labels: Vec<Label>,
    pub(crate) values: Vec<Value>,
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    pub(crate) topic: Topic,
    /// The names of the columns that say of whom a line is.
    pub(crate) labels: Vec<&'static str>,
    /// The names of the columns of figures.
    pub(crate) values: Vec<&'static str>,
    pub(crate) rows: Vec<Row>,
}

impl Table {
    pub(super) fn new(topic: Topic, rows: Vec<Row>) -> Self {
        Self { topic, labels: topic.labels().into(), values: topic.values().into(), rows }
    }
}

/// The names of places, for outputs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    pub(crate) communes: Vec<(String, String)>,
    /// Hamlets by position; empty where it is not known.
    pub(crate) hamlets: Vec<String>,
}

impl Places {
    pub(super) fn of(register: &Register) -> Self {
        Self {
            communes: register.communes.clone(),
            hamlets: register.places.iter().map(|place| place.hamlet.clone()).collect(),
        }
    }

    /// Code and name of the commune, and the hamlet, of a line; empty where it is of more than one.
    pub(crate) fn names(&self, at: Where) -> [&str; 3] {
        let commune = at.commune.and_then(|commune| self.communes.get(commune as usize));
        let (code, name) = commune.map_or(("", ""), |(code, name)| (code, name));
        let hamlet = at.place.and_then(|place| self.hamlets.get(place as usize));
        [code, name, hamlet.map_or("", String::as_str)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::{GROUPS, HouseholdType};
    use crate::publish::demography::read::{MARITAL, STATUSES};

    #[test]
    fn whatever_a_table_writes_is_said_in_both_languages() {
        let written = |section: &str, name: &str| {
            ["male", "female"].contains(&name)
                || words::texts(&format!("population.{section}.{name}")).is_some()
        };
        for topic in Topic::ALL.into_iter().chain([Sexes]) {
            for section in ["title", "definition"] {
                assert!(written(section, topic.name()), "{section} {}", topic.name());
            }
            for name in topic.labels().iter().chain(topic.values()) {
                assert!(written("head", name), "{name}");
            }
        }
        let words = GROUPS.iter().map(|group| group.name).chain(STATUSES).chain(MARITAL);
        for word in
            words.chain(HouseholdType::ALL.map(HouseholdType::name)).chain(["all", "commune", "hamlet"])
        {
            assert!(written("word", word), "{word}");
        }
    }

    #[test]
    fn values_are_written_for_lists_and_for_people() {
        let shown = |value: Value| (value.plain(), value.shown(Lang::Vi));
        assert_eq!(shown(Value::Count(1234)), ("1234".into(), "1.234".into()));
        assert_eq!(shown(Value::Real(12.345, 2)), ("12.35".into(), "12,35".into()));
        assert_eq!(shown(Value::None), (String::new(), "–".into()));
        assert_eq!(shown(Value::Hidden), ("…".into(), "…".into()));
    }
}
