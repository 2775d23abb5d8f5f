//! `accounting.dunning_levels.list`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};

use super::{DunningLevelView, rows};

/// List the dunning levels: after how many days overdue, in which words and at which fee.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Those that are archived, in place of those in use.
    pub archived: Option<bool>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

impl Listed for DunningLevelView {
    const NOUN: (&'static str, &'static str) = ("dunning level", "dunning levels");
}

impl Operation for List {
    const NAME: &'static str = "accounting.dunning_levels.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<DunningLevelView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<DunningLevelView>> {
        let wanted = limit(self.limit);
        let after: Option<i32> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let rows = rows(cx, None, self.archived == Some(true), after, wanted + 1).await?;
        Page::of(rows, wanted, |row| row.days_overdue)
    }
}
