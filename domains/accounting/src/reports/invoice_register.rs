//! `accounting.reports.invoice_register`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cursor, Cx, Effect, Operation, Result};

use super::profit_and_loss::time;
use crate::documents::Side;
use crate::posting::money;

/// Sales register: posted invoices and credit notes of a time with net, tax and gross, and their sums.
///
/// Credit notes are negative. Drafts are not in it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceRegister {
    /// The first day that counts; that of the fiscal year of the last day unless told.
    pub from: Option<NaiveDate>,
    /// The last day that counts. Today unless told.
    pub to: Option<NaiveDate>,
    /// Documents of a page: 200 unless told, 1,000 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before, with the same days.
    pub cursor: Option<Cursor>,
}

/// A document of the register.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RegisterRow {
    /// Its date.
    pub date: NaiveDate,
    /// invoice or `credit_note`, bill or `debit_note`.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// The customer or vendor.
    pub party: PartyName,
    /// Before tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// With tax.
    pub gross: Money,
}

/// Sums of the register.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RegisterTotals {
    /// How many documents there are.
    pub documents: i64,
    /// Before tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// With tax.
    pub gross: Money,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Register {
    #[serde(skip)]
    name: &'static str,
    /// The first day that counts.
    pub from: NaiveDate,
    /// The last day that counts.
    pub to: NaiveDate,
    /// Documents by date and number.
    pub rows: Vec<RegisterRow>,
    /// Sums of the whole time, also of what is on other pages.
    pub totals: RegisterTotals,
    /// Give it as `cursor` to get the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<Cursor>,
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RegisterTotals { documents, net, tax, gross } = &self.totals;
        write!(
            f,
            "{} register from {} to {}: {documents} documents, net {net}, tax {tax}, gross {gross}.",
            self.name, self.from, self.to
        )
    }
}

impl Operation for InvoiceRegister {
    const NAME: &'static str = "accounting.reports.invoice_register";
    const EFFECT: Effect = Effect::Read;
    type Output = Register;

    async fn run(self, cx: &mut Cx) -> Result<Register> {
        register(cx, Side::Sale, self).await
    }
}

/// The documents of a side in the company's currency; what takes one back is negative.
pub(super) async fn register(cx: &mut Cx, side: Side, asked: InvoiceRegister) -> Result<Register> {
    let (from, to) = time(cx, asked.from, asked.to).await?;
    let (org, name) = (cx.org(), if side == Side::Sale { "Sales" } else { "Purchase" });
    let wanted = usize::from(asked.limit.unwrap_or(200).clamp(1, 1000));
    let after: Option<(NaiveDate, String)> = asked.cursor.as_ref().map(Cursor::key).transpose()?;
    let (date, number) = after.unzip();
    let mut rows = sqlx::query!(
        r#"with documents as (
               select date, case side when 'sale' then 'invoice' else 'bill' end as kind, number, customer_id,
                   company_net as net, company_tax as tax, company_gross as gross
               from invoices where org_id = $1 and status = 'posted' and date >= $2 and date <= $3 and side = $7
               union all
               select date, case side when 'sale' then 'credit_note' else 'debit_note' end, number, customer_id,
                   -company_net, -company_tax, -company_gross
               from credit_notes where org_id = $1 and date >= $2 and date <= $3 and side = $7
           )
           select d.date as "date!", d.kind as "kind!", d.number as "number!", p.id, p.number as party_number, p.name,
               d.net as "net!", d.tax as "tax!", d.gross as "gross!"
           from documents d join parties p on p.org_id = $1 and p.id = d.customer_id
           where ($4::date is null or $5::text is null or (d.date, d.number) > ($4, $5))
           order by d.date, d.number limit $6"#,
        org,
        from,
        to,
        date,
        number,
        i64::try_from(wanted + 1).unwrap_or(i64::MAX),
        side.as_str()
    )
    .fetch_all(cx.db())
    .await?;
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let end = rows.last().filter(|_| more).map(|row| (row.date, row.number.clone()));
    let rows = rows.into_iter().map(|row| RegisterRow {
        date: row.date,
        kind: row.kind,
        number: row.number,
        party: PartyName { id: row.id, number: row.party_number, name: row.name },
        net: money(cx, row.net),
        tax: money(cx, row.tax),
        gross: money(cx, row.gross),
    });
    let rows = rows.collect();
    let totals = totals(cx, side, from, to).await?;
    Ok(Register { name, from, to, rows, totals, next_cursor: end.as_ref().map(Cursor::behind).transpose()? })
}

async fn totals(cx: &mut Cx, side: Side, from: NaiveDate, to: NaiveDate) -> Result<RegisterTotals> {
    let org = cx.org();
    let sums = sqlx::query!(
        r#"select count(*) as "documents!", coalesce(sum(net), 0)::bigint as "net!", coalesce(sum(tax), 0)::bigint as "tax!",
               coalesce(sum(gross), 0)::bigint as "gross!"
           from (
               select company_net as net, company_tax as tax, company_gross as gross
                   from invoices where org_id = $1 and status = 'posted' and date >= $2 and date <= $3 and side = $4
               union all
               select -company_net, -company_tax, -company_gross from credit_notes
                   where org_id = $1 and date >= $2 and date <= $3 and side = $4
           ) d"#,
        org,
        from,
        to,
        side.as_str()
    )
    .fetch_one(cx.db())
    .await?;
    Ok(RegisterTotals {
        documents: sums.documents,
        net: money(cx, sums.net),
        tax: money(cx, sums.tax),
        gross: money(cx, sums.gross),
    })
}
