//! `accounting.reports.deferrals`

use std::collections::BTreeMap;
use std::fmt;

use chrono::{Datelike as _, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cx, Effect, Operation, Result};
use uuid::Uuid;

use super::balances::{Filter, up_to};
use crate::accounts::AccountName;
use crate::posting::money;
use crate::schedules::{ScheduleKind, steps};

/// Months that are shown one by one; what comes after them is one figure.
const MONTHS: u32 = 12;

/// Schedule of deferred and accrued income and expense: what is posted, what is left, and which month takes how much of it.
///
/// What is left is compared with the balances of the accounts that hold it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deferrals {
    /// The last day that counts. Today unless told.
    pub as_of: Option<NaiveDate>,
}

/// What a coming month takes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Coming {
    /// The first day of the month.
    pub month: NaiveDate,
    /// How much income or expense it takes.
    pub amount: Money,
}

/// A schedule on that day.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeferralRow {
    /// Its id.
    pub id: Uuid,
    /// What it is about.
    pub name: String,
    /// prepaid_expense, deferred_income, accrued_expense or accrued_income.
    #[schemars(with = "ScheduleKind")]
    pub kind: String,
    /// The account that holds what is deferred or accrued.
    pub account: AccountName,
    /// How much is spread in all.
    pub amount: Money,
    /// What income or expense has taken until then.
    pub recognised: Money,
    /// What its account holds of it.
    pub remaining: Money,
    /// What should have been posted by then and was not: `accounting.schedules.run` posts it.
    pub late: Money,
    /// What each of the next twelve months takes.
    pub coming: Vec<Coming>,
    /// What comes after them.
    pub later: Money,
}

/// An account that schedules hold amounts on.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeferralAccount {
    /// The account.
    pub account: AccountName,
    /// What the ledger says; debit is positive.
    pub ledger: Money,
    /// What is left of its schedules; debit is positive.
    pub schedules: Money,
    /// How much the ledger says more: something was posted past the schedules, or not booked to the account in the first place.
    pub difference: Money,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeferralReport {
    /// The last day that counts.
    pub as_of: NaiveDate,
    /// Schedules that something is left of, by name.
    pub rows: Vec<DeferralRow>,
    /// What each of the next twelve months takes of all of them: income is positive, expense negative.
    pub coming: Vec<Coming>,
    /// The accounts that hold it.
    pub accounts: Vec<DeferralAccount>,
}

impl fmt::Display for DeferralReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held: Vec<_> = self.rows.iter().filter(|row| row.remaining.minor != 0).collect();
        match held.len() {
            0 => write!(f, "Nothing is deferred or accrued as of {};", self.as_of)?,
            1 => write!(f, "1 schedule holds an amount as of {}:", self.as_of)?,
            many => write!(f, "{many} schedules hold amounts as of {}:", self.as_of)?,
        }
        for row in held {
            write!(f, " {} {} of {};", row.name, row.remaining, row.amount)?;
        }
        let apart = self.accounts.iter().filter(|account| account.difference.minor != 0).count();
        if apart == 0 { write!(f, " their accounts say the same.") } else { write!(f, " {apart} accounts differ.") }
    }
}

/// A schedule with what was posted of it by the day.
struct Row {
    id: Uuid,
    name: String,
    kind: String,
    amount: i64,
    months: i32,
    start: NaiveDate,
    cancelled: bool,
    account: Uuid,
    code: String,
    account_name: String,
    posted: i64,
}

impl Operation for Deferrals {
    const NAME: &'static str = "accounting.reports.deferrals";
    const EFFECT: Effect = Effect::Read;
    type Output = DeferralReport;

