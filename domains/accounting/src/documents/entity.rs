//! How people name an invoice, a bill, or a note that takes one back.

use chrono::NaiveDate;
use steward_common::Money;
use steward_tools::{Cx, Found, Match, Result, Typed, name_key};

use super::Side;

/// By number (a vendor's own too); the end of a number, or the name of the other side, finds candidates.
pub(crate) async fn find(cx: &mut Cx, side: Side, texts: &[String]) -> Result<Vec<Match>> {
    let org = cx.org();
    let keys: Vec<String> = texts.iter().map(|text| name_key(text)).collect();
    let rows = sqlx::query!(
        r#"with asked as (select * from unnest($2::text[], $3::text[]) with ordinality as a (text, key, i)),
           exact as (
               select a.i, v.id from asked a join invoices v on v.org_id = $1 and v.side = $4 and v.number = upper(a.text)
           ),
           near as (
               select a.i, n.id from asked a cross join lateral (
                   select v.id from invoices v join parties p on p.org_id = v.org_id and p.id = v.customer_id
                   where v.org_id = $1 and v.side = $4 and (p.name_key = a.key or upper(v.vendor_number) = upper(a.text)
                       or (length(a.text) >= 3 and right(v.number, length(a.text)) = upper(a.text)))
                   order by v.date desc, v.id desc limit 8
               ) n where not exists (select from exact e where e.i = a.i)
           )
           select f.i as "i!", f.exact as "exact!", v.id, v.number, v.date, v.gross, v.currency, p.name
           from (select i, id, true as exact from exact union all select i, id, false from near) f
           join invoices v on v.org_id = $1 and v.id = f.id
           join parties p on p.org_id = v.org_id and p.id = v.customer_id
           order by 1, v.date desc, v.id desc"#,
        org,
        texts,
        &keys,
        side.as_str()
    )
    .fetch_all(cx.db())
    .await?;
    let found = rows.into_iter().map(|row| {
        let label = label(row.number, row.date, &row.name, &Money::new(row.gross, &row.currency));
        Match::of(row.i, row.id, label, row.exact)
    });
    Ok(found.collect())
}

/// By number, or by the name of the other side.
pub(crate) async fn search(cx: &mut Cx, side: Side, typed: &Typed) -> Result<Vec<Found>> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select v.id, v.number, v.date, v.gross, v.currency, p.name, f.rank as "rank!"
           from (select id, min(rank) as rank from documents_like('invoices', $2, $3, $4::int * 4) group by id) f
           join invoices v on v.org_id = $1 and v.id = f.id and v.side = $5
           join parties p on p.org_id = v.org_id and p.id = v.customer_id
           order by f.rank, v.date desc, v.id desc limit $4"#,
        org,
        typed.asked,
        typed.key,
        typed.most,
        side.as_str()
    )
    .fetch_all(cx.db())
    .await?;
    let found = rows.into_iter().map(|row| Found {
        id: row.id,
        label: label(row.number, row.date, &row.name, &Money::new(row.gross, &row.currency)),
        rank: row.rank,
    });
    Ok(found.collect())
}

fn label(number: Option<String>, date: NaiveDate, party: &str, gross: &Money) -> String {
    format!("{} {party} {gross}", number.unwrap_or_else(|| format!("draft of {date}")))
}
