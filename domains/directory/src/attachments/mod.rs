//! Files attached to records of any kind. Their bytes are in the file store; here is what they are and to whom they belong.

pub mod create;
pub mod delete;
pub mod download;
pub mod get;
pub mod list;
pub mod restore;

use std::fmt;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use steward_tools::files::Bytes;
use steward_tools::{Change, Changes, Cx, Describer, EffectKind, PreviewEffect, RecordName, Refusal, Result};
use uuid::Uuid;

use crate::comments::Author;

/// An attached file as whoever may open the record sees it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AttachmentView {
    /// Its id.
    pub id: Uuid,
    /// The record it is attached to.
    pub record: RecordName,
    /// The file's name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// How many bytes it has.
    pub size: i64,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// Whether outsiders who may open the record see it too.
    pub external: bool,
    /// Who attached it.
    pub author: Author,
    /// When it was attached.
    pub created_at: DateTime<Utc>,
}

impl fmt::Display for AttachmentView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {}) on {}.", self.name, self.media_type, Bytes(self.size), self.record.label)
    }
}

/// An attachment whose record the person may open.
async fn view(cx: &mut Cx, id: Uuid) -> Result<AttachmentView> {
    Ok(find(cx, id, false).await?.0)
}

/// The attachment, and who removed it; removed ones are found only to bring them back.
async fn find(cx: &mut Cx, id: Uuid, deleted: bool) -> Result<(AttachmentView, Option<Uuid>)> {
    let org = cx.org();
    let row = sqlx::query!(
        r#"select a.id, a.record_type, a.record_id, a.name, a.media_type, a.size, a.sha256, a.external, a.author_id, u.name as "author?",
             a.created_at, a.deleted_by
         from attachments a left join users u on u.org_id = a.org_id and u.id = a.author_id
         where a.org_id = $1 and a.id = $2 and (a.deleted_at is not null) = $3"#,
        org,
        id,
        deleted
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("attachment"))?;
    let record = cx.opened(&row.record_type, row.record_id).await?.ok_or_else(|| Refusal::not_found("attachment"))?;
    let attachment = AttachmentView {
        id: row.id,
        record: record.name,
        name: row.name,
        media_type: row.media_type,
        size: row.size,
        sha256: row.sha256,
        external: row.external,
        author: Author::named(row.author_id, row.author, cx.who()),
        created_at: row.created_at,
    };
    Ok((attachment, row.deleted_by))
}

pub(crate) const DESCRIBER: Describer = Describer { table: "attachments", describe };

fn describe<'a>(_: &'a mut Cx, changes: &'a [&'a Change], _: &'a Changes) -> BoxFuture<'a, Result<Vec<PreviewEffect>>> {
    Box::pin(async move {
        let told = changes.iter().map(|change| {
            let row = change.after.as_ref().or(change.before.as_ref()).unwrap_or(&Value::Null);
            let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
            let size = Bytes(row.get("size").and_then(Value::as_i64).unwrap_or_default());
            let gone = row.get("deleted_at").is_some_and(|at| !at.is_null());
            let text = match (change.before.is_some(), gone) {
                (false, _) => format!("New file: {name}, {size}"),
                (_, true) => format!("The file {name} is removed"),
                (_, false) => format!("The file {name} is back"),
            };
            PreviewEffect { kind: EffectKind::Record, text, record: Some(change.record_id), before: None, after: None }
        });
        Ok(told.collect())
    })
}
