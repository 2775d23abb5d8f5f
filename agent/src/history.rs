//! Conversations as people read them again: what was said, what it called, and how what was proposed stands now.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use sqlx::types::Json;
use sqlx::{Postgres, Transaction};
use steward_tools::{Caller, Gate, Refusal, Result};
use uuid::Uuid;

use crate::conversations::{State, transaction};
use crate::page::Unanswered;

/// Bytes of one answer that history keeps whole.
const WHOLE: usize = 24_000;
/// Rows of a longer one.
const ROWS: usize = 50;

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
    /// Whether a turn is at work here now; what it says is added when it ends.
    pub running: bool,
    /// What the page was asked and has not answered.
    pub pending: Vec<Unanswered>,
}

/// Something that was said.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Said {
    /// `user`, `assistant`, or `tool` where the page answered.
    pub role: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// `text`; `calls` with what they answered; of a `proposal` the approval as it stands now; a `decision`; `answers` of the page.
    #[serde(flatten)]
    pub content: Map<String, Value>,
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
pub(crate) async fn get(gate: &Gate, caller: &Caller, id: Uuid, running: bool) -> Result<ConversationDetail> {
    let mut tx = transaction(gate, caller).await?;
    let row = sqlx::query!(
        r#"select id, title, updated_at, state as "state: Json<State>",
             (select a.id from approvals a where a.org_id = c.org_id and a.conversation_id = c.id and a.maker_id = $2
                  and a.approver = 'self' and a.status = 'pending' and a.expires_at > $3
                  order by a.created_at desc, a.id desc limit 1) as waiting
         from conversations c where id = $1"#,
        id,
        caller.principal.id,
        gate.clock().now()
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| Refusal::not_found("conversation"))?;
    let messages =
        sqlx::query!("select role, content, created_at from messages where conversation_id = $1 order by seq", id)
            .fetch_all(&mut *tx)
            .await?;
    let standing = standing(&mut tx, caller, id, gate.clock().now()).await?;
    tx.commit().await?;
    let messages = messages.into_iter().map(|m| {
        let Value::Object(mut content) = m.content else {
            return Said { role: m.role, created_at: m.created_at, content: Map::new() };
        };
        // what an assistant says of itself does not stand in for who said it
        content.retain(|key, _| key != "role" && key != "created_at");
        if let Some(proposal) = content.get_mut("proposal")
            && let Some(status) = proposal["id"].as_str().and_then(|id| standing.get(id))
        {
            proposal["status"] = json!(status);
            proposal["may_decide"] = json!(proposal["may_decide"] == json!(true) && status == "pending");
        }
        Said { role: m.role, created_at: m.created_at, content }
    });
    Ok(ConversationDetail {
        waiting: row.waiting,
        running,
        pending: row.state.and_then(|state| state.0.asked).map(|asked| asked.calls).unwrap_or_default(),
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

/// How the approvals of a conversation stand.
async fn standing(
    tx: &mut Transaction<'static, Postgres>,
    caller: &Caller,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<HashMap<String, String>> {
    let rows = sqlx::query!(
        r#"select id, case when status = 'pending' and expires_at <= $3 then 'expired' else status end as "status!"
           from approvals where org_id = $1 and conversation_id = $2"#,
        caller.principal.org,
        id,
        now
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.to_string(), row.status)).collect())
}

/// A call with its answer, as history keeps it: a long table by its first rows, and that it was cut.
pub(crate) fn kept(id: &str, tool: &str, arguments: &Value, result: &Value) -> Value {
    let mut call = json!({ "id": id, "tool": tool, "arguments": arguments });
    if result.to_string().len() <= WHOLE {
        call["result"] = result.clone();
        return call;
    }
    call["cut"] = json!(true);
    let mut short = result.clone();
    if let Some(Value::Array(rows)) = short.get_mut("items") {
        rows.truncate(ROWS);
    }
    if short.to_string().len() <= WHOLE {
        call["result"] = short;
    }
    call
}
