//! How people name a colleague.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result};

/// Somebody who signs in, by id, e-mail or name.
pub struct User;

impl Entity for User {
    const NAME: &'static str = "directory.users";
    const NOUN: &'static str = "user";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"with asked as (select * from unnest($2::text[]) with ordinality as a (text, i)),
                   exact as (
                       select a.i, u.id, u.email, u.name from asked a join users u on u.org_id = $1
                       where u.email = lower(trim(a.text)) or lower(u.name) = lower(trim(a.text))
                   )
                   select i as "i!", id as "id!", email as "email!", name as "name!", true as "exact!", 2::real as "nearness!" from exact
                   union all
                   select a.i, n.id, n.email, n.name, false, n.nearness from asked a cross join lateral (
                       select u.id, u.email, u.name, greatest(word_similarity(a.text, u.name), word_similarity(a.text, u.email)) as nearness
                       from users u where u.org_id = $1 order by nearness desc, u.email limit 5
                   ) n where n.nearness > 0.4 and not exists (select from exact e where e.i = a.i)
                   order by 1, 6 desc, 3"#,
                org,
                texts
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows
                .into_iter()
                .map(|row| Match::of(row.i, row.id, format!("{} <{}>", row.name, row.email), row.exact));
            Ok(found.collect())
        })
    }
}
