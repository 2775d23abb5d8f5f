//! `directory.comments.create`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{AnyRecord, Call, Changes, Cx, Effect, Operation, Result, Scope, call};

use super::{Author, CommentView, GROUP, checked_text, delete};

/// Comment on a record: a party, an invoice, or anything else that you may open.
///
/// Colleagues who may open the record read it. Outsiders read it only when it is external; what they write always is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The record to comment on: its id, number or name.
    pub record: AnyRecord,
    /// What to say.
    #[schemars(length(min = 1, max = 5000))]
    pub text: String,
    /// Whether outsiders who may open the record read it too; they do not unless told.
    pub external: Option<bool>,
}

/// The new comment.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub CommentView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Comment by {}", self.0)
    }
}

impl Operation for Create {
    const NAME: &'static str = "directory.comments.create";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let text = checked_text(&self.text)?;
        let record = cx.record(&self.record, "/record").await?;
        let external = self.external.unwrap_or(false) || cx.who().scope() != Scope::Organization;
        let author = Author { id: cx.who().id, name: cx.who().name.clone() };
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        sqlx::query!(
            "insert into comments (org_id, id, record_type, record_table, record_id, author_id, text, external, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
            org,
            id,
            record.name.kind,
            record.table,
            record.name.id,
            author.id,
            text,
            external,
            now
        )
        .execute(cx.db())
        .await?;
        let record = record.name;
        Ok(Created(CommentView { id, version: 1, record, text, external, author, created_at: now, edited_at: None }))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<delete::Delete>(json!({ "id": output.0.id })))
    }
}
