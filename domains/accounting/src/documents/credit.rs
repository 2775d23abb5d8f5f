//! Taking a posted document back, wholly or in part: credit notes of ours, debit notes for bills.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use steward_common::Money;
use steward_common::series::{Series, draw};
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Fact, Refusal, Result};
use uuid::Uuid;

use super::Side;
use super::ledger::{Company, Document};
use super::line::{DocumentLine, Line, TaxSum};
use super::post::{TaxColumns, TaxRow, tax_rows};
use super::price::{Terms, price};
use super::rest::{Note, Rest};
use super::stored;
use crate::posting::{self, Leg, NewEntry};

/// A posted document, locked.
struct Posted {
    number: Option<String>,
    party_id: Uuid,
    party_number: String,
    party: String,
    status: String,
    entry_id: Option<Uuid>,
    date: NaiveDate,
    currency: String,
    rate: Decimal,
    tax_inclusive: bool,
    net: i64,
    tax: i64,
    gross: i64,
    open: i64,
    company_net: i64,
    company_tax: i64,
    company_gross: i64,
    company_open: i64,
    credited: i64,
    credited_tax: i64,
    credited_company: i64,
    control: Option<Uuid>,
}

/// What is asked to be taken back.
pub(crate) struct Asked {
    pub(crate) date: Option<NaiveDate>,
    pub(crate) reason: String,
    pub(crate) lines: Option<Vec<Line>>,
    /// The number that a vendor's own note bears.
    pub(crate) vendor_number: Option<String>,
}

/// The note that was posted.
pub(crate) struct Taken {
    pub(crate) id: Uuid,
    pub(crate) number: String,
    pub(crate) document: String,
    pub(crate) party: PartyName,
    pub(crate) date: NaiveDate,
    pub(crate) net: Money,
    pub(crate) tax: Money,
    pub(crate) gross: Money,
    pub(crate) settled: Money,
    pub(crate) reason: String,
}

/// What will be posted.
struct Due {
    lines: Vec<DocumentLine>,
    net: i64,
    tax: i64,
    company: Company,
    legs: Vec<Leg>,
    /// The whole document is mirrored, line by line.
    reverses: Option<Uuid>,
    taxes: Vec<TaxRow>,
}

/// Posts a credit or debit note, which settles the document as far as it is open.
pub(crate) async fn take_back(cx: &mut Cx, side: Side, id: Uuid, asked: Asked) -> Result<Taken> {
    let posted = locked(cx, side, id).await?;
    let (Some(document), Some(entry)) = (posted.number.clone(), posted.entry_id.filter(|_| posted.status == "posted"))
    else {
        return Err(Refusal::conflict("not_posted", "A draft is not in the books.")
            .fix("Delete the draft instead.")
            .into());
    };
    let date = asked.date.unwrap_or_else(|| cx.today()).max(posted.date);
    let due = due(cx, side, id, &posted, entry, asked.lines).await?;
    let gross = due.net + due.tax;
    if gross == 0 {
        return Err(Refusal::conflict("nothing_to_credit", format!("{document} comes to nothing.")).into());
    }
    let reason = asked.reason.trim().to_owned();
    cx.fact(Fact { kind: if side == Side::Sale { "credited" } else { "debited" }, amount: Some(due.company.gross) });
    let [number, entry_number] =
        draw(cx, [Series::Yearly(side.credit_series(), date), Series::Yearly("JE", date)]).await?;
    let note = cx.id();
    let noun = side.credit_noun();
    let memo = format!("{}{} {number} for {document}: {reason}", noun[..1].to_uppercase(), &noun[1..]);
    let entry = posting::post(
        cx,
        NewEntry {
            id: None,
            number: &entry_number,
            book: side.book(),
            date,
            memo: &memo,
            reference: asked.vendor_number.as_deref(),
            source: (side.credit_source(), note),
            reverses: due.reverses,
            legs: due.legs.clone(),
        },
    )
    .await?;
    let row =
        Row { note, number: &number, document: id, date, reason: &reason, vendor_number: asked.vendor_number, entry };
    insert(cx, side, &posted, &due, row).await?;
    let settled = settle(cx, id, note, &posted, &due, date).await?;
    let money = |minor| Money::new(minor, &posted.currency);
    Ok(Taken {
        id: note,
        number,
        document,
        party: PartyName { id: posted.party_id, number: posted.party_number.clone(), name: posted.party.clone() },
        date,
        net: money(due.net),
        tax: money(due.tax),
        gross: money(gross),
        settled: money(settled),
        reason,
    })
}

