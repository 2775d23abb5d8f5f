//! `accounting.periods.close`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::unfinished::{Unfinished, told, within};
use super::{CLOSING, Period, PeriodStatus, PeriodView, reopen, set, view};

/// Close an accounting period: nothing is posted into its days any more, by anybody and through whatever door.
///
/// The periods before it must be closed. With `soft`, posting into it needs a controller's yes instead. What is unfinished in it
/// is answered as warnings and does not stand in the way. `accounting.periods.reopen` takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// The period: its code (`2026-01`), month (`January 2026`) or id.
    pub id: Ref<Period>,
    /// Close it softly: controllers still post into it, others with their yes.
    pub soft: Option<bool>,
}

/// The period that is closed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Closed {
    /// The period.
    #[serde(flatten)]
    pub period: PeriodView,
    /// What is unfinished in it.
    pub warnings: Vec<Unfinished>,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (period, what) = (
            &self.period,
            match self.period.status {
                PeriodStatus::SoftClosed => "Softly closed period",
                _ => "Closed period",
            },
        );
        write!(f, "{what} {} ({} to {}).{}", period.code, period.start, period.end, told(&self.warnings))
    }
}

impl Operation for Close {
    const NAME: &'static str = "accounting.periods.close";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(CLOSING);
    type Output = Closed;

    async fn run(self, cx: &mut Cx) -> Result<Closed> {
        let wanted = if self.soft == Some(true) { PeriodStatus::SoftClosed } else { PeriodStatus::Closed };
        let period = view(cx, self.id.id).await?;
        if period.status >= wanted {
            let detail = format!("Period {} is {} already.", period.code, period.status);
            let refusal = Refusal::conflict("already_closed", detail);
            return Err(match period.status > wanted {
                true => refusal.fix("Open it softly with accounting.periods.reopen and soft instead.").into(),
                false => refusal.into(),
            });
        }
        earlier_closed(cx, &period, wanted).await?;
        set(cx, &[period.id], wanted).await?;
        let warnings = within(cx, period.start, period.end).await?;
        Ok(Closed { period: view(cx, period.id).await?, warnings })
    }

    fn undo(&self, output: &Closed, changes: &Changes) -> Option<Call> {
        let soft = was(changes, output.period.id)? == "soft_closed";
        let mut arguments = json!({ "id": output.period.id, "reason": "Closed by mistake" });
        if soft {
            arguments["soft"] = json!(true);
        }
        Some(call::<reopen::Reopen>(arguments))
    }
}

/// The state of a period before this call.
pub(super) fn was(changes: &Changes, period: Uuid) -> Option<String> {
    let change = changes.of("periods").find(|change| change.record_id == period)?;
    change.before.as_ref()?.get("status").and_then(Value::as_str).map(str::to_owned)
}

/// Periods close from the first to the last, so that all up to some day is closed.
async fn earlier_closed(cx: &mut Cx, period: &PeriodView, wanted: PeriodStatus) -> Result<()> {
    let org = cx.org();
    let enough = if wanted == PeriodStatus::SoftClosed { vec!["closed", "soft_closed"] } else { vec!["closed"] };
    let enough: Vec<String> = enough.into_iter().map(str::to_owned).collect();
    let earlier = sqlx::query!(
        "select code, status from periods where org_id = $1 and start_date < $2 and status <> all ($3) order by start_date limit 1",
        org,
        period.start,
        &enough
    )
    .fetch_optional(cx.db())
    .await?;
    let Some(earlier) = earlier else { return Ok(()) };
    let detail = format!("Period {} before it is {}.", earlier.code, PeriodStatus::of(&earlier.status));
    let fix = format!("Close {} first: periods close one after the other.", earlier.code);
    Err(Refusal::conflict("earlier_period_open", detail).fix(fix).into())
}
