//! How people name an import of open items.

use chrono::NaiveDate;
use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Found, Match, Result, Typed};

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
            Ok(rows.into_iter().map(|row| Match::of(row.i, row.id, label(row.date, row.items), row.exact)).collect())
        })
    }

    fn search<'a>(cx: &'a mut Cx, typed: &'a Typed) -> BoxFuture<'a, Result<Vec<Found>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select o.id, o.date, case when o.date::text = $2 then 0 else 1 end as "rank!",
                       (select count(*) from invoices v where v.org_id = o.org_id and v.opening_import_id = o.id) as "items!"
                   from opening_imports o where o.org_id = $1 and starts_with(o.date::text, $2) order by 3, o.date desc, o.id desc limit $3"#,
                org,
                typed.asked,
                i64::from(typed.most)
            )
            .fetch_all(cx.db())
            .await?;
            let found =
                rows.into_iter().map(|row| Found { id: row.id, label: label(row.date, row.items), rank: row.rank });
            Ok(found.collect())
        })
    }
}

fn label(date: NaiveDate, items: i64) -> String {
    format!("{items} open items of {date}")
}
