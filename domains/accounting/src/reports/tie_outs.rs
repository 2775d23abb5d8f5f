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
    /// By how much a revaluation of that day states open foreign documents higher.
    pub revaluation: Money,
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
            // a revaluation is taken back the day after, so that only one of this very day stands
            r#"select control as "control!", coalesce(sum(rest), 0)::bigint as "open!", count(*) filter (where rest <> 0) as "items!",
                   coalesce(sum(revalued), 0)::bigint as "revalued!"
               from (
                   select control, rest, 0 as revalued from open_items_on($1, $2)
                   union all
                   select case i.side when 'sale' then 'receivable' else 'payable' end, 0, case i.side when 'sale' then l.amount else -l.amount end
                   from revaluations r join revaluation_lines l on l.org_id = r.org_id and l.revaluation_id = r.id
                   join invoices i on i.org_id = l.org_id and i.id = l.invoice_id
                   where r.org_id = $1 and r.date = $2 and r.reversed_at is null
               ) o group by control"#,
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
            let revaluation = found.map_or(0, |row| row.revalued);
            Some(TieOutRow {
                control: control.to_owned(),
                accounts: accounts.iter().map(|node| node.code.as_str()).collect::<Vec<_>>().join(", "),
                ledger: money(cx, ledger),
                documents: money(cx, documents),
                revaluation: money(cx, revaluation),
                difference: money(cx, ledger - documents - revaluation),
                open_items,
            })
        });
        let rows: Vec<TieOutRow> = rows.collect();
        Ok(TieOutReport { as_of, ties: rows.iter().all(|row| row.difference.minor == 0), rows })
    }
}
