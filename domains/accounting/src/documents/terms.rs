//! When a document is due, in which parts, and what is let go where it is paid early.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use steward_common::Money;
use steward_tools::{Cx, Refusal, Result};
use uuid::Uuid;

use super::Side;
use super::head::Head;
use crate::payment_terms::{Term, usable};

/// A part that a posted document is due in.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InstalmentView {
    /// When it is due.
    pub due_date: NaiveDate,
    /// How much of the document.
    pub amount: Money,
    /// What of it is still to be paid: what was paid went to the earliest.
    pub open: Money,
}

/// What is let go for paying early.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DiscountView {
    /// How much.
    pub amount: Money,
    /// The last day of payment for it.
    pub until: NaiveDate,
}

/// When somebody says a document is due: by a day or by payment terms.
#[derive(Clone, Copy)]
pub(crate) struct Due {
    pub(crate) date: Option<NaiveDate>,
    pub(crate) terms: Option<Uuid>,
}

impl Due {
    /// One of both at most.
    pub(crate) fn one(self) -> Result<Self> {
        if self.date.is_some() && self.terms.is_some() {
            let detail = "A document is due on a day, or by payment terms, not both.";
            return Err(Refusal::invalid("two_due_dates", "/due_date", detail)
                .fix("Leave out the due date or the payment terms.")
                .into());
        }
        Ok(self)
    }
    /// The due date of a new document, and the terms it comes from: as told, as agreed with the party, or by default.
    pub(crate) fn settle(self, found: Option<Term>, date: NaiveDate) -> Result<(NaiveDate, Option<Term>)> {
        if let Some(due) = self.date {
            return Ok((due, None));
        }
        let term = usable(found, self.terms)?;
        let usual = date + chrono::Days::new(30);
        Ok((term.as_ref().map_or(usual, |term| term.due_date(date)), term))
    }
}

/// A document cannot be due before its date.
pub(super) fn due_before(side: Side, date: NaiveDate) -> Refusal {
    let detail = format!("The {} is dated {date} and cannot be due before.", side.noun());
    Refusal::invalid("due_before_date", "/due_date", detail).fix("Give a later due date.")
}

/// Writes the instalments of a document that is posted.
pub(super) async fn write_instalments(cx: &mut Cx, document: Uuid, parts: &[(NaiveDate, i64, i64)]) -> Result<()> {
    if parts.is_empty() {
        return Ok(());
    }
    let org = cx.org();
    let ids: Vec<Uuid> = parts.iter().map(|_| cx.id()).collect();
    let dates: Vec<NaiveDate> = parts.iter().map(|part| part.0).collect();
    let amounts: Vec<i64> = parts.iter().map(|part| part.1).collect();
    let companies: Vec<i64> = parts.iter().map(|part| part.2).collect();
    sqlx::query!(
        "insert into document_instalments (org_id, id, invoice_id, part_no, due_date, amount, company_amount)
         select $1, p.id, $2, p.n, p.due, p.amount, p.company
         from unnest($3::uuid[], $4::date[], $5::bigint[], $6::bigint[]) with ordinality as p (id, due, amount, company, n)",
        org,
        document,
        &ids,
        &dates,
        &amounts,
        &companies
    )
    .execute(cx.db())
    .await?;
    Ok(())
}

/// The instalments of a document, with what is open of each. Most have none, and cost nothing.
pub(crate) async fn instalments(cx: &mut Cx, head: &Head) -> Result<Vec<InstalmentView>> {
    if !head.in_instalments {
        return Ok(Vec::new());
    }
    let org = cx.org();
    let rows = sqlx::query!(
        "select due_date, amount from document_instalments where org_id = $1 and invoice_id = $2 order by part_no desc",
        org,
        head.id
    )
    .fetch_all(cx.db())
    .await?;
    let (mut open, money) = (head.open, |minor| Money::new(minor, &head.currency));
    let parts = rows.into_iter().map(|row| {
        let of_it = open.min(row.amount);
        open -= of_it;
        InstalmentView { due_date: row.due_date, amount: money(row.amount), open: money(of_it) }
    });
    let mut parts: Vec<InstalmentView> = parts.collect();
    parts.reverse();
    Ok(parts)
}

impl Head {
    /// What is let go where it is paid early.
    pub(crate) fn discount(&self) -> Option<DiscountView> {
        let (amount, until) = self.discount.zip(self.discount_until)?;
        Some(DiscountView { amount: Money::new(amount, &self.currency), until })
    }
}
