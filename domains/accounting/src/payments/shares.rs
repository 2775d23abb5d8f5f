//! What of a payment settles which document.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use steward_common::{Dec, Money};
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Fact, Named, Ref, Refusal, Result, codes};
use uuid::Uuid;

use super::Direction;
use super::allocations::{NewAllocation, part_of};
use super::let_go::{LetGo, Why, let_go};
use crate::bills::Bill;
use crate::invoices::Invoice;

/// One invoice to settle with money received.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct InvoiceAllocation {
    /// The invoice: its number or id.
    pub invoice: Ref<Invoice>,
    /// How much of it; as much as is open and left unless told.
    pub amount: Option<Dec>,
}

/// One bill to settle with money paid.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct BillAllocation {
    /// The bill: its number or id.
    pub bill: Ref<Bill>,
    /// How much of it; as much as is open and left unless told.
    pub amount: Option<Dec>,
}

impl From<InvoiceAllocation> for Allocation {
    fn from(of: InvoiceAllocation) -> Self {
        Self { invoice: Some(of.invoice), bill: None, amount: of.amount }
    }
}
impl From<BillAllocation> for Allocation {
    fn from(of: BillAllocation) -> Self {
        Self { invoice: None, bill: Some(of.bill), amount: of.amount }
    }
}

/// One document to settle, of whichever kind the payment settles.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Allocation {
    /// The invoice, for money received: its number or id.
    pub invoice: Option<Ref<Invoice>>,
    /// The bill, for money paid: its number or id.
    pub bill: Option<Ref<Bill>>,
    /// How much of it; as much as is open and left unless told.
    pub amount: Option<Dec>,
}

/// One document that was settled.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Settled {
    /// The number of the invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Named<Invoice>>,
    /// The number of the bill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bill: Option<Named<Bill>>,
    /// How much of it.
    pub amount: Money,
    /// What was let go of it beside, because the payment came early.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
}

impl Settled {
    pub(super) fn of(direction: Direction, number: String, amount: Money, discount: Option<Money>) -> Self {
        match direction {
            Direction::In => Self { invoice: Some(number.into()), bill: None, amount, discount },
            Direction::Out => Self { invoice: None, bill: Some(number.into()), amount, discount },
        }
    }
    /// The number of what was settled.
    pub(super) fn number(&self) -> &str {
        self.invoice.as_deref().or(self.bill.as_deref()).unwrap_or_default()
    }
    /// As arguments of allocating or un-allocating name it.
    pub(super) fn argument(&self) -> Value {
        let amount = self.amount.decimal().to_string();
        match &self.bill {
            Some(bill) => json!({"bill": &**bill, "amount": amount}),
            None => json!({"invoice": self.number(), "amount": amount}),
        }
    }
}

