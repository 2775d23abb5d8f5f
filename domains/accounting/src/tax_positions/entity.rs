//! How people name a tax position.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result};

/// A tax position, by id, code or name.
pub struct TaxPosition;

impl Entity for TaxPosition {
    const NAME: &'static str = "accounting.tax_positions";
    const NOUN: &'static str = "tax position";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            // a company has a handful: all of them are the candidates
            let rows = sqlx::query!(
                r#"select a.i as "i!", p.id, p.code, p.name, (p.code = upper(a.text) or lower(p.name) = lower(a.text)) as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) join tax_positions p on p.org_id = $1 order by 1, p.code"#,
                org,
                texts
            )
            .fetch_all(cx.db())
            .await?;
            let found =
                rows.into_iter().map(|row| Match::of(row.i, row.id, format!("{} {}", row.code, row.name), row.exact));
            Ok(found.collect())
        })
    }
}
