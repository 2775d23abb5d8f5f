//! The chart of accounts.

pub mod archive;
pub mod charts;
pub mod create;
mod entity;
pub mod get;
pub mod list;
mod purpose;
pub mod restore;
pub mod update;
mod view;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::Entity as _;
use uuid::Uuid;

pub use entity::Account;
pub use purpose::Purpose;
pub use view::AccountView;

/// What an account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum AccountType {
    /// What we have.
    Asset,
    /// What we owe.
    Liability,
    /// What belongs to the owners.
    Equity,
    /// What we earn.
    Income,
    /// What we spend.
    Expense,
}

impl AccountType {
    /// As the table holds it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asset => "asset",
            Self::Liability => "liability",
            Self::Equity => "equity",
            Self::Income => "income",
            Self::Expense => "expense",
        }
    }
}

/// An account as documents and reports name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(extend("x-ref" = Account::NAME))]
pub struct AccountName {
    /// Its id.
    pub id: Uuid,
    /// Its code in the chart.
    pub code: String,
    /// Its name.
    pub name: String,
}
