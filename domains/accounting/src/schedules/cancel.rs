//! `accounting.schedules.cancel`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::view::set_cancelled;
use super::{Schedule, ScheduleView, reopen};

/// Cancel a schedule of an accrual or deferral: nothing more of it is posted.
///
/// What it has posted stays; `accounting.schedules.reverse` takes that back. Reopening it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// The schedule: its name or id.
    pub id: Ref<Schedule>,
    /// Why it is cancelled.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// The schedule as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Cancelled(pub ScheduleView);

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cancelled schedule {}", self.0)
    }
}

impl Operation for Cancel {
    const NAME: &'static str = "accounting.schedules.cancel";
    const EFFECT: Effect = Effect::Write;
    type Output = Cancelled;

    async fn run(self, cx: &mut Cx) -> Result<Cancelled> {
        Ok(Cancelled(set_cancelled(cx, self.id.id, Some(self.reason.trim())).await?))
    }

    fn undo(&self, output: &Cancelled, _: &Changes) -> Option<Call> {
        Some(call::<reopen::Reopen>(json!({ "id": output.0.head.id })))
    }
}
