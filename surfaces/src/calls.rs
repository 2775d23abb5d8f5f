//! The record of what happened, and taking a call back.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use serde_json::{Map, Value};
use steward_tools::{Call, Caller, Kind, Options, Plan, Refusal, UndoTarget, codes};

use crate::App;
use crate::arguments::{Asked, Named};
use crate::auth::Signed;
use crate::problem::Reply;
use crate::reply::{bare, id_of, options, whole};

/// The operations behind `/api/v1/calls`, whose arguments and answers are described there.
pub(crate) const LIST: &str = "audit.calls.list";
pub(crate) const GET: &str = "audit.calls.get";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/calls", get(list))
        .route("/api/v1/calls/{id}", get(one))
        .route("/api/v1/calls/{id}/undo", post(undo))
}

async fn list(State(app): State<App>, Signed(caller): Signed, query: Asked) -> Reply {
    run(&app, &caller, LIST, query, None).await
}

async fn one(State(app): State<App>, Signed(caller): Signed, Named(id): Named, query: Asked) -> Reply {
    run(&app, &caller, GET, query, Some(id)).await
}

async fn run(app: &App, caller: &Caller, name: &str, query: Asked, id: Option<String>) -> Reply {
    let missing =
        || Refusal::new(Kind::NotFound, codes::UNKNOWN_OPERATION, format!("There is no operation called \"{name}\"."));
    let entry = app.gate.catalogue().get(name).ok_or_else(missing)?;
    let mut arguments: Map<String, Value> = query.arguments(entry)?;
    if let Some(id) = id {
        arguments.insert("id".to_owned(), Value::String(id));
    }
    let call = Call { name: name.to_owned(), arguments: Value::Object(arguments) };
    bare(entry, app.submit(caller, Plan::one(call), Options::default()).await?)
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
    let target = UndoTarget::Call(id_of(&id, "call")?);
    whole(&app.gate.undo(&caller, target, options).await.map_err(|e| app.problem(&caller, e))?)
}
