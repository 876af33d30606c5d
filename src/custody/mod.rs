//! Floor 6: personal data accounted for: handed over under lock, erased, and who saw them.
//!
//! Where persons stand in an output folder, and what erasing does about each place, is the table of
//! [`PLACES`](crate::archive::PLACES), which `docs/an-toan.md` shows with reasons. Within the store:
//!
//! | what | stands there | [`erase_person`] | [`erase_before`] |
//! | --- | --- | --- | --- |
//! | findings, their events | digests | deleted for every finding that a removed run tells of the person | deleted where mended before the day |
//! | decisions | digests, places of rows, notes | deleted where they are on such a finding, or bear a digest of the number; notes of others that name the person are emptied | deleted where ended before the day |
//! | whom findings were given to | names of officers and hamlet heads | deleted with the finding | deleted with the finding |
//! | comments, names of papers | what officers said | deleted with the finding; those on others that name the person are emptied | deleted with the finding |
//! | access log | numbers of findings, reasons with long numbers masked | kept: it is the record, and names nobody | kept |
//!
//! A number is found however it is written: in groups, or without its zeros in front. Whoever has none is found by name and
//! date of birth where both stand: on rows, findings and pairs as the person that they are of, in lists on one line. What the
//! registry of a run says beside the number or the name (the other number, name and date of birth) is looked for as well,
//! where it is one resident alone and no namesake was born on the same day; a name that no other resident bears is enough by
//! itself. Remarks on others are emptied where they bear a whole name.
//!
//! What an erasure sets out to do is written down (`.purge-pending.json`, for its owner alone) and logged before the first
//! byte goes; cut short, it is finished by the next erasure or the next run ([`resume`]). What runs and other commands began
//! and never finished goes with every erasure. Files that are none of the program's are looked through and told, not touched.
//!
//! A run folder is never changed, so a person is not taken out of one: the folder goes, and the next run makes
//! it anew from extracts that no longer hold the person. What the program never wrote (the extracts
//! themselves, files handed over, workbooks copied elsewhere, the log of the system) it cannot erase. Files
//! are overwritten before they are removed; a disk that keeps old blocks (copy on write, flash) may keep them
//! all the same, which only an encrypted disk prevents. A review page that is open shows what it has until it
//! is closed.

mod erase;
mod error;
mod files;
mod found;
mod handover;
mod known;
mod log;
mod pending;
mod person;
mod redact;
mod search;
mod who;

use std::path::Path;

use jiff::Timestamp;

pub use erase::{Erased, erase_before, erase_person};
pub use error::CustodyError;
pub use handover::{Recipients, encrypt};
pub use log::{verify_log, whole_log};
pub use pending::{is_pending, resume};
pub use person::Person;
pub use redact::cases_in_workbook;
pub use who::{Asked, who_saw};

use crate::store::{Access, Store, StoreError};

/// Writes into the access log of an output folder that somebody saw or took away personal data; `false`
/// where the folder has no store and so no log.
///
/// # Errors
/// [`StoreError`] where the line cannot be written: then nothing must be shown.
pub fn note_access(out: &Path, access: &Access) -> Result<bool, StoreError> {
    note_access_to(out, access, &[])
}

/// The same of a file, with the numbers of the cases that it holds.
///
/// # Errors
/// As [`note_access`].
pub fn note_access_to(out: &Path, access: &Access, held: &[String]) -> Result<bool, StoreError> {
    match Store::open_existing(out)? {
        Some(mut store) => store.log_access_to(access, held, Timestamp::now()).map(|_| true),
        None => Ok(false),
    }
}
