//! How people name a schedule.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result, name_key};

/// A schedule of an accrual or deferral, by id or name.
pub struct Schedule;

impl Entity for Schedule {
    const NAME: &'static str = "accounting.schedules";
    const NOUN: &'static str = "schedule";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let keys: Vec<String> = texts.iter().map(|text| name_key(text)).collect();
            let rows = sqlx::query!(
                r#"select a.i as "i!", r.id, r.name, r.cancelled_at is not null as "archived!", r.name_key = a.key as "exact!"
                   from unnest($2::text[]) with ordinality as a (key, i) join schedules r on r.org_id = $1
                       and (r.name_key = a.key or word_similarity(a.key, r.name_key) > 0.4)
                   order by 1, r.cancelled_at is not null, word_similarity(a.key, r.name_key) desc, r.name_key"#,
                org,
                &keys
            )
            .fetch_all(cx.db())
            .await?;
            let label = |name: String, archived: bool| if archived { name + " (cancelled)" } else { name };
            let found = rows.into_iter().map(|row| Match::of(row.i, row.id, label(row.name, row.archived), row.exact));
            Ok(found.collect())
        })
    }
}
