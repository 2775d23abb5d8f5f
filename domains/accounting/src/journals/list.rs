//! `accounting.journals.list`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};

use super::JournalView;

/// List the journals, in which entries are written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Part of the code or name.
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// Archived ones instead of those in use.
    pub archived: Option<bool>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

/// A row of the list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct JournalRow(pub JournalView);

impl Listed for JournalRow {
    const NOUN: (&'static str, &'static str) = ("journal", "journals");
}

impl Operation for List {
    const NAME: &'static str = "accounting.journals.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<JournalRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<JournalRow>> {
        let org = cx.org();
        let wanted = limit(self.limit);
        let after: Option<String> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let rows = sqlx::query_as!(
            JournalView,
            r#"select id, version, code, name, kind, is_default, archived_at is not null as "archived!" from journals
               where org_id = $1 and ($2::text is null or position(lower($2) in lower(name)) > 0 or starts_with(code, upper($2)))
                 and (archived_at is not null) = $3 and ($4::text is null or code > $4)
               order by code limit $5"#,
            org,
            self.q,
            self.archived == Some(true),
            after,
            wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        Page::of(rows.into_iter().map(JournalRow).collect(), wanted, |row| row.0.code.clone())
    }
}
