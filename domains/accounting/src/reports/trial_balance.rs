//! `accounting.reports.trial_balance`

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cx, Effect, Operation, Ref, Refusal, Result};

use super::balances::{BackDated, Filter, back_dated, before, up_to};
use super::tree::{self, Row};
use crate::accounts::AccountName;
use crate::dimensions::Dimension;
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
    /// Another day, whose balances stand beside.
    pub compare_to: Option<NaiveDate>,
    /// Only lines of this cost centre: its code, name or id. Then debits and credits need not be equal.
    pub dimension: Option<Ref<Dimension>>,
    /// Only lines of this project: its code, name or id. Then debits and credits need not be equal.
    pub project: Option<Ref<Dimension>>,
    /// Headings as well, with the sums of the accounts under them.
    pub levels: Option<bool>,
    /// A moment at which this was looked at before: entries written since, with dates in the report, are told as `back_dated`.
    pub unchanged_since: Option<DateTime<Utc>>,
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
    /// Balance on the day that is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<Money>,
    /// With levels: how deep it stands in the chart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// With levels: whether it is a heading, whose figures are those of the accounts under it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<bool>,
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
    /// The day that is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare_to: Option<NaiveDate>,
    /// What was written since `unchanged_since` with a date in the report; nothing else can have changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_dated: Option<Vec<BackDated>>,
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
        let as_of = self.as_of.unwrap_or_else(|| cx.today());
        if self.from.is_some_and(|from| from > as_of) {
            return Err(Refusal::invalid("from_after_as_of", "/from", format!("The report ends on {as_of}.")).into());
        }
        let filter = Filter::of(self.dimension, self.project, true);
        let levels = self.levels == Some(true);
        // a day that nobody asked for costs nothing
        let days = [as_of, self.from.map(before).unwrap_or_default(), self.compare_to.unwrap_or_default()];
        let [end, opening, compared] = up_to(cx, days, filter).await?;
        let chart = tree::chart(cx).await?;
        let rows = tree::rows(&chart, levels, |node| {
            let (end, compared) = (end.get(&node.id), compared.get(&node.id).filter(|_| self.compare_to.is_some()));
            end.or(compared)?;
            let end = end.copied().unwrap_or_default();
            let opening = self.from.and_then(|_| opening.get(&node.id)).copied().unwrap_or_default();
            let compared = compared.copied().unwrap_or_default().balance();
            Some([opening.balance(), end.debit - opening.debit, end.credit - opening.credit, compared])
        });
        let sum = |of: fn([i64; 4]) -> i64| {
            money(cx, rows.iter().filter(|row| !row.node.heading).map(|row| of(row.figures)).sum())
        };
        let totals = BalanceTotals {
            debit: sum(|[_, debit, ..]| debit),
            credit: sum(|[_, _, credit, _]| credit),
            balance: sum(|[opening, debit, credit, _]| opening + debit - credit),
        };
        let rows = rows.iter().map(|row| told(cx, row, self.compare_to.is_some(), levels)).collect();
        let back_dated = back_dated(cx, self.unchanged_since, (None, as_of)).await?;
        Ok(BalanceReport { as_of, from: self.from, rows, totals, compare_to: self.compare_to, back_dated })
    }
}

fn told(cx: &Cx, row: &Row<'_, 4>, compare: bool, levels: bool) -> BalanceRow {
    let [opening, debit, credit, compared] = row.figures;
    BalanceRow {
        opening: money(cx, opening),
        debit: money(cx, debit),
        credit: money(cx, credit),
        balance: money(cx, opening + debit - credit),
        compared: compare.then(|| money(cx, compared)),
        level: levels.then_some(row.level),
        heading: levels.then_some(row.node.heading),
        account: row.node.named(),
        r#type: row.node.r#type.clone(),
    }
}
