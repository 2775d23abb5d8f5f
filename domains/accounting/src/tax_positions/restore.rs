//! `accounting.tax_positions.restore`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{TaxPosition, TaxPositionView, archive, set_archived};

/// Restore an archived tax position.
///
/// It is found by country and tax id again. Archiving it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The tax position: its code or id.
    pub id: Ref<TaxPosition>,
}

/// The tax position as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Restored(pub TaxPositionView);

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Restored tax position {}", self.0)
    }
}

impl Operation for Restore {
    const NAME: &'static str = "accounting.tax_positions.restore";
    const EFFECT: Effect = Effect::Write;
    type Output = Restored;

    async fn run(self, cx: &mut Cx) -> Result<Restored> {
        Ok(Restored(set_archived(cx, self.id.id, false).await?))
    }

    fn undo(&self, output: &Restored, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}
