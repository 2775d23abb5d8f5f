//! `directory.parties.tag`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_directory::parties::Party;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

/// Put tags on a party, in place of those it had.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// The party: its id, number or name.
    pub id: Ref<Party>,
    /// The tags it shall have.
    pub tags: Vec<String>,
}

/// The party with its tags.
#[derive(Serialize, JsonSchema)]
pub struct Tagged {
    /// The party.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its tags.
    pub tags: Vec<String>,
}

impl fmt::Display for Tagged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is tagged {}.", self.name, self.tags.join(", "))
    }
}

impl Operation for Tag {
    const NAME: &'static str = "directory.parties.tag";
    const EFFECT: Effect = Effect::Write;
    type Output = Tagged;

    async fn run(self, cx: &mut Cx) -> Result<Tagged> {
        let (org, id, now) = (cx.org(), self.id.id, cx.now());
        let name = sqlx::query_scalar!(
            "update parties set tags = $3, version = version + 1, updated_at = $4 where org_id = $1 and id = $2 returning name",
            org, id, &self.tags, now
        )
        .fetch_optional(cx.db())
        .await?
        .ok_or_else(|| Refusal::not_found("party"))?;
        Ok(Tagged { id, name, tags: self.tags })
    }

    fn undo(&self, output: &Tagged, before: &Changes) -> Option<Call> {
        let party = before.of("parties").next()?;
        Some(call::<Self>(json!({"id": output.id, "tags": party.before.as_ref()?.get("tags")?})))
    }
}
