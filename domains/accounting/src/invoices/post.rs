//! `accounting.invoices.post`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::get::InvoiceView;
use super::{Invoice, credit};
use crate::documents::{Side, post, terms};

/// Post a draft invoice to the ledger.
///
/// It gets its number, the customer owes its amount, and it can no longer be changed; `accounting.invoices.credit` takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The draft to post: its id.
    pub id: Ref<Invoice>,
    /// Accounting date. The invoice date unless told.
    pub date: Option<NaiveDate>,
}

/// The posted invoice.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Posted(pub InvoiceView);

impl fmt::Display for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(
            f,
            "Post invoice {}: {} owes {}, due {}.",
            head.title(),
            head.customer.name,
            head.totals.gross,
            head.due_date
        )
    }
}

impl Operation for Post {
    const NAME: &'static str = "accounting.invoices.post";
    const EFFECT: Effect = Effect::Final;
    type Output = Posted;

    async fn run(self, cx: &mut Cx) -> Result<Posted> {
        let posted = post::post(cx, Side::Sale, self.id.id, self.date, "draft").await?;
        let instalments = terms::instalments(cx, &posted.0).await?;
        Ok(Posted(InvoiceView { instalments, ..InvoiceView::of(cx, posted) }))
    }

    fn undo(&self, output: &Posted, _: &Changes) -> Option<Call> {
        Some(call::<credit::Credit>(json!({ "id": output.0.head.id, "reason": "Posted by mistake" })))
    }
}
