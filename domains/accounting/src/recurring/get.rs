//! `accounting.recurring.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::view::view;
use super::{Recurring, RecurringView};

/// Show one recurring entry: its lines, when it is due next, and what it has posted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The recurring entry: its name or id.
    pub id: Ref<Recurring>,
}

impl Operation for Get {
    const NAME: &'static str = "accounting.recurring.get";
    const EFFECT: Effect = Effect::Read;
    type Output = RecurringView;

    async fn run(self, cx: &mut Cx) -> Result<RecurringView> {
        view(cx, self.id.id).await
    }
}
