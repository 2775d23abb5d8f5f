//! `accounting.fiscal_years.delete`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Ref, Refusal, Result, call};

use super::{FiscalYear, YearView, create, view};

/// Delete a fiscal year in which nothing is posted and nothing closed, with its periods.
///
/// Only the first or the last one goes: years follow each other without a gap.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The fiscal year: its code or id.
    pub id: Ref<FiscalYear>,
}

/// The fiscal year that was.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Deleted(pub YearView);

impl fmt::Display for Deleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(f, "Deleted fiscal year {} ({} to {}), in which nothing was posted.", head.code, head.start, head.end)
    }
}

impl Operation for Delete {
    const NAME: &'static str = "accounting.fiscal_years.delete";
    const EFFECT: Effect = Effect::Write;
    type Output = Deleted;

    async fn run(self, cx: &mut Cx) -> Result<Deleted> {
        let (org, year) = (cx.org(), view(cx, self.id.id).await?);
        let between = sqlx::query_scalar!(
            r#"select min(start_date) < $2 and max(start_date) > $2 as "between!" from fiscal_years where org_id = $1"#,
            org,
            year.head.start
        )
        .fetch_one(cx.db())
        .await?;
        if between {
            let detail = format!("Fiscal year {} stands between others.", year.head.code);
            return Err(Refusal::conflict("fiscal_years_follow", detail).fix("Delete the later ones first.").into());
        }
        let code = year.head.code.clone();
        let gone = sqlx::query!("delete from fiscal_years where org_id = $1 and id = $2", org, year.head.id)
            .execute(cx.db())
            .await
            .on_constraint("fiscal_year_in_use", || in_use(&code))?;
        if gone.rows_affected() == 0 {
            return Err(Refusal::not_found("fiscal year").into());
        }
        Ok(Deleted(year))
    }

    /// The same year again.
    fn undo(&self, output: &Deleted, _: &Changes) -> Option<Call> {
        let YearView { head, periods } = &output.0;
        Some(call::<create::Create>(json!({ "start": head.start, "months": periods.len(), "code": head.code })))
    }
}

fn in_use(code: &str) -> Refusal {
    let detail = format!("Fiscal year {code} has entries or closed periods, and stays.");
    Refusal::conflict("fiscal_year_in_use", detail)
        .fix("What was posted stays in the books; nothing takes its year away.")
}
