//! Floor 1: demography. Pure functions over columns: ages, households, rates, life tables, how dates are heaped, a
//! projection by cohorts, and which cells of a table must not be shown. Nothing here reads, writes or speaks.
//!
//! Methods are those of the textbooks (Preston, Heuveline, Guillot: *Demography*, 2001; Shryock, Siegel: *The Methods
//! and Materials of Demography*, 1976); each function names what it follows.

mod ages;
mod exposure;
mod heaping;
mod households;
mod life;
mod migration;
mod project;
mod standard;
mod suppress;

pub use ages::{Age, Birth, GROUPS, Group, SexChosen, age_on, five_years, turns};
pub use exposure::{Exposure, interval, mid_year};
pub use heaping::{digit_deviation, myers, whipple, year_preference};
pub use households::{HouseholdType, household_type};
pub use life::{ABRIDGED, Fitted, LifeRow, abridged_of, life_table};
pub use migration::{moves_by_age, standard_moves};
pub use project::{Cohorts, Conditions, Migration, Survival, project};
pub use standard::{OLDEST, Standard};
pub use suppress::{Arc, protect};
