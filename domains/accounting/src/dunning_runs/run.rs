//! `accounting.dunning_runs.run`

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::Money;
use steward_common::series::{Series, draw_several};
use steward_directory::parties::Party;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::cancel;
use crate::dunning_notices::{Asked, NoticeView, rows};
use crate::posting::money;

/// Dun the customers who are late: each gets one notice for its overdue invoices, at the level that they have reached.
///
/// No level is left out, and no invoice is dunned twice at one. Disputed invoices, customers who are not dunned and those whose credit covers it are left alone. Nothing is sent; cancelling the run takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The day to look at. Today unless told.
    pub as_of: Option<NaiveDate>,
    /// Only this customer: name, number or id.
    pub customer: Option<Ref<Party>>,
}

/// The notices.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Ran {
    /// The run.
    pub id: Uuid,
    /// Its day.
    pub date: NaiveDate,
    /// What they ask for in all, in the company's currency.
    pub total: Money,
    /// Its notices.
    pub notices: Vec<NoticeView>,
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count =
            if self.notices.len() == 1 { "1 notice".to_owned() } else { format!("{} notices", self.notices.len()) };
        write!(f, "Dunning of {}: {count}, {} in all.", self.date, self.total)?;
        self.notices.iter().try_for_each(|notice| write!(f, " {notice}."))
    }
}

/// An invoice that has reached a level.
struct Late {
    invoice: Uuid,
    party: Uuid,
    due_date: NaiveDate,
    amount: i64,
    company: i64,
    level: Uuid,
    level_no: i64,
    level_days: i32,
}

impl Operation for Run {
    const NAME: &'static str = "accounting.dunning_runs.run";
    const EFFECT: Effect = Effect::Write;
    type Output = Ran;

    async fn run(self, cx: &mut Cx) -> Result<Ran> {
        let date = self.as_of.unwrap_or_else(|| cx.today());
        if date > cx.today() {
            return Err(Refusal::invalid("date_in_future", "/as_of", format!("{date} has not come yet.")).into());
        }
        let late = late(cx, date, self.customer.map(|customer| customer.id)).await?;
        if late.is_empty() {
            let detail = format!("No invoice has reached another dunning level on {date}.");
            return Err(Refusal::conflict("nothing_to_dun", detail)
                .fix("Look at accounting.dunning_notices.list for what was asked for, and when.")
                .into());
        }
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        sqlx::query!(
            "insert into dunning_runs (org_id, id, date, created_at) values ($1, $2, $3, $4)",
            org,
            id,
            date,
            now
        )
        .execute(cx.db())
        .await?;
        write(cx, (id, date), &late).await?;
        let asked = Asked { run: Some(id), limit: i64::MAX, ..Asked::default() };
        let mut notices = rows(cx, &asked).await?;
        notices.sort_by(|a, b| a.number.cmp(&b.number));
        let total = money(cx, notices.iter().map(|notice| notice.total.minor).sum());
        Ok(Ran { id, date, total, notices })
    }

    fn undo(&self, output: &Ran, _: &Changes) -> Option<Call> {
        Some(call::<cancel::Cancel>(json!({ "id": output.id })))
    }
}

/// What has reached another level on a day.
async fn late(cx: &mut Cx, date: NaiveDate, customer: Option<Uuid>) -> Result<Vec<Late>> {
    let org = cx.org();
    let rows = sqlx::query_as!(
        Late,
        r#"select invoice_id as "invoice!", party_id as "party!", due_date as "due_date!", amount as "amount!", company_amount as "company!",
               level_id as "level!", level_no as "level_no!", level_days as "level_days!"
           from overdue_for_dunning($1, $2, $3) order by due_date, invoice_id"#,
        org,
        date,
        customer
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows)
}

/// Writes a notice for each customer, at the sharpest level of its invoices. Two round trips, however many there are.
async fn write(cx: &mut Cx, (run, date): (Uuid, NaiveDate), late: &[Late]) -> Result<()> {
    let mut sharpest: BTreeMap<Uuid, &Late> = BTreeMap::new();
    for one in late {
        let most = sharpest.entry(one.party).or_insert(one);
        if one.level_days > most.level_days {
            *most = one;
        }
    }
    let numbers = draw_several(cx, Series::Yearly("DUN", date), sharpest.len()).await?;
    let (org, now) = (cx.org(), cx.now());
    let notices: Vec<Uuid> = sharpest.iter().map(|_| cx.id()).collect();
    let parties: Vec<Uuid> = sharpest.keys().copied().collect();
    let levels: Vec<Uuid> = sharpest.values().map(|one| one.level).collect();
    let level_nos: Vec<i32> = sharpest.values().map(|one| i32::try_from(one.level_no).unwrap_or(i32::MAX)).collect();
    let ids: Vec<Uuid> = late.iter().map(|_| cx.id()).collect();
    let of: Vec<Uuid> = late.iter().map(|one| one.party).collect();
    let invoices: Vec<Uuid> = late.iter().map(|one| one.invoice).collect();
    let line_levels: Vec<Uuid> = late.iter().map(|one| one.level).collect();
    let days: Vec<i32> = late.iter().map(|one| one.level_days).collect();
    let due: Vec<NaiveDate> = late.iter().map(|one| one.due_date).collect();
    let amounts: Vec<i64> = late.iter().map(|one| one.amount).collect();
    let companies: Vec<i64> = late.iter().map(|one| one.company).collect();
    sqlx::query!(
        "with lines as (
             select * from unnest($10::uuid[], $11::uuid[], $12::uuid[], $13::uuid[], $14::int[], $15::date[], $16::bigint[], $17::bigint[])
                 as x (id, party, invoice, level, days, due, amount, company)),
         notices as (
             select * from unnest($5::uuid[], $6::text[], $7::uuid[], $8::uuid[], $9::int[]) as x (id, number, party, level, level_no)),
         written as (
             insert into dunning_notices (org_id, id, number, run_id, party_id, date, level_id, level_no, level_name, text, fee, total, created_at)
             select $1, n.id, n.number, $2, n.party, $3, l.id, n.level_no, l.name, l.text, l.fee,
                 (select sum(x.company) from lines x where x.party = n.party), $4
             from notices n join dunning_levels l on l.org_id = $1 and l.id = n.level)
         insert into dunning_notice_lines (org_id, id, notice_id, invoice_id, level_id, level_days, due_date, amount, company_amount)
         select $1, x.id, n.id, x.invoice, x.level, x.days, x.due, x.amount, x.company from lines x join notices n on n.party = x.party",
        org,
        run,
        date,
        now,
        &notices,
        &numbers,
        &parties,
        &levels,
        &level_nos,
        &ids,
        &of,
        &invoices,
        &line_levels,
        &days,
        &due,
        &amounts,
        &companies
    )
    .execute(cx.db())
    .await
    .on_constraint("dunned_once_a_level", || {
        Refusal::conflict("dunned_meanwhile", "Somebody has just dunned the same invoices.")
            .fix("Look at what that run did.")
    })?;
    Ok(())
}
