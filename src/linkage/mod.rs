//! Floor 3: record linkage. For every role of every row: which resident it is, how sure, and why.
//!
//! The engine is a function of (registry part, extract part); it keeps no state between calls.
//!
//! 1. [`names`], [`dates`], [`registry`]: everything is integer-coded and indexed once.
//! 2. [`duplicates`]: residents who stand in the registry twice; links go to the row kept.
//! 3. [`em`]: for each role of each extract the m-probabilities are learned on a sample.
//! 4. [`search`]: blocking from sharp to loose, comparison ([`query`]), the best few candidates kept.
//! 5. [`audit`]: quality and calibration, measured on persons whose ID is hidden.
//! 6. [`context`]: persons of a row support each other: the child of a linked mother is in her household.
//! 7. [`rivals`], [`assign`]: two different persons of an extract cannot be one resident.
//! 8. [`decide`]: link, review or none, by probability and lead over the runner-up.

mod assign;
mod audit;
mod context;
mod dates;
mod decide;
mod duplicates;
mod em;
mod index;
mod model;
mod names;
mod query;
mod registry;
mod rivals;
mod search;
mod syllable;

use std::sync::Mutex;

use rayon::prelude::*;

use crate::domain::{Dataset, Extract, ExtractLinks, Kind, LinkageSettings, Links, Role};

pub use audit::{Audit, Bin, CommuneAudit, Share};
pub use dates::BirthLevel;
pub use em::Training;
pub use model::{
    AddressLevel, Calibration, GenderLevel, IdLevel, Levels, Model, Pattern, PlaceLevel, RelativeLevel,
};
pub use names::NameLevel;

use query::Query;
use registry::Registered;
use search::{Found, Scratch};

/// What linkage came to, beside the links: for `summary.json`.
#[derive(Debug, Default, serde::Serialize)]
pub struct LinkageReport {
    /// Distinct syllables in all names.
    pub syllables: usize,
    /// Surplus rows found in the registry.
    pub registry_duplicates: usize,
    /// By kind and role.
    pub roles: Vec<RoleReport>,
}

/// Learning and outcome for one role of one kind of extract.
#[derive(Debug, serde::Serialize)]
pub struct RoleReport {
    /// Kind of extract.
    pub kind: &'static str,
    /// Role.
    pub role: &'static str,
    /// Persons written.
    pub persons: usize,
    /// Decided as link.
    pub links: usize,
    /// Sent to review.
    pub reviews: usize,
    /// Decided as nobody of the registry.
    pub nones: usize,
    /// Estimated share of persons who are in the registry.
    pub coverage: f64,
    /// The learning.
    pub training: Training,
    /// Quality measured on persons whose ID was hidden.
    pub audit: Audit,
}

/// The links and the report on them.
#[derive(Debug, Default)]
pub struct Linkage {
    /// All decisions.
    pub links: Links,
    /// Figures for the summary.
    pub report: LinkageReport,
}

/// Persons sampled for learning, for each role of an extract.
const SAMPLE: usize = 20_000;
/// Persons searched between two reports of progress.
const CHUNK: usize = 4096;

/// Links every person of every extract to the registry.
///
/// `progress` is told the number of persons done since it was last called. The result depends on the
/// data and settings alone, not on the number of threads.
pub fn link(data: &Dataset, settings: &LinkageSettings, progress: &(dyn Fn(u64) + Sync)) -> Linkage {
    let registered = Registered::build(data);
    let shipped = Model::shipped();
    let mut linkage = Linkage::default();
    let duplicates = duplicates::in_registry(&registered, data, &shipped);
    let mut kept: Vec<u32> = (0..registered.len() as u32).collect();
    for d in &duplicates {
        kept[d.row.0 as usize] = d.kept.0;
    }
    linkage.report.syllables = registered.names.vocabulary();
    linkage.report.registry_duplicates = duplicates.len();
    linkage.links.registry_duplicates = duplicates;
    let engine = Engine { data, registered: &registered, kept: &kept, scratch: Mutex::new(Vec::new()) };
    for extract in &data.extracts {
        let (links, reports) = engine.link_extract(extract, &shipped, settings, progress);
        linkage.links.unlinked_duplicates.push(duplicates::unlinked(&registered, extract, &links));
        linkage.links.extracts.push(links);
        linkage.report.roles.extend(reports);
    }
    linkage
}

