//! The statements of an invoice that is posted by hand, one a round trip.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::{Row as _, Transaction};
use uuid::Uuid;

use crate::Result;
use crate::cluster::Company;
use crate::scenarios::Documents;

/// The ids of an invoice that is about to be written.
pub(crate) struct New {
    pub(crate) calls: Vec<Uuid>,
    pub(crate) customer: Uuid,
    pub(crate) invoice: Uuid,
    pub(crate) lines: Vec<Uuid>,
    pub(crate) entry: Uuid,
    pub(crate) legs: Vec<Uuid>,
    pub(crate) key: String,
}

pub(crate) type Tx<'a> = Transaction<'a, sqlx::Postgres>;

pub(crate) async fn enter(tx: &mut Tx<'_>, company: &Company, person: Uuid, call: Uuid) -> Result<()> {
    sqlx::query(
        "select set_config('steward.org', $1, true), set_config('steward.person', $2, true), set_config('steward.scope', 'org', true),
             set_config('steward.call', $3, true)",
    )
    .bind(company.org.to_string())
    .bind(person.to_string())
    .bind(call.to_string())
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

pub(crate) async fn draft(tx: &mut Tx<'_>, company: &Company, new: &New, now: DateTime<Utc>) -> Result<()> {
    sqlx::query(
        "with i as (
             insert into invoices (org_id, id, customer_id, status, date, due_date, currency, net, tax, gross, company_net, company_tax,
                 company_gross, created_at, updated_at)
             values ($1, $2, $3, 'draft', $4, $4 + 30, 'EUR', 60650, 12130, 72780, 60650, 12130, 72780, $5, $5))
         insert into invoice_lines (org_id, id, invoice_id, line_no, description, quantity, unit, unit_price, tax_code_id, tax_rate, account_id, net)
         select $1, l.id, $2, l.n, l.description, l.quantity, 'hours', l.price, $6, 20, $7, l.net
         from unnest($8::uuid[], $9::text[], $10::numeric[], $11::numeric[], $12::bigint[])
             with ordinality as l (id, description, quantity, price, net, n)",
    )
    .bind(company.org)
    .bind(new.invoice)
    .bind(new.customer)
    .bind(now.date_naive())
    .bind(now)
    .bind(company.tax_code)
    .bind(company.accounts[1])
    .bind(&new.lines)
    .bind(vec!["Consulting", "Installation", "Training"])
    .bind(vec![Decimal::ONE, Decimal::TWO, Decimal::from(3)])
    .bind(vec![Decimal::from(100), Decimal::from(101), Decimal::new(1015, 1)])
    .bind(vec![10_000_i64, 20_200, 30_450])
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Draws both numbers, and names the call that posts, in one statement. A preview only looks.
pub(crate) async fn numbers(
    tx: &mut Tx<'_>,
    org: Uuid,
    day: NaiveDate,
    call: Uuid,
    preview: bool,
) -> Result<[String; 2]> {
    let sql = if preview {
        "select w, coalesce(s.last, 0) + 1, set_config('steward.call', $3, true) from unnest(array['INV', 'JE']) w
         left join number_series s on s.org_id = $1 and s.series = w and s.year = $2"
    } else {
        "insert into number_series as s (org_id, series, year, last) select $1, w, $2, 1 from unnest(array['INV', 'JE']) w
         on conflict (org_id, series, year) do update set last = s.last + 1 returning s.series, s.last, set_config('steward.call', $3, true)"
    };
    let rows = sqlx::query(sql).bind(org).bind(day.year()).bind(call.to_string()).fetch_all(&mut **tx).await?;
    let mut numbers = [String::new(), String::new()];
    for row in rows {
        let (series, last): (&str, i64) = (row.try_get(0)?, row.try_get(1)?);
        numbers[usize::from(series == "JE")] = format!("{series}-{}-{last:05}", day.year());
    }
    Ok(numbers)
}

pub(crate) async fn entry(
    tx: &mut Tx<'_>,
    company: &Company,
    new: &New,
    (inv, je): (&str, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "with e as (
             insert into entries (org_id, id, number, date, memo, source, source_id, created_at)
             values ($1, $2, $3, $4, $5, 'accounting.invoices', $6, $7))
         insert into entry_lines (org_id, id, entry_id, line_no, account_id, party_id, date, currency, debit, credit)
         select $1, l.id, $2, l.n, l.account, l.party, $4, 'EUR', l.debit, l.credit
         from unnest($8::uuid[], $9::uuid[], $10::uuid[], $11::bigint[], $12::bigint[]) with ordinality as l (id, account, party, debit, credit, n)",
    )
    .bind(company.org)
    .bind(new.entry)
    .bind(je)
    .bind(now.date_naive())
    .bind(format!("Invoice {inv}"))
    .bind(new.invoice)
    .bind(now)
    .bind(&new.legs)
    .bind(&company.accounts)
    .bind(vec![Some(new.customer), None, None])
    .bind(vec![72_780_i64, 0, 0])
    .bind(vec![0_i64, 60_650, 12_130])
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(crate) async fn record(
    tx: &mut Tx<'_>,
    company: &Company,
    new: &New,
    documents: &Documents,
    now: DateTime<Utc>,
) -> Result<()> {
    let of = |n: usize| -> Vec<&Value> { vec![&documents.invoice[n], &documents.invoice[n + 3]] };
    sqlx::query(
        "with c as (
             insert into calls (org_id, id, plan_id, position, actor_id, surface, agent, request_id, operation, effect, input, output, sentence, undo, created_at)
             select $1, r.id, $2, r.n - 1, $3, 'rest', false, 'bare', r.operation, r.effect, r.input, r.output, r.sentence, r.undo, $4
             from unnest($5::uuid[], $6::text[], $7::text[], $8::jsonb[], $9::jsonb[], $10::text[], $11::jsonb[])
                 with ordinality as r (id, operation, effect, input, output, sentence, undo, n))
         insert into idempotency (org_id, actor_id, operation, key, body_hash, answer, created_at)
         values ($1, $3, 'plan', $12, sha256($12::bytea), $13, $4)",
    )
    .bind(company.org)
    .bind(new.calls[0])
    .bind(company.accountant)
    .bind(now)
    .bind(&new.calls)
    .bind(vec!["accounting.invoices.create", "accounting.invoices.post"])
    .bind(vec!["write", "final"])
    .bind(of(0))
    .bind(of(1))
    .bind(&documents.invoice_sentences)
    .bind(of(2))
    .bind(&new.key)
    .bind(&documents.invoice[6])
    .execute(&mut **tx)
    .await?;
    Ok(())
}
