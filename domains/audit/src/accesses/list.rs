//! `audit.accesses.list`

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use steward_tools::{AnyRecord, Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};
use uuid::Uuid;

use crate::calls::Actor;

/// Audit trail of accesses: author, operation, records disclosed, masks lifted, time; latest first.
///
/// An access behind a mask is recorded before its answer leaves; others follow within a second.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only accesses to this record: its name, number or id.
    pub record: Option<AnyRecord>,
    /// Only this operation.
    #[schemars(length(max = 100))]
    pub operation: Option<String>,
    /// Only this author, by sign-in address.
    #[schemars(length(max = 200))]
    pub actor: Option<String>,
    /// Only accesses behind this mask.
    #[schemars(length(max = 100))]
    pub mask: Option<String>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

/// One read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccessRow {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// The way it came in (rest, cli, agent).
    pub surface: String,
    /// Whether an agent acted for the person.
    pub agent: bool,
    /// The conversation it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<Uuid>,
    /// The request it came with.
    pub request_id: String,
    /// The operation that read.
    pub operation: String,
    /// What was asked.
    pub input: Value,
    /// The records that were shown (at most 200 are named).
    pub records: Vec<Uuid>,
    /// The masks that were looked behind.
    pub masks: Vec<String>,
}

impl Listed for AccessRow {
    const NOUN: (&'static str, &'static str) = ("access", "accesses");
}

impl Operation for List {
    const NAME: &'static str = "audit.accesses.list";
    const EFFECT: Effect = Effect::Read;
    const GROUP: Option<&'static str> = Some("audit.oversight");
    type Output = Page<AccessRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<AccessRow>> {
        let (org, zone) = (cx.org(), cx.who().zone.name());
        let wanted = limit(self.limit);
        let after: Option<(DateTime<Utc>, Uuid)> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let (after_time, after_id) = after.unzip();
        let record = match &self.record {
            Some(text) => Some(cx.find_record(text).await?),
            None => None,
        };
        let rows = sqlx::query!(
            "select a.id, a.created_at, a.actor_id, u.email, u.name, a.surface, a.agent, a.conversation_id, a.request_id,
                 a.operation, a.input, a.records, a.masks
             from accesses a join users u on u.org_id = a.org_id and u.id = a.actor_id
             where a.org_id = $1 and ($2::uuid is null or a.records @> array[$2]) and ($3::text is null or a.operation = $3)
               and ($4::text is null or u.email = lower($4)) and ($5::text is null or $5 = any (a.masks))
               and ($6::date is null or a.created_at >= $6::date::timestamp at time zone $8)
               and ($7::date is null or a.created_at < ($7::date + 1)::timestamp at time zone $8)
               and ($9::timestamptz is null or (a.created_at, a.id) < ($9, $10))
             order by a.created_at desc, a.id desc limit $11",
            org, record, self.operation, self.actor, self.mask, self.from, self.to, zone, after_time, after_id, wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        let rows = rows.into_iter().map(|mut row| {
            cx.veil_call(&row.operation, &mut row.input, &mut Value::Null, &mut None);
            row
        });
        let rows = rows.map(|row| AccessRow {
            id: row.id,
            created_at: row.created_at,
            actor: Actor { id: row.actor_id, email: row.email, name: row.name },
            surface: row.surface,
            agent: row.agent,
            conversation_id: row.conversation_id,
            request_id: row.request_id,
            operation: row.operation,
            input: row.input,
            records: row.records,
            masks: row.masks,
        });
        Page::of(rows.collect(), wanted, |row| (row.created_at, row.id))
    }
}
