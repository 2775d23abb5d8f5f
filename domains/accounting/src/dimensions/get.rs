//! `accounting.dimensions.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::{Dimension, DimensionView, view};

/// Show one cost centre or project of the ledger.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The dimension: its code, name or id.
    pub id: Ref<Dimension>,
}

impl Operation for Get {
    const NAME: &'static str = "accounting.dimensions.get";
    const EFFECT: Effect = Effect::Read;
    type Output = DimensionView;

    async fn run(self, cx: &mut Cx) -> Result<DimensionView> {
        view(cx, self.id.id).await
    }
}
