//! A document without its lines, as operations of either side show it.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Refusal, Result};
use uuid::Uuid;

use super::Side;

/// The sums of a document.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Totals {
    /// Before tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// Net and tax.
    pub gross: Money,
    /// Still to be paid; a draft is not owed yet.
    pub open: Money,
    /// What was written off of it: that much of what reads paid was never paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written_off: Option<Money>,
}

/// A row of `invoice_states` with its party.
#[derive(Clone)]
pub(crate) struct Head {
    pub(crate) id: Uuid,
    pub(crate) version: i32,
    pub(crate) number: Option<String>,
    pub(crate) party_id: Uuid,
    pub(crate) party_number: String,
    pub(crate) party: String,
    pub(crate) state: String,
    pub(crate) date: NaiveDate,
    pub(crate) due_date: NaiveDate,
    pub(crate) currency: String,
    pub(crate) reference: Option<String>,
    pub(crate) memo: Option<String>,
    pub(crate) net: i64,
    pub(crate) tax: i64,
    pub(crate) gross: i64,
    pub(crate) open: i64,
    pub(crate) written_off: i64,
    pub(crate) rate: Decimal,
    pub(crate) company_gross: i64,
    pub(crate) tax_inclusive: bool,
    pub(crate) vendor_number: Option<String>,
    pub(crate) entry: Option<String>,
    /// The payment terms by which it is due.
    pub(crate) payment_terms: Option<String>,
    pub(crate) in_instalments: bool,
    /// What is let go where it is paid early, and until when.
    pub(crate) discount: Option<i64>,
    pub(crate) discount_until: Option<NaiveDate>,
    /// Why the customer disputes it, as long as it does.
    pub(crate) disputed: Option<String>,
}

impl Head {
    pub(crate) fn party(&self) -> PartyName {
        PartyName { id: self.party_id, number: self.party_number.clone(), name: self.party.clone() }
    }
    pub(crate) fn totals(&self) -> Totals {
        let money = |minor| Money::new(minor, &self.currency);
        let open = if matches!(self.state.as_str(), "draft" | "approved") { 0 } else { self.open };
        let written_off = Some(self.written_off).filter(|minor| *minor != 0).map(money);
        Totals { net: money(self.net), tax: money(self.tax), gross: money(self.gross), open: money(open), written_off }
    }
    /// What it comes to in the company's currency, where it is in another.
    pub(crate) fn company(&self, cx: &Cx) -> Option<Money> {
        (self.currency != cx.currency()).then(|| Money::new(self.company_gross, cx.currency()))
    }
    /// The rate, where it is in a foreign currency.
    pub(crate) fn exchange(&self, cx: &Cx) -> Option<steward_common::Dec> {
        (self.currency != cx.currency()).then_some(steward_common::Dec(self.rate.normalize()))
    }
}

/// The document as it is now; absent, foreign and of the other side are the same.
pub(crate) async fn head(cx: &mut Cx, side: Side, id: Uuid) -> Result<Head> {
    let org = cx.org();
    let head = sqlx::query_as!(
        Head,
        r#"select i.id as "id!", i.version as "version!", i.number, i.customer_id as "party_id!", p.number as party_number, p.name as party,
               i.state as "state!", i.date as "date!", i.due_date as "due_date!", i.currency as "currency!", i.reference, i.memo,
               i.net as "net!", i.tax as "tax!", i.gross as "gross!", i.open as "open!", i.written_off as "written_off!", i.rate as "rate!",
               i.company_gross as "company_gross!", i.tax_inclusive as "tax_inclusive!", i.vendor_number,
               (select e.number from entries e where e.org_id = i.org_id and e.id = i.entry_id) as entry,
               (select t.code from payment_terms t where t.org_id = i.org_id and t.id = i.payment_term_id) as payment_terms,
               i.in_instalments as "in_instalments!", i.discount, i.discount_until, i.disputed
           from invoice_states i join parties p on p.org_id = i.org_id and p.id = i.customer_id
           where i.org_id = $1 and i.id = $2 and i.side = $3"#,
        org,
        id,
        side.as_str()
    )
    .fetch_optional(cx.db())
    .await?;
    head.ok_or_else(|| Refusal::not_found(side.noun()).into())
}
