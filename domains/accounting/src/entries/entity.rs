//! How people name a journal entry.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result};

/// A journal entry, by id or number. The end of a number, or a draft's memo, finds it as a candidate.
pub struct Entry;

impl Entity for Entry {
    const NAME: &'static str = "accounting.entries";
    const NOUN: &'static str = "journal entry";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"with asked as (select * from unnest($2::text[]) with ordinality as a (text, i)),
                   exact as (
                       select a.i, e.id, e.number, e.date, e.memo from asked a join entries e on e.org_id = $1 and e.number = upper(a.text)
                   )
                   select i as "i!", id as "id!", number, date as "date!", memo, true as "exact!" from exact
                   union all
                   select a.i, n.id, n.number, n.date, n.memo, false from asked a cross join lateral (
                       (select e.id, e.number, e.date, e.memo from entries e
                        where e.org_id = $1 and length(a.text) >= 3 and right(e.number, length(a.text)) = upper(a.text)
                        order by e.date desc, e.id desc limit 8)
                       union all
                       (select d.id, null, d.date, d.memo from entry_drafts d
                        where d.org_id = $1 and position(lower(a.text) in lower(d.memo)) > 0 order by d.date desc, d.id desc limit 8)
                   ) n where not exists (select from exact x where x.i = a.i)
                   order by 1, 4 desc, 2 desc"#,
                org, texts
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| {
                let number = row.number.unwrap_or_else(|| format!("draft of {}", row.date));
                Match::of(row.i, row.id, format!("{number} {}", row.memo.unwrap_or_default()), row.exact)
            });
            Ok(found.collect())
        })
    }
}
