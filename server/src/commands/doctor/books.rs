//! The books, looked at from outside of the code that keeps them. As the owner, over all organisations.

use sqlx::PgPool;

use super::Finding;
use crate::Result;
use crate::database::Database;

/// Faults that are named; the rest is counted.
const SHOWN: usize = 5;
const RESTORE: &str =
    "The books were changed past Steward: restore a backup from before, or ask for help; do not correct rows by hand.";

pub(super) async fn check(database: &Database) -> Result<Vec<Finding>> {
    let all = faults(database.owner()?).await?;
    Ok(all.into_iter().map(|(check, faults)| finding(check, faults)).collect())
}

/// Each check of the books with what it found, as the owner of the database. Nothing found is good.
pub async fn faults(owner: &PgPool) -> Result<Vec<(&'static str, Vec<String>)>> {
    let mut all = vec![
        ("numbers have no gaps", gaps(owner).await?),
        ("entries balance", unbalanced(owner).await?),
        ("invoices are settled within their total", over_settled(owner).await?),
        ("receivables and payables equal their accounts", controls(owner).await?),
        ("control accounts are posted by documents only", by_hand(owner).await?),
        ("reversals mirror what they reverse", crooked(owner).await?),
        ("allocations are taken back exactly", crooked_allocations(owner).await?),
        ("credit notes stay within their invoice", over_credited(owner).await?),
        ("drafts are not posted", posted_drafts(owner).await?),
        ("open items equal their documents", super::derived::open_items(owner).await?),
        ("instalments come to their documents", instalments(owner).await?),
        ("discounts and write-offs settle their documents", let_go(owner).await?),
        ("payment runs have paid their bills", runs(owner).await?),
    ];
    all.extend(super::periods::faults(owner).await?);
    Ok(all)
}

fn finding(check: &'static str, faults: Vec<String>) -> Finding {
    if faults.is_empty() {
        return Finding::good(check, "yes");
    }
    let more = faults.len().saturating_sub(SHOWN);
    let mut shown: Vec<String> = faults.into_iter().take(SHOWN).collect();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    Finding::bad(check, shown.join("; "), RESTORE)
}

/// Numbers of what is posted: each series holds 1 to its last, once each.
async fn gaps(owner: &PgPool) -> Result<Vec<String>> {
    let rows = sqlx::query!(
        r#"with used as (
               select org_id, substring(number from '^[A-Z]+') as series, substring(number from '-(\d{4})-')::int as year,
                   substring(number from '(\d+)$')::bigint as n
               from document_numbers
           ),
           counted as (
               select org_id, series, year, count(distinct n) as numbers, max(n) as highest from used group by org_id, series, year
           )
           select o.code as "org!", coalesce(s.series, c.series) as "series!", coalesce(s.year, c.year) as "year!",
               coalesce(s.last, 0) as "last!", coalesce(c.numbers, 0) as "numbers!", coalesce(c.highest, 0) as "highest!"
           from (select * from number_series where series in (select distinct series from used) or year > 0) s
           full join counted c on c.org_id = s.org_id and c.series = s.series and c.year = s.year
           join organizations o on o.id = coalesce(s.org_id, c.org_id)
           where coalesce(s.last, 0) <> coalesce(c.numbers, 0) or coalesce(s.last, 0) <> coalesce(c.highest, 0)
           order by 1, 2, 3"#
    )
    .fetch_all(owner)
    .await?;
    let told = rows.into_iter().map(|r| {
        format!(
            "{} {}-{}: {} numbers up to {}, the series stands at {}",
            r.org, r.series, r.year, r.numbers, r.highest, r.last
        )
    });
    Ok(told.collect())
}

async fn unbalanced(owner: &PgPool) -> Result<Vec<String>> {
    let rows = sqlx::query!(
        r#"select o.code as "org!", e.number as "number!", coalesce(sum(l.debit), 0)::bigint as "debit!", coalesce(sum(l.credit), 0)::bigint as "credit!"
           from entries e join organizations o on o.id = e.org_id left join entry_lines l on l.org_id = e.org_id and l.entry_id = e.id
           group by o.code, e.org_id, e.id, e.number
           having count(l.id) < 2 or sum(l.debit) <> sum(l.credit)
           order by 1, 2"#
    )
    .fetch_all(owner)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| format!("{} {}: debits {}, credits {} (minor units)", r.org, r.number, r.debit, r.credit))
        .collect())
}

