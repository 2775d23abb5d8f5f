//! `directory.attachments.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Result};
use uuid::Uuid;

use super::{AttachmentView, view};
use crate::comments::GROUP;

/// Show one attached file: its name, type, size and hash, and who attached it where.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The attachment's id.
    pub id: Uuid,
}

impl Operation for Get {
    const NAME: &'static str = "directory.attachments.get";
    const EFFECT: Effect = Effect::Read;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = AttachmentView;

    async fn run(self, cx: &mut Cx) -> Result<AttachmentView> {
        view(cx, self.id).await
    }
}
