//! `accounting.journals.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::{Journal, JournalView, view};

/// Show one journal.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The journal: its code, name or id.
    pub id: Ref<Journal>,
}

impl Operation for Get {
    const NAME: &'static str = "accounting.journals.get";
    const EFFECT: Effect = Effect::Read;
    type Output = JournalView;

    async fn run(self, cx: &mut Cx) -> Result<JournalView> {
        view(cx, self.id.id).await
    }
}
