//! Open foreign amounts restated at the rate of a day: unrealised differences of exchange, taken back the day after.

mod book;
mod entity;
pub mod get;
pub mod list;
mod open;
pub mod reverse;
pub mod run;

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::{Dec, Money};
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Named, Refusal, Result};
use uuid::Uuid;

use crate::accounts::Account;
use crate::bills::Bill;
use crate::entries::Entry;
use crate::invoices::Invoice;
use crate::posting::money;
pub use entity::Revaluation;

/// What entries name as their source.
const SOURCE: &str = "accounting.revaluations";

/// Where a revaluation stands.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum RevaluationStatus {
    /// In the books, on its day.
    Posted,
    /// Taken back.
    Reversed,
}

/// A revaluation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RevaluationView {
    /// Its id.
    pub id: Uuid,
    /// The day whose rates it takes.
    pub date: NaiveDate,
    /// posted or reversed.
    pub status: RevaluationStatus,
    /// What is worth more, or owed less, than the books have it.
    pub gain: Money,
    /// What is worth less, or owed more.
    pub loss: Money,
    /// The entry on that day.
    pub entry: Named<Entry>,
    /// The entry that takes it back the day after.
    pub reversal: Named<Entry>,
}

impl fmt::Display for RevaluationView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { date, gain, loss, entry, reversal, .. } = self;
        write!(f, "of {date}: unrealised gain {gain}, loss {loss} ({entry}, taken back by {reversal} the day after)")
    }
}

/// What was restated.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RevaluationLineView {
    /// The invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Named<Invoice>>,
    /// The bill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bill: Option<Named<Bill>>,
    /// The account that is kept in a foreign currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Named<Account>>,
    /// The other side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyName>,
    /// What was open.
    pub open: Money,
    /// The rate of the day.
    pub rate: Dec,
    /// As the books had it.
    pub company_open: Money,
    /// By how much more it is at that rate.
    pub difference: Money,
}

/// Revaluations, latest first, or one.
async fn rows(
    cx: &mut Cx,
    id: Option<Uuid>,
    after: Option<(NaiveDate, Uuid)>,
    limit: i64,
) -> Result<Vec<RevaluationView>> {
    let org = cx.org();
    let (after_date, after_id) = after.unzip();
    let rows = sqlx::query!(
        r#"select r.id, r.date, r.reversed_at is not null as "reversed!", r.gain, r.loss, e.number as entry, b.number as reversal
           from revaluations r join entries e on e.org_id = r.org_id and e.id = r.entry_id
           join entries b on b.org_id = r.org_id and b.id = r.reversal_entry_id
           where r.org_id = $1 and ($2::uuid is null or r.id = $2) and ($3::date is null or (r.date, r.id) < ($3, $4))
           order by r.date desc, r.id desc limit $5"#,
        org,
        id,
        after_date,
        after_id,
        limit
    )
    .fetch_all(cx.db())
    .await?;
    let views = rows.into_iter().map(|row| RevaluationView {
        id: row.id,
        date: row.date,
        status: if row.reversed { RevaluationStatus::Reversed } else { RevaluationStatus::Posted },
        gain: money(cx, row.gain),
        loss: money(cx, row.loss),
        entry: row.entry.into(),
        reversal: row.reversal.into(),
    });
    Ok(views.collect())
}

/// The revaluation as it is now.
async fn view(cx: &mut Cx, id: Uuid) -> Result<RevaluationView> {
    rows(cx, Some(id), None, 1).await?.pop().ok_or_else(|| Refusal::not_found("revaluation").into())
}

/// What it restated.
async fn lines(cx: &mut Cx, id: Uuid) -> Result<Vec<RevaluationLineView>> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select i.side as "side?", i.number, a.code as "account?", p.id as "party?", p.number as "party_number?", p.name as "party_name?",
               l.currency, l.open, l.rate, l.company_open, l.amount
           from revaluation_lines l left join invoices i on i.org_id = l.org_id and i.id = l.invoice_id
           left join accounts a on a.org_id = l.org_id and a.id = l.account_id
           left join parties p on p.org_id = l.org_id and p.id = l.party_id
           where l.org_id = $1 and l.revaluation_id = $2 order by i.side desc nulls last, i.number, a.code, l.currency"#,
        org,
        id
    )
    .fetch_all(cx.db())
    .await?;
    let views = rows.into_iter().map(|row| {
        let sale = row.side.as_deref() == Some("sale");
        let party = row.party.zip(row.party_number).zip(row.party_name);
        RevaluationLineView {
            invoice: row.number.clone().filter(|_| sale).map(Named::from),
            bill: row.number.filter(|_| !sale).map(Named::from),
            account: row.account.map(Named::from),
            party: party.map(|((id, number), name)| PartyName { id, number, name }),
            open: Money::new(row.open, &row.currency),
            rate: Dec(row.rate.normalize()),
            company_open: money(cx, row.company_open),
            difference: money(cx, row.amount),
        }
    });
    Ok(views.collect())
}
