//! The foreign currencies that the company deals in.

pub mod archive;
pub mod create;
pub mod list;
pub mod restore;

use std::fmt;

use chrono::NaiveDate;
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use steward_common::Dec;
use steward_tools::{Cx, Entity, Match, Refusal, Result};
use uuid::Uuid;

use crate::shared::{expect_other, set_archived};

/// A foreign currency, by id, code or name.
pub struct Currency;

impl Entity for Currency {
    const NAME: &'static str = "accounting.currencies";
    const NOUN: &'static str = "currency";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            // a company has a handful: all of them are the candidates
            let rows = sqlx::query!(
                r#"select a.i as "i!", c.id, c.code, c.name, (c.code = upper(a.text) or lower(c.name) = lower(a.text)) as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) join currencies c on c.org_id = $1 order by 1, c.code"#,
                org,
                texts
            )
            .fetch_all(cx.db())
            .await?;
            let found =
                rows.into_iter().map(|row| Match::of(row.i, row.id, format!("{} {}", row.code, row.name), row.exact));
            Ok(found.collect())
        })
    }
}

/// A foreign currency.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CurrencyView {
    /// Its id.
    pub id: Uuid,
    /// Counts changes.
    pub version: i32,
    /// Its code (ISO 4217).
    pub code: String,
    /// Its name.
    pub name: String,
    /// Units of the company's currency for one of it today, where a rate is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Dec>,
    /// The day since which that rate holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_date: Option<NaiveDate>,
    /// Whether it is out of use.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

impl fmt::Display for CurrencyView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.name)?;
        if let Some(Dec(rate)) = self.rate {
            write!(f, ", rate {rate}")?;
        }
        write!(f, "{}.", if self.archived { ", archived" } else { "" })
    }
}

/// The currency as it is now.
async fn view(cx: &mut Cx, id: Uuid) -> Result<CurrencyView> {
    let (org, today) = (cx.org(), cx.today());
    sqlx::query_as!(
        CurrencyView,
        r#"select c.id, c.version, c.code, c.name, r.rate as "rate?: Dec", r.date as "rate_date?", c.archived_at is not null as "archived!"
           from currencies c left join lateral (
               select rate, date from rates r where r.org_id = c.org_id and r.currency = c.code and r.date <= $3 order by r.date desc limit 1
           ) r on true where c.org_id = $1 and c.id = $2"#,
        org,
        id,
        today
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("currency").into())
}

/// Takes a currency out of use, or back.
async fn set_archived(cx: &mut Cx, id: Uuid, archived: bool) -> Result<CurrencyView> {
    let before = view(cx, id).await?;
    expect_other(&before.code, before.archived, archived)?;
    set_archived!(cx, "currencies", "currency", (id, before.version), archived)?;
    view(cx, id).await
}
