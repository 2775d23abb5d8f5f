//! What waits for somebody's yes, and saying it.

use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use axum::{Json, Router};
use steward_tools::Decision;

use crate::App;
use crate::arguments::{Asked, Named};
use crate::auth::Signed;
use crate::body::Body;
use crate::problem::Reply;
use crate::reply::{id_of, list, whole};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/api/v1/approvals", get(waiting)).route("/api/v1/approvals/{id}", get(one).post(decide))
}

async fn waiting(State(app): State<App>, Signed(caller): Signed, query: Asked) -> Reply {
    query.nothing_else()?;
    list(app.gate.approvals(&caller).await.map_err(|e| app.problem(&caller, e))?)
}

async fn one(State(app): State<App>, Signed(caller): Signed, Named(id): Named, query: Asked) -> Reply {
    query.nothing_else()?;
    let id = id_of(&id, "approval")?;
    let approval = app.gate.approval(&caller, id).await.map_err(|e| app.problem(&caller, e))?;
    Ok(Json(approval).into_response())
}

async fn decide(State(app): State<App>, Signed(caller): Signed, Named(id): Named, query: Asked, body: Body) -> Reply {
    query.nothing_else()?;
    let id = id_of(&id, "approval")?;
    let decision: Decision = body.typed()?;
    whole(&app.gate.decide(&caller, id, decision).await.map_err(|e| app.problem(&caller, e))?)
}
