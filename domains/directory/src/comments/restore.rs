//! `directory.comments.restore`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Result, call};
use uuid::Uuid;

use super::{CommentView, GROUP, delete, find, state_owner};

/// Bring back a comment that you removed; an administrator brings back anybody's.
///
/// It stands under its record again, with its author and time.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The removed comment's id.
    pub id: Uuid,
}

/// The comment that is back.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Restored(pub CommentView);

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Brought back the comment by {}", self.0)
    }
}

impl Operation for Restore {
    const NAME: &'static str = "directory.comments.restore";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = Restored;

    async fn run(self, cx: &mut Cx) -> Result<Restored> {
        let (comment, removed_by) = find(cx, self.id, true).await?;
        state_owner(cx, removed_by.unwrap_or(comment.author.id));
        let org = cx.org();
        sqlx::query!(
            "update comments set deleted_at = null, deleted_by = null where org_id = $1 and id = $2",
            org,
            comment.id
        )
        .execute(cx.db())
        .await?;
        Ok(Restored(comment))
    }

    fn undo(&self, output: &Restored, _: &Changes) -> Option<Call> {
        Some(call::<delete::Delete>(json!({ "id": output.0.id })))
    }
}
