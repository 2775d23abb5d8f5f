//! How people name a key.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Found, Match, Result, Typed};

/// An API key, by id, name or the beginning by which it is shown.
pub struct ApiKey;

impl Entity for ApiKey {
    const NAME: &'static str = "directory.api_keys";
    const NOUN: &'static str = "API key";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let (org, me, all) = (cx.org(), cx.who().id, super::sees_all(cx));
            let rows = sqlx::query!(
                r#"select a.i as "i!", k.id, k.prefix, k.name
                   from unnest($3::text[]) with ordinality as a (text, i) join api_keys k
                       on k.org_id = $1 and (k.user_id = $2 or $4) and k.revoked_at is null
                       and (lower(k.name) = lower(trim(a.text)) or k.prefix = trim(a.text))
                   order by 1, k.created_at, k.id"#,
                org,
                me,
                texts,
                all
            )
            .fetch_all(cx.db())
            .await?;
            let found =
                rows.into_iter().map(|row| Match::of(row.i, row.id, format!("{} ({}…)", row.name, row.prefix), true));
            Ok(found.collect())
        })
    }

    /// Keys that are not one's own are found by whoever looks after them.
    fn search<'a>(cx: &'a mut Cx, typed: &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>> {
        Box::pin(async move {
            let (org, me, all) = (cx.org(), cx.who().id, super::sees_all(cx));
            let rows = sqlx::query!(
                r#"select id, prefix, name, case when upper(name) = $3 then 0 when starts_with(upper(name), $3) then 1 else 2 end as "rank!"
                   from api_keys where org_id = $1 and (user_id = $2 or $4) and revoked_at is null
                       and (position($3 in upper(name)) > 0 or starts_with(upper(prefix), $3))
                   order by 4, name, id limit $5"#,
                org, me, typed.asked, all, i64::from(typed.most)
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| Found {
                id: row.id,
                label: format!("{} ({}…)", row.name, row.prefix),
                rank: row.rank,
            });
            Ok(found.collect())
        })
    }
}
