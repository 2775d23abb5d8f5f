//! `accounting.reports.tie_outs`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cx, Effect, Operation, Result};

use super::balances::{Filter, up_to};
use super::tree;
use crate::posting::money;

/// Tie-out of sub-ledgers: what documents leave open beside the balance of their control accounts, and the difference.
///
/// The difference is always zero; another figure means that the books were changed past Steward.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TieOuts {
    /// The last day that counts. Today unless told.
    pub as_of: Option<NaiveDate>,
}

/// A sub-ledger and its control accounts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TieOutRow {
    /// receivable or payable.
    pub control: String,
    /// Codes of its control accounts.
    pub accounts: String,
    /// What the control accounts say; debit is positive.
    pub ledger: Money,
    /// What is open of invoices, credit notes and payments; what is owed to us is positive.
    pub documents: Money,
    /// How much the control accounts say more.
    pub difference: Money,
    /// How many documents are open.
    pub open_items: i64,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TieOutReport {
    /// The last day that counts.
    pub as_of: NaiveDate,
    /// One for each kind of control account.
    pub rows: Vec<TieOutRow>,
    /// Whether all differences are zero.
    pub ties: bool,
}

impl fmt::Display for TieOutReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ties {
            return write!(f, "Every sub-ledger equals its control accounts as of {}.", self.as_of);
        }
        write!(f, "As of {} sub-ledgers differ from their control accounts:", self.as_of)?;
        let apart = self.rows.iter().filter(|row| row.difference.minor != 0);
        apart.into_iter().try_for_each(|row| write!(f, " {} ({}) by {}.", row.control, row.accounts, row.difference))
    }
}

impl Operation for TieOuts {
    const NAME: &'static str = "accounting.reports.tie_outs";
    const EFFECT: Effect = Effect::Read;
    type Output = TieOutReport;

    async fn run(self, cx: &mut Cx) -> Result<TieOutReport> {
        let (org, as_of) = (cx.org(), self.as_of.unwrap_or_else(|| cx.today()));
        let [balances] = up_to(cx, [as_of], Filter { closing: true, ..Filter::default() }).await?;
        let chart = tree::chart(cx).await?;
        let open = sqlx::query!(
            r#"select control, coalesce(sum(rest), 0)::bigint as "open!", count(*) as "items!" from (
                   select o.control, open_at(o, $2) as rest from open_items o where o.org_id = $1 and o.closed_on > $2 and o.date <= $2
               ) o where rest <> 0 group by control"#,
            org,
            as_of
        )
        .fetch_all(cx.db())
        .await?;
        let rows = ["receivable", "payable"].into_iter().filter_map(|control| {
            let accounts: Vec<_> = chart.iter().filter(|node| node.control.as_deref() == Some(control)).collect();
            let found = open.iter().find(|row| row.control == control);
            if accounts.is_empty() && found.is_none() {
                return None;
            }
            let ledger = accounts.iter().filter_map(|node| balances.get(&node.id)).map(|sums| sums.balance()).sum();
            let (documents, open_items) = found.map_or((0, 0), |row| (row.open, row.items));
            Some(TieOutRow {
                control: control.to_owned(),
                accounts: accounts.iter().map(|node| node.code.as_str()).collect::<Vec<_>>().join(", "),
                ledger: money(cx, ledger),
                documents: money(cx, documents),
                difference: money(cx, ledger - documents),
                open_items,
            })
        });
        let rows: Vec<TieOutRow> = rows.collect();
        Ok(TieOutReport { as_of, ties: rows.iter().all(|row| row.difference.minor == 0), rows })
    }
}
