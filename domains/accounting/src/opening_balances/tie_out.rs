//! `accounting.reports.import_tie_out`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cx, Effect, Operation, Result};

use super::SOURCE;
use crate::accounts::AccountName;
use crate::posting::money;

/// Tie-out of the opening balances: what was brought from the system before, beside what the ledger says on that day.
///
/// On accounts of customers and vendors that is the sum of the open items that were imported. It ties out when the account of
/// opening balances itself has nothing left.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningTieOut {
    /// The day of the opening balances.
    pub date: NaiveDate,
}

/// One account.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TieOutRow {
    /// The account.
    pub account: AccountName,
    /// Its opening balance as it was entered or imported, less what was taken back; debit is positive.
    pub given: Money,
    /// Its balance in the ledger on that day.
    pub ledger: Money,
    /// What the ledger says beyond that: other documents and entries up to that day.
    pub difference: Money,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TieOut {
    /// The day of the opening balances.
    pub date: NaiveDate,
    /// Accounts by code.
    pub rows: Vec<TieOutRow>,
    /// What is left on the account of opening balances; debit is positive.
    pub remaining: Money,
    /// Whether nothing is left there.
    pub tied_out: bool,
}

impl fmt::Display for TieOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accounts = self.rows.len();
        match self.tied_out {
            true => write!(f, "The opening balances of {} tie out: {accounts} accounts, nothing remains.", self.date),
            false => write!(
                f,
                "The opening balances of {} do not tie out: {} remain on the account of opening balances.",
                self.date, self.remaining
            ),
        }
    }
}

impl Operation for OpeningTieOut {
    const NAME: &'static str = "accounting.reports.import_tie_out";
    const EFFECT: Effect = Effect::Read;
    type Output = TieOut;

    async fn run(self, cx: &mut Cx) -> Result<TieOut> {
        let org = cx.org();
        let rows = sqlx::query!(
            r#"with given as (
                   select e.id from entries e where e.org_id = $1 and e.source = $3
                   union all
                   select i.entry_id from invoices i where i.org_id = $1 and i.opening_import_id is not null and i.entry_id is not null
               ),
               brought as (
                   select id from given
                   union all select e.id from entries e join given g on g.id = e.reverses where e.org_id = $1
               )
               select a.id, a.code, a.name, coalesce(a.purpose = 'opening', false) as "opening!",
                   coalesce(sum(l.debit - l.credit) filter (where o.id is not null), 0)::bigint as "given!",
                   sum(l.debit - l.credit)::bigint as "ledger!"
               from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
               left join brought o on o.id = l.entry_id
               where l.org_id = $1 and l.date <= $2
               group by a.id, a.code, a.name, a.purpose
               having sum(l.debit - l.credit) <> 0 or bool_or(o.id is not null) order by a.code"#,
            org,
            self.date,
            SOURCE
        )
        .fetch_all(cx.db())
        .await?;
        let remaining: i64 = rows.iter().filter(|row| row.opening).map(|row| row.ledger).sum();
        let rows = rows.into_iter().map(|row| TieOutRow {
            given: money(cx, row.given),
            ledger: money(cx, row.ledger),
            difference: money(cx, row.ledger - row.given),
            account: AccountName { id: row.id, code: row.code, name: row.name },
        });
        let rows = rows.collect();
        Ok(TieOut { date: self.date, rows, remaining: money(cx, remaining), tied_out: remaining == 0 })
    }
}