/// `INV-2026-00042 (200.00 EUR), INV-2026-00043 (98.00 EUR and 2.00 EUR discount), …`
pub(super) fn told(settled: &[Settled]) -> String {
    let one = |s: &Settled| match &s.discount {
        Some(discount) => format!("{} ({} and {discount} discount)", s.number(), s.amount),
        None => format!("{} ({})", s.number(), s.amount),
    };
    settled.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A document that is named, and how much of it.
pub(super) struct Wanted {
    pub(super) document: Uuid,
    pub(super) amount: Option<Dec>,
}

/// The documents that somebody names, each once, and of the payment's kind.
pub(super) fn wanted(direction: Direction, named: Option<&[Allocation]>) -> Result<Option<Vec<Wanted>>> {
    let Some(named) = named else { return Ok(None) };
    let (field, other) = if direction == Direction::In { ("invoice", "bill") } else { ("bill", "invoice") };
    let mut wanted: Vec<Wanted> = Vec::with_capacity(named.len());
    for (i, one) in named.iter().enumerate() {
        let (right, wrong) = (one.invoice.map(|d| d.id), one.bill.map(|d| d.id));
        let (right, wrong) = if direction == Direction::In { (right, wrong) } else { (wrong, right) };
        if wrong.is_some() {
            let detail = format!("Money {} somebody settles {field}s, not {other}s.", direction.way());
            return Err(Refusal::invalid("wrong_document", &format!("/allocations/{i}/{other}"), detail).into());
        }
        let Some(document) = right else {
            let detail = format!("Say which {field} it settles.");
            return Err(Refusal::invalid(codes::INVALID_INPUT, &format!("/allocations/{i}"), detail).into());
        };
        if wanted.iter().any(|before| before.document == document) {
            let at = format!("/allocations/{i}/{field}");
            return Err(Refusal::invalid(codes::INVALID_INPUT, &at, format!("This {field} is named twice."))
                .fix(format!("Name each {field} once, with the whole amount."))
                .into());
        }
        wanted.push(Wanted { document, amount: one.amount });
    }
    Ok(Some(wanted))
}

/// An open document and how much of it a payment settles.
pub(super) struct Share {
    pub(super) id: Uuid,
    pub(super) number: String,
    pub(super) date: NaiveDate,
    pub(super) open: i64,
    pub(super) company_open: i64,
    pub(super) amount: i64,
    /// What is let go of it because the payment comes early: at first what may be, then what is.
    pub(super) discount: i64,
    pub(super) rate: Decimal,
}

impl Share {
    pub(super) fn settled(self, direction: Direction, currency: &str) -> Settled {
        let discount = (self.discount > 0).then(|| Money::new(self.discount, currency));
        Settled::of(direction, self.number, Money::new(self.amount, currency), discount)
    }
    /// Its row, with what it takes of what is left of the payment.
    pub(super) fn row(&self, cx: &mut Cx, date: NaiveDate, left: &mut (i64, i64)) -> NewAllocation {
        let company = part_of((self.open, self.company_open), self.amount);
        let source = part_of(*left, self.amount);
        *left = (left.0 - self.amount, left.1 - source);
        NewAllocation::of(cx.id(), self.id, date, self.amount, (company, source))
    }
    /// Takes what is left, as far as the document is open: with its discount where that closes it.
    fn take(mut self, left: &mut i64) -> Option<Self> {
        let early = self.open - self.discount;
        if early > *left {
            self.discount = 0;
        }
        self.amount = (self.open - self.discount).min(*left);
        *left -= self.amount;
        (self.amount > 0).then_some(self)
    }
    /// What was paid after all is not let go.
    fn forgo(&mut self, left: &mut i64) {
        let paid = self.discount.min(*left);
        self.amount += paid;
        self.discount -= paid;
        *left -= paid;
    }
}

/// Whose documents a payment may settle.
pub(super) struct Payer<'a> {
    pub(super) direction: Direction,
    pub(super) party: Uuid,
    pub(super) currency: &'a str,
    /// The day of the payment, which discounts for paying early go by; none where none is to be taken.
    pub(super) early: Option<NaiveDate>,
}

/// What `amount` settles: the named documents, or the open ones of the party in this currency, oldest first.
pub(super) async fn shares(
    cx: &mut Cx,
    payer: &Payer<'_>,
    amount: i64,
    named: Option<&[Allocation]>,
) -> Result<Vec<Share>> {
    let org = cx.org();
    let wanted = wanted(payer.direction, named)?;
    let ids: Option<Vec<Uuid>> = wanted.as_ref().map(|all| all.iter().map(|a| a.document).collect());
    let open = sqlx::query_as!(
        Share,
        r#"select i.id as "id!", i.number as "number!", i.date as "date!", i.open as "open!", i.company_open as "company_open!",
               i.open as "amount!", i.rate as "rate!", case when i.discount_until >= $6 then least(i.open - 1, early_discount(i.org_id, i.id)) else 0 end as "discount!"
           from invoice_states i
           where i.org_id = $1 and i.customer_id = $2 and i.status = 'posted' and i.open > 0 and ($3::uuid[] is null or i.id = any ($3))
             and i.side = $4 and i.currency = $5
           order by i.due_date, i.number"#,
        org,
        payer.party,
        ids.as_deref(),
        payer.direction.side().as_str(),
        payer.currency,
        payer.early
    )
    .fetch_all(cx.db())
    .await?;
    let mut left = amount;
    let mut shares: Vec<Share> = match &wanted {
        None => open.into_iter().filter_map(|document| document.take(&mut left)).collect(),
        Some(wanted) => {
            let named = wanted.iter().enumerate();
            named.map(|(i, wanted)| named_share(payer, (i, wanted), &open, &mut left)).collect::<Result<_>>()?
        }
    };
    let said = |i: usize| wanted.as_ref().and_then(|wanted| wanted.get(i)?.amount).is_some();
    for (i, share) in shares.iter_mut().enumerate() {
        if !said(i) {
            share.forgo(&mut left);
        }
    }
    Ok(shares)
}

