//! Credit limits: what a customer may owe, held when its invoices are posted.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cx, Fact, Result};
use uuid::Uuid;

use super::ledger::converted;
use super::price::no_rate;
use crate::posting::money;

/// What more than the limit is called, as a fact and as a warning.
const OVER: &str = "over_credit_limit";

/// Something that whoever posts a document should know, and that does not stand in the way.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Warning {
    /// What it is about, such as `over_credit_limit`.
    pub code: String,
    /// In words.
    pub message: String,
}

/// What becomes of an invoice that takes a customer over its credit limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum CreditControl {
    /// It is posted with a controller's yes.
    Block,
    /// It is posted, and the answer says so.
    Warn,
}

impl CreditControl {
    /// As the table holds it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Warn => "warn",
        }
    }
    /// As the table holds it; where nothing was agreed, it blocks.
    pub(crate) fn of(stored: Option<&str>) -> Self {
        if stored == Some(Self::Warn.as_str()) { Self::Warn } else { Self::Block }
    }
}

/// The credit limit of a customer, as the directory has it.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    pub(crate) minor: i64,
    pub(crate) currency: String,
    /// Units of the company's currency for one of that, on the day that counts.
    pub(crate) rate: Option<Decimal>,
    pub(crate) control: CreditControl,
}

impl Limit {
    /// In the company's currency, where it has a rate.
    pub(crate) fn company(&self, cx: &Cx) -> Result<Option<i64>> {
        let rate = if self.currency == cx.currency() { Some(Decimal::ONE) } else { self.rate };
        rate.map(|rate| converted(cx, &self.currency, rate, self.minor)).transpose()
    }

    /// What is wrong with one more invoice of so much, in the company's currency. More than the limit is a fact where it
    /// blocks. One round trip, which no customer without a limit costs.
    pub(super) async fn hold(
        &self,
        cx: &mut Cx,
        customer: (Uuid, &str),
        day: NaiveDate,
        gross: i64,
    ) -> Result<Option<Warning>> {
        let limit = self.company(cx)?.ok_or_else(|| no_rate(&self.currency, day))?;
        let org = cx.org();
        let used =
            sqlx::query_scalar!(r#"select credit_used($1, $2) as "used!""#, org, customer.0).fetch_one(cx.db()).await?;
        let over = used + gross - limit;
        if over <= 0 {
            return Ok(None);
        }
        if self.control == CreditControl::Block {
            cx.fact(Fact { kind: OVER, amount: Some(over) });
        }
        let message = format!(
            "{} then owes {}, which is {} more than its credit limit of {}",
            customer.1,
            money(cx, used + gross),
            money(cx, over),
            money(cx, limit)
        );
        Ok(Some(Warning { code: OVER.to_owned(), message }))
    }
}

/// The credit of a customer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Credit {
    /// What it may owe, in its own currency.
    pub limit: Money,
    /// What it owes now, less what it paid in advance; in the company's currency.
    pub used: Money,
    /// What it may owe beside that, in the company's currency: negative where it owes too much, absent where the limit's
    /// currency has no rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<Money>,
}

impl Credit {
    pub(crate) fn new(cx: &Cx, limit: &Limit, used: i64) -> Result<Self> {
        let left = limit.company(cx)?.map(|limit| money(cx, limit - used));
        let whole = Money::new(limit.minor, &limit.currency);
        Ok(Self { limit: whole, used: money(cx, used), left })
    }
}

impl fmt::Display for Credit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "credit limit {}, {} used", self.limit, self.used)?;
        if let Some(left) = &self.left {
            write!(f, ", {left} left")?;
        }
        Ok(())
    }
}
