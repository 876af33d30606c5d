//! `lamsach.toml`: as written, merged, resolved.
//!
//! | step | module |
//! | --- | --- |
//! | the sections, keys and defaults | `written` |
//! | a file becomes a layer of values with their lines; faults are named with what was probably meant | `file`, `schema` |
//! | defaults, file, environment and command line are laid over each other | `layer` |
//! | values become typed settings | [`Resolved`] |
//! | patterns become the files of a run | `inputs` |
//! | the user's own kinds of file | `own_kinds` |
//! | all values with their origins; a new file | `show`, [`template`] |
//!
//! The configuration of a run is the file of `--config`, else `lamsach.toml` in the folder with the data,
//! else, where neither a folder nor a file is named, `lamsach.toml` in the working directory.

pub(crate) mod dates;
mod error;
mod file;
mod inputs;
mod keys;
mod layer;
mod origin;
pub(crate) mod own_kinds;
mod resolved;
mod schema;
mod show;
mod template;
mod written;

pub use error::{ConfigError, Fault, Problem, Wanted};
pub(crate) use inputs::set_encoding;
pub use origin::{Key, Origin};
pub(crate) use resolved::utf8;
pub use resolved::{Asked, LogFormat, LogSettings, Resolved, resolve};
pub use schema::schema;
pub use template::{Found, template};
pub use written::MOST_THREADS;

/// The name that a configuration is looked for by.
pub const FILE_NAME: &str = "lamsach.toml";
