//! `accounting.fiscal_years.reopen`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};

use super::close::{self, set};
use super::{FiscalYear, YearHead, YearStatus, YearView, head, result, view};
use crate::entries::EntryName;
use crate::periods::{self, CLOSING, PeriodStatus};

/// Reopen a fiscal year that was closed, with the reason: the entry that carried its result is reversed.
///
/// Its last period is softly closed then, so that a controller can post what is missing; the others stay closed. No later
/// period may be closed. Closing the year again takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reopen {
    /// The closed fiscal year: its code (`2025`) or id.
    pub id: Ref<FiscalYear>,
    /// Why it is opened again.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// The year that is open again.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reopened {
    /// The year.
    #[serde(flatten)]
    pub year: YearView,
    /// The entry that took its result back out of retained earnings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversal: Option<EntryName>,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Reopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, reason) = (&self.year.head, self.reason.trim_end_matches('.'));
        write!(f, "Fiscal year {} is open again: {reason}.", head.code)?;
        match &self.reversal {
            Some(entry) => write!(f, " {} takes its result back out of retained earnings.", entry.number),
            None => Ok(()),
        }
    }
}

impl Operation for Reopen {
    const NAME: &'static str = "accounting.fiscal_years.reopen";
    const EFFECT: Effect = Effect::Final;
    const GROUP: Option<&'static str> = Some(CLOSING);
    type Output = Reopened;

    async fn run(self, cx: &mut Cx) -> Result<Reopened> {
        let year = head(cx, self.id.id).await?;
        may_open(cx, &year).await?;
        // before the books are held, as postings do
        let number = if year.closing_entry.is_some() { Some(result::number(cx, &year).await?) } else { None };
        periods::hold_books(cx).await?;
        let last = periods::of_year(cx, year.id).await?.pop();
        periods::set(cx, &last.map(|period| period.id).into_iter().collect::<Vec<_>>(), PeriodStatus::SoftClosed)
            .await?;
        set(cx, &year, YearStatus::Open, None).await?;
        let reversal = match year.closing_entry.as_ref().zip(number) {
            Some((carried, number)) => Some(result::take_back(cx, &year, carried, number).await?),
            None => None,
        };
        Ok(Reopened { year: view(cx, year.id).await?, reversal, reason: self.reason.trim().to_owned() })
    }

    fn undo(&self, output: &Reopened, _: &Changes) -> Option<Call> {
        Some(call::<close::Close>(json!({ "id": output.year.head.id })))
    }
}

async fn may_open(cx: &mut Cx, year: &YearHead) -> Result<()> {
    if year.status == YearStatus::Open {
        return Err(Refusal::conflict("not_closed", format!("Fiscal year {} is open.", year.code)).into());
    }
    let org = cx.org();
    let later = sqlx::query!(
        "select p.code, y.code as year, y.status from periods p join fiscal_years y on y.org_id = p.org_id and y.id = p.fiscal_year_id
         where p.org_id = $1 and p.start_date > $2 and p.status = 'closed' order by p.start_date desc limit 1",
        org,
        year.end
    )
    .fetch_optional(cx.db())
    .await?;
    let Some(later) = later else { return Ok(()) };
    let (detail, fix) = match later.status.as_str() {
        "closed" => {
            (format!("Fiscal year {} after it is closed.", later.year), format!("Reopen {} first.", later.year))
        }
        _ => (
            format!("Period {} after it is closed.", later.code),
            format!("Reopen {} first: periods open from the last to the first.", later.code),
        ),
    };
    Err(Refusal::conflict("later_period_closed", detail).fix(fix).into())
}
