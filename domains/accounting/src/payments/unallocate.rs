//! `accounting.payments.unallocate`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call, codes};
use uuid::Uuid;

use super::shares::{Allocation, Settled, held, once, told};
use super::{Payment, allocate};
use crate::invoices::Invoice;
use crate::posting::money;

/// Take a payment off the invoices that it settles: they are open again, and the money is the customer's credit.
///
/// Nothing moves in the ledger, and what was allocated stays on record beside its negative. Allocating takes it back.
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
    /// Who paid.
    pub customer: PartyName,
    /// What it no longer settles.
    pub released: Vec<Settled>,
    /// What is left of it now as the customer's credit.
    pub unallocated: Money,
}

impl fmt::Display for Unallocated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Payment {} of {} no longer settles {}; {} of it are left.",
            self.number,
            self.customer.name,
            told(&self.released),
            self.unallocated
        )
    }
}

/// An allocation that nobody has taken back yet.
struct Active {
    id: Uuid,
    invoice_id: Uuid,
    invoice: String,
    date: NaiveDate,
    amount: i64,
}

/// How much of an invoice is given back.
struct Release {
    invoice_id: Uuid,
    invoice: String,
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
        let active = active(cx, id).await?;
        let released = self.releases(cx, &active)?;
        if released.is_empty() {
            let of = if self.invoice.is_some() { "this invoice" } else { "any invoice" };
            let detail = format!("{} does not settle {of}.", payment.number);
            return Err(Refusal::conflict("not_allocated", detail).fix("Look at what the payment settles.").into());
        }
        let reason = self.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        take_back(cx, id, payment.party_id, &active, &released, reason).await?;
        let left = payment.unallocated + released.iter().map(|release| release.amount).sum::<i64>();
        let settled = |release: Release| Settled {
            invoice: release.invoice.into(),
            amount: Money::new(release.amount, &payment.currency),
        };
        Ok(Unallocated {
            id,
            released: released.into_iter().map(settled).collect(),
            unallocated: Money::new(left, &payment.currency),
            number: payment.number,
            customer: PartyName { id: payment.party_id, number: payment.party_number, name: payment.party },
        })
    }

    /// Exactly these amounts.
    fn undo(&self, output: &Unallocated, _: &Changes) -> Option<Call> {
        let allocations: Vec<Value> = output.released.iter().map(Settled::argument).collect();
        Some(call::<allocate::Allocate>(json!({ "id": output.id, "allocations": allocations })))
    }
}

impl Unallocate {
    /// What is given back, invoice by invoice.
    fn releases(&self, cx: &Cx, active: &[Active]) -> Result<Vec<Release>> {
        let mut settled: Vec<Release> = Vec::new();
        for a in active {
            match settled.iter_mut().find(|release| release.invoice_id == a.invoice_id) {
                Some(release) => release.amount += a.amount,
                None => {
                    settled.push(Release { invoice_id: a.invoice_id, invoice: a.invoice.clone(), amount: a.amount })
                }
            }
        }
        settled.sort_by(|a, b| a.invoice.cmp(&b.invoice));
        let Some(wanted) = &self.allocations else {
            settled.retain(|release| self.invoice.is_none_or(|only| only.id == release.invoice_id));
            return Ok(settled);
        };
        once(&wanted.iter().map(|wanted| wanted.invoice.id).collect::<Vec<_>>())?;
        wanted.iter().enumerate().map(|(i, wanted)| release(cx, i, wanted, &settled)).collect()
    }
}

fn release(cx: &Cx, i: usize, wanted: &Allocation, settled: &[Release]) -> Result<Release> {
    let at = format!("/allocations/{i}");
    let of = settled.iter().find(|release| release.invoice_id == wanted.invoice.id);
    let of = of.ok_or_else(|| Refusal::invalid("not_allocated", &at, "The payment does not settle this invoice."))?;
    let amount = match wanted.amount {
        Some(amount) => amount.amount(cx.currency(), &format!("{at}/amount"))?,
        None => of.amount,
    };
    if amount > of.amount {
        let detail = format!("The payment settles only {} of {}.", money(cx, of.amount), of.invoice);
        return Err(Refusal::invalid("exceeds_allocation", &at, detail).into());
    }
    Ok(Release { invoice_id: of.invoice_id, invoice: of.invoice.clone(), amount })
}

/// What the payment settles, latest first.
async fn active(cx: &mut Cx, payment: Uuid) -> Result<Vec<Active>> {
    let org = cx.org();
    let active = sqlx::query_as!(
        Active,
        r#"select a.id, a.invoice_id, i.number as "invoice!", a.date, a.amount
           from allocations a join invoices i on i.org_id = a.org_id and i.id = a.invoice_id
           where a.org_id = $1 and a.payment_id = $2 and a.amount > 0
             and not exists (select from allocations r where r.org_id = a.org_id and r.reverses = a.id)
           order by a.date desc, a.id desc"#,
        org,
        payment
    )
    .fetch_all(cx.db())
    .await?;
    Ok(active)
}

/// Adds the negatives, latest first, until each invoice has its amount back. Where an allocation is larger than what is
/// still to be given back, it is taken back whole and the rest of it allocated anew: history only grows (A5).
async fn take_back(
    cx: &mut Cx,
    payment: Uuid,
    party: Uuid,
    active: &[Active],
    released: &[Release],
    reason: Option<&str>,
) -> Result<()> {
    let (org, now, today) = (cx.org(), cx.now(), cx.today());
    let mut rows: Vec<(Uuid, Uuid, NaiveDate, i64, Option<Uuid>)> = Vec::new();
    for release in released {
        let mut left = release.amount;
        for a in active.iter().filter(|a| a.invoice_id == release.invoice_id) {
            if left == 0 {
                break;
            }
            let date = a.date.max(today);
            rows.push((cx.id(), a.invoice_id, date, -a.amount, Some(a.id)));
            if a.amount > left {
                rows.push((cx.id(), a.invoice_id, date, a.amount - left, None));
            }
            left -= left.min(a.amount);
        }
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let invoices: Vec<Uuid> = rows.iter().map(|row| row.1).collect();
    let dates: Vec<NaiveDate> = rows.iter().map(|row| row.2).collect();
    let amounts: Vec<i64> = rows.iter().map(|row| row.3).collect();
    let reverses: Vec<Option<Uuid>> = rows.iter().map(|row| row.4).collect();
    sqlx::query!(
        "insert into allocations (org_id, id, invoice_id, payment_id, party_id, date, amount, reverses, reason, created_at)
         select $1, a.id, a.invoice, $2, $3, a.date, a.amount, a.reverses, $4, $5
         from unnest($6::uuid[], $7::uuid[], $8::date[], $9::bigint[], $10::uuid[]) as a (id, invoice, date, amount, reverses)",
        org,
        payment,
        party,
        reason,
        now,
        &ids,
        &invoices,
        &dates,
        &amounts,
        &reverses as &[Option<Uuid>]
    )
    .execute(cx.db())
    .await?;
    Ok(())
}
