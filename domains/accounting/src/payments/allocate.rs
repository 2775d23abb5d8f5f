//! `accounting.payments.allocate`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::shares::{Allocation, Settled, held, shares, told};
use super::{Payment, unallocate};

/// Settle invoices of a customer with what is left of a payment.
///
/// Nothing moves in the ledger: it only says which invoices the payment is for. Un-allocating takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Allocate {
    /// The payment: its number or id.
    pub id: Ref<Payment>,
    /// Which invoices it settles, where it is not the oldest first.
    #[schemars(length(min = 1, max = 200))]
    pub allocations: Option<Vec<Allocation>>,
}

/// What the payment settles now in addition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Allocated {
    /// The payment.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// Who paid.
    pub customer: PartyName,
    /// What it settles in addition.
    pub allocations: Vec<Settled>,
    /// What is left of it as the customer's credit.
    pub unallocated: Money,
}

impl fmt::Display for Allocated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Payment {} of {} settles {}; {} of it are left.",
            self.number,
            self.customer.name,
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
        let (org, id, now) = (cx.org(), self.id.id, cx.now());
        let payment = held(cx, id).await?;
        if payment.unallocated == 0 {
            let detail = format!("Nothing is left of {}.", payment.number);
            return Err(Refusal::conflict("nothing_left", detail)
                .fix("Un-allocate it first where it settles the wrong invoices.")
                .into());
        }
        let shares = shares(cx, payment.party_id, payment.unallocated, self.allocations.as_deref()).await?;
        if shares.is_empty() {
            let detail = format!("{} has no open invoice.", payment.party);
            return Err(Refusal::conflict("nothing_open", detail).fix("It stays as the customer's credit.").into());
        }
        let today = cx.today();
        let ids: Vec<Uuid> = shares.iter().map(|_| cx.id()).collect();
        let invoices: Vec<Uuid> = shares.iter().map(|share| share.id).collect();
        let amounts: Vec<i64> = shares.iter().map(|share| share.amount).collect();
        // an allocation is no older than what it settles and what it settles it with
        let dates: Vec<NaiveDate> = shares.iter().map(|share| share.date.max(payment.date).max(today)).collect();
        sqlx::query!(
            "insert into allocations (org_id, id, invoice_id, payment_id, party_id, date, amount, created_at)
             select $1, a.id, a.invoice, $2, $3, a.date, a.amount, $4
             from unnest($5::uuid[], $6::uuid[], $7::bigint[], $8::date[]) as a (id, invoice, amount, date)",
            org,
            id,
            payment.party_id,
            now,
            &ids,
            &invoices,
            &amounts,
            &dates
        )
        .execute(cx.db())
        .await?;
        let left = payment.unallocated - amounts.iter().sum::<i64>();
        Ok(Allocated {
            id,
            number: payment.number,
            customer: PartyName { id: payment.party_id, number: payment.party_number, name: payment.party },
            allocations: shares.into_iter().map(|share| share.settled(&payment.currency)).collect(),
            unallocated: Money::new(left, &payment.currency),
        })
    }

    /// Exactly these amounts.
    fn undo(&self, output: &Allocated, _: &Changes) -> Option<Call> {
        let allocations: Vec<Value> = output.allocations.iter().map(Settled::argument).collect();
        Some(call::<unallocate::Unallocate>(json!({ "id": output.id, "allocations": allocations })))
    }
}
