//! How people name a payment.

use futures::future::BoxFuture;
use steward_common::Money;
use steward_tools::{Cx, Entity, Found, Match, Result, Typed, name_key};

/// A payment, by id or number. A customer's name finds its latest payments as candidates.
pub struct Payment;

impl Entity for Payment {
    const NAME: &'static str = "accounting.payments";
    const NOUN: &'static str = "payment";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let keys: Vec<String> = texts.iter().map(|text| name_key(text)).collect();
            let rows = sqlx::query!(
                r#"select a.i as "i!", y.id, y.number, y.amount, y.currency, p.name, (y.number = upper(a.text)) as "exact!"
                   from unnest($2::text[], $3::text[]) with ordinality as a (text, key, i)
                   cross join lateral (
                       select y.* from payments y join parties p on p.org_id = y.org_id and p.id = y.party_id
                       where y.org_id = $1 and (y.number = upper(a.text) or p.name_key = a.key)
                       order by y.number = upper(a.text) desc, y.date desc, y.id desc limit 8
                   ) y join parties p on p.org_id = y.org_id and p.id = y.party_id
                   order by 1, y.date desc, y.id desc"#,
                org, texts, &keys
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| {
                Match::of(
                    row.i,
                    row.id,
                    label(&row.number, &row.name, &Money::new(row.amount, &row.currency)),
                    row.exact,
                )
            });
            Ok(found.collect())
        })
    }

    /// By number, or by the customer's name.
    fn search<'a>(cx: &'a mut Cx, typed: &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select y.id, y.number, y.amount, y.currency, p.name, f.rank as "rank!"
                   from (select id, min(rank) as rank from documents_like('payments', $2, $3, $4) group by id) f
                   join payments y on y.org_id = $1 and y.id = f.id join parties p on p.org_id = y.org_id and p.id = y.party_id
                   order by f.rank, y.date desc, y.id desc limit $4"#,
                org, typed.asked, typed.key, typed.most
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| Found {
                id: row.id,
                label: label(&row.number, &row.name, &Money::new(row.amount, &row.currency)),
                rank: row.rank,
            });
            Ok(found.collect())
        })
    }
}

fn label(number: &str, customer: &str, amount: &Money) -> String {
    format!("{number} {customer} {amount}")
}
