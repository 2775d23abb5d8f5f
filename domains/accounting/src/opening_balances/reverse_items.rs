//! `accounting.balances.reverse_items`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cx, Effect, Operation, Ref, Refusal, Result};
use uuid::Uuid;

use super::{OpeningImport, counted};
use crate::documents::{Side, credit};
use crate::posting::money;

/// Take back an import of open items: each of its documents is credited, as far as it has not been yet.
///
/// What was paid of them stays, as credit with the customer or vendor. The documents can then be imported again, corrected.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReverseItems {
    /// The import: the day of its opening balances, or its id.
    pub id: Ref<OpeningImport>,
    /// Date of the credit notes, in an open period. Today unless told.
    pub date: Option<NaiveDate>,
    /// Why it is taken back; stands on the credit notes.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// What was taken back.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reversed {
    /// The import.
    pub id: Uuid,
    /// How many invoices were credited.
    pub invoices: usize,
    /// What customers owed by them, in the company's currency.
    pub receivable: Money,
    /// How many bills were taken back.
    pub bills: usize,
    /// What we owed by them, in the company's currency.
    pub payable: Money,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Reversed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { invoices, receivable, bills, payable, .. } = self;
        let reason = self.reason.trim_end_matches('.');
        let told = counted((*invoices, receivable), (*bills, payable));
        write!(f, "Open items are taken back, {told}: {reason}.")
    }
}

impl Operation for ReverseItems {
    const NAME: &'static str = "accounting.balances.reverse_items";
    const EFFECT: Effect = Effect::Final;
    const INSTEAD_OF_UNDO: &'static str =
        "Credit notes stay. Import the open items again (accounting.balances.import_items).";
    type Output = Reversed;

    async fn run(self, cx: &mut Cx) -> Result<Reversed> {
        let (org, id) = (cx.org(), self.id.id);
        // one after the other, as each is locked, and in one order
        let rows = sqlx::query!(
            r#"select i.id, i.side, i.company_gross - coalesce((select sum(c.company_gross) from credit_notes c
                   where c.org_id = i.org_id and c.invoice_id = i.id), 0)::bigint as "left!"
               from invoices i where i.org_id = $1 and i.opening_import_id = $2
                 and i.gross > coalesce((select sum(c.gross) from credit_notes c where c.org_id = i.org_id and c.invoice_id = i.id), 0)
               order by i.number for no key update of i"#,
            org,
            id
        )
        .fetch_all(cx.db())
        .await?;
        if rows.is_empty() {
            let known = sqlx::query_scalar!("select 1 from opening_imports where org_id = $1 and id = $2", org, id);
            if known.fetch_optional(cx.db()).await?.is_none() {
                return Err(Refusal::not_found("import of open items").into());
            }
            return Err(Refusal::conflict("already_reversed", "All of its documents are taken back already.").into());
        }
        let (mut invoices, mut receivable, mut bills, mut payable) = (0, 0, 0, 0);
        for row in rows {
            let side = if row.side == Side::Sale.as_str() { Side::Sale } else { Side::Purchase };
            let (count, sum) = match side {
                Side::Sale => (&mut invoices, &mut receivable),
                Side::Purchase => (&mut bills, &mut payable),
            };
            *count += 1;
            *sum += row.left;
            let reason = self.reason.clone();
            let asked = credit::Asked { date: self.date, reason, lines: None, vendor_number: None };
            credit::take_back(cx, side, row.id, asked).await?;
        }
        let (receivable, payable) = (money(cx, receivable), money(cx, payable));
        Ok(Reversed { id, invoices, receivable, bills, payable, reason: self.reason })
    }
}
