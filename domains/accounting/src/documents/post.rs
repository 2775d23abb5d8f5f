//! Posting a document to the ledger.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use steward_common::series::{Series, draw};
use steward_tools::{Cx, Fact, Refusal, Result};
use uuid::Uuid;

use super::Side;
use super::head::Head;
use super::ledger::{Company, Document};
use super::limit::{CreditControl, Limit, Warning};
use super::line::{DocumentLine, Tax, TaxSum, tax_sums};
use super::price::no_rate;
use super::{stored, terms};
use crate::payment_terms::Term;
use crate::posting::{self, NewEntry};

/// A draft, locked.
struct Draft {
    head: Head,
    status: String,
    /// The version that its lines were read of.
    seen: i32,
    control: Option<Uuid>,
    /// The rate of its currency on the day it is posted, where nobody gave one.
    rate: Option<Decimal>,
    /// A tax code whose rate is another on that day.
    changed_tax: Option<String>,
    lines: Vec<DocumentLine>,
    /// The payment terms by which it is due.
    term: Option<Term>,
    /// What its customer may owe.
    limit: Option<Limit>,
}

/// A posted document, and what whoever posted it should know.
pub(crate) struct Posted {
    pub(crate) head: Head,
    pub(crate) lines: Vec<DocumentLine>,
    pub(crate) warnings: Vec<Warning>,
}

/// Posts a draft: number, entry, taxes. `ready` is the state it must be in.
pub(crate) async fn post(cx: &mut Cx, side: Side, id: Uuid, date: Option<NaiveDate>, ready: &str) -> Result<Posted> {
    let mut draft = locked(cx, side, id, date).await?;
    if draft.status != ready {
        return Err(not_ready(side, &draft).into());
    }
    if draft.seen != draft.head.version {
        // somebody changed it while this waited for the lock, and the lines were read before
        draft.lines = stored::lines(cx, id).await?;
    }
    let mut head = draft.head;
    head.date = date.unwrap_or(head.date);
    head.due_date = match &draft.term {
        Some(term) => term.due_date(head.date),
        None => head.due_date.max(head.date),
    };
    if let Some(code) = draft.changed_tax {
        let detail = format!("{code} has another rate on {}, or none.", head.date);
        return Err(Refusal::conflict("tax_rate_changed", detail)
            .fix("Give the draft that date first, so that everybody sees what it comes to then.")
            .into());
    }
    head.rate = draft.rate.ok_or_else(|| no_rate(&head.currency, head.date))?;
    let control = draft.control.ok_or_else(|| posting::incomplete(side.control()))?;
    let taxes = tax_sums(&draft.lines, head.tax_inclusive, &head.currency)?;
    let document = Document {
        side,
        control,
        party: head.party_id,
        currency: &head.currency,
        rate: head.rate,
        lines: &draft.lines,
        taxes: &taxes,
    };
    let (company, legs) = (document.company(cx)?, document.legs(cx)?);
    let rows = tax_rows(cx, &document)?;
    cx.fact(Fact { kind: if side == Side::Sale { "posted" } else { "bill_posted" }, amount: Some(company.gross) });
    let warnings = match &draft.limit {
        Some(limit) => limit.hold(cx, (head.party_id, &head.party), head.date, company.gross).await?,
        None => None,
    };
    let [number, entry_number] =
        draw(cx, [Series::Yearly(side.series(), head.date), Series::Yearly("JE", head.date)]).await?;
    let memo = match side {
        Side::Sale => format!("Invoice {number} to {}", head.party),
        Side::Purchase => format!("Bill {number} from {}", head.party),
    };
    let entry = NewEntry {
        id: None,
        number: &entry_number,
        book: side.book(),
        date: head.date,
        memo: &memo,
        reference: head.vendor_number.as_deref(),
        source: (side.source(), id),
        reverses: None,
        legs,
    };
    let entry = posting::post(cx, entry).await?;
    let parts = draft.term.as_ref().map(|term| agreed(&mut head, term, company.gross)).unwrap_or_default();
    mark(cx, &head, &number, entry, company, &rows).await?;
    terms::write_instalments(cx, id, &parts).await?;
    head.version += 1;
    head.number = Some(number);
    "posted".clone_into(&mut head.state);
    head.open = head.gross;
    head.company_gross = company.gross;
    head.entry = Some(entry_number);
    Ok(Posted { head, lines: draft.lines, warnings: warnings.into_iter().collect() })
}

