//! `accounting.bills.approve`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Call, Changes, Cx, Effect, Fact, Operation, Ref, Refusal, Result, call};

use super::get::BillView;
use super::{Bill, update};
use crate::documents::head::head;
use crate::documents::{Side, stored};

/// Approve a bill: it is right, and may be posted and paid.
///
/// Above the organisation's limit somebody else has to agree. Changing the bill afterwards makes it a draft again.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approve {
    /// The draft to approve: its id.
    pub id: Ref<Bill>,
}

/// The approved bill.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Approved(pub BillView);

impl fmt::Display for Approved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(f, "Approve the bill of {} of {}, due {}.", head.vendor.name, head.totals.gross, head.due_date)
    }
}

impl Operation for Approve {
    const NAME: &'static str = "accounting.bills.approve";
    const EFFECT: Effect = Effect::Write;
    type Output = Approved;

    async fn run(self, cx: &mut Cx) -> Result<Approved> {
        let (org, id, now, person) = (cx.org(), self.id.id, cx.now(), cx.who().id);
        let approved = sqlx::query!(
            "update invoices set status = 'approved', approved_by = $3, approved_at = $4, version = version + 1, updated_at = $4
             where org_id = $1 and id = $2 and side = 'purchase' and status = 'draft'",
            org,
            id,
            person,
            now
        )
        .execute(cx.db())
        .await?;
        let head = head(cx, Side::Purchase, id).await?;
        if approved.rows_affected() == 0 {
            let detail = format!("The bill of {} is {} already.", head.party, head.state.replace('_', " "));
            return Err(Refusal::conflict("not_draft", detail).into());
        }
        cx.fact(Fact { kind: "bill_approved", amount: Some(head.company_gross) });
        let lines = stored::lines(cx, id).await?;
        Ok(Approved(BillView::of(cx, (head, lines))))
    }

    /// A draft again: changing nothing asks for approval anew.
    fn undo(&self, output: &Approved, _: &Changes) -> Option<Call> {
        Some(call::<update::Update>(serde_json::json!({ "id": output.0.head.id })))
    }
}
