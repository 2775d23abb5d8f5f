//! How people name a custom field.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result};

/// A custom field, by id, by `entity.key`, or by its key or label where only one has it.
pub struct CustomField;

impl Entity for CustomField {
    const NAME: &'static str = "directory.custom_fields";
    const NOUN: &'static str = "custom field";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select a.i as "i!", f.id, f.entity || '.' || f.key as "name!", f.label,
                       lower(a.text) in (f.entity || '.' || f.key, f.key, lower(f.label)) as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) join custom_fields f on f.org_id = $1
                       and (lower(a.text) in (f.entity || '.' || f.key, f.key, lower(f.label))
                            or greatest(similarity(lower(a.text), f.key), similarity(lower(a.text), lower(f.label))) > 0.3)
                   order by a.i, f.entity, f.key"#,
                org,
                texts
            )
            .fetch_all(cx.db())
            .await?;
            let found =
                rows.into_iter().map(|row| Match::of(row.i, row.id, format!("{} {}", row.name, row.label), row.exact));
            Ok(found.collect())
        })
    }
}