/// What follows from the payment terms at posting: the discount for paying early, and the instalments, where there are any.
fn agreed(head: &mut Head, term: &Term, company_gross: i64) -> Vec<(NaiveDate, i64, i64)> {
    let parts = term.instalments(head.date, head.gross, company_gross);
    head.in_instalments = !parts.is_empty();
    (head.discount, head.discount_until) = term.discount(head.date, head.gross).unzip();
    parts
}

fn not_ready(side: Side, draft: &Draft) -> Refusal {
    match (&draft.head.number, side) {
        (Some(number), _) => Refusal::conflict("not_draft", format!("{number} is posted already.")),
        (None, _) => Refusal::conflict("not_approved", "A bill is posted when somebody has approved it.")
            .fix("Approve it first (accounting.bills.approve)."),
    }
}

/// The row of a tax in `document_taxes`.
pub(crate) struct TaxRow {
    pub(crate) code: Uuid,
    pub(crate) rate: Decimal,
    pub(crate) reverse: bool,
    pub(crate) net: i64,
    pub(crate) tax: i64,
    pub(crate) company_net: i64,
    pub(crate) company_tax: i64,
}

/// The taxes of a document as the report counts them: the nets of the company add up to that of the document.
pub(super) fn tax_rows(cx: &Cx, document: &Document<'_>) -> Result<Vec<TaxRow>> {
    let mut left = document.company(cx)?.net;
    let mut rows = Vec::with_capacity(document.taxes.len());
    for sum in document.taxes.values() {
        let company_net = document.converted(cx, sum.net)?;
        left -= company_net;
        rows.push(TaxRow {
            code: sum.tax.code,
            rate: sum.tax.rate,
            reverse: sum.tax.reverse,
            net: sum.net,
            tax: sum.amount,
            company_net,
            company_tax: document.company_tax(cx, sum)?,
        });
    }
    if let Some(largest) = rows.iter_mut().max_by_key(|row| row.company_net) {
        largest.company_net += left;
    }
    Ok(rows)
}

/// Taxes turned on their side, as `unnest` takes them.
pub(crate) struct TaxColumns {
    pub(crate) ids: Vec<Uuid>,
    pub(crate) codes: Vec<Uuid>,
    pub(crate) rates: Vec<Decimal>,
    pub(crate) reverses: Vec<bool>,
    pub(crate) nets: Vec<i64>,
    pub(crate) taxes: Vec<i64>,
    pub(crate) company_nets: Vec<i64>,
    pub(crate) company_taxes: Vec<i64>,
}

impl TaxColumns {
    pub(crate) fn of(cx: &mut Cx, rows: &[TaxRow]) -> Self {
        Self {
            ids: rows.iter().map(|_| cx.id()).collect(),
            codes: rows.iter().map(|row| row.code).collect(),
            rates: rows.iter().map(|row| row.rate).collect(),
            reverses: rows.iter().map(|row| row.reverse).collect(),
            nets: rows.iter().map(|row| row.net).collect(),
            taxes: rows.iter().map(|row| row.tax).collect(),
            company_nets: rows.iter().map(|row| row.company_net).collect(),
            company_taxes: rows.iter().map(|row| row.company_tax).collect(),
        }
    }
}

