//! `audit.attempts.list`

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};
use uuid::Uuid;

use crate::calls::Actor;

/// Audit trail of refused attempts: author, operation, refusal, time; latest first.
///
/// Inputs appear as they were recorded, secrets concealed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only attempts at this operation.
    #[schemars(length(max = 100))]
    pub operation: Option<String>,
    /// Only this refusal code, such as forbidden.
    #[schemars(length(max = 100))]
    pub code: Option<String>,
    /// Only this author, by sign-in address.
    #[schemars(length(max = 200))]
    pub actor: Option<String>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

/// One refused attempt.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AttemptRow {
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
    /// The operations that were asked for, in the order of the plan.
    pub operations: Vec<String>,
    /// What was asked, call by call.
    pub input: Value,
    /// The name of the refusal.
    pub code: String,
    /// Why it was refused.
    pub detail: String,
}

impl Listed for AttemptRow {
    const NOUN: (&'static str, &'static str) = ("refused attempt", "refused attempts");
}

/// What was asked, as far as the person who reads may see it.
fn veil(cx: &Cx, call: &mut Value) {
    let name = call.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(arguments) = call.get_mut("arguments") {
        cx.veil_call(&name, arguments, &mut Value::Null, &mut None);
    }
}

impl Operation for List {
    const NAME: &'static str = "audit.attempts.list";
    const EFFECT: Effect = Effect::Read;
    const GROUP: Option<&'static str> = Some("audit.oversight");
    type Output = Page<AttemptRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<AttemptRow>> {
        let (org, zone) = (cx.org(), cx.who().zone.name());
        let wanted = limit(self.limit);
        let after: Option<(DateTime<Utc>, Uuid)> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let (after_time, after_id) = after.unzip();
        let rows = sqlx::query!(
            "select a.id, a.created_at, a.actor_id, u.email, u.name, a.surface, a.agent, a.conversation_id, a.request_id,
                 a.operations, a.input, a.code, a.detail
             from attempts a join users u on u.org_id = a.org_id and u.id = a.actor_id
             where a.org_id = $1 and ($2::text is null or $2 = any (a.operations)) and ($3::text is null or a.code = $3)
               and ($4::text is null or u.email = lower($4))
               and ($5::date is null or a.created_at >= $5::date::timestamp at time zone $7)
               and ($6::date is null or a.created_at < ($6::date + 1)::timestamp at time zone $7)
               and ($8::timestamptz is null or (a.created_at, a.id) < ($8, $9))
             order by a.created_at desc, a.id desc limit $10",
            org, self.operation, self.code, self.actor, self.from, self.to, zone, after_time, after_id, wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        let rows = rows.into_iter().map(|mut row| {
            row.input.as_array_mut().into_iter().flatten().for_each(|call| veil(cx, call));
            row
        });
        let rows = rows.map(|row| AttemptRow {
            id: row.id,
            created_at: row.created_at,
            actor: Actor { id: row.actor_id, email: row.email, name: row.name },
            surface: row.surface,
            agent: row.agent,
            conversation_id: row.conversation_id,
            request_id: row.request_id,
            operations: row.operations,
            input: row.input,
            code: row.code,
            detail: row.detail,
        });
        Page::of(rows.collect(), wanted, |row| (row.created_at, row.id))
    }
}
