//! Plans: several calls with one preview, one approval, one transaction and one undo.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Call, Plan, UndoTarget};

use crate::App;
use crate::arguments::{Asked, Named};
use crate::auth::Signed;
use crate::body::Body;
use crate::problem::Reply;
use crate::reply::{id_of, options, whole};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/api/v1/plans", post(submit)).route("/api/v1/plans/{id}/undo", post(undo))
}

/// Calls that run together, in order.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Plan")]
pub(crate) struct Asking {
    /// A later one refers to an earlier result by `{"$result":[0,"/id"]}`.
    #[schemars(length(min = 1, max = 100))]
    calls: Vec<Call>,
}

async fn submit(
    State(app): State<App>,
    Signed(caller): Signed,
    mut query: Asked,
    headers: HeaderMap,
    body: Body,
) -> Reply {
    let options = options(query.dry_run()?, &headers)?;
    query.nothing_else()?;
    let Asking { calls } = body.typed()?;
    let calls = calls.into_iter().map(|call| Call { name: app.canonical(call.name), ..call }).collect();
    whole(&app.submit(&caller, Plan::of(calls), options).await?)
}

async fn undo(
    State(app): State<App>,
    Signed(caller): Signed,
    Named(id): Named,
    mut query: Asked,
    headers: HeaderMap,
) -> Reply {
    let options = options(query.dry_run()?, &headers)?;
    query.nothing_else()?;
    let target = UndoTarget::Plan(id_of(&id, "plan")?);
    whole(&app.gate.undo(&caller, target, options).await.map_err(|e| app.problem(&caller, e))?)
}
