//! `directory.attachments.delete`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Result, call};
use uuid::Uuid;

use super::{AttachmentView, restore, view};
use crate::comments::{GROUP, state_owner};

/// Remove a file that you attached; an administrator removes anybody's.
///
/// Nobody finds it on the record any more, and restoring it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The attachment's id.
    pub id: Uuid,
}

/// The attachment that was.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Deleted(pub AttachmentView);

impl fmt::Display for Deleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Removed {}", self.0)
    }
}

impl Operation for Delete {
    const NAME: &'static str = "directory.attachments.delete";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = Deleted;

    async fn run(self, cx: &mut Cx) -> Result<Deleted> {
        let attachment = view(cx, self.id).await?;
        state_owner(cx, attachment.author.id);
        let (org, me, now) = (cx.org(), cx.who().id, cx.now());
        sqlx::query!(
            "update attachments set deleted_at = $3, deleted_by = $4 where org_id = $1 and id = $2",
            org,
            attachment.id,
            now,
            me
        )
        .execute(cx.db())
        .await?;
        Ok(Deleted(attachment))
    }

    fn undo(&self, output: &Deleted, _: &Changes) -> Option<Call> {
        Some(call::<restore::Restore>(json!({ "id": output.0.id })))
    }
}
