//! `accounting.write_offs.list`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;
use steward_directory::parties::Party;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Ref, Refusal, Result, codes, limit};

use super::{Asked, WriteOffStatus, WriteOffView, rows};
use crate::bills::Bill;
use crate::invoices::Invoice;

/// List write-offs, latest first: what was written off, of whom and why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only of this party: name, number or id.
    pub party: Option<Ref<Party>>,
    /// Only of this invoice.
    pub invoice: Option<Ref<Invoice>>,
    /// Only of this bill.
    pub bill: Option<Ref<Bill>>,
    /// Only those in this state.
    pub status: Option<WriteOffStatus>,
    /// Date from.
    pub date_from: Option<NaiveDate>,
    /// Date to.
    pub date_to: Option<NaiveDate>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before, with the same filters.
    pub cursor: Option<Cursor>,
}

impl Listed for WriteOffView {
    const NOUN: (&'static str, &'static str) = ("write-off", "write-offs");
}

impl Operation for List {
    const NAME: &'static str = "accounting.write_offs.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<WriteOffView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<WriteOffView>> {
        if self.invoice.is_some() && self.bill.is_some() {
            let detail = "A write-off is of an invoice or of a bill.";
            return Err(Refusal::invalid(codes::INVALID_INPUT, "/bill", detail).into());
        }
        let wanted = limit(self.limit);
        let asked = Asked {
            id: None,
            party: self.party.map(|party| party.id),
            document: self.invoice.map(|invoice| invoice.id).or(self.bill.map(|bill| bill.id)),
            reversed: self.status.map(|status| status == WriteOffStatus::Reversed),
            from: self.date_from,
            to: self.date_to,
            after: self.cursor.as_ref().map(Cursor::key).transpose()?,
            limit: wanted + 1,
        };
        Page::of(rows(cx, &asked).await?, wanted, |row| (row.date, row.id))
    }
}
