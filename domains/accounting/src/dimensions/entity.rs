//! How people name a dimension.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result};

/// A cost centre or project, by id, code or name.
pub struct Dimension;

impl Entity for Dimension {
    const NAME: &'static str = "accounting.dimensions";
    const NOUN: &'static str = "dimension";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                // one in use goes before an archived one of the same name
                r#"select a.i as "i!", t.id, t.code, t.name, t.archived_at is not null as "archived!",
                       (t.code = upper(a.text) or (lower(t.name) = lower(a.text) and (t.archived_at is null
                           or not exists (select from dimensions o where o.org_id = $1 and lower(o.name) = lower(a.text) and o.archived_at is null)))) as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) join dimensions t on t.org_id = $1
                       and (t.code = upper(a.text) or lower(t.name) = lower(a.text) or starts_with(t.code, upper(a.text))
                            or word_similarity(lower(a.text), lower(t.name)) > 0.4)
                   order by 1, t.archived_at is not null, word_similarity(lower(a.text), lower(t.name)) desc, t.code"#,
                org,
                texts
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
