//! Rows of `allocations`, and the differences of exchange that come with them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use steward_common::proportion;
use steward_common::series::{Series, draw};
use steward_tools::{Cx, Result};
use uuid::Uuid;

use crate::documents::Side;
use crate::posting::{self, Book, Leg, NewEntry};

/// What settles a document.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    Payment(Uuid),
    Note(Uuid),
    /// A discount or write-off, at the rate of its document.
    Adjustment(Uuid),
}

/// A row about to be written.
pub(crate) struct NewAllocation {
    id: Uuid,
    document: Uuid,
    date: NaiveDate,
    amount: i64,
    /// What it takes off the document, and off its source, in the company's currency.
    company: i64,
    source_company: i64,
    /// The allocation that it takes back, and the entry of its difference of exchange.
    reverses: Option<(Uuid, Option<Uuid>)>,
}

impl NewAllocation {
    pub(crate) const fn of(
        id: Uuid,
        document: Uuid,
        date: NaiveDate,
        amount: i64,
        (company, source_company): (i64, i64),
    ) -> Self {
        Self { id, document, date, amount, company, source_company, reverses: None }
    }
}

/// An allocation that nobody has taken back.
pub(super) struct Active {
    pub(super) id: Uuid,
    pub(super) document: Uuid,
    pub(super) number: String,
    pub(super) date: NaiveDate,
    pub(super) amount: i64,
    pub(super) company: i64,
    pub(super) source_company: i64,
    pub(super) exchange_entry: Option<Uuid>,
}

impl Active {
    /// Its exact negative (A5).
    pub(super) const fn taken_back(&self, id: Uuid, date: NaiveDate) -> NewAllocation {
        NewAllocation {
            id,
            document: self.document,
            date,
            amount: -self.amount,
            company: -self.company,
            source_company: -self.source_company,
            reverses: Some((self.id, self.exchange_entry)),
        }
    }
}

/// What a payment settles, latest first.
pub(super) async fn active(cx: &mut Cx, payment: Uuid) -> Result<Vec<Active>> {
    let org = cx.org();
    let active = sqlx::query_as!(
        Active,
        r#"select a.id, a.invoice_id as document, i.number as "number!", a.date, a.amount, a.company_amount as company,
               a.source_company_amount as source_company, a.exchange_entry_id as exchange_entry
           from allocations a join invoices i on i.org_id = a.org_id and i.id = a.invoice_id
           where a.org_id = $1 and a.payment_id = $2 and a.amount > 0
             and not exists (select from allocations r where r.org_id = a.org_id and r.reverses = a.id)
           order by a.date desc, a.id desc"#,
        org,
        payment
    )
    .fetch_all(cx.db())
    .await?;
    Ok(active)
}

/// The part of the company's amount that belongs to a part of an open amount: all of it with the last piece, so that nothing
/// is left over by rounding.
pub(crate) fn part_of((open, company_open): (i64, i64), amount: i64) -> i64 {
    if amount >= open || open == company_open {
        return if amount >= open { company_open } else { amount };
    }
    proportion(company_open, amount, open)
}

/// Writes allocations. Where a document was posted at another rate than what settles it, the difference is posted first, and
/// taken back with its allocation (A7).
pub(crate) async fn insert_allocations(
    cx: &mut Cx,
    source: Source,
    party: Uuid,
    reason: Option<&str>,
    rows: Vec<NewAllocation>,
) -> Result<()> {
    let (org, now) = (cx.org(), cx.now());
    let entries = exchange(cx, source, party, &rows).await?;
    let (payment, note, adjustment) = match source {
        Source::Payment(id) => (Some(id), None, None),
        Source::Note(id) => (None, Some(id), None),
        Source::Adjustment(id) => (None, None, Some(id)),
    };
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let documents: Vec<Uuid> = rows.iter().map(|row| row.document).collect();
    let dates: Vec<NaiveDate> = rows.iter().map(|row| row.date).collect();
    let amounts: Vec<i64> = rows.iter().map(|row| row.amount).collect();
    let companies: Vec<i64> = rows.iter().map(|row| row.company).collect();
    let sources: Vec<i64> = rows.iter().map(|row| row.source_company).collect();
    let reverses: Vec<Option<Uuid>> = rows.iter().map(|row| row.reverses.map(|(id, _)| id)).collect();
    sqlx::query!(
        "insert into allocations (org_id, id, invoice_id, payment_id, credit_note_id, party_id, date, amount, reverses, reason, created_at,
             company_amount, source_company_amount, exchange_entry_id, adjustment_id)
         select $1, a.id, a.document, $2, $3, $4, a.date, a.amount, a.reverses, $5, $6, a.company, a.source, a.entry, $15
         from unnest($7::uuid[], $8::uuid[], $9::date[], $10::bigint[], $11::uuid[], $12::bigint[], $13::bigint[], $14::uuid[])
             as a (id, document, date, amount, reverses, company, source, entry)",
        org,
        payment,
        note,
        party,
        reason,
        now,
        &ids,
        &documents,
        &dates,
        &amounts,
        &reverses as &[Option<Uuid>],
        &companies,
        &sources,
        &entries as &[Option<Uuid>],
        adjustment
    )
    .execute(cx.db())
    .await?;
    Ok(())
}