    async fn run(self, cx: &mut Cx) -> Result<DeferralReport> {
        let as_of = self.as_of.unwrap_or_else(|| cx.today());
        let found = found(cx, as_of).await?;
        let mut held: BTreeMap<Uuid, (AccountName, i64)> = BTreeMap::new();
        let mut all = [0; MONTHS as usize];
        let mut rows = Vec::new();
        for row in found {
            let (kind, months) = (ScheduleKind::of(&row.kind), months(&row, as_of));
            let remaining = if kind.is_accrual() { row.posted } else { row.amount - row.posted };
            let account = AccountName { id: row.account, code: row.code.clone(), name: row.account_name.clone() };
            held.entry(row.account).or_insert((account.clone(), 0)).1 +=
                if kind.is_asset() { remaining } else { -remaining };
            if remaining == 0 && months.is_empty() {
                continue;
            }
            for (sum, amount) in all.iter_mut().zip(months.next) {
                *sum += if kind.is_expense() { -amount } else { amount };
            }
            rows.push(DeferralRow {
                id: row.id,
                name: row.name,
                kind: row.kind,
                account,
                amount: money(cx, row.amount),
                recognised: money(cx, row.posted),
                remaining: money(cx, remaining),
                late: money(cx, months.late),
                coming: coming(cx, as_of, &months.next),
                later: money(cx, months.later),
            });
        }
        let [balances] = up_to(cx, [as_of], Filter { closing: true, ..Filter::default() }).await?;
        let accounts = held.into_values().map(|(account, scheduled)| {
            let ledger = balances.get(&account.id).map_or(0, |sums| sums.balance());
            DeferralAccount {
                account,
                ledger: money(cx, ledger),
                schedules: money(cx, scheduled),
                difference: money(cx, ledger - scheduled),
            }
        });
        Ok(DeferralReport { as_of, accounts: accounts.collect(), coming: coming(cx, as_of, &all), rows })
    }
}

async fn found(cx: &mut Cx, as_of: NaiveDate) -> Result<Vec<Row>> {
    let org = cx.org();
    let rows = sqlx::query_as!(
        Row,
        // what was taken back only later counted then
        r#"select s.id, s.name, s.kind, s.amount, s.months, s.start_date as start, s.cancelled_at is not null as "cancelled!",
               a.id as account, a.code, a.name as account_name, o.posted as "posted!"
           from schedules s join accounts a on a.org_id = s.org_id and a.id = s.balance_account_id
           cross join lateral (
               select coalesce(sum(o.amount), 0)::bigint as posted from occurrences o
               left join entries u on u.org_id = o.org_id and u.id = o.undone_by
               where o.org_id = s.org_id and o.schedule_id = s.id and o.date <= $2 and (u.id is null or u.date > $2)
           ) o where s.org_id = $1 order by s.name_key, s.id"#,
        org,
        as_of
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows)
}

/// The plan of a schedule as seen on a day.
#[derive(Default)]
struct Months12 {
    late: i64,
    next: [i64; MONTHS as usize],
    later: i64,
}

impl Months12 {
    fn is_empty(&self) -> bool {
        self.late == 0 && self.later == 0 && self.next.iter().all(|amount| *amount == 0)
    }
}

/// Cuts what is planned into months. Of an accrual what is given back on the first of the next month is left out: it is the
/// month's own income or expense that counts.
fn months(row: &Row, as_of: NaiveDate) -> Months12 {
    let mut cut = Months12::default();
    if row.cancelled {
        return cut;
    }
    let month = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
    let mut planned = 0;
    for step in steps(ScheduleKind::of(&row.kind), row.amount, row.months, row.start) {
        if step.date <= as_of {
            planned += step.amount;
        } else if step.amount > 0 {
            // the first month is that of the day after
            let ahead = month(step.date) - month(as_of.succ_opt().unwrap_or(as_of));
            match usize::try_from(ahead).ok().and_then(|ahead| cut.next.get_mut(ahead)) {
                Some(sum) => *sum += step.amount,
                None => cut.later += step.amount,
            }
        }
    }
    cut.late = planned - row.posted;
    cut
}

fn coming(cx: &Cx, as_of: NaiveDate, months: &[i64]) -> Vec<Coming> {
    let first = as_of.succ_opt().unwrap_or(as_of).with_day(1).unwrap_or(as_of);
    let mut coming = Vec::with_capacity(months.len());
    for (ahead, amount) in (0..).zip(months) {
        let Some(month) = first.checked_add_months(Months::new(ahead)) else { break };
        coming.push(Coming { month, amount: money(cx, *amount) });
    }
    coming
}
