//! `accounting.invoices.get`

use std::fmt;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::{Dec, Money};
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Effect, Named, Operation, Ref, Refusal, Result};
use uuid::Uuid;

use super::{Invoice, InvoiceHead, Totals};
use crate::accounts::Account;
use crate::entries::Entry;
use crate::tax_codes::TaxCode;

/// Show one invoice with its lines, its sums, and what is still open.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The invoice: its id or number.
    pub id: Ref<Invoice>,
}

/// A line of an invoice.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LineView {
    /// What is sold.
    pub description: String,
    /// How much of it.
    pub quantity: Dec,
    /// The unit of the quantity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Price of one unit.
    pub unit_price: Dec,
    /// Discount in percent.
    pub discount_percent: Dec,
    /// Code of the tax.
    pub tax_code: Named<TaxCode>,
    /// Rate of the tax in percent, as it was.
    pub tax_rate: Dec,
    /// Code of the income account; hidden from outsiders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Named<Account>>,
    /// Sum of the line before tax.
    pub net: Money,
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
        view(cx, self.id.id).await
    }
}

/// The invoice as it is now; absent and foreign are the same.
pub(super) async fn view(cx: &mut Cx, id: Uuid) -> Result<InvoiceView> {
    let org = cx.org();
    let row = sqlx::query!(
        r#"select i.version as "version!", i.number, i.customer_id as "customer_id!", p.number as customer_number, p.name as customer_name,
               i.state as "state!", i.date as "date!", i.due_date as "due_date!", i.currency as "currency!", i.reference, i.memo,
               i.net as "net!", i.tax as "tax!", i.gross as "gross!", i.open as "open!",
               (select e.number from entries e where e.org_id = i.org_id and e.id = i.entry_id) as entry
           from invoice_states i join parties p on p.org_id = i.org_id and p.id = i.customer_id
           where i.org_id = $1 and i.id = $2"#,
        org, id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("invoice"))?;
    let money = |minor| Money::new(minor, &row.currency);
    let open = if row.state == "draft" { 0 } else { row.open };
    Ok(InvoiceView {
        lines: lines(cx, id).await?.into_iter().map(|line| line.view(&row.currency)).collect(),
        entry: row.entry.map(Named::from),
        head: InvoiceHead {
            id,
            version: row.version,
            number: row.number,
            customer: PartyName { id: row.customer_id, number: row.customer_number, name: row.customer_name },
            status: row.state,
            date: row.date,
            due_date: row.due_date,
            reference: row.reference,
            memo: row.memo,
            totals: Totals { net: money(row.net), tax: money(row.tax), gross: money(row.gross), open: money(open) },
        },
    })
}

/// A line as it is stored, with what it posts to.
pub(super) struct LineRow {
    pub(super) description: String,
    pub(super) quantity: Decimal,
    pub(super) unit: Option<String>,
    pub(super) unit_price: Decimal,
    pub(super) discount_percent: Decimal,
    pub(super) tax_code_id: Uuid,
    pub(super) tax_code: String,
    pub(super) tax_rate: Decimal,
    pub(super) tax_account: Uuid,
    pub(super) account_id: Uuid,
    pub(super) account: Option<String>,
    pub(super) net: i64,
}

impl LineRow {
    pub(super) fn view(self, currency: &str) -> LineView {
        LineView {
            description: self.description,
            quantity: Dec(self.quantity),
            unit: self.unit,
            unit_price: Dec(self.unit_price),
            discount_percent: Dec(self.discount_percent),
            tax_code: self.tax_code.into(),
            tax_rate: Dec(self.tax_rate),
            account: self.account.map(Named::from),
            net: Money::new(self.net, currency),
        }
    }
}

/// The lines of an invoice, in order.
pub(super) async fn lines(cx: &mut Cx, invoice: Uuid) -> Result<Vec<LineRow>> {
    let org = cx.org();
    let lines = sqlx::query_as!(
        LineRow,
        r#"select l.description, l.quantity, l.unit, l.unit_price, l.discount_percent, l.tax_code_id, t.code as tax_code, l.tax_rate,
               t.account_id as tax_account, l.account_id, a.code as "account?", l.net
           from invoice_lines l join tax_codes t on t.org_id = l.org_id and t.id = l.tax_code_id
           left join accounts a on a.org_id = l.org_id and a.id = l.account_id
           where l.org_id = $1 and l.invoice_id = $2 order by l.line_no"#,
        org,
        invoice
    )
    .fetch_all(cx.db())
    .await?;
    Ok(lines)
}
