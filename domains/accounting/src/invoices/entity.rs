//! How people name an invoice.

use chrono::NaiveDate;
use futures::future::BoxFuture;
use steward_common::Money;
use steward_tools::{Cx, Entity, Found, Match, Result, Typed, name_key};

/// A customer invoice, by id or number. A customer's name finds its latest invoices as candidates.
pub struct Invoice;

impl Entity for Invoice {
    const NAME: &'static str = "accounting.invoices";
    const NOUN: &'static str = "invoice";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let keys: Vec<String> = texts.iter().map(|text| name_key(text)).collect();
            let rows = sqlx::query!(
                r#"with asked as (select * from unnest($2::text[], $3::text[]) with ordinality as a (text, key, i)),
                   exact as (
                       select a.i, v.id from asked a join invoices v on v.org_id = $1 and v.number = upper(a.text)
                   ),
                   near as (
                       select a.i, n.id from asked a cross join lateral (
                           select v.id from invoices v join parties p on p.org_id = v.org_id and p.id = v.customer_id
                           where v.org_id = $1 and (p.name_key = a.key or (length(a.text) >= 3 and right(v.number, length(a.text)) = upper(a.text)))
                           order by v.date desc, v.id desc limit 8
                       ) n where not exists (select from exact e where e.i = a.i)
                   )
                   select f.i as "i!", f.exact as "exact!", v.id, v.number, v.date, v.gross, v.currency, p.name
                   from (select i, id, true as exact from exact union all select i, id, false from near) f
                   join invoices v on v.org_id = $1 and v.id = f.id
                   join parties p on p.org_id = v.org_id and p.id = v.customer_id
                   order by 1, v.date desc, v.id desc"#,
                org, texts, &keys
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| {
                let label = label(row.number, row.date, &row.name, &Money::new(row.gross, &row.currency));
                Match::of(row.i, row.id, label, row.exact)
            });
            Ok(found.collect())
        })
    }

    /// By number, or by the customer's name.
    fn search<'a>(cx: &'a mut Cx, typed: &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select v.id, v.number, v.date, v.gross, v.currency, p.name, f.rank as "rank!"
                   from (select id, min(rank) as rank from documents_like('invoices', $2, $3, $4) group by id) f
                   join invoices v on v.org_id = $1 and v.id = f.id join parties p on p.org_id = v.org_id and p.id = v.customer_id
                   order by f.rank, v.date desc, v.id desc limit $4"#,
                org, typed.asked, typed.key, typed.most
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| Found {
                id: row.id,
                label: label(row.number, row.date, &row.name, &Money::new(row.gross, &row.currency)),
                rank: row.rank,
            });
            Ok(found.collect())
        })
    }
}

fn label(number: Option<String>, date: NaiveDate, customer: &str, gross: &Money) -> String {
    format!("{} {customer} {gross}", number.unwrap_or_else(|| format!("draft of {date}")))
}
