//! `accounting.rates.list`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;
use steward_common::Dec;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Ref, Result, limit};

use super::RateView;
use crate::currencies::Currency;

/// List the recorded rates of exchange, latest first.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only those of this foreign currency.
    pub currency: Option<Ref<Currency>>,
    /// From this day on.
    pub date_from: Option<NaiveDate>,
    /// Up to this day.
    pub date_to: Option<NaiveDate>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

impl Listed for RateView {
    const NOUN: (&'static str, &'static str) = ("rate of exchange", "rates of exchange");
}

impl Operation for List {
    const NAME: &'static str = "accounting.rates.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<RateView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<RateView>> {
        let (org, wanted) = (cx.org(), limit(self.limit));
        let after: Option<(NaiveDate, String)> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let (after_date, after_code) = after.unzip();
        let rows = sqlx::query_as!(
            RateView,
            r#"select r.id, r.currency, r.date, r.rate as "rate: Dec", r.source from rates r
               where r.org_id = $1 and ($2::uuid is null or r.currency = (select c.code from currencies c where c.org_id = $1 and c.id = $2))
                 and ($3::date is null or r.date >= $3) and ($4::date is null or r.date <= $4)
                 and ($5::date is null or r.date < $5 or (r.date = $5 and r.currency > $6))
               order by r.date desc, r.currency limit $7"#,
            org,
            self.currency.map(|currency| currency.id),
            self.date_from,
            self.date_to,
            after_date,
            after_code,
            wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        Page::of(rows, wanted, |row| (row.date, row.currency.to_string()))
    }
}
