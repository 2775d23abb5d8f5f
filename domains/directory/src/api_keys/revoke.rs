//! `directory.api_keys.revoke`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::identity::api_keys::revoke;
use steward_tools::{Cx, Effect, Operation, Ref, Refusal, Result};
use uuid::Uuid;

use super::{ApiKey, sees_all};
use crate::KEYS;

/// Revoke an API key: it opens nothing any more, for good.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// The API key: its id, program or beginning.
    pub id: Ref<ApiKey>,
}

/// The key that was.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Revoked {
    /// Its id.
    pub id: Uuid,
    /// What people called it.
    pub name: String,
    /// How it began.
    pub prefix: String,
}

impl fmt::Display for Revoked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Revoked API key {} ({}…).", self.name, self.prefix)
    }
}

impl Operation for Revoke {
    const NAME: &'static str = "directory.api_keys.revoke";
    const EFFECT: Effect = Effect::Final;
    const GROUP: Option<&'static str> = Some(KEYS);
    type Output = Revoked;

    async fn run(self, cx: &mut Cx) -> Result<Revoked> {
        let (org, id, any) = (cx.org(), self.id.id, sees_all(cx));
        revoke(cx, id, any).await?;
        let key = sqlx::query!("select name, prefix from api_keys where org_id = $1 and id = $2", org, id)
            .fetch_optional(cx.db())
            .await?
            .ok_or_else(|| Refusal::not_found("API key"))?;
        Ok(Revoked { id, name: key.name, prefix: key.prefix })
    }
}
