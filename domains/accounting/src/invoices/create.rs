//! `accounting.invoices.create`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::Dec;
use steward_directory::parties::Party;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::delete;
use super::get::InvoiceView;
use crate::documents::terms::Due;
use crate::documents::{Line, Side, draft};
use crate::payment_terms::PaymentTerm;

/// Draft an invoice to a customer: who, what, at which price, due when.
///
/// A draft is not in the books and has no number; `accounting.invoices.post` does that. Deleting it takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Who is invoiced: the customer's name, number or id.
    pub customer: Ref<Party>,
    /// What is invoiced: description, quantity and unit price of each line.
    #[schemars(length(min = 1, max = 500))]
    pub lines: Vec<Line>,
    /// Invoice date. Today unless told.
    pub date: Option<NaiveDate>,
    /// The day it is due; by payment terms unless told.
    pub due_date: Option<NaiveDate>,
    /// Payment terms instead of a due date (NET30); as agreed, else the default, unless told.
    pub payment_terms: Option<Ref<PaymentTerm>>,
    /// Currency (ISO 4217); the company's unless told.
    #[schemars(length(min = 3, max = 3))]
    pub currency: Option<String>,
    /// Units of the company's currency for one of that; the rate of the day of posting unless told.
    pub rate: Option<Dec>,
    /// Whether the prices include tax; they do not unless told.
    pub tax_inclusive: Option<bool>,
    /// The customer's reference, such as an order number.
    #[schemars(length(max = 100))]
    pub reference: Option<String>,
    /// A note on the invoice.
    #[schemars(length(max = 1000))]
    pub memo: Option<String>,
}

/// The draft.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub InvoiceView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(
            f,
            "Draft invoice to {}: {} net, {} gross, due {}.",
            head.customer.name, head.totals.net, head.totals.gross, head.due_date
        )
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.invoices.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let new = draft::New {
            side: Side::Sale,
            party: self.customer.id,
            lines: self.lines,
            date: self.date,
            due: Due { date: self.due_date, terms: self.payment_terms.map(|terms| terms.id) },
            currency: self.currency,
            rate: self.rate,
            tax_inclusive: self.tax_inclusive == Some(true),
            reference: self.reference,
            memo: self.memo,
            vendor_number: None,
        };
        let created = draft::create(cx, new).await?;
        Ok(Created(InvoiceView::of(cx, created)))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<delete::Delete>(json!({ "id": output.0.head.id })))
    }
}
