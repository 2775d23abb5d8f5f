//! What is not finished in a time that is about to close: drafts, which nobody posts there any more afterwards.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use steward_tools::{Cx, Result};

/// Something unfinished. It does not stand in the way of closing.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Unfinished {
    /// The kind of record.
    pub what: &'static str,
    /// How many there are.
    pub count: i64,
    /// The same in words.
    pub text: String,
}

/// Drafts that are dated within these days.
pub(crate) async fn within(cx: &mut Cx, start: NaiveDate, end: NaiveDate) -> Result<Vec<Unfinished>> {
    let org = cx.org();
    let counts = sqlx::query!(
        r#"select (select count(*) from entry_drafts d where d.org_id = $1 and d.date between $2 and $3) as "entries!",
               (select count(*) from invoices i where i.org_id = $1 and i.status <> 'posted' and i.side = 'sale' and i.date between $2 and $3) as "invoices!",
               (select count(*) from invoices i where i.org_id = $1 and i.status <> 'posted' and i.side = 'purchase' and i.date between $2 and $3) as "bills!""#,
        org,
        start,
        end
    )
    .fetch_one(cx.db())
    .await?;
    let named = [
        ("accounting.entries", counts.entries, ["draft journal entry is", "draft journal entries are"]),
        ("accounting.invoices", counts.invoices, ["draft invoice is", "draft invoices are"]),
        ("accounting.bills", counts.bills, ["bill that is not posted is", "bills that are not posted are"]),
    ];
    let found = named.into_iter().filter(|(_, count, _)| *count > 0).map(|(what, count, [one, many])| {
        let text = format!("{count} {} dated in it.", if count == 1 { one } else { many });
        Unfinished { what, count, text }
    });
    Ok(found.collect())
}

/// ` 2 draft invoices are dated in it.`
pub(crate) fn told(warnings: &[Unfinished]) -> String {
    warnings.iter().map(|warning| format!(" {}", warning.text)).collect()
}
