//! `accounting.invoices.update`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Dec;
use steward_directory::parties::Party;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::Invoice;
use super::get::InvoiceView;
use crate::documents::terms::Due;
use crate::documents::{Line, Side, draft};
use crate::payment_terms::PaymentTerm;

/// Change a draft invoice: its customer, lines, dates, reference or memo.
///
/// What is left out stays as it is; lines that are given take the place of all lines; an empty reference or memo removes it. A posted invoice stays as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The draft: its id.
    pub id: Ref<Invoice>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// Who is invoiced instead: the customer's name, number or id.
    pub customer: Option<Ref<Party>>,
    /// What is invoiced instead of all lines: description, quantity and unit price of each line.
    #[schemars(length(min = 1, max = 500))]
    pub lines: Option<Vec<Line>>,
    /// The new invoice date.
    pub date: Option<NaiveDate>,
    /// The new due date, where it is not by payment terms.
    pub due_date: Option<NaiveDate>,
    /// Payment terms by which it is due instead (NET30).
    pub payment_terms: Option<Ref<PaymentTerm>>,
    /// The new currency of the prices (ISO 4217).
    #[schemars(length(min = 3, max = 3))]
    pub currency: Option<String>,
    /// Units of the company's currency for one of that, where it is not the rate of the day of posting.
    pub rate: Option<Dec>,
    /// Whether the prices include tax.
    pub tax_inclusive: Option<bool>,
    /// The customer's new reference, such as an order number; empty removes it.
    #[schemars(length(max = 100))]
    pub reference: Option<String>,
    /// The new note on the invoice; empty removes it.
    #[schemars(length(max = 1000))]
    pub memo: Option<String>,
}

/// The draft as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Updated(pub InvoiceView);

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(
            f,
            "Changed the draft invoice to {}: {} net, {} gross, dated {}, due {}.",
            head.customer.name, head.totals.net, head.totals.gross, head.date, head.due_date
        )
    }
}

impl Operation for Update {
    const NAME: &'static str = "accounting.invoices.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let change = draft::Change {
            side: Side::Sale,
            version: self.version,
            party: self.customer.map(|customer| customer.id),
            lines: self.lines,
            date: self.date,
            due: Due { date: self.due_date, terms: self.payment_terms.map(|terms| terms.id) },
            currency: self.currency,
            rate: self.rate,
            tax_inclusive: self.tax_inclusive,
            reference: self.reference,
            memo: self.memo,
            vendor_number: None,
        };
        let updated = draft::update(cx, self.id.id, change).await?;
        Ok(Updated(InvoiceView::of(cx, updated)))
    }

    /// Back to what the changed columns and lines held before.
    fn undo(&self, output: &Updated, changes: &Changes) -> Option<Call> {
        Some(call::<Self>(draft::as_before(Side::Sale, output.0.head.id, changes)?))
    }
}
