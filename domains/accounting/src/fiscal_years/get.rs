//! `accounting.fiscal_years.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::{FiscalYear, YearView, view};

/// Show one fiscal year with its periods, and the entry that carried its result where it is closed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The fiscal year: its code (`2026`) or id.
    pub id: Ref<FiscalYear>,
}

impl Operation for Get {
    const NAME: &'static str = "accounting.fiscal_years.get";
    const EFFECT: Effect = Effect::Read;
    type Output = YearView;

    async fn run(self, cx: &mut Cx) -> Result<YearView> {
        view(cx, self.id.id).await
    }
}
