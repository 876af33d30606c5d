//! How the files of a mixed sample look around their rows (`data/sample/sample_mixed.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::{Field, Kind};

/// The layouts of all kinds that have one.
#[derive(Debug)]
pub(crate) struct Layouts(BTreeMap<String, Layout>);

/// What stands around the rows of a kind.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layout {
    /// Rows above the header.
    pub(crate) titles: Vec<String>,
    /// Header cells over several columns.
    #[serde(default, rename = "group")]
    pub(crate) groups: Vec<Group>,
    /// The word before the sum of amounts.
    #[serde(default)]
    pub(crate) total: String,
    /// Who signs below.
    pub(crate) signed_by: Vec<String>,
}

/// A header cell over several columns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    /// Its text.
    pub(crate) over: String,
    /// The fields of the columns under it, each with its own header.
    under: Vec<(String, String)>,
}

impl Layouts {
    /// Reads the built-in table.
    pub(crate) fn load() -> Self {
        let table = include_str!("../../../data/sample/sample_mixed.toml");
        Self(crate::builtin::toml("sample_mixed.toml", table))
    }

    /// The layout of a kind; an empty one where it has none.
    pub(crate) fn of(&self, kind: Kind) -> &Layout {
        static BARE: Layout =
            Layout { titles: Vec::new(), groups: Vec::new(), total: String::new(), signed_by: Vec::new() };
        self.0.get(kind.name()).unwrap_or(&BARE)
    }
}

impl Layout {
    /// The group over a field's column, and the header that stands under it.
    pub(crate) fn group_of(&self, field: Field) -> Option<(&Group, &str)> {
        self.groups.iter().find_map(|group| {
            let (_, header) = group.under.iter().find(|(name, _)| name == field.name())?;
            Some((group, header.as_str()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_groups_are_those_of_the_kind() {
        let layouts = Layouts::load();
        for (name, layout) in &layouts.0 {
            let kind = Kind::SIX.into_iter().find(|k| k.name() == name).unwrap();
            let known = |field: &str| kind.fields().iter().any(|f| f.name() == field);
            assert!(layout.groups.iter().flat_map(|g| &g.under).all(|(field, _)| known(field)), "{name}");
        }
    }
}
