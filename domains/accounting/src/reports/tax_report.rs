//! `accounting.reports.tax_report`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::{Dec, Money};
use steward_tools::{Cx, Effect, Named, Operation, Ref, Refusal, Result};
use uuid::Uuid;

use super::tax_report_parts::{TaxDocument, TaxLedger, documents, ledger};
use crate::posting::money;
use crate::tax_codes::TaxCode;

/// Tax report: tax on sales and purchases of a time by tax code and rate, and what is to be paid or gets back.
///
/// Credit and debit notes, discounts for early payment and write-offs with tax count as negative. It ties to the tax accounts, and shows what other entries moved there.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxReport {
    /// The first day that counts.
    pub from: NaiveDate,
    /// The last day that counts.
    pub to: NaiveDate,
    /// Only this tax code, and with the documents behind its sums.
    pub tax_code: Option<Ref<TaxCode>>,
}

/// Which way a tax goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum TaxDirection {
    /// We owe it.
    Output,
    /// We get it back.
    Input,
}

/// The sums of a tax code at a rate.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TaxRow {
    /// The tax code.
    pub tax_code: Named<TaxCode>,
    /// Its name.
    pub name: String,
    /// The rate in percent, as documents have it.
    pub rate: Dec,
    /// output (we owe it) or input (we get it back).
    pub direction: TaxDirection,
    /// Whether the buyer owes the tax: purchases count both ways.
    pub reverse_charge: bool,
    /// How many documents.
    pub documents: i64,
    /// What the tax is on.
    pub base: Money,
    /// The tax.
    pub tax: Money,
}

/// The sums of the report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TaxTotals {
    /// Tax that we owe.
    pub output: Money,
    /// Tax that we get back.
    pub input: Money,
    /// Output less input: to be paid, or where negative to be refunded.
    pub payable: Money,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TaxReportView {
    /// The first day that counts.
    pub from: NaiveDate,
    /// The last day that counts.
    pub to: NaiveDate,
    /// By direction, code and rate.
    pub rows: Vec<TaxRow>,
    /// The sums.
    pub totals: TaxTotals,
    /// What the ledger says; of all tax codes, so it is left out where one is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<TaxLedger>,
    /// The documents behind the sums of the named tax code, at most 1000.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<TaxDocument>,
}

impl fmt::Display for TaxReportView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TaxTotals { output, input, payable } = &self.totals;
        write!(f, "Tax from {} to {}: output {output}, input {input}, ", self.from, self.to)?;
        if payable.minor < 0 {
            write!(f, "{} to be refunded.", Money::new(-payable.minor, &payable.currency))
        } else {
            write!(f, "{payable} to be paid.")
        }
    }
}

impl Operation for TaxReport {
    const NAME: &'static str = "accounting.reports.tax_report";
    const EFFECT: Effect = Effect::Read;
    type Output = TaxReportView;

    async fn run(self, cx: &mut Cx) -> Result<TaxReportView> {
        let (from, to) = (self.from, self.to);
        if from > to {
            return Err(Refusal::invalid("from_after_to", "/from", format!("The report ends on {to}.")).into());
        }
        let code = self.tax_code.map(|code| code.id);
        let rows = sums(cx, (from, to), code).await?;
        let total = |direction: TaxDirection| -> i64 {
            rows.iter().filter(|row| row.direction == direction).map(|row| row.tax.minor).sum()
        };
        let (output, input) = (total(TaxDirection::Output), total(TaxDirection::Input));
        let ledger = match code {
            None => Some(ledger(cx, (from, to), output - input).await?),
            Some(_) => None,
        };
        let documents = match code {
            Some(code) => documents(cx, (from, to), code).await?,
            None => Vec::new(),
        };
        let totals =
            TaxTotals { output: money(cx, output), input: money(cx, input), payable: money(cx, output - input) };
        Ok(TaxReportView { from, to, rows, totals, ledger, documents })
    }
}

/// The rows. A purchase under reverse charge counts twice: we owe the tax, and get it back.
async fn sums(cx: &mut Cx, (from, to): (NaiveDate, NaiveDate), code: Option<Uuid>) -> Result<Vec<TaxRow>> {
    let org = cx.org();
    let sums = sqlx::query!(
        r#"select c.code, c.name, d.side as "side!", d.rate as "rate!", d.reverse_charge as "reverse!", count(distinct d.id) as "documents!",
               sum(d.base)::bigint as "base!", sum(d.tax)::bigint as "tax!"
           from (
               select i.side, i.id, t.tax_code_id, t.rate, t.reverse_charge, t.company_net as base,
                   case when t.reverse_charge and i.side = 'sale' then 0 else t.company_tax end as tax
               from invoices i join document_taxes t on t.org_id = i.org_id and t.invoice_id = i.id
               where i.org_id = $1 and i.status = 'posted' and i.date between $2 and $3
               union all
               select n.side, n.id, t.tax_code_id, t.rate, t.reverse_charge, -t.company_net,
                   case when t.reverse_charge and n.side = 'sale' then 0 else -t.company_tax end
               from credit_notes n join document_taxes t on t.org_id = n.org_id and t.credit_note_id = n.id
               where n.org_id = $1 and n.date between $2 and $3
               union all
               select i.side, j.id, t.tax_code_id, t.rate, t.reverse_charge, -t.company_net,
                   case when t.reverse_charge and i.side = 'sale' then 0 else -t.company_tax end
               from adjustments j join document_taxes t on t.org_id = j.org_id and t.adjustment_id = j.id
               join invoices i on i.org_id = j.org_id and i.id = j.invoice_id
               where j.org_id = $1 and j.date between $2 and $3
               union all
               select i.side, r.id, t.tax_code_id, t.rate, t.reverse_charge, t.company_net,
                   case when t.reverse_charge and i.side = 'sale' then 0 else t.company_tax end
               from adjustments j join document_taxes t on t.org_id = j.org_id and t.adjustment_id = j.id
               join invoices i on i.org_id = j.org_id and i.id = j.invoice_id
               join entries r on r.org_id = j.org_id and r.reverses = j.entry_id
               where j.org_id = $1 and r.date between $2 and $3
           ) d join tax_codes c on c.org_id = $1 and c.id = d.tax_code_id
           where $4::uuid is null or d.tax_code_id = $4
           group by c.code, c.name, d.side, d.rate, d.reverse_charge order by c.code, d.rate desc, d.side desc"#,
        org,
        from,
        to,
        code
    )
    .fetch_all(cx.db())
    .await?;
    let mut rows: Vec<TaxRow> = Vec::with_capacity(sums.len());
    for sum in sums {
        let directions: &[TaxDirection] = match (sum.side.as_str(), sum.reverse) {
            ("sale", _) => &[TaxDirection::Output],
            (_, false) => &[TaxDirection::Input],
            (_, true) => &[TaxDirection::Output, TaxDirection::Input],
        };
        for direction in directions {
            rows.push(TaxRow {
                tax_code: sum.code.clone().into(),
                name: sum.name.clone(),
                rate: Dec(sum.rate.normalize()),
                direction: *direction,
                reverse_charge: sum.reverse,
                documents: sum.documents,
                base: money(cx, sum.base),
                tax: money(cx, sum.tax),
            });
        }
    }
    // stable: by code and rate within each direction
    rows.sort_by_key(|row| row.direction);
    Ok(rows)
}
