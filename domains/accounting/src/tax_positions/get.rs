//! `accounting.tax_positions.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::{TaxPosition, TaxPositionView, view};

/// Show a tax position: whom it is for, and which codes take the place of the usual ones.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The tax position: its code or id.
    pub id: Ref<TaxPosition>,
}

impl Operation for Get {
    const NAME: &'static str = "accounting.tax_positions.get";
    const EFFECT: Effect = Effect::Read;
    type Output = TaxPositionView;

    async fn run(self, cx: &mut Cx) -> Result<TaxPositionView> {
        view(cx, self.id.id).await
    }
}
