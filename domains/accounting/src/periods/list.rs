//! `accounting.periods.list`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cursor, Cx, Effect, Operation, Page, Ref, Result, limit};

use super::{PeriodView, Row};
use crate::fiscal_years::FiscalYear;

/// List the accounting periods (months) of the fiscal years, and whether each is closed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only those of this fiscal year: its code or id.
    pub fiscal_year: Option<Ref<FiscalYear>>,
    /// Only closed ones (or, if false, only the others).
    pub closed: Option<bool>,
    /// Only the one of this day.
    pub date: Option<NaiveDate>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

impl Operation for List {
    const NAME: &'static str = "accounting.periods.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<PeriodView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<PeriodView>> {
        let (org, wanted) = (cx.org(), limit(self.limit));
        let after: Option<NaiveDate> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let rows = sqlx::query_as!(
            Row,
            "select p.id, p.version, p.code, y.id as year_id, y.code as year_code, p.start_date, p.end_date, p.status
             from periods p join fiscal_years y on y.org_id = p.org_id and y.id = p.fiscal_year_id
             where p.org_id = $1 and ($2::uuid is null or y.id = $2) and ($3::bool is null or $3 = (p.status = 'closed'))
               and ($4::date is null or $4 between p.start_date and p.end_date) and ($5::date is null or p.start_date > $5)
             order by p.start_date limit $6",
            org,
            self.fiscal_year.map(|year| year.id),
            self.closed,
            self.date,
            after,
            wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        Page::of(rows.into_iter().map(PeriodView::from).collect(), wanted, |row| row.start)
    }
}
