//! How the outside reaches Steward: the derived REST routes, tools, plans, approvals and the conversation (AG-UI).
//!
//! Plain functions over the catalogue's entries: no surface knows an operation by name, and all of them go through the
//! one gate.

mod agui;
mod approvals;
mod arguments;
mod auth;
mod body;
mod calls;
mod compress;
pub mod docs;
mod download;
mod events;
mod export;
mod form;
mod health;
mod metrics;
mod openapi;
mod plans;
pub mod problem;
mod records;
mod reply;
mod request_id;
mod rest;
mod tokens;
mod tools;
mod web;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use steward_agent::Agent;
use steward_tools::Gate;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

pub use auth::Proxies;
pub use metrics::Metrics;
pub use openapi::openapi;
pub use tokens::{Claims, TokenKeyError, Tokens};
pub use web::Web;

/// What a request may weigh, unless its operation takes a file.
const BODY_LIMIT: usize = 256 * 1024;

/// What the surfaces are made of. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The one gate.
    pub gate: Gate,
    /// Whoever answers in conversations.
    pub agent: Arc<Agent>,
    /// Makes and reads access tokens.
    pub tokens: Tokens,
    /// Whose word about a client's address is taken.
    pub proxies: Proxies,
    /// The files of the web app.
    pub web: Web,
    /// Who may read `/metrics`.
    pub metrics: Metrics,
    /// Cancelled when the server stops: sockets then say goodbye.
    pub stopping: CancellationToken,
    /// Sockets and runs that a stop waits for.
    pub tasks: TaskTracker,
}

/// Everything that the server answers.
pub fn router(app: App) -> Router {
    // base64 takes four characters for three bytes
    let routes = Arc::new(metrics::Routes::of(app.gate.catalogue()));
    let upload_limit = app.gate.file_limit() / 3 * 4 + BODY_LIMIT;
    let router = health::routes()
        .merge(metrics::routes())
        .merge(auth::routes())
        .merge(tools::routes(app.gate.catalogue(), upload_limit))
        .merge(plans::routes())
        .merge(approvals::routes())
        .merge(calls::routes())
        .merge(records::routes())
        .merge(events::routes())
        .merge(openapi::routes(app.gate.catalogue()))
        .merge(web::routes())
        .merge(docs::routes(app.gate.catalogue()))
        .merge(rest::routes(app.gate.catalogue(), upload_limit))
        .layer(body::limit(BODY_LIMIT))
        .merge(agui::routes());
    router
        .fallback(web::fallback)
        .method_not_allowed_fallback(problem::no_such_method)
        .with_state(app)
        .layer(axum::middleware::from_fn(wire::layer))
        .layer(compress::layer())
        .layer(axum::middleware::from_fn(compress::as_it_is))
        .layer(CatchPanicLayer::custom(problem::after_panic))
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(SetResponseHeaderLayer::if_not_present(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(axum::middleware::from_fn_with_state(routes, request_id::layer))
}
