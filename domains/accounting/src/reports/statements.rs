//! What balance sheet, profit and loss and cash flow have in common.

use schemars::JsonSchema;
use serde::Serialize;
use steward_common::Money;
use steward_tools::Cx;

use super::tree::{self, Node};
use crate::accounts::AccountName;
use crate::posting::money;

/// A line of a statement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatementRow {
    /// The part of the statement it stands in.
    pub section: String,
    /// The account; absent where the line is worked out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountName>,
    /// What it says.
    pub name: String,
    /// What it comes to, with the sign that is usual in its section.
    pub amount: Money,
    /// What it came to on the day or in the time that is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<Money>,
    /// How much more it is than what is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Money>,
    /// With levels: how deep it stands in the chart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// With levels: whether it is a heading, whose figures are those of the accounts under it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<bool>,
}

/// How the lines are told.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) compare: bool,
    pub(super) levels: bool,
}

impl Shape {
    /// A line that is worked out.
    pub(super) fn line(self, cx: &Cx, section: &str, name: &str, [amount, compared]: [i64; 2]) -> StatementRow {
        StatementRow {
            section: section.to_owned(),
            account: None,
            name: name.to_owned(),
            amount: money(cx, amount),
            compared: self.compare.then(|| money(cx, compared)),
            change: self.compare.then(|| money(cx, amount - compared)),
            level: self.levels.then_some(1),
            heading: self.levels.then_some(false),
        }
    }

    /// The accounts of one type, and what they come to. `sign` is that of the section: 1 where debit is positive.
    pub(super) fn section(
        self,
        cx: &Cx,
        chart: &[Node],
        (section, of, sign): (&str, &str, i64),
        figures: impl Fn(&Node) -> Option<[i64; 2]>,
    ) -> (Vec<StatementRow>, [i64; 2]) {
        let rows = tree::rows(chart, self.levels, |node| {
            let [amount, compared] = figures(node).filter(|_| node.r#type == of)?;
            (amount != 0 || compared != 0).then_some([amount * sign, compared * sign])
        });
        let sum = |i: usize| rows.iter().filter(|row| !row.node.heading).map(|row| row.figures[i]).sum();
        let sums = [sum(0), sum(1)];
        let rows = rows.iter().map(|row| StatementRow {
            account: Some(row.node.named()),
            level: self.levels.then_some(row.level),
            heading: self.levels.then_some(row.node.heading),
            ..self.line(cx, section, &row.node.name, row.figures)
        });
        (rows.collect(), sums)
    }
}
