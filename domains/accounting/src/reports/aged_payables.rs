//! `accounting.reports.aged_payables`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_directory::parties::{Party, PartyName};
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::aged_receivables::{Ages, aged, ages};
use crate::documents::Side;

/// Payables to vendors by age: their unpaid bills, and since when.
///
/// Largest vendor first. Advances to them are shown apart and deducted, so that the total is the balance of the payables account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgedPayables {
    /// The day to look at. Today unless told.
    pub as_of: Option<NaiveDate>,
    /// Only this vendor: name, number or id.
    pub vendor: Option<Ref<Party>>,
}

/// What we owe one vendor.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Creditor {
    /// The vendor.
    pub vendor: PartyName,
    /// What we owe it, by age.
    #[serde(flatten)]
    pub ages: Ages,
    /// The bill that is open longest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_due_date: Option<NaiveDate>,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PayablesReport {
    /// The day it is about.
    pub as_of: NaiveDate,
    /// Vendors whom we owe something or who owe us, largest first.
    pub rows: Vec<Creditor>,
    /// Sums of all rows.
    pub totals: Ages,
}

impl fmt::Display for PayablesReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rows.as_slice() {
            [] => write!(f, "We owe nobody anything as of {}.", self.as_of),
            [only] => write!(f, "We owe {} {} as of {}.", only.vendor.name, only.ages.total, self.as_of),
            [first, rest @ ..] => write!(
                f,
                "We owe {} vendors {} as of {}; {} the most: {}.",
                rest.len() + 1,
                self.totals.total,
                self.as_of,
                first.vendor.name,
                first.ages.total
            ),
        }
    }
}

impl Operation for AgedPayables {
    const NAME: &'static str = "accounting.reports.aged_payables";
    const EFFECT: Effect = Effect::Read;
    type Output = PayablesReport;

    async fn run(self, cx: &mut Cx) -> Result<PayablesReport> {
        let as_of = self.as_of.unwrap_or_else(|| cx.today());
        let rows = aged(cx, Side::Purchase, as_of, self.vendor.map(|vendor| vendor.id)).await?;
        let totals = ages(cx, &rows);
        let rows = rows.into_iter().map(|row| Creditor {
            ages: ages(cx, std::slice::from_ref(&row)),
            vendor: PartyName { id: row.id, number: row.number, name: row.name },
            oldest_due_date: row.oldest,
        });
        Ok(PayablesReport { as_of, rows: rows.collect(), totals })
    }
}
