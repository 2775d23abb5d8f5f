//! Write-offs: what of an invoice or bill will not be paid.

mod entity;
pub mod get;
pub mod list;
pub mod reverse;
pub(crate) mod write;

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Named, Refusal, Result};
use uuid::Uuid;

use crate::bills::Bill;
use crate::entries::Entry;
use crate::invoices::Invoice;
pub use entity::WriteOff;

/// Where a write-off stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum WriteOffStatus {
    /// In the books.
    Posted,
    /// Taken back.
    Reversed,
}

/// A write-off.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WriteOffView {
    /// Its id.
    pub id: Uuid,
    /// Its number (`WO-2026-00042`).
    pub number: String,
    /// The invoice that it settles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Named<Invoice>>,
    /// The bill that it settles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bill: Option<Named<Bill>>,
    /// The other side.
    pub party: PartyName,
    /// posted or reversed.
    pub status: WriteOffStatus,
    /// Its day.
    pub date: NaiveDate,
    /// How much.
    pub amount: Money,
    /// The tax in it that was taken back.
    pub tax: Money,
    /// Why.
    pub reason: String,
    /// The entry that posted it.
    pub entry: Named<Entry>,
    /// The entry that reversed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversal: Option<Named<Entry>>,
}

impl WriteOffView {
    /// The number of the document.
    fn document(&self) -> &str {
        self.invoice.as_deref().or(self.bill.as_deref()).unwrap_or_default()
    }
}

impl fmt::Display for WriteOffView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.reason.trim_end_matches('.');
        write!(f, "{} of {} on {} ({}): {reason}", self.number, self.amount, self.document(), self.party.name)?;
        match &self.reversal {
            Some(by) => write!(f, ", reversed by {by}."),
            None => write!(f, "."),
        }
    }
}

/// A row as the tables hold it.
struct Row {
    id: Uuid,
    number: String,
    side: String,
    document: String,
    party_id: Uuid,
    party_number: String,
    party: String,
    date: NaiveDate,
    amount: i64,
    currency: String,
    tax: i64,
    reason: Option<String>,
    entry: String,
    reversal: Option<String>,
}

impl Row {
    fn view(self) -> WriteOffView {
        let sale = self.side == "sale";
        let (invoice, bill) = if sale { (Some(self.document), None) } else { (None, Some(self.document)) };
        WriteOffView {
            id: self.id,
            number: self.number,
            invoice: invoice.map(Named::from),
            bill: bill.map(Named::from),
            party: PartyName { id: self.party_id, number: self.party_number, name: self.party },
            status: if self.reversal.is_some() { WriteOffStatus::Reversed } else { WriteOffStatus::Posted },
            date: self.date,
            amount: Money::new(self.amount, &self.currency),
            tax: Money::new(self.tax, &self.currency),
            reason: self.reason.unwrap_or_default(),
            entry: self.entry.into(),
            reversal: self.reversal.map(Named::from),
        }
    }
}

/// Which write-offs are asked for.
#[derive(Default)]
struct Asked {
    id: Option<Uuid>,
    party: Option<Uuid>,
    document: Option<Uuid>,
    reversed: Option<bool>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    after: Option<(NaiveDate, Uuid)>,
    limit: i64,
}

/// Write-offs, latest first.
async fn rows(cx: &mut Cx, asked: &Asked) -> Result<Vec<WriteOffView>> {
    let org = cx.org();
    let rows = sqlx::query_as!(
        Row,
        r#"select j.id, j.number as "number!", i.side, i.number as "document!", j.party_id, p.number as party_number, p.name as party, j.date,
               j.amount, j.currency, j.reason, e.number as entry, r.number as "reversal?",
               coalesce((select sum(t.tax) from document_taxes t
                   where t.org_id = j.org_id and t.adjustment_id = j.id and not t.reverse_charge), 0)::bigint as "tax!"
           from adjustments j join invoices i on i.org_id = j.org_id and i.id = j.invoice_id
           join parties p on p.org_id = j.org_id and p.id = j.party_id
           join entries e on e.org_id = j.org_id and e.id = j.entry_id
           left join entries r on r.org_id = j.org_id and r.reverses = j.entry_id
           where j.org_id = $1 and j.kind = 'write_off' and ($2::uuid is null or j.id = $2) and ($3::uuid is null or j.party_id = $3)
             and ($4::uuid is null or j.invoice_id = $4) and ($5::bool is null or $5 = (r.id is not null))
             and ($6::date is null or j.date >= $6) and ($7::date is null or j.date <= $7)
             and ($8::date is null or $9::uuid is null or (j.date, j.id) < ($8, $9))
           order by j.date desc, j.id desc limit $10"#,
        org,
        asked.id,
        asked.party,
        asked.document,
        asked.reversed,
        asked.from,
        asked.to,
        asked.after.map(|after| after.0),
        asked.after.map(|after| after.1),
        asked.limit
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows.into_iter().map(Row::view).collect())
}

/// The write-off as it is now.
async fn view(cx: &mut Cx, id: Uuid) -> Result<WriteOffView> {
    let asked = Asked { id: Some(id), limit: 1, ..Asked::default() };
    rows(cx, &asked).await?.pop().ok_or_else(|| Refusal::not_found("write-off").into())
}
