//! Customer invoices: draft, posted, then paid or credited by what settles them.

pub mod create;
pub mod credit;
pub mod delete;
pub mod dispute;
mod entity;
pub mod get;
pub mod list;
pub mod post;
pub mod settle_dispute;
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
pub use entity::Invoice;

/// Where an invoice stands.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum InvoiceStatus {
    /// Prepared; can be deleted.
    Draft,
    /// In the books, nothing paid yet.
    Posted,
    /// In the books, a part is paid.
    PartlyPaid,
    /// Nothing is open any more.
    Paid,
    /// Taken back by credit notes.
    Credited,
}

impl InvoiceStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Posted => "posted",
            Self::PartlyPaid => "partly_paid",
            Self::Paid => "paid",
            Self::Credited => "credited",
        }
    }
}

/// An invoice without its lines.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InvoiceHead {
    /// Its id.
    pub id: Uuid,
    /// Counts changes of the draft.
    pub version: i32,
    /// Its number (`INV-2026-00042`), given at posting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Who pays.
    pub customer: PartyName,
    /// draft, posted, `partly_paid`, paid or credited.
    #[schemars(with = "InvoiceStatus")]
    pub status: String,
    /// Invoice date.
    pub date: NaiveDate,
    /// When it is due.
    pub due_date: NaiveDate,
    /// The customer's reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// A note on the invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// Why the customer disputes it, as long as it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disputed: Option<String>,
    /// Its sums.
    pub totals: Totals,
    /// Units of the company's currency for one of the invoice's, where it is in another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Dec>,
    /// What it comes to in the company's currency, where it is in another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_gross: Option<Money>,
    /// Whether its prices include tax.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tax_inclusive: bool,
}

impl InvoiceHead {
    fn of(cx: &Cx, head: Head) -> Self {
        Self {
            customer: head.party(),
            totals: head.totals(),
            rate: head.exchange(cx),
            company_gross: head.company(cx),
            id: head.id,
            version: head.version,
            number: head.number,
            status: head.state,
            date: head.date,
            due_date: head.due_date,
            reference: head.reference,
            memo: head.memo,
            disputed: head.disputed,
            tax_inclusive: head.tax_inclusive,
        }
    }
    /// `INV-2026-00042`, or what a draft is called.
    fn title(&self) -> String {
        self.number.clone().unwrap_or_else(|| "The draft".to_owned())
    }
}
