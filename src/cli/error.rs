//! Why a command failed: one sentence for the user, and the exit code of the contract.

use std::process::ExitCode;

use crate::archive::ArchiveError;
use crate::config::ConfigError;
use crate::custody::CustodyError;
use crate::domain::Lang;
use crate::ingest::IngestError;
use crate::pipeline::RunError;
use crate::publish::{DemographyError, PublishError};
use crate::returns::ReturnError;
use crate::review::NotGiven;
use crate::store::StoreError;
use crate::words::{Said, text};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The arguments make no sense.
    #[error("{0}")]
    Usage(Said),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A run failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// An input could not be read, or lacks a required column.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The output folder could not be used.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A document could not be published.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The population could not be counted.
    #[error(transparent)]
    Demography(#[from] DemographyError),
    /// The store of findings and decisions could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Personal data could not be handed over, erased or accounted for.
    #[error(transparent)]
    Custody(#[from] CustodyError),
    /// What an officer handed back could not be taken.
    #[error(transparent)]
    Return(#[from] ReturnError),
    /// Findings could not be given to somebody.
    #[error(transparent)]
    NotGiven(#[from] NotGiven),
    /// A command other than `run` failed to read its input.
    #[error("{0}")]
    Input(String),
    /// A command other than `run` failed to write its output.
    #[error("{0}")]
    Output(String),
    /// A check of `status` or `verify` found something wrong. Holds the sentence in both languages, and the exit
    /// code: 10 too old, 11 the last attempt failed, 12 not whole.
    #[error("{said}")]
    Unsound { said: Said, code: u8 },
    /// Something that should never happen.
    #[error("internal error: {0}")]
    Internal(String),
}

impl Error {
    /// A complaint about arguments, in both languages.
    pub(super) fn usage(said: Said) -> Self {
        Self::Usage(said)
    }

    /// The exit code of the contract.
    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Internal(_) => 1,
            Self::Usage(_) => 2,
            Self::Input(_) => 3,
            Self::Output(_) => 6,
            Self::Unsound { code, .. } => *code,
            Self::Config(error) => error.code(),
            Self::Run(error) => error.code(),
            Self::Ingest(error) => error.exit_code(),
            Self::Archive(error) => error.code(),
            Self::Publish(error) => error.code(),
            Self::Demography(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Custody(error) => error.code(),
            Self::Return(error) => error.code(),
            Self::NotGiven(error) => error.code(),
        }
    }

    /// The exit code for the system.
    pub(super) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }

    /// What is said to the user: what is wrong, where, and what to do.
    pub(super) fn message(&self, lang: Lang) -> String {
        match self {
            Self::Usage(said) | Self::Unsound { said, .. } => said.text(lang).to_owned(),
            Self::Input(detail) | Self::Output(detail) => detail.clone(),
            Self::Internal(detail) => text!(lang, "common.error.internal", detail),
            Self::Config(error) => error.message(lang),
            Self::Run(error) => error.message(lang),
            Self::Ingest(error) => error.message(lang),
            Self::Archive(error) => error.message(lang),
            Self::Publish(error) => error.message(lang),
            Self::Demography(error) => error.message(lang),
            Self::Store(error) => error.message(lang),
            Self::Custody(error) => error.message(lang),
            Self::Return(error) => error.message(lang),
            Self::NotGiven(error) => error.message(lang),
        }
    }
}
