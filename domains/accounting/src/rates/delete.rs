//! `accounting.rates.delete`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{Rate, RateView, create, view};

/// Delete a rate of exchange that was recorded by mistake: the one before it holds on.
///
/// What was posted by it keeps it: documents and payments hold their own rate. Recording it again takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The rate: its id, or its currency and day (`USD 2026-03-01`).
    pub id: Ref<Rate>,
}

/// What was deleted.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Deleted(pub RateView);

impl fmt::Display for Deleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deleted the rate: {}", self.0)
    }
}

impl Operation for Delete {
    const NAME: &'static str = "accounting.rates.delete";
    const EFFECT: Effect = Effect::Write;
    type Output = Deleted;

    async fn run(self, cx: &mut Cx) -> Result<Deleted> {
        let rate = view(cx, self.id.id).await?;
        let org = cx.org();
        sqlx::query!("delete from rates where org_id = $1 and id = $2", org, rate.id).execute(cx.db()).await?;
        Ok(Deleted(rate))
    }

    fn undo(&self, output: &Deleted, _: &Changes) -> Option<Call> {
        let RateView { currency, date, rate, source, .. } = &output.0;
        let mut again = json!({"currency": currency, "date": date, "rate": rate});
        if let Some(source) = source {
            again["source"] = json!(source);
        }
        Some(call::<create::Create>(again))
    }
}