fn named_share(payer: &Payer<'_>, (i, wanted): (usize, &Wanted), open: &[Share], left: &mut i64) -> Result<Share> {
    let at = format!("/allocations/{i}");
    let (noun, currency) = (payer.direction.side().noun(), payer.currency);
    let whose = if payer.direction == Direction::In { "customer" } else { "vendor" };
    let document = open.iter().find(|document| document.id == wanted.document).ok_or_else(|| {
        Refusal::invalid("not_open", &at, format!("This is no open {noun} of the {whose} in {currency}."))
            .fix(format!("List the {whose}'s open {noun}s."))
    })?;
    let too_far = || Refusal::invalid("exceeds_payment", &at, "The payment does not reach that far.");
    let share = Share { number: document.number.clone(), ..*document };
    let Some(amount) = wanted.amount else {
        return share.take(left).ok_or_else(|| too_far().into());
    };
    let amount = amount.amount(currency, &format!("{at}/amount"))?;
    if amount > document.open {
        let detail = format!("Only {} of {} are open.", Money::new(document.open, currency), document.number);
        return Err(Refusal::invalid("exceeds_open", &at, detail).into());
    }
    if amount > *left || amount == 0 {
        return Err(too_far().into());
    }
    *left -= amount;
    // the discount is what is not paid, where that is no more than what may be let go
    let unpaid = document.open - amount;
    Ok(Share { amount, discount: if unpaid <= document.discount { unpaid } else { 0 }, ..share })
}

/// Lets go of what was not paid of these because the payment came early.
pub(super) async fn give_discounts(
    cx: &mut Cx,
    payer: &Payer<'_>,
    payment: Uuid,
    shares: &[Share],
    date: NaiveDate,
) -> Result<()> {
    for share in shares.iter().filter(|share| share.discount > 0) {
        let company = share.company_open - part_of((share.open, share.company_open), share.amount);
        cx.fact(Fact { kind: "discounted", amount: Some(company) });
        let of = LetGo {
            why: Why::Discount { payment },
            side: payer.direction.side(),
            document: share.id,
            number: &share.number,
            party: payer.party,
            currency: payer.currency,
            rate: share.rate,
            date: share.date.max(date),
            amount: share.discount,
            company,
            with_tax: true,
        };
        let_go(cx, of).await?;
    }
    Ok(())
}

/// A payment about to be allocated or un-allocated, locked: whoever else does so finds it as this call leaves it.
pub(super) struct Held {
    pub(super) number: String,
    pub(super) direction: String,
    pub(super) party_id: Uuid,
    pub(super) party_number: String,
    pub(super) party: String,
    pub(super) date: NaiveDate,
    pub(super) currency: String,
    pub(super) unallocated: i64,
    pub(super) company_unallocated: i64,
    pub(super) reversed_by_number: Option<String>,
}

impl Held {
    pub(super) fn direction(&self) -> Direction {
        Direction::of(&self.direction)
    }
    pub(super) fn party(&self) -> PartyName {
        PartyName { id: self.party_id, number: self.party_number.clone(), name: self.party.clone() }
    }
}

/// The payment, locked. Refuses one that was reversed.
pub(super) async fn held(cx: &mut Cx, id: Uuid) -> Result<Held> {
    let org = cx.org();
    sqlx::query!("select from payments where org_id = $1 and id = $2 for no key update", org, id)
        .fetch_optional(cx.db())
        .await?;
    let held = sqlx::query_as!(
        Held,
        r#"select y.number as "number!", y.direction as "direction!", y.party_id as "party_id!", p.number as party_number, p.name as party,
               y.date as "date!", y.currency as "currency!", y.unallocated as "unallocated!",
               y.company_unallocated as "company_unallocated!", y.reversed_by_number
           from payment_states y join parties p on p.org_id = y.org_id and p.id = y.party_id
           where y.org_id = $1 and y.id = $2"#,
        org,
        id
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
