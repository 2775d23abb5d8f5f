//! `accounting.reports.trial_balance`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cx, Effect, Operation, Refusal, Result};

use crate::accounts::AccountName;
use crate::posting::money;

/// Trial balance: debits, credits and balance of every account that was posted to.
///
/// With `from`, what was before is the opening balance. Debits and credits of all accounts are always equal.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrialBalance {
    /// The last day that counts. Today unless told.
    pub as_of: Option<NaiveDate>,
    /// The first day whose movements are shown; all from the beginning unless told.
    pub from: Option<NaiveDate>,
}

/// One account.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BalanceRow {
    /// The account.
    pub account: AccountName,
    /// asset, liability, equity, income or expense.
    #[schemars(with = "crate::accounts::list::AccountType")]
    pub r#type: String,
    /// Balance before `from`; debit is positive.
    pub opening: Money,
    /// Debits of the time.
    pub debit: Money,
    /// Credits of the time.
    pub credit: Money,
    /// Balance at the end; debit is positive.
    pub balance: Money,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BalanceReport {
    /// The last day that counts.
    pub as_of: NaiveDate,
    /// The first day of the movements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Accounts by code.
    pub rows: Vec<BalanceRow>,
    /// Debits and credits of all accounts, and their difference, which is zero (A4).
    pub totals: BalanceTotals,
}

/// Sums of a trial balance.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BalanceTotals {
    /// All debits.
    pub debit: Money,
    /// All credits.
    pub credit: Money,
    /// Debits less credits of all time: zero.
    pub balance: Money,
}

impl fmt::Display for BalanceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Trial balance as of {}: {} accounts, debits {} and credits {}.",
            self.as_of,
            self.rows.len(),
            self.totals.debit,
            self.totals.credit
        )
    }
}

impl Operation for TrialBalance {
    const NAME: &'static str = "accounting.reports.trial_balance";
    const EFFECT: Effect = Effect::Read;
    type Output = BalanceReport;

    async fn run(self, cx: &mut Cx) -> Result<BalanceReport> {
        let (org, as_of) = (cx.org(), self.as_of.unwrap_or_else(|| cx.today()));
        if self.from.is_some_and(|from| from > as_of) {
            return Err(Refusal::invalid("from_after_as_of", "/from", format!("The report ends on {as_of}.")).into());
        }
        let rows = sqlx::query!(
            r#"select a.id, a.code, a.name, a.type as "type",
                   coalesce(sum(l.debit - l.credit) filter (where l.date < $3), 0)::bigint as "opening!",
                   coalesce(sum(l.debit) filter (where $3::date is null or l.date >= $3), 0)::bigint as "debit!",
                   coalesce(sum(l.credit) filter (where $3::date is null or l.date >= $3), 0)::bigint as "credit!"
               from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
               where l.org_id = $1 and l.date <= $2
               group by a.id, a.code, a.name, a.type order by a.code"#,
            org,
            as_of,
            self.from
        )
        .fetch_all(cx.db())
        .await?;
        let sum = |minor: Vec<i64>| money(cx, minor.into_iter().sum());
        let totals = BalanceTotals {
            debit: sum(rows.iter().map(|r| r.debit).collect()),
            credit: sum(rows.iter().map(|r| r.credit).collect()),
            balance: sum(rows.iter().map(|r| r.opening + r.debit - r.credit).collect()),
        };
        let rows = rows.into_iter().map(|row| BalanceRow {
            opening: money(cx, row.opening),
            debit: money(cx, row.debit),
            credit: money(cx, row.credit),
            balance: money(cx, row.opening + row.debit - row.credit),
            account: AccountName { id: row.id, code: row.code, name: row.name },
            r#type: row.r#type,
        });
        Ok(BalanceReport { as_of, from: self.from, rows: rows.collect(), totals })
    }
}
