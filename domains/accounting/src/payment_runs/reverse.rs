//! `accounting.payment_runs.reverse`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Effect, Operation, Ref, Result};
use uuid::Uuid;

use super::view::view;
use super::{PaymentRun, PaymentRunStatus, PaymentRunView, expect, locked};
use crate::payments::reverse::reverse;

/// Reverse a posted payment run: all its payments are taken back and its bills are open again.
///
/// The run and its payments stay in the books beside the mirrored entries. To pay after all, propose a new run.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reverse {
    /// The posted run: its number or id.
    pub id: Ref<PaymentRun>,
    /// Why it is reversed.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// The run as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Reversed(pub PaymentRunView);

impl fmt::Display for Reversed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        let why = head.reason.as_deref().unwrap_or_default().trim_end_matches('.');
        write!(f, "{} of {} is reversed, its bills are open again: {why}.", head.title(), head.total)
    }
}

impl Operation for Reverse {
    const NAME: &'static str = "accounting.payment_runs.reverse";
    const EFFECT: Effect = Effect::Final;
    const INSTEAD_OF_UNDO: &'static str =
        "A reversal stays. Propose a new run (accounting.payment_runs.create) to pay the bills after all.";
    type Output = Reversed;

    async fn run(self, cx: &mut Cx) -> Result<Reversed> {
        let run = locked(cx, self.id.id).await?;
        expect(&run, PaymentRunStatus::Posted)?;
        let (org, id, now, reason) = (cx.org(), run.head.id, cx.now(), self.reason.trim());
        // a payment that bounced has been reversed by itself already
        let payments: Vec<Uuid> = sqlx::query_scalar!(
            r#"select y.id as "id!" from payment_states y where y.org_id = $1 and y.state = 'posted'
                 and exists (select from payment_run_lines l where l.org_id = $1 and l.run_id = $2 and l.payment_id = y.id)
               order by y.number"#,
            org,
            id
        )
        .fetch_all(cx.db())
        .await?;
        for payment in payments {
            reverse(cx, payment, None, reason).await?;
        }
        sqlx::query!(
            "update payment_runs set status = 'reversed', reason = $3, version = version + 1, updated_at = $4 where org_id = $1 and id = $2",
            org,
            id,
            reason,
            now
        )
        .execute(cx.db())
        .await?;
        Ok(Reversed(view(cx, id).await?))
    }
}
