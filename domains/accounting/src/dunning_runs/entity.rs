//! How people name a dunning run.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Found, Match, Result, Typed};

/// A dunning run, by id or by its day.
pub struct DunningRun;

impl Entity for DunningRun {
    const NAME: &'static str = "accounting.dunning_runs";
    const NOUN: &'static str = "dunning run";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select a.i as "i!", r.id, r.date, r.date::text = a.text as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) cross join lateral (
                       select * from dunning_runs d where d.org_id = $1 order by d.date::text = a.text desc, d.date desc, d.id desc limit 8) r
                   order by 1, r.date desc"#,
                org,
                texts
            )
            .fetch_all(cx.db())
            .await?;
            let found =
                rows.into_iter().map(|row| Match::of(row.i, row.id, format!("Dunning run of {}", row.date), row.exact));
            Ok(found.collect())
        })
    }

    fn search<'a>(cx: &'a mut Cx, typed: &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select r.id, r.date, case when r.date::text = $2 then 0 else 1 end as "rank!"
                   from dunning_runs r where r.org_id = $1 and starts_with(r.date::text, $2) order by 3, r.date desc limit $3"#,
                org,
                typed.asked,
                i64::from(typed.most)
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| Found {
                id: row.id,
                label: format!("Dunning run of {}", row.date),
                rank: row.rank,
            });
            Ok(found.collect())
        })
    }
}
