//! `accounting.reports.bill_register`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cursor, Cx, Effect, Operation, Result};

use super::invoice_register::{InvoiceRegister, Register, register};
use crate::documents::Side;

/// Purchase register: posted bills and debit notes of a time with net, tax and gross, and their sums.
///
/// Debit notes are negative. Drafts are not in it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BillRegister {
    /// The first day that counts; that of the fiscal year of the last day unless told.
    pub from: Option<NaiveDate>,
    /// The last day that counts. Today unless told.
    pub to: Option<NaiveDate>,
    /// Documents of a page: 200 unless told, 1,000 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before, with the same days.
    pub cursor: Option<Cursor>,
}

impl Operation for BillRegister {
    const NAME: &'static str = "accounting.reports.bill_register";
    const EFFECT: Effect = Effect::Read;
    type Output = Register;

    async fn run(self, cx: &mut Cx) -> Result<Register> {
        let Self { from, to, limit, cursor } = self;
        register(cx, Side::Purchase, InvoiceRegister { from, to, limit, cursor }).await
    }
}
