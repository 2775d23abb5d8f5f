//! Optimistic locking: a change says which version it means, and learns what happened since.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Change, Cx, Kind, Refusal, Result, codes};

/// Columns that change with every change.
const MOMENT: [&str; 3] = ["version", "updated_at", "name_key"];

/// A change that somebody made since.
struct Since {
    before: Option<Value>,
    after: Option<Value>,
    at: DateTime<Utc>,
    by: String,
    operation: String,
    /// Other tables that the same call wrote: parts of the record.
    beside: Vec<String>,
}

impl Cx {
    /// Refuses unless `version`, where given, is the `current` one of this row; the refusal shows who changed what
    /// since, as far as the person at work may see it.
    pub async fn expect_version_of(&mut self, table: &str, id: Uuid, version: Option<i32>, current: i32) -> Result<()> {
        let Some(version) = version.filter(|version| *version != current) else { return Ok(()) };
        let org = self.org();
        let rows = sqlx::query_as!(
            Since,
            r#"select c.before, c.after, k.created_at as at, u.name as by, k.operation,
                   array(select distinct replace(o.table_name, '_', ' ') from changes o
                       where o.org_id = c.org_id and o.call_id = c.call_id and o.table_name <> $3 order by 1) as "beside!"
               from changes c join calls k on k.org_id = c.org_id and k.id = c.call_id
                   join users u on u.org_id = k.org_id and u.id = k.actor_id
               where c.org_id = $1 and c.record_id = $2 and c.table_name = $3 and (c.before ->> 'version')::int >= $4
               order by c.id limit 20"#,
            org,
            id,
            table,
            version
        )
        .fetch_all(self.db())
        .await?;
        let mut changed = Vec::new();
        let mut told = Vec::new();
        for row in rows {
            let (before, after) = (row.before, row.after);
            let mut change =
                Change { table: table.to_owned(), record_id: id, op: "update".into(), before, after, visible: true };
            self.veil(&mut change);
            let columns: Vec<(&str, &Value, &Value)> =
                change.columns().into_iter().filter(|(column, ..)| !MOMENT.contains(column)).collect();
            let names: Vec<&str> = columns.iter().map(|(column, ..)| *column).collect();
            let told_of: Vec<&str> = names.into_iter().chain(row.beside.iter().map(String::as_str)).collect();
            told.push(format!("{} changed {}", row.by, told_of.join(", ")));
            let columns: Vec<Value> =
                columns.iter().map(|(field, from, to)| json!({"field": field, "from": from, "to": to})).collect();
            changed.push(json!({"at": row.at, "by": row.by, "operation": row.operation, "columns": columns, "beside": row.beside}));
        }
        let since = if told.is_empty() { String::new() } else { format!(" Since then {}.", told.join("; ")) };
        let detail = format!("This record is at version {current} now, not {version}.{since}");
        let mut refusal = Refusal::new(Kind::Stale, codes::STALE_VERSION, detail)
            .fix("Read it again, look at what changed, and repeat with the new version.");
        refusal.extra = Some(json!({ "current_version": current, "changed": changed }));
        Err(refusal.into())
    }
}
