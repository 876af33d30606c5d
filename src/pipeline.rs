//! A run from end to end: read, normalise, link, judge, publish.

mod inputs;
mod memory;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::archive::{KeptLinks, OutDir, RunFolder};
use crate::domain::{
    Code, Dataset, Day, Kind, Lang, NotRun, PartialDate, Retention, Role, Settings, SkippedSheet, Table,
};
use crate::error::{Error, RejectedFile};
use crate::findings::{self, Judgement};
use crate::ingest::{self, InputSpec, ReadOptions, records, units::UnitMap};
use crate::interrupt;
use crate::linkage::{self, Earlier, Linkage, LinkageReport, ModelFile, Parameters};
use crate::publish::{
    self, Account, Accounting, Cases, Catalogue, Counts, Covered, CoveredCommune, Issue, LinkCounts,
    PastRuns, RejectLimit, RunInfo, Summary, Whereabouts,
};
use crate::store::{RunRecord, Store, Terms};
use inputs::Watch;
use memory::Memory;
pub use memory::Recall;

/// What a run is asked to do; nothing is left open.
pub struct Request {
    /// The input files.
    pub inputs: Vec<InputSpec>,
    /// How they are read.
    pub read: ReadOptions,
    /// The table of administrative units, where the user gives one or the folder holds one.
    pub units: Option<PathBuf>,
    /// Files of the folder that are not read, to be told at the end.
    pub unused: Vec<PathBuf>,
    /// Frozen parameters of linkage; learned on the data where there are none.
    pub model: Option<ModelFile>,
    /// The output folder.
    pub out: PathBuf,
    /// Whether workbooks are made beside the lists.
    pub workbooks: bool,
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
    pub fn load(&self) -> Result<Dataset, Error> {
        let units = unit_map(self)?;
        let tables = ingest::read_all(&self.inputs, &self.read, &|_| ())?;
        require_kinds(tables.iter().map(|table| table.kind))?;
        Ok(records::build(tables, &units, self.settings.as_of))
    }
}

/// The stages of a run.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Files to tables.
    Read,
    /// Tables to records.
    Normalise,
    /// Records to links.
    Link,
    /// Links to findings.
    Judge,
    /// Findings to lists.
    Publish,
}

impl Stage {
    /// The name used in `summary.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Normalise => "normalise",
            Self::Link => "link",
            Self::Judge => "judge",
            Self::Publish => "publish",
        }
    }

    /// The word for people.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Read => lang.pick("Đọc", "Reading"),
            Self::Normalise => lang.pick("Chuẩn hoá", "Normalising"),
            Self::Link => lang.pick("Đối sánh", "Linking"),
            Self::Judge => lang.pick("Xét lỗi", "Judging"),
            Self::Publish => lang.pick("Ghi kết quả", "Publishing"),
        }
    }
}

/// Whoever wants to know how far a run is.
pub trait Progress: Sync {
    /// A stage begins; `total` is the number of steps, where known.
    fn begin(&self, stage: Stage, total: Option<u64>);
    /// So many steps of the stage are done, in all.
    fn reach(&self, done: u64);
    /// The last stage is over.
    fn finish(&self);
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The name of the run.
    pub run_id: String,
    /// The path by which the run is found.
    pub latest: PathBuf,
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
    /// The table of administrative units that was used, beside the one built in.
    pub units: Option<PathBuf>,
    /// Whether workbooks were made.
    pub workbooks: bool,
    /// Files of the folder that were not read.
    pub unused: Vec<PathBuf>,
    /// Sheets that were not read, each with the name of its file.
    pub skipped_sheets: Vec<(String, SkippedSheet)>,
    /// Unpublished folders of dead runs that were removed.
    pub removed: Vec<String>,
    /// What was remembered, and done with it.
    pub recall: Recall,
}

