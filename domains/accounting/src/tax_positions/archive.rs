//! `accounting.tax_positions.archive`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{TaxPosition, TaxPositionView, restore, set_archived};

/// Archive a tax position: it is no longer found by country or tax id.
///
/// Parties to which it was given keep it. Restoring it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// The tax position: its code or id.
    pub id: Ref<TaxPosition>,
}

/// The tax position as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Archived(pub TaxPositionView);

impl fmt::Display for Archived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Archived tax position {}", self.0)
    }
}

impl Operation for Archive {
    const NAME: &'static str = "accounting.tax_positions.archive";
    const EFFECT: Effect = Effect::Write;
    type Output = Archived;

    async fn run(self, cx: &mut Cx) -> Result<Archived> {
        Ok(Archived(set_archived(cx, self.id.id, true).await?))
    }

    fn undo(&self, output: &Archived, _: &Changes) -> Option<Call> {
        Some(call::<restore::Restore>(json!({ "id": output.0.id })))
    }
}
