//! `accounting.reports.customer_statement`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_directory::parties::{Party, PartyName};
use steward_tools::{Cx, Effect, Operation, Ref, Refusal, Result};
use uuid::Uuid;

use super::aged_receivables::{Ages, aged, ages};
use crate::documents::Side;
use crate::posting::money;

/// Statement of account of one customer: its invoices, credit notes and payments with a running balance, and what is open.
///
/// The closing balance is what the receivables account says of the customer, and the sum of the open items.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerStatement {
    /// Whose statement it is: the customer's name, number or id.
    pub customer: Ref<Party>,
    /// The first day whose documents are shown; from the beginning unless told.
    pub from: Option<NaiveDate>,
    /// The last day that counts. Today unless told.
    pub to: Option<NaiveDate>,
}

/// What a document on a statement is.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum DocumentKind {
    /// What the customer owes.
    Invoice,
    /// What it owes no longer.
    CreditNote,
    /// What it has paid.
    Payment,
    /// A payment that did not hold.
    PaymentReversal,
}

/// A document of the customer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatementLine {
    /// Its date.
    pub date: NaiveDate,
    /// invoice, `credit_note`, payment or `payment_reversal`.
    #[schemars(with = "DocumentKind")]
    pub kind: String,
    /// Its number; for a reversal, that of the payment.
    pub number: String,
    /// The customer's reference, the reason of a credit note, or the entry of a reversal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// When it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<NaiveDate>,
    /// What it adds to what the customer owes.
    pub debit: Money,
    /// What it takes off.
    pub credit: Money,
    /// What the customer owes after it.
    pub balance: Money,
}

/// A document that is not settled yet.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenItem {
    /// invoice, `credit_note` or payment.
    #[schemars(with = "DocumentKind")]
    pub kind: String,
    /// Its number.
    pub number: String,
    /// Its date.
    pub date: NaiveDate,
    /// When it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<NaiveDate>,
    /// Days past the due date; 0 where it is not late.
    pub days_late: i64,
    /// What it came to.
    pub amount: Money,
    /// What is open of it; negative where it is the customer's credit.
    pub open: Money,
}

/// The statement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Statement {
    /// Whose.
    pub customer: PartyName,
    /// The first day of the documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The last day that counts.
    pub to: NaiveDate,
    /// What the customer owed before `from`.
    pub opening: Money,
    /// Its documents of the time, by date.
    pub documents: Vec<StatementLine>,
    /// What the customer owes at the end; negative where it has a credit.
    pub closing: Money,
    /// What is not settled at the end: the sum is the closing balance.
    pub open_items: Vec<OpenItem>,
    /// The open items by age.
    pub ageing: Ages,
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let documents = match self.documents.len() {
            1 => "1 document".to_owned(),
            n => format!("{n} documents"),
        };
        write!(
            f,
            "Statement of {} up to {}: opening {}, {documents}, closing {}, {} open items.",
            self.customer.name,
            self.to,
            self.opening,
            self.closing,
            self.open_items.len()
        )
    }
}

impl Operation for CustomerStatement {
    const NAME: &'static str = "accounting.reports.customer_statement";
    const EFFECT: Effect = Effect::Read;
    type Output = Statement;

    async fn run(self, cx: &mut Cx) -> Result<Statement> {
        let (org, id, to) = (cx.org(), self.customer.id, self.to.unwrap_or_else(|| cx.today()));
        if self.from.is_some_and(|from| from > to) {
            return Err(Refusal::invalid("from_after_to", "/from", format!("The statement ends on {to}.")).into());
        }
        let customer =
            sqlx::query_as!(PartyName, "select id, number, name from parties where org_id = $1 and id = $2", org, id)
                .fetch_optional(cx.db())
                .await?
                .ok_or_else(|| Refusal::not_found("party"))?;
        let opening = match self.from {
            Some(from) => before(cx, id, from).await?,
            None => 0,
        };
        let (documents, closing) = documents(cx, id, (self.from, to), opening).await?;
        let open_items = open_items(cx, id, to).await?;
        let rows = aged(cx, Side::Sale, to, Some(id)).await?;
        Ok(Statement {
            customer,
            from: self.from,
            to,
            opening: money(cx, opening),
            documents,
            closing: money(cx, closing),
            open_items,
            ageing: ages(cx, &rows),
        })
    }
}

async fn before(cx: &mut Cx, customer: Uuid, from: NaiveDate) -> Result<i64> {
    let org = cx.org();
    let owed = sqlx::query_scalar!(
        r#"select coalesce(sum(amount), 0)::bigint as "owed!" from receivable_documents where org_id = $1 and party_id = $2 and date < $3"#,
        org, customer, from
    )
    .fetch_one(cx.db())
    .await?;
    Ok(owed)
}

async fn documents(
    cx: &mut Cx,
    customer: Uuid,
    (from, to): (Option<NaiveDate>, NaiveDate),
    opening: i64,
) -> Result<(Vec<StatementLine>, i64)> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select date as "date!", kind as "kind!", number as "number!", reference, due_date, amount as "amount!"
           from receivable_documents
           where org_id = $1 and party_id = $2 and ($3::date is null or date >= $3) and date <= $4
           order by date, rank, number"#,
        org,
        customer,
        from,
        to
    )
    .fetch_all(cx.db())
    .await?;
    let mut balance = opening;
    let lines = rows.into_iter().map(|row| {
        balance += row.amount;
        StatementLine {
            date: row.date,
            kind: row.kind,
            number: row.number,
            reference: row.reference,
            due_date: row.due_date,
            debit: money(cx, row.amount.max(0)),
            credit: money(cx, (-row.amount).max(0)),
            balance: money(cx, balance),
        }
    });
    let lines = lines.collect();
    Ok((lines, balance))
}

/// Documents that are not settled by the end of the day, what the customer owes first, and the oldest first.
async fn open_items(cx: &mut Cx, customer: Uuid, to: NaiveDate) -> Result<Vec<OpenItem>> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"with items as materialized (
               select o.id, o.kind, o.date, o.due_date, o.amount, open_at(o, $3) as open
               from open_items o
               where o.org_id = $1 and o.control = 'receivable' and o.party_id = $2 and o.closed_on > $3 and o.date <= $3
           )
           select d.kind as "kind!", d.number as "number!", o.date as "date!", o.due_date, o.amount as "amount!", o.open as "open!"
           from items o join receivable_documents d on d.org_id = $1 and d.id = o.id and d.kind = o.kind
           where o.open <> 0 order by d.rank, coalesce(o.due_date, o.date), d.number"#,
        org,
        customer,
        to
    )
    .fetch_all(cx.db())
    .await?;
    let items = rows.into_iter().map(|row| OpenItem {
        days_late: row.due_date.map_or(0, |due| (to - due).num_days().max(0)),
        kind: row.kind,
        number: row.number,
        date: row.date,
        due_date: row.due_date,
        amount: money(cx, row.amount),
        open: money(cx, row.open),
    });
    Ok(items.collect())
}
