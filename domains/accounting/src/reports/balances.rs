//! What accounts stand at, as of any day: whole months as they are kept, and the lines of the month that has begun.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use steward_tools::{Cx, Named, Ref, Result};
use uuid::Uuid;

use crate::dimensions::Dimension;

/// Which lines count.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Filter {
    pub(super) dimension: Option<Uuid>,
    pub(super) project: Option<Uuid>,
    /// Whether entries that carry a year's result to equity count. A year that is closed still tells its profit without them.
    pub(super) closing: bool,
}

impl Filter {
    /// The filter that a cost centre and a project make.
    pub(super) fn of(dimension: Option<Ref<Dimension>>, project: Option<Ref<Dimension>>, closing: bool) -> Self {
        Self { dimension: dimension.map(|of| of.id), project: project.map(|of| of.id), closing }
    }
}

/// Debits and credits of an account up to a day.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) debit: i64,
    pub(super) credit: i64,
}

impl Sums {
    /// Debit is positive.
    pub(super) const fn balance(self) -> i64 {
        self.debit - self.credit
    }
}

/// Accounts that were posted to, with what was posted.
pub(super) type Balances = BTreeMap<Uuid, Sums>;

/// What stood on the accounts at the end of each of these days.
pub(super) async fn up_to<const N: usize>(cx: &mut Cx, days: [NaiveDate; N], filter: Filter) -> Result<[Balances; N]> {
    let org = cx.org();
    let rows = sqlx::query!(
        // the month that has begun is read account by account, along the index
        r#"with cut as (
               select d.i, d.day, date_trunc('month', d.day + 1)::date as first from unnest($2::date[]) with ordinality as d (day, i)
           ),
           closings as (
               select e.id from journals j cross join lateral (
                   select e.id from entries e where e.org_id = $1 and e.journal_id = j.id
                     and e.date >= (select min(first) from cut) and e.date <= (select max(day) from cut) offset 0
               ) e where j.org_id = $1 and j.kind = 'closing' and not $5
           ),
           parts as (
               select c.i, b.account_id, b.debit, b.credit from cut c
               join account_balances b on b.org_id = $1 and b.month < c.first and ($5 or not b.closing)
                   and ($3::uuid is null or $3 in (b.dimension_id, b.project_id)) and ($4::uuid is null or $4 in (b.dimension_id, b.project_id))
               union all
               select c.i, a.id, l.debit, l.credit from cut c join accounts a on a.org_id = $1 and c.first <= c.day
               cross join lateral (
                   select sum(l.debit)::bigint as debit, sum(l.credit)::bigint as credit
                   from entry_lines l where l.org_id = $1 and l.account_id = a.id and l.date >= c.first and l.date <= c.day
                     and ($3::uuid is null or $3 in (l.dimension_id, l.project_id)) and ($4::uuid is null or $4 in (l.dimension_id, l.project_id))
                     and ($5 or l.entry_id not in (select id from closings))
               ) l where l.debit is not null
           )
           select i as "i!", account_id as "account!", sum(debit)::bigint as "debit!", sum(credit)::bigint as "credit!"
           from parts group by 1, 2"#,
        org,
        &days[..],
        filter.dimension,
        filter.project,
        filter.closing
    )
    .fetch_all(cx.db())
    .await?;
    let mut balances = [const { Balances::new() }; N];
    for row in rows {
        if let Some(balances) = usize::try_from(row.i - 1).ok().and_then(|i| balances.get_mut(i)) {
            balances.insert(row.account, Sums { debit: row.debit, credit: row.credit });
        }
    }
    Ok(balances)
}

/// The day before; the first day there is has none.
pub(super) fn before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}

/// The first day of the fiscal year that a day is in; of the calendar year, where it is in none.
pub(super) async fn year_start(cx: &mut Cx, day: NaiveDate) -> Result<NaiveDate> {
    let org = cx.org();
    let start = sqlx::query_scalar!(
        "select start_date from fiscal_years where org_id = $1 and $2 between start_date and end_date",
        org,
        day
    )
    .fetch_optional(cx.db())
    .await?;
    Ok(start.or_else(|| NaiveDate::from_ymd_opt(day.year(), 1, 1)).unwrap_or(day))
}

/// An entry that was written later than somebody looked, with a date that had been reported on already.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BackDated {
    /// Number of the entry.
    pub entry: Named<crate::entries::Entry>,
    /// Its accounting date.
    pub date: NaiveDate,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// What it is about.
    pub memo: String,
}

/// Why a report says other than it did at `since` (A13): the entries of its days that were written after, at most 1,000.
pub(super) async fn back_dated(
    cx: &mut Cx,
    since: Option<DateTime<Utc>>,
    (from, to): (Option<NaiveDate>, NaiveDate),
) -> Result<Option<Vec<BackDated>>> {
    let Some(since) = since else { return Ok(None) };
    let org = cx.org();
    let rows = sqlx::query!(
        "select number, date, created_at, memo from entries
         where org_id = $1 and created_at > $2 and ($3::date is null or date >= $3) and date <= $4 order by created_at, number limit 1000",
        org,
        since,
        from,
        to
    )
    .fetch_all(cx.db())
    .await?;
    let told = rows.into_iter().map(|row| BackDated {
        entry: row.number.into(),
        date: row.date,
        created_at: row.created_at,
        memo: row.memo,
    });
    Ok(Some(told.collect()))
}
