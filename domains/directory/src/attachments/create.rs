//! `directory.attachments.create`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::files::file_name;
use steward_tools::{AnyRecord, Call, Changes, Cx, Effect, Operation, Result, Scope, Upload, call};

use super::{AttachmentView, delete};
use crate::comments::{Author, GROUP};

/// Attach a file to a record: a party, an invoice, or anything else that you may open.
///
/// Programs, and scripts that pretend to be pictures, are refused. Outsiders see it only when it is external; what they attach always is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The record to attach it to: its id, number or name.
    pub record: AnyRecord,
    /// The file's name, with its ending.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// The file's bytes as base64.
    pub content: Upload,
    /// Whether outsiders who may open the record see it too; they do not unless told.
    pub external: Option<bool>,
}

/// The new attachment.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub AttachmentView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attached {}", self.0)
    }
}

impl Operation for Create {
    const NAME: &'static str = "directory.attachments.create";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let name = file_name(&self.name)?;
        let media_type = self.content.media_type_as(&name)?;
        let record = cx.record(&self.record, "/record").await?;
        let external = self.external.unwrap_or(false) || cx.who().scope() != Scope::Organization;
        let author = Author { id: cx.who().id, name: cx.who().name.clone() };
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        let (size, sha256) = (self.content.size, self.content.sha256.as_str().to_owned());
        sqlx::query!(
            "insert into attachments (org_id, id, record_type, record_table, record_id, author_id, name, media_type, size, sha256, external, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            org,
            id,
            record.name.kind,
            record.table,
            record.name.id,
            author.id,
            name,
            media_type,
            size,
            sha256,
            external,
            now
        )
        .execute(cx.db())
        .await?;
        let record = record.name;
        Ok(Created(AttachmentView { id, record, name, media_type, size, sha256, external, author, created_at: now }))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<delete::Delete>(json!({ "id": output.0.id })))
    }
}
