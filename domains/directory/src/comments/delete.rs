//! `directory.comments.delete`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Result, call};
use uuid::Uuid;

use super::{CommentView, GROUP, restore, state_owner, view};

/// Remove a comment of your own; an administrator removes anybody's.
///
/// Nobody reads it any more, and restoring it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The comment's id.
    pub id: Uuid,
}

/// The comment that was.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Deleted(pub CommentView);

impl fmt::Display for Deleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Removed the comment by {}", self.0)
    }
}

impl Operation for Delete {
    const NAME: &'static str = "directory.comments.delete";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = Deleted;

    async fn run(self, cx: &mut Cx) -> Result<Deleted> {
        let comment = view(cx, self.id).await?;
        state_owner(cx, comment.author.id);
        let (org, me, now) = (cx.org(), cx.who().id, cx.now());
        sqlx::query!(
            "update comments set deleted_at = $3, deleted_by = $4 where org_id = $1 and id = $2",
            org,
            comment.id,
            now,
            me
        )
        .execute(cx.db())
        .await?;
        Ok(Deleted(comment))
    }

    fn undo(&self, output: &Deleted, _: &Changes) -> Option<Call> {
        Some(call::<restore::Restore>(json!({ "id": output.0.id })))
    }
}
