//! A run from end to end: read, normalise, link, judge, publish.

mod error;
mod history;
mod inputs;
mod request;
mod stage;
mod told;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

use crate::archive::{
    Accounting, KeptLinks, LinkCounts, OutDir, Recall, RunFolder, RunInfo, answers, run_id,
};
use crate::custody;
use crate::disk::{self, Pointer};
use crate::domain::{Code, Dataset, Day, Finding, Kind, Lang, NotRun, SkippedSheet, Table};
use crate::findings::{self, FindingId, Judgement};
use crate::ingest::sets::{FileUse, without_copies};
use crate::ingest::units::UnitMap;
use crate::ingest::{self, Answers, ReadOptions, ReadSet, records};
use crate::interrupt;
use crate::linkage::{self, Earlier, Linkage, LinkageReport};
use crate::publish::{
    self, Account, Cases, Catalogue, Counts, Issue, PastRuns, Population, RejectLimit, Standing, Whereabouts,
    Written as WorkbooksWritten,
};
use crate::returns::{self, TakenIn};
use crate::store::{RunRecord, Store};
use crate::worker::{self, Part};
use history::History;
use inputs::Watch;
use request::{parameters, require_among};
use stage::Clock;
use told::{coverage, followed, input_bytes, persons, skipped_sheets, uncomputed};

pub use error::{RejectedFile, RunError};
pub use request::{Request, require_kinds};
pub use stage::{Progress, Stage};

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The name of the run.
    pub run_id: String,
    /// The path by which the run is found.
    pub latest: PathBuf,
    /// Whether the output folder could not be closed to others ([`OutDir::is_open_to_others`]).
    pub open_to_others: bool,
    /// The as-of date.
    pub as_of: Day,
    /// Duration in seconds.
    pub seconds: f64,
    /// Findings, counted.
    pub counts: Counts,
    /// Roles of all extracts by decision.
    pub links: LinkCounts,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Rules that were not run.
    pub not_run: Vec<NotRun>,
    /// What officers had typed into the workbooks, and the workbooks written anew.
    pub workbooks: Workbooks,
    /// Whether repair files were made.
    pub repair: bool,
    /// Every file that was found, and what it was used as.
    pub files: Vec<FileUse>,
    /// Sheets that were not read, each with the name of its file.
    pub skipped_sheets: Vec<(String, SkippedSheet)>,
    /// Columns with formulas that were never computed: the file, the header, how many.
    pub uncomputed: Vec<(String, String, u64)>,
    /// Lists that a later one of the same title has followed, each with that one.
    pub followed: Vec<(String, String)>,
    /// What columns of files show as a whole, in sentences.
    pub told: Vec<String>,
    /// Unpublished folders of dead runs that were removed.
    pub removed: Vec<String>,
    /// Whether an erasure that was cut short was finished first.
    pub purge_resumed: bool,
    /// What was remembered, and done with it.
    pub recall: Recall,
    /// Runs removed because they need no longer be kept.
    pub pruned: Vec<String>,
}

/// The workbooks of officers, before and after a run.
#[derive(Clone, Debug, Default)]
pub struct Workbooks {
    /// Decisions that were typed into them and are new.
    pub decisions: u64,
    /// What could not be taken in, line by line.
    pub told: Vec<String>,
    /// Those written anew, beside others, or not at all; `None` where none are wanted.
    pub written: Option<WorkbooksWritten>,
}

/// The last run, where one made now would say the same: inputs, parameters, as-of date, program and decisions
/// are what they were, and `latest` points to it.
///
/// # Errors
/// Where the output folder or the store cannot be opened, or an input cannot be read.
pub fn unchanged(request: &Request) -> Result<Option<RunRecord>, RunError> {
    let out = OutDir::open(&request.out)?;
    let Some(store) = Store::open_existing(out.path())? else { return Ok(None) };
    let Some(last) = store.last_run()? else { return Ok(None) };
    let stands = out.latest().is_some() && out.latest_run().as_ref() == Some(&last.name);
    let unchanged = stands
        && !publish::workbooks_saved_since(out.path(), last.started_at)
        && !request.passwords.is_saved_since(last.started_at)
        && !store.is_news_since(&last, request.today, &request.terms)?
        && inputs::same_as(request, &last)?;
    Ok(unchanged.then_some(last))
}

/// Runs the whole pipeline.
///
/// # Errors
/// Inputs that cannot be understood, an output folder or store that cannot be written, a signal to stop. With any of
/// them the run that `latest` points to stays what it was.
pub fn run(request: &Request, progress: &dyn Progress) -> Result<Outcome, RunError> {
    interrupt::caught(|| run_through(request, progress))?
}

