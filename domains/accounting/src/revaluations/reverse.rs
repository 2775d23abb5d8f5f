//! `accounting.revaluations.reverse`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Effect, Fact, Operation, Ref, Refusal, Result};

use super::book::{About, day_after, post};
use super::{Revaluation, RevaluationStatus, RevaluationView, view};
use crate::posting::{Leg, legs_of};

/// Take a revaluation of foreign currency back, such as when a rate was wrong.
///
/// Both of its entries are answered on their own days; it can be run again for that day then. Both periods must be open.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reverse {
    /// The revaluation: its day or id.
    pub id: Ref<Revaluation>,
    /// Why it is taken back.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// The revaluation as it is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reversed {
    /// As it is now.
    #[serde(flatten)]
    pub revaluation: RevaluationView,
    /// Why it was taken back.
    pub reason: String,
}

impl fmt::Display for Reversed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.reason.trim_end_matches('.');
        write!(f, "The revaluation of {} is taken back: {reason}.", self.revaluation.date)
    }
}

impl Operation for Reverse {
    const NAME: &'static str = "accounting.revaluations.reverse";
    const EFFECT: Effect = Effect::Final;
    const INSTEAD_OF_UNDO: &'static str = "Run it again for that day (accounting.revaluations.run).";
    type Output = Reversed;

    async fn run(self, cx: &mut Cx) -> Result<Reversed> {
        let (org, id, now) = (cx.org(), self.id.id, cx.now());
        // locked: of two that take it back, the second finds it taken back
        let row = sqlx::query!(
            "select entry_id, reversal_entry_id, date, gain, loss from revaluations where org_id = $1 and id = $2 for no key update",
            org,
            id
        )
        .fetch_optional(cx.db())
        .await?
        .ok_or_else(|| Refusal::not_found("revaluation"))?;
        let before = view(cx, id).await?;
        if matches!(before.status, RevaluationStatus::Reversed) {
            let detail = format!("The revaluation of {} is taken back already.", before.date);
            return Err(Refusal::conflict("already_reversed", detail).into());
        }
        let reason = self.reason.trim().to_owned();
        cx.fact(Fact { kind: "reversed", amount: Some(row.gain.max(row.loss)) });
        let legs = legs_of(cx, row.entry_id).await?;
        let memo = format!("Revaluation of {} reversed: {reason}", row.date);
        // the first entry is answered by the second on the day after; here on its own day, and then the second
        let back = legs.iter().cloned().map(Leg::mirrored).collect();
        post(cx, About { revaluation: id, date: row.date, memo: &memo, reverses: None }, back).await?;
        let reverses = Some(row.reversal_entry_id);
        post(cx, About { revaluation: id, date: day_after(row.date), memo: &memo, reverses }, legs).await?;
        sqlx::query!(
            "update revaluations set reversed_at = $3, reason = $4 where org_id = $1 and id = $2",
            org,
            id,
            now,
            reason
        )
        .execute(cx.db())
        .await?;
        Ok(Reversed { revaluation: view(cx, id).await?, reason })
    }
}
