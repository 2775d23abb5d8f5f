//! `directory.comments.list`

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{AnyRecord, Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};
use uuid::Uuid;

use super::{Author, CommentView, GROUP};

/// List the comments on a record, latest first.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// The record that was commented on: its id, number or name.
    pub record: AnyRecord,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

impl Listed for CommentView {
    const NOUN: (&'static str, &'static str) = ("comment", "comments");
}

impl Operation for List {
    const NAME: &'static str = "directory.comments.list";
    const EFFECT: Effect = Effect::Read;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = Page<CommentView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<CommentView>> {
        let record = cx.record(&self.record, "/record").await?.name;
        let org = cx.org();
        let rows_wanted = limit(self.limit);
        let after: Option<(DateTime<Utc>, Uuid)> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let (after_time, after_id) = after.unzip();
        let rows = sqlx::query!(
            r#"select c.id, c.version, c.text, c.external, c.author_id, u.name as "author?", c.created_at, c.updated_at
             from comments c left join users u on u.org_id = c.org_id and u.id = c.author_id
             where c.org_id = $1 and c.record_id = $2 and c.record_type = $3 and c.deleted_at is null
               and ($4::timestamptz is null or (c.created_at, c.id) < ($4, $5))
             order by c.created_at desc, c.id desc limit $6"#,
            org,
            record.id,
            record.kind,
            after_time,
            after_id,
            rows_wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        let who = cx.who();
        let rows = rows.into_iter().map(|row| CommentView {
            id: row.id,
            version: row.version,
            record: record.clone(),
            text: row.text,
            external: row.external,
            author: Author::named(row.author_id, row.author, who),
            created_at: row.created_at,
            edited_at: (row.updated_at > row.created_at).then_some(row.updated_at),
        });
        Page::of(rows.collect(), rows_wanted, |row| (row.created_at, row.id))
    }
}
