//! `accounting.payment_runs.post`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::Dec;
use steward_tools::{Call, Changes, Cx, Effect, Fact, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::view::view;
use super::{PaymentRun, PaymentRunLine, PaymentRunStatus, PaymentRunView, VendorTotal, expect, locked, reverse};
use crate::payments::moved::{New, moved};
use crate::payments::{Allocation, Direction};

/// Post an approved payment run: one payment for each vendor, which settles its bills. All of it or nothing.
///
/// A bill that was paid in the meantime refuses it. Reversing the run takes all its payments back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The approved run: its number or id.
    pub id: Ref<PaymentRun>,
}

/// The run, posted.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Posted(pub PaymentRunView);

impl fmt::Display for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(f, "{} is posted: {}: {}.", head.title(), head.told(), self.0.details())
    }
}

impl Operation for Post {
    const NAME: &'static str = "accounting.payment_runs.post";
    const EFFECT: Effect = Effect::Final;
    type Output = Posted;

    async fn run(self, cx: &mut Cx) -> Result<Posted> {
        let run = locked(cx, self.id.id).await?;
        expect(&run, PaymentRunStatus::Approved)?;
        let run = still_open(cx, run).await?;
        let (org, id, now) = (cx.org(), run.head.id, cx.now());
        let mut payments = Vec::with_capacity(run.vendors.len());
        for vendor in &run.vendors {
            payments.push(pay(cx, &run, vendor).await?);
        }
        let total = sqlx::query_scalar!(
            r#"select sum(company_amount)::bigint as "total!" from payments where org_id = $1 and id = any ($2)"#,
            org,
            &payments
        )
        .fetch_one(cx.db())
        .await?;
        cx.fact(Fact { kind: "paid", amount: Some(total) });
        sqlx::query!(
            "update payment_runs set status = 'posted', version = version + 1, updated_at = $3 where org_id = $1 and id = $2",
            org,
            id,
            now
        )
        .execute(cx.db())
        .await?;
        Ok(Posted(view(cx, id).await?))
    }

    fn undo(&self, output: &Posted, _: &Changes) -> Option<Call> {
        Some(call::<reverse::Reverse>(json!({ "id": output.0.head.id, "reason": "Posted by mistake" })))
    }
}

/// Locks the bills, so that nobody settles them meanwhile, and refuses where less is open of one than is to be paid.
async fn still_open(cx: &mut Cx, run: PaymentRunView) -> Result<PaymentRunView> {
    let org = cx.org();
    let bills: Vec<Uuid> = run.lines.iter().map(|line| line.bill_id).collect();
    sqlx::query!("select from invoices where org_id = $1 and id = any ($2) order by id for no key update", org, &bills)
        .fetch_all(cx.db())
        .await?;
    let run = view(cx, run.head.id).await?;
    let settled: Vec<&PaymentRunLine> = run.lines.iter().filter(|line| line.open.minor < line.amount.minor).collect();
    let Some(first) = settled.first() else { return Ok(run) };
    let numbers: Vec<&str> = settled.iter().map(|line| &*line.bill).collect();
    let detail = format!(
        "{} was settled in the meantime: {} of {} are open, the run pays {}.",
        numbers.join(", "),
        first.open,
        &*first.bill,
        first.amount
    );
    Err(Refusal::conflict("bill_settled", detail)
        .fix("Cancel the run (accounting.payment_runs.cancel) and propose a new one, or reverse the other payment.")
        .into())
}

/// Pays a vendor and says so on the lines. Answers the payment.
async fn pay(cx: &mut Cx, run: &PaymentRunView, total: &VendorTotal) -> Result<Uuid> {
    let lines: Vec<&PaymentRunLine> = run.lines.iter().filter(|line| line.vendor.id == total.vendor.id).collect();
    let allocations = lines.iter().map(|line| Allocation {
        invoice: None,
        bill: Some(Ref::known(line.bill_id)),
        amount: Some(Dec(line.amount.decimal())),
    });
    let new = New {
        direction: Direction::Out,
        party: total.vendor.id,
        amount: Dec(total.amount.decimal()),
        date: Some(run.head.date),
        currency: Some(total.amount.currency.to_string()),
        rate: None,
        bank_account: run.head.bank_account.as_ref().map(|account| Ref::known(account.id)),
        reference: run.head.number.clone(),
        allocations: Some(allocations.collect()),
        without_discount: false,
    };
    let payment = moved(cx, new).await?.id;
    let (org, bills) = (cx.org(), lines.iter().map(|line| line.bill_id).collect::<Vec<_>>());
    sqlx::query!(
        "update payment_run_lines set payment_id = $4 where org_id = $1 and run_id = $2 and bill_id = any ($3)",
        org,
        run.head.id,
        &bills,
        payment
    )
    .execute(cx.db())
    .await?;
    Ok(payment)
}
