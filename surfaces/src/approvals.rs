//! What waits for somebody's yes: the inbox, saying it, and handing it on.

use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use steward_tools::{Caller, Decision, Inbox, Refusal, Verdict, codes};
use uuid::Uuid;

use crate::App;
use crate::arguments::{Asked, Named};
use crate::auth::Signed;
use crate::body::Body;
use crate::problem::{Problem, Reply};
use crate::reply::{id_of, list, whole};

/// Decisions in one request.
const MOST_AT_ONCE: usize = 50;
/// What an approval can be asked for by, and whose.
pub(crate) const STATUSES: [&str; 6] = ["pending", "approved", "rejected", "superseded", "expired", "all"];
pub(crate) const SIDES: [&str; 2] = ["decision", "asked"];

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/approvals", get(inbox).post(several))
        .route("/api/v1/approvals/{id}", get(one).post(decide))
        .route("/api/v1/approvals/{id}/comments", post(comment))
        .route("/api/v1/approvals/{id}/delegate", post(delegate))
}

async fn inbox(State(app): State<App>, Signed(caller): Signed, mut query: Asked) -> Reply {
    let inbox = Inbox { status: query.one_of("status", &STATUSES)?, r#for: query.one_of("for", &SIDES)? };
    query.nothing_else()?;
    list(app.gate.approvals(&caller, &inbox).await.map_err(|e| app.problem(&caller, e))?)
}

async fn one(State(app): State<App>, Signed(caller): Signed, Named(id): Named) -> Reply {
    let id = id_of(&id, "approval")?;
    let approval = app.gate.approval(&caller, id).await.map_err(|e| app.problem(&caller, e))?;
    Ok(Json(approval).into_response())
}

async fn decide(State(app): State<App>, Signed(caller): Signed, Named(id): Named, body: Body) -> Reply {
    let id = id_of(&id, "approval")?;
    let decision: Decision = body.typed()?;
    whole(&app.gate.decide(&caller, id, decision).await.map_err(|e| app.problem(&caller, e))?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deciding {
    decisions: Vec<One>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    id: Uuid,
    decision: Verdict,
    #[serde(default)]
    note: Option<String>,
}

/// Several decisions, one after the other: each stands alone, and is answered by what came of it or why not.
async fn several(State(app): State<App>, Signed(caller): Signed, body: Body) -> Reply {
    let Deciding { decisions } = body.typed()?;
    if decisions.is_empty() || decisions.len() > MOST_AT_ONCE {
        let detail = format!("Decide on 1 to {MOST_AT_ONCE} approvals at once.");
        return Err(Refusal::invalid(codes::INVALID_INPUT, "/decisions", detail).into());
    }
    let mut items = Vec::with_capacity(decisions.len());
    for One { id, decision, note } in decisions {
        items.push(match decided(&app, &caller, id, Decision { decision, note }).await {
            Ok(answer) => json!({"id": id, "answer": answer}),
            Err(problem) => json!({"id": id, "problem": problem.body()}),
        });
    }
    list(items)
}

async fn decided(app: &App, caller: &Caller, id: Uuid, decision: Decision) -> Result<Value, Problem> {
    let answer = app.gate.decide(caller, id, decision).await.map_err(|e| app.problem(caller, e))?;
    Ok(serde_json::to_value(answer).map_err(steward_tools::Error::from)?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Comment {
    text: String,
}

async fn comment(State(app): State<App>, Signed(caller): Signed, Named(id): Named, body: Body) -> Reply {
    let id = id_of(&id, "approval")?;
    let Comment { text } = body.typed()?;
    let approval = app.gate.comment(&caller, id, &text).await.map_err(|e| app.problem(&caller, e))?;
    Ok(Json(approval).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delegate {
    role: String,
}

async fn delegate(State(app): State<App>, Signed(caller): Signed, Named(id): Named, body: Body) -> Reply {
    let id = id_of(&id, "approval")?;
    let Delegate { role } = body.typed()?;
    let approval = app.gate.delegate(&caller, id, &role).await.map_err(|e| app.problem(&caller, e))?;
    Ok(Json(approval).into_response())
}
