//! How people name an account.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result, name_key};

/// An account, by id, code or name.
pub struct Account;

impl Entity for Account {
    const NAME: &'static str = "accounting.accounts";
    const NOUN: &'static str = "account";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let keys: Vec<String> = texts.iter().map(|text| name_key(text)).collect();
            let rows = sqlx::query!(
                // a name means what is posted to before a heading of that name, and either before what is archived
                r#"select i as "i!", id as "id!", code as "code!", name as "name!", archived as "archived!",
                       by_code or (by_name and place = 1) as "exact!"
                   from (select a.i, c.id, c.code, c.name, c.archived_at is not null as archived, c.heading, c.code = a.text as by_code,
                             c.name_key = a.key as by_name, word_similarity(a.key, c.name_key) as nearness,
                             dense_rank() over (partition by a.i, c.name_key = a.key order by c.archived_at is not null, c.heading) as place
                         from unnest($2::text[], $3::text[]) with ordinality as a (text, key, i)
                         join accounts c on c.org_id = $1
                             and (c.code = a.text or c.name_key = a.key or word_similarity(a.key, c.name_key) > 0.4 or starts_with(c.code, a.text))) n
                   order by 1, archived, heading, nearness desc, code"#,
                org, texts, &keys
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| {
                Match::of(row.i, row.id, crate::shared::label(&row.code, &row.name, row.archived), row.exact)
            });
            Ok(found.collect())
        })
    }
}
