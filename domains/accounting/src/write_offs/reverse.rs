//! `accounting.write_offs.reverse`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Effect, Fact, Operation, Ref, Refusal, Result};

use super::{WriteOff, WriteOffStatus, WriteOffView, view};
use crate::payments::let_go::{standing, take_back};

/// Reverse a write-off, such as when it is paid after all.
///
/// A mirrored entry is posted and the invoice or bill is open again by its amount; both stay on record.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reverse {
    /// The write-off: its number or id.
    pub id: Ref<WriteOff>,
    /// Date of the reversal. Today unless told, and not before the write-off.
    pub date: Option<NaiveDate>,
    /// Why it is reversed.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// The write-off as it is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reversed {
    /// As it is now.
    #[serde(flatten)]
    pub write_off: WriteOffView,
    #[serde(skip)]
    why: String,
}

impl fmt::Display for Reversed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = &self.write_off;
        let why = self.why.trim_end_matches('.');
        write!(f, "Write-off {} is reversed, {} of {} are open again: {why}.", of.number, of.amount, of.document())
    }
}

impl Operation for Reverse {
    const NAME: &'static str = "accounting.write_offs.reverse";
    const EFFECT: Effect = Effect::Final;
    const INSTEAD_OF_UNDO: &'static str =
        "A reversal stays. Write it off again (accounting.invoices.write_off or accounting.bills.write_off).";
    type Output = Reversed;

    async fn run(self, cx: &mut Cx) -> Result<Reversed> {
        let before = view(cx, self.id.id).await?;
        if before.status == WriteOffStatus::Reversed {
            let detail = format!("{} is reversed already.", before.number);
            return Err(Refusal::conflict("already_reversed", detail).into());
        }
        let standing = standing(cx, Some(before.id), None, None).await?;
        let of = standing.first().ok_or_else(|| Refusal::not_found("write-off"))?;
        let (date, why) = (self.date.unwrap_or_else(|| cx.today()), self.reason.trim().to_owned());
        cx.fact(Fact { kind: "reversed", amount: Some(of.company) });
        take_back(cx, of, date, &why, ("accounting.write_offs", of.id)).await?;
        Ok(Reversed { write_off: view(cx, before.id).await?, why })
    }
}
