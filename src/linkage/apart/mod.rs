//! Linkage of rows apart from their extract: the steps of [`link`](super::link()), each on any part of the rows, in any
//! order, by any number of machines that hold the same registry, the same model and the same facts about files.
//!
//! | step | of | tells |
//! | --- | --- | --- |
//! | [`Apart::files`] | all rows of one table | what happened to the table as a whole |
//! | [`Apart::learn`] | the rows drawn first | the parameters |
//! | [`Apart::find`] | any rows | the candidates of each person, and what the other steps ask of the whole |
//! | [`Apart::weigh`] | any rows, found | decisions as if nobody else claimed a resident, and the claims |
//! | [`Apart::settle`] | at least all rows that contest a resident or contradict each other | their decisions |
//! | [`Apart::unlinked`] | at least all rows of nobody that share a key | the same person twice |
//!
//! Between the steps whoever conducts them counts and groups by numbers alone: [`FoundRow`] and [`WeighedRow`] say by
//! which. What comes out is what `link` says of all rows on one machine with the same parameters, decisions of officers
//! left out.

mod found;
mod rows;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::blocking::postings::pair;
use super::blocking::registry::Registered;
use super::compare::names::NamesMark;
use super::duplicates;
use super::engine::Engine;
use super::fingerprint::name_digests;
use super::model::model::Model;
use super::model::model_file::{ModelFile, Parameters, RoleModel};
use super::model::posterior::Candidates;
use super::model::stable_sample::StableSample;
use super::resolve::acts::{self, Acts};
use super::resolve::clerical_overrides::ExtractOverrides;
use super::resolve::completeness::{self, Completeness};
use super::resolve::{decide, kin_pass, one_to_one};
use super::whole::{WholeFiles, habits, moved};
use crate::domain::{
    Dataset, Day, Extract, ExtractLinks, Kind, LinkageSettings, NameId, ResidentIx, Surplus,
};

pub use super::duplicates::{TwicePair, tells_nobody};
pub use super::resolve::completeness::{Group, Parts};
pub use rows::{Batch, Claim, FoundRow, WeighedRow};

/// A registry that rows are linked to, part by part.
pub struct Apart<'a> {
    engine: Engine<'a>,
    settings: LinkageSettings,
    /// Residents by group.
    counted: FxHashMap<Group, u32>,
    /// Names coded before any batch came.
    mark: NamesMark,
    models: Vec<(Kind, Vec<Model>)>,
    /// How complete the list of each kind is.
    completeness: Vec<(Kind, Completeness)>,
}

impl<'a> Apart<'a> {
    /// Indexes the registry. `twice` are all pairs of rows of one person, from [`Apart::twice`] of whoever holds the same
    /// registry; they are sought here where none are given.
    pub fn new(data: &'a Dataset, settings: LinkageSettings, twice: Option<&[TwicePair]>) -> Self {
        let registered = Registered::build(data);
        let surplus = match twice {
            Some(pairs) => duplicates::surplus(&registered, pairs),
            None => duplicates::in_registry(&registered, data, &Model::shipped()),
        };
        let counted = completeness::counted(&registered.residents);
        let mark = registered.residents.names.mark();
        let engine = Engine::over(data, registered, surplus);
        Self { engine, settings, counted, mark, models: Vec::new(), completeness: Vec::new() }
    }

    /// The registry's surplus rows.
    pub fn surplus(&self) -> &[Surplus<ResidentIx>] {
        &self.engine.duplicates
    }

    /// The pairs of rows of one person that are met from some of the residents, given from the first to before the last.
    pub fn twice(&self, (from, to): (u32, u32)) -> Vec<TwicePair> {
        let to = to.min(self.engine.registered.residents.len() as u32);
        duplicates::pairs(&self.engine.registered, self.engine.data, &Model::shipped(), from.min(to)..to)
    }

    /// Takes what is known of the files of the rows to come.
    pub fn know_files(&mut self, files: WholeFiles) {
        self.engine.files = files;
    }

    /// Takes the parameters by which kinds are linked; `false` where the file lacks some.
    pub fn know_model(&mut self, file: &ModelFile, kinds: &[Kind]) -> bool {
        let of_kind = |kind: &Kind| {
            let models: Option<Vec<Model>> =
                kind.roles().iter().map(|role| file.model(*kind, *role)).collect();
            Some((*kind, models?))
        };
        let models: Option<Vec<_>> = kinds.iter().map(of_kind).collect();
        self.models = models.unwrap_or_default();
        self.models.len() == kinds.len()
    }

