//! The operations as tools: what there is for this person, and calling one.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Json, Router};
use steward_tools::{Call, Plan};

use crate::App;
use crate::arguments::{Asked, Named, NoQuery};
use crate::auth::Signed;
use crate::body::Body;
use crate::problem::Reply;
use crate::reply::{options, whole};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/api/v1/tools", get(list)).route("/api/v1/tools/{name}", post(call))
}

async fn list(State(app): State<App>, Signed(caller): Signed, _: NoQuery) -> Reply {
    let caller = app.fresh(&caller).await?;
    let tools: Vec<_> = app.gate.tools(&caller)?.into_iter().map(steward_tools::Entry::tool_json).collect();
    Ok(Json(tools).into_response())
}

async fn call(
    State(app): State<App>,
    Signed(caller): Signed,
    Named(name): Named,
    mut query: Asked,
    headers: HeaderMap,
    Body(arguments): Body,
) -> Reply {
    let options = options(query.dry_run()?, &headers)?;
    query.nothing_else()?;
    let call = Call { name: app.canonical(name), arguments };
    whole(&app.submit(&caller, Plan::one(call), options).await?)
}
