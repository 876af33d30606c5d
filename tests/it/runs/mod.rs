//! The program from night to night: what it is given and told, what is remembered, what can go wrong.

mod bad_input;
mod config;
mod decisions;
pub(crate) mod desk_work;
mod faults;
mod hostile;
#[cfg(feature = "encryption")]
mod locked;
pub(crate) mod memory;
pub(crate) mod nights;
mod operation;
mod reuse;
mod sets;
pub(crate) mod threads;
