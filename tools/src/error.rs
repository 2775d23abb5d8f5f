//! Refusals: few, named, with the way out; everything else is an internal error that only logs see.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The result of everything behind the gate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of refusal it is; it decides the HTTP status and whether trying again makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The request could not be read (400).
    Malformed,
    /// Nobody is signed in, or no longer (401).
    Unauthenticated,
    /// The person may not do this (403).
    Forbidden,
    /// No such record for this person: absent and foreign are the same (404).
    NotFound,
    /// The state of the record does not allow it (409).
    Conflict,
    /// Somebody changed the record meanwhile (412).
    Stale,
    /// The request is larger than allowed (413).
    TooLarge,
    /// Understood, but a value is wrong (422).
    Invalid,
    /// An update must say which version it means (428).
    PreconditionRequired,
    /// Too many attempts; later again (429).
    Throttled,
    /// Somebody else is at it; try again (503).
    Busy,
}

impl Kind {
    /// The HTTP status of this kind.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Stale => 412,
            Self::TooLarge => 413,
            Self::Invalid => 422,
            Self::PreconditionRequired => 428,
            Self::Throttled => 429,
            Self::Busy => 503,
        }
    }
}

/// The codes that the gate itself answers with; domains add their own beside their operations.
pub mod codes {
    /// A name or number that several records, or none, answer to; `candidates` has the nearest.
    pub const UNRESOLVED: &str = "unresolved_reference";
    /// The person lacks the permission.
    pub const FORBIDDEN: &str = "forbidden";
    /// Absent, or not this person's to see.
    pub const NOT_FOUND: &str = "not_found";
    /// The arguments do not fit the schema.
    pub const INVALID_INPUT: &str = "invalid_input";
    /// The request could not be read.
    pub const MALFORMED: &str = "malformed";
    /// An object names one key twice.
    pub const DUPLICATE_KEY: &str = "duplicate_key";
    /// The nesting of a request has an end.
    pub const TOO_DEEP: &str = "too_deep";
    /// A text has characters that nobody sees.
    pub const HIDDEN_CHARACTER: &str = "hidden_character";
    /// A date before 1900 or after 2999.
    pub const DATE_OUT_OF_RANGE: &str = "date_out_of_range";
    /// A number with more digits than JSON numbers carry.
    pub const IMPRECISE_NUMBER: &str = "imprecise_number";
    /// A value that cannot be stored.
    pub const OUT_OF_RANGE: &str = "out_of_range";
    /// A reference of a plan to an earlier result that cannot be.
    pub const BAD_RESULT_REFERENCE: &str = "bad_result_reference";
    /// A cursor of another list, of other filters, or of nobody.
    pub const INVALID_CURSOR: &str = "invalid_cursor";
    /// The same idempotency key came with another body.
    pub const IDEMPOTENCY_MISMATCH: &str = "idempotency_mismatch";
    /// Too many failed attempts to sign in.
    pub const TOO_MANY_ATTEMPTS: &str = "too_many_attempts";
    /// A lock was held too long by somebody else.
    pub const BUSY: &str = "busy";
    /// The database cannot be reached, or the connection to it was lost.
    pub const UNAVAILABLE: &str = "unavailable";
    /// What would happen now is not what the approver saw.
    pub const EFFECTS_CHANGED: &str = "effects_changed";
    /// Only a signed-in person decides.
    pub const NEEDS_PERSON: &str = "needs_person";
    /// The session's rights were changed or ended.
    pub const UNAUTHENTICATED: &str = "unauthenticated";
    /// The record was changed since it was read.
    pub const STALE_VERSION: &str = "stale_version";
    /// An update came without the version it means.
    pub const VERSION_REQUIRED: &str = "version_required";
    /// The request is too large or too deep.
    pub const TOO_LARGE: &str = "too_large";
    /// No operation has this name.
    pub const UNKNOWN_OPERATION: &str = "unknown_operation";
    /// Somebody has decided this approval already, or it was replaced.
    pub const ALREADY_DECIDED: &str = "already_decided";
    /// An approval was left open too long.
    pub const APPROVAL_EXPIRED: &str = "approval_expired";
    /// What should be taken back was changed by somebody meanwhile.
    pub const CHANGED_SINCE: &str = "changed_since";
    /// It has been taken back already.
    pub const ALREADY_UNDONE: &str = "already_undone";
    /// This call has nothing that takes it back.
    pub const NOT_UNDOABLE: &str = "not_undoable";
}

/// One wrong value: where (JSON pointer) and what about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldError {
    /// JSON pointer into the arguments.
    pub pointer: String,
    /// What is wrong, for people.
    pub detail: String,
}

/// A record that a misspelt or ambiguous name may have meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// Its id.
    pub id: uuid::Uuid,
    /// How people know it: number and name.
    pub label: String,
}

