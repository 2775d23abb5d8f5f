//! `accounting.reports.profit_and_loss`

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cx, Effect, Operation, Ref, Refusal, Result};

use super::balances::{BackDated, Balances, Filter, back_dated, before, up_to, year_start};
use super::statements::{Shape, StatementRow};
use super::tree;
use crate::dimensions::Dimension;
use crate::posting::money;

/// Profit and loss: income, expenses and the result of a time, if wished beside another time.
///
/// Entries that close a year are left out, so that a closed year tells its profit as before.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfitAndLoss {
    /// The first day that counts; that of the fiscal year of the last day unless told.
    pub from: Option<NaiveDate>,
    /// The last day that counts. Today unless told.
    pub to: Option<NaiveDate>,
    /// The first day of the time that stands beside; with `compare_to`.
    pub compare_from: Option<NaiveDate>,
    /// The last day of the time that stands beside; with `compare_from`.
    pub compare_to: Option<NaiveDate>,
    /// Only lines of this cost centre: its code, name or id.
    pub dimension: Option<Ref<Dimension>>,
    /// Only lines of this project: its code, name or id.
    pub project: Option<Ref<Dimension>>,
    /// Headings as well, with the sums of the accounts under them.
    pub levels: Option<bool>,
    /// A moment at which this was looked at before: entries written since, with dates in the report, are told as `back_dated`.
    pub unchanged_since: Option<DateTime<Utc>>,
}

/// What the sections come to.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResultTotals {
    /// What we earned.
    pub income: Money,
    /// What we spent.
    pub expenses: Money,
    /// Income less expenses: a profit, or a loss where it is negative.
    pub result: Money,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResultReport {
    /// The first day that counts.
    pub from: NaiveDate,
    /// The last day that counts.
    pub to: NaiveDate,
    /// The first day of the time that is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare_from: Option<NaiveDate>,
    /// The last day of the time that is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare_to: Option<NaiveDate>,
    /// Sections income and expenses, accounts by code.
    pub rows: Vec<StatementRow>,
    /// Their sums.
    pub totals: ResultTotals,
    /// Their sums in the time that is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared_totals: Option<ResultTotals>,
    /// What was written since `unchanged_since` with a date in the report; nothing else can have changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_dated: Option<Vec<BackDated>>,
}

impl fmt::Display for ResultReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ResultTotals { income, expenses, result } = &self.totals;
        let word = if result.minor < 0 { "loss" } else { "profit" };
        write!(
            f,
            "Profit and loss from {} to {}: income {income}, expenses {expenses}, {word} {result}.",
            self.from, self.to
        )
    }
}

impl Operation for ProfitAndLoss {
    const NAME: &'static str = "accounting.reports.profit_and_loss";
    const EFFECT: Effect = Effect::Read;
    type Output = ResultReport;

    async fn run(self, cx: &mut Cx) -> Result<ResultReport> {
        let (from, to) = time(cx, self.from, self.to).await?;
        let compared = match (self.compare_from, self.compare_to) {
            (None, None) => None,
            (Some(from), Some(to)) if from <= to => Some((from, to)),
            _ => {
                let detail = "The time that stands beside has a first and a last day, in this order.";
                return Err(Refusal::invalid("compare_from_and_to", "/compare_from", detail).into());
            }
        };
        let filter = Filter::of(self.dimension, self.project, false);
        let (first, last) = compared.unwrap_or_default();
        let [start, end, first, last] = up_to(cx, [before(from), to, before(first), last], filter).await?;
        let chart = tree::chart(cx).await?;
        let shape = Shape { compare: compared.is_some(), levels: self.levels == Some(true) };
        let moved = |node: &tree::Node| {
            let of = |balances: &Balances| balances.get(&node.id).map_or(0, |sums| sums.balance());
            Some([of(&end) - of(&start), if shape.compare { of(&last) - of(&first) } else { 0 }])
        };
        let (mut rows, income) = shape.section(cx, &chart, ("income", "income", -1), moved);
        let (spent, expenses) = shape.section(cx, &chart, ("expenses", "expense", 1), moved);
        rows.extend(spent);
        let totals = |i: usize| ResultTotals {
            income: money(cx, income[i]),
            expenses: money(cx, expenses[i]),
            result: money(cx, income[i] - expenses[i]),
        };
        let (totals, compared_totals) = (totals(0), shape.compare.then(|| totals(1)));
        let back_dated = back_dated(cx, self.unchanged_since, (Some(from), to)).await?;
        let (compare_from, compare_to) = (self.compare_from, self.compare_to);
        Ok(ResultReport { from, to, compare_from, compare_to, rows, totals, compared_totals, back_dated })
    }
}

/// The days that are asked for: from the start of the fiscal year to today unless told.
pub(super) async fn time(
    cx: &mut Cx,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<(NaiveDate, NaiveDate)> {
    let to = to.unwrap_or_else(|| cx.today());
    let from = match from {
        Some(from) => from,
        None => year_start(cx, to).await?,
    };
    if from > to {
        return Err(Refusal::invalid("from_after_to", "/from", format!("The report ends on {to}.")).into());
    }
    Ok((from, to))
}
