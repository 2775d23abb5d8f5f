//! `directory.custom_fields.archive`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{CustomField, CustomFieldView, GROUP, restore, set_archived};

/// Archive a custom field: nobody is asked for it any more.
///
/// Values that records have stay, and are still shown. Restoring it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// The custom field: its id, or its kind of record and key (directory.parties.region).
    pub id: Ref<CustomField>,
}

/// The custom field as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Archived(pub CustomFieldView);

impl fmt::Display for Archived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Archived custom field {}", self.0)
    }
}

impl Operation for Archive {
    const NAME: &'static str = "directory.custom_fields.archive";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = Archived;

    async fn run(self, cx: &mut Cx) -> Result<Archived> {
        Ok(Archived(set_archived(cx, self.id.id, true).await?))
    }

    fn undo(&self, output: &Archived, _: &Changes) -> Option<Call> {
        Some(call::<restore::Restore>(json!({ "id": output.0.id })))
    }
}
