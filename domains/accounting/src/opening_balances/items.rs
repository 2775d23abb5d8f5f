//! Open items as they are given, checked row by row before anything is written.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use steward_common::{Money, is_currency};
use steward_directory::parties::{FoundParty, PartyName};
use steward_tools::{Cx, FieldError, Refusal, Result, codes};
use uuid::Uuid;

use super::import_items::{ImportedItem, OpenItem};
use crate::documents::Side;
use crate::documents::ledger::converted;
use crate::documents::price::no_rate;
use crate::payment_terms::Term;

/// An open item that may be posted.
pub(super) struct Item {
    pub(super) side: Side,
    pub(super) party: PartyName,
    /// Its number in the system before.
    pub(super) given: String,
    /// Our number; drawn last.
    pub(super) number: String,
    pub(super) date: NaiveDate,
    pub(super) due: NaiveDate,
    pub(super) currency: String,
    pub(super) rate: Decimal,
    pub(super) rate_given: bool,
    /// What is open of it, in its currency and the company's.
    pub(super) gross: i64,
    pub(super) company: i64,
    pub(super) memo: Option<String>,
}

impl Item {
    pub(super) fn told(self) -> ImportedItem {
        let amount = Money::new(self.gross, &self.currency);
        ImportedItem { number: self.number, old_number: self.given, party: self.party, amount }
    }
}

/// What the books know of an item beforehand.
struct Known {
    rate: Option<Decimal>,
    closed: bool,
    /// The document that was brought over or entered already.
    twin: Option<String>,
}

/// The other side, with the payment terms that it has.
struct Other {
    found: FoundParty,
    ourselves: bool,
    term: Option<Term>,
}

/// The items, or what is wrong with the first that cannot be entered. Two round trips, however many there are.
pub(super) async fn checked(cx: &mut Cx, opening: NaiveDate, items: &[OpenItem]) -> Result<Vec<Item>> {
    let mut amounts = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        amounts.push(amount(cx, item, i, opening)?);
    }
    once(items)?;
    let parties = parties(cx, items).await?;
    let known = known(cx, items, &amounts).await?;
    let mut ready = Vec::with_capacity(items.len());
    for (i, ((item, (currency, gross)), known)) in items.iter().zip(amounts).zip(known).enumerate() {
        let at = |field: &str| format!("/items/{i}/{field}");
        let party = parties.get(&item.party.id).ok_or_else(|| Refusal::not_found("party"))?;
        let name = party.found.clone().expect(item.kind.side().party_kind(), &at("party"))?;
        if party.ourselves && item.kind.side() == Side::Purchase {
            let detail = "The company is not its own vendor.";
            return Err(Refusal::invalid("own_company", &at("party"), detail).fix("Name the vendor.").into());
        }
        if known.closed {
            let detail = format!("The period of {} is closed.", item.date);
            return Err(Refusal::invalid("period_closed", &at("date"), detail)
                .fix("Give a date in an open period, or ask a controller to open the period again.")
                .into());
        }
        if let Some(twin) = known.twin {
            let detail = format!("{} of {} is in the books already as {twin}.", item.number, name.name);
            return Err(duplicate(&at("number"), detail).into());
        }
        let rate = known.rate.ok_or_else(|| at_row(no_rate(&currency, item.date), &at("rate")))?;
        let company = converted(cx, &currency, rate, gross)?;
        if company == 0 {
            let detail = format!("It comes to nothing in {}.", cx.currency());
            return Err(Refusal::invalid("nothing_to_post", &at("amount"), detail).into());
        }
        let due = item.due_date.or_else(|| party.term.as_ref().map(|term| term.due_date(item.date)));
        ready.push(Item {
            side: item.kind.side(),
            party: name,
            given: item.number.trim().to_owned(),
            number: String::new(),
            date: item.date,
            due: due.unwrap_or(item.date),
            currency,
            rate,
            rate_given: item.rate.is_some(),
            gross,
            company,
            memo: crate::shared::kept(item.memo.as_deref()),
        });
    }
    Ok(ready)
}

/// What a row says by itself: its currency, and what is open in it.
fn amount(cx: &Cx, item: &OpenItem, i: usize, opening: NaiveDate) -> Result<(String, i64)> {
    let at = |field: &str| format!("/items/{i}/{field}");
    let currency = item.currency.clone().unwrap_or_else(|| cx.currency().to_owned());
    if !is_currency(&currency) {
        let detail = format!("{currency} is no currency of ISO 4217.");
        return Err(Refusal::invalid("unknown_currency", &at("currency"), detail).into());
    }
    if let Some(rate) = item.rate {
        rate.positive(&at("rate"))?;
        if currency == cx.currency() {
            let detail = format!("The books are in {currency} already.");
            return Err(Refusal::invalid("rate_not_needed", &at("rate"), detail).fix("Leave the rate out.").into());
        }
    }
    if item.date > opening {
        let detail = format!("It is dated after the day of the opening balances, {opening}.");
        return Err(Refusal::invalid("dated_after_opening", &at("date"), detail)
            .fix("Give a later day of the opening balances, or enter it as a document of its own.")
            .into());
    }
    if item.due_date.is_some_and(|due| due < item.date) {
        let detail = format!("It is dated {} and cannot be due before.", item.date);
        return Err(Refusal::invalid("due_before_date", &at("due_date"), detail).fix("Give a later due date.").into());
    }
    if plain(&item.number).is_empty() {
        return Err(Refusal::invalid(codes::INVALID_INPUT, &at("number"), "A number has letters or digits.").into());
    }
    Ok((currency.clone(), item.amount.amount(&currency, &at("amount"))?))
}

