//! Comments on records of any kind.

pub mod create;
pub mod delete;
pub mod list;
pub mod restore;
pub mod update;

use std::fmt;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use steward_tools::{
    Change, Changes, Cx, Describer, EffectKind, Entity, Fact, PreviewEffect, Principal, RecordName, Refusal, Result,
};
use uuid::Uuid;

use crate::users::User;

/// Its own group of rights: whoever may open a record may add to it.
pub(crate) const GROUP: &str = "directory.records";

/// Who added something to a record.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(extend("x-ref" = User::NAME))]
pub struct Author {
    /// The person's id.
    pub id: Uuid,
    /// Their name; outsiders, who do not meet our people, read the organisation's.
    pub name: String,
}

impl Author {
    pub(crate) fn named(id: Uuid, name: Option<String>, reader: &Principal) -> Self {
        Self { id, name: name.unwrap_or_else(|| reader.org_name.clone()) }
    }
}

/// A comment as whoever may open the record sees it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CommentView {
    /// Its id.
    pub id: Uuid,
    /// Counts changes; an update says which version it means.
    pub version: i32,
    /// The record it is on.
    pub record: RecordName,
    /// What it says.
    pub text: String,
    /// Whether outsiders who may open the record read it too.
    pub external: bool,
    /// Who wrote it.
    pub author: Author,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was changed, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<DateTime<Utc>>,
}

impl fmt::Display for CommentView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}: “{}”", self.author.name, self.record.label, short(&self.text))
    }
}

/// The beginning of a text, for a sentence.
fn short(text: &str) -> String {
    let mut letters = text.chars();
    let start: String = letters.by_ref().take(120).collect();
    if letters.next().is_some() { format!("{}…", start.trim_end()) } else { start }
}

/// A comment whose record the person may open.
async fn view(cx: &mut Cx, id: Uuid) -> Result<CommentView> {
    Ok(find(cx, id, false).await?.0)
}

/// The comment, and who removed it; removed ones are found only to bring them back.
async fn find(cx: &mut Cx, id: Uuid, deleted: bool) -> Result<(CommentView, Option<Uuid>)> {
    let org = cx.org();
    let row = sqlx::query!(
        r#"select c.id, c.version, c.record_type, c.record_id, c.text, c.external, c.author_id, u.name as "author?", c.created_at, c.updated_at, c.deleted_by
         from comments c left join users u on u.org_id = c.org_id and u.id = c.author_id
         where c.org_id = $1 and c.id = $2 and (c.deleted_at is not null) = $3"#,
        org,
        id,
        deleted
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("comment"))?;
    let record = cx.opened(&row.record_type, row.record_id).await?.ok_or_else(|| Refusal::not_found("comment"))?;
    let comment = CommentView {
        id: row.id,
        version: row.version,
        record: record.name,
        text: row.text,
        external: row.external,
        author: Author::named(row.author_id, row.author, cx.who()),
        created_at: row.created_at,
        edited_at: (row.updated_at > row.created_at).then_some(row.updated_at),
    };
    Ok((comment, row.deleted_by))
}

/// States that something is another's, if it is: the policies say what may be done with that.
pub(crate) fn state_owner(cx: &mut Cx, owner: Uuid) {
    if owner != cx.who().id {
        cx.fact(Fact { kind: "anothers", amount: None });
    }
}

/// What is written: something, without spaces around it.
fn checked_text(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::invalid(steward_tools::codes::INVALID_INPUT, "/text", "A comment says something.").into());
    }
    Ok(text.to_owned())
}

pub(crate) const DESCRIBER: Describer = Describer { table: "comments", describe };

fn describe<'a>(_: &'a mut Cx, changes: &'a [&'a Change], _: &'a Changes) -> BoxFuture<'a, Result<Vec<PreviewEffect>>> {
    Box::pin(async move {
        let told = changes.iter().map(|change| {
            let text = |row: &Option<Value>| {
                row.as_ref().and_then(|row| row.get("text")?.as_str().map(short)).unwrap_or_default()
            };
            let gone = |row: &Option<Value>| {
                row.as_ref().and_then(|row| row.get("deleted_at")).is_some_and(|at| !at.is_null())
            };
            let (before, after) = (text(&change.before), text(&change.after));
            let text = match (change.before.is_some(), gone(&change.before), gone(&change.after)) {
                (false, ..) => format!("New comment: “{after}”"),
                (_, false, true) => format!("The comment “{before}” is removed"),
                (_, true, false) => format!("The comment “{after}” is back"),
                _ => format!("Comment: “{before}” → “{after}”"),
            };
            PreviewEffect { kind: EffectKind::Record, text, record: Some(change.record_id), before: None, after: None }
        });
        Ok(told.collect())
    })
}
