//! `accounting.payment_runs.list`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};

use super::view::{Asked, heads};
use super::{PaymentRunHead, PaymentRunStatus};

/// List payment runs, latest first: state, day, total and how many bills.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only runs in this state.
    pub status: Option<PaymentRunStatus>,
    /// Date from.
    pub date_from: Option<NaiveDate>,
    /// Date to.
    pub date_to: Option<NaiveDate>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before, with the same filters.
    pub cursor: Option<Cursor>,
}

impl Listed for PaymentRunHead {
    const NOUN: (&'static str, &'static str) = ("payment run", "payment runs");
}

impl Operation for List {
    const NAME: &'static str = "accounting.payment_runs.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<PaymentRunHead>;

    async fn run(self, cx: &mut Cx) -> Result<Page<PaymentRunHead>> {
        let wanted = limit(self.limit);
        let asked = Asked {
            id: None,
            status: self.status.map(PaymentRunStatus::as_str),
            from: self.date_from,
            to: self.date_to,
            after: self.cursor.as_ref().map(Cursor::key).transpose()?,
            rows: wanted + 1,
        };
        let rows = heads(cx, &asked).await?.into_iter().map(|(head, _)| head).collect();
        Page::of(rows, wanted, |row: &PaymentRunHead| (row.date, row.id))
    }
}