/// No document is named twice.
fn once(items: &[OpenItem]) -> Result<()> {
    let mut seen: BTreeMap<(bool, Uuid, String), usize> = BTreeMap::new();
    for (i, item) in items.iter().enumerate() {
        let key = (item.kind.side() == Side::Sale, item.party.id, plain(&item.number));
        if let Some(first) = seen.insert(key, i) {
            let detail = format!("{} is named twice: it is /items/{first} already.", item.number);
            return Err(duplicate(&format!("/items/{i}/number"), detail).into());
        }
    }
    Ok(())
}

/// The letters and digits of a number, as the database compares them (`plain_number`).
fn plain(number: &str) -> String {
    number.to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

pub(super) fn duplicate(at: &str, detail: String) -> Refusal {
    let refusal = Refusal::conflict("duplicate_item", detail).fix("Leave it out, or give the number that it has.");
    at_row(refusal, at)
}

/// The same refusal, of a row.
fn at_row(mut refusal: Refusal, at: &str) -> Refusal {
    refusal.errors.push(FieldError { pointer: at.to_owned(), detail: refusal.detail.clone() });
    refusal
}

/// The parties of the items.
async fn parties(cx: &mut Cx, items: &[OpenItem]) -> Result<BTreeMap<Uuid, Other>> {
    let org = cx.org();
    let ids: Vec<Uuid> = items.iter().map(|item| item.party.id).collect();
    let rows = sqlx::query!(
        r#"select p.id, p.number, p.name, p.kinds, p.archived_at is not null as "archived!", is_ourselves(p.org_id, p.name) as "ourselves!",
               t.id as "term?", t.code as "term_code?", t.name as "term_name?", t.percents as "percents?: Vec<Decimal>",
               t.days as "days?", t.end_of_month as "end_of_month?"
           from parties p
           left join party_terms a on a.org_id = p.org_id and a.party_id = p.id
           left join payment_terms t on t.org_id = p.org_id and t.archived_at is null
               and case when a.payment_term_id is null then t.is_default else t.id = a.payment_term_id end
           where p.org_id = $1 and p.id = any ($2)"#,
        org,
        &ids
    )
    .fetch_all(cx.db())
    .await?;
    let found = rows.into_iter().map(|row| {
        let name = PartyName { id: row.id, number: row.number, name: row.name };
        let term = row.term.map(|id| Term {
            id,
            code: row.term_code.unwrap_or_default(),
            name: row.term_name.unwrap_or_default(),
            percents: row.percents.unwrap_or_default(),
            days: row.days.unwrap_or_default(),
            end_of_month: row.end_of_month == Some(true),
            discount_percent: None,
            discount_days: None,
            archived: false,
        });
        let found = FoundParty { name, kinds: row.kinds, archived: row.archived };
        (row.id, Other { found, ourselves: row.ourselves, term })
    });
    Ok(found.collect())
}

/// Rate, period and twin of each item, in their order.
async fn known(cx: &mut Cx, items: &[OpenItem], amounts: &[(String, i64)]) -> Result<Vec<Known>> {
    let (org, own) = (cx.org(), cx.currency().to_owned());
    let sides: Vec<String> = items.iter().map(|item| item.kind.side().as_str().to_owned()).collect();
    let parties: Vec<Uuid> = items.iter().map(|item| item.party.id).collect();
    let numbers: Vec<String> = items.iter().map(|item| item.number.clone()).collect();
    let dates: Vec<NaiveDate> = items.iter().map(|item| item.date).collect();
    let rates: Vec<Option<Decimal>> = items.iter().map(|item| item.rate.map(|rate| rate.0)).collect();
    let (currencies, grosses): (Vec<String>, Vec<i64>) = amounts.iter().cloned().unzip();
    let rows = sqlx::query_as!(
        Known,
        r#"select case when x.currency = $2 then 1 else coalesce(x.rate, rate_on($1, x.currency, x.date)) end as rate,
               exists (select from periods p where p.org_id = $1 and p.status = 'closed' and p.end_date >= x.date) as "closed!",
               (select i.number from invoices i where i.org_id = $1 and i.customer_id = x.party and i.side = x.side and i.status = 'posted'
                   and plain_number(case x.side when 'sale' then i.reference else i.vendor_number end) = plain_number(x.number)
                   and case x.side when 'sale' then i.opening_import_id is not null else i.date = x.date or i.gross = x.gross end
                   and i.gross > coalesce((select sum(c.gross) from credit_notes c where c.org_id = $1 and c.invoice_id = i.id), 0)
                   limit 1) as twin
           from unnest($3::text[], $4::uuid[], $5::text[], $6::date[], $7::numeric[], $8::text[], $9::bigint[])
               with ordinality as x (side, party, number, date, rate, currency, gross, n) order by x.n"#,
        org,
        own,
        &sides,
        &parties,
        &numbers,
        &dates,
        &rates as &[Option<Decimal>],
        &currencies,
        &grosses
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows)
}
