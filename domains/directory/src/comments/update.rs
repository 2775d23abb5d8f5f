//! `directory.comments.update`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Refusal, Result, call};
use uuid::Uuid;

use super::{CommentView, GROUP, checked_text, state_owner, view};

/// Change what you said in a comment of your own.
///
/// Nobody rewrites what another person said; the comment shows that it was changed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The comment's id.
    pub id: Uuid,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// What it shall say instead.
    #[schemars(length(min = 1, max = 5000))]
    pub text: String,
}

/// The comment as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Updated(pub CommentView);

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed comment by {}", self.0)
    }
}

impl Operation for Update {
    const NAME: &'static str = "directory.comments.update";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let mut comment = view(cx, self.id).await?;
        state_owner(cx, comment.author.id);
        cx.expect_version_of("comments", comment.id, self.version, comment.version).await?;
        comment.text = checked_text(&self.text)?;
        let (org, now) = (cx.org(), cx.now());
        let version = sqlx::query_scalar!(
            "update comments set text = $3, version = version + 1, updated_at = $4
             where org_id = $1 and id = $2 and version = $5 and deleted_at is null returning version",
            org,
            comment.id,
            comment.text,
            now,
            comment.version
        )
        .fetch_optional(cx.db())
        .await?;
        comment.version = version.ok_or_else(|| {
            Refusal::conflict("changed_meanwhile", "Somebody is changing this comment.")
                .fix("Read it again and repeat.")
        })?;
        comment.edited_at = Some(now);
        Ok(Updated(comment))
    }

    fn undo(&self, output: &Updated, changes: &Changes) -> Option<Call> {
        let before = changes.of("comments").next()?.before.as_ref()?.get("text")?;
        Some(call::<Self>(json!({ "id": output.0.id, "text": before })))
    }
}
