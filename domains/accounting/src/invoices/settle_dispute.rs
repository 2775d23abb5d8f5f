//! `accounting.invoices.settle_dispute`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};

use super::{Invoice, InvoiceHead, dispute};
use crate::documents::Side;
use crate::documents::head::head;
use crate::shared::kept;

/// Settle the dispute about an invoice: it is to be paid as it stands, and dunned again.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleDispute {
    /// The invoice: its number or id.
    pub id: Ref<Invoice>,
    /// How it was settled.
    #[schemars(length(max = 500))]
    pub note: Option<String>,
}

/// The invoice as it is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Settled {
    /// As it is now.
    #[serde(flatten)]
    pub invoice: InvoiceHead,
    #[serde(skip)]
    reason: String,
}

impl fmt::Display for Settled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The dispute about invoice {} is settled.", self.invoice.title())
    }
}

impl Operation for SettleDispute {
    const NAME: &'static str = "accounting.invoices.settle_dispute";
    const EFFECT: Effect = Effect::Write;
    type Output = Settled;

    async fn run(self, cx: &mut Cx) -> Result<Settled> {
        let before = head(cx, Side::Sale, self.id.id).await?;
        let (org, now) = (cx.org(), cx.now());
        let settled = sqlx::query_scalar!(
            "update invoice_disputes set settled_at = $3, note = $4 where org_id = $1 and invoice_id = $2 and settled_at is null returning reason",
            org,
            before.id,
            now,
            kept(self.note.as_deref())
        )
        .fetch_optional(cx.db())
        .await?;
        let Some(reason) = settled else {
            let detail = format!("Nobody disputes {}.", before.number.as_deref().unwrap_or("the draft"));
            return Err(Refusal::conflict("not_disputed", detail).into());
        };
        let after = head(cx, Side::Sale, before.id).await?;
        Ok(Settled { invoice: InvoiceHead::of(cx, after), reason })
    }

    fn undo(&self, output: &Settled, _: &Changes) -> Option<Call> {
        Some(call::<dispute::Dispute>(json!({ "id": output.invoice.id, "reason": output.reason })))
    }
}
