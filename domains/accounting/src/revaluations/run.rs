//! `accounting.revaluations.run`

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Fact, OnConstraint, Operation, Ref, Refusal, Result, call, codes};
use uuid::Uuid;

use super::book::{About, day_after, legs, post};
use super::open::{Restated, restated};
use super::{RevaluationLineView, RevaluationView, lines, reverse, view};
use crate::accounts::Account;
use crate::posting::Leg;

/// Restate what is open in foreign currency at the rates of a day: unrealised gains and losses of exchange.
///
/// One entry is posted on that day, and another takes it back the day after, so that what is settled later is reckoned from the rate of its document. Reversing takes both back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The day whose rates are taken, such as the last of a month.
    pub date: NaiveDate,
    /// Bank or cash accounts that are kept in a foreign currency, to be restated too.
    #[schemars(length(max = 50))]
    pub accounts: Option<Vec<Ref<Account>>>,
}

/// What was posted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Ran {
    /// The revaluation.
    #[serde(flatten)]
    pub revaluation: RevaluationView,
    /// What was restated.
    pub lines: Vec<RevaluationLineView>,
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Revaluation {}.", self.revaluation)
    }
}

impl Operation for Run {
    const NAME: &'static str = "accounting.revaluations.run";
    const EFFECT: Effect = Effect::Final;
    type Output = Ran;

    async fn run(self, cx: &mut Cx) -> Result<Ran> {
        let (id, date) = (cx.id(), self.date);
        if date > cx.today() {
            let detail = format!("{date} has not come yet.");
            return Err(Refusal::invalid("date_in_future", "/date", detail).into());
        }
        free(cx, date).await?;
        let accounts: Vec<Uuid> = self.accounts.unwrap_or_default().iter().map(|account| account.id).collect();
        kept(cx, &accounts).await?;
        let restated = restated(cx, date, &accounts).await?;
        let legs = legs(cx, &restated).await?;
        if restated.iter().all(|one| one.difference == 0) {
            let detail = format!("Nothing that is open in foreign currency on {date} differs from the books.");
            return Err(Refusal::conflict("nothing_to_revalue", detail).into());
        }
        let gain = restated.iter().map(|one| one.earns().max(0)).sum::<i64>();
        let loss = restated.iter().map(|one| (-one.earns()).max(0)).sum::<i64>();
        cx.fact(Fact { kind: "revalued", amount: Some(gain.max(loss)) });
        let memo = format!("Revaluation of {date}");
        let entry = post(cx, About { revaluation: id, date, memo: &memo, reverses: None }, legs.clone()).await?;
        let back = legs.into_iter().map(Leg::mirrored).collect();
        let memo = format!("Revaluation of {date}, taken back");
        let about = About { revaluation: id, date: day_after(date), memo: &memo, reverses: Some(entry) };
        let reversal = post(cx, about, back).await?;
        insert(cx, (id, date), (gain, loss), (entry, reversal)).await?;
        insert_lines(cx, id, &restated).await?;
        Ok(Ran { revaluation: view(cx, id).await?, lines: lines(cx, id).await? })
    }

    fn undo(&self, output: &Ran, _: &Changes) -> Option<Call> {
        Some(call::<reverse::Reverse>(json!({ "id": output.revaluation.id, "reason": "Run by mistake" })))
    }
}

/// Refuses a day that is restated already.
async fn free(cx: &mut Cx, date: NaiveDate) -> Result<()> {
    let org = cx.org();
    let taken = sqlx::query_scalar!(
        r#"select exists (select from revaluations where org_id = $1 and date = $2 and reversed_at is null) as "taken!""#,
        org,
        date
    )
    .fetch_one(cx.db())
    .await?;
    if taken { Err(already(date).into()) } else { Ok(()) }
}

/// The named accounts can be kept in a foreign currency.
async fn kept(cx: &mut Cx, accounts: &[Uuid]) -> Result<()> {
    let org = cx.org();
    let fit = sqlx::query_scalar!(
        r#"select count(*) as "fit!" from accounts where org_id = $1 and id = any ($2) and type in ('asset', 'liability') and control is null
             and not heading"#,
        org,
        accounts
    )
    .fetch_one(cx.db())
    .await?;
    if usize::try_from(fit) == Ok(accounts.len()) {
        return Ok(());
    }
    let detail =
        "Bank and cash accounts are named once each, and no control account: its documents are restated anyway.";
    Err(Refusal::invalid(codes::INVALID_INPUT, "/accounts", detail).into())
}

fn already(date: NaiveDate) -> Refusal {
    Refusal::conflict("already_revalued", format!("What is open on {date} is restated already."))
        .fix("Reverse that revaluation first (accounting.revaluations.reverse).")
}

async fn insert(
    cx: &mut Cx,
    (id, date): (Uuid, NaiveDate),
    (gain, loss): (i64, i64),
    (entry, reversal): (Uuid, Uuid),
) -> Result<()> {
    let (org, now) = (cx.org(), cx.now());
    sqlx::query!(
        "insert into revaluations (org_id, id, date, gain, loss, entry_id, reversal_entry_id, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        org,
        id,
        date,
        gain,
        loss,
        entry,
        reversal,
        now
    )
    .execute(cx.db())
    .await
    .on_constraint("revaluation_once_a_day", || already(date))?;
    Ok(())
}

async fn insert_lines(cx: &mut Cx, id: Uuid, restated: &[Restated]) -> Result<()> {
    let org = cx.org();
    let ids: Vec<Uuid> = restated.iter().map(|_| cx.id()).collect();
    let invoices: Vec<Option<Uuid>> = restated.iter().map(|one| one.of.invoice).collect();
    let accounts: Vec<Option<Uuid>> =
        restated.iter().map(|one| one.of.invoice.is_none().then_some(one.of.account)).collect();
    let parties: Vec<Option<Uuid>> = restated.iter().map(|one| one.of.party).collect();
    let currencies: Vec<String> = restated.iter().map(|one| one.of.currency.clone()).collect();
    let opens: Vec<i64> = restated.iter().map(|one| one.of.open).collect();
    let rates: Vec<Decimal> = restated.iter().map(|one| one.rate).collect();
    let companies: Vec<i64> = restated.iter().map(|one| one.of.company_open).collect();
    let amounts: Vec<i64> = restated.iter().map(|one| one.difference).collect();
    sqlx::query!(
        "insert into revaluation_lines (org_id, id, revaluation_id, invoice_id, account_id, party_id, currency, open, rate, company_open, amount)
         select $1, l.id, $2, l.invoice, l.account, l.party, l.currency, l.open, l.rate, l.company, l.amount
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::bigint[], $9::numeric[], $10::bigint[], $11::bigint[])
             as l (id, invoice, account, party, currency, open, rate, company, amount)",
        org,
        id,
        &ids,
        &invoices as &[Option<Uuid>],
        &accounts as &[Option<Uuid>],
        &parties as &[Option<Uuid>],
        &currencies,
        &opens,
        &rates,
        &companies,
        &amounts
    )
    .execute(cx.db())
    .await?;
    Ok(())
}