/// The last run, where one made now would say the same: inputs, parameters, as-of date, program and decisions
/// are what they were, and `latest` points to it.
pub fn unchanged(request: &Request) -> Result<Option<RunRecord>, Error> {
    let out = OutDir::open(&request.out)?;
    let Some(store) = Store::open_existing(out.path())? else { return Ok(None) };
    let Some(last) = store.last_run()? else { return Ok(None) };
    let stands = out.latest().is_some() && out.latest_run().as_ref() == Some(&last.name);
    let unchanged = stands
        && !store.is_news_since(&last, request.today, &request.terms)?
        && inputs::same_as(request, &last)?;
    Ok(unchanged.then_some(last))
}

/// Runs the whole pipeline. With any error the run that `latest` points to stays what it was.
pub fn run(request: &Request, progress: &dyn Progress) -> Result<Outcome, Error> {
    interrupt::caught(|| run_through(request, progress))?
}

fn run_through(request: &Request, progress: &dyn Progress) -> Result<Outcome, Error> {
    let out = OutDir::open(&request.out)?;
    let mut memory = Memory::open(&out, request)?;
    let mut clock = Clock::start(progress, memory.started);
    let units = unit_map(request)?;

    clock.begin(Stage::Read, Some(input_bytes(&request.inputs)))?;
    let watch = Watch::begin(request);
    let read = ingest::read_all(&request.inputs, &request.read, &|read| {
        interrupt::unwind_if_asked();
        progress.reach(read.bytes);
    });
    // Whatever else is wrong with a file that changed meanwhile comes of that.
    watch.check()?;
    let tables = read?;
    require_kinds(tables.iter().map(|table| table.kind))?;
    let inputs = publish::run_id(clock.started, tables.iter().map(|table| &table.digest));
    tracing::Span::current().record("id", inputs.as_str());
    hold_to_limit(&tables, request.max_rejects, request.settings.lang, &out, &inputs)?;
    let fingerprint = inputs::fingerprint(request, &tables)?;

    clock.begin(Stage::Normalise, None)?;
    let data = records::build(tables, &units, request.settings.as_of);

    clock.begin(Stage::Link, Some(persons(&data)))?;
    let linked = AtomicU64::new(0);
    let step = |done| {
        interrupt::unwind_if_asked();
        progress.reach(linked.fetch_add(done, Ordering::Relaxed) + done);
    };
    let verdicts = memory.bind(&data)?;
    let kept = out.latest().filter(|_| !request.relink).and_then(|run| KeptLinks::of(&run));
    let earlier: &dyn Earlier = kept.as_ref().map_or(&(), |kept| kept);
    let mut linkage =
        linkage::link(&data, &request.settings.linkage, request.parameters(), verdicts, earlier, &step);
    memory.contested(&linkage.contested);
    let report = std::mem::take(&mut linkage.report);
    let accounting = publish::check(&data, &linkage.links)?;

    clock.begin(Stage::Judge, None)?;
    let judgement = findings::judge(&data, &linkage.links, &request.settings);

    clock.begin(Stage::Publish, None)?;
    let run = RunFolder::create(&out, &inputs)?;
    let written = Written { request, data: &data, linkage: &linkage, accounting, report, fingerprint };
    written.publish(run, judgement, memory, &out, clock)
}

/// Everything that goes into the run folder, beside the findings.
struct Written<'a> {
    request: &'a Request,
    data: &'a Dataset,
    linkage: &'a Linkage,
    accounting: Accounting,
    report: LinkageReport,
    fingerprint: String,
}

