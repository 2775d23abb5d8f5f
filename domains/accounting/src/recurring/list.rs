//! `accounting.recurring.list`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit, name_key};

use super::RecurringHead;
use super::view::HeadRow;

/// List the recurring entries, with when each is due next.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Part of the name.
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// Only those due up to this day.
    pub due_to: Option<NaiveDate>,
    /// Archived ones instead of those in use.
    pub archived: Option<bool>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

/// A row of the list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct RecurringRow(pub RecurringHead);

impl Listed for RecurringRow {
    const NOUN: (&'static str, &'static str) = ("recurring entry", "recurring entries");
}

impl Operation for List {
    const NAME: &'static str = "accounting.recurring.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<RecurringRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<RecurringRow>> {
        let (org, currency) = (cx.org(), cx.currency().to_owned());
        let wanted = limit(self.limit);
        let after: Option<String> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let rows = sqlx::query_as!(
            HeadRow,
            r#"select r.id, r.version, r.name, r.interval, r.day, r.start_date as start, r.end_date as "end", r.next_date, r.memo, r.reference,
                   (select coalesce(sum(l.debit), 0)::bigint from recurring_lines l where l.org_id = r.org_id and l.recurring_id = r.id) as "amount!",
                   r.journal_id, j.code as "journal_code?", j.name as "journal_name?", r.archived_at is not null as "archived!"
               from recurring r left join journals j on j.org_id = r.org_id and j.id = r.journal_id
               where r.org_id = $1 and ($2::text is null or position($2 in r.name_key) > 0) and ($3::date is null or r.next_date <= $3)
                 and (r.archived_at is not null) = $4 and ($5::text is null or r.name_key > $5)
               order by r.name_key limit $6"#,
            org,
            self.q.as_deref().map(name_key),
            self.due_to,
            self.archived == Some(true),
            after,
            wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        let rows = rows.into_iter().map(|row| RecurringRow(row.head(&currency))).collect();
        Page::of(rows, wanted, |row| name_key(&row.0.name))
    }
}
