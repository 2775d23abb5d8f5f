//! `accounting.recurring.restore`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{Recurring, RecurringView, archive};

/// Restore an archived recurring entry: what has become due meanwhile is posted by the next run.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The archived recurring entry: its name or id.
    pub id: Ref<Recurring>,
}

/// The recurring entry as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Restored(pub RecurringView);

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Restored recurring entry {}", self.0.head)
    }
}

impl Operation for Restore {
    const NAME: &'static str = "accounting.recurring.restore";
    const EFFECT: Effect = Effect::Write;
    type Output = Restored;

    async fn run(self, cx: &mut Cx) -> Result<Restored> {
        Ok(Restored(super::view::set_archived(cx, self.id.id, false).await?))
    }

    fn undo(&self, output: &Restored, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.head.id })))
    }
}
