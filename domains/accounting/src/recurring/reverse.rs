//! `accounting.recurring.reverse`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Effect, Operation, Ref, Result};
use uuid::Uuid;

use crate::entries::Entry;
use crate::occurrences::{self, Of, TakenBack};

/// Reverse what recurring entries have posted.
///
/// Each entry is reversed by another, and both stay in the books. Its date is due again: the next run posts it anew, unless the recurring entry is changed or archived.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reverse {
    /// The posted entries: numbers or ids.
    #[schemars(length(min = 1, max = 200))]
    pub entries: Vec<Ref<Entry>>,
    /// Date of the reversals. Today unless told, and not before the entry.
    pub date: Option<NaiveDate>,
    /// Why they are reversed.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// The reversals.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Reversed(pub TakenBack);

impl fmt::Display for Reversed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Operation for Reverse {
    const NAME: &'static str = "accounting.recurring.reverse";
    const EFFECT: Effect = Effect::Final;
    const INSTEAD_OF_UNDO: &'static str = "Post them again with accounting.recurring.run.";
    type Output = Reversed;

    async fn run(self, cx: &mut Cx) -> Result<Reversed> {
        let entries: Vec<Uuid> = self.entries.iter().map(|entry| entry.id).collect();
        let reason = self.reason.trim().to_owned();
        let undone = occurrences::reverse(cx, &entries, self.date, &reason, true).await?;
        let org = cx.org();
        for one in &undone {
            let Of::Recurring(id) = one.of else { continue };
            sqlx::query!(
                "update recurring set next_date = least(next_date, $3) where org_id = $1 and id = $2",
                org,
                id,
                one.date
            )
            .execute(cx.db())
            .await?;
        }
        Ok(Reversed(TakenBack::of(undone, reason)))
    }
}
