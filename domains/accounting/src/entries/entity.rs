//! How people name a journal entry.

use chrono::NaiveDate;
use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Found, Match, Result, Typed};

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
            let found =
                rows.into_iter().map(|row| Match::of(row.i, row.id, label(row.number, row.date, row.memo), row.exact));
            Ok(found.collect())
        })
    }

    /// Posted ones by number, drafts by their memo; those in the books are too many to read through.
    fn search<'a>(cx: &'a mut Cx, typed: &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select e.id as "id!", e.number, e.date as "date!", e.memo, f.rank as "rank!"
                   from (select id, min(rank) as rank from documents_like('entries', $2, $3, $4) group by id) f
                   join entries e on e.org_id = $1 and e.id = f.id
                   union all
                   (select d.id, null, d.date, d.memo, 2 from entry_drafts d
                    where d.org_id = $1 and $2 <> '' and position($2 in upper(d.memo)) > 0 order by d.date desc, d.id desc limit $4)
                   order by 5, 3 desc, 1 desc limit $4"#,
                org, typed.asked, typed.key, typed.most
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| Found {
                id: row.id,
                label: label(row.number, row.date, row.memo),
                rank: row.rank,
            });
            Ok(found.collect())
        })
    }
}

fn label(number: Option<String>, date: NaiveDate, memo: Option<String>) -> String {
    let number = number.unwrap_or_else(|| format!("draft of {date}"));
    format!("{number} {}", memo.unwrap_or_default())
}
