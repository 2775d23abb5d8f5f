//! Why a command did not do what was asked, and the way out.

use std::process::ExitCode;

use serde_json::{Value, json};
use steward_engines::postgres::PostgresError;
use steward_surfaces::{TokenKeyError, problem};
use steward_tools::{Error, Refusal};

use crate::out;

/// The result of a command.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command was called in a way that it does not understand.
    #[error("{0}")]
    Usage(String),
    /// The gate, or a server, refused.
    #[error("{} ({})", .0.detail, .0.code)]
    Refused(Box<Refusal>),
    /// It did not work.
    #[error("{what}")]
    Failed {
        /// What did not.
        what: String,
        /// The way out, where we know one.
        fix: Option<String>,
    },
}

impl Failure {
    /// It did not work.
    pub fn new(what: impl Into<String>) -> Self {
        Self::Failed { what: what.into(), fix: None }
    }
    /// Adds the way out.
    #[must_use]
    pub fn fix(self, way_out: impl Into<String>) -> Self {
        match self {
            Self::Failed { what, .. } => Self::Failed { what, fix: Some(way_out.into()) },
            other => other,
        }
    }
    /// 2 for wrong usage, else 1.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(if matches!(self, Self::Usage(_)) { 2 } else { 1 })
    }
    /// Says it on standard error; with `--json` as a document on standard output.
    pub fn tell(&self, json: bool) {
        if json {
            out::json(&self.document());
            return;
        }
        out::error(&format!("{self}"));
        match self {
            Self::Refused(refusal) => {
                for error in &refusal.errors {
                    out::error(&format!("  {} {}", error.pointer, error.detail));
                }
                for candidate in &refusal.candidates {
                    out::error(&format!("  did you mean {}? ({})", candidate.label, candidate.id));
                }
                if let Some(fix) = &refusal.fix {
                    out::error(fix);
                }
            }
            Self::Failed { fix: Some(fix), .. } => out::error(fix),
            Self::Failed { fix: None, .. } | Self::Usage(_) => {}
        }
    }
    fn document(&self) -> Value {
        match self {
            Self::Refused(refusal) => problem::of(refusal),
            Self::Usage(what) => json!({"code": "usage", "detail": what, "fix": "See --help."}),
            Self::Failed { what, fix } => json!({"code": "failed", "detail": what, "fix": fix}),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal),
            Error::StaleRights => Self::new("The rights of this person have just changed.").fix("Try again."),
            Error::Database(error) => error.into(),
            Error::Internal(what) => Self::new(what),
        }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        let unreachable = matches!(error, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut);
        let failure = Self::new(format!("The database refused, or could not be reached: {error}."));
        if unreachable { failure.fix("Look at its address with steward doctor.") } else { failure }
    }
}

impl From<PostgresError> for Failure {
    fn from(error: PostgresError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<TokenKeyError> for Failure {
    fn from(error: TokenKeyError) -> Self {
        Self::new(error.to_string())
    }
}
