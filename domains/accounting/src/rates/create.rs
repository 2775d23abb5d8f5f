//! `accounting.rates.create`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use steward_common::Dec;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{RateView, code_of, delete, exists, view};
use crate::currencies::Currency;

/// Record a rate of exchange: what one unit of a foreign currency is worth in the company's, from a day on.
///
/// Documents in that currency are converted by it; those that are posted keep theirs. Deleting it takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The foreign currency: its code or name.
    pub currency: Ref<Currency>,
    /// Units of the company's currency for one of it.
    pub rate: Dec,
    /// The day from which it holds. Today unless told.
    pub date: Option<NaiveDate>,
    /// Whether it takes the place of another rate of that day; refused unless told.
    pub replace: Option<bool>,
    /// Where it was taken from.
    #[schemars(length(max = 100))]
    pub source: Option<String>,
}

/// The rate.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Created {
    /// As it is now.
    #[serde(flatten)]
    pub rate: RateView,
    /// The rate of that day in whose place it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Dec>,
    #[serde(skip)]
    source_before: Option<String>,
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New rate: {}", self.rate)?;
        self.replaced.map_or(Ok(()), |Dec(before)| write!(f, " It was {}.", before.normalize()))
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.rates.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let rate = self.rate.positive("/rate")?;
        let code = code_of(cx, self.currency.id, "/currency").await?;
        let (org, id, now, date) = (cx.org(), cx.id(), cx.now(), self.date.unwrap_or_else(|| cx.today()));
        let before = sqlx::query!(
            "select rate, source from rates where org_id = $1 and currency = $2 and date = $3 for no key update",
            org,
            code,
            date
        )
        .fetch_optional(cx.db())
        .await?;
        if let Some(before) = before.as_ref().filter(|_| self.replace != Some(true)) {
            return Err(exists(&code, date, before.rate, "/date").into());
        }
        let id = sqlx::query_scalar!(
            "insert into rates as r (org_id, id, currency, date, rate, source, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7)
             on conflict on constraint rate_once_a_day do update set rate = excluded.rate, source = excluded.source, version = r.version + 1,
                 updated_at = excluded.updated_at
             returning id",
            org,
            id,
            code,
            date,
            rate,
            self.source,
            now
        )
        .fetch_one(cx.db())
        .await?;
        let (replaced, source_before) =
            before.map_or((None, None), |before| (Some(Dec(before.rate.normalize())), before.source));
        Ok(Created { rate: view(cx, id).await?, replaced, source_before })
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        let Some(before) = output.replaced else {
            return Some(call::<delete::Delete>(json!({ "id": output.rate.id })));
        };
        let mut arguments =
            json!({"currency": self.currency.id, "date": output.rate.date, "rate": before, "replace": true});
        if let (Some(source), Value::Object(arguments)) = (&output.source_before, &mut arguments) {
            arguments.insert("source".to_owned(), json!(source));
        }
        Some(call::<Self>(arguments))
    }
}
