//! A person's conversations.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;

use crate::App;
use crate::arguments::Named;
use crate::auth::Talking;
use crate::problem::Reply;
use crate::reply::{id_of, list as whole_list};

pub(super) async fn list(State(app): State<App>, Talking(caller): Talking) -> Reply {
    whole_list(app.agent.conversations(&caller).await.map_err(|e| app.problem(&caller, e))?)
}

pub(super) async fn one(State(app): State<App>, Talking(caller): Talking, Named(id): Named) -> Reply {
    let id = id_of(&id, "conversation")?;
    let conversation = app.agent.conversation(&caller, id).await.map_err(|e| app.problem(&caller, e))?;
    Ok(Json(conversation).into_response())
}

pub(super) async fn forget(State(app): State<App>, Talking(caller): Talking, Named(id): Named) -> Reply {
    let id = id_of(&id, "conversation")?;
    app.agent.forget(&caller, id).await.map_err(|e| app.problem(&caller, e))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
