//! `accounting.schedules.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::view::view;
use super::{Schedule, ScheduleView};

/// Show one schedule of an accrual or deferral: its plan, and what of it is posted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The schedule: its name or id.
    pub id: Ref<Schedule>,
}

impl Operation for Get {
    const NAME: &'static str = "accounting.schedules.get";
    const EFFECT: Effect = Effect::Read;
    type Output = ScheduleView;

    async fn run(self, cx: &mut Cx) -> Result<ScheduleView> {
        view(cx, self.id.id).await
    }
}
