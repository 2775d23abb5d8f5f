//! Recorded calls.

pub mod get;
pub mod list;

use std::fmt;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// Who did it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-ref" = "directory.users"))]
pub struct Actor {
    /// The person's id.
    pub id: Uuid,
    /// Their e-mail.
    pub email: String,
    /// Their name.
    pub name: String,
}

/// One recorded call.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CallRow {
    /// Its id.
    pub id: Uuid,
    /// The plan it was part of.
    pub plan_id: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// The way it came in (rest, cli, agent).
    pub surface: String,
    /// Whether an agent acted for the person.
    pub agent: bool,
    /// The conversation it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<Uuid>,
    /// The person's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The operation.
    pub operation: String,
    /// What happened, in a sentence.
    pub sentence: String,
    /// The call that this one took back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undoes: Option<Uuid>,
}

impl fmt::Display for CallRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let through = if self.agent { ", through the agent" } else { "" };
        write!(
            f,
            "{} ({}{through}) on {}: {}",
            self.actor.name,
            self.operation,
            self.created_at.format("%Y-%m-%d %H:%M UTC"),
            self.sentence
        )
    }
}
