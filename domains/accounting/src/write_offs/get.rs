//! `accounting.write_offs.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::{WriteOff, WriteOffView, view};

/// Show one write-off: of which document, how much, why, and the entries that posted and reversed it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The write-off: its number or id.
    pub id: Ref<WriteOff>,
}

impl Operation for Get {
    const NAME: &'static str = "accounting.write_offs.get";
    const EFFECT: Effect = Effect::Read;
    type Output = WriteOffView;

    async fn run(self, cx: &mut Cx) -> Result<WriteOffView> {
        view(cx, self.id.id).await
    }
}
