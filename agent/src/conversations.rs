//! Conversations in the database: each its owner's only.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sqlx::types::Json;
use sqlx::{Postgres, Transaction};
use steward_tools::{Caller, Gate, Refusal, Result};
use uuid::Uuid;

/// A conversation in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Conversation")]
pub struct ConversationRow {
    /// Its id: the thread.
    pub id: Uuid,
    /// What it is about.
    pub title: String,
    /// When it was last used.
    pub updated_at: DateTime<Utc>,
}

/// A conversation with what was said.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConversationDetail {
    /// The conversation.
    #[serde(flatten)]
    pub row: ConversationRow,
    /// What was said, in order.
    pub messages: Vec<Said>,
    /// The approval that waits for the person, if one does.
    pub waiting: Option<Uuid>,
}

/// Something that was said.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Said {
    /// `user` or `assistant`.
    pub role: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// `text`, and of proposals their approval.
    #[serde(flatten)]
    pub content: Map<String, Value>,
}

/// What a conversation keeps between turns.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// What the model keeps.
    pub(crate) memory: Value,
    /// The approval that waits.
    pub(crate) waiting: Option<Uuid>,
}

/// Longest title; the rest of the first message is cut.
const TITLE: usize = 80;

async fn transaction(gate: &Gate, caller: &Caller) -> Result<Transaction<'static, Postgres>> {
    Ok(gate.identity().transaction(caller).await?.0)
}

/// Opens the conversation at its first message, and reads what it keeps. Somebody else's is not found.
pub(crate) async fn open(gate: &Gate, caller: &Caller, id: Uuid, said: Option<&str>) -> Result<State> {
    let mut tx = transaction(gate, caller).await?;
    // when something was said is the real time, whatever day it is for the business
    let (who, now) = (&caller.principal, Utc::now());
    if let Some(text) = said {
        let title: String = text.chars().take(TITLE).collect();
        sqlx::query!(
            "insert into conversations (org_id, id, owner_id, title, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
             on conflict do nothing",
            who.org, id, who.id, title, now
        )
        .execute(&mut *tx)
        .await?;
    }
    let row = sqlx::query!(
        r#"update conversations set updated_at = $2 where id = $1 returning state as "state: Json<State>""#,
        id,
        now
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| Refusal::not_found("conversation"))?;
    if let Some(text) = said {
        say(&mut tx, caller, (id, now), "user", json!({ "text": text })).await?;
    }
    tx.commit().await?;
    Ok(row.state.map(|state| state.0).unwrap_or_default())
}

/// The plan that was done last in this conversation, wherever it was decided; "undo that" takes it back.
pub(crate) async fn last_plan(gate: &Gate, caller: &Caller, id: Uuid) -> Result<Option<Uuid>> {
    let mut tx = transaction(gate, caller).await?;
    let (org, who) = (caller.principal.org, caller.principal.id);
    let plan = sqlx::query_scalar!(
        "select plan_id from calls where org_id = $1 and conversation_id = $2 and actor_id = $3 order by seq desc limit 1",
        org,
        id,
        who
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(plan)
}

/// The approval, if it still waits; it may have been decided elsewhere.
pub(crate) async fn still_waiting(gate: &Gate, caller: &Caller, approval: Option<Uuid>) -> Option<Uuid> {
    let row = gate.approval(caller, approval?).await.ok()?;
    (row.status == "pending" && row.expires_at > gate.clock().now()).then_some(row.id)
}

/// Keeps what was said and what to remember, at the end of a turn.
pub(crate) async fn close(gate: &Gate, caller: &Caller, id: Uuid, said: &[Value], state: &State) -> Result<()> {
    let mut tx = transaction(gate, caller).await?;
    let now = Utc::now();
    for content in said {
        say(&mut tx, caller, (id, now), "assistant", content.clone()).await?;
    }
    sqlx::query!(
        "update conversations set state = $2, updated_at = $3 where id = $1",
        id,
        serde_json::to_value(state)?,
        now
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

async fn say(
    tx: &mut Transaction<'static, Postgres>,
    caller: &Caller,
    (conversation, now): (Uuid, DateTime<Utc>),
    role: &str,
    content: Value,
) -> Result<()> {
    sqlx::query!(
        "insert into messages (org_id, id, conversation_id, role, content, created_at) values ($1, $2, $3, $4, $5, $6)",
        caller.principal.org,
        Uuid::now_v7(),
        conversation,
        role,
        content,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The person's conversations, latest first.
pub(crate) async fn list(gate: &Gate, caller: &Caller) -> Result<Vec<ConversationRow>> {
    let mut tx = transaction(gate, caller).await?;
    let rows = sqlx::query_as!(
        ConversationRow,
        "select id, title, updated_at from conversations order by updated_at desc limit 100"
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(rows)
}

/// One of the person's conversations.
pub(crate) async fn get(gate: &Gate, caller: &Caller, id: Uuid) -> Result<ConversationDetail> {
    let mut tx = transaction(gate, caller).await?;
    let row = sqlx::query!(
        r#"select id, title, updated_at, state as "state: Json<State>" from conversations where id = $1"#,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| Refusal::not_found("conversation"))?;
    let messages =
        sqlx::query!("select role, content, created_at from messages where conversation_id = $1 order by seq", id)
            .fetch_all(&mut *tx)
            .await?;
    tx.commit().await?;
    let messages = messages.into_iter().map(|m| {
        let Value::Object(mut content) = m.content else {
            return Said { role: m.role, created_at: m.created_at, content: Map::new() };
        };
        // what an assistant says of itself does not stand in for who said it
        content.retain(|key, _| key != "role" && key != "created_at");
        Said { role: m.role, created_at: m.created_at, content }
    });
    let waiting = still_waiting(gate, caller, row.state.and_then(|state| state.0.waiting)).await;
    Ok(ConversationDetail {
        waiting,
        row: ConversationRow { id: row.id, title: row.title, updated_at: row.updated_at },
        messages: messages.collect(),
    })
}

/// Forgets one of the person's conversations. What was done in it stays recorded.
pub(crate) async fn forget(gate: &Gate, caller: &Caller, id: Uuid) -> Result<()> {
    let mut tx = transaction(gate, caller).await?;
    let gone = sqlx::query!("delete from conversations where id = $1", id).execute(&mut *tx).await?;
    tx.commit().await?;
    if gone.rows_affected() == 0 {
        return Err(Refusal::not_found("conversation").into());
    }
    Ok(())
}
