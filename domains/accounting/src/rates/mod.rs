//! Rates of exchange: units of the company's currency for one of a foreign one, from a day on until the next.

pub mod create;
pub mod delete;
pub mod import;
pub mod list;

use std::fmt;

use chrono::NaiveDate;
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use steward_common::Dec;
use steward_tools::{Cx, Entity, Found, Match, Named, Refusal, Result, Typed};
use uuid::Uuid;

use crate::currencies::Currency;

/// A rate of exchange, by id, or by currency and day (`USD 2026-03-01`).
pub struct Rate;

impl Entity for Rate {
    const NAME: &'static str = "accounting.rates";
    const NOUN: &'static str = "rate of exchange";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select a.i as "i!", r.id, r.currency, r.date, r.rate, upper(a.text) = r.currency || ' ' || r.date as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) cross join lateral (
                       select * from rates r where r.org_id = $1 and starts_with(upper(a.text), r.currency)
                         and (length(trim(a.text)) = 3 or upper(a.text) = r.currency || ' ' || r.date)
                       order by r.date desc limit 8) r
                   order by 1, r.date desc"#,
                org,
                texts
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows
                .into_iter()
                .map(|row| Match::of(row.i, row.id, format!("{} {}: {}", row.currency, row.date, row.rate), row.exact));
            Ok(found.collect())
        })
    }

    fn search<'a>(cx: &'a mut Cx, typed: &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select id, currency, date, rate, case when currency || ' ' || date = upper($2) then 0 else 1 end as "rank!"
                   from rates where org_id = $1 and starts_with(currency || ' ' || date, upper($2)) order by 5, date desc, currency limit $3"#,
                org,
                typed.asked,
                i64::from(typed.most)
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| Found {
                id: row.id,
                label: format!("{} {}: {}", row.currency, row.date, row.rate),
                rank: row.rank,
            });
            Ok(found.collect())
        })
    }
}

/// A rate of exchange.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RateView {
    /// Its id.
    pub id: Uuid,
    /// The foreign currency.
    pub currency: Named<Currency>,
    /// The day from which it holds.
    pub date: NaiveDate,
    /// Units of the company's currency for one of the foreign.
    pub rate: Dec,
    /// Where it was taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl fmt::Display for RateView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1 {} is {} from {}.", self.currency, self.rate.0, self.date)
    }
}

/// The rate as it is now.
async fn view(cx: &mut Cx, id: Uuid) -> Result<RateView> {
    let org = cx.org();
    sqlx::query_as!(
        RateView,
        r#"select id, currency, date, rate as "rate: Dec", source from rates where org_id = $1 and id = $2"#,
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("rate of exchange").into())
}

/// The code of a currency that is in use.
async fn code_of(cx: &mut Cx, id: Uuid, pointer: &str) -> Result<String> {
    let org = cx.org();
    let row = sqlx::query!(
        r#"select code, archived_at is not null as "archived!" from currencies where org_id = $1 and id = $2"#,
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("currency"))?;
    if row.archived {
        let detail = format!("{} is archived and takes no rates.", row.code);
        return Err(Refusal::invalid("archived", pointer, detail).fix("Restore the currency first.").into());
    }
    Ok(row.code)
}

/// There is another rate on that day.
fn exists(code: &str, date: NaiveDate, rate: rust_decimal::Decimal, pointer: &str) -> Refusal {
    let detail = format!("The rate of {code} on {date} is {} already.", rate.normalize());
    Refusal::invalid("rate_exists", pointer, detail).fix("Say `replace: true` to put the new one in its place.")
}
