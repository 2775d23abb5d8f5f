//! `accounting.fiscal_years.close`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::Money;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::{FiscalYear, YearHead, YearStatus, YearView, head, reopen, result, view};
use crate::periods::unfinished::{Unfinished, told, within};
use crate::periods::{self, CLOSING, PeriodStatus};
use crate::posting::money;

/// Close a fiscal year: profit or loss goes to retained earnings, and all its periods are closed.
///
/// One entry, dated the last day, brings every income and expense account to zero. The years before it must be closed. What is
/// unfinished in it is answered as warnings. `accounting.fiscal_years.reopen` takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// The fiscal year: its code (`2025`) or id.
    pub id: Ref<FiscalYear>,
}

/// The closed year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Closed {
    /// The year.
    #[serde(flatten)]
    pub year: YearView,
    /// What went to retained earnings; a loss is negative.
    pub profit: Money,
    /// What is unfinished in it.
    pub warnings: Vec<Unfinished>,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.year.head;
        write!(f, "Closed fiscal year {} ({} to {})", head.code, head.start, head.end)?;
        match &head.closing_entry {
            Some(entry) if self.profit.minor < 0 => {
                write!(
                    f,
                    ": a loss of {} goes to retained earnings by {}.",
                    Money::new(-self.profit.minor, &self.profit.currency),
                    entry.number
                )?;
            }
            Some(entry) => write!(f, ": a profit of {} goes to retained earnings by {}.", self.profit, entry.number)?,
            None => f.write_str(": there was no income and no expense.")?,
        }
        f.write_str(&told(&self.warnings))
    }
}

impl Operation for Close {
    const NAME: &'static str = "accounting.fiscal_years.close";
    const EFFECT: Effect = Effect::Final;
    const GROUP: Option<&'static str> = Some(CLOSING);
    type Output = Closed;

    async fn run(self, cx: &mut Cx) -> Result<Closed> {
        let year = head(cx, self.id.id).await?;
        may_close(cx, &year).await?;
        let (profit, carried) = result::carry(cx, &year).await?;
        let open: Vec<Uuid> = periods::of_year(cx, year.id).await?.iter().map(|period| period.id).collect();
        periods::set(cx, &open, PeriodStatus::Closed).await?;
        set(cx, &year, YearStatus::Closed, carried.map(|entry| entry.id)).await?;
        let warnings = within(cx, year.start, year.end).await?;
        Ok(Closed { year: view(cx, year.id).await?, profit: money(cx, profit), warnings })
    }

    fn undo(&self, output: &Closed, _: &Changes) -> Option<Call> {
        Some(call::<reopen::Reopen>(json!({ "id": output.year.head.id, "reason": "Closed by mistake" })))
    }
}

async fn may_close(cx: &mut Cx, year: &YearHead) -> Result<()> {
    if year.status == YearStatus::Closed {
        return Err(Refusal::conflict("already_closed", format!("Fiscal year {} is closed already.", year.code)).into());
    }
    let org = cx.org();
    // a year without periods of its own before it cannot be: years follow each other
    let earlier = sqlx::query_scalar!(
        "select code from fiscal_years where org_id = $1 and start_date < $2 and status = 'open' order by start_date limit 1",
        org,
        year.start
    )
    .fetch_optional(cx.db())
    .await?;
    let Some(earlier) = earlier else { return Ok(()) };
    let detail = format!("Fiscal year {earlier} before it is open.");
    Err(Refusal::conflict("earlier_year_open", detail).fix(format!("Close {earlier} first.")).into())
}

/// Puts a year into a state. The version says whether somebody was faster.
pub(super) async fn set(cx: &mut Cx, year: &YearHead, status: YearStatus, entry: Option<Uuid>) -> Result<()> {
    let (org, now) = (cx.org(), cx.now());
    let done = sqlx::query!(
        "update fiscal_years set status = $4, closing_entry_id = $5, version = version + 1, updated_at = $6
         where org_id = $1 and id = $2 and version = $3",
        org,
        year.id,
        year.version,
        status.as_str(),
        entry,
        now
    )
    .execute(cx.db())
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let detail = format!("Somebody is closing or opening fiscal year {}.", year.code);
    Err(Refusal::conflict("changed_meanwhile", detail).fix("Read it again and repeat.").into())
}
