//! `directory.attachments.restore`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Result, call};
use uuid::Uuid;

use super::{AttachmentView, delete, find};
use crate::comments::{GROUP, state_owner};

/// Bring back a file that you removed; an administrator brings back anybody's.
///
/// It is on its record again, as it was.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The removed attachment's id.
    pub id: Uuid,
}

/// The attachment that is back.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Restored(pub AttachmentView);

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Brought back {}", self.0)
    }
}

impl Operation for Restore {
    const NAME: &'static str = "directory.attachments.restore";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = Restored;

    async fn run(self, cx: &mut Cx) -> Result<Restored> {
        let (attachment, removed_by) = find(cx, self.id, true).await?;
        state_owner(cx, removed_by.unwrap_or(attachment.author.id));
        let org = cx.org();
        sqlx::query!(
            "update attachments set deleted_at = null, deleted_by = null where org_id = $1 and id = $2",
            org,
            attachment.id
        )
        .execute(cx.db())
        .await?;
        Ok(Restored(attachment))
    }

    fn undo(&self, output: &Restored, _: &Changes) -> Option<Call> {
        Some(call::<delete::Delete>(json!({ "id": output.0.id })))
    }
}
