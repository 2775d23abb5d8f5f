//! `accounting.payments.get`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_tools::{Cx, Effect, Named, Operation, Ref, Refusal, Result};

use super::{HeadRow, Payment, PaymentHead};
use crate::accounts::AccountName;
use crate::bills::Bill;
use crate::entries::Entry;
use crate::invoices::Invoice;

/// Show one payment: what it settles, what is left of it, and the entries that posted and reversed it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The payment: its number or id.
    pub id: Ref<Payment>,
}

/// A document that the payment settles.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AllocationView {
    /// The number of the invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Named<Invoice>>,
    /// The number of the bill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bill: Option<Named<Bill>>,
    /// Since when.
    pub date: NaiveDate,
    /// How much of it.
    pub amount: Money,
    /// What was let go of it beside, because the payment came early.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
}

/// A payment with what it settles.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PaymentView {
    /// The payment.
    #[serde(flatten)]
    pub head: PaymentHead,
    /// The account that the money went to or came from.
    pub account: AccountName,
    /// The entry that posted it (`JE-2026-00042`).
    pub entry: Named<Entry>,
    /// The entry that reversed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversal: Option<Named<Entry>>,
    /// The documents that it settles now.
    pub allocations: Vec<AllocationView>,
}

impl fmt::Display for PaymentView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.head;
        write!(f, "{} of {} {} on {}", head.number, head.amount, head.with_whom(), head.date)?;
        if let Some(reversal) = &self.reversal {
            return write!(f, ", reversed by {reversal}.");
        }
        for (i, a) in self.allocations.iter().enumerate() {
            let document = a.invoice.as_deref().or(a.bill.as_deref()).unwrap_or_default();
            write!(f, "{}{document} ({})", if i == 0 { ", settling " } else { ", " }, a.amount)?;
        }
        write!(f, ", {} unallocated.", head.unallocated)
    }
}

impl Operation for Get {
    const NAME: &'static str = "accounting.payments.get";
    const EFFECT: Effect = Effect::Read;
    type Output = PaymentView;

    async fn run(self, cx: &mut Cx) -> Result<PaymentView> {
        let (org, id) = (cx.org(), self.id.id);
        let row = sqlx::query_as!(
            HeadRow,
            r#"select y.id as "id!", y.number as "number!", y.direction as "direction!", y.party_id as "party_id!", p.number as party_number, p.name as party,
                   y.state as "state!", y.date as "date!", y.amount as "amount!", y.unallocated as "unallocated!",
                   y.currency as "currency!", y.reference
               from payment_states y join parties p on p.org_id = y.org_id and p.id = y.party_id
               where y.org_id = $1 and y.id = $2"#,
            org, id
        )
        .fetch_optional(cx.db())
        .await?
        .ok_or_else(|| Refusal::not_found("payment"))?;
        let booked = sqlx::query!(
            r#"select a.id, a.code, a.name, e.number as entry, r.number as "reversal?"
               from payments y join accounts a on a.org_id = y.org_id and a.id = y.account_id
               join entries e on e.org_id = y.org_id and e.id = y.entry_id
               left join entries r on r.org_id = y.org_id and r.reverses = y.entry_id
               where y.org_id = $1 and y.id = $2"#,
            org,
            id
        )
        .fetch_one(cx.db())
        .await?;
        let settled = sqlx::query!(
            r#"select i.number as "invoice!", min(a.date) filter (where a.amount > 0 and r.id is null) as "date!", sum(a.amount)::bigint as "amount!",
                   (select sum(d.amount)::bigint from adjustments j join allocations d on d.org_id = j.org_id and d.adjustment_id = j.id
                    where j.org_id = $1 and j.payment_id = $2 and j.invoice_id = i.id) as discount
               from allocations a join invoices i on i.org_id = a.org_id and i.id = a.invoice_id
               left join allocations r on r.org_id = a.org_id and r.reverses = a.id
               where a.org_id = $1 and a.payment_id = $2
               group by i.id, i.number having sum(a.amount) > 0 order by i.number"#,
            org, id
        )
        .fetch_all(cx.db())
        .await?;
        let head = row.head();
        let allocations = settled.into_iter().map(|row| {
            let sale = head.customer.is_some();
            AllocationView {
                invoice: sale.then(|| row.invoice.clone().into()),
                bill: (!sale).then(|| row.invoice.into()),
                date: row.date,
                amount: Money::new(row.amount, &head.amount.currency),
                discount: row.discount.filter(|minor| *minor > 0).map(|minor| Money::new(minor, &head.amount.currency)),
            }
        });
        Ok(PaymentView {
            allocations: allocations.collect(),
            account: AccountName { id: booked.id, code: booked.code, name: booked.name },
            entry: booked.entry.into(),
            reversal: booked.reversal.map(Named::from),
            head,
        })
    }
}
