//! `accounting.reports.aged_receivables`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_directory::parties::{Party, PartyName};
use steward_tools::{Cx, Effect, Operation, Ref, Result};
use uuid::Uuid;

use crate::documents::Side;
use crate::posting::money;

/// Who owes us money, how much, and how late they are paying: open receivables of customers by age.
///
/// Largest debtor first. Unallocated payments and credits are shown apart and deducted, so that the total is the balance of the receivables account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgedReceivables {
    /// The day to look at. Today unless told.
    pub as_of: Option<NaiveDate>,
    /// Only this customer: name, number or id.
    pub customer: Option<Ref<Party>>,
}

/// Open amounts by days past the due date.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Ages {
    /// All that is owed: the ages less the unallocated.
    pub total: Money,
    /// Not due yet.
    pub not_due: Money,
    /// 1 to 30 days late.
    pub days_1_30: Money,
    /// 31 to 60 days late.
    pub days_31_60: Money,
    /// 61 to 90 days late.
    pub days_61_90: Money,
    /// More than 90 days late.
    pub days_over_90: Money,
    /// Payments and credits that settle no invoice yet.
    pub unallocated: Money,
}

/// What one customer owes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Debtor {
    /// The customer.
    pub customer: PartyName,
    /// What it owes, by age.
    #[serde(flatten)]
    pub ages: Ages,
    /// The invoice that is open longest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_due_date: Option<NaiveDate>,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AgedReport {
    /// The day it is about.
    pub as_of: NaiveDate,
    /// Customers who owe or are owed something, largest first.
    pub rows: Vec<Debtor>,
    /// Sums of all rows.
    pub totals: Ages,
}

impl fmt::Display for AgedReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rows.as_slice() {
            [] => write!(f, "Nobody owes anything as of {}.", self.as_of),
            [only] if only.ages.total.minor < 0 => {
                let credit = Money::new(-only.ages.total.minor, &only.ages.total.currency);
                write!(f, "{} owes nothing and has a credit of {credit} as of {}.", only.customer.name, self.as_of)
            }
            [only] => write!(f, "{} owes {} as of {}.", only.customer.name, only.ages.total, self.as_of),
            [first, rest @ ..] => write!(
                f,
                "{} customers owe {} as of {}; {} owes the most: {}.",
                rest.len() + 1,
                self.totals.total,
                self.as_of,
                first.customer.name,
                first.ages.total
            ),
        }
    }
}

pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) number: String,
    pub(super) name: String,
    total: i64,
    not_due: i64,
    d30: i64,
    d60: i64,
    d90: i64,
    older: i64,
    unallocated: i64,
    pub(super) oldest: Option<NaiveDate>,
}

impl Operation for AgedReceivables {
    const NAME: &'static str = "accounting.reports.aged_receivables";
    const EFFECT: Effect = Effect::Read;
    type Output = AgedReport;

    async fn run(self, cx: &mut Cx) -> Result<AgedReport> {
        let as_of = self.as_of.unwrap_or_else(|| cx.today());
        let rows = aged(cx, Side::Sale, as_of, self.customer.map(|customer| customer.id)).await?;
        let totals = ages(cx, &rows);
        let rows = rows.into_iter().map(|row| debtor(cx, row)).collect();
        Ok(AgedReport { as_of, rows, totals })
    }
}

/// What is open by age, party by party: of one, or of all; largest first. What customers owe us, and what we owe vendors, is
/// positive.
pub(super) async fn aged(cx: &mut Cx, side: Side, as_of: NaiveDate, party: Option<Uuid>) -> Result<Vec<Row>> {
    let (org, sign) = (cx.org(), if side == Side::Sale { 1_i64 } else { -1 });
    let rows = sqlx::query_as!(
        Row,
        // of what is open alone, however long the history; summed by customer before anybody's name is looked up
        // instalments are aged each by itself; documents that have them are few, and found by an index of their own
        r#"with parts as materialized (
               select o.id from open_items o where o.org_id = $1 and o.control = $5 and o.closed_on > $2 and o.in_instalments
           ),
           items as materialized (
               select o.party_id as customer_id, case when o.kind = 'invoice' then o.due_date end as due_date, $4::bigint * o.rest as rest
               from open_items_on($1, $2) o
               where o.control = $5 and ($3::uuid is null or o.party_id = $3) and o.id not in (select id from parts)
               union all
               select o.party_id, s.due_date, s.rest
               from parts i join open_items_on($1, $2) o on o.id = i.id
               cross join lateral open_instalments($1, o.id, $4::bigint * o.rest) s
               where $3::uuid is null or o.party_id = $3
           ),
           sums as (
               select customer_id, sum(rest)::bigint as total,
                   coalesce(sum(rest) filter (where due_date >= $2), 0)::bigint as not_due,
                   coalesce(sum(rest) filter (where $2 - due_date between 1 and 30), 0)::bigint as d30,
                   coalesce(sum(rest) filter (where $2 - due_date between 31 and 60), 0)::bigint as d60,
                   coalesce(sum(rest) filter (where $2 - due_date between 61 and 90), 0)::bigint as d90,
                   coalesce(sum(rest) filter (where $2 - due_date > 90), 0)::bigint as older,
                   coalesce(-sum(rest) filter (where due_date is null), 0)::bigint as unallocated,
                   min(due_date) filter (where rest > 0) as oldest
               from items where rest <> 0
               group by customer_id
           )
           select p.id, p.number, p.name, s.total as "total!", s.not_due as "not_due!", s.d30 as "d30!", s.d60 as "d60!",
               s.d90 as "d90!", s.older as "older!", s.unallocated as "unallocated!", s.oldest
           from sums s join parties p on p.org_id = $1 and p.id = s.customer_id
           order by s.total desc, p.name, p.id"#,
        org,
        as_of,
        party,
        sign,
        side.control()
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows)
}

/// The ages of all these together.
pub(super) fn ages(cx: &Cx, rows: &[Row]) -> Ages {
    let sum = |column: fn(&Row) -> i64| money(cx, rows.iter().map(column).sum());
    Ages {
        total: sum(|r| r.total),
        not_due: sum(|r| r.not_due),
        days_1_30: sum(|r| r.d30),
        days_31_60: sum(|r| r.d60),
        days_61_90: sum(|r| r.d90),
        days_over_90: sum(|r| r.older),
        unallocated: sum(|r| r.unallocated),
    }
}

fn debtor(cx: &Cx, row: Row) -> Debtor {
    Debtor {
        ages: ages(cx, std::slice::from_ref(&row)),
        customer: PartyName { id: row.id, number: row.number, name: row.name },
        oldest_due_date: row.oldest,
    }
}
