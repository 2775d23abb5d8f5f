//! API keys: how programs come in, with their owner's rights or fewer.

pub mod create;
mod entity;
pub mod list;
pub mod revoke;

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use steward_tools::identity::ADMIN;
use steward_tools::{Cx, Named};
use uuid::Uuid;

pub use entity::ApiKey;

use crate::users::User;

/// A key as people see it once it is made: never the key itself.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ApiKeyView {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// How it begins.
    pub prefix: String,
    /// Whose it is: their e-mail.
    pub owner: Named<User>,
    /// The operations and groups of rights it is limited to; absent is everything its owner may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// The last day on which it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<NaiveDate>,
    /// When it was last used, to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<DateTime<Utc>>,
}

impl fmt::Display for ApiKeyView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}…) of {}", self.name, self.prefix, self.owner)?;
        match &self.scopes {
            Some(scopes) => write!(f, ", limited to {}", scopes.join(", "))?,
            None => write!(f, ", for everything they may")?,
        }
        if let Some(day) = self.expires_on {
            write!(f, ", until {day}")?;
        }
        write!(f, ".")
    }
}

/// Whether the person at work looks after everybody's keys.
fn sees_all(cx: &Cx) -> bool {
    cx.who().roles.iter().any(|role| role == ADMIN)
}
