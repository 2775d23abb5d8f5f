//! `directory.attachments.list`

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{AnyRecord, Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};
use uuid::Uuid;

use super::AttachmentView;
use crate::comments::{Author, GROUP};

/// List the files attached to a record, latest first.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// The record that has the files: its id, number or name.
    pub record: AnyRecord,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

impl Listed for AttachmentView {
    const NOUN: (&'static str, &'static str) = ("attached file", "attached files");
}

impl Operation for List {
    const NAME: &'static str = "directory.attachments.list";
    const EFFECT: Effect = Effect::Read;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = Page<AttachmentView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<AttachmentView>> {
        let record = cx.record(&self.record, "/record").await?.name;
        let org = cx.org();
        let rows_wanted = limit(self.limit);
        let after: Option<(DateTime<Utc>, Uuid)> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let (after_time, after_id) = after.unzip();
        let rows = sqlx::query!(
            r#"select a.id, a.name, a.media_type, a.size, a.sha256, a.external, a.author_id, u.name as "author?", a.created_at
             from attachments a left join users u on u.org_id = a.org_id and u.id = a.author_id
             where a.org_id = $1 and a.record_id = $2 and a.record_type = $3 and a.deleted_at is null
               and ($4::timestamptz is null or (a.created_at, a.id) < ($4, $5))
             order by a.created_at desc, a.id desc limit $6"#,
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
        let rows = rows.into_iter().map(|row| AttachmentView {
            id: row.id,
            record: record.clone(),
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256,
            external: row.external,
            author: Author::named(row.author_id, row.author, who),
            created_at: row.created_at,
        });
        Page::of(rows.collect(), rows_wanted, |row| (row.created_at, row.id))
    }
}
