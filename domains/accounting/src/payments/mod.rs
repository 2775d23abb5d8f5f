//! Payments: money from customers and to vendors, and which documents it settles.

pub mod allocate;
mod allocations;
mod entity;
pub mod get;
pub(crate) mod let_go;
pub mod list;
pub(crate) mod moved;
pub mod pay;
pub mod receive;
pub mod reverse;
mod shares;
pub mod unallocate;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_directory::parties::PartyName;
use uuid::Uuid;

pub(crate) use allocations::{NewAllocation, Source, insert_allocations, part_of};
pub use entity::Payment;
pub use shares::{Allocation, BillAllocation, InvoiceAllocation, Settled};

use crate::documents::Side;

/// Which way the money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Direction {
    /// From a customer.
    In,
    /// To a vendor.
    Out,
}

impl Direction {
    const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
    fn of(stored: &str) -> Self {
        if stored == "out" { Self::Out } else { Self::In }
    }
    /// The documents that it settles.
    const fn side(self) -> Side {
        match self {
            Self::In => Side::Sale,
            Self::Out => Side::Purchase,
        }
    }
    /// `from` or `to` somebody.
    const fn way(self) -> &'static str {
        match self {
            Self::In => "from",
            Self::Out => "to",
        }
    }
    /// The other side as customer or as vendor.
    fn party(self, party: PartyName) -> (Option<PartyName>, Option<PartyName>) {
        match self {
            Self::In => (Some(party), None),
            Self::Out => (None, Some(party)),
        }
    }
}

/// A payment without what it settles.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PaymentHead {
    /// Its id.
    pub id: Uuid,
    /// Its number (`PAY-2026-00042`).
    pub number: String,
    /// in (received) or out (paid).
    #[schemars(with = "Direction")]
    pub direction: String,
    /// The customer that it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<PartyName>,
    /// The vendor that it went to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<PartyName>,
    /// posted or reversed.
    #[schemars(with = "list::PaymentStatus")]
    pub status: String,
    /// When the money moved.
    pub date: NaiveDate,
    /// How much.
    pub amount: Money,
    /// What of it settles no document: credit with the other side.
    pub unallocated: Money,
    /// The text that came with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

impl PaymentHead {
    /// `from Acme`, `to Globex`.
    fn with_whom(&self) -> String {
        let name = self.customer.as_ref().or(self.vendor.as_ref()).map(|party| party.name.as_str()).unwrap_or_default();
        format!("{} {name}", Direction::of(&self.direction).way())
    }
}

/// A row of `payment_states` with who paid.
struct HeadRow {
    id: Uuid,
    number: String,
    direction: String,
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
        let party = PartyName { id: self.party_id, number: self.party_number, name: self.party };
        let (customer, vendor) = Direction::of(&self.direction).party(party);
        PaymentHead {
            id: self.id,
            number: self.number,
            direction: self.direction,
            customer,
            vendor,
            status: self.state,
            date: self.date,
            amount: Money::new(self.amount, &self.currency),
            unallocated: Money::new(self.unallocated, &self.currency),
            reference: self.reference,
        }
    }
}
