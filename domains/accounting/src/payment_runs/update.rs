//! `accounting.payment_runs.update`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::propose::{Among, insert_lines, named, payable};
use super::view::view;
use super::{PaymentRun, PaymentRunLine, PaymentRunStatus, PaymentRunView, expect, locked};
use crate::bills::Bill;
use crate::payments::BillAllocation;

/// A bill of a run.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct RunBill {
    /// The bill: its number or id.
    pub bill: Ref<Bill>,
}

/// Change the draft of a payment run: its day, which bills it pays and how much of each.
///
/// With another day, discounts for paying early are reckoned anew where the amounts were as proposed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The draft run: its id.
    pub id: Ref<PaymentRun>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// What to add to the batch.
    #[schemars(length(max = 1000))]
    pub add: Option<Vec<BillAllocation>>,
    /// What to leave out.
    #[schemars(length(max = 1000))]
    pub remove: Option<Vec<RunBill>>,
    /// How much to pay of bills, never more than is open.
    #[schemars(length(max = 1000))]
    pub amounts: Option<Vec<BillAllocation>>,
    /// The new day of the batch.
    pub date: Option<NaiveDate>,
}

/// The draft as it is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Updated {
    /// As it is now.
    #[serde(flatten)]
    pub run: PaymentRunView,
    #[serde(skip)]
    before: Option<PaymentRunView>,
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed the draft payment run, now {}: {}.", self.run.head.told(), self.run.details())
    }
}

impl Operation for Update {
    const NAME: &'static str = "accounting.payment_runs.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let before = locked(cx, self.id.id).await?;
        expect(&before, PaymentRunStatus::Draft)?;
        let (org, id, now, person) = (cx.org(), before.head.id, cx.now(), cx.who().id);
        cx.expect_version_of("payment_runs", id, self.version, before.head.version).await?;
        let (date, currency) = (self.date.unwrap_or(before.head.date), before.head.total.currency.clone());
        sqlx::query!(
            "update payment_runs set date = $3, changed_by = $4, version = version + 1, updated_at = $5 where org_id = $1 and id = $2",
            org,
            id,
            date,
            person,
            now
        )
        .execute(cx.db())
        .await?;
        if date != before.head.date {
            redate(cx, &before, date).await?;
        }
        remove(cx, &before, self.remove.as_deref().unwrap_or_default()).await?;
        let added = self.add.unwrap_or_default();
        let added = named(cx, (date, &currency), &added, "/add").await?;
        insert_lines(cx, id, &added).await?;
        let told = self.amounts.unwrap_or_default();
        let amounts = named(cx, (date, &currency), &told, "/amounts").await?;
        set_amounts(cx, id, &amounts.iter().map(|one| (one.bill, one.amount)).collect::<Vec<_>>()).await?;
        let run = view(cx, id).await?;
        if run.lines.is_empty() {
            let detail = "No bill would be left in the payment run.";
            return Err(Refusal::conflict("nothing_to_pay", detail).fix("Delete the draft instead.").into());
        }
        Ok(Updated { run, before: Some(before) })
    }

    /// The lines and the day as they were.
    fn undo(&self, output: &Updated, _: &Changes) -> Option<Call> {
        let (before, now) = (output.before.as_ref()?, &output.run);
        let beside = |all: &PaymentRunView, of: &PaymentRunView| -> Vec<Value> {
            let other = |line: &&PaymentRunLine| of.lines.iter().all(|o| o.bill_id != line.bill_id);
            all.lines.iter().filter(other).map(|line| json!({"bill": line.bill_id})).collect()
        };
        let amounts: Vec<Value> = before.lines.iter().map(PaymentRunLine::argument).collect();
        let mut arguments = Map::new();
        arguments.insert("id".into(), json!(now.head.id));
        arguments.insert("amounts".into(), json!(amounts));
        if before.head.date != now.head.date {
            arguments.insert("date".into(), json!(before.head.date));
        }
        for (key, bills) in [("add", beside(before, now)), ("remove", beside(now, before))] {
            arguments.extend((!bills.is_empty()).then(|| (key.to_owned(), json!(bills))));
        }
        Some(call::<Self>(Value::Object(arguments)))
    }
}

/// With another day another discount may be had: of what was as proposed.
async fn redate(cx: &mut Cx, before: &PaymentRunView, date: NaiveDate) -> Result<()> {
    let bills: Vec<Uuid> = before.lines.iter().map(|line| line.bill_id).collect();
    let currency = &before.head.total.currency;
    let among = |date| Among {
        date,
        currency,
        due_until: None,
        discount_until: None,
        vendors: None,
        bills: Some(&bills),
        free: false,
    };
    let was = payable(cx, &among(before.head.date)).await?;
    let now = payable(cx, &among(date)).await?;
    let mut amounts = Vec::new();
    for line in &before.lines {
        let as_proposed = was.iter().any(|one| one.bill == line.bill_id && one.amount == line.amount.minor);
        let anew = now.iter().find(|one| as_proposed && one.bill == line.bill_id);
        amounts.extend(anew.map(|one| (one.bill, one.amount)));
    }
    set_amounts(cx, before.head.id, &amounts).await
}

async fn remove(cx: &mut Cx, run: &PaymentRunView, bills: &[RunBill]) -> Result<()> {
    let absent = bills.iter().position(|one| run.lines.iter().all(|line| line.bill_id != one.bill.id));
    if let Some(i) = absent {
        return Err(not_in_run(&format!("/remove/{i}")).into());
    }
    let (org, bills) = (cx.org(), bills.iter().map(|one| one.bill.id).collect::<Vec<_>>());
    sqlx::query!(
        "delete from payment_run_lines where org_id = $1 and run_id = $2 and bill_id = any ($3)",
        org,
        run.head.id,
        &bills
    )
    .execute(cx.db())
    .await?;
    Ok(())
}

async fn set_amounts(cx: &mut Cx, run: Uuid, amounts: &[(Uuid, i64)]) -> Result<()> {
    let org = cx.org();
    let (bills, minor): (Vec<Uuid>, Vec<i64>) = amounts.iter().copied().unzip();
    let set = sqlx::query!(
        "update payment_run_lines l set amount = a.amount from unnest($3::uuid[], $4::bigint[]) as a (bill, amount)
         where l.org_id = $1 and l.run_id = $2 and l.bill_id = a.bill",
        org,
        run,
        &bills,
        &minor
    )
    .execute(cx.db())
    .await?;
    if usize::try_from(set.rows_affected()) == Ok(amounts.len()) { Ok(()) } else { Err(not_in_run("/amounts").into()) }
}

fn not_in_run(at: &str) -> Refusal {
    Refusal::invalid("not_in_run", at, "This bill is not in the payment run.").fix("Add it first, or leave it out.")
}
