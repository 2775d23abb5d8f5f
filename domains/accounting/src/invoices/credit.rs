//! `accounting.invoices.credit`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_common::series::{Series, draw};
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Effect, Fact, Named, Operation, Ref, Refusal, Result};
use uuid::Uuid;

use super::Invoice;
use super::lines::{Line, Priced, price};
use super::rest::Rest;
use crate::posting::{self, Book, Leg, NewEntry, money};

/// Credit a posted invoice, wholly or in part.
///
/// A credit note is posted and settles the invoice as far as it is open; what was paid already stays as the customer's credit. A credit note stays: a new invoice answers it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// The invoice to credit: its id or number.
    pub id: Ref<Invoice>,
    /// Date of the credit note. Today unless told.
    pub date: Option<NaiveDate>,
    /// Why it is credited; stands on the credit note.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
    /// What is credited, where it is not the whole invoice or all that earlier credit notes left of it.
    #[schemars(length(min = 1, max = 500))]
    pub lines: Option<Vec<Line>>,
}

/// The credit note.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Credited {
    /// Its id.
    pub id: Uuid,
    /// Its number (`CN-2026-00042`).
    pub number: String,
    /// The invoice it credits.
    pub invoice: Named<Invoice>,
    /// Whom it is made out to.
    pub customer: PartyName,
    /// Its date.
    pub date: NaiveDate,
    /// Before tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// Net and tax.
    pub gross: Money,
    /// How much of the invoice it settled.
    pub settled: Money,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Credited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Credit note {} to {} takes back {} of invoice {}: {}.",
            self.number,
            self.customer.name,
            self.gross,
            self.invoice,
            self.reason.trim_end_matches('.')
        )
    }
}

struct Posted {
    number: Option<String>,
    customer_id: Uuid,
    customer_number: String,
    customer: String,
    status: String,
    entry_id: Option<Uuid>,
    date: NaiveDate,
    net: i64,
    tax: i64,
    gross: i64,
    open: i64,
    credited: i64,
    credited_tax: i64,
}

/// What will be credited.
struct Note {
    net: i64,
    tax: i64,
    legs: Vec<Leg>,
    /// The whole invoice is mirrored, line by line.
    reverses: Option<Uuid>,
    priced: Option<Priced>,
}

impl Operation for Credit {
    const NAME: &'static str = "accounting.invoices.credit";
    const EFFECT: Effect = Effect::Final;
    const INSTEAD_OF_UNDO: &'static str =
        "A credit note stays. Write and post a new invoice for what is owed after all (accounting.invoices.create).";
    type Output = Credited;

    async fn run(self, cx: &mut Cx) -> Result<Credited> {
        let invoice = locked(cx, self.id.id).await?;
        let (Some(invoice_number), Some(entry)) =
            (invoice.number.clone(), invoice.entry_id.filter(|_| invoice.status == "posted"))
        else {
            return Err(Refusal::conflict("not_posted", "A draft is not in the books.")
                .fix("Delete the draft instead.")
                .into());
        };
        let date = self.date.unwrap_or_else(|| cx.today()).max(invoice.date);
        let note = self.note(cx, &invoice, entry, &invoice_number).await?;
        let gross = note.net + note.tax;
        cx.fact(Fact { kind: "credited", amount: Some(gross) });
        let reason = self.reason.trim().to_owned();
        let (org, id, now, currency) = (cx.org(), cx.id(), cx.now(), cx.currency().to_owned());
        let [number, entry_number] = draw(cx, [Series::Yearly("CN", date), Series::Yearly("JE", date)]).await?;
        let memo = format!("Credit note {number} for {invoice_number}: {reason}");
        let source = ("accounting.credit_notes", id);
        let new = NewEntry {
            id: None,
            number: &entry_number,
            book: Book::Sales,
            date,
            memo: &memo,
            reference: None,
            source,
            reverses: note.reverses,
            legs: note.legs,
        };
        let entry = posting::post(cx, new).await?;
        sqlx::query!(
            "insert into credit_notes (org_id, id, number, invoice_id, customer_id, date, reason, currency, net, tax, gross, entry_id, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            org, id, number, self.id.id, invoice.customer_id, date, reason, currency, note.net, note.tax, gross, entry, now
        )
        .execute(cx.db())
        .await?;
        insert_lines(cx, id, self.id.id, note.priced).await?;
        let settled = gross.min(invoice.open);
        if settled > 0 {
            let allocation = cx.id();
            sqlx::query!(
                "insert into allocations (org_id, id, invoice_id, credit_note_id, party_id, date, amount, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
                org, allocation, self.id.id, id, invoice.customer_id, date, settled, now
            )
            .execute(cx.db())
            .await?;
        }
        Ok(Credited {
            id,
            number,
            invoice: invoice_number.into(),
            customer: PartyName { id: invoice.customer_id, number: invoice.customer_number, name: invoice.customer },
            date,
            net: money(cx, note.net),
            tax: money(cx, note.tax),
            gross: money(cx, gross),
            settled: money(cx, settled),
            reason,
        })
    }
}

