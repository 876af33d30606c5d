//! The table of kinds of this process: what ships with the program, then the user's own.

use std::sync::OnceLock;

use super::description::{Description, FieldType};
use super::own::{KindMistake, KindsInUse, OwnKinds};
use super::read;
use super::role::{Role, RoleColumns};
use crate::builtin;
use crate::domain::{Code, Field, Words};

/// The table that ships with the program.
pub(super) const BUILT_IN: &str = include_str!("../../../data/kinds.toml");

/// All kinds, and what their descriptions are made of.
#[derive(Clone, Debug)]
pub(super) struct Kinds {
    pub(super) kinds: Vec<Description>,
    pub(super) offices: Vec<(String, Words)>,
    /// By [`Role`].
    pub(super) roles: Vec<RoleColumns>,
    /// By [`Field`].
    pub(super) types: [FieldType; Field::COUNT],
    /// The codes that rows of a list described as data may give rise to.
    pub(super) list_codes: Vec<Code>,
}

static KINDS: OnceLock<Kinds> = OnceLock::new();

/// The kinds that ship with the program.
pub(super) fn built_in() -> Kinds {
    read::built_in(BUILT_IN)
        .unwrap_or_else(|mistakes| builtin::broken("kinds.toml", &format_args!("{mistakes:?}")))
}

/// The kinds in force.
pub(super) fn table() -> &'static Kinds {
    KINDS.get_or_init(built_in)
}

/// Takes the user's own kinds into the table, for the rest of the process. To be called before anything asks for a
/// kind; the same kinds may be given again.
///
/// # Errors
/// [`KindsInUse`] where kinds are in use already, and these are not among them.
pub(super) fn install(own: &OwnKinds) -> Result<(), KindsInUse> {
    let own_of = |kinds: &Kinds| -> Vec<Description> {
        kinds.kinds.iter().filter(|kind| kind.is_own).cloned().collect()
    };
    let wanted = own_of(&own.0);
    let in_force = KINDS.get_or_init(|| own.0.clone());
    if own_of(in_force) == wanted { Ok(()) } else { Err(KindsInUse) }
}

/// Reads texts of the user's own kinds on top of what ships.
pub(super) fn with_own(texts: &[&str]) -> Result<Kinds, Vec<(usize, KindMistake)>> {
    let mut kinds = built_in();
    let mut mistakes = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        if let Err(found) = read::own(text, &mut kinds) {
            mistakes.extend(found.into_iter().map(|mistake| (at, mistake)));
        }
    }
    if mistakes.is_empty() { Ok(kinds) } else { Err(mistakes) }
}

/// The place of a role in [`Kinds::roles`].
pub(super) fn place(role: Role) -> usize {
    role as usize
}
