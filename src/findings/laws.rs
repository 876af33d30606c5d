//! The legal sources that findings cite, and whether they are in force (`data/laws.toml`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::builtin;
use crate::domain::{Day, Lang};
use crate::words::text;

/// The table.
const LAWS: &str = include_str!("../../data/laws.toml");

/// A legal source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Law {
    /// How it is cited.
    pub cited: String,
    /// The day on its head, where that was read.
    pub issued: Option<Day>,
    /// Since when it is in force, where that was read.
    pub from: Option<Day>,
    /// The first day on which it no longer is.
    pub until: Option<Day>,
    /// What stands in its place since then.
    pub replaced_by: Option<String>,
}

/// A legal source as the table writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLaw {
    cited: String,
    issued: Option<String>,
    from: Option<String>,
    until: Option<String>,
    replaced_by: Option<String>,
    // For those who keep the table.
    #[serde(rename = "amended_by")]
    _amended_by: Option<String>,
    #[serde(rename = "read")]
    _read: String,
}

static TABLE: LazyLock<BTreeMap<String, Law>> = LazyLock::new(|| {
    let raw: BTreeMap<String, RawLaw> = builtin::toml("laws.toml", LAWS);
    raw.into_iter().map(|(name, raw)| (name, raw.read())).collect()
});

impl RawLaw {
    fn read(self) -> Law {
        let read = |written: Option<String>| {
            let wrong = |written: &str| builtin::broken("laws.toml", &format_args!("no day: {written}"));
            written.map(|written| day(&written).unwrap_or_else(|| wrong(&written)))
        };
        Law {
            cited: self.cited,
            issued: read(self.issued),
            from: read(self.from),
            until: read(self.until),
            replaced_by: self.replaced_by,
        }
    }
}

/// A day written dd/mm/yyyy.
fn day(written: &str) -> Option<Day> {
    let mut parts = written.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Day::from_civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The source of a name in the table.
pub fn named(name: &str) -> Option<&'static Law> {
    TABLE.get(name)
}

/// A place in a legal source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Legal {
    law: &'static Law,
    /// Articles, an annex; empty where the whole source is meant.
    place: String,
}

impl Legal {
    /// A place written `can_cuoc: Điều 9`, or a source alone; `None` where the table has no source of that name.
    pub fn parse(written: &str) -> Option<Self> {
        let (name, place) = written.split_once(": ").unwrap_or((written, ""));
        Some(Self { law: named(name)?, place: place.to_owned() })
    }

    /// How it is cited on a day. A source that is not in force then is cited with the day on which it began or ended
    /// to be, and with what stands in its place.
    pub fn cite(&self, on: Day, lang: Lang) -> String {
        let Law { cited, from, until, replaced_by, .. } = self.law;
        let source = if self.place.is_empty() { cited.clone() } else { format!("{cited} {}", self.place) };
        match (from, until, replaced_by) {
            (Some(from), _, _) if on < *from => text!(lang, "findings.legal.not_yet", source, day = from),
            (_, Some(until), Some(by)) if on >= *until => {
                text!(lang, "findings.legal.replaced", source, day = until, by)
            }
            (_, Some(until), None) if on >= *until => {
                text!(lang, "findings.legal.ended", source, day = until)
            }
            _ => source,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::findings::catalogue;

    #[test]
    fn a_source_is_cited_by_its_force_on_the_day() {
        let cite = |written, (d, m, y)| {
            Legal::parse(written).unwrap().cite(Day::from_civil(y, m, d).unwrap(), Lang::Vi)
        };
        assert_eq!(cite("can_cuoc: Điều 9", (30, 6, 2026)), "Luật Căn cước 26/2023/QH15 Điều 9");
        assert_eq!(cite("can_cuoc", (30, 6, 2024)), "Luật Căn cước 26/2023/QH15 (có hiệu lực từ 01/07/2024)");
        assert_eq!(cite("nd_137_2015: Điều 13", (30, 6, 2024)), "NĐ 137/2015/NĐ-CP Điều 13");
        assert_eq!(
            cite("nd_137_2015: Điều 13", (1, 7, 2024)),
            "NĐ 137/2015/NĐ-CP Điều 13 (hết hiệu lực từ 01/07/2024, thay bằng NĐ 70/2024/NĐ-CP)"
        );
        assert_eq!(Legal::parse("luat_nao_do"), None);
    }

    #[test]
    fn every_source_is_cited_and_its_days_follow_each_other() {
        let cited: BTreeSet<&str> = catalogue::entries()
            .iter()
            .flat_map(|entry| entry.sources())
            .map(|legal| legal.law.cited.as_str())
            .collect();
        let funerals = include_str!("../../data/labels/funeral_support.toml");
        for law in TABLE.values() {
            assert!(cited.contains(law.cited.as_str()) || funerals.contains(&law.cited), "{}", law.cited);
            let days: Vec<Day> = [law.issued, law.from, law.until].into_iter().flatten().collect();
            assert!(days.is_sorted(), "{}", law.cited);
            assert!(law.replaced_by.is_none() || law.until.is_some(), "{}", law.cited);
        }
        // What gives a right to support for a funeral is of the table as well.
        let rights = funerals.lines().filter_map(|line| line.strip_prefix("legal = \"")?.strip_suffix('"'));
        for source in rights.flat_map(|rights| rights.split("; ")) {
            assert!(TABLE.values().any(|law| source.starts_with(&law.cited)), "{source}");
        }
    }
}
