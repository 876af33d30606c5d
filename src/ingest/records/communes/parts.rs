//! The parts of a commune cell in whatever order and punctuation: "Xóm 3, xã A, TP B", "Tỉnh C - Huyện B - Xã A".
//!
//! A part says by its type word what it is; one without is a commune, unless it stands beside a commune and the built-in
//! table knows a district or province of its name. Names have dashes of their own, so that a dash parts only what is
//! known on either side of it.

use super::history;
use crate::vietnamese::text;
use crate::vietnamese::words::{self, UnitLevel, unit_key};

/// What the parts of a commune cell name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    /// The commune with its type word; empty where none is named.
    pub(super) commune: String,
    /// Districts and provinces.
    pub(super) regions: Vec<String>,
    /// Whether the name is a commune's only if one of that name is known: it may be a hamlet's.
    pub(super) weak: bool,
}

/// What a part of a cell is by its type word.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Part {
    Commune,
    Region,
    Hamlet,
    /// A house, a street, or words that name nothing.
    Nothing,
    Untyped,
}

/// Takes a cell without notes and codes apart.
pub(super) fn arrange(cell: &str) -> Parts {
    let mut parts: Vec<&str> = cell
        .split([',', ';', '/', '\n', '|', ':'])
        .flat_map(at_type_words)
        .flat_map(at_dashes)
        .map(|part| part.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '-' | '–' | '"')))
        .filter(|part| !part.is_empty())
        .collect();
    let kinds: Vec<Part> = parts.iter().map(|part| kind(part)).collect();
    let at = |wanted: Part| kinds.iter().position(|kind| *kind == wanted);
    let commune = at(Part::Commune).or_else(|| untyped_commune(&parts, &kinds));
    let Some(commune) = commune else {
        // A hamlet alone may be a commune of a name that begins like one ("Bản Công").
        let hamlet = at(Part::Hamlet).filter(|_| parts.len() == 1);
        let regions = regions(&parts, &kinds, usize::MAX);
        return Parts {
            commune: hamlet.map_or_else(String::new, |at| parts[at].to_owned()),
            regions,
            weak: true,
        };
    };
    let regions = regions(&parts, &kinds, commune);
    Parts { commune: std::mem::take(&mut parts[commune]).to_owned(), regions, weak: false }
}

/// The parts that name districts and provinces.
fn regions(parts: &[&str], kinds: &[Part], commune: usize) -> Vec<String> {
    let is_region = |at: usize| at != commune && matches!(kinds[at], Part::Region | Part::Untyped);
    (0..parts.len()).filter(|at| is_region(*at)).map(|at| parts[at].to_owned()).collect()
}

/// Which of the parts without a type word is the commune: the first, or the last where the province stands first.
fn untyped_commune(parts: &[&str], kinds: &[Part]) -> Option<usize> {
    let mut untyped = (0..parts.len()).filter(|at| kinds[*at] == Part::Untyped);
    let first = untyped.next()?;
    let last = untyped.next_back();
    match last {
        Some(last) if history::is_province(parts[first]) && !history::is_province(parts[last]) => Some(last),
        // Beside a district or hamlet a lone name is the commune's, if it is not the province's.
        None if parts.len() > 1 && kinds.contains(&Part::Region) && history::is_province(parts[first]) => {
            None
        }
        _ => Some(first),
    }
}

/// Whether a part of an address names, by its type word, a commune or what lies above it.
pub(in crate::ingest::records) fn is_unit(part: &str) -> bool {
    matches!(kind(part), Part::Commune | Part::Region)
}

fn kind(part: &str) -> Part {
    if words::names_no_commune(part) {
        return Part::Nothing;
    }
    let level = |level| !unit_key(part, level).0.is_empty();
    if level(UnitLevel::Commune) && !part.to_lowercase().starts_with("tx") {
        return Part::Commune;
    }
    if level(UnitLevel::District) || level(UnitLevel::Province) {
        return Part::Region;
    }
    if words::hamlet_in(part).is_some() {
        return Part::Hamlet;
    }
    let folded = text::fold(part);
    let mut words = folded.split(' ');
    let first = words.next().unwrap_or("");
    let house = matches!(first, "so" | "duong" | "pho" | "ngo" | "ngach" | "hem" | "kiet")
        || (first.starts_with(|c: char| c.is_ascii_digit())
            && folded.contains(|c: char| c.is_ascii_alphabetic()));
    if house { Part::Nothing } else { Part::Untyped }
}

