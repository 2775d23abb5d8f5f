//! Payments received from customers.

pub mod allocate;
mod entity;
pub mod get;
pub mod list;
pub mod receive;
pub mod reverse;
mod shares;
pub mod unallocate;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use steward_common::Money;
use steward_directory::parties::PartyName;
use uuid::Uuid;

pub use entity::Payment;
pub use shares::{Allocation, Settled};

/// A payment without what it settles.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PaymentHead {
    /// Its id.
    pub id: Uuid,
    /// Its number (`PAY-2026-00042`).
    pub number: String,
    /// The customer that it came from.
    pub customer: PartyName,
    /// posted or reversed.
    #[schemars(with = "list::PaymentStatus")]
    pub status: String,
    /// When it was received.
    pub date: NaiveDate,
    /// How much.
    pub amount: Money,
    /// What of it settles no invoice: the customer's credit.
    pub unallocated: Money,
    /// The text that came with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// A row of `payment_states` with who paid.
struct HeadRow {
    id: Uuid,
    number: String,
    party_id: Uuid,
    party_number: String,
    party: String,
    state: String,
    date: NaiveDate,
    amount: i64,
    unallocated: i64,
    currency: String,
    reference: Option<String>,
}

impl HeadRow {
    fn head(self) -> PaymentHead {
        PaymentHead {
            id: self.id,
            number: self.number,
            customer: PartyName { id: self.party_id, number: self.party_number, name: self.party },
            status: self.state,
            date: self.date,
            amount: Money::new(self.amount, &self.currency),
            unallocated: Money::new(self.unallocated, &self.currency),
            reference: self.reference,
        }
    }
}