/// One registry, ready to be searched by many threads.
struct Engine<'a> {
    data: &'a Dataset,
    registered: &'a Registered<'a>,
    kept: &'a [u32],
    /// Working memory not in use, handed from chunk to chunk.
    scratch: Mutex<Vec<Scratch>>,
}

impl Engine<'_> {
    fn link_extract(
        &self,
        extract: &Extract,
        shipped: &Model,
        settings: &LinkageSettings,
        progress: &(dyn Fn(u64) + Sync),
    ) -> (ExtractLinks, Vec<RoleReport>) {
        let roles = extract.kind.roles();
        let mut found: Vec<Option<Found>> = Vec::new();
        found.resize_with(extract.persons.len(), || None);
        let (mut models, trainings): (Vec<Model>, Vec<Training>) =
            (0..roles.len()).map(|role| self.learn(extract, role, shipped)).unzip();
        let rows_a_chunk = CHUNK / roles.len();
        found.par_chunks_mut(rows_a_chunk * roles.len()).enumerate().for_each(|(chunk, out)| {
            self.with_scratch(|scratch| {
                for (i, slot) in out.iter_mut().enumerate() {
                    let person = chunk * rows_a_chunk * roles.len() + i;
                    *slot = self.find(extract, person, &models[i % roles.len()], None, scratch);
                }
            });
            progress(out.len() as u64);
        });
        let audits: Vec<Audit> = models
            .iter_mut()
            .enumerate()
            .map(|(role, model)| audit::audit(self, extract, role, model, settings, &found))
            .collect();
        context::support(self, extract, &models, &mut found);
        rivals::separate(self, extract, &models, &mut found);
        let links = decide::decide(self, extract, &models, settings, &found);
        let reports = report(extract.kind, &models, trainings, audits, &links);
        (links, reports)
    }

    /// Searches for one person of an extract; `None` where the row writes nothing of it.
    fn find(
        &self,
        extract: &Extract,
        person: usize,
        model: &Model,
        kin: Option<u32>,
        scratch: &mut Scratch,
    ) -> Option<Found> {
        if extract.persons[person].is_blank() {
            return None;
        }
        let query = self.query(extract, person, kin);
        let mut found = search::search(self.registered, model, &query, self.kept, scratch);
        found.forget_the_hopeless();
        Some(found)
    }

    fn query(&self, extract: &Extract, person: usize, kin: Option<u32>) -> Query {
        let roles = extract.kind.roles();
        let row = person / roles.len();
        let mut query =
            Query::of(self.registered, self.data, roles, extract.persons_of(row), person % roles.len());
        query.kin = kin;
        query
    }

    /// Learns the model of one role on persons spread evenly over the extract.
    fn learn(&self, extract: &Extract, role: usize, shipped: &Model) -> (Model, Training) {
        let roles = extract.kind.roles().len();
        let step = extract.rows.len().div_ceil(SAMPLE).max(1);
        let rows: Vec<usize> = (0..extract.rows.len()).step_by(step).collect();
        let sample: Vec<Found> = rows
            .par_chunks(512)
            .flat_map_iter(|rows| {
                self.with_scratch(|scratch| {
                    rows.iter()
                        .filter_map(|row| self.find(extract, row * roles + role, shipped, None, scratch))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        em::learn(shipped, &sample, self.registered.log_n)
    }

    fn with_scratch<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let spare = || self.scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let idle = spare().pop();
        let mut scratch = idle.unwrap_or_else(|| Scratch::new(self.registered.len()));
        let result = work(&mut scratch);
        spare().push(scratch);
        result
    }
}

fn report(
    kind: Kind,
    models: &[Model],
    trainings: Vec<Training>,
    audits: Vec<Audit>,
    links: &ExtractLinks,
) -> Vec<RoleReport> {
    use crate::domain::Decision;
    let roles: &[Role] = kind.roles();
    trainings
        .into_iter()
        .zip(audits)
        .enumerate()
        .map(|(role, (training, audit))| {
            let decided = || links.roles.iter().skip(role).step_by(roles.len()).flatten();
            let count = |d: Decision| decided().filter(|l| l.decision == d).count();
            RoleReport {
                kind: kind.name(),
                role: roles[role].name(),
                persons: decided().count(),
                links: count(Decision::Link),
                reviews: count(Decision::Review),
                nones: count(Decision::None),
                coverage: models[role].coverage,
                training,
                audit,
            }
        })
        .collect()
}
