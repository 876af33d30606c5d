//! Floor 3: record linkage. For every role of every row: which resident it is, how sure, and why.
//!
//! The engine is a function of (registry part, extract part); it keeps no state between calls.
//!
//! 1. [`names`], [`dates`], [`registry`]: everything is integer-coded and indexed once.
//! 2. [`duplicates`]: residents who stand in the registry twice; links go to the row kept.
//! 3. [`em`]: for each role of each extract the m-probabilities are learned on a sample, which depends on what rows
//!    say and not on where they stand ([`draw`]).
//! 4. [`search`]: blocking from sharp to loose, comparison ([`query`]), the best few candidates kept.
//! 5. [`audit`]: quality and calibration, measured on persons whose ID is hidden.
//! 6. [`verdicts`]: what officers decided of pairs is applied.
//! 7. [`context`], [`kinship`]: persons of a row support each other: the child of a linked mother is in her
//!    household, a namesake elsewhere is not she.
//! 8. [`rivals`], [`assign`]: two different persons of an extract cannot be one resident.
//! 9. [`decide`]: link, review or none, by probability and lead over the runner-up.
//!
//! Steps 3 to 9 are left out for an extract all of whose links would be those of the run before ([`ground`]).

mod blocking;
mod compare;
mod duplicates;
mod evaluate;
mod explain;
mod fingerprint;
#[doc(hidden)]
pub mod kernels;
mod model;
mod resolve;

use std::sync::Mutex;

use rayon::prelude::*;

use crate::domain::{
    Dataset, Decision, Detail, Extract, ExtractLinks, Kind, LinkageSettings, Links, ResidentIx, Surplus,
};

pub use compare::dates::BirthLevel;
pub use compare::names::NameLevel;
pub use evaluate::holdout::{Audit, Bin, CommuneAudit, Share};
pub use explain::{Explained, Explanation};
pub use fingerprint::{Earlier, ExtractLinkage, Ground, Learned};
pub use model::em::Training;
pub use model::model::{
    AddressLevel, Calibration, GenderLevel, IdLevel, Levels, Model, Pattern, PlaceLevel, RelativeLevel,
    level_names,
};
pub use model::model_file::{FORMAT as MODEL_FORMAT, ModelError, ModelFile, RoleModel, TrainedOn};
pub use resolve::clerical_overrides::{Contested, DecidedPair, Verdicts};
pub use resolve::kinship::KinLevel;

use blocking::registry::Registered;
use blocking::search::{Found, Scratch};
use compare::record::Query;
use fingerprint::{Grounds, name_digests};
use model::stable_sample::Draw;
use resolve::clerical_overrides::Ruling;

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

impl LinkageReport {
    /// What was learned of the roles of a kind of extract.
    pub fn learned(&self, kind: Kind) -> Vec<&Learned> {
        self.roles.iter().filter(|role| role.kind == kind.name()).map(|role| &role.learned).collect()
    }
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
    /// What was learned.
    #[serde(flatten)]
    pub learned: Learned,
}

/// The links and the report on them.
#[derive(Debug, Default)]
pub struct Linkage {
    /// All decisions.
    pub links: Links,
    /// Figures for the summary.
    pub report: LinkageReport,
    /// Verdicts that were not taken because two of them cannot both be true.
    pub contested: Vec<Contested>,
    /// For each extract what its links stand on.
    pub grounds: Vec<Ground>,
    /// The extracts whose links an earlier run made.
    pub reused: Vec<Kind>,
}

/// Persons sampled for learning, for each role of an extract.
const SAMPLE: usize = 6_000;
/// Persons searched between two reports of progress; within a chunk commune by commune.
const CHUNK: usize = 32_768;

/// Persons whose likeliest candidates are fetched in one go.
const FETCHED: usize = 16;

/// How a run gets its parameters.
#[derive(Copy, Clone, Debug, Default)]
pub enum Parameters<'a> {
    /// Learned on the data at hand, from the shipped ones.
    #[default]
    Learned,
    /// Those of a file, as they are; what the data would have taught is reported as drift.
    Frozen(&'a ModelFile),
}