fn run_through(request: &Request, progress: &dyn Progress) -> Result<Outcome, RunError> {
    let out = OutDir::open(&request.out)?;
    let resumed = custody::resume(&out, &request.passwords)?.is_some();
    let memory = History::open(&out, request)?;
    let typed =
        returns::take_in(out.path(), &request.passwords, (memory.started, memory.day), request.settings.lang);
    if typed.made > 0 || !typed.told.is_empty() {
        tracing::info!(decisions = typed.made, not_taken = typed.told.len(), "workbooks taken in");
    }
    let mut clock = Clock::start(progress, memory.started);
    let units = UnitMap::given(request.units.as_deref())?;

    if let Some(folder) = &request.part {
        clock.begin(Stage::Read, None)?;
        let (data, part) = worker::read_part(folder, &units, request.settings.as_of)?;
        let gathered = Gathered {
            fingerprint: inputs::fingerprint(request, &data.tables, &Answers::default())?,
            files: inputs::uses(request, &data.tables, Vec::new(), Vec::new(), Vec::new()),
            answers: None,
            inputs: run_id(clock.started, data.tables.iter().map(|table| &table.digest)),
            data,
            part: Some(part),
            resumed,
        };
        return conclude(request, gathered, (memory, typed), &out, clock);
    }
    clock.begin(Stage::Read, Some(input_bytes(&request.inputs)))?;
    let watch = Watch::begin(request);
    let (inputs, copies) = without_copies(request.inputs.clone());
    let mut answers = answers::read(out.path());
    let options = ReadOptions { answers: answers.clone(), ..request.read.clone() };
    let read = ingest::read_set(&inputs, &options, &|read| {
        interrupt::unwind_if_asked();
        progress.reach(read.bytes);
    });
    // Whatever else is wrong with a file that changed meanwhile comes of that.
    watch.check()?;
    let ReadSet { tables, aside, answered, learned } = read?;
    require_among(&tables, &aside)?;
    let files = inputs::uses(request, &tables, copies, aside, answered);
    let inputs = run_id(clock.started, tables.iter().map(|table| &table.digest));
    tracing::Span::current().record("id", inputs.as_str());
    hold_to_limit(&tables, request.max_rejects, request.settings.lang, &out, &inputs)?;
    let is_new = answers.learn(learned);
    let fingerprint = inputs::fingerprint(request, &tables, &answers)?;
    let answers = is_new.then_some(answers);

    clock.begin(Stage::Normalise, None)?;
    let data = records::build(tables, &units, request.settings.as_of);
    let gathered = Gathered { data, part: None, files, answers, inputs, fingerprint, resumed };
    conclude(request, gathered, (memory, typed), &out, clock)
}

/// What was read, be it from files or as a part of a country.
struct Gathered {
    data: Dataset,
    /// The part, where the data are one.
    part: Option<Part>,
    files: Vec<FileUse>,
    /// What is remembered of layouts, where something is new.
    answers: Option<Answers>,
    /// The name of the run.
    inputs: String,
    fingerprint: String,
    /// Whether an erasure that was cut short was finished first.
    resumed: bool,
}

/// Links, judges, publishes.
fn conclude(
    request: &Request,
    gathered: Gathered,
    (mut memory, typed): (History<'_>, TakenIn),
    out: &OutDir,
    mut clock: Clock<'_>,
) -> Result<Outcome, RunError> {
    let Gathered { data, part, files, answers, inputs, fingerprint, resumed } = gathered;
    clock.begin(Stage::Link, Some(persons(&data)))?;
    let linked = AtomicU64::new(0);
    let progress = clock.progress();
    let step = |done| {
        interrupt::unwind_if_asked();
        progress.reach(linked.fetch_add(done, Ordering::Relaxed) + done);
    };
    let verdicts = memory.bind(&data)?;
    let kept = out.latest().filter(|_| !request.relink).and_then(|run| KeptLinks::of(&run));
    let earlier: &dyn Earlier = kept.as_ref().map_or(&(), |kept| kept);
    let mut linkage = match (&part, &request.links) {
        (Some(part), _) => part.links(&data, verdicts)?,
        (None, Some(folder)) => worker::read_links(folder, &data, verdicts)?,
        (None, None) => {
            linkage::link(&data, &request.settings.linkage, request.parameters(), verdicts, earlier, &step)
        }
    };
    memory.contested(&linkage.contested);
    let report = std::mem::take(&mut linkage.report);
    let accounting = publish::check(&data, &linkage.links)?;

    clock.begin(Stage::Judge, None)?;
    let whole = part.as_ref().map(Part::whole).transpose()?;
    let judgement = findings::judge(&data, &linkage.links, &request.settings, whole.as_ref());

    clock.begin(Stage::Publish, None)?;
    let run = RunFolder::create(out, &inputs, |name| memory.knows(name))?;
    let written = Written {
        request,
        files,
        answers,
        data: &data,
        part: part.as_ref(),
        linkage: &linkage,
        accounting,
        report,
        fingerprint,
        resumed,
    };
    let outcome = written.publish(run, judgement, (memory, typed), out, clock);
    let_go((data, linkage));
    outcome
}

/// Everything that goes into the run folder, beside the findings.
struct Written<'a> {
    request: &'a Request,
    files: Vec<FileUse>,
    /// What is remembered of layouts, where something is new.
    answers: Option<Answers>,
    data: &'a Dataset,
    /// The part of a country that the data are.
    part: Option<&'a Part>,
    linkage: &'a Linkage,
    accounting: Accounting,
    report: LinkageReport,
    fingerprint: String,
    /// Whether an erasure that was cut short was finished first.
    resumed: bool,
}

