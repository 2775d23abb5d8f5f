//! `accounting.currencies.archive`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{Currency, CurrencyView, restore, set_archived};

/// Archive a foreign currency that is no longer dealt in.
///
/// It leaves the list and takes no new rates; documents in it stay. Restoring it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// The currency: its code, name or id.
    pub id: Ref<Currency>,
}

/// The currency as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Archived(pub CurrencyView);

impl fmt::Display for Archived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Archived currency {}", self.0)
    }
}

impl Operation for Archive {
    const NAME: &'static str = "accounting.currencies.archive";
    const EFFECT: Effect = Effect::Write;
    type Output = Archived;

    async fn run(self, cx: &mut Cx) -> Result<Archived> {
        Ok(Archived(set_archived(cx, self.id.id, true).await?))
    }

    fn undo(&self, output: &Archived, _: &Changes) -> Option<Call> {
        Some(call::<restore::Restore>(json!({ "id": output.0.id })))
    }
}