/// Links every person of every extract to the registry.
///
/// What `earlier` remembers of an extract that stands on the same ground is taken as it is. `progress` is told the
/// number of persons done since it was last called. The result depends on the data, settings, parameters and
/// verdicts alone, not on the number of threads or on what is remembered.
pub fn link(
    data: &Dataset,
    settings: &LinkageSettings,
    parameters: Parameters<'_>,
    verdicts: &Verdicts,
    earlier: &dyn Earlier,
    progress: &(dyn Fn(u64) + Sync),
) -> Linkage {
    let (mut engine, grounds) =
        rayon::join(|| Engine::new(data), || Grounds::new(data, settings, parameters));
    let mut linkage = Linkage::default();
    linkage.report.syllables = engine.registered.names.vocabulary();
    linkage.report.registry_duplicates = engine.duplicates.len();
    linkage.links.registry_duplicates = std::mem::take(&mut engine.duplicates);
    for (position, extract) in data.extracts.iter().enumerate() {
        let ruling = Ruling::of(&engine, position, extract, verdicts, &mut linkage.contested);
        let ground = grounds.of(extract, &ruling);
        let remembered = earlier
            .linkage(extract.kind, &ground)
            .filter(|earlier| earlier.links.roles.len() == extract.persons.len());
        let ExtractLinkage { links, unlinked_duplicates, learned } = match remembered {
            Some(earlier) => {
                linkage.reused.push(extract.kind);
                progress(extract.persons.iter().filter(|person| !person.is_blank()).count() as u64);
                earlier
            }
            None => {
                let draw = Draw::new(extract, grounds.names());
                let linked = engine.link_extract(extract, &draw, settings, parameters, &ruling, progress);
                let links = linked.decide(&engine, settings);
                let unlinked_duplicates = duplicates::unlinked(&engine.registered, extract, &links);
                ExtractLinkage { links, unlinked_duplicates, learned: linked.learned() }
            }
        };
        linkage.report.roles.extend(role_reports(extract.kind, &links, learned));
        linkage.links.unlinked_duplicates.push(unlinked_duplicates);
        linkage.links.extracts.push(links);
        linkage.grounds.push(ground);
    }
    linkage
}

/// What is told of the roles of an extract.
fn role_reports(kind: Kind, links: &ExtractLinks, learned: Vec<Learned>) -> impl Iterator<Item = RoleReport> {
    let roles = kind.roles();
    learned.into_iter().zip(roles).enumerate().map(move |(role, (learned, of))| {
        let decided = || links.roles.iter().skip(role).step_by(roles.len()).flatten();
        let count = |d: Decision| decided().filter(|l| l.decision == d).count();
        RoleReport {
            kind: kind.name(),
            role: of.name(),
            persons: decided().count(),
            links: count(Decision::Link),
            reviews: count(Decision::Review),
            nones: count(Decision::None),
            learned,
        }
    })
}

/// Learns the parameters of every role on the data and gives them as a file.
pub fn train(data: &Dataset, settings: &LinkageSettings) -> ModelFile {
    let engine = Engine::new(data);
    let names = name_digests(&data.names);
    let mut models = Vec::new();
    for extract in &data.extracts {
        let (draw, ruling) = (Draw::new(extract, &names), Ruling::default());
        let linked = engine.link_extract(extract, &draw, settings, Parameters::Learned, &ruling, &|_| ());
        models
            .extend(linked.models.into_iter().zip(extract.kind.roles()).map(|(m, r)| (extract.kind, *r, m)));
    }
    ModelFile::new(data, &models)
}

/// Explains what was found for every written role of one row of an extract (by its position in
/// [`Dataset::extracts`] and the row's index).
pub fn explain(
    data: &Dataset,
    settings: &LinkageSettings,
    parameters: Parameters<'_>,
    extract: usize,
    row: usize,
) -> Vec<Explanation> {
    let engine = Engine::new(data);
    let extract = &data.extracts[extract];
    let draw = Draw::new(extract, &name_digests(&data.names));
    let linked = engine.link_extract(extract, &draw, settings, parameters, &Ruling::default(), &|_| ());
    let roles = extract.kind.roles();
    roles
        .iter()
        .enumerate()
        .filter_map(|(at, role)| {
            let found = linked.found[row * roles.len() + at].as_ref()?;
            Some(explain::explain(found, &linked.models[at], *role, settings, engine.registered.log_n))
        })
        .collect()
}

/// Runs a step and logs how long it took.
fn timed<T>(step: &str, of: &str, work: impl FnOnce() -> T) -> T {
    let start = std::time::Instant::now();
    let result = work();
    tracing::debug!(step, of, milliseconds = start.elapsed().as_millis() as u64, "linkage");
    result
}

/// For every resident the row that stands for the person.
fn kept_rows(residents: usize, duplicates: &[Surplus<ResidentIx>]) -> Vec<u32> {
    let mut kept: Vec<u32> = (0..residents as u32).collect();
    for d in duplicates {
        kept[d.row.0 as usize] = d.kept.0;
    }
    kept
}

/// One registry, ready to be searched by many threads.
struct Engine<'a> {
    data: &'a Dataset,
    registered: Registered<'a>,
    /// Surplus rows of the registry.
    duplicates: Vec<Surplus<ResidentIx>>,
    /// For every resident the row that stands for the person.
    kept: Vec<u32>,
    /// Working memory not in use, handed from chunk to chunk.
    scratch: Mutex<Vec<Scratch>>,
}

/// An extract with everything found for its persons, before the decision.
struct Linked<'a> {
    extract: &'a Extract,
    models: Vec<Model>,
    trainings: Vec<Training>,
    audits: Vec<Audit>,
    found: Vec<Option<Found>>,
}

impl Linked<'_> {
    fn decide(&self, engine: &Engine, settings: &LinkageSettings) -> ExtractLinks {
        decide::decide(engine, self.extract, &self.models, settings, &self.found)
    }

    fn learned(self) -> Vec<Learned> {
        let parts = self.models.iter().zip(self.trainings).zip(self.audits);
        let learned = |((model, training), audit): ((&Model, _), _)| Learned {
            coverage: model.coverage,
            training,
            audit,
        };
        parts.map(learned).collect()
    }
}

