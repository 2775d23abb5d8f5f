//! `accounting.payments.receive`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::series::{Series, draw};
use steward_common::{Dec, Money};
use steward_directory::parties::{Party, PartyKind, PartyName, expect_known_kind};
use steward_tools::{Call, Changes, Cx, Effect, Fact, Operation, Ref, Result, call};
use uuid::Uuid;

use super::reverse;
use super::shares::{Allocation, Settled, shares, told};
use crate::posting::{self, Book, Leg, NewEntry, money};

/// Record money received from a customer, and settle its invoices with it.
///
/// It goes to the bank account and settles the oldest open invoices first unless told which; what is left over stays as the customer's credit.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receive {
    /// Who paid: the customer's name, number or id.
    pub customer: Ref<Party>,
    /// How much was received.
    pub amount: Dec,
    /// When it was received. Today unless told.
    pub date: Option<NaiveDate>,
    /// What the payer wrote, such as a bank reference.
    #[schemars(length(max = 100))]
    pub reference: Option<String>,
    /// Which invoices it settles, where it is not the oldest first.
    #[schemars(length(min = 1, max = 200))]
    pub allocations: Option<Vec<Allocation>>,
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
        let customer = expect_known_kind(cx, self.customer.id, PartyKind::Customer, "/customer").await?;
        let currency = cx.currency().to_owned();
        let amount = self.amount.amount(&currency, "/amount")?;
        let date = self.date.unwrap_or_else(|| cx.today());
        let shares = shares(cx, customer.id, amount, self.allocations.as_deref()).await?;
        cx.fact(Fact { kind: "received", amount: Some(amount) });
        let [bank, receivable] = posting::accounts_for(cx, ["bank", "receivable"]).await?;
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        let [number, entry_number] = draw(cx, [Series::Yearly("PAY", date), Series::Yearly("JE", date)]).await?;
        let memo = format!("Payment {number} from {}", customer.name);
        let legs = vec![Leg::debit(bank, None, amount), Leg::credit(receivable, Some(customer.id), amount)];
        let source = ("accounting.payments", id);
        let entry = posting::post(
            cx,
            NewEntry {
                id: None,
                number: &entry_number,
                book: Book::Bank,
                date,
                memo: &memo,
                reference: None,
                source,
                reverses: None,
                legs,
            },
        )
        .await?;
        let ids: Vec<Uuid> = shares.iter().map(|_| cx.id()).collect();
        let invoices: Vec<Uuid> = shares.iter().map(|share| share.id).collect();
        let amounts: Vec<i64> = shares.iter().map(|share| share.amount).collect();
        // an allocation cannot be older than the invoice it settles
        let dates: Vec<NaiveDate> = shares.iter().map(|share| share.date.max(date)).collect();
        sqlx::query!(
            "with payment as (
                 insert into payments (org_id, id, number, party_id, date, amount, currency, account_id, reference, entry_id, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))
             insert into allocations (org_id, id, invoice_id, payment_id, party_id, date, amount, created_at)
             select $1, a.id, a.invoice, $2, $4, a.date, a.amount, $11
             from unnest($12::uuid[], $13::uuid[], $14::bigint[], $15::date[]) as a (id, invoice, amount, date)",
            org, id, number, customer.id, date, amount, currency, bank, self.reference, entry, now, &ids, &invoices, &amounts, &dates
        )
        .execute(cx.db())
        .await?;
        let left = amount - amounts.iter().sum::<i64>();
        let allocations = shares.into_iter().map(|share| share.settled(&currency));
        Ok(Received {
            id,
            number,
            customer,
            date,
            amount: Money::new(amount, &currency),
            allocations: allocations.collect(),
            unallocated: money(cx, left),
        })
    }

    fn undo(&self, output: &Received, _: &Changes) -> Option<Call> {
        Some(call::<reverse::Reverse>(json!({ "id": output.id, "reason": "Recorded by mistake" })))
    }
}
