//! `accounting.dunning_levels.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::{DunningLevel, DunningLevelView, view};

/// Show one dunning level: its days, its words and its fee.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The dunning level: its name or id.
    pub id: Ref<DunningLevel>,
}

impl Operation for Get {
    const NAME: &'static str = "accounting.dunning_levels.get";
    const EFFECT: Effect = Effect::Read;
    type Output = DunningLevelView;

    async fn run(self, cx: &mut Cx) -> Result<DunningLevelView> {
        view(cx, self.id.id).await
    }
}
