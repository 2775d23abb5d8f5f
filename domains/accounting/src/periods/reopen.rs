//! `accounting.periods.reopen`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};

use super::close::{self, was};
use super::{CLOSING, Period, PeriodStatus, PeriodView, set, view};

/// Reopen an accounting period that was closed, with the reason: it can be posted into again.
///
/// The periods after it must be open, and so must its fiscal year. With `soft` it is opened for controllers only; others need
/// their yes. `accounting.periods.close` takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reopen {
    /// The closed period: its code (`2026-01`), month (`January 2026`) or id.
    pub id: Ref<Period>,
    /// Why it is opened again.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
    /// Leave it softly closed.
    pub soft: Option<bool>,
}

/// The period that is open again.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reopened {
    /// The period.
    #[serde(flatten)]
    pub period: PeriodView,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Reopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (period, reason) = (&self.period, self.reason.trim_end_matches('.'));
        let how = if period.status == PeriodStatus::Open { "is open again" } else { "is only softly closed now" };
        write!(f, "Period {} ({} to {}) {how}: {reason}.", period.code, period.start, period.end)
    }
}

impl Operation for Reopen {
    const NAME: &'static str = "accounting.periods.reopen";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(CLOSING);
    type Output = Reopened;

    async fn run(self, cx: &mut Cx) -> Result<Reopened> {
        let wanted = if self.soft == Some(true) { PeriodStatus::SoftClosed } else { PeriodStatus::Open };
        let period = view(cx, self.id.id).await?;
        if period.status <= wanted {
            return Err(not_closed(&period).into());
        }
        if period.status == PeriodStatus::Closed {
            may_open(cx, &period).await?;
        }
        set(cx, &[period.id], wanted).await?;
        Ok(Reopened { period: view(cx, period.id).await?, reason: self.reason.trim().to_owned() })
    }

    fn undo(&self, output: &Reopened, changes: &Changes) -> Option<Call> {
        let soft = was(changes, output.period.id)? == "soft_closed";
        let arguments =
            if soft { json!({ "id": output.period.id, "soft": true }) } else { json!({ "id": output.period.id }) };
        Some(call::<close::Close>(arguments))
    }
}

fn not_closed(period: &PeriodView) -> Refusal {
    let detail = format!("Period {} is {}.", period.code, period.status);
    let refusal = Refusal::conflict("not_closed", detail);
    match period.status {
        PeriodStatus::Open => refusal.fix("Close it softly with accounting.periods.close and soft instead."),
        _ => refusal,
    }
}

/// Neither its year nor a period after it is closed.
async fn may_open(cx: &mut Cx, period: &PeriodView) -> Result<()> {
    let org = cx.org();
    let row = sqlx::query!(
        r#"select y.status as "year!",
               (select l.code from periods l where l.org_id = y.org_id and l.start_date > $3 and l.status = 'closed' order by l.start_date desc limit 1) as later
           from fiscal_years y where y.org_id = $1 and y.id = $2"#,
        org,
        period.fiscal_year.id,
        period.end
    )
    .fetch_one(cx.db())
    .await?;
    if row.year == "closed" {
        let year = &period.fiscal_year.code;
        let detail = format!("Period {} is part of fiscal year {year}, which is closed.", period.code);
        let fix = format!("Reopen fiscal year {year} with accounting.fiscal_years.reopen.");
        return Err(Refusal::conflict("fiscal_year_closed", detail).fix(fix).into());
    }
    let Some(later) = row.later else { return Ok(()) };
    let detail = format!("Period {later} after it is closed.");
    let fix = format!("Reopen {later} first: periods open from the last to the first.");
    Err(Refusal::conflict("later_period_closed", detail).fix(fix).into())
}