impl Written<'_> {
    fn publish(
        self,
        run: RunFolder<'_>,
        mut judgement: Judgement,
        mut memory: Memory<'_>,
        out: &OutDir,
        mut clock: Clock<'_>,
    ) -> Result<Outcome, Error> {
        let Self { request, data, linkage, accounting, report, fingerprint } = self;
        let links = &linkage.links;
        let settings = &request.settings;
        let found = &judgement.findings;
        let by_subject = findings::assign(
            found.len(),
            |n| found[n].code,
            |n| findings::subject_key(&found[n], data),
            |n| findings::subject_content(&found[n], data),
        );
        let catalogue = Catalogue::new(settings.lang);
        let whereabouts = Whereabouts::all(data, found, &catalogue);

        let not_run: Vec<Code> = judgement.not_run.iter().map(|rule| rule.code).collect();
        let kinds: Vec<Kind> = data.tables.iter().map(|table| table.kind).collect();
        let night = memory::night(memory.day, &not_run, &kinds, &request.terms);
        let sought = memory::sought(data, found, &by_subject);
        let ids = memory.names(&sought, &night)?;
        let raised = memory::raised(data, found, (&ids, &sought), &whereabouts);
        let reconciled = memory.reconcile(&raised, &night)?;
        memory::explain(&mut judgement.findings, &reconciled.asked_again, settings.lang);
        let mut recall = memory.recall(&reconciled);

        let cases = Cases {
            data,
            findings: &judgement.findings,
            ids: &ids,
            whereabouts: &whereabouts,
            lives: &reconciled.lives,
            catalogue: &catalogue,
            today: memory.day,
            lang: settings.lang,
        };
        let counts = Counts::of(&cases, memory.day)?;
        let digest = run.id().split('-').nth(1).unwrap_or_default();
        let issue = Issue { as_of: settings.as_of, inputs: digest };
        let workbooks = request.workbooks.then_some(&issue);
        publish::write_lists(&run, &cases, links, (&linkage.grounds, &report), memory.readings(), workbooks)?;

        let timings = clock.stop();
        let seconds = timings["total"];
        let codes: Vec<Code> = catalogue.codes().collect();
        let removed = memory.recovered.removed.clone();
        let summary = Summary::new(
            data,
            links,
            Account {
                run: RunInfo {
                    run_id: run.id().to_string(),
                    started_at: clock.started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                    finished_at: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                    threads: rayon::current_num_threads(),
                    timings,
                    peak_memory_bytes: publish::peak_memory(),
                    previous_run: out.latest_run(),
                    removed: removed.clone(),
                    links_reused: linkage.reused.iter().map(|kind| kind.name()).collect(),
                    recall: value(&recall)?,
                },
                as_of: settings.as_of,
                parameters: parameters(request),
                codes: &codes,
                counts: &counts,
                not_run: &judgement.not_run,
                coverage: coverage(&judgement, data),
                linkage: report,
                accounting,
            },
        );
        let past = PastRuns::read(out);
        publish::write_summary(&run, &summary, &counts, &past, request.workbooks, settings.lang)?;
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
        recall.pruned = memory.tidy(&run_id, &request.retention);
        tracing::info!(run = run_id, findings = counts.total, "published");
        Ok(Outcome {
            run_id,
            latest: out.path().join("latest"),
            as_of: settings.as_of,
            seconds,
            counts,
            links: summary.link_total(),
            rejected: data.tables.iter().map(|table| table.counts.rejected).sum(),
            not_run: judgement.not_run.clone(),
            units: request.units.clone(),
            workbooks: request.workbooks,
            unused: request.unused.clone(),
            skipped_sheets: skipped_sheets(&data.tables),
            removed,
            recall,
        })
    }
}

/// Times the stages and tells them to whoever looks on.
struct Clock<'a> {
    progress: &'a dyn Progress,
    started: Timestamp,
    start: Instant,
    stage: Option<(Stage, Instant)>,
    timings: BTreeMap<&'static str, f64>,
}

impl<'a> Clock<'a> {
    fn start(progress: &'a dyn Progress, started: Timestamp) -> Self {
        let timings = BTreeMap::new();
        Self { progress, started, start: Instant::now(), stage: None, timings }
    }

    fn begin(&mut self, stage: Stage, total: Option<u64>) -> Result<(), Error> {
        self.end_stage();
        interrupt::check()?;
        self.stage = Some((stage, Instant::now()));
        self.progress.begin(stage, total);
        Ok(())
    }

    fn stop(&mut self) -> BTreeMap<&'static str, f64> {
        self.end_stage();
        self.timings.insert("total", seconds_since(self.start));
        self.progress.finish();
        std::mem::take(&mut self.timings)
    }

    fn end_stage(&mut self) {
        if let Some((stage, since)) = self.stage.take() {
            let seconds = seconds_since(since);
            tracing::info!(stage = stage.name(), seconds, "stage done");
            self.timings.insert(stage.name(), seconds);
        }
    }
}

