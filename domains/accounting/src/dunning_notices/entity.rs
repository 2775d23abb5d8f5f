//! How people name a dunning notice.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result};

/// A dunning notice, by id or number.
pub struct DunningNotice;

impl Entity for DunningNotice {
    const NAME: &'static str = "accounting.dunning_notices";
    const NOUN: &'static str = "dunning notice";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select a.i as "i!", n.id as "id!", n.number as "number!", n.level_name as "level!", p.name, n.number = upper(a.text) as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) cross join lateral (
                       select * from dunning_notices d where d.org_id = $1 order by d.number = upper(a.text) desc, d.date desc, d.id desc limit 8) n
                   join parties p on p.org_id = n.org_id and p.id = n.party_id
                   order by 1, n.date desc, n.id desc"#,
                org,
                texts
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows
                .into_iter()
                .map(|row| Match::of(row.i, row.id, format!("{} {} {}", row.number, row.name, row.level), row.exact));
            Ok(found.collect())
        })
    }
}
