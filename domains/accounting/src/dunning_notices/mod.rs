//! Dunning notices: what a customer was asked to pay, when, and how sharply. Sending them is not part of it.

pub mod cancel;
mod entity;
pub mod get;
pub mod list;

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Refusal, Result};
use uuid::Uuid;

use crate::posting::money;
pub use entity::DunningNotice;

/// Where a dunning notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum NoticeStatus {
    /// It counts: its invoices reach the next level only after it.
    Issued,
    /// Taken back, as if it had never been.
    Cancelled,
}

/// A dunning notice without its invoices.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NoticeView {
    /// Its id.
    pub id: Uuid,
    /// Its number (`DUN-2026-00042`).
    pub number: String,
    /// Who is asked to pay.
    pub customer: PartyName,
    /// Its day.
    pub date: NaiveDate,
    /// issued or cancelled.
    pub status: NoticeStatus,
    /// Which level it is: the first is 1.
    pub level: i32,
    /// What the level was called.
    pub level_name: String,
    /// How many invoices it asks for.
    pub invoices: i64,
    /// What was overdue, in the company's currency.
    pub total: Money,
    /// What is asked for beside it; not in the books.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee: Option<Money>,
}

impl fmt::Display for NoticeView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, customer, level_name, invoices, total, .. } = self;
        let s = if *invoices == 1 { "" } else { "s" };
        write!(f, "{number} to {}: {level_name}, {invoices} invoice{s}, {total}", customer.name)?;
        if let Some(fee) = &self.fee {
            write!(f, " and a fee of {fee}")?;
        }
        if self.status == NoticeStatus::Cancelled { write!(f, ", cancelled") } else { Ok(()) }
    }
}

/// Which notices are asked for.
#[derive(Default)]
pub(crate) struct Asked {
    pub(crate) id: Option<Uuid>,
    pub(crate) run: Option<Uuid>,
    pub(crate) customer: Option<Uuid>,
    pub(crate) cancelled: Option<bool>,
    pub(crate) after: Option<(NaiveDate, Uuid)>,
    pub(crate) limit: i64,
}

/// Notices, latest first.
pub(crate) async fn rows(cx: &mut Cx, asked: &Asked) -> Result<Vec<NoticeView>> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select n.id, n.number, n.party_id, p.number as party_number, p.name as party, n.date, n.cancelled_at is not null as "cancelled!",
               n.level_no, n.level_name, n.fee, n.total,
               (select count(*) from dunning_notice_lines l where l.org_id = n.org_id and l.notice_id = n.id) as "invoices!"
           from dunning_notices n join parties p on p.org_id = n.org_id and p.id = n.party_id
           where n.org_id = $1 and ($2::uuid is null or n.id = $2) and ($3::uuid is null or n.run_id = $3)
             and ($4::uuid is null or n.party_id = $4) and ($5::bool is null or $5 = (n.cancelled_at is not null))
             and ($6::date is null or $7::uuid is null or (n.date, n.id) < ($6, $7))
           order by n.date desc, n.id desc limit $8"#,
        org,
        asked.id,
        asked.run,
        asked.customer,
        asked.cancelled,
        asked.after.map(|after| after.0),
        asked.after.map(|after| after.1),
        asked.limit
    )
    .fetch_all(cx.db())
    .await?;
    let views = rows.into_iter().map(|row| NoticeView {
        id: row.id,
        number: row.number,
        customer: PartyName { id: row.party_id, number: row.party_number, name: row.party },
        date: row.date,
        status: if row.cancelled { NoticeStatus::Cancelled } else { NoticeStatus::Issued },
        level: row.level_no,
        level_name: row.level_name,
        invoices: row.invoices,
        total: money(cx, row.total),
        fee: row.fee.map(|fee| money(cx, fee)),
    });
    Ok(views.collect())
}

/// The notice as it is now.
async fn view(cx: &mut Cx, id: Uuid) -> Result<NoticeView> {
    let asked = Asked { id: Some(id), limit: 1, ..Asked::default() };
    rows(cx, &asked).await?.pop().ok_or_else(|| Refusal::not_found("dunning notice").into())
}