impl<'a> Engine<'a> {
    /// Indexes the registry and finds who stands in it twice.
    fn new(data: &'a Dataset) -> Self {
        let registered = timed("index", "residents", || Registered::build(data));
        let duplicates = timed("duplicates", "residents", || {
            duplicates::in_registry(&registered, data, &Model::shipped())
        });
        let kept = kept_rows(registered.len(), &duplicates);
        Self { data, registered, duplicates, kept, scratch: Mutex::new(Vec::new()) }
    }

    fn link_extract<'e>(
        &self,
        extract: &'e Extract,
        draw: &Draw,
        settings: &LinkageSettings,
        parameters: Parameters<'_>,
        ruling: &Ruling,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Linked<'e> {
        let roles = extract.kind.roles();
        let kind = extract.kind.name();
        let (mut models, trainings): (Vec<Model>, Vec<Training>) = timed("learn", kind, || {
            (0..roles.len()).map(|role| self.parameters(extract, draw, role, parameters)).unzip()
        });
        let mut found: Vec<Option<Found>> = Vec::new();
        found.resize_with(extract.persons.len(), || None);
        let chunk = CHUNK / roles.len() * roles.len();
        timed("search", kind, || {
            found.par_chunks_mut(chunk).enumerate().for_each(|(at, out)| {
                let persons = &extract.persons[at * chunk..at * chunk + out.len()];
                // Neighbours are sought among the same residents: those are at hand then.
                let mut order: Vec<u32> = (0..out.len() as u32).collect();
                order.sort_unstable_by_key(|&i| (persons[i as usize].place, i));
                self.with_scratch(|scratch| {
                    for some in order.chunks(FETCHED) {
                        self.registered.fetch(some.iter().map(|&i| &persons[i as usize]));
                        for i in some.iter().map(|&i| i as usize) {
                            let model = &models[i % roles.len()];
                            out[i] = self.find(extract, at * chunk + i, model, None, scratch);
                        }
                    }
                });
                progress(out.len() as u64);
            });
        });
        // A file need not hold every role: what it lacks is learned.
        let frozen: Vec<bool> = trainings.iter().map(|training| training.drift.is_some()).collect();
        let audits: Vec<Audit> = timed("audit", kind, || {
            let roles = models.iter_mut().enumerate();
            roles
                .map(|(role, model)| {
                    let audited = audit::Audited { extract, draw, role, found: &found };
                    audit::audit(self, &audited, model, settings, frozen[role])
                })
                .collect()
        });
        ruling.apply(self, extract, &mut found);
        timed("context", kind, || {
            context::learn(self, draw, &mut models, &frozen, &found);
            context::support(self, extract, &models, &mut found);
        });
        // Whoever was searched again met the candidates that were denied.
        ruling.apply(self, extract, &mut found);
        timed("rivals", kind, || rivals::separate(self, extract, &models, &mut found));
        Linked { extract, models, trainings, audits, found }
    }

    /// The model of a role, with what its learning came to.
    fn parameters(
        &self,
        extract: &Extract,
        draw: &Draw,
        role: usize,
        parameters: Parameters<'_>,
    ) -> (Model, Training) {
        let shipped = Model::shipped();
        let frozen = match parameters {
            Parameters::Learned => None,
            Parameters::Frozen(file) => file.model(extract.kind, extract.kind.roles()[role]),
        };
        // From the shipped parameters too where they are frozen: what the data teach by themselves.
        let (mut learned, mut training) = self.learn(extract, draw, role, &shipped);
        match frozen {
            None => (learned, training),
            Some(model) => {
                // Kinship is learned later, and not again.
                learned.kinship = model.kinship.clone();
                training.drift = Some(em::change(&model, &learned));
                (model, training)
            }
        }
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
        let mut found = search::search(&self.registered, model, &query, &self.kept, scratch);
        found.forget_the_hopeless();
        Some(found)
    }

    fn query(&self, extract: &Extract, person: usize, kin: Option<u32>) -> Query {
        let roles = extract.kind.roles();
        let row = person / roles.len();
        let mut query =
            Query::of(&self.registered, self.data, roles, extract.persons_of(row), person % roles.len());
        if let Detail::Death(record) = &extract.rows[row].detail {
            query.death = record.death_date.sound();
        }
        query.with_kin(kin)
    }

    /// Learns the model of one role on a sample of the extract.
    fn learn(&self, extract: &Extract, draw: &Draw, role: usize, start: &Model) -> (Model, Training) {
        let roles = extract.kind.roles().len();
        let rows = draw.sample((0..extract.rows.len()).collect(), |row| *row, SAMPLE);
        let sample: Vec<Found> = rows
            .par_chunks(512)
            .flat_map_iter(|rows| {
                self.with_scratch(|scratch| {
                    rows.iter()
                        .filter_map(|row| self.find(extract, row * roles + role, start, None, scratch))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        em::learn(start, sample, self.registered.log_n)
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