/// Cuts a part before the type words inside it: "Xã A huyện B tỉnh C", "UBND xã A", "Thôn 2 xã A", "Xóm 5 A".
fn at_type_words(part: &str) -> Vec<&str> {
    let start = |word: &str| word.as_ptr().addr() - part.as_ptr().addr();
    let words: Vec<&str> = part.split_whitespace().collect();
    let folded: Vec<String> = words.iter().map(|word| text::fold(word)).collect();
    let is = |at: usize, word: &str| folded.get(at).is_some_and(|known| known == word);
    let mut cuts: Vec<usize> = Vec::new();
    // The words of the office before the commune belong to no name.
    let office = (0..words.len().min(5)).find(|&at| {
        (is(at, "xa") && !(at > 0 && is(at - 1, "thi")))
            || is(at, "phuong")
            || (is(at, "thi") && is(at + 1, "tran"))
            || (is(at, "dac") && is(at + 1, "khu"))
    });
    let mut from = 0;
    if let Some(at) = office
        && at > 0
        && at + 1 < words.len()
        && (words::names_office(&folded[..at].join(" "))
            || words::hamlet_in(&part[..start(words[at])]).is_some())
    {
        cuts.push(at);
        from = at;
    } else if office.is_none()
        && words.len() > 2
        && words::hamlet_in(part).is_some()
        && folded[1].bytes().all(|b| b.is_ascii_digit())
    {
        // Behind a hamlet's number another name begins.
        cuts.push(2);
        from = 2;
    }
    for at in from + 2..words.len().saturating_sub(1) {
        let two = (is(at, "thi") && is(at + 1, "xa")) || (is(at, "thanh") && is(at + 1, "pho"));
        let short = matches!(words[at], "H." | "h." | "Q." | "T." | "TP." | "Tp." | "TX.");
        let one = ["huyen", "quan", "tinh", "tp", "tx"].iter().any(|word| is(at, word));
        // "TP.Vinh" is one word.
        if (two && at + 2 < words.len()) || one || short {
            cuts.push(at);
        }
    }
    if let Some(glued) = (from + 2..words.len()).find(|&at| {
        ["tp.", "tx.", "h.", "q.", "t."]
            .iter()
            .any(|short| words[at].len() > short.len() && words[at].to_lowercase().starts_with(short))
    }) && !cuts.contains(&glued)
    {
        cuts.push(glued);
        cuts.sort_unstable();
    }
    let mut pieces = Vec::with_capacity(cuts.len() + 1);
    let mut begin = 0;
    for at in cuts {
        let end = start(words[at]);
        // What stands before the commune is its office, and no part; a hamlet is one.
        let piece = &part[begin..end];
        if !(begin == 0 && words::names_office(&text::fold(piece))) {
            pieces.push(piece);
        }
        begin = end;
    }
    pieces.push(&part[begin..]);
    pieces
}

