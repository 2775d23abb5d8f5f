//! `accounting.revaluations.list`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};
use uuid::Uuid;

use super::{RevaluationView, rows};

/// List the revaluations of foreign currency, latest first.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

impl Listed for RevaluationView {
    const NOUN: (&'static str, &'static str) = ("revaluation", "revaluations");
}

impl Operation for List {
    const NAME: &'static str = "accounting.revaluations.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<RevaluationView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<RevaluationView>> {
        let wanted = limit(self.limit);
        let after: Option<(NaiveDate, Uuid)> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let rows = rows(cx, None, after, wanted + 1).await?;
        Page::of(rows, wanted, |row| (row.date, row.id))
    }
}
