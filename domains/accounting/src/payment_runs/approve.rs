//! `accounting.payment_runs.approve`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::series::{Series, draw};
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Ref, Refusal, Result, call};

use super::view::view;
use super::{PaymentRun, PaymentRunStatus, PaymentRunView, cancel, expect, locked};

/// Approve a payment run that somebody else has drafted: it gets its number and may be posted.
///
/// Whoever proposed or last changed it cannot approve it. Its bills and amounts stay as they are from now on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approve {
    /// The draft run: its id.
    pub id: Ref<PaymentRun>,
}

/// The approved run.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Approved(pub PaymentRunView);

impl fmt::Display for Approved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        let number = head.number.as_deref().unwrap_or_default();
        write!(f, "Approve payment run {number}: {}: {}.", head.told(), self.0.details())
    }
}

impl Operation for Approve {
    const NAME: &'static str = "accounting.payment_runs.approve";
    const EFFECT: Effect = Effect::Write;
    type Output = Approved;

    async fn run(self, cx: &mut Cx) -> Result<Approved> {
        let run = locked(cx, self.id.id).await?;
        expect(&run, PaymentRunStatus::Draft)?;
        let (org, id, now, person) = (cx.org(), run.head.id, cx.now(), cx.who().id);
        if run.prepared_by.contains(&Some(person)) {
            return Err(four_eyes().into());
        }
        let [number] = draw(cx, [Series::Yearly("PR", run.head.date)]).await?;
        sqlx::query!(
            "update payment_runs set status = 'approved', number = $3, approved_by = $4, approved_at = $5, version = version + 1, updated_at = $5
             where org_id = $1 and id = $2",
            org,
            id,
            number,
            person,
            now
        )
        .execute(cx.db())
        .await
        .on_constraint("payment_run_four_eyes", four_eyes)?;
        Ok(Approved(view(cx, id).await?))
    }

    fn undo(&self, output: &Approved, _: &Changes) -> Option<Call> {
        Some(call::<cancel::Cancel>(json!({ "id": output.0.head.id, "reason": "Approved by mistake" })))
    }
}

fn four_eyes() -> Refusal {
    Refusal::conflict("four_eyes", "A payment run is approved by somebody who has neither proposed nor changed it.")
        .fix("Ask a colleague who may approve payments.")
}
