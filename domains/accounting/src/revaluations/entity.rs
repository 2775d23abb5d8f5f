//! How people name a revaluation.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Found, Match, Result, Typed};

/// A revaluation, by id or by its day; of several on a day the one that stands.
pub struct Revaluation;

impl Entity for Revaluation {
    const NAME: &'static str = "accounting.revaluations";
    const NOUN: &'static str = "revaluation";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select a.i as "i!", r.id, r.date, r.date::text = a.text and r.reversed_at is null as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) cross join lateral (
                       select * from revaluations r where r.org_id = $1 order by r.date::text = a.text desc, r.date desc limit 8) r
                   order by 1, r.date desc"#,
                org,
                texts
            )
            .fetch_all(cx.db())
            .await?;
            let found =
                rows.into_iter().map(|row| Match::of(row.i, row.id, format!("Revaluation of {}", row.date), row.exact));
            Ok(found.collect())
        })
    }

    fn search<'a>(cx: &'a mut Cx, typed: &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select r.id, r.date, case when r.date::text = $2 then 0 else 1 end as "rank!"
                   from revaluations r where r.org_id = $1 and starts_with(r.date::text, $2) order by 3, r.date desc limit $3"#,
                org,
                typed.asked,
                i64::from(typed.most)
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| Found {
                id: row.id,
                label: format!("Revaluation of {}", row.date),
                rank: row.rank,
            });
            Ok(found.collect())
        })
    }
}
