//! What is kept beside the documents so that reports need not read history: it must say what they say.

use sqlx::PgPool;

use crate::Result;

/// Open items that are missing, that nothing stands behind, or that say other than the document and its allocations.
pub(super) async fn open_items(owner: &PgPool) -> Result<Vec<String>> {
    let told = sqlx::query_scalar!(
        r#"with documents as (
               select i.org_id, i.id, i.number, i.customer_id as party_id, i.date, i.due_date, i.company_gross as amount, null::date as reversed_on
                   from invoices i where i.status = 'posted'
               union all select c.org_id, c.id, c.number, c.customer_id, c.date, null, c.company_gross, null from credit_notes c
               union all select p.org_id, p.id, p.number, p.party_id, p.date, null, p.company_amount, r.date
                   from payments p left join entries r on r.org_id = p.org_id and r.reverses = p.entry_id
           ),
           settled as (
               select a.org_id, d.id, sum(d.amount) as amount, min(a.date) as earliest, max(a.date) as latest
               from allocations a cross join lateral (values (a.invoice_id, a.company_amount), (a.payment_id, a.source_company_amount),
                   (a.credit_note_id, a.source_company_amount)) as d (id, amount)
               where d.id is not null group by a.org_id, d.id
           )
           select o.code || ' ' || coalesce(d.number, i.kind || ' ' || i.id) || case
               when i.id is null then ': is missing among the open items' when d.id is null then ': is an open item without a document'
               else ': ' || abs(i.amount) || ' less ' || i.settled || ' among the open items, '
                   || d.amount || ' less ' || coalesce(s.amount, 0) || ' by its documents (minor units)' end as "told!"
           from documents d full join open_items i on i.org_id = d.org_id and i.id = d.id
           left join settled s on s.org_id = d.org_id and s.id = d.id
           join organizations o on o.id = coalesce(d.org_id, i.org_id)
           where (d.party_id, d.date, d.due_date, d.amount, coalesce(s.amount, 0), s.earliest, s.latest, d.reversed_on)
               is distinct from (i.party_id, i.date, i.due_date, abs(i.amount), i.settled::numeric, i.first_settled_on, i.settled_on, i.reversed_on)
           order by 1"#
    )
    .fetch_all(owner)
    .await?;
    Ok(told)
}
