//! `accounting.payment_terms.restore`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};
use uuid::Uuid;

use super::{PaymentTerm, PaymentTermView, archive, hand_over, set_archived, view};

/// Restore archived payment terms.
///
/// They can be put on documents again. Archiving takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The payment terms: code or id.
    pub id: Ref<PaymentTerm>,
    /// Also make them the default.
    pub is_default: Option<bool>,
}

/// The payment terms as they are now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Restored {
    /// As they are now.
    #[serde(flatten)]
    pub terms: PaymentTermView,
    #[serde(skip)]
    before: Option<Uuid>,
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Restored payment terms {}", self.terms)
    }
}

impl Operation for Restore {
    const NAME: &'static str = "accounting.payment_terms.restore";
    const EFFECT: Effect = Effect::Write;
    type Output = Restored;

    async fn run(self, cx: &mut Cx) -> Result<Restored> {
        let id = self.id.id;
        set_archived(cx, id, false).await?;
        let before = if self.is_default == Some(true) { hand_over(cx, id, "/id").await? } else { None };
        Ok(Restored { terms: view(cx, id).await?, before })
    }

    fn undo(&self, output: &Restored, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(match output.before {
            Some(before) => json!({ "id": output.terms.id, "default_instead": before }),
            None => json!({ "id": output.terms.id }),
        }))
    }
}
