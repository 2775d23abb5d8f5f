//! What can go wrong with a model: few cases, each with a way on.

use std::time::Duration;

/// Why a model gave no reply that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Nobody answers there, or not in time.
    #[error("{model} cannot be reached: {why}")]
    Unreachable {
        /// The model.
        model: String,
        /// What the connection said.
        why: String,
    },
    /// Too many requests, or too busy.
    #[error("{model} is busy")]
    Busy {
        /// The model.
        model: String,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// It does not want this request: the key, the model's name, the size.
    #[error("{model} refused ({status}): {why}")]
    Refused {
        /// The model.
        model: String,
        /// The HTTP status, or the one that an error body named.
        status: u16,
        /// What it said.
        why: String,
    },
    /// What it answered is no reply.
    #[error("{model} answered something that is no reply: {broken}")]
    Broken {
        /// The model.
        model: String,
        /// In which way.
        broken: Broken,
    },
}

/// How an answer is no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Not the protocol at all: a page, plain text, JSON of another form.
    #[error("it is not of the protocol ({0})")]
    Protocol(String),
    /// Neither words nor calls.
    #[error("it is empty")]
    Empty,
    /// The stream ended before the reply did.
    #[error("it was cut off")]
    Cut,
}
