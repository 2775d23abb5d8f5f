//! `accounting.payment_runs.delete`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{PaymentRun, PaymentRunStatus, PaymentRunView, again, create, expect, locked};

/// Delete the draft of a payment run: its bills can go into another one.
///
/// An approved run is cancelled instead (`accounting.payment_runs.cancel`).
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The draft run: its id.
    pub id: Ref<PaymentRun>,
}

/// The draft that was.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Deleted(pub PaymentRunView);

impl fmt::Display for Deleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deleted the draft payment run of {}.", self.0.head.told())
    }
}

impl Operation for Delete {
    const NAME: &'static str = "accounting.payment_runs.delete";
    const EFFECT: Effect = Effect::Write;
    type Output = Deleted;

    async fn run(self, cx: &mut Cx) -> Result<Deleted> {
        let run = locked(cx, self.id.id).await?;
        expect(&run, PaymentRunStatus::Draft)?;
        let (org, id) = (cx.org(), run.head.id);
        sqlx::query!("delete from payment_run_lines where org_id = $1 and run_id = $2", org, id)
            .execute(cx.db())
            .await?;
        sqlx::query!("delete from payment_runs where org_id = $1 and id = $2", org, id).execute(cx.db()).await?;
        Ok(Deleted(run))
    }

    /// The same bills in a new draft.
    fn undo(&self, output: &Deleted, _: &Changes) -> Option<Call> {
        Some(call::<create::Create>(again(&output.0)))
    }
}
