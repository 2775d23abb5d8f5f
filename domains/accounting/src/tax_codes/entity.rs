//! How people name a tax code.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result};

/// A tax code, by id or code.
pub struct TaxCode;

impl Entity for TaxCode {
    const NAME: &'static str = "accounting.tax_codes";
    const NOUN: &'static str = "tax code";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            // a company has a handful: all of them are the candidates
            let rows = sqlx::query!(
                r#"select a.i as "i!", t.id as "id!", t.code as "code!", t.name as "name!", t.code = upper(a.text) as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) join tax_codes t on t.org_id = $1 order by 1, t.code"#,
                org, texts
            )
            .fetch_all(cx.db())
            .await?;
            let found =
                rows.into_iter().map(|row| Match::of(row.i, row.id, format!("{} {}", row.code, row.name), row.exact));
            Ok(found.collect())
        })
    }
}
