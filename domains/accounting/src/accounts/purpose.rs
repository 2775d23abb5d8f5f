//! What postings use an account for when nobody names one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Refusal, Result};

/// What postings use an account for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Purpose {
    /// Nothing in particular.
    None,
    /// Payments in and out.
    Bank,
    /// What customers owe; its control account.
    Receivable,
    /// What vendors are owed; its control account.
    Payable,
    /// Lines of invoices.
    Revenue,
    /// Lines of bills.
    Expense,
    /// Tax on what we sell.
    Tax,
    /// Tax on what we buy.
    InputTax,
    /// Profit and loss of closed years.
    RetainedEarnings,
    /// The other side of opening balances.
    Opening,
    /// Gains of exchange that were made.
    ExchangeGain,
    /// Losses of exchange that were made.
    ExchangeLoss,
    /// Gains of exchange by revaluation.
    UnrealisedGain,
    /// Losses of exchange by revaluation.
    UnrealisedLoss,
    /// Discount that customers took.
    DiscountAllowed,
    /// Discount that we took.
    DiscountReceived,
    /// What customers will not pay.
    BadDebt,
    /// What vendors will not get.
    WriteOffGain,
    /// Paid, and spent in later months.
    PrepaidExpense,
    /// Invoiced, and earned in later months.
    DeferredIncome,
    /// Spent, and billed later.
    AccruedExpense,
    /// Earned, and invoiced later.
    AccruedIncome,
    /// Differences of rounding.
    Rounding,
}

const ASSET: &[&str] = &["asset"];
const LIABILITY: &[&str] = &["liability"];
const BALANCE: &[&str] = &["asset", "liability"];
const EQUITY: &[&str] = &["equity"];
const RESULT: &[&str] = &["income", "expense"];

impl Purpose {
    /// As the table holds it.
    #[must_use]
    pub const fn column(self) -> Option<&'static str> {
        Some(match self {
            Self::None => return None,
            Self::Bank => "bank",
            Self::Receivable => "receivable",
            Self::Payable => "payable",
            Self::Revenue => "revenue",
            Self::Expense => "expense",
            Self::Tax => "tax",
            Self::InputTax => "input_tax",
            Self::RetainedEarnings => "retained_earnings",
            Self::Opening => "opening",
            Self::ExchangeGain => "exchange_gain",
            Self::ExchangeLoss => "exchange_loss",
            Self::UnrealisedGain => "unrealised_gain",
            Self::UnrealisedLoss => "unrealised_loss",
            Self::DiscountAllowed => "discount_allowed",
            Self::DiscountReceived => "discount_received",
            Self::BadDebt => "bad_debt",
            Self::WriteOffGain => "write_off_gain",
            Self::PrepaidExpense => "prepaid_expense",
            Self::DeferredIncome => "deferred_income",
            Self::AccruedExpense => "accrued_expense",
            Self::AccruedIncome => "accrued_income",
            Self::Rounding => "rounding",
        })
    }

    /// The types of account that serve it.
    const fn types(self) -> &'static [&'static str] {
        match self {
            Self::None => &["asset", "liability", "equity", "income", "expense"],
            Self::Bank | Self::Tax | Self::InputTax => BALANCE,
            Self::Receivable | Self::PrepaidExpense | Self::AccruedIncome => ASSET,
            Self::Payable | Self::DeferredIncome | Self::AccruedExpense => LIABILITY,
            Self::RetainedEarnings | Self::Opening => EQUITY,
            Self::Revenue | Self::WriteOffGain => &["income"],
            Self::Expense | Self::BadDebt => &["expense"],
            _ => RESULT,
        }
    }

    /// Refuses a purpose that accounts of this type do not serve.
    pub(crate) fn fits(self, r#type: &str) -> Result<()> {
        if self.types().contains(&r#type) {
            return Ok(());
        }
        let (purpose, types) = (self.column().unwrap_or_default(), self.types().join(" or "));
        let detail = format!("An account for the purpose {purpose} is of type {types}, not {type}.");
        Err(Refusal::invalid("purpose_type", "/purpose", detail).fix("Choose another purpose or type.").into())
    }
}
