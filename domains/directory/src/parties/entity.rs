//! How people name a party.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Found, Match, Result, Typed, name_key};

/// A customer or vendor, by id, number or name.
pub struct Party;

impl Entity for Party {
    const NAME: &'static str = "directory.parties";
    const NOUN: &'static str = "party";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let keys: Vec<String> = texts.iter().map(|text| name_key(text)).collect();
            let rows = sqlx::query!(
                // a party in use goes before an archived one of the same name; the first words of a name are enough ("Globex",
                // for Globex Industries SE) where only one begins with them
                r#"with asked as (select * from unnest($2::text[], $3::text[]) with ordinality as a (text, key, i)),
                   exact as (
                       select a.i, p.id, p.number, p.name, p.archived_at from asked a join parties p on p.org_id = $1 and p.name_key = a.key
                           and (p.archived_at is null or not exists (select from parties o
                               where o.org_id = $1 and o.name_key = a.key and o.archived_at is null))
                       union
                       select a.i, p.id, p.number, p.name, p.archived_at from asked a join parties p on p.org_id = $1 and p.number = upper(a.text)
                   ),
                   unknown as materialized (
                       select * from asked a where not exists (select from exact e where e.i = a.i)
                   ),
                   resolved as (
                       select * from exact
                       union all
                       select a.i, b.id, b.number, b.name, null from unknown a cross join lateral (
                           select p.id, p.number, p.name, count(*) over () as namesakes from parties p
                           where p.org_id = $1 and p.archived_at is null and starts_with(p.name_key, a.key || ' ') limit 1
                       ) b where b.namesakes = 1
                   )
                   select i as "i!", id as "id!", number as "number!", name as "name!", true as "exact!", 2::real as "nearness!",
                       archived_at is not null as "archived!" from resolved
                   union all
                   select a.i, n.id, n.number, n.name, false, n.nearness, n.archived_at is not null from unknown a cross join lateral (
                       select p.id, p.number, p.name, p.archived_at,
                           greatest(similarity(a.key, p.name_key), word_similarity(a.key, p.name_key)) as nearness
                       from parties p where p.org_id = $1 order by nearness desc, p.number limit 5
                   ) n where n.nearness > case when length(a.key) <= 6 then 0.24 else 0.3 end and not exists (select from resolved e where e.i = a.i)
                   order by 1, 6 desc, 3"#,
                org, texts, &keys
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows
                .into_iter()
                .map(|row| Match::of(row.i, row.id, super::label(&row.number, &row.name, row.archived), row.exact));
            Ok(found.collect())
        })
    }

    /// An archived party comes after all in use.
    fn search<'a>(cx: &'a mut Cx, typed: &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select p.id, p.number, p.name, p.archived_at is not null as "archived!",
                       f.rank + case when p.archived_at is null then 0 else 5 end as "rank!"
                   from (select id, min(rank) as rank from parties_like($2, $3, $4) group by id) f
                   join parties p on p.org_id = $1 and p.id = f.id order by 5, p.name_key, p.number limit $4"#,
                org,
                typed.asked,
                typed.key,
                typed.most
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| Found {
                id: row.id,
                label: super::label(&row.number, &row.name, row.archived),
                rank: row.rank,
            });
            Ok(found.collect())
        })
    }
}