/// What settles more than there is, or less than nothing: of invoices, payments and credit notes.
async fn over_settled(owner: &PgPool) -> Result<Vec<String>> {
    let rows = sqlx::query!(
        r#"with documents as (
               select org_id, id, number, case when status = 'posted' then gross else 0 end as total from invoices
               union all select org_id, id, number, amount from payments
               union all select org_id, id, number, gross from credit_notes
               union all select org_id, id, coalesce(number, kind), amount from adjustments
           ),
           settled as (
               select org_id, document, sum(amount) as amount
               from allocations a cross join lateral (values (a.invoice_id), (a.payment_id), (a.credit_note_id), (a.adjustment_id)) as d (document)
               where document is not null group by org_id, document
           )
           select o.code as "org!", coalesce(d.number, 'a draft') as "number!", d.total as "total!", s.amount::bigint as "settled!"
           from settled s join documents d on d.org_id = s.org_id and d.id = s.document join organizations o on o.id = d.org_id
           where s.amount < 0 or s.amount > d.total
           order by 1, 2"#
    )
    .fetch_all(owner)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| format!("{} {}: {} of {} (minor units)", r.org, r.number, r.settled, r.total))
        .collect())
}

/// What customers owe, and what we owe to vendors, by documents and by the lines of the control accounts.
async fn controls(owner: &PgPool) -> Result<Vec<String>> {
    let rows = sqlx::query!(
        r#"with documents as (
               select org_id, side, customer_id as party_id, company_gross as amount from invoices where status = 'posted'
               union all select org_id, side, customer_id, -company_gross from credit_notes
               union all select p.org_id, case p.direction when 'in' then 'sale' else 'purchase' end, p.party_id, -p.company_amount
                   from payments p where not exists (select from entries r where r.org_id = p.org_id and r.reverses = p.entry_id)
               union all select j.org_id, i.side, j.party_id, -j.company_amount
                   from adjustments j join invoices i on i.org_id = j.org_id and i.id = j.invoice_id
                   where not exists (select from entries r where r.org_id = j.org_id and r.reverses = j.entry_id)
               union all select a.org_id, i.side, a.party_id, a.source_company_amount - a.company_amount
                   from allocations a join invoices i on i.org_id = a.org_id and i.id = a.invoice_id
           ),
           ledger as (
               select l.org_id, case a.control when 'receivable' then 'sale' else 'purchase' end as side, l.party_id,
                   case a.control when 'receivable' then l.debit - l.credit else l.credit - l.debit end as amount
               from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id and a.control is not null
           ),
           both_ways as (
               select org_id, side, party_id, amount as documents, 0 as ledger from documents
               union all select org_id, side, party_id, 0, amount from ledger
           )
           select o.code as "org!", b.side as "side!", coalesce(p.number, 'nobody') as "party!", sum(documents)::bigint as "documents!",
               sum(ledger)::bigint as "ledger!"
           from both_ways b join organizations o on o.id = b.org_id left join parties p on p.org_id = b.org_id and p.id = b.party_id
           group by o.code, b.org_id, b.side, b.party_id, p.number
           having sum(documents) <> sum(ledger)
           order by 1, 2, 3"#
    )
    .fetch_all(owner)
    .await?;
    let told = rows.into_iter().map(|r| {
        format!("{} {}, {}s: documents {}, account {} (minor units)", r.org, r.party, r.side, r.documents, r.ledger)
    });
    Ok(told.collect())
}

/// Lines of control accounts that somebody wrote by hand, or that name no party.
async fn by_hand(owner: &PgPool) -> Result<Vec<String>> {
    let told = sqlx::query_scalar!(
        r#"select o.code || ' ' || e.number || ': ' || case when l.party_id is null then 'names no party' else 'was written by hand' end as "told!"
           from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id and a.control is not null
           join entries e on e.org_id = l.org_id and e.id = l.entry_id join organizations o on o.id = l.org_id
           where l.party_id is null or not posts_to_control(e.source) order by 1"#
    )
    .fetch_all(owner)
    .await?;
    Ok(told)
}

/// Reversals that do not bring each account and party back to where it was.
async fn crooked(owner: &PgPool) -> Result<Vec<String>> {
    let told = sqlx::query_scalar!(
        r#"select distinct o.code || ' ' || r.number || ' does not mirror ' || e.number as "told!"
           from entries r join entries e on e.org_id = r.org_id and e.id = r.reverses join organizations o on o.id = r.org_id
           join lateral (
               select sum(l.debit - l.credit) as moved from entry_lines l where l.org_id = r.org_id and l.entry_id in (r.id, e.id)
               group by l.account_id, l.party_id
           ) x on x.moved <> 0
           order by 1"#
    )
    .fetch_all(owner)
    .await?;
    Ok(told)
}

