//! `lamsach` ("làm sạch": to make clean) finds what keeps the population records of a Vietnamese commune,
//! province or country from being đúng, đủ, sạch, sống: correct, complete, clean, alive.
//!
//! # The way through the house
//!
//! ```text
//! files ──ingest──▶ tables ──records──▶ dataset ──linkage──▶ links ──findings──▶ findings ──publish──▶ run folder
//!                                                  ▲                               │  ▲
//!                                                  └── decisions ──── store ◀──────┘  └── since when, what became of it
//! ```
//!
//! [`pipeline::run`] is that line as code. Each floor imports only from the floors below it, and modules of
//! one floor not in a circle (a test holds this table against what `src` imports):
//!
//! | floor | module | what happens there |
//! | --- | --- | --- |
//! | 7 | [`cli`] | arguments in, exit code out; the only place that prints |
//! | 7 | [`review`] | the pages on which officers look, decide and print |
//! | 7 | [`config`] | `lamsach.toml` and the command line become the request of a run |
//! | 7 | [`sample`], [`fuzzing`] | beside the house: a made-up population with known truth and the score of a run against it; what a fuzzer calls |
//! | 6 | [`pipeline`], [`publish`], [`returns`], [`custody`], [`worker`] | the run; worklists, workbooks, summary, run folder, reports; what officers hand back; personal data handed over and erased; one of many machines that link a country |
//! | 5 | [`store`] | what is remembered between runs: findings over time, decisions of officers |
//! | 5 | [`archive`] | the output folder on disk: the lock, run folders that appear whole, recovery, health |
//! | 4 | [`findings`] | the catalogue (data) and one file a pillar (rules) |
//! | 3 | [`linkage`] | blocking, comparison, weights, EM, audit, assignment, decision |
//! | 2 | [`ingest`] | bytes to rows to typed records: encoding, dialect, header, rejects |
//! | 1 | [`vietnamese`] | names, dates, numbers, words, encodings: pure functions and tables |
//! | 1 | [`population`] | demography: ages, rates, life tables, heaps, a projection, what must not be shown: pure functions |
//! | 0 | [`domain`] | the types that everybody speaks; no I/O |
//! | 0 | [`disk`] | the operating system: private files, files replaced whole, the pointer to the latest run |
//! | 0 | [`builtin`] | the tables compiled in from `data/`: one way to read them, one way to fail |
//! | 0 | [`words`] | every sentence in both languages, what things are called, how numbers are written |
//! | 0 | [`interrupt`] | asked to stop: a run ends in order, nothing published |
//!
//! Tables of facts (headers, findings, provinces, words, encodings) are files under `data/`,
//! compiled in.
//!
//! # What holds everywhere
//!
//! - A value as written stays in its [`domain::Table`]; a normalised value stands beside it and never in
//!   its place. A [`domain::RowRef`] leads back to the cell.
//! - Text becomes integers at the door ([`domain::NamePool`], [`domain::TextPool`], [`domain::Places`]);
//!   linkage allocates nothing per pair and keeps no pair table.
//! - The same input gives the same bytes, whatever the number of threads: parallel parts are merged in
//!   the order of the input, ties are broken by row.
//! - Bad data is rejected with a reason, counted and shown; it is never dropped and never panics.
//!
//! # Files on disk
//!
//! What becomes of each where a person is erased says the table of [`archive::PLACES`].
//!
//! | path | what |
//! | --- | --- |
//! | `OUT/.lamsach.lock` | held while a run writes to `OUT` |
//! | `OUT/lamsach.db` | the store: findings over time, decisions, access log (SQLite, with its `-wal` and `-shm` beside it) |
//! | `OUT/lamsach-backup-<run-id>.db` | copies of the store after the last runs |
//! | `OUT/dinh-kem/` | photographs and PDFs of certificates that officers attached to findings; the store knows what each must hold |
//! | `OUT/answers.json` | answers about columns, by layout of the file |
//! | `OUT/.lamsach.secret` | the secret under which the access log is sealed |
//! | `OUT/.purge-pending.json` | what an erasure that is under way set out to erase; finished by whoever comes next |
//! | `OUT/.<run-id>.partial/` | a run being written; removed by the next run if its writer died |
//! | `OUT/<run-id>/` | a whole run, never changed again: worklists, `links.csv`, `review.csv`, `rejects.csv`, `summary.json`, `findings.parquet`, `links.parquet`, `rows.parquet`, `repair/`, `second_readings.parquet`, `index.bin`, `kept/`, `manifest.json` |
//! | `OUT/so-lam-viec/` | the workbooks that officers fill in: taken in when a run starts, written anew when it stands |
//! | `OUT/review/<run-id>.db` | the index that the review page makes of the last run; may be removed at any time |
//! | `OUT/stats/` | the population in figures, made from the last run when somebody asks; `stats-share/` what may leave the office |
//! | `OUT/tep-nguon/`, `OUT/start.json` | files that were dropped into the pages of `lamsach start`; the list of files, with what was answered about each |
//! | `OUT/latest` | symbolic link to the last whole run, switched atomically and last; on Windows a small file that names it, and `latest.html` for people |
//!
//! A run is published in steps, each forced to the disk before the next: the folder is renamed to its name, the
//! run enters the store, `latest` moves. Cut short anywhere, the next run puts it in order and says so.
//!
//! Files are created with mode 0600, folders with 0700, whatever the umask; on Windows by the access list of `OUT`.

pub mod archive;
pub mod builtin;
pub mod cli;
pub mod config;
pub mod custody;
pub mod disk;
pub mod domain;
pub mod findings;
#[cfg(test)]
mod floors;
#[doc(hidden)]
pub mod fuzzing;
pub mod ingest;
pub mod interrupt;
pub mod linkage;
pub mod pipeline;
pub mod population;
pub mod publish;
pub mod returns;
pub mod review;
pub mod sample;
pub mod store;
pub mod vietnamese;
pub mod words;
pub mod worker;
