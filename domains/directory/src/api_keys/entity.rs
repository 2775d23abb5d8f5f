//! How people name a key.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result};

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
}
