//! Questions in, answers out, until the input ends.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use rustc_hash::FxHashMap;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answers::{self, Decided, Rows};
use super::columns::{ColumnError, Columns};
use super::frame::{Answer, FrameError, Question, read_question, write_answer};
use super::registry::{self, Registering};
use crate::domain::{Dataset, Day, ExtractLinks, Kind, LinkageSettings, RoleLink};
use crate::ingest::units::UnitMap;
use crate::linkage::apart::{Apart, Group, TwicePair, tells_nobody};
use crate::linkage::{ModelFile, WholeFiles};

/// Why a question is refused.
pub(super) struct Refusal {
    code: &'static str,
    message: String,
}

impl Refusal {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// A question that comes before what it needs.
    pub(super) fn early(needs: &str) -> Self {
        Self::new("order", format!("asked before {needs}"))
    }
}

impl From<ColumnError> for Refusal {
    fn from(error: ColumnError) -> Self {
        Self::new("columns", error.to_string())
    }
}

pub(super) type Answered = Result<Answer, Refusal>;

/// Answers all questions of the input.
///
/// # Errors
/// Where the input breaks off or is something else, or nobody takes the answers.
pub fn serve(units: &UnitMap, input: &mut impl Read, out: &mut impl Write) -> Result<(), FrameError> {
    let mut registering: Option<Registering> = None;
    while let Some(question) = read_question(input)? {
        let answer = match (question.op.as_str(), &mut registering) {
            ("places", _) => begin(&question, units).map(|begun| {
                registering = Some(begun);
                Answer::done()
            }),
            ("residents", Some(registry)) => take_residents(registry, &question),
            ("ready", Some(_)) => {
                let Some(registry) = registering.take() else { continue };
                let (data, missing) = registry.finish();
                return answer_for(&data, missing, question, input, out);
            }
            ("model_header", _) => header(&question),
            (op, _) => Err(Refusal::early(&format!("the registry is there: {op:?}"))),
        };
        write_answer(out, &told(answer))?;
    }
    Ok(())
}

pub(super) fn told(answer: Answered) -> Answer {
    answer.unwrap_or_else(|Refusal { code, message }| Answer::Refused { code, message })
}

/// A parameter of a question.
pub(super) fn parameter<T: DeserializeOwned>(question: &Question, name: &str) -> Result<T, Refusal> {
    let wrong = || {
        Refusal::new("parameters", format!("the parameter {name} of {:?} is missing or wrong", question.op))
    };
    let value = question.parameters.get(name).cloned().ok_or_else(wrong)?;
    serde_json::from_value(value).map_err(|_| wrong())
}

pub(super) fn kind(question: &Question) -> Result<Kind, Refusal> {
    let name: String = parameter(question, "kind")?;
    let extract = Kind::from_name(&name).filter(|kind| *kind != Kind::Residents);
    extract.ok_or_else(|| Refusal::new("parameters", format!("no kind of extract: {name:?}")))
}

/// A day written dd/mm/yyyy.
pub(super) fn day(text: &str) -> Option<Day> {
    let date = jiff::civil::Date::strptime("%d/%m/%Y", text).ok()?;
    Day::from_civil(i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs())
}

fn begin(question: &Question, units: &UnitMap) -> Result<Registering, Refusal> {
    let as_of: String = parameter(question, "as_of")?;
    let as_of = day(&as_of).ok_or_else(|| Refusal::new("parameters", "as_of is no date"))?;
    let (codes, names) = (question.columns.texts("code")?, question.columns.texts("commune")?);
    let of_registry: usize = parameter(question, "of_registry")?;
    if of_registry > codes.len() {
        return Err(Refusal::new("parameters", "more communes of the registry than communes"));
    }
    let residents = parameter(question, "residents")?;
    Ok(Registering::new(codes.into_iter().zip(names), of_registry, residents, units, as_of))
}

fn take_residents(registry: &mut Registering, question: &Question) -> Answered {
    let (ordinals, records) = (question.columns.longs("ordinal")?, question.columns.bytes("record")?);
    let mut wrong = Vec::new();
    for (at, record) in records.into_iter().enumerate() {
        if let Err(error) = registry.take(ordinals[at], record) {
            wrong.push((at, error));
        }
    }
    let mut made = super::columns::Made::default();
    made.longs("ordinal", wrong.iter().map(|(at, _)| ordinals[*at]));
    let errors: Vec<String> = wrong.iter().map(|(_, error)| error.to_string()).collect();
    made.texts("error", errors.iter().map(String::as_str));
    Ok(Answer::rows(made))
}

fn header(question: &Question) -> Answered {
    let (residents, rows) = (parameter(question, "residents")?, parameter(question, "rows")?);
    let file =
        ModelFile::header(parameter(question, "as_of")?, residents, rows, parameter(question, "digests")?);
    Ok(Answer::said(serde_json::to_value(file).unwrap_or(Value::Null)))
}

