//! A person's conversations.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;

use steward_tools::UndoTarget;

use crate::App;
use crate::arguments::{Asked, Named, NoQuery};
use crate::auth::{Signed, Talking};
use crate::problem::Reply;
use crate::reply::{id_of, list as whole_list, options, whole};

pub(super) async fn list(State(app): State<App>, Talking(caller): Talking, _: NoQuery) -> Reply {
    whole_list(app.agent.conversations(&caller).await.map_err(|e| app.problem(&caller, e))?)
}

pub(super) async fn one(State(app): State<App>, Talking(caller): Talking, Named(id): Named, _: NoQuery) -> Reply {
    let id = id_of(&id, "conversation")?;
    let conversation = app.agent.conversation(&caller, id).await.map_err(|e| app.problem(&caller, e))?;
    Ok(Json(conversation).into_response())
}

/// Takes back everything that was done in it, as one plan of the person's own.
pub(super) async fn undo(
    State(app): State<App>,
    Signed(caller): Signed,
    Named(id): Named,
    mut query: Asked,
    headers: HeaderMap,
) -> Reply {
    let options = options(query.dry_run()?, &headers)?;
    query.nothing_else()?;
    let target = UndoTarget::Conversation(id_of(&id, "conversation")?);
    whole(&app.gate.undo(&caller, target, options).await.map_err(|e| app.problem(&caller, e))?)
}

pub(super) async fn forget(State(app): State<App>, Talking(caller): Talking, Named(id): Named, _: NoQuery) -> Reply {
    let id = id_of(&id, "conversation")?;
    app.agent.forget(&caller, id).await.map_err(|e| app.problem(&caller, e))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Stops the run at work in it at its next step, and gives up what the page was asked.
pub(super) async fn stop(State(app): State<App>, Talking(caller): Talking, Named(id): Named, _: NoQuery) -> Reply {
    let id = id_of(&id, "conversation")?;
    app.agent.stop(&caller, id).await.map_err(|e| app.problem(&caller, e))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
