//! `accounting.schedules.reopen`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::view::set_cancelled;
use super::{Schedule, ScheduleView, cancel};

/// Reopen a cancelled schedule of an accrual or deferral: the next run posts what has become due.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reopen {
    /// The cancelled schedule: its name or id.
    pub id: Ref<Schedule>,
}

/// The schedule as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Reopened(pub ScheduleView);

impl fmt::Display for Reopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reopened schedule {}", self.0)
    }
}

impl Operation for Reopen {
    const NAME: &'static str = "accounting.schedules.reopen";
    const EFFECT: Effect = Effect::Write;
    type Output = Reopened;

    async fn run(self, cx: &mut Cx) -> Result<Reopened> {
        Ok(Reopened(set_cancelled(cx, self.id.id, None).await?))
    }

    fn undo(&self, output: &Reopened, _: &Changes) -> Option<Call> {
        Some(call::<cancel::Cancel>(json!({ "id": output.0.head.id, "reason": "Reopened by mistake" })))
    }
}