/// Answers while the registry stands; `ready` indexes it anew.
fn answer_for(
    data: &Dataset,
    missing: usize,
    mut ready: Question,
    input: &mut impl Read,
    out: &mut impl Write,
) -> Result<(), FrameError> {
    loop {
        let twice = match twice_pairs(&ready) {
            Ok(twice) => twice,
            Err(refusal) => {
                write_answer(out, &told(Err(refusal)))?;
                match read_question(input)? {
                    Some(question) => ready = question,
                    None => return Ok(()),
                }
                continue;
            }
        };
        let apart = Apart::new(data, LinkageSettings::default(), twice.as_deref());
        let residents = data.registry.residents.len();
        write_answer(out, &Answer::said(json!({"residents": residents, "missing": missing})))?;
        let mut server = Server { data, apart };
        match server.answer_all(input, out)? {
            Some(question) => ready = question,
            None => return Ok(()),
        }
    }
}

/// The pairs of rows of one person that are given; `None` where they are to be sought.
fn twice_pairs(question: &Question) -> Result<Option<Vec<TwicePair>>, Refusal> {
    if question.op != "ready" {
        return Err(Refusal::early("the registry is ready"));
    }
    match question.parameters.get("twice") {
        Some(Value::Bool(false)) => Ok(None),
        Some(Value::Bool(true)) => {
            let (a, b) = (question.columns.longs("a")?, question.columns.longs("b")?);
            let p = question.columns.reals("p")?;
            Ok(Some(a.iter().zip(&b).zip(p).map(|((a, b), p)| (*a as u32, *b as u32, p)).collect()))
        }
        _ => Ok(Some(Vec::new())),
    }
}

struct Server<'a> {
    data: &'a Dataset,
    apart: Apart<'a>,
}

/// Rows of a kind as they came.
struct Came<'q> {
    kind: Kind,
    ordinals: Vec<i64>,
    read: registry::Read,
    columns: &'q Columns,
}

