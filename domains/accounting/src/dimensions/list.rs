//! `accounting.dimensions.list`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};

use super::{DimensionKind, DimensionView};

/// List the dimensions of the ledger: cost centres and projects.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Part of the code or name.
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// Only dimensions of this kind.
    pub kind: Option<DimensionKind>,
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
pub struct DimensionRow(pub DimensionView);

impl Listed for DimensionRow {
    const NOUN: (&'static str, &'static str) = ("dimension", "dimensions");
}

impl Operation for List {
    const NAME: &'static str = "accounting.dimensions.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<DimensionRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<DimensionRow>> {
        let org = cx.org();
        let wanted = limit(self.limit);
        let after: Option<String> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let rows = sqlx::query_as!(
            DimensionView,
            r#"select id, version, code, name, kind, archived_at is not null as "archived!" from dimensions
               where org_id = $1 and ($2::text is null or position(lower($2) in lower(name)) > 0 or starts_with(code, upper($2)))
                 and ($3::text is null or kind = $3) and (archived_at is not null) = $4 and ($5::text is null or code > $5)
               order by code limit $6"#,
            org,
            self.q,
            self.kind.map(DimensionKind::as_str),
            self.archived == Some(true),
            after,
            wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        Page::of(rows.into_iter().map(DimensionRow).collect(), wanted, |row| row.0.code.clone())
    }
}
