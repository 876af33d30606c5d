//! The program as its users meet it: files in, files and an exit code out. What is asserted here is the data
//! contract, never the code that keeps it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "the helpers of tests fail by panicking, and the table of the quality test is to be seen"
)]

mod contract;
mod country;
mod harness;
mod linkage;
mod results;
mod review;
mod runs;
mod world;
