//! `accounting.dunning_runs.list`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};
use uuid::Uuid;

use crate::posting::money;

/// List the dunning runs, latest first.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

/// A dunning run.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RunRow {
    /// Its id.
    pub id: Uuid,
    /// Its day.
    pub date: NaiveDate,
    /// How many notices of it stand.
    pub notices: i64,
    /// What they ask for, in the company's currency.
    pub total: Money,
}

impl fmt::Display for RunRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} notices, {}", self.date, self.notices, self.total)
    }
}

impl Listed for RunRow {
    const NOUN: (&'static str, &'static str) = ("dunning run", "dunning runs");
}

impl Operation for List {
    const NAME: &'static str = "accounting.dunning_runs.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<RunRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<RunRow>> {
        let (org, wanted) = (cx.org(), limit(self.limit));
        let (date, id) = self.cursor.as_ref().map(Cursor::key::<(NaiveDate, Uuid)>).transpose()?.unzip();
        let rows = sqlx::query!(
            r#"select r.id, r.date, count(n.id) as "notices!", coalesce(sum(n.total), 0)::bigint as "total!"
               from dunning_runs r left join dunning_notices n on n.org_id = r.org_id and n.run_id = r.id and n.cancelled_at is null
               where r.org_id = $1 and ($2::date is null or $3::uuid is null or (r.date, r.id) < ($2, $3))
               group by r.id, r.date order by r.date desc, r.id desc limit $4"#,
            org,
            date,
            id,
            wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        let rows = rows.into_iter().map(|row| RunRow {
            id: row.id,
            date: row.date,
            notices: row.notices,
            total: money(cx, row.total),
        });
        Page::of(rows.collect(), wanted, |row| (row.date, row.id))
    }
}
