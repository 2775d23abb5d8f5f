//! `accounting.reports.cash_flow`

use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cx, Effect, Operation, Result};
use uuid::Uuid;

use super::balances::{Balances, Filter, before, up_to};
use super::profit_and_loss::time;
use super::statements::{Shape, StatementRow};
use super::tree::{self, Node};
use crate::posting::money;

/// Cash flow statement (indirect): from the profit over what did not move cash to the change of cash and bank.
///
/// Depreciation and working capital are operating, fixed assets are investing, loans and equity are financing; the names of accounts and of their headings decide.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CashFlow {
    /// The first day that counts; that of the fiscal year of the last day unless told.
    pub from: Option<NaiveDate>,
    /// The last day that counts. Today unless told.
    pub to: Option<NaiveDate>,
}

/// What the sections come to.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FlowTotals {
    /// From the business itself.
    pub operating: Money,
    /// From buying and selling what stays.
    pub investing: Money,
    /// From owners and lenders.
    pub financing: Money,
    /// All three together.
    pub change: Money,
    /// Cash and bank before the first day.
    pub opening: Money,
    /// Cash and bank at the end of the last day: opening and change.
    pub closing: Money,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FlowReport {
    /// The first day that counts.
    pub from: NaiveDate,
    /// The last day that counts.
    pub to: NaiveDate,
    /// Sections operating, investing and financing; what brings cash is positive.
    pub rows: Vec<StatementRow>,
    /// Their sums, and the cash that they explain.
    pub totals: FlowTotals,
}

impl fmt::Display for FlowReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FlowTotals { operating, investing, financing, opening, closing, .. } = &self.totals;
        write!(
            f,
            "Cash flow from {} to {}: operating {operating}, investing {investing}, financing {financing}; cash went from {opening} to {closing}.",
            self.from, self.to
        )
    }
}

const SECTIONS: [&str; 3] = ["operating", "investing", "financing"];
const CASH: [&str; 2] = ["cash", "bank"];
const WORN: [&str; 4] = ["depreciation", "amortisation", "amortization", "impairment"];
const FIXED: [&str; 15] = [
    "non-current",
    "noncurrent",
    "fixed",
    "long-term",
    "property",
    "plant",
    "equipment",
    "furniture",
    "machinery",
    "vehicle",
    "building",
    "land",
    "intangible",
    "goodwill",
    "investment",
];
const LENT: [&str; 9] =
    ["loan", "borrowing", "mortgage", "bond", "lease", "notes payable", "debenture", "long-term", "non-current"];

impl Operation for CashFlow {
    const NAME: &'static str = "accounting.reports.cash_flow";
    const EFFECT: Effect = Effect::Read;
    type Output = FlowReport;

    async fn run(self, cx: &mut Cx) -> Result<FlowReport> {
        let (from, to) = time(cx, self.from, self.to).await?;
        let [start, end] = up_to(cx, [before(from), to], Filter::default()).await?;
        let chart = tree::chart(cx).await?;
        let paid_to = paid_to(cx).await?;
        let of = |balances: &Balances, id: Uuid| balances.get(&id).map_or(0, |sums| sums.balance());
        let moved = |node: &Node| of(&end, node.id) - of(&start, node.id);
        let shape = Shape { compare: false, levels: false };
        let (mut cash, mut result, mut sums) = ([0, 0], 0, [0; 3]);
        let mut rows = Vec::new();
        for node in chart.iter().filter(|node| !node.heading) {
            let Some(section) = section(&chart, node, &paid_to) else {
                cash = [cash[0] + of(&start, node.id), cash[1] + of(&end, node.id)];
                continue;
            };
            if matches!(node.r#type.as_str(), "income" | "expense") {
                result -= moved(node);
            } else if moved(node) != 0 {
                let line = shape.line(cx, SECTIONS[section], &node.name, [-moved(node), 0]);
                rows.push((section, StatementRow { account: Some(node.named()), ..line }));
            }
            sums[section] -= moved(node);
        }
        rows.sort_by_key(|(section, _)| *section);
        let mut told = vec![shape.line(cx, SECTIONS[0], "Result", [result, 0])];
        told.extend(rows.into_iter().map(|(_, row)| row));
        let [operating, investing, financing] = sums.map(|sum| money(cx, sum));
        let totals = FlowTotals {
            operating,
            investing,
            financing,
            change: money(cx, sums.iter().sum()),
            opening: money(cx, cash[0]),
            closing: money(cx, cash[1]),
        };
        Ok(FlowReport { from, to, rows: told, totals })
    }
}

/// Accounts that payments were booked on.
async fn paid_to(cx: &mut Cx) -> Result<BTreeSet<Uuid>> {
    let org = cx.org();
    let ids = sqlx::query_scalar!(
        r#"select a.id as "id!" from accounts a
           where a.org_id = $1 and a.type = 'asset' and exists (select from payments p where p.org_id = $1 and p.account_id = a.id)"#,
        org
    )
    .fetch_all(cx.db())
    .await?;
    Ok(ids.into_iter().collect())
}

/// Where the movements of an account stand; cash itself stands nowhere.
fn section(chart: &[Node], node: &Node, paid_to: &BTreeSet<Uuid>) -> Option<usize> {
    let named = |words: &[&str]| {
        let mut at = Some(node);
        // a tree is no deeper than there are accounts
        for _ in 0..chart.len() {
            let Some(node) = at else { break };
            let name = node.name.to_lowercase();
            if words.iter().any(|word| name.contains(word)) {
                return true;
            }
            at = node.parent.and_then(|parent| chart.iter().find(|above| above.id == parent));
        }
        false
    };
    let section = match node.r#type.as_str() {
        "asset" if node.control.is_some() => 0,
        "asset" if node.purpose.as_deref() == Some("bank") || paid_to.contains(&node.id) => return None,
        "asset" if node.purpose.is_some() || named(&WORN) => 0,
        "asset" if named(&CASH) => return None,
        "asset" if named(&FIXED) => 1,
        "liability" if node.purpose.is_none() && node.control.is_none() && named(&LENT) => 2,
        "equity" => 2,
        _ => 0,
    };
    Some(section)
}
