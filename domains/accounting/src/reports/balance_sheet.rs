//! `accounting.reports.balance_sheet`

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cx, Effect, Operation, Ref, Result};
use uuid::Uuid;

use super::balances::{BackDated, Balances, Filter, back_dated, up_to};
use super::statements::{Shape, StatementRow};
use super::tree;
use crate::dimensions::Dimension;
use crate::posting::money;

/// Balance sheet: assets, liabilities and equity at the end of a day, if wished beside another day.
///
/// Assets are always liabilities and equity together. The result of years that are not closed yet is a line of equity.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BalanceSheet {
    /// The last day that counts. Today unless told.
    pub as_of: Option<NaiveDate>,
    /// Another day, whose amounts stand beside.
    pub compare_to: Option<NaiveDate>,
    /// Only lines of this cost centre: its code, name or id. What its entries have on others is told as `difference`.
    pub dimension: Option<Ref<Dimension>>,
    /// Only lines of this project: its code, name or id. What its entries have on others is told as `difference`.
    pub project: Option<Ref<Dimension>>,
    /// Headings as well, with the sums of the accounts under them.
    pub levels: Option<bool>,
    /// A moment at which this was looked at before: entries written since, with dates in the report, are told as `back_dated`.
    pub unchanged_since: Option<DateTime<Utc>>,
}

/// What the sections come to.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SheetTotals {
    /// What we have.
    pub assets: Money,
    /// What we owe.
    pub liabilities: Money,
    /// What belongs to the owners, the result of open years with it.
    pub equity: Money,
    /// Profit (or loss, negative) of the years that are not closed yet.
    pub result: Money,
    /// Assets less liabilities and equity: zero, unless only a cost centre or project is looked at.
    pub difference: Money,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Sheet {
    /// The last day that counts.
    pub as_of: NaiveDate,
    /// The day that is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare_to: Option<NaiveDate>,
    /// Sections assets, liabilities and equity, accounts by code.
    pub rows: Vec<StatementRow>,
    /// Their sums.
    pub totals: SheetTotals,
    /// Their sums on the day that is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared_totals: Option<SheetTotals>,
    /// What was written since `unchanged_since` with a date in the report; nothing else can have changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_dated: Option<Vec<BackDated>>,
}

impl fmt::Display for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SheetTotals { assets, liabilities, equity, result, .. } = &self.totals;
        write!(
            f,
            "Balance sheet as of {}: assets {assets}, liabilities {liabilities}, equity {equity}, of which {result} are the result of open years.",
            self.as_of
        )
    }
}

impl Operation for BalanceSheet {
    const NAME: &'static str = "accounting.reports.balance_sheet";
    const EFFECT: Effect = Effect::Read;
    type Output = Sheet;

    async fn run(self, cx: &mut Cx) -> Result<Sheet> {
        let as_of = self.as_of.unwrap_or_else(|| cx.today());
        let filter = Filter::of(self.dimension, self.project, true);
        let days = [as_of, self.compare_to.unwrap_or_default()];
        let [now, then] = up_to(cx, days, filter).await?;
        let chart = tree::chart(cx).await?;
        let shape = Shape { compare: self.compare_to.is_some(), levels: self.levels == Some(true) };
        let of = |balances: &Balances, id: Uuid| balances.get(&id).map_or(0, |sums| sums.balance());
        let figures = |id: Uuid| [of(&now, id), if shape.compare { of(&then, id) } else { 0 }];
        let all = |node: &tree::Node| Some(figures(node.id));
        let (mut rows, assets) = shape.section(cx, &chart, ("assets", "asset", 1), all);
        let (owed, liabilities) = shape.section(cx, &chart, ("liabilities", "liability", -1), all);
        let (owned, equity) = shape.section(cx, &chart, ("equity", "equity", -1), all);
        let result = (chart.iter())
            .filter(|node| matches!(node.r#type.as_str(), "income" | "expense"))
            .map(|node| figures(node.id))
            .fold([0, 0], |[now, then], [a, b]| [now - a, then - b]);
        rows.extend(owed.into_iter().chain(owned));
        rows.push(shape.line(cx, "equity", "Result of open years", result));
        let totals = |i: usize| SheetTotals {
            assets: money(cx, assets[i]),
            liabilities: money(cx, liabilities[i]),
            equity: money(cx, equity[i] + result[i]),
            result: money(cx, result[i]),
            difference: money(cx, assets[i] - liabilities[i] - equity[i] - result[i]),
        };
        let (totals, compared_totals) = (totals(0), shape.compare.then(|| totals(1)));
        let back_dated = back_dated(cx, self.unchanged_since, (None, as_of)).await?;
        Ok(Sheet { as_of, compare_to: self.compare_to, rows, totals, compared_totals, back_dated })
    }
}
