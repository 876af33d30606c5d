//! The steps of linkage, one after the other.

use rayon::prelude::*;

use super::compare::levels::Comparison;
use super::duplicates;
use super::engine::{Engine, timed};
use super::evaluate::holdout::{self, Audit};
use super::explain::{self, Explanation};
use super::fingerprint::{Earlier, ExtractLinkage, Fingerprint, Fingerprints, Learned, name_digests};
use super::model::em::{self, Training};
use super::model::model::Model;
use super::model::model_file::{ModelFile, Parameters, RoleModel};
use super::model::posterior::Candidates;
use super::model::stable_sample::StableSample;
use super::resolve::acts::Acts;
use super::resolve::clerical_overrides::{ClericalOverrides, Contested, ExtractOverrides};
use super::resolve::completeness::Completeness;
use super::resolve::{contradicted_deaths, decide, kin_pass, nameless, one_to_one};
use crate::domain::{Capability, Dataset, Decision, Extract, ExtractLinks, Kind, LinkageSettings, Links};

/// What linkage came to, beside the links: for `summary.json`.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct RoleReport {
    /// Kind of extract.
    pub kind: String,
    /// Role.
    pub role: String,
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
    /// ClericalOverrides that were not taken because two of them cannot both be true.
    pub contested: Vec<Contested>,
    /// For each extract what its links stand on.
    pub fingerprints: Vec<Fingerprint>,
    /// The extracts whose links an earlier run made.
    pub reused: Vec<Kind>,
}

/// Persons sampled for learning, for each role of an extract.
const SAMPLE: usize = 6_000;
/// Persons searched between two reports of progress; within a chunk commune by commune.
const CHUNK: usize = 32_768;

/// Persons whose likeliest candidates are fetched in one go.
const FETCHED: usize = 16;

/// Links every person of every extract to the registry.
///
/// What `earlier` remembers of an extract that has the same fingerprint is taken as it is. `progress` is told the
/// number of persons done since it was last called. The result depends on the data, settings, parameters and
/// verdicts alone, not on the number of threads or on what is remembered.
pub fn link(
    data: &Dataset,
    settings: &LinkageSettings,
    parameters: Parameters<'_>,
    verdicts: &ClericalOverrides,
    earlier: &dyn Earlier,
    progress: &(dyn Fn(u64) + Sync),
) -> Linkage {
    let (mut engine, mut fingerprints) =
        rayon::join(|| Engine::new(data), || Fingerprints::new(data, settings, parameters));
    fingerprints.reckon_with(&engine.acts);
    let mut linkage = Linkage::default();
    linkage.report.syllables = engine.registered.residents.names.vocabulary();
    linkage.report.registry_duplicates = engine.duplicates.len();
    linkage.links.registry_duplicates = std::mem::take(&mut engine.duplicates);
    for (position, extract) in data.extracts.iter().enumerate() {
        let overrides = ExtractOverrides::of(&engine, position, extract, verdicts, &mut linkage.contested);
        let fingerprint = fingerprints.of(extract, &overrides);
        let remembered = earlier
            .linkage(extract.kind, &fingerprint)
            .filter(|earlier| earlier.links.roles.len() == extract.persons.len());
        let ExtractLinkage { links, unlinked_duplicates, learned } = match remembered {
            Some(earlier) => {
                linkage.reused.push(extract.kind);
                progress(extract.persons.iter().filter(|person| !person.is_blank()).count() as u64);
                earlier
            }
            None => {
                let draw = StableSample::new(extract, fingerprints.names());
                let linked = engine.link_extract(extract, &draw, settings, parameters, &overrides, progress);
                let links = linked.decide(settings, engine.registered.residents.log_n);
                let unlinked_duplicates = duplicates::unlinked(&engine.registered, extract, &links);
                ExtractLinkage { links, unlinked_duplicates, learned: linked.learned() }
            }
        };
        linkage.report.roles.extend(role_reports(extract.kind, &links, learned));
        linkage.links.unlinked_duplicates.push(unlinked_duplicates);
        linkage.links.extracts.push(links);
        linkage.fingerprints.push(fingerprint);
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
            kind: kind.name().to_owned(),
            role: of.name().to_owned(),
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
        let (draw, overrides) = (StableSample::new(extract, &names), ExtractOverrides::default());
        let linked = engine.link_extract(extract, &draw, settings, Parameters::Learned, &overrides, &|_| ());
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
    let draw = StableSample::new(extract, &name_digests(&data.names));
    let linked =
        engine.link_extract(extract, &draw, settings, parameters, &ExtractOverrides::default(), &|_| ());
    let roles = extract.kind.roles();
    roles
        .iter()
        .enumerate()
        .filter_map(|(at, role)| {
            let found = linked.found[row * roles.len() + at].as_ref()?;
            Some(explain::explain(
                found,
                &linked.models[at],
                *role,
                settings,
                engine.registered.residents.log_n,
            ))
        })
        .collect()
}

/// An extract with everything found for its persons, before the decision.
pub(super) struct Linked<'a> {
    extract: &'a Extract,
    models: Vec<Model>,
    trainings: Vec<Training>,
    audits: Vec<Audit>,
    found: Vec<Option<Candidates>>,
}

