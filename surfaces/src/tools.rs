//! The operations as tools: what there is for this person, and calling one.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Json, Router};
use steward_tools::{Call, Catalogue, Plan};

use crate::App;
use crate::arguments::{Asked, Named, NoQuery};
use crate::auth::Signed;
use crate::body::{Body, limit};
use crate::problem::Reply;
use crate::reply::{options, whole};

/// Tools that take a file have routes of their own, which take larger requests.
pub(crate) fn routes(catalogue: &Catalogue, upload_limit: usize) -> Router<App> {
    let router = Router::new().route("/api/v1/tools", get(list)).route("/api/v1/tools/{name}", post(call));
    let taking_files = catalogue.iter().filter(|entry| !entry.uploads().is_empty());
    taking_files.flat_map(|entry| [entry.name().to_owned(), entry.tool.clone()]).fold(router, |router, name| {
        let path = format!("/api/v1/tools/{name}");
        let handler = post(async move |app, signed, query, headers, body| {
            call(app, signed, Named(name.clone()), query, headers, body).await
        });
        router.route(&path, handler.layer(limit(upload_limit)))
    })
}

async fn list(State(app): State<App>, Signed(caller): Signed, _: NoQuery) -> Reply {
    let caller = app.fresh(&caller).await?;
    let tools: Vec<_> =
        app.gate.tools(&caller)?.into_iter().map(|entry| entry.as_tool(&caller.principal.custom)).collect();
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
