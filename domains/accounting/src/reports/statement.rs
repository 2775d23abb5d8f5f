//! Statements of account: the documents of one party with a running balance, and what of them is open.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Refusal, Result};
use uuid::Uuid;

use super::aged_receivables::{Ages, aged, ages};
use crate::documents::Side;
use crate::posting::money;

/// What a document on a statement is.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum DocumentKind {
    /// What a customer owes.
    Invoice,
    /// What it owes no longer.
    CreditNote,
    /// What is owed to a vendor.
    Bill,
    /// What is owed to it no longer.
    DebitNote,
    /// What was paid.
    Payment,
    /// A payment that did not hold.
    PaymentReversal,
    /// What is not asked for any more.
    WriteOff,
    /// A write-off that was taken back.
    WriteOffReversal,
    /// What was given for paying early.
    Discount,
    /// A discount that was taken back.
    DiscountReversal,
    /// What the rates of a document and of its payment differ by.
    ExchangeDifference,
    /// What an open foreign amount was restated by.
    Revaluation,
    /// The day after, when that is taken back.
    RevaluationReversal,
}

/// A document of the party.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatementLine {
    /// Its date.
    pub date: NaiveDate,
    /// What it is.
    #[schemars(with = "DocumentKind")]
    pub kind: String,
    /// Its number; for a reversal, that of the payment.
    pub number: String,
    /// The other side's reference or number, the reason of a note, or the entry of a reversal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// When it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<NaiveDate>,
    /// What is debited; of a customer, it owes that more.
    pub debit: Money,
    /// What is credited; to a vendor, that is owed more.
    pub credit: Money,
    /// What is owed after it.
    pub balance: Money,
}

/// A document that is not settled yet.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenItem {
    /// invoice, bill, credit_note, debit_note or payment.
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
    /// What is open of it; negative where it is in favour of whoever owes.
    pub open: Money,
}

/// What a statement says, whoever's it is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Account {
    /// The first day of the documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The last day that counts.
    pub to: NaiveDate,
    /// What was owed before `from`.
    pub opening: Money,
    /// The documents of the time, by date.
    pub documents: Vec<StatementLine>,
    /// What is owed at the end; negative where more was paid than owed.
    pub closing: Money,
    /// What is not settled at the end: the sum is the closing balance.
    pub open_items: Vec<OpenItem>,
    /// The open items by age.
    pub ageing: Ages,
}

impl Account {
    /// `Statement of Acme up to …`
    pub(super) fn told(&self, whose: &str) -> String {
        let documents = match self.documents.len() {
            1 => "1 document".to_owned(),
            n => format!("{n} documents"),
        };
        let (opening, closing, open) = (&self.opening, &self.closing, self.open_items.len());
        format!(
            "Statement of {whose} up to {}: opening {opening}, {documents}, closing {closing}, {open} open items.",
            self.to
        )
    }
}

/// The statement of a party on one side.
pub(super) async fn account(
    cx: &mut Cx,
    side: Side,
    party: Uuid,
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
) -> Result<(PartyName, Account)> {
    let (org, to) = (cx.org(), to.unwrap_or_else(|| cx.today()));
    if from.is_some_and(|from| from > to) {
        return Err(Refusal::invalid("from_after_to", "/from", format!("The statement ends on {to}.")).into());
    }
    let name =
        sqlx::query_as!(PartyName, "select id, number, name from parties where org_id = $1 and id = $2", org, party)
            .fetch_optional(cx.db())
            .await?
            .ok_or_else(|| Refusal::not_found("party"))?;
    let of = (side, party);
    let opening = match from {
        Some(from) => before(cx, of, from).await?,
        None => 0,
    };
    let (documents, closing) = documents(cx, of, (from, to), opening).await?;
    let open_items = open_items(cx, of, to).await?;
    let rows = aged(cx, side, to, Some(party)).await?;
    let (opening, closing, ageing) = (money(cx, opening), money(cx, closing), ages(cx, &rows));
    Ok((name, Account { from, to, opening, documents, closing, open_items, ageing }))
}

async fn before(cx: &mut Cx, (side, party): (Side, Uuid), from: NaiveDate) -> Result<i64> {
    let org = cx.org();
    let owed = sqlx::query_scalar!(
        r#"select coalesce(sum(amount), 0)::bigint as "owed!" from party_documents where org_id = $1 and party_id = $2 and date < $3 and side = $4"#,
        org,
        party,
        from,
        side.as_str()
    )
    .fetch_one(cx.db())
    .await?;
    Ok(owed)
}

async fn documents(
    cx: &mut Cx,
    (side, party): (Side, Uuid),
    (from, to): (Option<NaiveDate>, NaiveDate),
    opening: i64,
) -> Result<(Vec<StatementLine>, i64)> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select date as "date!", kind as "kind!", number as "number!", reference, due_date, amount as "amount!"
           from party_documents
           where org_id = $1 and party_id = $2 and ($3::date is null or date >= $3) and date <= $4 and side = $5
           order by date, rank, number"#,
        org,
        party,
        from,
        to,
        side.as_str()
    )
    .fetch_all(cx.db())
    .await?;
    let mut balance = opening;
    let lines = rows.into_iter().map(|row| {
        balance += row.amount;
        let debit = if side == Side::Sale { row.amount } else { -row.amount };
        StatementLine {
            date: row.date,
            kind: row.kind,
            number: row.number,
            reference: row.reference,
            due_date: row.due_date,
            debit: money(cx, debit.max(0)),
            credit: money(cx, (-debit).max(0)),
            balance: money(cx, balance),
        }
    });
    let lines = lines.collect();
    Ok((lines, balance))
}

/// Documents that are not settled by the end of the day, what is owed first, and the oldest first.
async fn open_items(cx: &mut Cx, (side, party): (Side, Uuid), to: NaiveDate) -> Result<Vec<OpenItem>> {
    let (org, sign) = (cx.org(), if side == Side::Sale { 1_i64 } else { -1 });
    let rows = sqlx::query!(
        r#"with items as materialized (
               select o.id, o.date, o.due_date, $5::bigint * o.rest as open from open_items_on($1, $3) o
               where o.control = $6 and o.party_id = $2 and o.rest <> 0
           )
           select d.kind as "kind!", d.number as "number!", o.date as "date!", o.due_date, d.amount as "amount!", o.open as "open!"
           from items o join party_documents d on d.org_id = $1 and d.id = o.id and d.side = $4 and d.rank <= 3
           order by d.rank, coalesce(o.due_date, o.date), d.number"#,
        org,
        party,
        to,
        side.as_str(),
        sign,
        side.control()
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