/// Allocations whose negative is another amount, of another document or before them; reversed payments that settle.
async fn crooked_allocations(owner: &PgPool) -> Result<Vec<String>> {
    let told = sqlx::query_scalar!(
        r#"select o.code || ' ' || i.number || ': allocation ' || r.id || ' does not take back ' || a.id as "told!"
           from allocations r join allocations a on a.org_id = r.org_id and a.id = r.reverses
           join invoices i on i.org_id = r.org_id and i.id = r.invoice_id join organizations o on o.id = r.org_id
           where r.amount <> -a.amount or r.invoice_id <> a.invoice_id or r.date < a.date
               or r.company_amount <> -a.company_amount or r.source_company_amount <> -a.source_company_amount
               or r.payment_id is distinct from a.payment_id or r.credit_note_id is distinct from a.credit_note_id
               or r.adjustment_id is distinct from a.adjustment_id
           union all
           select o.code || ' ' || p.number || ' was reversed and settles ' || p.allocated || ' (minor units)'
           from payment_states p join organizations o on o.id = p.org_id where p.reversed_by is not null and p.allocated <> 0
           order by 1"#
    )
    .fetch_all(owner)
    .await?;
    Ok(told)
}

/// Invoices whose credit notes take back more net or tax than there was, or all of it with another net and tax.
async fn over_credited(owner: &PgPool) -> Result<Vec<String>> {
    let told = sqlx::query_scalar!(
        r#"select o.code || ' ' || i.number || ': net ' || c.net || ' of ' || i.net || ', tax ' || c.tax || ' of ' || i.tax || ' (minor units)' as "told!"
           from invoices i join organizations o on o.id = i.org_id
           join lateral (
               select sum(c.net) as net, sum(c.tax) as tax, sum(c.gross) as gross
               from credit_notes c where c.org_id = i.org_id and c.invoice_id = i.id
           ) c on c.net > i.net or c.tax > i.tax or (c.gross = i.gross and c.net <> i.net)
           order by 1"#
    )
    .fetch_all(owner)
    .await?;
    Ok(told)
}

/// Documents whose instalments come to something else, or are missing.
async fn instalments(owner: &PgPool) -> Result<Vec<String>> {
    let told = sqlx::query_scalar!(
        r#"select o.code || ' ' || coalesce(i.number, 'a draft') || ': instalments of ' || coalesce(d.amount, 0) || ', the document is '
               || i.gross || ' (minor units)' as "told!"
           from invoices i join organizations o on o.id = i.org_id
           left join (select org_id, invoice_id, sum(amount) as amount, sum(company_amount) as company, max(due_date) as due
               from document_instalments group by org_id, invoice_id) d on d.org_id = i.org_id and d.invoice_id = i.id
           where i.in_instalments <> (d.amount is not null)
               or d.amount is not null and (d.amount, d.company, d.due) is distinct from (i.gross::numeric, i.company_gross::numeric, i.due_date)
           order by 1"#
    )
    .fetch_all(owner)
    .await?;
    Ok(told)
}

/// Discounts and write-offs that settle more or less than they are, or that settle although they were taken back.
async fn let_go(owner: &PgPool) -> Result<Vec<String>> {
    let told = sqlx::query_scalar!(
        r#"select o.code || ' ' || coalesce(j.number, j.kind || ' ' || j.id) || ': settles ' || coalesce(a.amount, 0) || ' of ' || j.amount
               || case when r.id is null then '' else ', and was taken back' end || ' (minor units)' as "told!"
           from adjustments j join organizations o on o.id = j.org_id
           left join entries r on r.org_id = j.org_id and r.reverses = j.entry_id
           left join (select org_id, adjustment_id, sum(amount) as amount from allocations group by org_id, adjustment_id) a
               on a.org_id = j.org_id and a.adjustment_id = j.id
           where coalesce(a.amount, 0) <> case when r.id is null then j.amount else 0 end
           order by 1"#
    )
    .fetch_all(owner)
    .await?;
    Ok(told)
}

/// Lines of posted payment runs whose payment has not settled as much of the bill.
async fn runs(owner: &PgPool) -> Result<Vec<String>> {
    let told = sqlx::query_scalar!(
        r#"select o.code || ' ' || r.number || ': ' || i.number || ' is not paid as approved' as "told!"
           from payment_run_lines l join payment_runs r on r.org_id = l.org_id and r.id = l.run_id
           join organizations o on o.id = l.org_id join invoices i on i.org_id = l.org_id and i.id = l.bill_id
           where r.status in ('posted', 'reversed') and not exists (select from allocations a
               where a.org_id = l.org_id and a.payment_id = l.payment_id and a.invoice_id = l.bill_id and a.amount = l.amount)
           order by 1"#
    )
    .fetch_all(owner)
    .await?;
    Ok(told)
}

/// Drafts of entries that are in the books as well.
async fn posted_drafts(owner: &PgPool) -> Result<Vec<String>> {
    let told = sqlx::query_scalar!(
        r#"select o.code || ' ' || e.number || ' is still a draft as well' as "told!"
           from entries e join entry_drafts d on d.org_id = e.org_id and d.id = e.id join organizations o on o.id = e.org_id order by 1"#
    )
    .fetch_all(owner)
    .await?;
    Ok(told)
}
