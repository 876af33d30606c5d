//! Communes as rows write them, and the units in force that they can mean.

mod cell;
mod history;
pub(super) mod parts;
pub(super) mod places;

pub(crate) use history::{HomeProvinces, province_name};
