//! `directory.custom_fields.restore`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{CustomField, CustomFieldView, GROUP, archive, set_archived};

/// Offer an archived custom field again.
///
/// Forms and tools show it, and records take values for it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The custom field: its id, or its kind of record and key (directory.parties.region).
    pub id: Ref<CustomField>,
}

/// The custom field as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Restored(pub CustomFieldView);

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Restored custom field {}", self.0)
    }
}

impl Operation for Restore {
    const NAME: &'static str = "directory.custom_fields.restore";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = Restored;

    async fn run(self, cx: &mut Cx) -> Result<Restored> {
        Ok(Restored(set_archived(cx, self.id.id, false).await?))
    }

    fn undo(&self, output: &Restored, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}
