//! `accounting.invoices.dispute`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Ref, Refusal, Result, call, codes};

use super::{Invoice, InvoiceHead, settle_dispute};
use crate::documents::Side;
use crate::documents::head::head;
use crate::shared::kept;

/// Mark an invoice as disputed by the customer, and why.
///
/// It stays open and is not dunned until `accounting.invoices.settle_dispute`, which takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dispute {
    /// The invoice: its number or id.
    pub id: Ref<Invoice>,
    /// What the customer says.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// The invoice as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Disputed(pub InvoiceHead);

impl fmt::Display for Disputed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.0.disputed.as_deref().unwrap_or_default().trim_end_matches('.');
        write!(f, "{} disputes invoice {}: {reason}.", self.0.customer.name, self.0.title())
    }
}

impl Operation for Dispute {
    const NAME: &'static str = "accounting.invoices.dispute";
    const EFFECT: Effect = Effect::Write;
    type Output = Disputed;

    async fn run(self, cx: &mut Cx) -> Result<Disputed> {
        let before = head(cx, Side::Sale, self.id.id).await?;
        if !matches!(before.state.as_str(), "posted" | "partly_paid") {
            let state = before.state.replace('_', " ");
            let detail =
                format!("Nothing of {} is open: it is {state}.", before.number.as_deref().unwrap_or("the draft"));
            return Err(Refusal::conflict("not_open", detail).into());
        }
        let reason = kept(Some(&self.reason))
            .ok_or_else(|| Refusal::invalid(codes::INVALID_INPUT, "/reason", "Say what the customer says."))?;
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        sqlx::query!(
            "insert into invoice_disputes (org_id, id, invoice_id, reason, created_at) values ($1, $2, $3, $4, $5)",
            org,
            id,
            before.id,
            reason,
            now
        )
        .execute(cx.db())
        .await
        .on_constraint("dispute_open_once", || disputed_already(before.number.as_deref()))?;
        let after = head(cx, Side::Sale, before.id).await?;
        Ok(Disputed(InvoiceHead::of(cx, after)))
    }

    fn undo(&self, output: &Disputed, _: &Changes) -> Option<Call> {
        Some(call::<settle_dispute::SettleDispute>(json!({ "id": output.0.id, "note": "Marked by mistake" })))
    }
}

fn disputed_already(number: Option<&str>) -> Refusal {
    Refusal::conflict("already_disputed", format!("{} is disputed already.", number.unwrap_or("The invoice")))
        .fix("Settle that dispute first (accounting.invoices.settle_dispute), or comment on the invoice.")
}
