//! What is let go of a document: a discount for paying early, or what is written off. An entry with its tax, and an allocation
//! that settles the document; taking it back answers both.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use steward_common::proportion;
use steward_common::series::{Series, draw};
use steward_tools::{Cx, Result};
use uuid::Uuid;

use super::allocations::{Active, NewAllocation, Source, insert_allocations};
use crate::documents::Side;
use crate::documents::ledger::{converted, sweep};
use crate::documents::line::{Tax, TaxSum};
use crate::documents::post::{TaxColumns, TaxRow};
use crate::posting::{self, Leg, NewEntry};

/// Why something is let go.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Why<'a> {
    /// This payment came early.
    Discount { payment: Uuid },
    /// It will not be paid.
    WriteOff { reason: &'a str },
}

impl Why<'_> {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Discount { .. } => "discount",
            Self::WriteOff { .. } => "write_off",
        }
    }
    /// The purpose of the account that bears it.
    const fn purpose(&self, side: Side) -> &'static str {
        match (self, side) {
            (Self::Discount { .. }, Side::Sale) => "discount_allowed",
            (Self::Discount { .. }, Side::Purchase) => "discount_received",
            (Self::WriteOff { .. }, Side::Sale) => "bad_debt",
            (Self::WriteOff { .. }, Side::Purchase) => "write_off_gain",
        }
    }
}

/// What is let go of which document.
pub(crate) struct LetGo<'a> {
    pub(crate) why: Why<'a>,
    pub(crate) side: Side,
    pub(crate) document: Uuid,
    pub(crate) number: &'a str,
    pub(crate) party: Uuid,
    pub(crate) currency: &'a str,
    /// The rate of the document.
    pub(crate) rate: Decimal,
    pub(crate) date: NaiveDate,
    pub(crate) amount: i64,
    /// The part of the company's amount that it takes off the document.
    pub(crate) company: i64,
    /// Whether its tax is let go too, in proportion.
    pub(crate) with_tax: bool,
}

/// Posts it and settles the document by it. Answers its id.
pub(crate) async fn let_go(cx: &mut Cx, of: LetGo<'_>) -> Result<Uuid> {
    let taxes = if of.with_tax { of.taxes(cx).await? } else { BTreeMap::new() };
    let (legs, rows) = of.legs(cx, &taxes).await?;
    let (org, id, now) = (cx.org(), cx.id(), cx.now());
    let journal = Series::Yearly("JE", of.date);
    let (entry_number, memo, source, number, payment, reason) = match of.why {
        Why::Discount { payment } => {
            let [entry] = draw(cx, [journal]).await?;
            let memo = format!("Discount for early payment of {}", of.number);
            (entry, memo, ("accounting.payments", payment), None, Some(payment), None)
        }
        Why::WriteOff { reason } => {
            let [number, entry] = draw(cx, [Series::Yearly("WO", of.date), journal]).await?;
            let memo = format!("Write-off {number} of {}: {reason}", of.number);
            (entry, memo, ("accounting.write_offs", id), Some(number), None, Some(reason))
        }
    };
    let entry = NewEntry {
        id: None,
        number: &entry_number,
        book: of.side.book(),
        date: of.date,
        memo: &memo,
        reference: None,
        source,
        reverses: None,
        legs,
    };
    let entry = posting::post(cx, entry).await?;
    let taxes = TaxColumns::of(cx, &rows);
    sqlx::query!(
        "with adjustment as (
             insert into adjustments (org_id, id, kind, number, payment_id, invoice_id, party_id, date, amount, company_amount, currency, reason,
                 entry_id, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14))
         insert into document_taxes (org_id, id, adjustment_id, tax_code_id, rate, reverse_charge, net, tax, company_net, company_tax)
         select $1, t.id, $2, t.code, t.rate, t.reverse, t.net, t.tax, t.company_net, t.company_tax
         from unnest($15::uuid[], $16::uuid[], $17::numeric[], $18::bool[], $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[])
             as t (id, code, rate, reverse, net, tax, company_net, company_tax)",
        org,
        id,
        of.why.kind(),
        number,
        payment,
        of.document,
        of.party,
        of.date,
        of.amount,
        of.company,
        of.currency,
        reason,
        entry,
        now,
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
    let row = NewAllocation::of(cx.id(), of.document, of.date, of.amount, (of.company, of.company));
    insert_allocations(cx, Source::Adjustment(id), of.party, reason, vec![row]).await?;
    Ok(id)
}

