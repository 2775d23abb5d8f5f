//! What waits for somebody's yes: the inbox, saying it, and handing it on.

use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use steward_tools::{Answer, Caller, Decision, Inbox, Refusal, Verdict, codes};
use uuid::Uuid;

use crate::App;
use crate::arguments::{Asked, Named, NoQuery};
use crate::auth::Signed;
use crate::body::Body;
use crate::problem::{Document, Problem, Reply};
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

async fn one(State(app): State<App>, Signed(caller): Signed, Named(id): Named, _: NoQuery) -> Reply {
    let id = id_of(&id, "approval")?;
    let approval = app.gate.approval(&caller, id).await.map_err(|e| app.problem(&caller, e))?;
    Ok(Json(approval).into_response())
}

async fn decide(State(app): State<App>, Signed(caller): Signed, Named(id): Named, _: NoQuery, body: Body) -> Reply {
    let id = id_of(&id, "approval")?;
    let decision: Decision = body.typed()?;
    whole(&app.gate.decide(&caller, id, decision).await.map_err(|e| app.problem(&caller, e))?)
}

/// Several decisions.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Decisions")]
pub(crate) struct Deciding {
    /// Each stands alone.
    #[schemars(length(min = 1, max = MOST_AT_ONCE))]
    decisions: Vec<One>,
}

/// A decision on one of several approvals.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(crate) struct One {
    /// The approval.
    id: Uuid,
    /// Yes or no.
    decision: Verdict,
    /// Why, if said.
    #[serde(default)]
    note: Option<String>,
}

/// What came of one of several decisions, or why nothing.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Decided {
    /// The approval.
    id: Uuid,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Answer>")]
    answer: Option<Value>,
    /// Why nothing came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Document<'static>>")]
    problem: Option<Value>,
}

/// Several decisions, one after the other: each stands alone, and is answered by what came of it or why not.
async fn several(State(app): State<App>, Signed(caller): Signed, _: NoQuery, body: Body) -> Reply {
    let Deciding { decisions } = body.typed()?;
    if decisions.is_empty() || decisions.len() > MOST_AT_ONCE {
        let detail = format!("Decide on 1 to {MOST_AT_ONCE} approvals at once.");
        return Err(Refusal::invalid(codes::INVALID_INPUT, "/decisions", detail).into());
    }
    let mut items = Vec::with_capacity(decisions.len());
    for One { id, decision, note } in decisions {
        items.push(match decided(&app, &caller, id, Decision { decision, note }).await {
            Ok(answer) => Decided { id, answer: Some(answer), problem: None },
            Err(problem) => Decided { id, answer: None, problem: Some(problem.body()) },
        });
    }
    list(items)
}

async fn decided(app: &App, caller: &Caller, id: Uuid, decision: Decision) -> Result<Value, Problem> {
    let answer = app.gate.decide(caller, id, decision).await.map_err(|e| app.problem(caller, e))?;
    Ok(serde_json::to_value(answer).map_err(steward_tools::Error::from)?)
}

/// Something to say about an approval.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Comment {
    /// What is said.
    #[schemars(length(min = 1, max = 2000))]
    text: String,
}

async fn comment(State(app): State<App>, Signed(caller): Signed, Named(id): Named, _: NoQuery, body: Body) -> Reply {
    let id = id_of(&id, "approval")?;
    let Comment { text } = body.typed()?;
    let approval = app.gate.comment(&caller, id, &text).await.map_err(|e| app.problem(&caller, e))?;
    Ok(Json(approval).into_response())
}

/// Whom an approval is handed to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Delegate {
    /// The role whose holders may decide as well.
    #[schemars(length(min = 1, max = 100))]
    role: String,
}

async fn delegate(State(app): State<App>, Signed(caller): Signed, Named(id): Named, _: NoQuery, body: Body) -> Reply {
    let id = id_of(&id, "approval")?;
    let Delegate { role } = body.typed()?;
    let approval = app.gate.delegate(&caller, id, &role).await.map_err(|e| app.problem(&caller, e))?;
    Ok(Json(approval).into_response())
}
