//! What sales and purchase documents have in common: their lines, taxes and currency, how they are drafted, posted and
//! taken back. Operations on invoices, bills and their credit notes are these with a side.

pub(crate) mod credit;
pub(crate) mod draft;
pub(crate) mod entity;
pub(crate) mod head;
pub(crate) mod ledger;
pub(crate) mod limit;
pub(crate) mod line;
pub(crate) mod list;
pub(crate) mod post;
pub(crate) mod price;
mod rest;
pub(crate) mod stored;
pub(crate) mod terms;

use steward_directory::parties::PartyKind;

pub use head::Totals;
pub use limit::{Credit, CreditControl, Warning};
pub use line::{Line, LineView};
pub use terms::{DiscountView, InstalmentView};

use crate::posting::Book;

/// Which way a document goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Ours to a customer.
    Sale,
    /// A vendor's to us.
    Purchase,
}

impl Side {
    /// As the tables hold it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Purchase => "purchase",
        }
    }
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::Sale => "invoice",
            Self::Purchase => "bill",
        }
    }
    pub(crate) const fn credit_noun(self) -> &'static str {
        match self {
            Self::Sale => "credit note",
            Self::Purchase => "debit note",
        }
    }
    /// What entries name as their source.
    pub(crate) const fn source(self) -> &'static str {
        match self {
            Self::Sale => "accounting.invoices",
            Self::Purchase => "accounting.bills",
        }
    }
    pub(crate) const fn credit_source(self) -> &'static str {
        match self {
            Self::Sale => "accounting.credit_notes",
            Self::Purchase => "accounting.debit_notes",
        }
    }
    pub(crate) const fn series(self) -> &'static str {
        match self {
            Self::Sale => "INV",
            Self::Purchase => "BILL",
        }
    }
    pub(crate) const fn credit_series(self) -> &'static str {
        match self {
            Self::Sale => "CN",
            Self::Purchase => "DN",
        }
    }
    /// The purpose of the account that holds what is owed.
    pub(crate) const fn control(self) -> &'static str {
        match self {
            Self::Sale => "receivable",
            Self::Purchase => "payable",
        }
    }
    /// The purpose of the account that lines are posted to unless told.
    pub(crate) const fn fallback(self) -> &'static str {
        match self {
            Self::Sale => "revenue",
            Self::Purchase => "expense",
        }
    }
    pub(crate) const fn party_kind(self) -> PartyKind {
        match self {
            Self::Sale => PartyKind::Customer,
            Self::Purchase => PartyKind::Vendor,
        }
    }
    /// Where the other side stands in the arguments.
    pub(crate) const fn party_at(self) -> &'static str {
        match self {
            Self::Sale => "/customer",
            Self::Purchase => "/vendor",
        }
    }
    pub(crate) const fn book(self) -> Book {
        match self {
            Self::Sale => Book::Sales,
            Self::Purchase => Book::Purchases,
        }
    }
}
