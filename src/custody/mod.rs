//! Floor 6: personal data accounted for: handed over under lock, erased, and who saw them.
//!
//! What an output folder holds of persons, and what erasing does about it:
//!
//! | where | what stands there | [`erase_person`] | [`erase_before`] |
//! | --- | --- | --- | --- |
//! | run folders | names, IDs, dates (lists, `findings.parquet`, `links.parquet`, `second_readings.parquet`), whole rows (`rows.parquet`); `index.bin`: digests; `kept/`: places of rows | removed whole where the person stands in them; `latest` with them | removed whole where older, but never the latest |
//! | `review/` | what the review page made of a run | removed; made again when it is opened | removed for runs that go |
//! | `so-lam-viec/` | names, IDs, dates, what officers typed | the lines that tell of the person are taken out; what is typed on others stays | kept: they are the work at hand |
//! | `rejects-*.csv` | raw rows | removed where the number stands in them | removed where older |
//! | store: findings, their events | digests | deleted for every finding that a removed run tells of the person | deleted where mended before the day |
//! | store: decisions | digests, places of rows, notes | deleted where they are on such a finding, or bear a digest of the number; notes of others that name the number are emptied | deleted where ended before the day |
//! | store: whom findings were given to | names of officers and hamlet heads | deleted with the finding | deleted with the finding |
//! | store: comments | what officers said | deleted with the finding; those on others that name the number are emptied | deleted with the finding |
//! | `dinh-kem/` | photographs and PDFs of certificates | removed with the finding that they are attached to; on findings of others they are not read, and stay | removed with the finding |
//! | copies of the store | the same | removed, and a new one made, unless the number stands nowhere | removed where older |
//! | store: access log | numbers of findings, reasons with long numbers masked | kept: it is the record, and names nobody | kept |
//! | reports, figures of runs | counts | kept | kept |
//!
//! A number is found however it is written: in groups, or without its zeros in front. Whoever has none is found by name and
//! date of birth where both stand: on rows, findings and pairs as the person that they are of, in lists on one line; remarks
//! on others are emptied where they bear the whole name.
//!
//! What an erasure sets out to do is written down (`.purge-pending.json`, for its owner alone) and logged before the first
//! byte goes; cut short, it is finished by the next erasure or the next run ([`resume`]).
//!
//! A run folder is never changed, so a person is not taken out of one: the folder goes, and the next run makes
//! it anew from extracts that no longer hold the person. What the program never wrote (the extracts
//! themselves, files handed over, workbooks copied elsewhere, the log of the system) it cannot erase. Files
//! are overwritten before they are removed; a disk that keeps old blocks (copy on write, flash) may keep them
//! all the same, which only an encrypted disk prevents. A review page that is open shows what it has until it
//! is closed.

mod erase;
mod error;
mod handover;
mod pending;
mod redact;
mod search;

use std::path::Path;

use jiff::Timestamp;

pub use erase::{Erased, Person, erase_before, erase_person};
pub use error::CustodyError;
pub use handover::{Recipients, encrypt};
pub use pending::resume;

use crate::store::{Access, Store, StoreError};

/// Writes into the access log of an output folder that somebody saw or took away personal data; `false`
/// where the folder has no store and so no log.
///
/// # Errors
/// [`StoreError`] where the line cannot be written: then nothing must be shown.
pub fn note_access(out: &Path, access: &Access) -> Result<bool, StoreError> {
    match Store::open_existing(out)? {
        Some(mut store) => store.log_access(access, Timestamp::now()).map(|_| true),
        None => Ok(false),
    }
}
