//! `accounting.payments.receive`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::series::{Series, draw};
use steward_common::{Dec, Money};
use steward_directory::parties::{Party, PartyKind, PartyName, expect_known_kind};
use steward_tools::{Call, Changes, Cx, Effect, Fact, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::reverse;
use crate::invoices::Invoice;
use crate::posting::{self, Leg, NewEntry, money};

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

/// One invoice to settle.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Allocation {
    /// The invoice: its number or id.
    pub invoice: Ref<Invoice>,
    /// How much of it; as much as is open and left unless told.
    pub amount: Option<Dec>,
}

/// One invoice that was settled.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Settled {
    /// Its number.
    pub invoice: String,
    /// How much of it.
    pub amount: Money,
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
        let settled: Vec<String> = self.allocations.iter().map(|s| format!("{} ({})", s.invoice, s.amount)).collect();
        if !settled.is_empty() {
            write!(f, ", settling {}", settled.join(", "))?;
        }
        if self.unallocated.minor > 0 {
            write!(f, ", {} left as credit", self.unallocated)?;
        }
        write!(f, ".")
    }
}

/// An open invoice and how much of it this payment settles.
struct Share {
    id: Uuid,
    number: String,
    date: NaiveDate,
    amount: i64,
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
        let shares = self.shares(cx, customer.id, amount).await?;
        cx.fact(Fact { kind: "received", amount: Some(amount) });
        let bank = posting::account_for(cx, "bank").await?;
        let receivable = posting::account_for(cx, "receivable").await?;
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        let [number, entry_number] = draw(cx, [Series::Yearly("PAY", date), Series::Yearly("JE", date)]).await?;
        let memo = format!("Payment {number} from {}", customer.name);
        let legs = vec![Leg::debit(bank, None, amount), Leg::credit(receivable, Some(customer.id), amount)];
        let source = ("accounting.payments", id);
        let entry =
            posting::post(cx, NewEntry { number: &entry_number, date, memo: &memo, source, reverses: None, legs })
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
        let allocations = shares
            .into_iter()
            .map(|share| Settled { invoice: share.number, amount: Money::new(share.amount, &currency) });
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

impl Receive {
    /// What is settled: the named invoices, or the customer's open ones, oldest first.
    async fn shares(&self, cx: &mut Cx, customer: Uuid, amount: i64) -> Result<Vec<Share>> {
        let org = cx.org();
        let named: Option<Vec<Uuid>> = self.allocations.as_ref().map(|all| all.iter().map(|a| a.invoice.id).collect());
        let open = sqlx::query_as!(
            Share,
            r#"select i.id as "id!", i.number as "number!", i.date as "date!", i.open as "amount!"
               from invoice_states i
               where i.org_id = $1 and i.customer_id = $2 and i.status = 'posted' and i.open > 0 and ($3::uuid[] is null or i.id = any ($3))
               order by i.due_date, i.number"#,
            org, customer, named.as_deref()
        )
        .fetch_all(cx.db())
        .await?;
        let mut left = amount;
        match &self.allocations {
            None => Ok(open.into_iter().filter_map(|invoice| take(invoice, &mut left)).collect()),
            Some(wanted) => wanted
                .iter()
                .enumerate()
                .map(|(i, wanted)| self.named_share(cx, (i, wanted), &open, &mut left))
                .collect(),
        }
    }

    fn named_share(&self, cx: &Cx, (i, wanted): (usize, &Allocation), open: &[Share], left: &mut i64) -> Result<Share> {
        let at = format!("/allocations/{i}");
        let invoice = open.iter().find(|invoice| invoice.id == wanted.invoice.id).ok_or_else(|| {
            Refusal::invalid("not_open", &at, "This is no open invoice of the customer.")
                .fix("List the customer's open invoices.")
        })?;
        let amount = match wanted.amount {
            Some(amount) => amount.amount(cx.currency(), &format!("{at}/amount"))?,
            None => invoice.amount.min(*left),
        };
        if amount > invoice.amount {
            let detail = format!("Only {} of {} are open.", money(cx, invoice.amount), invoice.number);
            return Err(Refusal::invalid("exceeds_open", &at, detail).into());
        }
        if amount > *left || amount == 0 {
            return Err(Refusal::invalid("exceeds_payment", &at, "The payment does not reach that far.").into());
        }
        *left -= amount;
        Ok(Share { id: invoice.id, number: invoice.number.clone(), date: invoice.date, amount })
    }
}

fn take(mut invoice: Share, left: &mut i64) -> Option<Share> {
    invoice.amount = invoice.amount.min(*left);
    *left -= invoice.amount;
    (invoice.amount > 0).then_some(invoice)
}
