//! Conversations in the database, as turns open and close them: each its owner's only.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::types::Json;
use sqlx::{Postgres, Transaction};
use steward_tools::{Caller, Gate, Refusal, Result};
use uuid::Uuid;

use crate::events::Input;
use crate::page::Asked;

/// What a conversation keeps between turns.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// What the model keeps.
    pub(crate) memory: Value,
    /// What the page was asked and has not answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) asked: Option<Asked>,
    /// The approval that waits; what waits is read from the approvals, so that no crash can lose it.
    #[serde(skip)]
    pub(crate) waiting: Option<Uuid>,
}

/// A conversation as a turn finds it.
pub(crate) struct Opened {
    pub(crate) state: State,
    /// What was said before and never answered.
    pub(crate) interrupted: Option<String>,
    /// What waits, where the turn that proposed it was cut off before it could say so.
    pub(crate) untold: Option<Uuid>,
    /// What it is about.
    pub(crate) title: String,
    /// What the page was asked before, claimed by this turn: no other one reads an answer to it.
    pub(crate) asked: Option<Asked>,
}

/// What stands in place of an answer that never came.
const INTERRUPTED: &str = "(interrupted before an answer)";

/// Longest title; the rest of the first message is cut.
const TITLE: usize = 80;

pub(crate) async fn transaction(gate: &Gate, caller: &Caller) -> Result<Transaction<'static, Postgres>> {
    Ok(gate.identity().transaction(caller).await?.0)
}

/// Opens the conversation at its first message, and reads what it keeps. Somebody else's is not found. `busy` says
/// that another turn of it is at work, so that what was said before is still being answered.
pub(crate) async fn open(
    gate: &Gate,
    caller: &Caller,
    id: Uuid,
    (input, said): (&Input, Option<&str>),
    busy: bool,
) -> Result<Opened> {
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
        r#"update conversations c set updated_at = $2 where id = $1 returning title, state as "state: Json<State>",
               (select a.id from approvals a where a.org_id = c.org_id and a.conversation_id = c.id and a.maker_id = $3
                    and a.approver = 'self' and a.status = 'pending' and a.expires_at > $4
                    order by a.created_at desc, a.id desc limit 1) as waiting,
               (select case when m.role = 'user' then m.content ->> 'text' end from messages m
                    where m.org_id = c.org_id and m.conversation_id = c.id order by m.seq desc limit 1) as unanswered"#,
        id,
        now,
        who.id,
        gate.clock().now()
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| Refusal::not_found("conversation"))?;
    let mut state = row.state.map(|state| state.0).unwrap_or_default();
    state.waiting = row.waiting;
    let asked = claim(&mut tx, id, &mut state, input).await?;
    let mut opened = Opened { state, interrupted: None, untold: None, title: row.title, asked };
    if let (Some(text), false, true) = (row.unanswered, busy, said.is_some()) {
        say(&mut tx, caller, (id, now), "assistant", json!({ "text": INTERRUPTED, "interrupted": true })).await?;
        opened.interrupted = Some(text);
        opened.untold = untold(&mut tx, id, opened.state.waiting).await?;
    }
    if let Some(text) = said {
        say(&mut tx, caller, (id, now), "user", json!({ "text": text })).await?;
    }
    tx.commit().await?;
    Ok(opened)
}

/// What the page was asked, where this turn hears of it: taken out under the row's lock, so that an answer counts once.
async fn claim(
    tx: &mut Transaction<'static, Postgres>,
    id: Uuid,
    state: &mut State,
    input: &Input,
) -> Result<Option<Asked>> {
    let meant = |asked: &Asked| match input {
        Input::Message(_) => true,
        Input::Answers(answers) => asked.calls.iter().any(|call| answers.iter().any(|answer| answer.id == call.id)),
        Input::Resume { .. } => false,
    };
    let Some(asked) = state.asked.take_if(|asked| meant(asked)) else { return Ok(None) };
    sqlx::query!("update conversations set state = $2 where id = $1", id, serde_json::to_value(state)?)
        .execute(&mut **tx)
        .await?;
    Ok(Some(asked))
}

/// Gives up what the page was asked. Somebody else's conversation is not found.
pub(crate) async fn give_up(gate: &Gate, caller: &Caller, id: Uuid, busy: bool) -> Result<()> {
    let mut tx = transaction(gate, caller).await?;
    sqlx::query!("select id from conversations where id = $1", id)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| Refusal::not_found("conversation"))?;
    // a turn at work keeps the state itself when it ends
    if !busy {
        sqlx::query!("update conversations set state = state - 'asked' where id = $1 and state ? 'asked'", id)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The approval, unless the conversation holds it.
async fn untold(tx: &mut Transaction<'static, Postgres>, id: Uuid, waiting: Option<Uuid>) -> Result<Option<Uuid>> {
    let Some(approval) = waiting else { return Ok(None) };
    let told = sqlx::query_scalar!(
        r#"select exists (select from messages where conversation_id = $1 and content -> 'proposal' ->> 'id' = $2) as "told!""#,
        id,
        approval.to_string()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((!told).then_some(approval))
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

/// Keeps what to remember in the middle of a turn, so that one that is cut off loses as little as can be.
pub(crate) async fn keep(gate: &Gate, caller: &Caller, id: Uuid, state: &Value) -> Result<()> {
    let mut tx = transaction(gate, caller).await?;
    sqlx::query!("update conversations set state = $2, updated_at = $3 where id = $1", id, state, Utc::now())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Keeps what was said and what to remember, at the end of a turn.
pub(crate) async fn close(gate: &Gate, caller: &Caller, id: Uuid, said: &[Value], state: &State) -> Result<()> {
    let mut tx = transaction(gate, caller).await?;
    let now = Utc::now();
    for content in said {
        let role = if content.get("answers").is_some() { "tool" } else { "assistant" };
        say(&mut tx, caller, (id, now), role, content.clone()).await?;
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
