//! `accounting.invoices.update`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_directory::parties::{Party, PartyKind, expect_kind};
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::get::{InvoiceView, view};
use super::lines::{Line, Priced, price};
use super::{Invoice, delete};

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
    /// The new due date.
    pub due_date: Option<NaiveDate>,
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
        let (org, id, now) = (cx.org(), self.id.id, cx.now());
        let draft = sqlx::query!(
            "select version, number, status, customer_id, date, due_date, reference, memo, net, tax from invoices
             where org_id = $1 and id = $2 for no key update",
            org,
            id
        )
        .fetch_optional(cx.db())
        .await?
        .ok_or_else(|| Refusal::not_found("invoice"))?;
        if draft.status != "draft" {
            let detail = format!("{} is posted and stays as it is.", draft.number.unwrap_or_default());
            return Err(Refusal::conflict("not_draft", detail).fix("Credit it, and write a new invoice.").into());
        }
        cx.expect_version_of("invoices", id, self.version, draft.version).await?;
        let customer = match self.customer {
            Some(customer) => expect_kind(cx, customer.id, PartyKind::Customer, "/customer").await?.id,
            None => draft.customer_id,
        };
        let (mut net, mut tax) = (draft.net, draft.tax);
        if let Some(lines) = self.lines {
            let priced = price(cx, lines).await?;
            (net, tax) = (priced.net, priced.tax);
            replace_lines(cx, id, &priced).await?;
        }
        let date = self.date.unwrap_or(draft.date);
        let due_date = self.due_date.unwrap_or(draft.due_date);
        let text =
            |new: Option<String>, old: Option<String>| new.map_or(old, |new| Some(new).filter(|new| !new.is_empty()));
        sqlx::query!(
            "update invoices set customer_id = $3, date = $4, due_date = $5, reference = $6, memo = $7, net = $8, tax = $9,
                 gross = $8::bigint + $9::bigint, version = version + 1, updated_at = $10
             where org_id = $1 and id = $2",
            org, id, customer, date, due_date, text(self.reference, draft.reference), text(self.memo, draft.memo), net, tax, now
        )
        .execute(cx.db())
        .await
        .on_constraint("invoice_due_after_date", || {
            Refusal::invalid("due_before_date", "/due_date", format!("The invoice is dated {date} and cannot be due before."))
                .fix("Give a later due date too.")
        })?;
        Ok(Updated(view(cx, id).await?))
    }

    /// Back to what the changed columns and lines held before.
    fn undo(&self, output: &Updated, changes: &Changes) -> Option<Call> {
        let mut arguments = Map::from_iter([("id".to_owned(), json!(output.0.head.id))]);
        for (column, before, _) in changes.of("invoices").next()?.columns() {
            let field = match column {
                "customer_id" => "customer",
                "date" | "due_date" | "reference" | "memo" => column,
                _ => continue,
            };
            let before = if before.is_null() { json!("") } else { before.clone() };
            arguments.insert(field.to_owned(), before);
        }
        let lines = delete::lines_before(changes)?;
        if !lines.is_empty() {
            arguments.insert("lines".to_owned(), Value::Array(lines));
        }
        Some(call::<Self>(Value::Object(arguments)))
    }
}

async fn replace_lines(cx: &mut Cx, invoice: Uuid, priced: &Priced) -> Result<()> {
    let org = cx.org();
    let lines = priced.columns(cx);
    sqlx::query!("delete from invoice_lines where org_id = $1 and invoice_id = $2", org, invoice)
        .execute(cx.db())
        .await?;
    sqlx::query!(
        "insert into invoice_lines (org_id, id, invoice_id, line_no, description, quantity, unit, unit_price, discount_percent, tax_code_id, tax_rate, account_id, net)
         select $1, l.id, $2, l.n, l.description, l.quantity, l.unit, l.unit_price, l.discount, l.tax_code, l.tax_rate, l.account, l.net
         from unnest($3::uuid[], $4::text[], $5::numeric[], $6::text[], $7::numeric[], $8::numeric[], $9::uuid[], $10::numeric[], $11::uuid[], $12::bigint[])
             with ordinality as l (id, description, quantity, unit, unit_price, discount, tax_code, tax_rate, account, net, n)",
        org, invoice, &lines.ids, &lines.descriptions, &lines.quantities, &lines.units as &[Option<String>], &lines.unit_prices,
        &lines.discounts, &lines.tax_codes, &lines.tax_rates, &lines.accounts, &lines.nets
    )
    .execute(cx.db())
    .await?;
    Ok(())
}
