//! Schedules: an amount that belongs to several months, deferred or accrued.

pub mod cancel;
pub mod create;
mod entity;
pub mod get;
pub mod list;
mod plan;
pub mod reopen;
pub mod reverse;
pub mod run;
mod view;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use entity::Schedule;
pub(crate) use plan::plan as steps;
pub use view::{ScheduleHead, ScheduleView};

/// What is spread, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum ScheduleKind {
    /// Paid already; each month takes its part as expense.
    PrepaidExpense,
    /// Invoiced already; each month earns its part.
    DeferredIncome,
    /// Not billed yet; the end of each month takes its part as expense, and the first of the next gives it back.
    AccruedExpense,
    /// Not invoiced yet; the end of each month earns its part, and the first of the next gives it back.
    AccruedIncome,
}

impl ScheduleKind {
    /// As the table holds it; also the purpose of the account that it is taken from.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PrepaidExpense => "prepaid_expense",
            Self::DeferredIncome => "deferred_income",
            Self::AccruedExpense => "accrued_expense",
            Self::AccruedIncome => "accrued_income",
        }
    }
    pub(crate) fn of(text: &str) -> Self {
        match text {
            "deferred_income" => Self::DeferredIncome,
            "accrued_expense" => Self::AccruedExpense,
            "accrued_income" => Self::AccruedIncome,
            _ => Self::PrepaidExpense,
        }
    }
    pub(crate) const fn is_accrual(self) -> bool {
        matches!(self, Self::AccruedExpense | Self::AccruedIncome)
    }
    /// Whether it is held as an asset.
    pub(crate) const fn is_asset(self) -> bool {
        matches!(self, Self::PrepaidExpense | Self::AccruedIncome)
    }
    pub(crate) const fn is_expense(self) -> bool {
        matches!(self, Self::PrepaidExpense | Self::AccruedExpense)
    }
}

/// Where a schedule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum ScheduleStatus {
    /// Something is still to be posted.
    Active,
    /// All of it is posted.
    Done,
    /// Nothing more is posted.
    Cancelled,
}

impl ScheduleStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }
}
