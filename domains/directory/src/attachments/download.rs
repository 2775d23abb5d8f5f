//! `directory.attachments.download`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::files::FileKey;
use steward_tools::{Cx, Effect, Error, File, Operation, Result};
use uuid::Uuid;

use super::view;
use crate::comments::GROUP;

/// Download an attached file.
///
/// The route answers its bytes; a tool answers its name, type, size and hash, with the content of small files.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Download {
    /// The attachment's id.
    pub id: Uuid,
}

impl Operation for Download {
    const NAME: &'static str = "directory.attachments.download";
    const EFFECT: Effect = Effect::Read;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = File;

    async fn run(self, cx: &mut Cx) -> Result<File> {
        let found = view(cx, self.id).await?;
        let sha256 =
            FileKey::parse(&found.sha256).ok_or_else(|| Error::Internal("a stored hash is none".to_owned()))?;
        Ok(File { name: found.name, media_type: found.media_type, size: found.size, sha256 })
    }
}
