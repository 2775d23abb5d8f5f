//! How people name an import of open items.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result};

/// Open invoices and bills that were brought over at once, by id or by the day of the opening balances.
pub struct OpeningImport;

impl Entity for OpeningImport {
    const NAME: &'static str = "accounting.opening_imports";
    const NOUN: &'static str = "import of open items";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            // a company moves in once, in a few steps: all of them are the candidates
            let rows = sqlx::query!(
                r#"select a.i as "i!", o.id as "id!", o.date as "date!", o.date::text = a.text as "exact!",
                       (select count(*) from invoices v where v.org_id = o.org_id and v.opening_import_id = o.id) as "items!"
                   from unnest($2::text[]) with ordinality as a (text, i) join opening_imports o on o.org_id = $1
                   order by 1, o.date desc, o.id desc"#,
                org,
                texts
            )
            .fetch_all(cx.db())
            .await?;
            let label = |date, items| format!("{items} open items of {date}");
            Ok(rows.into_iter().map(|row| Match::of(row.i, row.id, label(row.date, row.items), row.exact)).collect())
        })
    }
}
