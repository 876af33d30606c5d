//! `lamsach`: finds what keeps Vietnamese population records from being đúng, đủ, sạch, sống.

pub mod cli;
pub mod domain;
pub mod error;
pub mod findings;
pub mod ingest;
pub mod linkage;
pub mod pipeline;
pub mod publish;
pub mod sample;
pub mod vietnamese;
