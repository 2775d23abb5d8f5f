//! How people name a dunning level.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result};

/// A dunning level, by id or name.
pub struct DunningLevel;

impl Entity for DunningLevel {
    const NAME: &'static str = "accounting.dunning_levels";
    const NOUN: &'static str = "dunning level";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            // a company has a handful: all of them are the candidates
            let rows = sqlx::query!(
                r#"select a.i as "i!", l.id as "id!", l.name as "name!", lower(l.name) = lower(a.text) as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) join dunning_levels l on l.org_id = $1 order by 1, l.days_overdue"#,
                org,
                texts
            )
            .fetch_all(cx.db())
            .await?;
            Ok(rows.into_iter().map(|row| Match::of(row.i, row.id, row.name, row.exact)).collect())
        })
    }
}
