//! SONG-12: the dead whose family has a right to support for the funeral, and no row of welfare says that it was paid.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::builtin;
use crate::domain::{
    Capability, Clue, Code, Day, Detail, ExtractRow, Field, Finding, PartialDate, ResidentIx,
};
use crate::findings::facts::Facts;
use crate::findings::facts::periods::Period;
use crate::findings::role_view::View;
use crate::findings::rules::song::death_known_by;
use crate::findings::text::{fold, says_death};
use crate::vietnamese::text::holds_any;

/// The table of who is entitled, and of the words by which support paid is known.
const TABLE: &str = include_str!("../../../../data/labels/funeral_support.toml");

/// A group of beneficiaries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    /// Codes of the group.
    codes: Vec<String>,
    /// Words of programmes, for rows without a code.
    programmes: Vec<String>,
    /// What gives the right.
    legal: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Words of a programme that pays for funerals.
    funeral: Vec<String>,
    group: Vec<Group>,
}

static GROUPS: LazyLock<Table> = LazyLock::new(|| {
    let mut table: Table = builtin::toml("funeral_support.toml", TABLE);
    let folded = |words: &mut Vec<String>| words.iter_mut().for_each(|word| *word = fold(word));
    folded(&mut table.funeral);
    for group in &mut table.group {
        folded(&mut group.codes);
        folded(&mut group.programmes);
    }
    table
});

/// SONG-12: once per resident, on the first benefit that gives the right.
pub(crate) fn funeral_support_outstanding(facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    if !facts.is_dead(ix) || !facts.runs(Code::song(12)) {
        return;
    }
    let Some(death) = facts.death_date(ix).filter(|death| is_recent(*death, facts.dates.as_of)) else {
        return;
    };
    let mut entitled = None;
    for at in facts.linked(Capability::Payment, ix) {
        let row = facts.row(at);
        let programme = programme(facts, row);
        if holds_any(&programme, &GROUPS.funeral) {
            return;
        }
        if entitled.is_none() && drew_at(row, death) {
            entitled = group_of(facts, row, &programme).map(|group| (at, group));
        }
    }
    let Some((at, group)) = entitled else { return };
    let view = View::new(facts, at);
    let mut finding = view.linked_finding(Code::song(12), Field::Programme);
    finding.source_value = view.raw(Field::Programme).to_owned();
    finding.registry_value = death.to_string();
    if facts.has_death_record(ix) {
        finding.evidence.push(Clue::Row(death_known_by(facts, ix)));
    }
    finding.evidence.push(Clue::FuneralRight(&group.legal));
    out.push(finding);
}

/// Whether a row pays for a funeral: it follows a death by its nature, and is no benefit of the dead.
pub(crate) fn pays_for_funeral(facts: &Facts, row: &ExtractRow) -> bool {
    let table = &facts.data.tables[row.row.table.at()];
    // "Họ và tên người chết" heads a list of what was paid for those.
    let is_of_dead = || says_death(table.header(Field::FullName));
    holds_any(&programme(facts, row), &GROUPS.funeral) || is_of_dead()
}

/// The programme of a row, folded.
fn programme(facts: &Facts, row: &ExtractRow) -> String {
    fold(facts.raw(row.row, Field::Programme))
}

/// Whether a death lies, as a whole, within the twelve months before the as-of date.
fn is_recent(death: PartialDate, as_of: Day) -> bool {
    death.first_day() >= as_of.years_on(-1).unwrap_or(as_of) && death.first_day() <= as_of
}

/// Whether a benefit was drawn when the person died: on the day, or on the day before, as many stop with the death.
fn drew_at(row: &ExtractRow, death: PartialDate) -> bool {
    let day = death.first_day();
    Period::of_row(row).is_some_and(|period| period.holds(day) || period.holds(Day(day.0 - 1)))
}

/// The group that gives the right, by the code of the row, else by the words of its programme.
fn group_of(facts: &Facts, row: &ExtractRow, programme: &str) -> Option<&'static Group> {
    let Detail::Welfare(benefit) = &row.detail else { return None };
    // "BTXH - Bảo trợ xã hội" is group BTXH.
    let code = facts.data.texts.get(benefit.group).split(' ').next().unwrap_or_default();
    GROUPS.group.iter().find(|group| match code {
        "" => holds_any(programme, &group.programmes),
        code => group.codes.iter().any(|known| known == code),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Kind, Role};
    use crate::findings::testing::World;

    const BENEFIT: &str =
        "full_name=A|group_code=BTXH|programme=Trợ cấp xã hội hằng tháng|start_date=01/01/2024";

    /// A resident with a benefit.
    fn beneficiary(person: &str, row: &str) -> (World, ResidentIx) {
        let mut world = World::with(&[Kind::Deaths, Kind::Welfare]);
        let ix = world.resident(&format!("{person}|death_date=05/10/2026"));
        world.linked_row(Kind::Welfare, row, ix);
        (world, ix)
    }

    #[test]
    fn the_table_is_read() {
        assert!(GROUPS.group.len() >= 4 && GROUPS.funeral.contains(&"mai tang".to_owned()));
    }

    #[test]
    fn song_12_no_funeral_support_for_a_dead_beneficiary() {
        let (world, _) = beneficiary("", BENEFIT);
        assert_eq!(world.found("SONG-12"), ["welfare:2 subject programme"]);
        // A benefit that stopped with the death gives the right, and so does one without a code, by its name.
        let (stopped, _) = beneficiary("", &format!("{BENEFIT}|stop_date=05/10/2026"));
        assert_eq!(stopped.of("SONG-12").len(), 1);
        let (named, _) =
            beneficiary("", "full_name=A|programme=Trợ cấp hưu trí xã hội|start_date=01/07/2025");
        assert_eq!(named.of("SONG-12").len(), 1);
    }

    #[test]
    fn song_12_only_where_there_is_a_right_and_nothing_was_paid() {
        let none = |row: &str| beneficiary("", row).0.of("SONG-12").is_empty();
        assert!(none("full_name=A|group_code=HN|programme=Hộ nghèo|start_date=01/01/2024"));
        assert!(none(&format!("{BENEFIT}|stop_date=01/01/2026")));
        let (mut paid, ix) = beneficiary("", BENEFIT);
        paid.linked_row(Kind::Welfare, "full_name=A|programme=Hỗ trợ chi phí mai táng", ix);
        assert!(paid.of("SONG-12").is_empty());
        // A death longer ago, of an unknown day, or none.
        let dead = |person: &str| {
            let mut world = World::with(&[Kind::Deaths, Kind::Welfare]);
            let ix = world.resident(person);
            world.linked_row(Kind::Welfare, BENEFIT, ix);
            world.found("SONG-12").len()
        };
        assert_eq!(dead("death_date=20/11/2025"), 1);
        assert_eq!(dead("death_date=19/11/2025"), 0);
        assert_eq!(dead("death_date=|status=dead"), 0);
        assert_eq!(dead("death_date="), 0);
    }

    #[test]
    fn song_12_by_a_death_record_too() {
        let mut world = World::with(&[Kind::Deaths, Kind::Welfare]);
        let ix = world.resident("");
        world.linked_row(Kind::Welfare, BENEFIT, ix);
        let row = world.row(Kind::Deaths, "full_name=A|death_date=05/10/2026");
        world.link(Kind::Deaths, row, Role::Deceased, ix);
        assert_eq!(world.of("SONG-12").len(), 1);
    }
}
