//! `accounting.payment_terms.archive`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{PaymentTerm, PaymentTermView, hand_over, restore, set_archived, view};

/// Archive payment terms that are no longer agreed.
///
/// They do not go on new documents; drafts and posted documents that have them keep them. Restoring takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// The payment terms: code or id.
    pub id: Ref<PaymentTerm>,
    /// Which payment terms are the default instead, where these are.
    pub default_instead: Option<Ref<PaymentTerm>>,
}

/// The payment terms as they are now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Archived(pub PaymentTermView);

impl fmt::Display for Archived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Archived payment terms {}", self.0)
    }
}

impl Operation for Archive {
    const NAME: &'static str = "accounting.payment_terms.archive";
    const EFFECT: Effect = Effect::Write;
    type Output = Archived;

    async fn run(self, cx: &mut Cx) -> Result<Archived> {
        if let Some(next) = self.default_instead
            && view(cx, self.id.id).await?.is_default
        {
            hand_over(cx, next.id, "/default_instead").await?;
        }
        Ok(Archived(set_archived(cx, self.id.id, true).await?))
    }

    fn undo(&self, output: &Archived, changes: &Changes) -> Option<Call> {
        let mut before = changes.of("payment_terms").filter(|change| change.record_id == output.0.id);
        let was_default = before.any(|change| change.before.as_ref().is_some_and(|row| row["is_default"] == true));
        Some(call::<restore::Restore>(json!({ "id": output.0.id, "is_default": was_default })))
    }
}
