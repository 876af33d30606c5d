//! What a run is asked to do.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::RunError;
use crate::archive::answers;
use crate::domain::{Dataset, Day, Kind, PartialDate, Retention, Role, Settings, Table};
use crate::ingest::sets::{FileUse, Part, Unused, without_copies};
use crate::ingest::{self, IngestError, InputSpec, ReadOptions, ReadSet, records, units::UnitMap};
use crate::linkage::{ModelFile, Parameters};
use crate::publish::{RejectLimit, WorkbookPasswords};
use crate::store::Terms;

/// What a run is asked to do; nothing is left open.
pub struct Request {
    /// The input files.
    pub inputs: Vec<InputSpec>,
    /// How they are read.
    pub read: ReadOptions,
    /// The table of administrative units, where the user gives one or the folder holds one.
    pub units: Option<PathBuf>,
    /// Files that lie with the data and are not read, to be told at the end.
    pub beside: Vec<FileUse>,
    /// Frozen parameters of linkage; learned on the data where there are none.
    pub model: Option<ModelFile>,
    /// A folder of links that other machines made, in place of linking here.
    pub links: Option<PathBuf>,
    /// The folder of a part of a country, in place of inputs and links.
    pub part: Option<PathBuf>,
    /// The output folder.
    pub out: PathBuf,
    /// Whether workbooks are made beside the lists.
    pub workbooks: bool,
    /// Whether there is one for each office in each commune, too.
    pub workbooks_by_both: bool,
    /// The passwords of workbooks.
    pub passwords: WorkbookPasswords,
    /// Whether repair files are made for the inputs.
    pub repair: bool,
    /// Whether every extract is linked, though the run before linked the same.
    pub relink: bool,
    /// Settings of linkage and rules.
    pub settings: Settings,
    /// How many rows of a file may be rejected.
    pub max_rejects: RejectLimit,
    /// The day of the run.
    pub today: Day,
    /// Which runs are kept.
    pub retention: Retention,
    /// How long findings and corrections may take.
    pub terms: Terms,
}

impl Request {
    /// The parameters of linkage.
    pub fn parameters(&self) -> Parameters<'_> {
        self.model.as_ref().map_or(Parameters::Learned, Parameters::Frozen)
    }

    /// Reads the inputs and makes typed records of them: a run up to linkage.
    ///
    /// # Errors
    /// Where a file cannot be read or understood, or the registry or every extract is missing.
    pub fn load(&self) -> Result<Dataset, RunError> {
        let units = UnitMap::given(self.units.as_deref())?;
        let options = ReadOptions { answers: answers::read(&self.out), ..self.read.clone() };
        let (inputs, _) = without_copies(self.inputs.clone());
        let ReadSet { tables, aside, .. } = ingest::read_set(&inputs, &options, &|_| ())?;
        require_among(&tables, &aside)?;
        Ok(records::build(tables, &units, self.settings.as_of))
    }
}

/// [`require_kinds`] of what was read; where a kind is missing and a file was left aside that may be of it, that file is
/// what is asked about.
pub(super) fn require_among(tables: &[Table], aside: &[FileUse]) -> Result<(), RunError> {
    let may_be_it = |file: &FileUse| match &file.part {
        Part::Unused(Unused::SetAside(error)) if !matches!(**error, IngestError::OwnOutput { .. }) => {
            Some((**error).clone())
        }
        _ => None,
    };
    require_kinds(tables.iter().map(|table| table.kind))
        .map_err(|error| aside.iter().find_map(may_be_it).map_or(error, RunError::Ingest))
}

/// A run needs the registry and something to hold against it.
///
/// # Errors
/// [`RunError::NoRegistry`] or [`RunError::NoExtract`] where one of them is not among the kinds.
pub fn require_kinds(kinds: impl Iterator<Item = Kind>) -> Result<(), RunError> {
    let kinds: Vec<Kind> = kinds.collect();
    if !kinds.contains(&Kind::Residents) {
        return Err(RunError::NoRegistry);
    }
    if kinds.iter().all(|kind| *kind == Kind::Residents) {
        return Err(RunError::NoExtract);
    }
    Ok(())
}

/// The resolved settings, as `summary.json` shows them.
pub(super) fn parameters(request: &Request) -> Value {
    let Settings { as_of: _, lang, linkage, rules } = &request.settings;
    let period = |period: Option<(PartialDate, PartialDate)>| {
        period.map(|(from, to)| json!({"from": from.to_string(), "to": to.to_string()}))
    };
    let rounded = |value: f32| (f64::from(value) * 10_000.0).round() / 10_000.0;
    json!({
        "lang": lang.code(),
        "max_rejects": request.max_rejects.share(),
        "units_given": request.units.is_some(),
        "workbooks": request.workbooks,
        "workbooks_by_both": request.workbooks_by_both,
        "workbooks_locked": request.passwords.own().is_some(),
        "repair": request.repair,
        "model": request.model.as_ref().map(|model| json!(model.trained_on)),
        "link_probability": rounded(linkage.costs.link_probability(Role::Subject)),
        "death_link_probability": rounded(linkage.costs.link_probability(Role::Deceased)),
        "review_probability": rounded(linkage.costs.review_probability(Role::Subject)),
        "costs": {
            "review": rounded(linkage.costs.review),
            "missed_link": rounded(linkage.costs.missed_link),
            "false_link": rounded(linkage.costs.false_link),
            "false_death_link": rounded(linkage.costs.false_death_link),
        },
        "margin_bits": rounded(linkage.margin_bits),
        "centenarian_age": rules.centenarian_age,
        "oldest_age": rules.oldest_age,
        "card_notice_days": rules.card_notice_days,
        "state_insured_groups": rules.state_insured_groups,
        "births_period": period(rules.births_period),
        "deaths_period": period(rules.deaths_period),
        "rules_off": rules.off.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "severity": rules.severity.iter().map(|(code, severity)| (code.to_string(), severity.name())).collect::<BTreeMap<_, _>>(),
    })
}
