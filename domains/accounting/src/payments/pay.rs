//! `accounting.payments.pay`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::{Dec, Money};
use steward_directory::parties::{Party, PartyName};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};
use uuid::Uuid;

use super::moved::{Moved, New, moved};
use super::shares::{Allocation, BillAllocation, Settled, told};
use super::{Direction, reverse};
use crate::accounts::Account;

/// Pay a vendor and settle its bills with it.
///
/// It leaves the bank account and settles the oldest open bills first unless told which; what is left over is an advance to the vendor. An early-payment discount is taken where it closes a bill.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pay {
    /// Who is paid: the vendor's name, number or id.
    pub vendor: Ref<Party>,
    /// How much was paid.
    pub amount: Dec,
    /// When it was paid. Today unless told.
    pub date: Option<NaiveDate>,
    /// Currency of the amount (ISO 4217) and of the bills it settles; the company's unless told.
    #[schemars(length(min = 3, max = 3))]
    pub currency: Option<String>,
    /// Units of the company's currency for one of that, as the bank has converted; the rate of the day unless told.
    pub rate: Option<Dec>,
    /// The bank or cash account that it came from; the company's bank account unless told.
    pub bank_account: Option<Ref<Account>>,
    /// What goes with the payment, such as a bank reference.
    #[schemars(length(max = 100))]
    pub reference: Option<String>,
    /// Which bills it settles, where it is not the oldest first.
    #[schemars(length(min = 1, max = 200))]
    pub allocations: Option<Vec<BillAllocation>>,
    /// Take no discount for early payment: what is not paid stays open.
    pub without_discount: Option<bool>,
}

/// The payment.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Paid {
    /// Its id.
    pub id: Uuid,
    /// Its number (`PAY-2026-00042`).
    pub number: String,
    /// Who was paid.
    pub vendor: PartyName,
    /// When.
    pub date: NaiveDate,
    /// How much.
    pub amount: Money,
    /// What it settled.
    pub allocations: Vec<Settled>,
    /// What is left as an advance to the vendor.
    pub unallocated: Money,
}

impl fmt::Display for Paid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payment {}: {} paid to {}", self.number, self.amount, self.vendor.name)?;
        if !self.allocations.is_empty() {
            write!(f, ", settling {}", told(&self.allocations))?;
        }
        if self.unallocated.minor > 0 {
            write!(f, ", {} left as an advance", self.unallocated)?;
        }
        write!(f, ".")
    }
}

impl Operation for Pay {
    const NAME: &'static str = "accounting.payments.pay";
    const EFFECT: Effect = Effect::Final;
    type Output = Paid;

    async fn run(self, cx: &mut Cx) -> Result<Paid> {
        let new = New {
            direction: Direction::Out,
            party: self.vendor.id,
            amount: self.amount,
            date: self.date,
            currency: self.currency,
            rate: self.rate,
            bank_account: self.bank_account,
            reference: self.reference,
            without_discount: self.without_discount == Some(true),
            allocations: self.allocations.map(|all| all.into_iter().map(Allocation::from).collect()),
        };
        let Moved { id, number, party, date, amount, allocations, unallocated } = moved(cx, new).await?;
        Ok(Paid { id, number, vendor: party, date, amount, allocations, unallocated })
    }

    fn undo(&self, output: &Paid, _: &Changes) -> Option<Call> {
        Some(call::<reverse::Reverse>(json!({ "id": output.id, "reason": "Recorded by mistake" })))
    }
}
