//! `accounting.invoices.post`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::get::InvoiceView;
use super::{Invoice, credit};
use crate::documents::{Side, Warning, post, terms};

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
pub struct Posted {
    /// As it is now.
    #[serde(flatten)]
    pub invoice: InvoiceView,
    /// What whoever posts it should know, such as a credit limit that it exceeds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

impl fmt::Display for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.invoice.head;
        write!(
            f,
            "Post invoice {}: {} owes {}, due {}.",
            head.title(),
            head.customer.name,
            head.totals.gross,
            head.due_date
        )?;
        self.warnings.iter().try_for_each(|warning| write!(f, " Mind: {}.", warning.message))
    }
}

impl Operation for Post {
    const NAME: &'static str = "accounting.invoices.post";
    const EFFECT: Effect = Effect::Final;
    type Output = Posted;

    async fn run(self, cx: &mut Cx) -> Result<Posted> {
        let post::Posted { head, lines, warnings } = post::post(cx, Side::Sale, self.id.id, self.date, "draft").await?;
        let instalments = terms::instalments(cx, &head).await?;
        Ok(Posted { invoice: InvoiceView { instalments, ..InvoiceView::of(cx, (head, lines)) }, warnings })
    }

    fn undo(&self, output: &Posted, _: &Changes) -> Option<Call> {
        Some(call::<credit::Credit>(json!({ "id": output.invoice.head.id, "reason": "Posted by mistake" })))
    }
}
