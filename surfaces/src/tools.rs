//! The operations as tools: what there is for this person, and calling one.

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use sha2::{Digest as _, Sha256};
use steward_tools::{Call, Catalogue, Error, Plan};

use crate::App;
use crate::arguments::{Asked, Named, NoQuery};
use crate::auth::Signed;
use crate::body::{Body, limit};
use crate::download::has_it;
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

/// Long, and seldom another: whoever has it already is told so.
async fn list(State(app): State<App>, Signed(caller): Signed, headers: HeaderMap, _: NoQuery) -> Reply {
    let caller = app.fresh(&caller).await?;
    let tools: Vec<_> =
        app.gate.tools(&caller)?.into_iter().map(|entry| entry.as_tool(&caller.principal.custom)).collect();
    let body = serde_json::to_vec(&tools).map_err(|e| Error::internal(format!("tools: {e}")))?;
    let etag: String = Sha256::digest(&body)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{etag}\"");
    let known = has_it(&headers, &etag);
    let about = [(ETAG, etag.as_str()), (CACHE_CONTROL, "private, no-cache")];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, [(CONTENT_TYPE, "application/json")], body).into_response())
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
