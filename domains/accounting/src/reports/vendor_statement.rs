//! `accounting.reports.vendor_statement`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_directory::parties::{Party, PartyName};
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::statement::{Account, account};
use crate::documents::Side;

/// Statement of account with one vendor: bills, debit notes and payments with a running balance, and what is open.
///
/// The closing balance is what the payables account says, to hold against the statement that comes in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VendorStatement {
    /// Whose statement it is: name, number or id.
    pub vendor: Ref<Party>,
    /// The first day whose documents are shown; from the beginning unless told.
    pub from: Option<NaiveDate>,
    /// The last day that counts. Today unless told.
    pub to: Option<NaiveDate>,
}

/// The statement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VendorAccount {
    /// Whose.
    pub vendor: PartyName,
    /// Its account.
    #[serde(flatten)]
    pub account: Account,
}

impl fmt::Display for VendorAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.account.told(&self.vendor.name))
    }
}

impl Operation for VendorStatement {
    const NAME: &'static str = "accounting.reports.vendor_statement";
    const EFFECT: Effect = Effect::Read;
    type Output = VendorAccount;

    async fn run(self, cx: &mut Cx) -> Result<VendorAccount> {
        let (vendor, account) = account(cx, Side::Purchase, self.vendor.id, (self.from, self.to)).await?;
        Ok(VendorAccount { vendor, account })
    }
}
