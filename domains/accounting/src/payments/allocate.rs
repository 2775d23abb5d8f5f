//! `accounting.payments.allocate`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::allocations::{NewAllocation, Source, insert_allocations};
use super::shares::{Allocation, Payer, Settled, give_discounts, held, shares, told};
use super::{Payment, unallocate};

/// Settle invoices of a customer, or bills of a vendor, with what is left of a payment.
///
/// Nothing moves in the ledger: it only says which documents the payment is for, unless they were posted at another rate of exchange or a discount for early payment closes them. Un-allocating takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Allocate {
    /// The payment: its number or id.
    pub id: Ref<Payment>,
    /// Which documents it settles, where it is not the oldest first.
    #[schemars(length(min = 1, max = 200))]
    pub allocations: Option<Vec<Allocation>>,
    /// Take no discount for early payment: what is not paid stays open.
    pub without_discount: Option<bool>,
}

/// What the payment settles now in addition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Allocated {
    /// The payment.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// The customer who paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<PartyName>,
    /// The vendor who was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<PartyName>,
    /// What it settles in addition.
    pub allocations: Vec<Settled>,
    /// What is left of it as a credit.
    pub unallocated: Money,
}

impl fmt::Display for Allocated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Payment {} of {} settles {}; {} of it are left.",
            self.number,
            whose(self.customer.as_ref(), self.vendor.as_ref()),
            told(&self.allocations),
            self.unallocated
        )
    }
}

impl Operation for Allocate {
    const NAME: &'static str = "accounting.payments.allocate";
    const EFFECT: Effect = Effect::Write;
    type Output = Allocated;

    async fn run(self, cx: &mut Cx) -> Result<Allocated> {
        let id = self.id.id;
        let payment = held(cx, id).await?;
        if payment.unallocated == 0 {
            let detail = format!("Nothing is left of {}.", payment.number);
            return Err(Refusal::conflict("nothing_left", detail)
                .fix("Un-allocate it first where it settles the wrong documents.")
                .into());
        }
        let direction = payment.direction();
        let early = (self.without_discount != Some(true)).then_some(payment.date);
        let payer = Payer { direction, party: payment.party_id, currency: &payment.currency, early };
        let shares = shares(cx, &payer, payment.unallocated, self.allocations.as_deref()).await?;
        if shares.is_empty() {
            let detail = format!("{} has no open {} in {}.", payment.party, direction.side().noun(), payment.currency);
            return Err(Refusal::conflict("nothing_open", detail).fix("It stays as a credit.").into());
        }
        let today = cx.today();
        let mut left = (payment.unallocated, payment.company_unallocated);
        // an allocation is no older than what it settles and what it settles it with
        let rows: Vec<NewAllocation> =
            shares.iter().map(|share| share.row(cx, share.date.max(payment.date).max(today), &mut left)).collect();
        insert_allocations(cx, Source::Payment(id), payment.party_id, None, rows).await?;
        give_discounts(cx, &payer, id, &shares, payment.date.max(today)).await?;
        let (customer, vendor) = direction.party(payment.party());
        Ok(Allocated {
            id,
            customer,
            vendor,
            allocations: shares.into_iter().map(|share| share.settled(direction, &payment.currency)).collect(),
            unallocated: Money::new(left.0, &payment.currency),
            number: payment.number,
        })
    }

    /// Exactly these amounts.
    fn undo(&self, output: &Allocated, _: &Changes) -> Option<Call> {
        let allocations: Vec<Value> = output.allocations.iter().map(Settled::argument).collect();
        Some(call::<unallocate::Unallocate>(json!({ "id": output.id, "allocations": allocations })))
    }
}

/// The name of whichever there is.
pub(super) fn whose<'a>(customer: Option<&'a PartyName>, vendor: Option<&'a PartyName>) -> &'a str {
    customer.or(vendor).map(|party| party.name.as_str()).unwrap_or_default()
}
