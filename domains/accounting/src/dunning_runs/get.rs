//! `accounting.dunning_runs.get`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cx, Effect, Operation, Ref, Refusal, Result};
use uuid::Uuid;

use super::DunningRun;
use crate::dunning_notices::{Asked, NoticeStatus, NoticeView, rows};
use crate::posting::money;

/// Show one dunning run with its notices, cancelled ones too.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The dunning run: its day or id.
    pub id: Ref<DunningRun>,
}

/// A run with its notices.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RunDetails {
    /// Its id.
    pub id: Uuid,
    /// Its day.
    pub date: NaiveDate,
    /// What its notices that stand ask for, in the company's currency.
    pub total: Money,
    /// Its notices.
    pub notices: Vec<NoticeView>,
}

impl fmt::Display for RunDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dunning of {}: {} in all.", self.date, self.total)?;
        self.notices.iter().try_for_each(|notice| write!(f, " {notice}."))
    }
}

impl Operation for Get {
    const NAME: &'static str = "accounting.dunning_runs.get";
    const EFFECT: Effect = Effect::Read;
    type Output = RunDetails;

    async fn run(self, cx: &mut Cx) -> Result<RunDetails> {
        let (org, id) = (cx.org(), self.id.id);
        let date = sqlx::query_scalar!("select date from dunning_runs where org_id = $1 and id = $2", org, id)
            .fetch_optional(cx.db())
            .await?
            .ok_or_else(|| Refusal::not_found("dunning run"))?;
        let asked = Asked { run: Some(id), limit: i64::MAX, ..Asked::default() };
        let mut notices = rows(cx, &asked).await?;
        notices.sort_by(|a, b| a.number.cmp(&b.number));
        let stand = notices.iter().filter(|notice| notice.status == NoticeStatus::Issued);
        let total = money(cx, stand.map(|notice| notice.total.minor).sum());
        Ok(RunDetails { id, date, total, notices })
    }
}