/// The draft becomes the posted document, and its taxes stand beside it.
async fn mark(cx: &mut Cx, head: &Head, number: &str, entry: Uuid, company: Company, rows: &[TaxRow]) -> Result<()> {
    let (org, now) = (cx.org(), cx.now());
    let taxes = TaxColumns::of(cx, rows);
    let marked = sqlx::query!(
        "with posted as (
             update invoices set status = 'posted', number = $3, date = $4, due_date = $5, entry_id = $6, version = version + 1, updated_at = $7,
                 rate = $8, company_net = $9, company_tax = $10, company_gross = $11, in_instalments = $20, discount = $21,
                 discount_until = $22
             where org_id = $1 and id = $2)
         insert into document_taxes (org_id, id, invoice_id, tax_code_id, rate, reverse_charge, net, tax, company_net, company_tax)
         select $1, t.id, $2, t.code, t.rate, t.reverse, t.net, t.tax, t.company_net, t.company_tax
         from unnest($12::uuid[], $13::uuid[], $14::numeric[], $15::bool[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[])
             as t (id, code, rate, reverse, net, tax, company_net, company_tax)",
        org,
        head.id,
        number,
        head.date,
        head.due_date,
        entry,
        now,
        head.rate,
        company.net,
        company.tax,
        company.gross,
        &taxes.ids,
        &taxes.codes,
        &taxes.rates,
        &taxes.reverses,
        &taxes.nets,
        &taxes.taxes,
        &taxes.company_nets,
        &taxes.company_taxes,
        head.in_instalments,
        head.discount,
        head.discount_until
    )
    .execute(cx.db())
    .await;
    marked.map(drop).map_err(|error| refused(error, head))
}

/// What the database refuses of a bill, by name.
fn refused(error: sqlx::Error, head: &Head) -> steward_tools::Error {
    let number = head.vendor_number.as_deref().unwrap_or_default();
    match error.as_database_error().and_then(|e| e.constraint()) {
        Some("bill_once") => {
            let detail = format!("{} {number} of {} is posted already.", head.totals().gross, head.party);
            Refusal::conflict("duplicate_bill", detail)
                .fix("Look for the other bill of this vendor and number; delete this draft if it is the same.")
                .into()
        }
        Some("bill_not_of_ourselves") => {
            Refusal::conflict("own_company", "The company is not its own vendor.").fix("Name the vendor.").into()
        }
        Some("bill_numbered_by_vendor") => {
            Refusal::conflict("vendor_number_missing", "The bill lacks its vendor's number.")
                .fix("Give the draft the number that stands on the bill.")
                .into()
        }
        _ => error.into(),
    }
}

