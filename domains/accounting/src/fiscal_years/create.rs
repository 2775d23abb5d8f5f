//! `accounting.fiscal_years.create`

use std::fmt;

use chrono::{Datelike, Days, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Refusal, Result, call};

use super::calendar::Calendar;
use super::{YearView, delete, view};

/// Create a fiscal year with a period for each of its months.
///
/// It follows the last one there is, or comes right before the first where nothing is closed yet. Deleting it takes it back
/// as long as nothing is posted in it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Its first day. The day after the last fiscal year unless told, or 1 January of this year.
    pub start: Option<NaiveDate>,
    /// How many months it has: 12 unless told. Where it begins within a month, that is the first.
    #[schemars(range(min = 1, max = 23))]
    pub months: Option<u32>,
    /// What it is called: `2026`, or `2025/26`, unless told.
    #[schemars(length(min = 1, max = 20), regex(pattern = r"^\S+$"))]
    pub code: Option<String>,
}

/// The new fiscal year.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub YearView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let YearView { head, periods } = &self.0;
        write!(
            f,
            "Created fiscal year {} from {} to {} with {} periods.",
            head.code,
            head.start,
            head.end,
            periods.len()
        )
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.fiscal_years.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let (org, now) = (cx.org(), cx.now());
        let there = sqlx::query!(
            r#"select min(start_date) as first, max(end_date) as last,
                   (select p.code from periods p where p.org_id = $1 and p.status = 'closed' order by p.start_date limit 1) as closed
               from fiscal_years where org_id = $1"#,
            org
        )
        .fetch_one(cx.db())
        .await?;
        let new_year = cx.today() - Days::new(u64::from(cx.today().ordinal0()));
        let start = self.start.unwrap_or_else(|| there.last.map_or(new_year, |last| last + Days::new(1)));
        let year = Calendar::of(start, self.months.unwrap_or(12), self.code);
        if let Some((first, last)) = there.first.zip(there.last) {
            let before = year.end + Days::new(1) == first;
            if !before && start != last + Days::new(1) {
                let detail = format!(
                    "It would go from {} to {}; there are fiscal years from {first} to {last}.",
                    start, year.end
                );
                let fix = format!("Begin on {}, or end on {}.", last + Days::new(1), first - Days::new(1));
                return Err(Refusal::conflict("fiscal_years_follow", detail).fix(fix).into());
            }
            if let Some(closed) = there.closed.filter(|_| before) {
                let detail = format!("Period {closed} after it is closed.");
                return Err(Refusal::conflict("later_period_closed", detail).fix("Reopen it first.").into());
            }
        }
        let mut ids: Vec<_> = (0..=year.periods.len()).map(|_| cx.id()).collect();
        ids.reverse();
        let id = year
            .write(cx.db(), org, now, || ids.pop().unwrap_or_default())
            .await
            .on_constraint("fiscal_year_code_unique", || code_taken(&year.code))?;
        Ok(Created(view(cx, id).await?))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<delete::Delete>(json!({ "id": output.0.head.id })))
    }
}

fn code_taken(code: &str) -> Refusal {
    let detail = format!("There is a fiscal year called {code} already.");
    Refusal::conflict("code_taken", detail).fix("Give it another code.")
}
