//! `accounting.invoices.get`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Effect, Named, Operation, Ref, Result};

use super::{Invoice, InvoiceHead};
use crate::documents::head::{Head, head};
use crate::documents::line::DocumentLine;
use crate::documents::{LineView, Side, stored};
use crate::entries::Entry;

/// Show one invoice with its lines, its sums, and what is still open.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The invoice: its id or number.
    pub id: Ref<Invoice>,
}

/// An invoice with its lines.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InvoiceView {
    /// The invoice.
    #[serde(flatten)]
    pub head: InvoiceHead,
    /// Its lines.
    pub lines: Vec<LineView>,
    /// The entry that posted it (`JE-2026-00042`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Named<Entry>>,
}

impl fmt::Display for InvoiceView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.head;
        let status = head.status.replace('_', " ");
        write!(
            f,
            "{} to {}: {} gross, {status}, {} open, due {}.",
            head.title(),
            head.customer.name,
            head.totals.gross,
            head.totals.open,
            head.due_date
        )
    }
}

impl Operation for Get {
    const NAME: &'static str = "accounting.invoices.get";
    const EFFECT: Effect = Effect::Read;
    type Output = InvoiceView;

    async fn run(self, cx: &mut Cx) -> Result<InvoiceView> {
        let head = head(cx, Side::Sale, self.id.id).await?;
        let lines = stored::lines(cx, head.id).await?;
        Ok(InvoiceView::of(cx, (head, lines)))
    }
}

impl InvoiceView {
    pub(super) fn of(cx: &Cx, (head, lines): (Head, Vec<DocumentLine>)) -> Self {
        Self {
            lines: lines.into_iter().map(|line| line.view(&head.currency)).collect(),
            entry: head.entry.clone().map(Named::from),
            head: InvoiceHead::of(cx, head),
        }
    }
}
