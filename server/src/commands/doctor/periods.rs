//! What is closed, and the balances that are kept, proved from the lines and the record.

use sqlx::PgPool;

use crate::Result;

pub(super) async fn faults(owner: &PgPool) -> Result<Vec<(&'static str, Vec<String>)>> {
    Ok(vec![
        ("closed periods were left alone", late(owner).await?),
        ("balances that are kept equal their lines", unkept(owner).await?),
        ("closed years have carried their result", uncarried(owner).await?),
    ])
}

/// Entries of closed periods that the record has after the closing. Changes are numbered while the lock on the books is held:
/// whoever posts shares it, whoever closes holds it alone, so that what was posted before has the smaller number. Where the
/// record does not say when an entry was posted or a period closed, that is a fault as well: it cannot be proved.
async fn late(owner: &PgPool) -> Result<Vec<String>> {
    let told = sqlx::query_scalar!(
        r#"with closed as (
               select p.org_id, p.id, p.code, p.end_date, case when p.start_date = min(p.start_date) over (partition by p.org_id)
                       then date '0001-01-01' else p.start_date end as start_date,
                   (select max(c.id) from changes c where c.org_id = p.org_id and c.record_id = p.id and c.table_name = 'periods'
                       and c.after ->> 'status' = 'closed' and c.before ->> 'status' is distinct from 'closed') as at
               from periods p where p.status = 'closed'
           )
           select o.code || ' ' || coalesce(e.number, '?') || case
                   when p.at is null then ': nothing records when period ' || p.code || ' was closed'
                   when c.id is null then ': nothing records when it was posted into period ' || p.code
                   else ' was posted into period ' || p.code || ' after it closed' end as "told!"
           from closed p join organizations o on o.id = p.org_id
           join entries e on e.org_id = p.org_id and e.date between p.start_date and p.end_date
           left join changes c on c.org_id = e.org_id and c.record_id = e.id and c.table_name = 'entries' and c.op = 'insert'
           where p.at is null or c.id is null or c.id > p.at
           order by 1"#
    )
    .fetch_all(owner)
    .await?;
    Ok(told)
}

/// Balances that are not the sum of their lines: by account, month, cost centre, project, and what years have carried.
async fn unkept(owner: &PgPool) -> Result<Vec<String>> {
    let told = sqlx::query_scalar!(
        r#"with lines as (
               select l.org_id, l.account_id, date_trunc('month', l.date)::date as month, l.dimension_id, l.project_id, j.kind = 'closing' as closing,
                   sum(l.debit) as debit, sum(l.credit) as credit
               from entry_lines l join entries e on e.org_id = l.org_id and e.id = l.entry_id
               join journals j on j.org_id = e.org_id and j.id = e.journal_id group by 1, 2, 3, 4, 5, 6
           ),
           both_sides as (
               select org_id, account_id, month, dimension_id, project_id, closing, debit, credit from lines
               union all select org_id, account_id, month, dimension_id, project_id, closing, -debit, -credit from account_balances
           )
           select o.code || ' ' || a.code || ' ' || to_char(b.month, 'YYYY-MM') || case when b.closing then ' (carried)' else '' end
               || ': lines and balance differ by ' || sum(b.debit) || ' in debit, ' || sum(b.credit) || ' in credit (minor units)' as "told!"
           from both_sides b join organizations o on o.id = b.org_id join accounts a on a.org_id = b.org_id and a.id = b.account_id
           group by o.code, a.code, b.month, b.dimension_id, b.project_id, b.closing
           having sum(b.debit) <> 0 or sum(b.credit) <> 0 order by 1"#
    )
    .fetch_all(owner)
    .await?;
    Ok(told)
}

/// Closed years whose income and expenses, with what was carried, do not come to nothing; or whose closing entry is missing.
async fn uncarried(owner: &PgPool) -> Result<Vec<String>> {
    let told = sqlx::query_scalar!(
        r#"select o.code || ' fiscal year ' || y.code || ' ' || a.code || ': ' || sum(l.debit - l.credit) || ' stay (minor units)' as "told!"
           from fiscal_years y join organizations o on o.id = y.org_id
           join accounts a on a.org_id = y.org_id and a.type in ('income', 'expense')
           join entry_lines l on l.org_id = a.org_id and l.account_id = a.id and l.date between y.start_date and y.end_date
           where y.status = 'closed' group by o.code, y.code, a.code having sum(l.debit - l.credit) <> 0
           union all
           select distinct o.code || ' fiscal year ' || y.code || ': what ' || e.number || ' carried is not what closed it'
           from fiscal_years y join organizations o on o.id = y.org_id
           join entries e on e.org_id = y.org_id and e.source = 'accounting.fiscal_years' and e.source_id = y.id and e.reverses is null
           where e.id is distinct from y.closing_entry_id
               and not exists (select from entries r where r.org_id = e.org_id and r.reverses = e.id)
           order by 1"#
    )
    .fetch_all(owner)
    .await?;
    Ok(told)
}
