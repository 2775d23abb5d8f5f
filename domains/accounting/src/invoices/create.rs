//! `accounting.invoices.create`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::Money;
use steward_directory::parties::Party;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Ref, Refusal, Result, call};

use super::delete;
use super::get::InvoiceView;
use super::lines::{Line, price_to};
use super::{InvoiceHead, InvoiceStatus, Totals};

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
    /// When it is due. 30 days after the invoice date unless told.
    pub due_date: Option<NaiveDate>,
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
        let date = self.date.unwrap_or_else(|| cx.today());
        let due_date = self.due_date.unwrap_or(date + chrono::Days::new(30));
        let (customer, priced) = price_to(cx, self.customer.id, self.lines).await?;
        let (org, id, now, currency) = (cx.org(), cx.id(), cx.now(), cx.currency().to_owned());
        let lines = priced.columns(cx);
        sqlx::query!(
            "with invoice as (
                 insert into invoices (org_id, id, customer_id, status, date, due_date, currency, reference, memo, net, tax, gross, created_at, updated_at)
                 values ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, $9, $10, $11, $12, $12))
             insert into invoice_lines (org_id, id, invoice_id, line_no, description, quantity, unit, unit_price, discount_percent, tax_code_id, tax_rate, account_id, net)
             select $1, l.id, $2, l.n, l.description, l.quantity, l.unit, l.unit_price, l.discount, l.tax_code, l.tax_rate, l.account, l.net
             from unnest($13::uuid[], $14::text[], $15::numeric[], $16::text[], $17::numeric[], $18::numeric[], $19::uuid[], $20::numeric[], $21::uuid[], $22::bigint[])
                 with ordinality as l (id, description, quantity, unit, unit_price, discount, tax_code, tax_rate, account, net, n)",
            org, id, customer.id, date, due_date, currency, self.reference, self.memo, priced.net, priced.tax, priced.gross(), now,
            &lines.ids, &lines.descriptions, &lines.quantities, &lines.units as &[Option<String>], &lines.unit_prices,
            &lines.discounts, &lines.tax_codes, &lines.tax_rates, &lines.accounts, &lines.nets
        )
        .execute(cx.db())
        .await
        .on_constraint("invoice_due_after_date", || {
            Refusal::invalid("due_before_date", "/due_date", format!("The invoice is dated {date} and cannot be due before."))
        })?;
        let money = |minor| Money::new(minor, &currency);
        let totals =
            Totals { net: money(priced.net), tax: money(priced.tax), gross: money(priced.gross()), open: money(0) };
        Ok(Created(InvoiceView {
            head: InvoiceHead {
                id,
                version: 1,
                number: None,
                customer,
                status: InvoiceStatus::Draft.as_str().to_owned(),
                date,
                due_date,
                reference: self.reference,
                memo: self.memo,
                totals,
            },
            lines: priced.views(&currency),
            entry: None,
        }))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<delete::Delete>(json!({ "id": output.0.head.id })))
    }
}
