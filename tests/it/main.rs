//! The program as its users meet it: files in, files and an exit code out. What is asserted here is the data
//! contract, never the code that keeps it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "the helpers of tests fail by panicking, and the table of the quality test is to be seen"
)]

mod absent;
mod bad_input;
mod columnar;
mod config;
mod contract;
mod decisions;
mod faults;
mod hard;
mod harness;
mod lookalikes;
mod memory;
mod nights;
mod operation;
mod outputs;
mod privacy;
mod quality;
mod reasons;
mod reports;
mod reuse;
mod review;
mod sample_data;
mod threads;
mod world;
