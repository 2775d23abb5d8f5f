//! `accounting.bills.delete`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::get::BillView;
use super::{Bill, create};
use crate::documents::{Side, draft};

/// Delete a draft bill.
///
/// Only drafts: a posted bill stays, and `accounting.bills.debit` takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The draft: its id.
    pub id: Ref<Bill>,
}

/// The draft that was.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Deleted(pub BillView);

impl fmt::Display for Deleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(f, "Deleted the draft bill of {}: {}.", head.vendor.name, head.totals.gross)
    }
}

impl Operation for Delete {
    const NAME: &'static str = "accounting.bills.delete";
    const EFFECT: Effect = Effect::Write;
    type Output = Deleted;

    async fn run(self, cx: &mut Cx) -> Result<Deleted> {
        let deleted = draft::delete(cx, Side::Purchase, self.id.id).await?;
        Ok(Deleted(BillView::of(cx, deleted)))
    }

    /// The same draft again, from what was removed.
    fn undo(&self, _: &Deleted, changes: &Changes) -> Option<Call> {
        Some(call::<create::Create>(draft::written_again(Side::Purchase, changes)?))
    }
}