impl Linked<'_> {
    fn decide(&self, settings: &LinkageSettings, log_n: f32) -> ExtractLinks {
        decide::decide(self.extract.kind, &self.models, settings, &self.found, log_n)
    }

    /// The parameters, as model files have them.
    pub(super) fn role_models(&self) -> Vec<RoleModel> {
        let roles = self.extract.kind.roles().iter();
        roles.zip(&self.models).map(|(role, model)| RoleModel::new(self.extract.kind, *role, model)).collect()
    }

    fn learned(self) -> Vec<Learned> {
        let parts = self.models.iter().zip(self.trainings).zip(self.audits);
        let learned = |((model, training), audit): ((&Model, _), _)| Learned {
            coverage: model.coverage.overall(&Model::shipped().coverage),
            training,
            audit,
        };
        parts.map(learned).collect()
    }
}

impl Engine<'_> {
    pub(super) fn link_extract<'e>(
        &self,
        extract: &'e Extract,
        draw: &StableSample,
        settings: &LinkageSettings,
        parameters: Parameters<'_>,
        overrides: &ExtractOverrides,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Linked<'e> {
        let roles = extract.kind.roles();
        let kind = extract.kind.name();
        let (mut models, trainings): (Vec<Model>, Vec<Training>) = timed("learn", kind, || {
            (0..roles.len()).map(|role| self.parameters(extract, draw, role, parameters)).unzip()
        });
        let mut found = timed("search", kind, || self.search(extract, &models, progress));
        // A file need not hold every role: what it lacks is learned.
        let frozen: Vec<bool> = trainings.iter().map(|training| training.drift.is_some()).collect();
        let audits: Vec<Audit> = timed("audit", kind, || {
            let roles = models.iter_mut().enumerate();
            roles
                .map(|(role, model)| {
                    let audited = holdout::Audited { extract, draw, role, found: &found };
                    holdout::audit(self, &audited, model, settings, frozen[role])
                })
                .collect()
        });
        overrides.apply(self, extract, &mut found);
        timed("context", kind, || {
            kin_pass::learn(self, draw, &mut models, &frozen, &found);
            kin_pass::support(self, extract, &models, &mut found);
        });
        // Whoever was searched again met the candidates that were denied.
        overrides.apply(self, extract, &mut found);
        let completeness = timed("completeness", kind, || {
            let residents = &self.registered.residents;
            let main = roles.iter().position(|role| role.is_main());
            let main = main?;
            let completeness = Completeness::of(residents, (main, roles.len()), &models[main], &found);
            completeness.add(residents, (main, roles.len()), &mut found);
            Some(completeness)
        });
        timed("rivals", kind, || {
            self.settle(extract, &models, completeness.as_ref(), &self.acts, &mut found);
        });
        Linked { extract, models, trainings, audits, found }
    }

    /// Searches for every person of an extract, each by itself.
    pub(super) fn search(
        &self,
        extract: &Extract,
        models: &[Model],
        progress: &(dyn Fn(u64) + Sync),
    ) -> Vec<Option<Candidates>> {
        let roles = extract.kind.roles();
        let mut found: Vec<Option<Candidates>> = Vec::new();
        found.resize_with(extract.persons.len(), || None);
        let chunk = CHUNK / roles.len() * roles.len();
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
        found
    }

    /// Weighs what rows claim against each other, and makes questions of what other rows contradict. `completeness` is
    /// that of the main role, and in what was found already.
    pub(super) fn settle(
        &self,
        extract: &Extract,
        models: &[Model],
        completeness: Option<&Completeness>,
        acts: &Acts,
        found: &mut [Option<Candidates>],
    ) {
        let residents = &self.registered.residents;
        if let Some(completeness) = completeness {
            one_to_one::separate(residents, extract, models, completeness, found);
        }
        nameless::question(residents, extract, found);
        let dead_by = |person: usize| self.record(extract, person, None).dead_by;
        // Other lists stay what they were when people marry.
        let none = Acts::default();
        let is_record = extract.kind.has(Capability::Death);
        let acts = if is_record { acts } else { &none };
        let told = contradicted_deaths::Told { acts, extract, dead_by: &dead_by, is_record };
        contradicted_deaths::question(models, residents, &told, found);
    }

    /// The model of a role, with what its learning came to.
    fn parameters(
        &self,
        extract: &Extract,
        draw: &StableSample,
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
                learned[Comparison::Kin] = model[Comparison::Kin].clone();
                training.drift = Some(em::change(&model, &learned));
                (model, training)
            }
        }
    }

    /// Learns the model of one role on a sample of the extract.
    fn learn(&self, extract: &Extract, draw: &StableSample, role: usize, start: &Model) -> (Model, Training) {
        let roles = extract.kind.roles().len();
        let rows = draw.sample((0..extract.rows.len()).collect(), |row| *row, SAMPLE);
        let sample: Vec<Candidates> = rows
            .par_chunks(512)
            .flat_map_iter(|rows| {
                self.with_scratch(|scratch| {
                    rows.iter()
                        .filter_map(|row| self.find(extract, row * roles + role, start, None, scratch))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        em::learn(start, sample, self.registered.residents.log_n)
    }
}
