//! `accounting.invoices.credit`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Effect, Named, Operation, Ref, Result};
use uuid::Uuid;

use super::Invoice;
use crate::documents::{Line, Side, credit};

/// Credit a posted invoice, wholly or in part.
///
/// A credit note is posted and settles the invoice as far as it is open; what was paid already stays as the customer's credit. A credit note stays: a new invoice answers it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// The invoice to credit: its id or number.
    pub id: Ref<Invoice>,
    /// Date of the credit note. Today unless told.
    pub date: Option<NaiveDate>,
    /// Why it is credited; stands on the credit note.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
    /// What is credited, where it is not the whole invoice or all that earlier credit notes left of it.
    #[schemars(length(min = 1, max = 500))]
    pub lines: Option<Vec<Line>>,
}

/// The credit note.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Credited {
    /// Its id.
    pub id: Uuid,
    /// Its number (`CN-2026-00042`).
    pub number: String,
    /// The invoice it credits.
    pub invoice: Named<Invoice>,
    /// Whom it is made out to.
    pub customer: PartyName,
    /// Its date.
    pub date: NaiveDate,
    /// Before tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// Net and tax.
    pub gross: Money,
    /// How much of the invoice it settled.
    pub settled: Money,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Credited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Credit note {} to {} takes back {} of invoice {}: {}.",
            self.number,
            self.customer.name,
            self.gross,
            self.invoice,
            self.reason.trim_end_matches('.')
        )
    }
}

impl Operation for Credit {
    const NAME: &'static str = "accounting.invoices.credit";
    const EFFECT: Effect = Effect::Final;
    const INSTEAD_OF_UNDO: &'static str =
        "A credit note stays. Write and post a new invoice for what is owed after all (accounting.invoices.create).";
    type Output = Credited;

    async fn run(self, cx: &mut Cx) -> Result<Credited> {
        let asked = credit::Asked { date: self.date, reason: self.reason, lines: self.lines, vendor_number: None };
        let taken = credit::take_back(cx, Side::Sale, self.id.id, asked).await?;
        Ok(Credited {
            id: taken.id,
            number: taken.number,
            invoice: taken.document.into(),
            customer: taken.party,
            date: taken.date,
            net: taken.net,
            tax: taken.tax,
            gross: taken.gross,
            settled: taken.settled,
            reason: taken.reason,
        })
    }
}
