//! How people name a write-off.

use futures::future::BoxFuture;
use steward_common::Money;
use steward_tools::{Cx, Entity, Match, Result};

/// A write-off, by id or number.
pub struct WriteOff;

impl Entity for WriteOff {
    const NAME: &'static str = "accounting.write_offs";
    const NOUN: &'static str = "write-off";
    const TABLE: Option<&'static str> = Some("adjustments");
    const ROWS: Option<&'static str> = Some("write_offs");

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select a.i as "i!", j.id as "id!", j.number as "number!", j.amount as "amount!", j.currency as "currency!", p.name,
                       j.number = upper(a.text) as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) cross join lateral (
                       select * from write_offs w where w.org_id = $1 order by w.number = upper(a.text) desc, w.date desc, w.id desc limit 8) j
                   join parties p on p.org_id = j.org_id and p.id = j.party_id
                   order by 1, j.date desc, j.id desc"#,
                org,
                texts
            )
            .fetch_all(cx.db())
            .await?;
            let label = |number: &str, name: &str, amount: Money| format!("{number} {name} {amount}");
            let found = rows.into_iter().map(|row| {
                let label = label(&row.number, &row.name, Money::new(row.amount, &row.currency));
                Match::of(row.i, row.id, label, row.exact)
            });
            Ok(found.collect())
        })
    }
}
