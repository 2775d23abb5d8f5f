//! `accounting.payment_runs.cancel`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::view::view;
use super::{PaymentRun, PaymentRunStatus, PaymentRunView, again, create, expect, locked};

/// Cancel an approved payment run that is not posted: nothing of it is paid, its bills can go into another one.
///
/// It keeps its number. A draft is deleted instead; a posted run is reversed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// The approved run: its number or id.
    pub id: Ref<PaymentRun>,
    /// Why it is cancelled.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// The run as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Cancelled(pub PaymentRunView);

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        let why = head.reason.as_deref().unwrap_or_default().trim_end_matches('.');
        write!(f, "{} is cancelled, nothing of it is paid: {why}.", head.title())
    }
}

impl Operation for Cancel {
    const NAME: &'static str = "accounting.payment_runs.cancel";
    const EFFECT: Effect = Effect::Write;
    type Output = Cancelled;

    async fn run(self, cx: &mut Cx) -> Result<Cancelled> {
        let run = locked(cx, self.id.id).await?;
        expect(&run, PaymentRunStatus::Approved)?;
        let (org, id, now) = (cx.org(), run.head.id, cx.now());
        sqlx::query!(
            "update payment_runs set status = 'cancelled', reason = $3, version = version + 1, updated_at = $4 where org_id = $1 and id = $2",
            org,
            id,
            self.reason.trim(),
            now
        )
        .execute(cx.db())
        .await?;
        Ok(Cancelled(view(cx, id).await?))
    }

    /// The same bills in a new draft, to be approved anew.
    fn undo(&self, output: &Cancelled, _: &Changes) -> Option<Call> {
        Some(call::<create::Create>(again(&output.0)))
    }
}
