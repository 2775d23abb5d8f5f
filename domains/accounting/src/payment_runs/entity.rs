//! How people name a payment run.

use futures::future::BoxFuture;
use steward_tools::{Cx, Entity, Match, Result};

/// A payment run, by id or number; a draft has none yet and is named by its id.
pub struct PaymentRun;

impl Entity for PaymentRun {
    const NAME: &'static str = "accounting.payment_runs";
    const NOUN: &'static str = "payment run";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select a.i as "i!", r.id, r.number, r.status, r.date, r.number is not null and r.number = upper(a.text) as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) cross join lateral (
                       select * from payment_runs w where w.org_id = $1
                       order by w.number is not null and w.number = upper(a.text) desc, w.date desc, w.id desc limit 8) r
                   order by 1, r.date desc, r.id desc"#,
                org,
                texts
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| {
                let label = format!("{} of {} ({})", row.number.as_deref().unwrap_or("Run"), row.date, row.status);
                Match::of(row.i, row.id, label, row.exact)
            });
            Ok(found.collect())
        })
    }
}
