//! The lines of documents in their tables.

use steward_tools::{Cx, Result};
use uuid::Uuid;

use super::line::{Columns, DocumentLine, Tax};

/// The lines of an invoice or bill, in order.
pub(crate) async fn lines(cx: &mut Cx, document: Uuid) -> Result<Vec<DocumentLine>> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select l.description, l.quantity, l.unit, l.unit_price, l.discount_percent, l.tax_code_id, t.code as tax_code, l.tax_rate,
               t.account_id as tax_account, t.input_account_id, t.reverse_charge, l.account_id, a.code as "account?", l.net,
               l.dimension_id, (select d.code from dimensions d where d.org_id = l.org_id and d.id = l.dimension_id) as dimension,
               l.project_id, (select d.code from dimensions d where d.org_id = l.org_id and d.id = l.project_id) as project
           from invoice_lines l join tax_codes t on t.org_id = l.org_id and t.id = l.tax_code_id
           left join accounts a on a.org_id = l.org_id and a.id = l.account_id
           where l.org_id = $1 and l.invoice_id = $2 order by l.line_no"#,
        org,
        document
    )
    .fetch_all(cx.db())
    .await?;
    let lines = rows.into_iter().map(|row| DocumentLine {
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
        net: row.net,
    });
    Ok(lines.collect())
}

/// Puts these lines in the place of all lines of a draft.
pub(crate) async fn replace(cx: &mut Cx, document: Uuid, lines: &[DocumentLine]) -> Result<()> {
    let org = cx.org();
    let lines = Columns::of(cx, lines);
    sqlx::query!("delete from invoice_lines where org_id = $1 and invoice_id = $2", org, document)
        .execute(cx.db())
        .await?;
    sqlx::query!(
        "insert into invoice_lines (org_id, id, invoice_id, line_no, description, quantity, unit, unit_price, discount_percent, tax_code_id,
             tax_rate, account_id, net, dimension_id, project_id)
         select $1, l.id, $2, l.n, l.description, l.quantity, l.unit, l.unit_price, l.discount, l.tax_code, l.tax_rate, l.account, l.net,
             l.dimension, l.project
         from unnest($3::uuid[], $4::text[], $5::numeric[], $6::text[], $7::numeric[], $8::numeric[], $9::uuid[], $10::numeric[],
                 $11::uuid[], $12::bigint[], $13::uuid[], $14::uuid[])
             with ordinality as l (id, description, quantity, unit, unit_price, discount, tax_code, tax_rate, account, net, dimension, project, n)",
        org, document, &lines.ids, &lines.descriptions, &lines.quantities, &lines.units as &[Option<String>], &lines.unit_prices,
        &lines.discounts, &lines.tax_codes, &lines.tax_rates, &lines.accounts, &lines.nets,
        &lines.dimensions as &[Option<Uuid>], &lines.projects as &[Option<Uuid>]
    )
    .execute(cx.db())
    .await?;
    Ok(())
}

/// Writes the lines of a credit or debit note.
pub(crate) async fn insert_credited(cx: &mut Cx, note: Uuid, lines: &[DocumentLine]) -> Result<()> {
    let org = cx.org();
    let lines = Columns::of(cx, lines);
    sqlx::query!(
        "insert into credit_note_lines (org_id, id, credit_note_id, line_no, description, quantity, unit, unit_price, discount_percent,
             tax_code_id, tax_rate, account_id, net, dimension_id, project_id)
         select $1, l.id, $2, l.n, l.description, l.quantity, l.unit, l.unit_price, l.discount, l.tax_code, l.tax_rate, l.account, l.net,
             l.dimension, l.project
         from unnest($3::uuid[], $4::text[], $5::numeric[], $6::text[], $7::numeric[], $8::numeric[], $9::uuid[], $10::numeric[],
                 $11::uuid[], $12::bigint[], $13::uuid[], $14::uuid[])
             with ordinality as l (id, description, quantity, unit, unit_price, discount, tax_code, tax_rate, account, net, dimension, project, n)",
        org, note, &lines.ids, &lines.descriptions, &lines.quantities, &lines.units as &[Option<String>], &lines.unit_prices,
        &lines.discounts, &lines.tax_codes, &lines.tax_rates, &lines.accounts, &lines.nets,
        &lines.dimensions as &[Option<Uuid>], &lines.projects as &[Option<Uuid>]
    )
    .execute(cx.db())
    .await?;
    Ok(())
}
