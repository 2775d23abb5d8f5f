//! The conversation over AG-UI 1.0: server-sent events, a WebSocket, and the conversations themselves.

mod conversations;
mod input;
mod narrator;
mod page;
pub(crate) mod run;
mod socket;
mod types;
pub(crate) mod watch;

pub(crate) use types::RunAgentInput;

use axum::Router;
use axum::routing::{get, post};

use crate::App;
use crate::body::limit;

/// Clients of the protocol send the whole history with every message; we read its end.
const INPUT_LIMIT: usize = 2 * 1024 * 1024;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/agent/run", post(run::stream))
        .route("/api/v1/agent/ws", get(socket::upgrade))
        .route("/api/v1/conversations", get(conversations::list))
        .route("/api/v1/conversations/{id}", get(conversations::one).delete(conversations::forget))
        .route("/api/v1/conversations/{id}/undo", post(conversations::undo))
        .route("/api/v1/conversations/{id}/stop", post(conversations::stop))
        .layer(limit(INPUT_LIMIT))
}