impl LetGo<'_> {
    /// The taxes in it: of what each code has on the document, the same part.
    async fn taxes(&self, cx: &mut Cx) -> Result<BTreeMap<Uuid, TaxSum>> {
        let org = cx.org();
        let rows = sqlx::query!(
            "select t.tax_code_id, t.rate, t.reverse_charge, t.net, t.tax, c.account_id, c.input_account_id
             from document_taxes t join tax_codes c on c.org_id = t.org_id and c.id = t.tax_code_id
             where t.org_id = $1 and t.invoice_id = $2 order by t.tax_code_id",
            org,
            self.document
        )
        .fetch_all(cx.db())
        .await?;
        let charged = |reverse: bool, tax: i64| if reverse { 0 } else { tax };
        let whole: i64 = rows.iter().map(|row| row.net + charged(row.reverse_charge, row.tax)).sum();
        let (mut so_far, mut given) = (0, 0);
        let mut taxes = BTreeMap::new();
        for row in rows {
            let gross = row.net + charged(row.reverse_charge, row.tax);
            so_far += gross;
            let part = proportion(self.amount, so_far, whole) - given;
            given += part;
            let amount = proportion(part, row.tax, gross);
            let net = part - charged(row.reverse_charge, amount);
            let tax = Tax {
                code: row.tax_code_id,
                rate: row.rate,
                account: row.account_id,
                input: row.input_account_id,
                reverse: row.reverse_charge,
            };
            taxes.insert(row.tax_code_id, TaxSum { tax, net, amount });
        }
        Ok(taxes)
    }

    /// The entry, and its taxes as the report counts them: the party owes, or is owed, the whole less; the account bears what
    /// is before tax.
    async fn legs(&self, cx: &mut Cx, taxes: &BTreeMap<Uuid, TaxSum>) -> Result<(Vec<Leg>, Vec<TaxRow>)> {
        let [control, account] = posting::accounts_for(cx, [self.side.control(), self.why.purpose(self.side)]).await?;
        let foreign = self.currency != cx.currency();
        let leg = |account, amount, company| {
            let leg = Leg::debit(account, None, company);
            if foreign { leg.in_currency(self.currency, amount, self.rate) } else { leg }
        };
        let mut rows = Vec::with_capacity(taxes.len());
        let (mut net, mut company_net, mut legs) = (self.amount, self.company, Vec::new());
        for sum in taxes.values() {
            let company_tax = converted(cx, self.currency, self.rate, sum.amount)?;
            if !sum.tax.reverse {
                net -= sum.amount;
                company_net -= company_tax;
            }
            match (self.side, sum.tax.reverse) {
                (Side::Sale, true) => {}
                (Side::Sale, false) => legs.push(leg(sum.tax.account, sum.amount, company_tax)),
                (Side::Purchase, false) => legs.push(leg(sum.tax.claimed()?, sum.amount, company_tax)),
                (Side::Purchase, true) => {
                    legs.push(leg(sum.tax.claimed()?, sum.amount, company_tax));
                    legs.push(leg(sum.tax.account, sum.amount, company_tax).mirrored());
                }
            }
            rows.push(TaxRow {
                code: sum.tax.code,
                rate: sum.tax.rate,
                reverse: sum.tax.reverse,
                net: sum.net,
                tax: sum.amount,
                company_net: converted(cx, self.currency, self.rate, sum.net)?,
                company_tax,
            });
        }
        let off = company_net - rows.iter().map(|row| row.company_net).sum::<i64>();
        if let Some(largest) = rows.iter_mut().max_by_key(|row| row.company_net) {
            largest.company_net += off;
        }
        let mut owed = leg(control, self.amount, self.company).mirrored();
        owed.party = Some(self.party);
        legs.insert(0, leg(account, net, company_net));
        legs.insert(1, owed);
        sweep(&mut legs);
        if self.side == Side::Purchase {
            legs = legs.into_iter().map(Leg::mirrored).collect();
        }
        Ok((legs, rows))
    }
}

/// Something let go, as it stands.
pub(crate) struct Standing {
    pub(crate) id: Uuid,
    pub(crate) document: Uuid,
    pub(crate) document_number: String,
    pub(crate) side: String,
    pub(crate) party: Uuid,
    pub(crate) date: NaiveDate,
    pub(crate) amount: i64,
    pub(crate) company: i64,
    pub(crate) entry: Uuid,
    allocation: Uuid,
}

/// What is let go and not taken back: the one of this id, or the discounts of a payment on all documents or on these.
pub(crate) async fn standing(
    cx: &mut Cx,
    id: Option<Uuid>,
    payment: Option<Uuid>,
    documents: Option<&[Uuid]>,
) -> Result<Vec<Standing>> {
    let org = cx.org();
    let rows = sqlx::query_as!(
        Standing,
        r#"select j.id, j.invoice_id as document, i.number as "document_number!", i.side, j.party_id as party, j.date, j.amount,
               j.company_amount as company, j.entry_id as entry, a.id as allocation
           from adjustments j join invoices i on i.org_id = j.org_id and i.id = j.invoice_id
           join allocations a on a.org_id = j.org_id and a.adjustment_id = j.id and a.amount > 0
           where j.org_id = $1 and (j.id = $2 or j.payment_id = $3) and ($4::uuid[] is null or j.invoice_id = any ($4))
             and not exists (select from allocations r where r.org_id = a.org_id and r.reverses = a.id)
           order by j.date, j.id"#,
        org,
        id,
        payment,
        documents
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows)
}

/// Takes it back: its entry is reversed and the document is open by it again. Both stay on record. Answers the entry.
pub(crate) async fn take_back(
    cx: &mut Cx,
    of: &Standing,
    date: NaiveDate,
    reason: &str,
    source: (&str, Uuid),
) -> Result<String> {
    let date = date.max(of.date);
    let legs = posting::legs_of(cx, of.entry).await?.into_iter().map(Leg::mirrored).collect();
    let [number] = draw(cx, [Series::Yearly("JE", date)]).await?;
    let memo = format!("Taken back on {}: {reason}", of.document_number);
    let book = if of.side == Side::Sale.as_str() { Side::Sale.book() } else { Side::Purchase.book() };
    let reverses = Some(of.entry);
    let entry =
        NewEntry { id: None, number: &number, book, date, memo: &memo, reference: None, source, reverses, legs };
    posting::post(cx, entry).await?;
    let active = Active {
        id: of.allocation,
        document: of.document,
        number: of.document_number.clone(),
        date: of.date,
        amount: of.amount,
        company: of.company,
        source_company: of.company,
        exchange_entry: None,
    };
    let row = active.taken_back(cx.id(), date);
    insert_allocations(cx, Source::Adjustment(of.id), of.party, Some(reason), vec![row]).await?;
    Ok(number)
}
