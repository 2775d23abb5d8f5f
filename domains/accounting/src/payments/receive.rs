//! `accounting.payments.receive`

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
use super::shares::{Allocation, InvoiceAllocation, Settled, told};
use super::{Direction, reverse};
use crate::accounts::Account;

/// Record money received from a customer, and settle its invoices with it.
///
/// It goes to the bank account and settles the oldest open invoices first unless told which; what is left over stays as the customer's credit. An early-payment discount is given where it closes an invoice.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receive {
    /// Who paid: the customer's name, number or id.
    pub customer: Ref<Party>,
    /// How much was received.
    pub amount: Dec,
    /// When it was received. Today unless told.
    pub date: Option<NaiveDate>,
    /// Currency of the amount (ISO 4217) and of the invoices it settles; the company's unless told.
    #[schemars(length(min = 3, max = 3))]
    pub currency: Option<String>,
    /// Units of the company's currency for one of that, as the bank has converted; the rate of the day unless told.
    pub rate: Option<Dec>,
    /// The bank or cash account that it went to; the company's bank account unless told.
    pub bank_account: Option<Ref<Account>>,
    /// What the payer wrote, such as a bank reference.
    #[schemars(length(max = 100))]
    pub reference: Option<String>,
    /// Which invoices it settles, where it is not the oldest first.
    #[schemars(length(min = 1, max = 200))]
    pub allocations: Option<Vec<InvoiceAllocation>>,
    /// Take no discount for early payment: what is not paid stays open.
    pub without_discount: Option<bool>,
}

/// The payment.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Received {
    /// Its id.
    pub id: Uuid,
    /// Its number (`PAY-2026-00042`).
    pub number: String,
    /// Who paid.
    pub customer: PartyName,
    /// When.
    pub date: NaiveDate,
    /// How much.
    pub amount: Money,
    /// What it settled.
    pub allocations: Vec<Settled>,
    /// What is left as the customer's credit.
    pub unallocated: Money,
}

impl fmt::Display for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payment {}: {} received from {}", self.number, self.amount, self.customer.name)?;
        if !self.allocations.is_empty() {
            write!(f, ", settling {}", told(&self.allocations))?;
        }
        if self.unallocated.minor > 0 {
            write!(f, ", {} left as credit", self.unallocated)?;
        }
        write!(f, ".")
    }
}

impl Operation for Receive {
    const NAME: &'static str = "accounting.payments.receive";
    const EFFECT: Effect = Effect::Final;
    type Output = Received;

    async fn run(self, cx: &mut Cx) -> Result<Received> {
        let new = New {
            direction: Direction::In,
            party: self.customer.id,
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
        Ok(Received { id, number, customer: party, date, amount, allocations, unallocated })
    }

    fn undo(&self, output: &Received, _: &Changes) -> Option<Call> {
        Some(call::<reverse::Reverse>(json!({ "id": output.id, "reason": "Recorded by mistake" })))
    }
}
