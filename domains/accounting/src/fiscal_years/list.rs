//! `accounting.fiscal_years.list`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cursor, Cx, Effect, Operation, Page, Result, limit};

use super::{Row, YearHead};

/// List the fiscal years, newest first, with which of them are closed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only closed ones (or, if false, only the others).
    pub closed: Option<bool>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

impl Operation for List {
    const NAME: &'static str = "accounting.fiscal_years.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<YearHead>;

    async fn run(self, cx: &mut Cx) -> Result<Page<YearHead>> {
        let (org, wanted) = (cx.org(), limit(self.limit));
        let before: Option<NaiveDate> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let rows = sqlx::query_as!(
            Row,
            r#"select y.id, y.version, y.code, y.start_date, y.end_date, y.status, y.closing_entry_id, e.number as "closing_entry?"
               from fiscal_years y left join entries e on e.org_id = y.org_id and e.id = y.closing_entry_id
               where y.org_id = $1 and ($2::bool is null or $2 = (y.status = 'closed')) and ($3::date is null or y.start_date < $3)
               order by y.start_date desc limit $4"#,
            org,
            self.closed,
            before,
            wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        Page::of(rows.into_iter().map(YearHead::from).collect(), wanted, |row| row.start)
    }
}
