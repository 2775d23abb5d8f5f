//! Vendor bills: drafted, approved, posted, then paid or taken back by what settles them.

pub mod approve;
pub mod create;
pub mod debit;
pub mod delete;
mod entity;
pub mod get;
pub mod list;
pub mod post;
pub mod update;
pub mod write_off;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::{Dec, Money};
use steward_directory::parties::PartyName;
use steward_tools::Cx;
use uuid::Uuid;

use crate::documents::head::Head;
pub use crate::documents::{Line, LineView, Totals};
pub use entity::Bill;

/// Where a bill stands.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum BillStatus {
    /// Entered; can be changed and deleted.
    Draft,
    /// Somebody has agreed that it is right; it can be posted.
    Approved,
    /// In the books, nothing paid yet.
    Posted,
    /// In the books, a part is paid.
    PartlyPaid,
    /// Nothing is open any more.
    Paid,
    /// Taken back by debit notes.
    Credited,
}

impl BillStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Approved => "approved",
            Self::Posted => "posted",
            Self::PartlyPaid => "partly_paid",
            Self::Paid => "paid",
            Self::Credited => "credited",
        }
    }
}

/// A bill without its lines.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BillHead {
    /// Its id.
    pub id: Uuid,
    /// Counts changes of the draft.
    pub version: i32,
    /// Its number (`BILL-2026-00042`), given at posting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Who is to be paid.
    pub vendor: PartyName,
    /// draft, approved, posted, `partly_paid`, paid or credited.
    #[schemars(with = "BillStatus")]
    pub status: String,
    /// Date of the bill.
    pub date: NaiveDate,
    /// When it is due.
    pub due_date: NaiveDate,
    /// The number that the vendor gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor_number: Option<String>,
    /// Our reference, such as an order number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// A note on the bill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// Its sums.
    pub totals: Totals,
    /// Units of the company's currency for one of the bill's, where it is in another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Dec>,
    /// What it comes to in the company's currency, where it is in another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_gross: Option<Money>,
    /// Whether its prices include tax.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tax_inclusive: bool,
}

impl BillHead {
    fn of(cx: &Cx, head: Head) -> Self {
        Self {
            vendor: head.party(),
            totals: head.totals(),
            rate: head.exchange(cx),
            company_gross: head.company(cx),
            id: head.id,
            version: head.version,
            number: head.number,
            status: head.state,
            date: head.date,
            due_date: head.due_date,
            vendor_number: head.vendor_number,
            reference: head.reference,
            memo: head.memo,
            tax_inclusive: head.tax_inclusive,
        }
    }
    /// `BILL-2026-00042`, or what a draft is called.
    fn title(&self) -> String {
        self.number.clone().unwrap_or_else(|| "The draft".to_owned())
    }
}