impl Credit {
    /// The whole invoice, mirrored; what earlier credit notes have left of it; or the given lines, within that.
    async fn note(&self, cx: &mut Cx, invoice: &Posted, entry: Uuid, number: &str) -> Result<Note> {
        if self.lines.is_none() && invoice.credited == 0 {
            let legs = posting::legs_of(cx, entry).await?.into_iter().map(Leg::mirrored).collect();
            return Ok(Note { net: invoice.net, tax: invoice.tax, legs, reverses: Some(entry), priced: None });
        }
        let (gross, tax) = (invoice.gross - invoice.credited, invoice.tax - invoice.credited_tax);
        if gross <= 0 {
            let detail = format!("{} of {number} are credited already.", money(cx, invoice.credited));
            return Err(Refusal::conflict("already_credited", detail).into());
        }
        let rest = Rest::of(cx, self.id.id, number, gross, tax).await?;
        let priced = match &self.lines {
            None => rest.priced(cx).await?,
            Some(lines) => {
                let mut priced = price(cx, lines.clone()).await?;
                rest.settle_tax(cx, &mut priced)?;
                priced
            }
        };
        let legs = priced.legs(invoice.customer_id).into_iter().map(Leg::mirrored).collect();
        Ok(Note { net: priced.net, tax: priced.tax, legs, reverses: None, priced: Some(priced) })
    }
}

/// The invoice, locked: two credits of the same invoice see each other.
async fn locked(cx: &mut Cx, id: Uuid) -> Result<Posted> {
    let org = cx.org();
    sqlx::query!("select from invoices where org_id = $1 and id = $2 for no key update", org, id)
        .fetch_optional(cx.db())
        .await?;
    sqlx::query_as!(
        Posted,
        r#"select i.number, i.customer_id as "customer_id!", p.number as customer_number, p.name as customer, i.status as "status!",
               i.entry_id, i.date as "date!", i.net as "net!", i.tax as "tax!", i.gross as "gross!", i.open as "open!",
               (select coalesce(sum(c.gross), 0)::bigint from credit_notes c where c.org_id = i.org_id and c.invoice_id = i.id) as "credited!",
               (select coalesce(sum(c.tax), 0)::bigint from credit_notes c where c.org_id = i.org_id and c.invoice_id = i.id) as "credited_tax!"
           from invoice_states i join parties p on p.org_id = i.org_id and p.id = i.customer_id
           where i.org_id = $1 and i.id = $2"#,
        org, id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("invoice").into())
}

/// The lines of the credit note: its own, or those of the invoice.
async fn insert_lines(cx: &mut Cx, note: Uuid, invoice: Uuid, priced: Option<Priced>) -> Result<()> {
    let org = cx.org();
    let Some(priced) = priced else {
        let count = sqlx::query_scalar!(
            r#"select count(*) as "count!" from invoice_lines where org_id = $1 and invoice_id = $2"#,
            org,
            invoice
        )
        .fetch_one(cx.db())
        .await?;
        let ids: Vec<Uuid> = (0..count).map(|_| cx.id()).collect();
        sqlx::query!(
            "insert into credit_note_lines (org_id, id, credit_note_id, line_no, description, quantity, unit, unit_price, discount_percent, tax_code_id, tax_rate, account_id, net)
             select org_id, ($4::uuid[])[line_no], $3, line_no, description, quantity, unit, unit_price, discount_percent, tax_code_id, tax_rate, account_id, net
             from invoice_lines where org_id = $1 and invoice_id = $2",
            org, invoice, note, &ids
        )
        .execute(cx.db())
        .await?;
        return Ok(());
    };
    let lines = priced.columns(cx);
    sqlx::query!(
        "insert into credit_note_lines (org_id, id, credit_note_id, line_no, description, quantity, unit, unit_price, discount_percent, tax_code_id, tax_rate, account_id, net)
         select $1, l.id, $2, l.n, l.description, l.quantity, l.unit, l.unit_price, l.discount, l.tax_code, l.tax_rate, l.account, l.net
         from unnest($3::uuid[], $4::text[], $5::numeric[], $6::text[], $7::numeric[], $8::numeric[], $9::uuid[], $10::numeric[], $11::uuid[], $12::bigint[])
             with ordinality as l (id, description, quantity, unit, unit_price, discount, tax_code, tax_rate, account, net, n)",
        org, note, &lines.ids, &lines.descriptions, &lines.quantities, &lines.units as &[Option<String>], &lines.unit_prices,
        &lines.discounts, &lines.tax_codes, &lines.tax_rates, &lines.accounts, &lines.nets
    )
    .execute(cx.db())
    .await?;
    Ok(())
}