/// Seconds to the millisecond.
fn seconds_since(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
}

fn unit_map(request: &Request) -> Result<UnitMap, Error> {
    Ok(match &request.units {
        Some(path) => UnitMap::read(path)?,
        None => UnitMap::default(),
    })
}

fn skipped_sheets(tables: &[Table]) -> Vec<(String, SkippedSheet)> {
    let file = |table: &Table| table.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sheets = tables.iter().flat_map(|table| table.skipped_sheets.iter().map(move |sheet| (table, sheet)));
    sheets.map(|(table, sheet)| (file(table), sheet.clone())).collect()
}

fn input_bytes(inputs: &[InputSpec]) -> u64 {
    inputs.iter().filter_map(|input| std::fs::metadata(&input.path).ok()).map(|meta| meta.len()).sum()
}

fn persons(data: &Dataset) -> u64 {
    data.extracts.iter().map(|extract| extract.persons.iter().filter(|p| !p.is_blank()).count() as u64).sum()
}

/// A run needs the registry and something to hold against it.
pub fn require_kinds(kinds: impl Iterator<Item = Kind>) -> Result<(), Error> {
    let kinds: Vec<Kind> = kinds.collect();
    if !kinds.contains(&Kind::Residents) {
        return Err(Error::usage(
            "Thiếu dữ liệu dân cư; hãy chỉ rõ tệp bằng --residents.",
            "The residents registry is missing; name its file with --residents.",
        ));
    }
    if kinds.iter().all(|kind| *kind == Kind::Residents) {
        return Err(Error::usage(
            "Cần ít nhất một bản trích xuất ngành (--births, --deaths, --marriages, --welfare hoặc --insurance).",
            "At least one extract is needed (--births, --deaths, --marriages, --welfare or --insurance).",
        ));
    }
    Ok(())
}

/// Stops a run of which too many rows could not be read, and leaves those rows where they can be seen.
fn hold_to_limit(
    tables: &[Table],
    limit: RejectLimit,
    lang: Lang,
    out: &OutDir,
    run_id: &str,
) -> Result<(), Error> {
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
    Err(Error::TooManyRejects { files, limit: limit.share(), report })
}

/// The resolved settings, as `summary.json` shows them.
fn parameters(request: &Request) -> Value {
    let Settings { as_of: _, lang, linkage, rules } = &request.settings;
    let period = |period: Option<(PartialDate, PartialDate)>| {
        period.map(|(from, to)| json!({"from": from.to_string(), "to": to.to_string()}))
    };
    let rounded = |value: f32| (f64::from(value) * 10_000.0).round() / 10_000.0;
    json!({
        "lang": lang.pick("vi", "en"),
        "max_rejects": request.max_rejects.share(),
        "units_given": request.units.is_some(),
        "workbooks": request.workbooks,
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
        "state_insured_groups": rules.state_insured_groups,
        "births_period": period(rules.births_period),
        "deaths_period": period(rules.deaths_period),
        "rules_off": rules.off.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "severity": rules.severity.iter().map(|(code, severity)| (code.to_string(), severity.name())).collect::<BTreeMap<_, _>>(),
    })
}

/// What the civil-status extracts cover, as `summary.json` shows it.
fn coverage(judgement: &Judgement, data: &Dataset) -> Vec<Covered> {
    let entries = judgement.coverage.iter().map(|coverage| Covered {
        kind: coverage.kind.name(),
        from: coverage.period.map(|(from, _)| from.to_string()),
        to: coverage.period.map(|(_, to)| to.to_string()),
        configured: coverage.configured,
        communes: coverage
            .communes
            .iter()
            .filter_map(|unit| data.places.units.get(unit.0 as usize))
            .map(|unit| CoveredCommune { code: unit.code.clone(), name: unit.name.clone() })
            .collect(),
    });
    entries.collect()
}

fn value(report: &impl serde::Serialize) -> Result<Value, Error> {
    serde_json::to_value(report).map_err(|error| Error::Internal(error.to_string()))
}
