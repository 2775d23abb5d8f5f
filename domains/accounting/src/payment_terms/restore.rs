//! `accounting.payment_terms.restore`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{PaymentTerm, PaymentTermView, archive, set_archived};

/// Restore archived payment terms.
///
/// They can be put on documents again. Archiving takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The payment terms: code or id.
    pub id: Ref<PaymentTerm>,
}

/// The payment terms as they are now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Restored(pub PaymentTermView);

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Restored payment terms {}", self.0)
    }
}

impl Operation for Restore {
    const NAME: &'static str = "accounting.payment_terms.restore";
    const EFFECT: Effect = Effect::Write;
    type Output = Restored;

    async fn run(self, cx: &mut Cx) -> Result<Restored> {
        Ok(Restored(set_archived(cx, self.id.id, false).await?))
    }

    fn undo(&self, output: &Restored, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}
