//! `accounting.dunning_notices.list`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;
use steward_directory::parties::Party;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Ref, Result, limit};

use super::{Asked, NoticeStatus, NoticeView, rows};
use crate::dunning_runs::DunningRun;

/// List dunning notices, latest first: which customers were reminded to pay, and at which level.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only to this customer: name, number or id.
    pub customer: Option<Ref<Party>>,
    /// Only of this dunning run: its day or id.
    pub run: Option<Ref<DunningRun>>,
    /// Only those in this state.
    pub status: Option<NoticeStatus>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before, with the same filters.
    pub cursor: Option<Cursor>,
}

impl Listed for NoticeView {
    const NOUN: (&'static str, &'static str) = ("dunning notice", "dunning notices");
}

impl Operation for List {
    const NAME: &'static str = "accounting.dunning_notices.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<NoticeView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<NoticeView>> {
        let wanted = limit(self.limit);
        let after: Option<(NaiveDate, uuid::Uuid)> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let asked = Asked {
            id: None,
            run: self.run.map(|run| run.id),
            customer: self.customer.map(|customer| customer.id),
            cancelled: self.status.map(|status| status == NoticeStatus::Cancelled),
            after,
            limit: wanted + 1,
        };
        Page::of(rows(cx, &asked).await?, wanted, |row| (row.date, row.id))
    }
}
