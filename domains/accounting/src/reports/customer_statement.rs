//! `accounting.reports.customer_statement`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_directory::parties::{Party, PartyName};
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::statement::{Account, account};
use crate::documents::Side;

/// Statement of account of one customer: its invoices, credit notes and payments with a running balance, and what is open.
///
/// The closing balance is what the receivables account says of the customer, and the sum of the open items.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerStatement {
    /// Whose statement it is: the customer's name, number or id.
    pub customer: Ref<Party>,
    /// The first day whose documents are shown; from the beginning unless told.
    pub from: Option<NaiveDate>,
    /// The last day that counts. Today unless told.
    pub to: Option<NaiveDate>,
}

/// The statement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Statement {
    /// Whose.
    pub customer: PartyName,
    /// Its account.
    #[serde(flatten)]
    pub account: Account,
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.account.told(&self.customer.name))
    }
}

impl Operation for CustomerStatement {
    const NAME: &'static str = "accounting.reports.customer_statement";
    const EFFECT: Effect = Effect::Read;
    type Output = Statement;

    async fn run(self, cx: &mut Cx) -> Result<Statement> {
        let (customer, account) = account(cx, Side::Sale, self.customer.id, (self.from, self.to)).await?;
        Ok(Statement { customer, account })
    }
}