impl Server<'_> {
    /// Answers until the input ends, or the registry is to be indexed anew.
    fn answer_all(
        &mut self,
        input: &mut impl Read,
        out: &mut impl Write,
    ) -> Result<Option<Question>, FrameError> {
        while let Some(question) = read_question(input)? {
            if question.op == "ready" {
                return Ok(Some(question));
            }
            // What one message breaks must not take the registry down, which takes minutes to load.
            let answer = catch_unwind(AssertUnwindSafe(|| self.answer(&question)));
            let answer =
                answer.unwrap_or_else(|_| Err(Refusal::new("panic", "the message could not be worked on")));
            write_answer(out, &told(answer))?;
        }
        Ok(None)
    }

    fn answer(&mut self, question: &Question) -> Answered {
        match question.op.as_str() {
            "twice" => self.twice(question),
            "surplus" => Ok(self.surplus()),
            "table" => self.table(question),
            "files" => self.files(question),
            "learn" => self.learn(question),
            "model_header" => header(question),
            "model" => self.model(question),
            "find" => self.find(question),
            "completeness" => self.completeness(question),
            "weigh" => self.weigh(question),
            "settle" => self.settle(question),
            "unlinked" => self.unlinked(question),
            other => Err(Refusal::new("op", format!("no such step: {other:?}"))),
        }
    }

    fn twice(&self, question: &Question) -> Answered {
        let pairs = self.apart.twice((parameter(question, "from")?, parameter(question, "to")?));
        let pairs = pairs.into_iter().map(|(a, b, p)| (i64::from(a), i64::from(b), p));
        Ok(Answer::rows(answers::pairs(["a", "b"], pairs)))
    }

    fn surplus(&self) -> Answer {
        let surplus = self.apart.surplus().iter();
        let pairs = surplus.map(|s| (i64::from(s.row.0), i64::from(s.kept.0), s.probability));
        Answer::rows(answers::pairs(["row", "kept"], pairs))
    }

    /// The rows of a question; with `numbered` they have ordinals.
    fn came<'q>(&self, question: &'q Question, numbered: bool) -> Result<Came<'q>, Refusal> {
        let (kind, columns) = (kind(question)?, &question.columns);
        let (tables, indices) = (columns.longs("table")?, columns.longs("index")?);
        let records = columns.bytes("record")?;
        let ordinals = if numbered { columns.longs("ordinal")? } else { Vec::new() };
        let rows =
            tables.iter().zip(&indices).zip(records).map(|((table, index), bytes)| (*table, *index, bytes));
        Ok(Came { kind, ordinals, read: registry::read(self.data, kind, rows), columns })
    }

    fn table(&mut self, question: &Question) -> Answered {
        let came = self.came(question, false)?;
        let files = self.apart.files(&came.read.batch);
        Ok(Answer::said(serde_json::to_value(files).unwrap_or(Value::Null)))
    }

    fn files(&mut self, question: &Question) -> Answered {
        let files =
            WholeFiles { moved: parameter(question, "moved")?, habits: parameter(question, "habits")? };
        self.apart.know_files(files);
        Ok(Answer::done())
    }

    fn learn(&mut self, question: &Question) -> Answered {
        let came = self.came(question, true)?;
        let roles = self.apart.learn(&came.read.batch);
        Ok(Answer::said(json!({"roles": roles})))
    }

    fn model(&mut self, question: &Question) -> Answered {
        let file: ModelFile = parameter(question, "model")?;
        file.check().map_err(|error| Refusal::new("model", error.to_string()))?;
        let names: Vec<String> = parameter(question, "kinds")?;
        let kinds: Option<Vec<Kind>> = names.iter().map(|name| Kind::from_name(name)).collect();
        let known = kinds.is_some_and(|kinds| self.apart.know_model(&file, &kinds));
        if known { Ok(Answer::done()) } else { Err(Refusal::new("model", "the model lacks a kind or role")) }
    }

    fn require(&self, kind: Kind) -> Result<(), Refusal> {
        if self.apart.knows(kind) { Ok(()) } else { Err(Refusal::early("the model of the kind")) }
    }

    fn find(&mut self, question: &Question) -> Answered {
        let Came { kind, ordinals, read, .. } = self.came(question, true)?;
        self.require(kind)?;
        let found = self.apart.find(&read.batch);
        Ok(Answer::rows(answers::found(&Rows::new(&ordinals, read.at, found, read.wrong))))
    }

    fn completeness(&mut self, question: &Question) -> Answered {
        let (groups, sums) = (question.columns.longs("group")?, question.columns.longs("sum")?);
        let wrong = || Refusal::new("columns", "a group or sum is none");
        let group = |(group, sum): (&i64, &i64)| Some((Group::unpacked(*group)?, u64::try_from(*sum).ok()?));
        let sums: Option<FxHashMap<Group, u64>> = groups.iter().zip(&sums).map(group).collect();
        self.apart.know_completeness(kind(question)?, &sums.ok_or_else(wrong)?);
        Ok(Answer::done())
    }

    fn weigh(&self, question: &Question) -> Answered {
        let kind = kind(question)?;
        self.require(kind)?;
        let (ordinals, found) = (question.columns.longs("ordinal")?, question.columns.bytes("found")?);
        let weighed = self.apart.weigh(kind, &found).map_err(not_found)?;
        let decided = weighed.into_iter().map(|row| Decided::of(&row.links, row.claims, row.tells_nobody));
        let rows = Rows::new(&ordinals, (0..ordinals.len()).collect(), decided.collect(), Vec::new());
        Ok(Answer::rows(answers::decided(&rows)))
    }

    fn settle(&mut self, question: &Question) -> Answered {
        let Came { kind, ordinals, read, columns } = self.came(question, true)?;
        self.require(kind)?;
        let all = columns.bytes("found")?;
        let found: Vec<&[u8]> = read.at.iter().map(|at| all[*at]).collect();
        let (residents, days) = (columns.lists("act_resident")?, columns.lists("act_day")?);
        let acts = residents.iter().flatten().zip(days.iter().flatten());
        let acts = acts.map(|(resident, day)| (*resident as u32, Day(*day as i32)));
        let links = self.apart.settle(&read.batch, &found, acts).map_err(not_found)?;
        let roles = kind.roles().len();
        let of_row = |links: &[Option<RoleLink>]| Decided::of(links, Vec::new(), tells_nobody(kind, links));
        let decided = links.roles.chunks(roles).map(of_row).collect();
        Ok(Answer::rows(answers::decided(&Rows::new(&ordinals, read.at, decided, read.wrong))))
    }

    fn unlinked(&mut self, question: &Question) -> Answered {
        let Came { kind, ordinals, read, columns } = self.came(question, true)?;
        let all = columns.bytes("links")?;
        let of_row = |at: &usize| rmp_serde::from_slice::<Vec<Option<RoleLink>>>(all[*at]).ok();
        let links: Option<Vec<_>> = read.at.iter().map(of_row).collect();
        let roles: Vec<_> = links.unwrap_or_default().into_iter().flatten().collect();
        if roles.len() != read.at.len() * kind.roles().len() {
            return Err(Refusal::new("columns", "links that are none"));
        }
        let twice = self.apart.unlinked(&read.batch, &ExtractLinks { roles });
        let ordinal = |row: u32| ordinals[read.at[row as usize]];
        let pairs = twice.iter().map(|s| (ordinal(s.row), ordinal(s.kept), s.probability));
        Ok(Answer::rows(answers::pairs(["row", "kept"], pairs)))
    }
}

fn not_found(row: usize) -> Refusal {
    Refusal::new("found", format!("row {row} of the message has no bytes of an earlier step"))
}
