//! `accounting.currencies.list`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_common::Dec;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};

use super::CurrencyView;

/// List the foreign currencies of the company, with the rate of exchange of today.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Those that are archived, in place of those in use.
    pub archived: Option<bool>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

impl Listed for CurrencyView {
    const NOUN: (&'static str, &'static str) = ("currency", "currencies");
}

impl Operation for List {
    const NAME: &'static str = "accounting.currencies.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<CurrencyView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<CurrencyView>> {
        let (org, today, wanted) = (cx.org(), cx.today(), limit(self.limit));
        let after: Option<String> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let rows = sqlx::query_as!(
            CurrencyView,
            r#"select c.id, c.version, c.code, c.name, r.rate as "rate?: Dec", r.date as "rate_date?", c.archived_at is not null as "archived!"
               from currencies c left join lateral (
                   select rate, date from rates r where r.org_id = c.org_id and r.currency = c.code and r.date <= $2
                   order by r.date desc limit 1
               ) r on true
               where c.org_id = $1 and (c.archived_at is not null) = $3 and ($4::text is null or c.code > $4) order by c.code limit $5"#,
            org,
            today,
            self.archived == Some(true),
            after,
            wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        Page::of(rows, wanted, |row| row.code.clone())
    }
}
