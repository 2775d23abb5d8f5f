//! `accounting.payments.unallocate`

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call, codes};
use uuid::Uuid;

use super::allocate::whose;
use super::allocations::{Active, NewAllocation, Source, active, insert_allocations, part_of};
use super::let_go::{self, standing};
use super::shares::{Allocation, Held, Settled, Wanted, held, told, wanted};
use super::{Payment, allocate};
use crate::invoices::Invoice;

/// Take a payment off the invoices or bills that it settles: they are open again, and the money is a credit.
///
/// Differences of exchange and discounts for early payment are taken back with it, nothing else moves in the ledger; what was allocated stays on record beside its negative. Allocating takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unallocate {
    /// The payment: its number or id.
    pub id: Ref<Payment>,
    /// Only this invoice: its number or id. All that the payment settles unless told.
    pub invoice: Option<Ref<Invoice>>,
    /// Only these invoices, where it is not one or all of them; without an amount, all of what the payment settles of it.
    #[schemars(length(min = 1, max = 200))]
    pub allocations: Option<Vec<Allocation>>,
    /// Why it is taken off.
    #[schemars(length(max = 500))]
    pub reason: Option<String>,
}

/// What the payment no longer settles.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Unallocated {
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
    /// What it no longer settles.
    pub released: Vec<Settled>,
    /// What is left of it now as a credit.
    pub unallocated: Money,
}

impl fmt::Display for Unallocated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Payment {} of {} no longer settles {}; {} of it are left.",
            self.number,
            whose(self.customer.as_ref(), self.vendor.as_ref()),
            told(&self.released),
            self.unallocated
        )
    }
}

/// How much of a document is given back.
struct Release {
    document: Uuid,
    number: String,
    amount: i64,
}

impl Operation for Unallocate {
    const NAME: &'static str = "accounting.payments.unallocate";
    const EFFECT: Effect = Effect::Write;
    type Output = Unallocated;

    async fn run(self, cx: &mut Cx) -> Result<Unallocated> {
        let id = self.id.id;
        if self.invoice.is_some() && self.allocations.is_some() {
            let detail = "Name one invoice, or several with their amounts, not both.";
            return Err(Refusal::invalid(codes::INVALID_INPUT, "/invoice", detail).into());
        }
        let payment = held(cx, id).await?;
        let direction = payment.direction();
        let active = active(cx, id).await?;
        let released = self.releases(&payment, &active)?;
        if released.is_empty() {
            let of = if self.invoice.is_some() { "this invoice" } else { "any document" };
            let detail = format!("{} does not settle {of}.", payment.number);
            return Err(Refusal::conflict("not_allocated", detail).fix("Look at what the payment settles.").into());
        }
        let reason = self.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        take_back(cx, id, &payment, &active, &released, reason).await?;
        let discounts = discounts_back(cx, id, &released, reason).await?;
        let left = payment.unallocated + released.iter().map(|release| release.amount).sum::<i64>();
        let settled = |release: Release| {
            let discount = discounts.get(&release.document).map(|amount| Money::new(*amount, &payment.currency));
            Settled::of(direction, release.number, Money::new(release.amount, &payment.currency), discount)
        };
        let (customer, vendor) = direction.party(payment.party());
        Ok(Unallocated {
            id,
            released: released.into_iter().map(settled).collect(),
            unallocated: Money::new(left, &payment.currency),
            customer,
            vendor,
            number: payment.number,
        })
    }

    /// Exactly these amounts.
    fn undo(&self, output: &Unallocated, _: &Changes) -> Option<Call> {
        let allocations: Vec<Value> = output.released.iter().map(Settled::argument).collect();
        let plain = output.released.iter().all(|settled| settled.discount.is_none());
        Some(call::<allocate::Allocate>(
            json!({ "id": output.id, "allocations": allocations, "without_discount": plain }),
        ))
    }
}

impl Unallocate {
    /// What is given back, document by document.
    fn releases(&self, payment: &Held, active: &[Active]) -> Result<Vec<Release>> {
        let mut settled: Vec<Release> = Vec::new();
        for a in active {
            match settled.iter_mut().find(|release| release.document == a.document) {
                Some(release) => release.amount += a.amount,
                None => settled.push(Release { document: a.document, number: a.number.clone(), amount: a.amount }),
            }
        }
        settled.sort_by(|a, b| a.number.cmp(&b.number));
        let Some(wanted) = wanted(payment.direction(), self.allocations.as_deref())? else {
            settled.retain(|release| self.invoice.is_none_or(|only| only.id == release.document));
            return Ok(settled);
        };
        wanted.iter().enumerate().map(|(i, wanted)| release(&payment.currency, i, wanted, &settled)).collect()
    }
}

fn release(currency: &str, i: usize, wanted: &Wanted, settled: &[Release]) -> Result<Release> {
    let at = format!("/allocations/{i}");
    let of = settled.iter().find(|release| release.document == wanted.document);
    let of = of.ok_or_else(|| Refusal::invalid("not_allocated", &at, "The payment does not settle this document."))?;
    let amount = match wanted.amount {
        Some(amount) => amount.amount(currency, &format!("{at}/amount"))?,
        None => of.amount,
    };
    if amount > of.amount {
        let detail = format!("The payment settles only {} of {}.", Money::new(of.amount, currency), of.number);
        return Err(Refusal::invalid("exceeds_allocation", &at, detail).into());
    }
    Ok(Release { document: of.document, number: of.number.clone(), amount })
}

/// The discounts that the payment earned on these documents are taken back with it; answers how much, by document.
async fn discounts_back(
    cx: &mut Cx,
    id: Uuid,
    released: &[Release],
    reason: Option<&str>,
) -> Result<BTreeMap<Uuid, i64>> {
    let documents: Vec<Uuid> = released.iter().map(|release| release.document).collect();
    let (mut back, today) = (BTreeMap::new(), cx.today());
    for discount in standing(cx, None, Some(id), Some(&documents)).await? {
        let why = reason.unwrap_or("the payment is taken off");
        let_go::take_back(cx, &discount, today, why, ("accounting.payments", id)).await?;
        *back.entry(discount.document).or_default() += discount.amount;
    }
    Ok(back)
}

/// Adds the negatives, latest first, until each document has its amount back. Where an allocation is larger than what is
/// still to be given back, it is taken back whole and the rest of it allocated anew: history only grows (A5).
async fn take_back(
    cx: &mut Cx,
    id: Uuid,
    payment: &Held,
    active: &[Active],
    released: &[Release],
    reason: Option<&str>,
) -> Result<()> {
    let today = cx.today();
    let mut rows: Vec<NewAllocation> = Vec::new();
    for release in released {
        let mut left = release.amount;
        for a in active.iter().filter(|a| a.document == release.document) {
            if left == 0 {
                break;
            }
            let date = a.date.max(today);
            rows.push(a.taken_back(cx.id(), date));
            if a.amount > left {
                let kept = a.amount - left;
                let parts = (part_of((a.amount, a.company), kept), part_of((a.amount, a.source_company), kept));
                rows.push(NewAllocation::of(cx.id(), a.document, date, kept, parts));
            }
            left -= left.min(a.amount);
        }
    }
    insert_allocations(cx, Source::Payment(id), payment.party_id, reason, rows).await
}
