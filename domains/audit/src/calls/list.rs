//! `audit.calls.list`

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{AnyRecord, Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};
use uuid::Uuid;

use super::{Actor, CallRow};

/// List what was done: who changed what, when, and why; latest first.
///
/// The history of one record, of one person, or of one operation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only calls that changed this record: its name, number or id.
    pub record: Option<AnyRecord>,
    /// Only calls of this operation.
    #[schemars(length(max = 100))]
    pub operation: Option<String>,
    /// Only calls of this person: their e-mail.
    #[schemars(length(max = 200))]
    pub actor: Option<String>,
    /// Only calls from this conversation.
    pub conversation: Option<Uuid>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

impl Listed for CallRow {
    const NOUN: (&'static str, &'static str) = ("recorded call", "recorded calls");
}

impl Operation for List {
    const NAME: &'static str = "audit.calls.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<CallRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<CallRow>> {
        let org = cx.org();
        let wanted = limit(self.limit);
        let after: Option<(DateTime<Utc>, Uuid)> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let (after_time, after_id) = after.unzip();
        let record = match &self.record {
            Some(text) => Some(cx.find_record(text).await?),
            None => None,
        };
        let rows = sqlx::query!(
            "select c.id, c.plan_id, c.created_at, c.actor_id, u.email, u.name, c.surface, c.agent, c.conversation_id, c.reason,
                 c.operation, c.sentence, c.undoes
             from calls c join users u on u.org_id = c.org_id and u.id = c.actor_id
             where c.org_id = $1
               and ($2::uuid is null or c.id in (select h.call_id from changes h where h.org_id = $1 and h.record_id = $2))
               and ($3::text is null or c.operation = $3) and ($4::text is null or u.email = lower($4))
               and ($5::uuid is null or c.conversation_id = $5)
               and ($6::timestamptz is null or (c.created_at, c.id) < ($6, $7))
             order by c.created_at desc, c.id desc limit $8",
            org, record, self.operation, self.actor, self.conversation, after_time, after_id, wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        let rows = rows.into_iter().map(|row| CallRow {
            id: row.id,
            plan_id: row.plan_id,
            created_at: row.created_at,
            actor: Actor { id: row.actor_id, email: row.email, name: row.name },
            surface: row.surface,
            agent: row.agent,
            conversation_id: row.conversation_id,
            reason: row.reason,
            operation: row.operation,
            sentence: row.sentence,
            undoes: row.undoes,
        });
        Page::of(rows.collect(), wanted, |row| (row.created_at, row.id))
    }
}