impl Written<'_> {
    fn publish(
        self,
        run: RunFolder<'_>,
        mut judgement: Judgement,
        (mut memory, typed): (History<'_>, TakenIn),
        out: &OutDir,
        mut clock: Clock<'_>,
    ) -> Result<Outcome, RunError> {
        let Self { request, files, answers, data, part, linkage, accounting, report, fingerprint, resumed } =
            self;
        let links = &linkage.links;
        let settings = &request.settings;
        let catalogue = Catalogue::new(settings.as_of, settings.lang);
        let (by_subject, whereabouts) = named(data, part, &mut judgement.findings, &catalogue);
        let found = &judgement.findings;

        let not_run: Vec<Code> = judgement.not_run.iter().map(|rule| rule.code).collect();
        let kinds: Vec<Kind> = data.tables.iter().map(|table| table.kind).collect();
        let night = history::night(memory.day, &not_run, &kinds, &request.terms);
        let sought = history::sought(data, found, &by_subject);
        let ids = memory.names(&sought, &night)?;
        let raised = history::raised(data, found, (&ids, &sought), &whereabouts);
        let reconciled = memory.reconcile(&raised, &night)?;
        history::explain(&mut judgement.findings, &reconciled.asked_again);
        let recall = memory.recall(&reconciled);
        let evidence = publish::evidence_in_words(data, &judgement.findings, settings.lang);

        let cases = Cases {
            moved: &judgement.moved,
            habits: &judgement.habits,
            data,
            findings: &judgement.findings,
            ids: &ids,
            whereabouts: &whereabouts,
            evidence: &evidence,
            lives: &reconciled.lives,
            catalogue: &catalogue,
            today: memory.day,
            lang: settings.lang,
        };
        let counts = Counts::of(&cases, memory.day)?;
        let population = Population::of(&cases, settings.as_of)?;
        let digest = run.id().split('-').nth(1).unwrap_or_default().to_owned();
        let issue = Issue {
            as_of: settings.as_of,
            inputs: &digest,
            by_both: request.workbooks_by_both,
            passwords: &request.passwords,
        };
        publish::write_lists(
            &run,
            &cases,
            links,
            (&linkage.fingerprints, &report),
            memory.readings(),
            request.repair,
        )?;

        let timings = clock.stop();
        let seconds = timings["total"];
        let codes: Vec<Code> = catalogue.codes().collect();
        let removed = memory.recovered.removed.clone();
        let summary = publish::summarise(
            data,
            links,
            Account {
                run: RunInfo {
                    run_id: run.id().to_string(),
                    started_at: clock.started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                    finished_at: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                    threads: rayon::current_num_threads(),
                    timings,
                    peak_memory_bytes: disk::peak_memory(),
                    previous_run: out.latest_run(),
                    removed: removed.clone(),
                    links_reused: linkage.reused.iter().map(|kind| kind.name().to_owned()).collect(),
                    access_log: memory.log_end()?,
                    recall: recall.clone(),
                },
                as_of: settings.as_of,
                parameters: parameters(request),
                codes: &codes,
                counts: &counts,
                not_run: &judgement.not_run,
                coverage: coverage(&judgement, data),
                linkage: report,
                accounting,
                files: &files,
                moved: &judgement.moved,
                habits: &judgement.habits,
            },
        );
        let past = PastRuns::read(out);
        let trend = memory.trend(&reconciled)?;
        let standing = Standing::of_run(&cases, &reconciled, &summary, trend);
        let shown = (&population, &standing, request.workbooks);
        publish::write_summary(&run, &summary, &counts, &past, shown, settings.lang)?;
        interrupt::check()?;

        // From here on nothing stops the run but a failure.
        let run_id = run.stand()?;
        let record = RunRecord {
            name: run_id.clone(),
            started_at: clock.started,
            finished_at: clock.started.max(Timestamp::now()),
            day: memory.day,
            as_of: settings.as_of,
            fingerprint,
            program: env!("CARGO_PKG_VERSION").to_string(),
            tally: reconciled.tally,
        };
        memory.enter(&record, &night, &raised, &reconciled, data, request.retention.shred)?;
        out.point_latest_to(&run_id)?;
        let workbooks = write_workbooks(request, (&cases, &issue), (&memory, typed), out, clock.started);
        // A help for the next run, never what this one fails for.
        if let Some(error) = answers.and_then(|answers| answers::write(out.path(), &answers).err()) {
            tracing::warn!(%error, "answers about layouts not kept");
        }
        let pruned = memory.tidy(&run_id, &request.retention);
        tracing::info!(run = run_id, findings = counts.total, "published");
        let not_run = judgement.not_run.clone();
        let_go((judgement, evidence, ids, raised));
        Ok(Outcome {
            run_id,
            latest: Pointer::of(out.path()).run_path(),
            open_to_others: out.is_open_to_others(),
            as_of: settings.as_of,
            seconds,
            counts,
            links: summary.link_total(),
            rejected: data.tables.iter().map(|table| table.counts.rejected).sum(),
            not_run,
            workbooks,
            repair: request.repair,
            files,
            skipped_sheets: skipped_sheets(&data.tables),
            uncomputed: uncomputed(&data.tables),
            followed: followed(&data.tables),
            told: told::of_columns(&summary, settings.lang),
            removed,
            purge_resumed: resumed,
            recall,
            pruned,
        })
    }
}

