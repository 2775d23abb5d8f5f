//! `accounting.currencies.restore`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{Currency, CurrencyView, archive, set_archived};

/// Restore an archived foreign currency.
///
/// It is in the list again and takes rates. Archiving it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The currency: its code, name or id.
    pub id: Ref<Currency>,
}

/// The currency as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Restored(pub CurrencyView);

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Restored currency {}", self.0)
    }
}

impl Operation for Restore {
    const NAME: &'static str = "accounting.currencies.restore";
    const EFFECT: Effect = Effect::Write;
    type Output = Restored;

    async fn run(self, cx: &mut Cx) -> Result<Restored> {
        Ok(Restored(set_archived(cx, self.id.id, false).await?))
    }

    fn undo(&self, output: &Restored, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}
