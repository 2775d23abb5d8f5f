//! `accounting.bills.get`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Effect, Named, Operation, Ref, Result};

use super::{Bill, BillHead};
use crate::documents::head::{Head, head};
use crate::documents::line::DocumentLine;
use crate::documents::{DiscountView, InstalmentView, LineView, Side, stored, terms};
use crate::entries::Entry;
use crate::payment_terms::PaymentTerm;

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
    /// The payment terms by which it is due, where nobody gave the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_terms: Option<Named<PaymentTerm>>,
    /// The parts that it is due in, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instalments: Vec<InstalmentView>,
    /// What is let go where it is paid early.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount: Option<DiscountView>,
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
        let instalments = terms::instalments(cx, &head).await?;
        Ok(BillView { instalments, ..BillView::of(cx, (head, lines)) })
    }
}

impl BillView {
    pub(super) fn of(cx: &Cx, (head, lines): (Head, Vec<DocumentLine>)) -> Self {
        Self {
            lines: lines.into_iter().map(|line| line.view(&head.currency)).collect(),
            entry: head.entry.clone().map(Named::from),
            payment_terms: head.payment_terms.clone().map(Named::from),
            instalments: Vec::new(),
            discount: head.discount(),
            head: BillHead::of(cx, head),
        }
    }
}
