//! `accounting.invoices.write_off`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use steward_common::Dec;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::Invoice;
use crate::documents::Side;
use crate::write_offs::reverse;
use crate::write_offs::write::{Asked, WrittenOff, write_off};

/// Write off what will never be received of an invoice: bad debt.
///
/// An entry takes it off what is owed and the invoice is settled by it. `accounting.write_offs.reverse` takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteOffInvoice {
    /// The invoice: its number or id.
    pub id: Ref<Invoice>,
    /// How much, in the currency of the invoice; all that is open unless told.
    pub amount: Option<Dec>,
    /// The day of the write-off. Today unless told.
    pub date: Option<NaiveDate>,
    /// Why it is written off.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
    /// Also take back the tax in it, in proportion, where the law lets the company.
    pub tax_relief: Option<bool>,
}

impl Operation for WriteOffInvoice {
    const NAME: &'static str = "accounting.invoices.write_off";
    const EFFECT: Effect = Effect::Final;
    type Output = WrittenOff;

    async fn run(self, cx: &mut Cx) -> Result<WrittenOff> {
        let Self { id, amount, date, reason, tax_relief } = self;
        write_off(cx, Side::Sale, id.id, Asked { amount, date, reason, with_tax: tax_relief == Some(true) }).await
    }

    fn undo(&self, output: &WrittenOff, _: &Changes) -> Option<Call> {
        Some(call::<reverse::Reverse>(json!({ "id": output.write_off.id, "reason": "Written off by mistake" })))
    }
}