/// Cuts a part at its dashes where they part units, and do not stand within a name.
fn at_dashes(part: &str) -> Vec<&str> {
    let is_dash = |c: char| matches!(c, '-' | '–' | '—');
    if !part.contains(is_dash) {
        return vec![part];
    }
    let pieces: Vec<&str> = part.split(is_dash).collect();
    let named = |piece: &str| matches!(kind(piece.trim()), Part::Commune | Part::Hamlet | Part::Nothing);
    let is_region = |piece: &&str| {
        let piece = piece.trim();
        kind(piece) == Part::Region || history::is_region(piece)
    };
    let start = |piece: &str| piece.as_ptr().addr() - part.as_ptr().addr();
    // "Tỉnh Bà Rịa - Vũng Tàu" is one name.
    if kind(part) == Part::Region && history::is_region(part) {
        return vec![part];
    }
    // A commune, a hamlet or nothing behind a dash, or a hamlet before it: every dash parts.
    let starts_lower =
        pieces.first().is_some_and(|first| matches!(kind(first.trim()), Part::Hamlet | Part::Nothing));
    if starts_lower || pieces[1..].iter().any(|piece| named(piece)) {
        return pieces;
    }
    // The longest head that is a commune's name with dashes, and regions behind it.
    for head in (1..=pieces.len()).rev() {
        let (name, rest) = pieces.split_at(head);
        let Some(end) = name.last().map(|last| start(last) + last.len()) else { break };
        if rest.iter().all(is_region) && (head == 1 || history::is_commune(&part[..end])) {
            let mut parts = vec![&part[..end]];
            parts.extend(rest);
            return parts;
        }
    }
    // From the province down.
    if pieces.iter().rev().skip(1).all(is_region) { pieces } else { vec![part] }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_in_any_order_and_punctuation() {
        for (cell, commune, regions) in [
            ("Xã Hưng Chính", "Xã Hưng Chính", &[][..]),
            ("Xã Hưng Chính, TP Vinh, tỉnh Nghệ An", "Xã Hưng Chính", &["TP Vinh", "tỉnh Nghệ An"]),
            ("Tỉnh Nghệ An - TP Vinh - Xã Hưng Chính", "Xã Hưng Chính", &["Tỉnh Nghệ An", "TP Vinh"]),
            ("Nghệ An, Vinh, Hưng Chính", "Hưng Chính", &["Nghệ An", "Vinh"]),
            ("Hưng Chính-Vinh-Nghệ An", "Hưng Chính", &["Vinh", "Nghệ An"]),
            ("Xóm 3, xã Hưng Chính", "xã Hưng Chính", &[]),
            ("Xóm 5 Hưng Chính", "Hưng Chính", &[]),
            ("Thôn Đông xã Hưng Chính huyện A tỉnh Nghệ An", "xã Hưng Chính", &["huyện A", "tỉnh Nghệ An"]),
            ("Số 12 Lê Lợi, P.5, Q.3, TP.HCM", "P.5", &["Q.3", "TP.HCM"]),
            ("UBND xã Hưng Chính TP.Vinh", "xã Hưng Chính", &["TP.Vinh"]),
            ("Ủy ban nhân dân xã Hưng Chính, thành phố Vinh", "xã Hưng Chính", &["thành phố Vinh"]),
            ("Phường Xuân Hương - Đà Lạt", "Phường Xuân Hương - Đà Lạt", &[]),
            ("Phường Xuân Hương - Đà Lạt - Lâm Đồng", "Phường Xuân Hương - Đà Lạt", &["Lâm Đồng"]),
            ("Hòa Hiệp, tỉnh Bà Rịa - Vũng Tàu", "Hòa Hiệp", &["tỉnh Bà Rịa - Vũng Tàu"]),
            ("Xã Tân Xã", "Xã Tân Xã", &[]),
            ("Trong xã", "", &[]),
            ("Huyện Nghi Lộc, tỉnh Nghệ An", "", &["Huyện Nghi Lộc", "tỉnh Nghệ An"]),
            ("Xóm 3, TP Vinh", "", &["TP Vinh"]),
        ] {
            let parts = arrange(cell);
            assert_eq!(
                (&*parts.commune, parts.regions.as_slice()),
                (commune, &regions.iter().map(|r| (*r).to_owned()).collect::<Vec<_>>()[..]),
                "{cell}"
            );
        }
        assert!(arrange("Bản Công").weak && !arrange("Xã Bản Công").weak);
    }

    proptest! {
        #[test]
        fn no_cell_panics(cell in any::<String>(), parts in "(xã |Xóm 3|tp\\.|[A-Z]){0,3}[ ,-]{1,2}(Vinh|Nghệ An|huyện |x){0,3}[ -]?[0-9a-zé.]{0,5}") {
            arrange(&cell);
            arrange(&parts);
        }
    }
}
