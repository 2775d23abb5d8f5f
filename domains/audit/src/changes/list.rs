//! `audit.changes.list`

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use steward_tools::{AnyRecord, Change, Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};
use uuid::Uuid;

use crate::calls::Actor;

/// Audit trail of one record: every changed column, before and after, with author, time and call; latest first.
///
/// Rows that belong to the record are included where the same call changed both. Hidden columns are left out.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// The record in question: its name, number or id.
    pub record: AnyRecord,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

/// One column that changed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ColumnChange {
    /// Its name.
    pub column: String,
    /// What it was; absent where there was nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What it is since; absent where there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// The call that changed it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct By {
    /// The call.
    pub id: Uuid,
    /// Its operation.
    pub operation: String,
    /// What happened, in a sentence.
    pub sentence: String,
    /// The person's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What happened to a row.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum RowChange {
    /// It came.
    Insert,
    /// It changed.
    Update,
    /// It went.
    Delete,
}

/// One changed row.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangeRow {
    /// Its place in the log of changes.
    pub id: i64,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// The way it came in (rest, cli, agent).
    pub surface: String,
    /// Whether an agent acted for the person.
    pub agent: bool,
    /// The call.
    pub call: By,
    /// The table.
    pub table: String,
    /// The row: the record itself, or one that belongs to it.
    pub record_id: Uuid,
    /// insert, update or delete.
    #[schemars(with = "RowChange")]
    pub op: String,
    /// What changed, as far as you may see it.
    pub columns: Vec<ColumnChange>,
}

impl Listed for ChangeRow {
    const NOUN: (&'static str, &'static str) = ("change", "changes");
}

impl Operation for List {
    const NAME: &'static str = "audit.changes.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<ChangeRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<ChangeRow>> {
        let (org, zone) = (cx.org(), cx.who().zone.name());
        let wanted = limit(self.limit);
        let after: Option<(DateTime<Utc>, i64)> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let (after_time, after_id) = after.unzip();
        let record = cx.find_record(&self.record).await?;
        let rows = sqlx::query!(
            "select h.id, h.table_name, h.record_id, h.op, h.before, h.after, c.id as call_id, c.operation, c.sentence, c.reason,
                 c.created_at, c.surface, c.agent, c.actor_id, u.email, u.name
             from (select distinct call_id from changes where org_id = $1 and record_id = $2) of_record
             join changes h on h.org_id = $1 and h.call_id = of_record.call_id
             join calls c on c.org_id = $1 and c.id = h.call_id
             join users u on u.org_id = $1 and u.id = c.actor_id
             where (h.record_id = $2 or exists (
                     select from jsonb_each_text(coalesce(h.after, h.before)) value where value.value = $2::uuid::text))
               and ($3::date is null or c.created_at >= $3::date::timestamp at time zone $5)
               and ($4::date is null or c.created_at < ($4::date + 1)::timestamp at time zone $5)
               and ($6::timestamptz is null or (c.created_at, h.id) < ($6, $7))
             order by c.created_at desc, h.id desc limit $8",
            org, record, self.from, self.to, zone, after_time, after_id, wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        let rows = rows.into_iter().map(|row| {
            let (table, record_id, op) = (row.table_name, row.record_id, row.op);
            let mut change = Change { table, record_id, op, before: row.before, after: row.after, visible: true };
            cx.veil(&mut change);
            ChangeRow {
                id: row.id,
                created_at: row.created_at,
                actor: Actor { id: row.actor_id, email: row.email, name: row.name },
                surface: row.surface,
                agent: row.agent,
                call: By { id: row.call_id, operation: row.operation, sentence: row.sentence, reason: row.reason },
                columns: columns(&change),
                table: change.table,
                record_id: change.record_id,
                op: change.op,
            }
        });
        Page::of(rows.collect(), wanted, |row| (row.created_at, row.id))
    }
}

/// The columns in which before and after differ; the ids of row and organisation are said elsewhere or go without saying.
fn columns(change: &Change) -> Vec<ColumnChange> {
    let of = |row: &Option<Value>, column: &str| {
        row.as_ref().and_then(|row| row.get(column)).filter(|v| !v.is_null()).cloned()
    };
    let rows = [&change.before, &change.after].into_iter().flatten().filter_map(Value::as_object);
    let names: BTreeSet<&String> = rows.flat_map(|row| row.keys()).collect();
    let changed = names.into_iter().filter(|name| !matches!(name.as_str(), "id" | "org_id")).map(|name| ColumnChange {
        column: name.clone(),
        before: of(&change.before, name),
        after: of(&change.after, name),
    });
    changed.filter(|column| column.before != column.after).collect()
}