/// A clear no: a code to rely on, a sentence for people, the way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Decides the HTTP status.
    pub kind: Kind,
    /// Stable name of the refusal, in `snake_case`.
    pub code: String,
    /// What is wrong.
    pub detail: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// Which call of a plan was refused, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<usize>,
    /// Wrong values, where the refusal is about values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Records that may have been meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// More that belongs to it (the new approval of `effects_changed`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<serde_json::Value>,
}

impl Refusal {
    /// A refusal of `kind` named `code`.
    pub fn new(kind: Kind, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            code: code.to_owned(),
            detail: detail.into(),
            fix: None,
            step: None,
            errors: Vec::new(),
            candidates: Vec::new(),
            extra: None,
        }
    }
    /// The state of a record forbids it.
    pub fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, code, detail)
    }
    /// A value is wrong: `pointer` says which.
    pub fn invalid(code: &str, pointer: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let mut refusal = Self::new(Kind::Invalid, code, detail.clone());
        refusal.errors.push(FieldError { pointer: pointer.to_owned(), detail });
        refusal
    }
    /// No such record, or not for this person.
    pub fn not_found(what: &str) -> Self {
        Self::new(Kind::NotFound, codes::NOT_FOUND, format!("There is no such {what}."))
    }
    /// Adds the way out.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
    /// Whether the same request may succeed later.
    #[must_use]
    pub fn retryable(&self) -> bool {
        matches!(self.kind, Kind::Busy | Kind::Throttled)
    }
}

/// Why a call did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A named refusal that the caller is told.
    #[error("{}: {}", .0.code, .0.detail)]
    Refused(Box<Refusal>),
    /// The database could not; deadlocks and lost serialisations are run again.
    #[error("database: {0}")]
    Database(#[source] sqlx::Error),
    /// The principal's rights changed since they were read.
    #[error("the rights of this person changed")]
    StaleRights,
    /// Our own mistake; the caller only learns that something failed.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Box<Refusal>> for Error {
    fn from(refusal: Box<Refusal>) -> Self {
        Self::Refused(refusal)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|e| e.code()).unwrap_or_default().into_owned();
        if matches!(error, sqlx::Error::Io(_)) || code.starts_with("57P") || code.starts_with("08") {
            // the answer to a commit may have been lost with the connection
            let detail = "The connection to the database was lost, so that nobody knows whether this happened.";
            return Refusal::new(Kind::Busy, codes::UNAVAILABLE, detail)
                .fix("Try again, with the same Idempotency-Key: then it happens once.")
                .into();
        }
        let busy = code == "55P03" || matches!(error, sqlx::Error::PoolTimedOut);
        if busy {
            return Refusal::new(Kind::Busy, codes::BUSY, "Somebody else is changing the same records.")
                .fix("Try again in a moment.")
                .into();
        }
        match &error {
            // the last net: what shape and operation let through and no column holds is the value's fault, not ours
            sqlx::Error::Database(e) if matches!(e.code().as_deref(), Some("22003" | "22008" | "22021" | "22P05")) => {
                Refusal::new(Kind::Invalid, codes::OUT_OF_RANGE, "A value is outside of what can be stored.")
                    .fix("Look at numbers, dates and texts: one is too large, or holds a character that is none.")
                    .into()
            }
            _ => Self::Database(error),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(format!("json: {error}"))
    }
}

impl Error {
    /// An internal error with a message for the log.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::Internal(message.into())
    }
    /// The refusal, where it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
    /// Deadlock or serialisation failure: the call runs again from its stored input.
    #[must_use]
    pub fn worth_rerunning(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(e))
            if matches!(e.code().as_deref(), Some("40001" | "40P01")))
    }
}

/// Turns the violation of a *named* constraint into a refusal; everything else stays what it is.
pub trait OnConstraint<T> {
    /// `refusal` is the answer when the database refuses by the constraint `name`.
    fn on_constraint(self, name: &str, refusal: impl FnOnce() -> Refusal) -> Result<T>;
    /// `refusal` is the answer when another record still refers to the row.
    fn on_reference(self, refusal: impl FnOnce() -> Refusal) -> Result<T>;
}

impl<T> OnConstraint<T> for std::result::Result<T, sqlx::Error> {
    fn on_constraint(self, name: &str, refusal: impl FnOnce() -> Refusal) -> Result<T> {
        self.map_err(|error| match &error {
            sqlx::Error::Database(e) if e.constraint() == Some(name) => refusal().into(),
            _ => error.into(),
        })
    }
    fn on_reference(self, refusal: impl FnOnce() -> Refusal) -> Result<T> {
        self.map_err(|error| match &error {
            sqlx::Error::Database(e) if e.is_foreign_key_violation() => refusal().into(),
            _ => error.into(),
        })
    }
}