/// Gives findings their numbers, and says where they belong. Of a part those that belong to another go when they are
/// numbered: that one has them too, and numbers them alike.
fn named(
    data: &Dataset,
    part: Option<&Part>,
    found: &mut Vec<Finding>,
    catalogue: &Catalogue,
) -> (Vec<FindingId>, Vec<Whereabouts>) {
    let mut ids = findings::assign(
        found.len(),
        |n| found[n].code,
        |n| findings::subject_key(&found[n], data),
        |n| findings::subject_content(&found[n], data),
    );
    let mut whereabouts = Whereabouts::all(data, found, catalogue);
    if let Some(part) = part {
        let own: Vec<bool> = whereabouts.iter().map(|at| part.owns(data, at.place)).collect();
        let mut of_found = own.iter();
        found.retain(|_| of_found.next().is_some_and(|own| *own));
        let mut of_ids = own.iter();
        ids.retain(|_| of_ids.next().is_some_and(|own| *own));
        let mut of_places = own.iter();
        whereabouts.retain(|_| of_places.next().is_some_and(|own| *own));
    }
    (ids, whereabouts)
}

/// Frees memory beside what follows: nobody waits for millions of findings to be taken apart.
fn let_go(done_with: impl Send + 'static) {
    // Where no thread can be had it is freed here.
    let _ = std::thread::Builder::new().spawn(move || drop(done_with));
}

/// Writes the workbooks anew. The run stands already: what fails here is told, and what was typed is kept.
fn write_workbooks(
    request: &Request,
    (cases, issue): (&Cases<'_>, &Issue<'_>),
    (memory, typed): (&History<'_>, TakenIn),
    out: &OutDir,
    started: Timestamp,
) -> Workbooks {
    let TakenIn { made: decisions, told, carried, .. } = typed;
    if !request.workbooks {
        return Workbooks { decisions, told, written: None };
    }
    let written = match memory.progress(carried) {
        Ok(progress) => publish::write_workbooks(out.path(), cases, issue, &progress, started),
        Err(error) => WorkbooksWritten {
            failed: vec![(publish::WORKBOOKS.into(), error.to_string())],
            ..WorkbooksWritten::default()
        },
    };
    for (file, error) in &written.failed {
        tracing::warn!(file = %file.display(), error, "workbook not written");
    }
    Workbooks { decisions, told, written: Some(written) }
}

/// Stops a run of which too many rows could not be read, and leaves those rows where they can be seen.
fn hold_to_limit(
    tables: &[Table],
    limit: RejectLimit,
    lang: Lang,
    out: &OutDir,
    run_id: &str,
) -> Result<(), RunError> {
    let files: Vec<RejectedFile> = limit
        .exceeded(tables)
        .map(|table| RejectedFile {
            file: table.name.clone(),
            rejected: table.counts.rejected,
            rows: table.counts.used + table.counts.rejected,
            first: table.rejects.first().map(|r| (r.source_row, r.reason, r.detail.clone())),
        })
        .collect();
    if files.is_empty() {
        return Ok(());
    }
    // The report is a help, not the failure that is reported.
    let report = out
        .write_file(&format!("rejects-{run_id}.csv"), |file| publish::write_rejects(tables, lang, file))
        .inspect_err(|error| tracing::warn!(%error, "rejected rows not written"))
        .ok();
    Err(RunError::TooManyRejects { files, limit: limit.share(), report })
}
