//! `accounting.bills.debit`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Effect, Named, Operation, Ref, Result};
use uuid::Uuid;

use super::Bill;
use crate::documents::{Line, Side, credit};

/// Take a posted bill back with a debit note, wholly or in part.
///
/// The debit note is posted and settles the bill as far as it is open; what was paid already stays as our credit with the vendor. A debit note stays: a new bill answers it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Debit {
    /// The bill to take back: its id or number.
    pub id: Ref<Bill>,
    /// Date of the debit note. Today unless told.
    pub date: Option<NaiveDate>,
    /// Why it is taken back; stands on the debit note.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
    /// The number of the vendor's own credit note, where it sent one.
    #[schemars(length(max = 100))]
    pub vendor_number: Option<String>,
    /// What is taken back, where it is not the whole bill or all that earlier debit notes left of it.
    #[schemars(length(min = 1, max = 500))]
    pub lines: Option<Vec<Line>>,
}

/// The debit note.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Debited {
    /// Its id.
    pub id: Uuid,
    /// Its number (`DN-2026-00042`).
    pub number: String,
    /// The bill it takes back.
    pub bill: Named<Bill>,
    /// Whose bill it was.
    pub vendor: PartyName,
    /// Its date.
    pub date: NaiveDate,
    /// Before tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// Net and tax.
    pub gross: Money,
    /// How much of the bill it settled.
    pub settled: Money,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Debited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Debit note {} to {} takes back {} of bill {}: {}.",
            self.number,
            self.vendor.name,
            self.gross,
            self.bill,
            self.reason.trim_end_matches('.')
        )
    }
}

impl Operation for Debit {
    const NAME: &'static str = "accounting.bills.debit";
    const EFFECT: Effect = Effect::Final;
    const INSTEAD_OF_UNDO: &'static str =
        "A debit note stays. Enter and post a new bill for what we owe after all (accounting.bills.create).";
    type Output = Debited;

    async fn run(self, cx: &mut Cx) -> Result<Debited> {
        let asked = credit::Asked {
            date: self.date,
            reason: self.reason,
            lines: self.lines,
            vendor_number: self.vendor_number,
        };
        let taken = credit::take_back(cx, Side::Purchase, self.id.id, asked).await?;
        Ok(Debited {
            id: taken.id,
            number: taken.number,
            bill: taken.document.into(),
            vendor: taken.party,
            date: taken.date,
            net: taken.net,
            tax: taken.tax,
            gross: taken.gross,
            settled: taken.settled,
            reason: taken.reason,
        })
    }
}
