//! Money that moved, from a customer or to a vendor: posted and allocated.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use steward_common::series::{Series, draw};
use steward_common::{Dec, Money};
use steward_directory::parties::{PartyName, expect_known_kind};
use steward_tools::{Cx, Fact, Ref, Refusal, Result, codes};
use uuid::Uuid;

use super::Direction;
use super::allocations::{NewAllocation, Source, insert_allocations};
use super::shares::{Allocation, Payer, Settled, give_discounts, shares};
use crate::accounts::Account;
use crate::documents::ledger::converted;
use crate::documents::price::{Terms, no_rate};
use crate::posting::{self, Book, Leg, NewEntry};

/// What is told of a payment.
pub(crate) struct New {
    pub(crate) direction: Direction,
    pub(crate) party: Uuid,
    pub(crate) amount: Dec,
    pub(crate) date: Option<NaiveDate>,
    pub(crate) currency: Option<String>,
    pub(crate) rate: Option<Dec>,
    pub(crate) bank_account: Option<Ref<Account>>,
    pub(crate) reference: Option<String>,
    pub(crate) allocations: Option<Vec<Allocation>>,
    pub(crate) without_discount: bool,
}

/// The payment as it was posted.
pub(crate) struct Moved {
    pub(crate) id: Uuid,
    pub(crate) number: String,
    pub(crate) party: PartyName,
    pub(crate) date: NaiveDate,
    pub(crate) amount: Money,
    pub(crate) allocations: Vec<Settled>,
    pub(crate) unallocated: Money,
}

/// Posts a payment and settles documents with it.
pub(crate) async fn moved(cx: &mut Cx, new: New) -> Result<Moved> {
    let (direction, side) = (new.direction, new.direction.side());
    let party = expect_known_kind(cx, new.party, side.party_kind(), side.party_at()).await?;
    let (currency, rate) = Terms::currency(cx, new.currency.clone(), new.rate)?;
    let amount = new.amount.amount(&currency, "/amount")?;
    let date = new.date.unwrap_or_else(|| cx.today());
    let early = (!new.without_discount).then_some(date);
    let payer = Payer { direction, party: party.id, currency: &currency, early };
    let shares = shares(cx, &payer, amount, new.allocations.as_deref()).await?;
    let books = books(cx, &new, &currency, date).await?;
    let rate = rate.or(books.rate).ok_or_else(|| no_rate(&currency, date))?;
    let company_amount = converted(cx, &currency, rate, amount)?;
    let kind = if direction == Direction::In { "received" } else { "paid" };
    cx.fact(Fact { kind, amount: Some(company_amount) });
    let (org, id, now) = (cx.org(), cx.id(), cx.now());
    let [number, entry_number] = draw(cx, [Series::Yearly("PAY", date), Series::Yearly("JE", date)]).await?;
    let memo = format!("Payment {number} {} {}", direction.way(), party.name);
    let foreign = |leg: Leg, amount| {
        if currency == cx.currency() { leg } else { leg.in_currency(&currency, amount, rate) }
    };
    let legs = vec![
        foreign(Leg::debit(books.bank, None, company_amount), amount),
        foreign(Leg::credit(books.control, Some(party.id), company_amount), -amount),
    ];
    let entry = NewEntry {
        id: None,
        number: &entry_number,
        book: Book::Bank,
        date,
        memo: &memo,
        reference: None,
        source: ("accounting.payments", id),
        reverses: None,
        legs: if direction == Direction::In { legs } else { legs.into_iter().map(Leg::mirrored).collect() },
    };
    let entry = posting::post(cx, entry).await?;
    sqlx::query!(
        "insert into payments (org_id, id, number, party_id, date, amount, currency, account_id, reference, entry_id, created_at,
             direction, rate, company_amount)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        org, id, number, party.id, date, amount, currency, books.bank, new.reference, entry, now, direction.as_str(), rate, company_amount
    )
    .execute(cx.db())
    .await?;
    let mut left = (amount, company_amount);
    // an allocation cannot be older than the document it settles
    let rows: Vec<NewAllocation> = shares.iter().map(|share| share.row(cx, share.date.max(date), &mut left)).collect();
    if !rows.is_empty() {
        insert_allocations(cx, Source::Payment(id), party.id, None, rows).await?;
    }
    give_discounts(cx, &payer, id, &shares, date).await?;
    let allocations = shares.into_iter().map(|share| share.settled(direction, &currency)).collect();
    let money = |minor| Money::new(minor, &currency);
    Ok(Moved { id, number, party, date, amount: money(amount), allocations, unallocated: money(left.0) })
}

/// The accounts of a payment, and the rate of its day.
struct Books {
    bank: Uuid,
    control: Uuid,
    rate: Option<Decimal>,
}

async fn books(cx: &mut Cx, new: &New, currency: &str, date: NaiveDate) -> Result<Books> {
    let org = cx.org();
    let (named, control) = (new.bank_account.map(|account| account.id), new.direction.side().control());
    let rows = sqlx::query!(
        r#"select id, purpose, type = 'asset' and control is null and not heading and archived_at is null as "fits!",
               case when $4 then rate_on($1, $5, $6) end as rate
           from accounts where org_id = $1 and (purpose in ('bank', $2) or id = $3)"#,
        org,
        control,
        named,
        currency != cx.currency(),
        currency,
        date
    )
    .fetch_all(cx.db())
    .await?;
    let of = |purpose: &str| rows.iter().find(|row| row.purpose.as_deref() == Some(purpose));
    let bank = match named {
        Some(named) => {
            let row = rows.iter().find(|row| row.id == named);
            let row =
                row.ok_or_else(|| Refusal::invalid(codes::NOT_FOUND, "/bank_account", "There is no such account."))?;
            if !row.fits {
                let detail = "Money goes to or comes from an asset account such as bank or cash.";
                return Err(Refusal::invalid("wrong_account_type", "/bank_account", detail).into());
            }
            row.id
        }
        None => of("bank").ok_or_else(|| posting::incomplete("bank"))?.id,
    };
    let control = of(control).ok_or_else(|| posting::incomplete(control))?.id;
    let rate = rows.first().and_then(|row| row.rate).or((currency == cx.currency()).then_some(Decimal::ONE));
    Ok(Books { bank, control, rate })
}
