//! `accounting.bills.list`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Dec;
use steward_directory::parties::Party;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Ref, Result};

use super::{BillHead, BillStatus};
use crate::documents::list::Sort;
use crate::documents::{Side, list};

/// List bills of vendors: drafts, what is approved, what is overdue.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Part of the number or the vendor's number, the vendor's name, the reference or the memo.
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// Only bills of this vendor: name, number or id.
    pub vendor: Option<Ref<Party>>,
    /// Only bills in this state.
    pub status: Option<BillStatus>,
    /// Only late bills: posted, open and past their due date (or, if false, only the others).
    pub overdue: Option<bool>,
    /// Bill date from.
    pub date_from: Option<NaiveDate>,
    /// Bill date to.
    pub date_to: Option<NaiveDate>,
    /// Due date from.
    pub due_from: Option<NaiveDate>,
    /// Due date to.
    pub due_to: Option<NaiveDate>,
    /// Gross amount from.
    pub amount_min: Option<Dec>,
    /// Gross amount to.
    pub amount_max: Option<Dec>,
    /// Order of the rows; newest first unless told.
    pub sort: Option<Sort>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before, with the same filters and order.
    pub cursor: Option<Cursor>,
    /// Also count all rows (to 10,000).
    pub total: Option<bool>,
}

/// A row of the list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct BillRow(pub BillHead);

impl Listed for BillRow {
    const NOUN: (&'static str, &'static str) = ("bill", "bills");
}

impl Operation for List {
    const NAME: &'static str = "accounting.bills.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<BillRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<BillRow>> {
        let asked = list::Asked {
            side: Side::Purchase,
            q: self.q,
            party: self.vendor.map(|vendor| vendor.id),
            status: self.status.map(BillStatus::as_str),
            overdue: self.overdue,
            disputed: None,
            dates: (self.date_from, self.date_to),
            due: (self.due_from, self.due_to),
            amounts: (self.amount_min, self.amount_max),
            sort: self.sort,
            limit: self.limit,
            cursor: self.cursor,
            total: self.total,
        };
        let Page { items, next_cursor, total, total_at_least } = list::page(cx, asked).await?;
        let items = items.into_iter().map(|head| BillRow(BillHead::of(cx, head))).collect();
        Ok(Page { items, next_cursor, total, total_at_least })
    }
}
