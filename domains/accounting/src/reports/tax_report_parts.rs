//! What stands behind the sums of the tax report: documents, and the tax accounts of the ledger.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use steward_common::{Dec, Money};
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Named, Result};
use uuid::Uuid;

use crate::bills::Bill;
use crate::entries::Entry;
use crate::invoices::Invoice;
use crate::posting::money;

/// A document behind the sums.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TaxDocument {
    /// The invoice, or the one that is credited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Named<Invoice>>,
    /// The bill, or the one that is taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bill: Option<Named<Bill>>,
    /// The credit or debit note, or the write-off or discount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its date.
    pub date: NaiveDate,
    /// The other side.
    pub party: PartyName,
    /// The rate in percent.
    pub rate: Dec,
    /// What the tax is on.
    pub base: Money,
    /// The tax.
    pub tax: Money,
}

/// What other entries moved on the tax accounts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OtherTaxEntry {
    /// The entry.
    pub entry: Named<Entry>,
    /// Its date.
    pub date: NaiveDate,
    /// What it says.
    pub memo: String,
    /// What it moved: positive is more tax to be paid.
    pub amount: Money,
}

/// The tax accounts of the time: positive is more tax to be paid.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TaxLedger {
    /// What documents moved there.
    pub documents: Money,
    /// What the report says beyond that: zero, unless a line of a document itself was posted to a tax account.
    pub difference: Money,
    /// What other entries moved there, such as payments of tax.
    pub other: Money,
    /// Those entries, at most 200.
    pub entries: Vec<OtherTaxEntry>,
}

/// The documents of a code, by date.
pub(super) async fn documents(cx: &mut Cx, (from, to): (NaiveDate, NaiveDate), code: Uuid) -> Result<Vec<TaxDocument>> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select d.side as "side!", d.number, d.note, d.date as "date!", d.rate as "rate!", d.base as "base!", d.tax as "tax!", p.id, p.number as party_number, p.name
           from (
               select i.side, i.number, null as note, i.date, i.customer_id, t.rate, t.company_net as base,
                   case when t.reverse_charge and i.side = 'sale' then 0 else t.company_tax end as tax
               from invoices i join document_taxes t on t.org_id = i.org_id and t.invoice_id = i.id
               where i.org_id = $1 and i.status = 'posted' and i.date between $2 and $3 and t.tax_code_id = $4
               union all
               select n.side, i.number, n.number, n.date, n.customer_id, t.rate, -t.company_net,
                   case when t.reverse_charge and n.side = 'sale' then 0 else -t.company_tax end
               from credit_notes n join document_taxes t on t.org_id = n.org_id and t.credit_note_id = n.id
               join invoices i on i.org_id = n.org_id and i.id = n.invoice_id
               where n.org_id = $1 and n.date between $2 and $3 and t.tax_code_id = $4
               union all
               select i.side, i.number, coalesce(j.number, j.kind), j.date, j.party_id, t.rate, -t.company_net,
                   case when t.reverse_charge and i.side = 'sale' then 0 else -t.company_tax end
               from adjustments j join document_taxes t on t.org_id = j.org_id and t.adjustment_id = j.id
               join invoices i on i.org_id = j.org_id and i.id = j.invoice_id
               where j.org_id = $1 and j.date between $2 and $3 and t.tax_code_id = $4
               union all
               select i.side, i.number, coalesce(j.number, j.kind) || ' (' || r.number || ')', r.date, j.party_id, t.rate, t.company_net,
                   case when t.reverse_charge and i.side = 'sale' then 0 else t.company_tax end
               from adjustments j join document_taxes t on t.org_id = j.org_id and t.adjustment_id = j.id
               join invoices i on i.org_id = j.org_id and i.id = j.invoice_id
               join entries r on r.org_id = j.org_id and r.reverses = j.entry_id
               where j.org_id = $1 and r.date between $2 and $3 and t.tax_code_id = $4
           ) d join parties p on p.org_id = $1 and p.id = d.customer_id
           order by d.date, d.number, d.note limit 1000"#,
        org,
        from,
        to,
        code
    )
    .fetch_all(cx.db())
    .await?;
    let documents = rows.into_iter().map(|row| {
        let sale = row.side == "sale";
        TaxDocument {
            invoice: row.number.clone().filter(|_| sale).map(Named::from),
            bill: row.number.filter(|_| !sale).map(Named::from),
            note: row.note,
            date: row.date,
            party: PartyName { id: row.id, number: row.party_number, name: row.name },
            rate: Dec(row.rate.normalize()),
            base: money(cx, row.base),
            tax: money(cx, row.tax),
        }
    });
    Ok(documents.collect())
}

/// The tax accounts: what documents moved, and what else did.
pub(super) async fn ledger(cx: &mut Cx, (from, to): (NaiveDate, NaiveDate), payable: i64) -> Result<TaxLedger> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"with tax_accounts as materialized (
               select account_id as id from tax_codes where org_id = $1 union select input_account_id from tax_codes where org_id = $1
           )
           select e.number, e.date, e.memo, e.source in ('accounting.invoices', 'accounting.bills', 'accounting.credit_notes',
                   'accounting.debit_notes', 'accounting.write_offs')
                   or exists (select from adjustments j where j.org_id = e.org_id and j.entry_id in (e.id, e.reverses)) as "document!", sum(l.credit - l.debit)::bigint as "amount!"
           from entry_lines l join entries e on e.org_id = l.org_id and e.id = l.entry_id
           where l.org_id = $1 and l.account_id in (select id from tax_accounts) and l.date between $2 and $3
           group by e.org_id, e.id, e.number, e.date, e.memo, e.source, e.reverses having sum(l.credit - l.debit) <> 0 order by e.date, e.number"#,
        org,
        from,
        to
    )
    .fetch_all(cx.db())
    .await?;
    let sum =
        |document: bool| -> i64 { rows.iter().filter(|row| row.document == document).map(|row| row.amount).sum() };
    let (documents, other) = (sum(true), sum(false));
    let entries = rows.into_iter().filter(|row| !row.document).take(200).map(|row| OtherTaxEntry {
        entry: row.number.into(),
        date: row.date,
        memo: row.memo,
        amount: money(cx, row.amount),
    });
    Ok(TaxLedger {
        documents: money(cx, documents),
        difference: money(cx, payable - documents),
        other: money(cx, other),
        entries: entries.collect(),
    })
}
