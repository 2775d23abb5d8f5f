//! `accounting.bills.post`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::get::BillView;
use super::{Bill, debit};
use crate::documents::{Side, post, terms};

/// Post an approved bill to the ledger.
///
/// It gets its number, we owe its amount, and it can no longer be changed; `accounting.bills.debit` takes it back. A bill of the same vendor and number is posted once.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The bill to post: its id.
    pub id: Ref<Bill>,
    /// Accounting date. The date of the bill unless told.
    pub date: Option<NaiveDate>,
}

/// The posted bill.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Posted(pub BillView);

impl fmt::Display for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(
            f,
            "Post bill {}: we owe {} {}, due {}.",
            head.title(),
            head.vendor.name,
            head.totals.gross,
            head.due_date
        )
    }
}

impl Operation for Post {
    const NAME: &'static str = "accounting.bills.post";
    const EFFECT: Effect = Effect::Final;
    type Output = Posted;

    async fn run(self, cx: &mut Cx) -> Result<Posted> {
        let post::Posted { head, lines, .. } =
            post::post(cx, Side::Purchase, self.id.id, self.date, "approved").await?;
        let instalments = terms::instalments(cx, &head).await?;
        Ok(Posted(BillView { instalments, ..BillView::of(cx, (head, lines)) }))
    }

    fn undo(&self, output: &Posted, _: &Changes) -> Option<Call> {
        Some(call::<debit::Debit>(json!({ "id": output.0.head.id, "reason": "Posted by mistake" })))
    }
}
