//! How people name payment terms.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result};

/// Payment terms, by id, code or name.
pub struct PaymentTerm;

impl Entity for PaymentTerm {
    const NAME: &'static str = "accounting.payment_terms";
    const NOUN: &'static str = "payment terms";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            // a company has a handful: all of them are the candidates; NET30 is also written net 30
            let rows = sqlx::query!(
                r#"select a.i as "i!", t.id, t.code, t.name, t.archived_at is not null as "archived!",
                       (plain_number(t.code) = plain_number(a.text) or lower(t.name) = lower(a.text)) as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) join payment_terms t on t.org_id = $1
                   order by 1, t.archived_at is not null, t.code"#,
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