/// Posts what the rates differ by, one entry an allocation. Most have none.
async fn exchange(cx: &mut Cx, source: Source, party: Uuid, rows: &[NewAllocation]) -> Result<Vec<Option<Uuid>>> {
    let mut entries = vec![None; rows.len()];
    if rows.iter().all(|row| row.company == row.source_company) {
        return Ok(entries);
    }
    let org = cx.org();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.document).collect();
    let documents = sqlx::query!(
        r#"select id, number as "number!", side, currency, rate from invoices where org_id = $1 and id = any ($2)"#,
        org,
        &ids
    )
    .fetch_all(cx.db())
    .await?;
    let documents: BTreeMap<Uuid, _> = documents.into_iter().map(|document| (document.id, document)).collect();
    let [receivable, payable, gain, loss] = accounts(cx).await?;
    for (row, posted) in rows.iter().zip(&mut entries) {
        let Some(document) = documents.get(&row.document).filter(|_| row.company != row.source_company) else {
            continue;
        };
        let sale = document.side == Side::Sale.as_str();
        let off = row.company - row.source_company;
        let legs = match row.reverses {
            Some((_, Some(entry))) => posting::legs_of(cx, entry).await?.into_iter().map(Leg::mirrored).collect(),
            _ => {
                // what is still on the control account of a customer was not received: a loss; of a vendor not paid: a gain
                let control = if sale { receivable } else { payable };
                let other = if (off > 0) == sale { loss } else { gain };
                let control = control.ok_or_else(|| posting::incomplete("payable"))?;
                let other = other.ok_or_else(|| posting::incomplete("exchange_gain"))?;
                let owed = Leg::credit(control, Some(party), off.abs());
                let owed = owed.in_currency(&document.currency, 0, document.rate);
                let legs = vec![owed, Leg::debit(other, None, off.abs())];
                if (off > 0) == sale { legs } else { legs.into_iter().map(Leg::mirrored).collect() }
            }
        };
        let [number] = draw(cx, [Series::Yearly("JE", row.date)]).await?;
        let memo = format!("Difference of exchange on {}", document.number);
        let source = match source {
            Source::Payment(id) => ("accounting.payments", id),
            Source::Note(id) if sale => ("accounting.credit_notes", id),
            Source::Note(id) => ("accounting.debit_notes", id),
            Source::Adjustment(id) => ("accounting.write_offs", id),
        };
        let entry = NewEntry {
            id: None,
            number: &number,
            book: Book::General,
            date: row.date,
            memo: &memo,
            reference: None,
            source,
            reverses: row.reverses.and_then(|(_, entry)| entry),
            legs,
        };
        *posted = Some(posting::post(cx, entry).await?);
    }
    Ok(entries)
}

/// Receivable, payable, gain and loss of exchange, as far as the chart has them.
async fn accounts(cx: &mut Cx) -> Result<[Option<Uuid>; 4]> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select id, purpose as "purpose!" from accounts
           where org_id = $1 and purpose in ('receivable', 'payable', 'exchange_gain', 'exchange_loss')"#,
        org
    )
    .fetch_all(cx.db())
    .await?;
    Ok(["receivable", "payable", "exchange_gain", "exchange_loss"]
        .map(|purpose| rows.iter().find(|row| row.purpose == purpose).map(|row| row.id)))
}
