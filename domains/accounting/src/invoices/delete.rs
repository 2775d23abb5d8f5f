//! `accounting.invoices.delete`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::get::InvoiceView;
use super::{Invoice, create};
use crate::documents::{Side, draft};

/// Delete a draft invoice.
///
/// Only drafts: a posted invoice stays, and `accounting.invoices.credit` takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The draft: its id.
    pub id: Ref<Invoice>,
}

/// The draft that was.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Deleted(pub InvoiceView);

impl fmt::Display for Deleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(f, "Deleted the draft invoice to {} of {}.", head.customer.name, head.totals.gross)
    }
}

impl Operation for Delete {
    const NAME: &'static str = "accounting.invoices.delete";
    const EFFECT: Effect = Effect::Write;
    type Output = Deleted;

    async fn run(self, cx: &mut Cx) -> Result<Deleted> {
        let deleted = draft::delete(cx, Side::Sale, self.id.id).await?;
        Ok(Deleted(InvoiceView::of(cx, deleted)))
    }

    /// The same draft again, from what was removed.
    fn undo(&self, _: &Deleted, changes: &Changes) -> Option<Call> {
        Some(call::<create::Create>(draft::written_again(Side::Sale, changes)?))
    }
}
