//! What happened since: a call is not taken back over what somebody else has done to the same columns meanwhile.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Inner, effects, sight};
use crate::{Caller, Change, FieldError, Refusal, Result, codes};

/// Later changes that one refusal lists.
const MOST_LISTED: usize = 10;

/// A change of a row, and the call that made it.
struct Row {
    table: String,
    record_id: Uuid,
    op: String,
    before: Option<Value>,
    after: Option<Value>,
    ours: bool,
    call_id: Uuid,
    sentence: String,
    at: DateTime<Utc>,
    by: String,
    by_viewer: bool,
}

impl Row {
    fn change(&self) -> Change {
        Change {
            table: self.table.clone(),
            record_id: self.record_id,
            op: self.op.clone(),
            before: self.before.clone(),
            after: self.after.clone(),
            visible: true,
        }
    }
    /// The columns that this change decided; none stands for the whole row.
    fn columns(&self) -> Option<BTreeSet<String>> {
        let change = self.change();
        let decided =
            change.columns().into_iter().map(|(column, ..)| column).filter(|column| !effects::technical(column));
        (self.op == "update").then(|| decided.map(str::to_owned).collect())
    }
    fn same_row(&self, other: &Self) -> bool {
        self.table == other.table && self.record_id == other.record_id
    }
}

/// Refuses where rows that these calls wrote were changed later by calls that still stand.
pub(super) async fn changed(
    connection: &mut PgConnection,
    inner: &Inner,
    caller: &Caller,
    calls: &[Uuid],
) -> Result<Option<Refusal>> {
    let rows = sqlx::query_as!(
        Row,
        r#"with ours as (select org_id, table_name, record_id, max(id) as last from changes
               where org_id = (select current_org()) and call_id = any ($1) group by 1, 2, 3)
           select c.table_name as table, c.record_id, c.op, c.before, c.after, c.call_id = any ($1) as "ours!",
               k.id as call_id, k.sentence, k.created_at as at, u.name as by, k.actor_id = (select current_person()) as "by_viewer!"
           from ours o join changes c on c.org_id = o.org_id and c.record_id = o.record_id and c.table_name = o.table_name
               join calls k on k.org_id = c.org_id and k.id = c.call_id
               join users u on u.org_id = k.org_id and u.id = k.actor_id
           where c.call_id = any ($1) or (c.id > o.last and k.undoes is null
               and not exists (select from calls y where y.org_id = k.org_id and y.undoes = k.id))
           order by c.id"#,
        calls
    )
    .fetch_all(connection)
    .await?;
    let (ours, later): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.ours);
    let meets = |row: &&Row| {
        ours.iter().filter(|our| our.same_row(row)).any(|our| match (our.columns(), row.columns()) {
            (Some(our), Some(later)) => !our.is_disjoint(&later),
            // what one made oneself goes with one's own later edits of it, which the preview shows
            _ => !(our.op == "insert" && row.by_viewer),
        })
    };
    let in_the_way: Vec<&Row> = later.iter().filter(meets).take(MOST_LISTED).collect();
    if in_the_way.is_empty() { Ok(None) } else { Ok(Some(refusal(inner, caller, &in_the_way)?)) }
}

fn refusal(inner: &Inner, caller: &Caller, rows: &[&Row]) -> Result<Refusal> {
    let sees = inner.sight(caller)?;
    let mut seen: Vec<Uuid> = Vec::new();
    let mut refusal = Refusal::conflict(codes::CHANGED_SINCE, "");
    let mut changed = Vec::new();
    for row in rows {
        let mut change = row.change();
        sight::veil_change(&inner.catalogue, &mut change, &sees);
        let columns: Vec<Value> = change
            .columns()
            .into_iter()
            .filter(|(column, ..)| !effects::technical(column))
            .map(|(field, from, to)| json!({"field": field, "from": from, "to": to}))
            .collect();
        changed.push(json!({
            "table": row.table, "record": row.record_id, "call": row.call_id, "by": row.by, "at": row.at, "columns": columns,
        }));
        if !seen.contains(&row.call_id) {
            seen.push(row.call_id);
            let detail = format!("{}, {}: {}", row.by, row.at.format("%Y-%m-%d %H:%M"), row.sentence);
            refusal.errors.push(FieldError { pointer: String::new(), detail });
        }
    }
    let whats: Vec<&str> = refusal.errors.iter().map(|error| error.detail.as_str()).collect();
    refusal.detail = format!("This was changed since. {}", whats.join(" "));
    refusal.fix = Some("Take the later changes back first, or correct the record as it is now.".to_owned());
    refusal.extra = Some(json!({ "changed": changed }));
    Ok(refusal)
}
