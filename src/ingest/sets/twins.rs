//! Files that are the same byte for byte.

use std::fs::File;
use std::io;
use std::path::Path;

use rustc_hash::FxHashMap;

use super::{FileUse, Unused};
use crate::ingest::read::InputSpec;

/// The inputs without copies, and the copies. Of several that are the same the one that is named stays, else the
/// one with the shortest name. The same bytes that are named as two kinds or two sheets are no copies: somebody means it so.
///
/// Only files of one size are compared, so that a folder without copies costs nothing.
pub fn without_copies(inputs: Vec<InputSpec>) -> (Vec<InputSpec>, Vec<FileUse>) {
    let sizes: Vec<Option<u64>> =
        inputs.iter().map(|input| std::fs::metadata(&input.path).ok().map(|meta| meta.len())).collect();
    let mut digests: FxHashMap<usize, blake3::Hash> = FxHashMap::default();
    for (at, size) in sizes.iter().enumerate() {
        let shares = |other: &usize| *other != at && size.is_some() && sizes[*other] == *size;
        if (0..inputs.len()).any(|other| shares(&other))
            && let Ok(digest) = digest(&inputs[at].path)
        {
            digests.insert(at, digest);
        }
    }
    // Those that are named first: they are the ones that stay. Copies get a longer name: "khai_tu (1).csv".
    let mut order: Vec<usize> = (0..inputs.len()).collect();
    order.sort_by_key(|at| (inputs[*at].found, inputs[*at].path.as_os_str().len()));
    let mut kept: Vec<usize> = Vec::new();
    let mut copy_of: Vec<Option<usize>> = vec![None; inputs.len()];
    for at in order {
        let same = |other: &&usize| {
            let (one, two) = (&inputs[at], &inputs[**other]);
            let same_part = one.sheet == two.sheet && (one.kind == two.kind || one.found);
            digests.contains_key(&at)
                && digests.get(&at) == digests.get(*other)
                && (same_part || (one.found && one.sheet.is_none()))
        };
        copy_of[at] = kept.iter().find(same).copied();
        if copy_of[at].is_none() {
            kept.push(at);
        }
    }
    let paths: Vec<_> = inputs.iter().map(|input| input.path.clone()).collect();
    let (mut left, mut copies) = (Vec::new(), Vec::new());
    for (at, input) in inputs.into_iter().enumerate() {
        match copy_of[at] {
            Some(of) => copies.push(FileUse::unused(input.path, Unused::SameAs(paths[of].clone()))),
            None => left.push(input),
        }
    }
    (left, copies)
}

fn digest(path: &Path) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(hasher.finalize())
}
