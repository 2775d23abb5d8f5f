//! `directory.api_keys.create`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::identity::api_keys::{self, NewKey};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Result, Secret, call};

use super::{ApiKeyView, revoke};
use crate::{KEYS, checked_text};

/// Make an API key for a program.
///
/// The program acts as you, with your rights or fewer, and never approves anything. The key is shown once.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The program that will use the key.
    #[schemars(length(min = 1, max = 100))]
    pub name: String,
    /// Only these operations (accounting.invoices.list) and groups of rights (accounting.read); everything unless told.
    #[schemars(length(max = 100))]
    pub scopes: Option<Vec<String>>,
    /// The last day on which it holds; it does not end unless told.
    pub expires_on: Option<NaiveDate>,
}

/// The new key.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Created {
    /// What stays visible of it.
    #[serde(flatten)]
    pub api_key: ApiKeyView,
    /// The key itself, for Authorization: Bearer. It is shown this once.
    pub key: Secret<String>,
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New API key {}", self.api_key)
    }
}

impl Operation for Create {
    const NAME: &'static str = "directory.api_keys.create";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(KEYS);
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let new = NewKey { name: checked_text(&self.name, "/name")?, scopes: self.scopes, expires_on: self.expires_on };
        let made = api_keys::create(cx, &new).await?;
        let api_key = ApiKeyView {
            id: made.id,
            name: new.name,
            prefix: made.prefix,
            owner: cx.who().email.clone().into(),
            scopes: new.scopes,
            expires_on: new.expires_on,
            last_used_at: None,
            revoked_at: None,
        };
        Ok(Created { api_key, key: Secret::new(made.key) })
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<revoke::Revoke>(json!({ "id": output.api_key.id })))
    }
}
