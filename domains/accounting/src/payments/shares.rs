//! What of a payment settles which invoice.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use steward_common::{Dec, Money};
use steward_tools::{Cx, Named, Ref, Refusal, Result, codes};
use uuid::Uuid;

use crate::invoices::Invoice;
use crate::posting::money;

/// One invoice to settle.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Allocation {
    /// The invoice: its number or id.
    pub invoice: Ref<Invoice>,
    /// How much of it; as much as is open and left unless told.
    pub amount: Option<Dec>,
}

/// One invoice that was settled.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Settled {
    /// Its number.
    pub invoice: Named<Invoice>,
    /// How much of it.
    pub amount: Money,
}

impl Settled {
    /// As arguments of allocating or un-allocating name it.
    pub(super) fn argument(&self) -> Value {
        json!({"invoice": &*self.invoice, "amount": self.amount.decimal().to_string()})
    }
}

/// `INV-2026-00042 (200.00 EUR), …`
pub(super) fn told(settled: &[Settled]) -> String {
    settled.iter().map(|s| format!("{} ({})", s.invoice, s.amount)).collect::<Vec<_>>().join(", ")
}

/// An open invoice and how much of it a payment settles.
pub(super) struct Share {
    pub(super) id: Uuid,
    pub(super) number: String,
    pub(super) date: NaiveDate,
    pub(super) amount: i64,
}

impl Share {
    pub(super) fn settled(self, currency: &str) -> Settled {
        Settled { invoice: self.number.into(), amount: Money::new(self.amount, currency) }
    }
}

/// What `amount` settles: the named invoices, or the customer's open ones, oldest first.
pub(super) async fn shares(
    cx: &mut Cx,
    customer: Uuid,
    amount: i64,
    wanted: Option<&[Allocation]>,
) -> Result<Vec<Share>> {
    let org = cx.org();
    let named: Option<Vec<Uuid>> = wanted.map(|all| all.iter().map(|a| a.invoice.id).collect());
    once(named.as_deref().unwrap_or_default())?;
    let open = sqlx::query_as!(
        Share,
        r#"select i.id as "id!", i.number as "number!", i.date as "date!", i.open as "amount!"
           from invoice_states i
           where i.org_id = $1 and i.customer_id = $2 and i.status = 'posted' and i.open > 0 and ($3::uuid[] is null or i.id = any ($3))
           order by i.due_date, i.number"#,
        org, customer, named.as_deref()
    )
    .fetch_all(cx.db())
    .await?;
    let mut left = amount;
    match wanted {
        None => Ok(open.into_iter().filter_map(|invoice| take(invoice, &mut left)).collect()),
        Some(wanted) => {
            wanted.iter().enumerate().map(|(i, wanted)| named_share(cx, (i, wanted), &open, &mut left)).collect()
        }
    }
}

/// Refuses a list that names an invoice twice.
pub(super) fn once(invoices: &[Uuid]) -> Result<()> {
    match invoices.iter().enumerate().find(|(i, id)| invoices[..*i].contains(id)) {
        None => Ok(()),
        Some((i, _)) => {
            let at = format!("/allocations/{i}/invoice");
            Err(Refusal::invalid(codes::INVALID_INPUT, &at, "This invoice is named twice.")
                .fix("Name each invoice once, with the whole amount.")
                .into())
        }
    }
}

fn named_share(cx: &Cx, (i, wanted): (usize, &Allocation), open: &[Share], left: &mut i64) -> Result<Share> {
    let at = format!("/allocations/{i}");
    let invoice = open.iter().find(|invoice| invoice.id == wanted.invoice.id).ok_or_else(|| {
        Refusal::invalid("not_open", &at, "This is no open invoice of the customer.")
            .fix("List the customer's open invoices.")
    })?;
    let amount = match wanted.amount {
        Some(amount) => amount.amount(cx.currency(), &format!("{at}/amount"))?,
        None => invoice.amount.min(*left),
    };
    if amount > invoice.amount {
        let detail = format!("Only {} of {} are open.", money(cx, invoice.amount), invoice.number);
        return Err(Refusal::invalid("exceeds_open", &at, detail).into());
    }
    if amount > *left || amount == 0 {
        return Err(Refusal::invalid("exceeds_payment", &at, "The payment does not reach that far.").into());
    }
    *left -= amount;
    Ok(Share { id: invoice.id, number: invoice.number.clone(), date: invoice.date, amount })
}

fn take(mut invoice: Share, left: &mut i64) -> Option<Share> {
    invoice.amount = invoice.amount.min(*left);
    *left -= invoice.amount;
    (invoice.amount > 0).then_some(invoice)
}

/// A payment about to be allocated or un-allocated, locked: whoever else does so finds it as this call leaves it.
pub(super) struct Held {
    pub(super) number: String,
    pub(super) party_id: Uuid,
    pub(super) party_number: String,
    pub(super) party: String,
    pub(super) date: NaiveDate,
    pub(super) currency: String,
    pub(super) unallocated: i64,
    pub(super) reversed_by_number: Option<String>,
}

/// The payment, locked. Refuses one that was reversed.
pub(super) async fn held(cx: &mut Cx, id: Uuid) -> Result<Held> {
    let org = cx.org();
    sqlx::query!("select from payments where org_id = $1 and id = $2 for no key update", org, id)
        .fetch_optional(cx.db())
        .await?;
    let held = sqlx::query_as!(
        Held,
        r#"select y.number as "number!", y.party_id as "party_id!", p.number as party_number, p.name as party, y.date as "date!",
               y.currency as "currency!", y.unallocated as "unallocated!", y.reversed_by_number
           from payment_states y join parties p on p.org_id = y.org_id and p.id = y.party_id
           where y.org_id = $1 and y.id = $2"#,
        org, id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("payment"))?;
    if let Some(by) = &held.reversed_by_number {
        let detail = format!("{} was reversed by {by} and settles nothing.", held.number);
        return Err(Refusal::conflict("payment_reversed", detail).fix("Record the payment again.").into());
    }
    Ok(held)
}
