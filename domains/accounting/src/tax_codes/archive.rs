//! `accounting.tax_codes.archive`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{TaxCode, TaxCodeView, restore, set_archived};

/// Archive a tax code that is no longer used.
///
/// It does not go on new documents; those that have it stay as they are. Restoring it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// The tax code: its code or id.
    pub id: Ref<TaxCode>,
}

/// The tax code as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Archived(pub TaxCodeView);

impl fmt::Display for Archived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Archived tax code {}", self.0)
    }
}

impl Operation for Archive {
    const NAME: &'static str = "accounting.tax_codes.archive";
    const EFFECT: Effect = Effect::Write;
    type Output = Archived;

    async fn run(self, cx: &mut Cx) -> Result<Archived> {
        Ok(Archived(set_archived(cx, self.id.id, true).await?))
    }

    fn undo(&self, output: &Archived, _: &Changes) -> Option<Call> {
        Some(call::<restore::Restore>(json!({ "id": output.0.id })))
    }
}
