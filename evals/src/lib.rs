//! Suites of requests, run against the product from outside: what is said goes over AG-UI, and what was prepared,
//! read or changed is compared with what a reference call would have done. How an answer is worded never counts.
//!
//! A [`Suite`] is read from YAML; a [`Stage`] gives each test a company of its own; [`run`] holds the conversations
//! and [`judge`] compares; a [`Record`] is kept of each, and the reports are made of records alone.

pub mod client;
pub mod compare;
mod judge;
pub mod normal;
mod numbers;
pub mod record;
pub mod report;
pub mod run;
pub mod stage;
pub mod stats;
pub mod stub;
pub mod suite;
pub mod summary;

pub use record::{Record, Verdict};
pub use run::{Plan, Progress, run};
pub use stage::{About, Company, Place, Stage, Usage};
pub use suite::Suite;

/// What keeps a run from happening, or a test from being judged.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// The suite is not one, or asks for what is not there.
    #[error("{0}")]
    Suite(String),
    /// The product or what it stands on did not answer: nothing can be said of the model.
    #[error("{0}")]
    Infrastructure(String),
    /// A file could not be read or written.
    #[error("{path}: {why}")]
    File {
        /// Which one.
        path: String,
        /// Why not.
        why: String,
    },
}

/// The result of what may not be judged.
pub type Result<T, E = EvalError> = std::result::Result<T, E>;
