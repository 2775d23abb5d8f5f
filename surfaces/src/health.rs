//! Whether the server lives and can serve.

use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::Serialize;
use steward_tools::{Kind, Refusal, codes};

use crate::App;
use crate::problem::Reply;

const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/livez", get(live)).route("/readyz", get(ready))
}

/// How the server is.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Health {
    /// `ok`: it lives; `ready`: it serves.
    status: &'static str,
}

async fn live() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// The database answers, within patience, what every sign-in asks it.
async fn ready(State(app): State<App>) -> Reply {
    let answered = tokio::time::timeout(PATIENCE, app.gate.identity().memberships("")).await;
    if !matches!(answered, Ok(Ok(_))) || app.stopping.is_cancelled() {
        let refusal = Refusal::new(
            Kind::Busy,
            codes::BUSY,
            "The server cannot serve now: its database does not answer, or it is stopping.",
        );
        return Err(refusal.fix("Try again in a moment; steward doctor says more.").into());
    }
    Ok(Json(Health { status: "ready" }).into_response())
}
