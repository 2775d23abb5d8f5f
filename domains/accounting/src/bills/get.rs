//! `accounting.bills.get`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Effect, Named, Operation, Ref, Result};

use super::{Bill, BillHead};
use crate::documents::head::{Head, head};
use crate::documents::line::DocumentLine;
use crate::documents::{LineView, Side, stored};
use crate::entries::Entry;

/// Show one bill with its lines, its sums, and what is still open.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The bill: its id or number.
    pub id: Ref<Bill>,
}

/// A bill with its lines.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BillView {
    /// The bill.
    #[serde(flatten)]
    pub head: BillHead,
    /// Its lines.
    pub lines: Vec<LineView>,
    /// The entry that posted it (`JE-2026-00042`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Named<Entry>>,
}

impl fmt::Display for BillView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.head;
        let status = head.status.replace('_', " ");
        write!(
            f,
            "{} of {}: {} gross, {status}, {} open, due {}.",
            head.title(),
            head.vendor.name,
            head.totals.gross,
            head.totals.open,
            head.due_date
        )
    }
}

impl Operation for Get {
    const NAME: &'static str = "accounting.bills.get";
    const EFFECT: Effect = Effect::Read;
    type Output = BillView;

    async fn run(self, cx: &mut Cx) -> Result<BillView> {
        let head = head(cx, Side::Purchase, self.id.id).await?;
        let lines = stored::lines(cx, head.id).await?;
        Ok(BillView::of(cx, (head, lines)))
    }
}

impl BillView {
    pub(super) fn of(cx: &Cx, (head, lines): (Head, Vec<DocumentLine>)) -> Self {
        Self {
            lines: lines.into_iter().map(|line| line.view(&head.currency)).collect(),
            entry: head.entry.clone().map(Named::from),
            head: BillHead::of(cx, head),
        }
    }
}
