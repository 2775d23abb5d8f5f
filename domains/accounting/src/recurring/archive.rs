//! `accounting.recurring.archive`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{Recurring, RecurringView, restore};

/// Archive a recurring entry: it posts nothing any more.
///
/// What it has posted stays. Restoring it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// The recurring entry: its name or id.
    pub id: Ref<Recurring>,
}

/// The recurring entry as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Archived(pub RecurringView);

impl fmt::Display for Archived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Archived recurring entry {}", self.0.head)
    }
}

impl Operation for Archive {
    const NAME: &'static str = "accounting.recurring.archive";
    const EFFECT: Effect = Effect::Write;
    type Output = Archived;

    async fn run(self, cx: &mut Cx) -> Result<Archived> {
        Ok(Archived(super::view::set_archived(cx, self.id.id, true).await?))
    }

    fn undo(&self, output: &Archived, _: &Changes) -> Option<Call> {
        Some(call::<restore::Restore>(json!({ "id": output.0.head.id })))
    }
}