/// The whole document, mirrored; what earlier notes have left of it; or the given lines, within that.
async fn due(cx: &mut Cx, side: Side, id: Uuid, posted: &Posted, entry: Uuid, lines: Option<Vec<Line>>) -> Result<Due> {
    let whole = lines.is_none() && posted.credited == 0;
    let number = posted.number.clone().unwrap_or_default();
    let control = posted.control.ok_or_else(|| posting::incomplete(side.control()))?;
    if whole {
        let legs = posting::legs_of(cx, entry).await?.into_iter().map(Leg::mirrored).collect();
        let company = Company { net: posted.company_net, tax: posted.company_tax, gross: posted.company_gross };
        let taxes = taxes_of(cx, id).await?;
        let lines = stored::lines(cx, id).await?;
        return Ok(Due { lines, net: posted.net, tax: posted.tax, company, legs, reverses: Some(entry), taxes });
    }
    let (gross, tax) = (posted.gross - posted.credited, posted.tax - posted.credited_tax);
    if gross <= 0 {
        let credited = Money::new(posted.credited, &posted.currency);
        let detail = format!("{credited} of {number} are credited already.");
        return Err(Refusal::conflict("already_credited", detail).into());
    }
    let rest = Rest::of(cx, id, &number, &posted.currency, (gross, tax)).await?;
    let note = match lines {
        None => rest.all()?,
        Some(lines) => {
            let given = (posted.currency != cx.currency()).then_some(posted.rate);
            let terms = Terms {
                side,
                party: posted.party_id,
                date: posted.date,
                currency: posted.currency.clone(),
                rate: given,
                tax_inclusive: posted.tax_inclusive,
                payment_terms: None,
            };
            let priced = price(cx, terms, lines).await?;
            let mut note = Note { lines: priced.lines, taxes: priced.taxes };
            rest.settle_tax(&mut note)?;
            note
        }
    };
    let document = Document {
        side,
        control,
        party: posted.party_id,
        currency: &posted.currency,
        rate: posted.rate,
        lines: &note.lines,
        taxes: &note.taxes,
    };
    let legs = document.legs(cx)?.into_iter().map(Leg::mirrored).collect();
    let ((net, tax), company, taxes) = (document.sums(), document.company(cx)?, tax_rows(cx, &document)?);
    debug_assert_eq!(tax, note.taxes.values().map(TaxSum::charged).sum::<i64>());
    let mut due = Due { lines: note.lines, net, tax, company, legs, reverses: None, taxes };
    due.close(posted);
    Ok(due)
}

impl Due {
    /// The last note of a foreign document takes back what is left of it in the company's currency, so that it ends at zero.
    fn close(&mut self, posted: &Posted) {
        let left = posted.company_gross - posted.credited_company;
        if posted.credited + self.net + self.tax != posted.gross || left == self.company.gross {
            return;
        }
        let off = left - self.company.gross;
        self.company.gross += off;
        self.company.net += off;
        let side = |leg: &mut Leg, off: i64| if leg.debit > 0 { leg.debit += off } else { leg.credit += off };
        if let Some(owed) = self.legs.iter_mut().find(|leg| leg.party.is_some()) {
            side(owed, off);
        }
        // on income or expense: the taxes stay what `document_taxes` says
        let earned = self.legs.iter_mut().filter(|leg| self.lines.iter().any(|line| line.account == leg.account));
        if let Some(largest) = earned.max_by_key(|leg| leg.debit.max(leg.credit)) {
            side(largest, off);
        }
        if let Some(largest) = self.taxes.iter_mut().max_by_key(|row| row.company_net) {
            largest.company_net += off;
        }
    }
}