    /// Takes the sums over all rows of a kind: for each group, of the residents who are claimed the largest claim of each
    /// ([`FoundRow::claims`]).
    pub fn know_completeness(&mut self, kind: Kind, sums: &FxHashMap<Group, u64>) {
        self.completeness.retain(|(of, _)| *of != kind);
        self.completeness.push((kind, Completeness::new(&self.counted, sums)));
    }

    fn models(&self, kind: Kind) -> &[Model] {
        self.models.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, models)| models)
    }

    fn completeness(&self, kind: Kind) -> Option<&Completeness> {
        self.completeness.iter().find(|(of, _)| *of == kind).map(|(_, completeness)| completeness)
    }

    /// Whether rows of a kind can be looked for: its parameters are known.
    pub fn knows(&self, kind: Kind) -> bool {
        self.models(kind).len() == kind.roles().len()
    }

    /// Does something while the names of a batch are coded.
    fn with<T>(&mut self, batch: &Batch, work: impl FnOnce(&Self) -> T) -> T {
        self.engine.registered.residents.names.extend(batch.names.iter().map(String::as_str));
        let done = work(self);
        self.engine.registered.residents.names.return_to(self.mark);
        done
    }

    /// What the rows of one table, all of them in their order, show of the table as a whole.
    pub fn files(&mut self, batch: &Batch) -> WholeFiles {
        self.with(batch, |apart| {
            let (data, owner) = (apart.engine.data, |id| apart.engine.owner(id));
            let key = |name: NameId| batch.name(&data.names, name);
            WholeFiles {
                moved: moved::of_extract(&data.registry, &batch.extract, &owner),
                habits: habits::of_extract(data, &batch.extract, &key, &owner),
            }
        })
    }

    /// Learns the parameters of a kind on rows that stand for all of them: those drawn first ([`draws`]).
    pub fn learn(&mut self, batch: &Batch) -> Vec<RoleModel> {
        let draw = self.draw(batch);
        self.with(batch, |apart| {
            let (overrides, settings) = (ExtractOverrides::default(), &apart.settings);
            let linked = apart.engine.link_extract(
                &batch.extract,
                &draw,
                settings,
                Parameters::Learned,
                &overrides,
                &|_| (),
            );
            linked.role_models()
        })
    }

    fn draw(&self, batch: &Batch) -> StableSample {
        let mut digests = name_digests(&self.engine.data.names);
        digests.extend(batch.names.iter().map(|name| super::fingerprint::digest(name.as_bytes())));
        StableSample::new(&batch.extract, &digests)
    }

    /// Searches for every person of some rows, and again in the light of the others of their row.
    pub fn find(&mut self, batch: &Batch) -> Vec<FoundRow> {
        self.with(batch, |apart| {
            let (engine, extract) = (&apart.engine, &batch.extract);
            let models = apart.models(extract.kind);
            let mut found = engine.search(extract, models, &|_| ());
            kin_pass::support(engine, extract, models, &mut found);
            let roles = extract.kind.roles().len();
            let mut rows: Vec<FoundRow> = found
                .par_chunks(roles)
                .enumerate()
                .map(|(row, found)| apart.found_row(extract, row, found, models))
                .collect();
            for (row, resident, day) in acts::told(&engine.registered, extract) {
                rows[row].acts.push((resident, day));
            }
            rows
        })
    }

    fn found_row(
        &self,
        extract: &Extract,
        row: usize,
        found: &[Option<Candidates>],
        models: &[Model],
    ) -> FoundRow {
        let residents = &self.engine.registered.residents;
        let persons = extract.persons_of(row);
        let main = extract.kind.roles().iter().position(|role| role.is_main());
        let claim = |(resident, parts)| Claim { resident, group: Group::of(residents, resident), parts };
        let claims = main.and_then(|main| Some((found[main].as_ref()?, &models[main])));
        let numbers = |of_nameless: bool| {
            let of = persons.iter().filter(move |person| !of_nameless || person.name.id.is_blank());
            of.filter_map(|person| Some(person.personal_id()?.number())).collect()
        };
        let residents_of = |dead: bool| {
            let found = found.iter().flatten().filter(move |found| found.asserts_death == dead);
            let top = found.flat_map(|found| &found.top).filter(move |(pair, _)| dead || pair.shows_alive());
            top.map(|(pair, _)| pair.resident).collect()
        };
        let keys = duplicates::keys_of(&self.engine.registered, &persons[0]);
        FoundRow {
            found: found::write(found),
            claims: claims
                .into_iter()
                .flat_map(|(found, model)| completeness::claims(found, model, residents.log_n))
                .map(claim)
                .collect(),
            numbers: numbers(false),
            nameless: numbers(true),
            dead: residents_of(true),
            alive: residents_of(false),
            keys: keys.iter().map(|(what, of)| pair(*what, *of)).collect(),
            acts: Vec::new(),
        }
    }

    /// Decides rows as if nobody else claimed their residents. Needs the sums of the kind
    /// ([`Apart::know_completeness`]).
    ///
    /// # Errors
    /// The place of the first row whose bytes are not those of [`FoundRow::found`].
    pub fn weigh(&self, kind: Kind, rows: &[&[u8]]) -> Result<Vec<WeighedRow>, usize> {
        let mut found = read_all(kind, rows)?;
        self.complete(kind, &mut found);
        let (models, roles) = (self.models(kind), kind.roles());
        let log_n = self.engine.registered.residents.log_n;
        let main = roles.iter().position(|role| role.is_main());
        let decided = decide::decide(kind, models, &self.settings, &found, log_n).roles;
        let mut decided = decided.into_iter();
        let rows = found.chunks(roles.len()).map(|found| {
            let links: Vec<_> = decided.by_ref().take(roles.len()).collect();
            let claims = main.and_then(|main| Some((found[main].as_ref()?, &models[main])));
            let claims =
                claims.into_iter().flat_map(|(found, model)| one_to_one::claimed(found, model, log_n));
            WeighedRow {
                claims: claims.collect(),
                tells_nobody: duplicates::tells_nobody(kind, &links),
                links,
            }
        });
        Ok(rows.collect())
    }

    /// Decides rows that contest residents or contradict each other. Among them must be, of every resident whom more than
    /// one row of the kind claims ([`WeighedRow::claims`]), all these rows; all rows that say that somebody is dead, and
    /// those that show the same residents alive ([`FoundRow::dead`], [`FoundRow::alive`]); all rows with the number of a
    /// person without a name ([`FoundRow::nameless`]). They stand in the order of their extract. `acts` are those of all
    /// kinds, of the residents on rows of the dead at least.
    ///
    /// # Errors
    /// As [`Apart::weigh`].
    pub fn settle(
        &mut self,
        batch: &Batch,
        found: &[&[u8]],
        acts: impl Iterator<Item = (u32, Day)>,
    ) -> Result<ExtractLinks, usize> {
        let kind = batch.extract.kind;
        let mut found = read_all(kind, found)?;
        let mut of_residents = Acts::default();
        acts.for_each(|(resident, day)| of_residents.add(resident, day));
        self.complete(kind, &mut found);
        Ok(self.with(batch, |apart| {
            let (engine, models) = (&apart.engine, apart.models(kind));
            engine.settle(&batch.extract, models, apart.completeness(kind), &of_residents, &mut found);
            decide::decide(kind, models, &apart.settings, &found, engine.registered.residents.log_n)
        }))
    }

    fn complete(&self, kind: Kind, found: &mut [Option<Candidates>]) {
        let main = kind.roles().iter().position(|role| role.is_main());
        if let Some((main, completeness)) = main.zip(self.completeness(kind)) {
            completeness.add(&self.engine.registered.residents, (main, kind.roles().len()), found);
        }
    }

    /// Of rows that are nobody's of the registry, those that are the same person as another: by index into the rows given.
    /// Among them must be all that share a key ([`FoundRow::keys`]), in the order of their extract.
    pub fn unlinked(&mut self, batch: &Batch, links: &ExtractLinks) -> Vec<Surplus<u32>> {
        self.with(batch, |apart| duplicates::unlinked(&apart.engine.registered, &batch.extract, links))
    }
}

/// A number for each row of an extract, as good as random and the same wherever the row stands: parameters are learned
/// on the rows with the lowest.
pub fn draws(data: &Dataset, extract: &Extract) -> Vec<u64> {
    StableSample::new(extract, &name_digests(&data.names)).numbers().to_vec()
}

/// What was found for the persons of all rows.
fn read_all(kind: Kind, rows: &[&[u8]]) -> Result<Vec<Option<Candidates>>, usize> {
    let roles = kind.roles().len();
    let read = |(at, bytes): (usize, &&[u8])| found::read(bytes, roles).ok_or(at);
    let rows: Vec<Vec<Option<Candidates>>> =
        rows.par_iter().enumerate().map(read).collect::<Result<_, _>>()?;
    Ok(rows.into_iter().flatten().collect())
}
