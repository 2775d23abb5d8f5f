//! Swagger UI over `/openapi.json`, from the files that come with the program.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use steward_tools::{Error, Refusal};
use utoipa_swagger_ui::Config;

use crate::App;
use crate::problem::Reply;

/// Its scripts are files of ours. It writes style into elements, and draws icons from `data:`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const INDEX: &str = include_str!("interactive.html");
const STYLE: &str = include_str!("interactive.css");
const SCRIPT: &str = include_str!("interactive.js");

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::new(["/openapi.json"])
        .doc_expansion("none")
        .default_models_expand_depth(-1)
        .deep_linking(true)
        .filter(true)
        .try_it_out_enabled(true)
        .display_request_duration(true)
        .persist_authorization(false)
        .use_base_layout()
        // the validator is a service of somebody else's
        .validator_url("none");
    Arc::new(config)
});

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/docs/api", get(async || Redirect::permanent("/docs/api/")))
        .route("/docs/api/", get(async || with_headers(INDEX.to_owned().into_response(), "text/html; charset=utf-8")))
        .route("/docs/interactive.js", get(async || super::kept("text/javascript; charset=utf-8", SCRIPT)))
        .route("/docs/interactive.css", get(async || super::kept("text/css; charset=utf-8", STYLE)))
        .route("/docs/api/{*path}", get(async |Path(path): Path<String>| file(&path)))
}

fn file(path: &str) -> Reply {
    let found = utoipa_swagger_ui::serve(path, Arc::clone(&CONFIG)).map_err(|e| Error::internal(e.to_string()))?;
    let file = found.ok_or_else(|| Refusal::not_found("page").fix("GET /docs lists them."))?;
    Ok(with_headers(file.bytes.into_owned().into_response(), &file.content_type))
}

fn with_headers(mut response: Response, kind: &str) -> Response {
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert(CONTENT_TYPE, kind);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(super::KEEP));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
