//! `accounting.dunning_runs.cancel`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Effect, Operation, Ref, Refusal, Result};
use uuid::Uuid;

use super::DunningRun;
use crate::dunning_notices::cancel::cancel;

/// Cancel a dunning run: all of its notices that stand.
///
/// Their invoices have not reached their levels then. It is refused where a later notice asks for the same.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// The dunning run: its day or id.
    pub id: Ref<DunningRun>,
}

/// What was cancelled.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Cancelled {
    /// The run.
    pub id: Uuid,
    /// The numbers of its notices.
    pub notices: Vec<String>,
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cancelled.", self.notices.join(", "))
    }
}

impl Operation for Cancel {
    const NAME: &'static str = "accounting.dunning_runs.cancel";
    const EFFECT: Effect = Effect::Write;
    const INSTEAD_OF_UNDO: &'static str = "Run dunning again (accounting.dunning_runs.run).";
    type Output = Cancelled;

    async fn run(self, cx: &mut Cx) -> Result<Cancelled> {
        let (org, id) = (cx.org(), self.id.id);
        let rows = sqlx::query!(
            r#"select n.id as "id?", n.number as "number?"
               from dunning_runs r left join dunning_notices n on n.org_id = r.org_id and n.run_id = r.id and n.cancelled_at is null
               where r.org_id = $1 and r.id = $2 order by n.number"#,
            org,
            id
        )
        .fetch_all(cx.db())
        .await?;
        if rows.is_empty() {
            return Err(Refusal::not_found("dunning run").into());
        }
        let (ids, notices): (Vec<Uuid>, Vec<String>) =
            rows.into_iter().filter_map(|row| row.id.zip(row.number)).unzip();
        if ids.is_empty() {
            return Err(Refusal::conflict("already_cancelled", "All of its notices are cancelled already.").into());
        }
        cancel(cx, &ids).await?;
        Ok(Cancelled { id, notices })
    }
}