/// The document, locked: two that take it back see each other.
async fn locked(cx: &mut Cx, side: Side, id: Uuid) -> Result<Posted> {
    let org = cx.org();
    sqlx::query!("select from invoices where org_id = $1 and id = $2 for no key update", org, id)
        .fetch_optional(cx.db())
        .await?;
    let posted = sqlx::query_as!(
        Posted,
        r#"select i.number, i.customer_id as "party_id!", p.number as party_number, p.name as party, i.status as "status!",
               i.entry_id, i.date as "date!", i.currency as "currency!", i.rate as "rate!", i.tax_inclusive as "tax_inclusive!",
               i.net as "net!", i.tax as "tax!", i.gross as "gross!", i.open as "open!", i.company_net as "company_net!",
               i.company_tax as "company_tax!", i.company_gross as "company_gross!", i.company_open as "company_open!",
               c.gross as "credited!", c.tax as "credited_tax!", c.company_gross as "credited_company!",
               (select a.id from accounts a where a.org_id = i.org_id and a.purpose = $4) as control
           from invoice_states i join parties p on p.org_id = i.org_id and p.id = i.customer_id
           cross join lateral (
               select coalesce(sum(c.gross), 0)::bigint as gross, coalesce(sum(c.tax), 0)::bigint as tax,
                   coalesce(sum(c.company_gross), 0)::bigint as company_gross
               from credit_notes c where c.org_id = i.org_id and c.invoice_id = i.id
           ) c
           where i.org_id = $1 and i.id = $2 and i.side = $3"#,
        org,
        id,
        side.as_str(),
        side.control()
    )
    .fetch_optional(cx.db())
    .await?;
    posted.ok_or_else(|| Refusal::not_found(side.noun()).into())
}

/// The taxes of a posted document, as it was posted.
async fn taxes_of(cx: &mut Cx, id: Uuid) -> Result<Vec<TaxRow>> {
    let org = cx.org();
    let rows = sqlx::query_as!(
        TaxRow,
        "select tax_code_id as code, rate, reverse_charge as reverse, net, tax, company_net, company_tax
         from document_taxes where org_id = $1 and invoice_id = $2 order by tax_code_id",
        org,
        id
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows)
}

/// What the note's row says beside its sums.
struct Row<'a> {
    note: Uuid,
    number: &'a str,
    document: Uuid,
    date: NaiveDate,
    reason: &'a str,
    vendor_number: Option<String>,
    entry: Uuid,
}

async fn insert(cx: &mut Cx, side: Side, posted: &Posted, due: &Due, row: Row<'_>) -> Result<()> {
    let (org, now) = (cx.org(), cx.now());
    let taxes = TaxColumns::of(cx, &due.taxes);
    sqlx::query!(
        "with note as (
             insert into credit_notes (org_id, id, number, invoice_id, customer_id, date, reason, currency, net, tax, gross, entry_id, created_at,
                 side, rate, company_net, company_tax, company_gross, vendor_number)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19))
         insert into document_taxes (org_id, id, credit_note_id, tax_code_id, rate, reverse_charge, net, tax, company_net, company_tax)
         select $1, t.id, $2, t.code, t.rate, t.reverse, t.net, t.tax, t.company_net, t.company_tax
         from unnest($20::uuid[], $21::uuid[], $22::numeric[], $23::bool[], $24::bigint[], $25::bigint[], $26::bigint[], $27::bigint[])
             as t (id, code, rate, reverse, net, tax, company_net, company_tax)",
        org,
        row.note,
        row.number,
        row.document,
        posted.party_id,
        row.date,
        row.reason,
        posted.currency,
        due.net,
        due.tax,
        due.net + due.tax,
        row.entry,
        now,
        side.as_str(),
        posted.rate,
        due.company.net,
        due.company.tax,
        due.company.gross,
        row.vendor_number,
        &taxes.ids,
        &taxes.codes,
        &taxes.rates,
        &taxes.reverses,
        &taxes.nets,
        &taxes.taxes,
        &taxes.company_nets,
        &taxes.company_taxes
    )
    .execute(cx.db())
    .await?;
    stored::insert_credited(cx, row.note, &due.lines).await
}

/// Settles the document with the note as far as both reach. It takes the rate of the document: there is no difference of
/// exchange, and the last piece of either takes what is left of it.
async fn settle(cx: &mut Cx, id: Uuid, note: Uuid, posted: &Posted, due: &Due, date: NaiveDate) -> Result<i64> {
    let gross = due.net + due.tax;
    let settled = gross.min(posted.open);
    if settled == 0 {
        return Ok(0);
    }
    let part = crate::payments::part_of((posted.open, posted.company_open), settled);
    let given = crate::payments::part_of((gross, due.company.gross), settled);
    let allocation = crate::payments::NewAllocation::of(cx.id(), id, date, settled, (part, given));
    crate::payments::insert_allocations(
        cx,
        crate::payments::Source::Note(note),
        posted.party_id,
        None,
        vec![allocation],
    )
    .await?;
    Ok(settled)
}
