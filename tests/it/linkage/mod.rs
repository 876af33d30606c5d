//! Who is taken for whom: look-alikes, people who are not there, damaged files, and the reasons given.

mod absent;
mod doubtful_deaths;
mod hard;
mod lookalikes;
mod quality;
mod reasons;
