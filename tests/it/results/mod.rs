//! What a run leaves behind: lists, tables for machines, reports, and who may read them.

mod columnar;
mod foreign;
mod outputs;
mod places;
mod privacy;
mod repair;
mod repair_kinds;
mod reports;
mod sample_data;
mod stats;
mod summary;
mod who;
