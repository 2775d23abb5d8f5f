//! `accounting.payments.reverse`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_common::series::{Series, draw};
use steward_tools::{Cx, Effect, Fact, Named, Operation, Ref, Refusal, Result};
use uuid::Uuid;

use super::Payment;
use super::allocations::{NewAllocation, Source, active, insert_allocations};
use super::let_go::{self, standing};
use crate::posting::{self, Book, Leg, NewEntry};

/// Reverse a payment, such as one that bounced, or was entered twice or by mistake.
///
/// A mirrored entry is posted and the invoices or bills it settled are open again, discounts for early payment included; the payment itself stays in the books. To take this back, record the payment again.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reverse {
    /// The payment: its number or id.
    pub id: Ref<Payment>,
    /// Date of the reversal. Today unless told.
    pub date: Option<NaiveDate>,
    /// Why it is reversed.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// The reversal.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reversed {
    /// The payment.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// The entry that reverses it.
    pub entry: Named<crate::entries::Entry>,
    /// When.
    pub date: NaiveDate,
    /// How much.
    pub amount: Money,
    /// How many documents are open again.
    pub reopened: usize,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Reversed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let invoices = if self.reopened == 1 { "1 document is" } else { &format!("{} documents are", self.reopened) };
        write!(
            f,
            "Payment {} of {} is reversed, {invoices} open again: {}.",
            self.number,
            self.amount,
            self.reason.trim_end_matches('.')
        )
    }
}

impl Operation for Reverse {
    const NAME: &'static str = "accounting.payments.reverse";
    const EFFECT: Effect = Effect::Final;
    const INSTEAD_OF_UNDO: &'static str =
        "A reversal stays. Record the payment again (accounting.payments.receive or accounting.payments.pay).";
    type Output = Reversed;

    async fn run(self, cx: &mut Cx) -> Result<Reversed> {
        reverse(cx, self.id.id, self.date, self.reason.trim()).await
    }
}

/// Reverses a payment: its entry, what it settles and the discounts it earned.
pub(crate) async fn reverse(cx: &mut Cx, id: Uuid, date: Option<NaiveDate>, reason: &str) -> Result<Reversed> {
    let org = cx.org();
    // locked: nobody allocates it meanwhile
    let payment = sqlx::query!(
        "select number, party_id, date, amount, company_amount, currency, entry_id from payments where org_id = $1 and id = $2 for no key update",
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("payment"))?;
    let date = date.unwrap_or_else(|| cx.today()).max(payment.date);
    cx.fact(Fact { kind: "reversed", amount: Some(payment.company_amount) });
    let legs = posting::legs_of(cx, payment.entry_id).await?.into_iter().map(Leg::mirrored).collect();
    let active = active(cx, id).await?;
    let [entry] = draw(cx, [Series::Yearly("JE", date)]).await?;
    let memo = format!("Reversal of {}: {reason}", payment.number);
    let source = ("accounting.payments", id);
    posting::post(
        cx,
        NewEntry {
            id: None,
            number: &entry,
            book: Book::Bank,
            date,
            memo: &memo,
            reference: None,
            source,
            reverses: Some(payment.entry_id),
            legs,
        },
    )
    .await?;
    let rows: Vec<NewAllocation> = active.iter().rev().map(|a| a.taken_back(cx.id(), date.max(a.date))).collect();
    if !rows.is_empty() {
        insert_allocations(cx, Source::Payment(id), payment.party_id, Some(reason), rows).await?;
    }
    // what it earned by coming early goes with it
    for discount in standing(cx, None, Some(id), None).await? {
        let_go::take_back(cx, &discount, date, reason, source).await?;
    }
    let amount = Money::new(payment.amount, &payment.currency);
    Ok(Reversed {
        id,
        number: payment.number,
        entry: entry.into(),
        date,
        amount,
        reopened: active.len(),
        reason: reason.to_owned(),
    })
}
