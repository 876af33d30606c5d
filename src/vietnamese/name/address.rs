//! Words of address beside names.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use crate::vietnamese::text;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddressFile {
    always: Vec<String>,
    other_name: Vec<String>,
    other_name_small: Vec<String>,
    before_year: Vec<String>,
    before_surname: Vec<String>,
    apart: Vec<String>,
    abbreviated: Vec<String>,
    slashed: Vec<String>,
    after_name: Vec<String>,
    relative_of: Vec<String>,
    related: Vec<String>,
    of_whom: Vec<String>,
    surnames: Vec<String>,
}

/// Words of address, as lists of keys.
pub(super) struct Address {
    pub(super) always: Vec<Vec<String>>,
    /// What stands before another name of the person.
    pub(super) other_name: Vec<Vec<String>>,
    /// The same, where it is written small.
    pub(super) other_name_small: Vec<Vec<String>>,
    /// What stands between a name and a year of birth.
    pub(super) before_year: Vec<Vec<String>>,
    pub(super) before_surname: Vec<Vec<String>>,
    /// Surnames that begin with a word of address.
    pub(super) apart: Vec<Vec<String>>,
    /// Short forms that are followed by a full stop.
    pub(super) abbreviated: Vec<String>,
    /// Words that stand with a slash between, as in "Ông/bà".
    pub(super) slashed: FxHashSet<String>,
    /// All words of address that a colon may follow.
    pub(super) words: FxHashSet<String>,
    /// Relations to the household behind a name.
    pub(super) after_name: FxHashSet<String>,
    /// Whose relative somebody is.
    pub(super) relative_of: FxHashSet<String>,
    /// What somebody is to the person whose name follows.
    pub(super) related: Vec<Vec<String>>,
    /// Words of address before that name.
    pub(super) of_whom: FxHashSet<String>,
    pub(super) surnames: FxHashSet<String>,
}

pub(super) static ADDRESS: LazyLock<Address> = LazyLock::new(|| {
    let file: AddressFile =
        crate::builtin::toml("honorifics.toml", include_str!("../../../data/vietnamese/honorifics.toml"));
    let split = |list: Vec<String>| {
        let mut list: Vec<Vec<String>> =
            list.iter().map(|phrase| phrase.split(' ').map(text::key).collect()).collect();
        // The longest phrase first: "hộ ông" before "hộ".
        list.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        list
    };
    let (other_name, before_year) = (split(file.other_name), split(file.before_year));
    let keys = |list: &[String]| list.iter().map(|word| text::key(word)).collect::<FxHashSet<_>>();
    let (always, before_surname) = (split(file.always), split(file.before_surname));
    let (slashed, abbreviated) =
        (keys(&file.slashed), file.abbreviated.iter().map(|s| text::key(s)).collect());
    let in_phrases = always.iter().chain(&before_surname).flatten();
    Address {
        words: in_phrases.chain(&slashed).cloned().collect(),
        after_name: keys(&file.after_name),
        relative_of: keys(&file.relative_of),
        related: split(file.related),
        of_whom: keys(&file.of_whom),
        other_name_small: split(file.other_name_small),
        surnames: keys(&file.surnames),
        apart: split(file.apart),
        always,
        other_name,
        before_year,
        before_surname,
        abbreviated,
        slashed,
    }
});