/// The draft with its lines, locked: of two that post it, the second finds it posted. One statement.
#[expect(clippy::too_many_lines, reason = "one statement, and its columns in their places")]
async fn locked(cx: &mut Cx, side: Side, id: Uuid, date: Option<NaiveDate>) -> Result<Draft> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select i.version, (select s.version from invoices s where s.org_id = i.org_id and s.id = i.id) as "seen!",
               i.customer_id, p.number as party_number, p.name as party, i.status, i.number, i.date, i.due_date, i.currency,
               i.reference, i.memo, i.net, i.tax, i.gross, i.company_gross, i.tax_inclusive, i.vendor_number, i.rate,
               case when i.rate_given or i.currency = $5 then i.rate else rate_on($1, i.currency, coalesce($4, i.date)) end as exchange,
               (select a.id from accounts a where a.org_id = i.org_id and a.purpose = $6) as control,
               l.description, l.quantity, l.unit, l.unit_price, l.discount_percent, l.tax_code_id, t.code as tax_code, l.tax_rate,
               not (t.reverse_charge and i.side = 'sale') and l.tax_rate is distinct from (
                   select r.rate from tax_rates r where r.org_id = $1 and r.tax_code_id = t.id and r.valid_from <= coalesce($4, i.date)
                   order by r.valid_from desc limit 1) as "changed!",
               t.account_id as tax_account, t.input_account_id, t.reverse_charge, l.account_id, c.code as "account?", l.net as line_net,
               l.dimension_id, (select d.code from dimensions d where d.org_id = l.org_id and d.id = l.dimension_id) as dimension,
               l.project_id, (select d.code from dimensions d where d.org_id = l.org_id and d.id = l.project_id) as project,
               y.id as "term?", y.code as "term_code?", y.name as "term_name?", y.percents as "percents?: Vec<Decimal>",
               y.days as "days?", y.end_of_month as "end_of_month?", y.discount_percent as "early_percent?", y.discount_days as "early_days?",
               case when $3 = 'sale' then p.credit_limit end as credit_limit, coalesce(p.currency, $5) as "limit_currency!",
               rate_on($1, p.currency, coalesce($4, i.date)) as limit_rate, x.credit_control as "credit_control?"
           from invoices i join parties p on p.org_id = i.org_id and p.id = i.customer_id
           join invoice_lines l on l.org_id = i.org_id and l.invoice_id = i.id
           join tax_codes t on t.org_id = l.org_id and t.id = l.tax_code_id
           left join accounts c on c.org_id = l.org_id and c.id = l.account_id
           left join party_terms x on x.org_id = i.org_id and x.party_id = i.customer_id
           left join payment_terms y on y.org_id = i.org_id and y.id = i.payment_term_id
           where i.org_id = $1 and i.id = $2 and i.side = $3 order by l.line_no for no key update of i"#,
        org,
        id,
        side.as_str(),
        date,
        cx.currency().to_owned(),
        side.control()
    )
    .fetch_all(cx.db())
    .await?;
    let mut draft: Option<Draft> = None;
    for row in rows {
        let draft = draft.get_or_insert_with(|| Draft {
            head: Head {
                id,
                version: row.version,
                number: row.number,
                party_id: row.customer_id,
                party_number: row.party_number,
                party: row.party,
                state: row.status.clone(),
                date: row.date,
                due_date: row.due_date,
                currency: row.currency,
                reference: row.reference,
                memo: row.memo,
                net: row.net,
                tax: row.tax,
                gross: row.gross,
                open: 0,
                written_off: 0,
                rate: row.rate,
                company_gross: row.company_gross,
                tax_inclusive: row.tax_inclusive,
                vendor_number: row.vendor_number,
                entry: None,
                payment_terms: row.term_code.clone(),
                in_instalments: false,
                discount: None,
                discount_until: None,
                disputed: None,
            },
            status: row.status,
            seen: row.seen,
            control: row.control,
            rate: row.exchange,
            changed_tax: None,
            lines: Vec::new(),
            term: row.term.map(|id| Term {
                id,
                code: row.term_code.unwrap_or_default(),
                name: row.term_name.unwrap_or_default(),
                percents: row.percents.unwrap_or_default(),
                days: row.days.unwrap_or_default(),
                end_of_month: row.end_of_month == Some(true),
                discount_percent: row.early_percent,
                discount_days: row.early_days,
                archived: false,
            }),
            limit: row.credit_limit.map(|minor| Limit {
                minor,
                currency: row.limit_currency,
                rate: row.limit_rate,
                control: CreditControl::of(row.credit_control.as_deref()),
            }),
        });
        if row.changed {
            draft.changed_tax = Some(row.tax_code.clone());
        }
        draft.lines.push(DocumentLine {
            description: row.description,
            quantity: row.quantity,
            unit: row.unit,
            unit_price: row.unit_price,
            discount_percent: row.discount_percent,
            tax: Tax {
                code: row.tax_code_id,
                rate: row.tax_rate,
                account: row.tax_account,
                input: row.input_account_id,
                reverse: row.reverse_charge,
            },
            tax_code: row.tax_code,
            account: row.account_id,
            account_code: row.account,
            dimension: row.dimension_id,
            dimension_code: row.dimension,
            project: row.project_id,
            project_code: row.project,
            net: row.line_net,
        });
    }
    draft.ok_or_else(|| Refusal::not_found(side.noun()).into())
}

/// The taxes by code, as `rest` needs them.
pub(super) type Taxes = BTreeMap<Uuid, TaxSum>;
