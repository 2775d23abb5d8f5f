//! `accounting.schedules.list`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit, name_key};

use super::view::{Asked, heads};
use super::{ScheduleHead, ScheduleKind};

/// List the schedules of accruals and deferrals, with how much of each is posted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Part of the name.
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// Only schedules of this kind.
    pub kind: Option<ScheduleKind>,
    /// Only cancelled ones, or only those that are not.
    pub cancelled: Option<bool>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

/// A row of the list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct ScheduleRow(pub ScheduleHead);

impl Listed for ScheduleRow {
    const NOUN: (&'static str, &'static str) = ("schedule", "schedules");
}

impl Operation for List {
    const NAME: &'static str = "accounting.schedules.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<ScheduleRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<ScheduleRow>> {
        let wanted = limit(self.limit);
        let asked = Asked {
            id: None,
            q: self.q.as_deref().map(name_key),
            kind: self.kind.map(ScheduleKind::as_str),
            cancelled: self.cancelled,
            after: self.cursor.as_ref().map(Cursor::key).transpose()?,
            rows: wanted + 1,
        };
        let rows = heads(cx, asked).await?.into_iter().map(ScheduleRow).collect();
        Page::of(rows, wanted, |row| (name_key(&row.0.name), row.0.id))
    }
}
