//! What the program itself has written is no data, wherever officers copy it to.

use crate::ingest::columns::key::key;
use crate::ingest::formats::row::KeptRow;

/// Something that the program has written.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Product {
    /// A workbook that officers fill in.
    Workbook,
    /// A list of findings, links, pairs, rows, rejects or figures.
    List,
    /// The plan of repair of a file: a sheet before the corrected ones, which are data.
    RepairPlan,
}

/// Headers that stand together on no list but the program's own, as [`key`] writes them.
const SIGNS: [(&[&str], Product); 8] = [
    (&["matruonghop", "ketquaxuly"], Product::Workbook),
    (&["casenumber", "result"], Product::Workbook),
    (&["findingid", "code", "pillar", "severity"], Product::List),
    (&["source", "sourcefile", "sourcerow"], Product::List),
    (&["file", "row", "reason", "raw"], Product::List),
    (&["level", "communecode", "commune", "hamlet"], Product::List),
    (&["dong", "cot", "giatricu", "giatrimoi", "viecphailam"], Product::RepairPlan),
    (&["row", "column", "oldvalue", "newvalue", "whattodo"], Product::RepairPlan),
];

/// Rows among which the program's own headers stand.
const SEARCHED: usize = 40;

/// What of its own the program sees in the first rows of a table.
pub(in crate::ingest) fn product(rows: &[KeptRow]) -> Option<Product> {
    rows.iter().take(SEARCHED).find_map(|row| {
        if row.cells.len() < 4 {
            return None;
        }
        let keys: Vec<String> = row.cells.iter().take(60).map(|cell| key_of(cell)).collect();
        let holds = |signs: &[&str]| signs.iter().all(|sign| keys.iter().any(|key| key == sign));
        SIGNS.iter().find(|(signs, _)| holds(signs)).map(|(_, product)| *product)
    })
}

/// Long cells are no headers of the program's.
fn key_of(cell: &str) -> String {
    if cell.len() > 60 { String::new() } else { key(cell) }
}
