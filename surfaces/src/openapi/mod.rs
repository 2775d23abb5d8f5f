//! The description of the HTTP interface, derived from the catalogue and from the types that the other routes serialise.

mod derived;
mod fixed;
mod refusals;
mod schemas;
mod shared;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use serde_json::{Map, Value, json};
use steward_tools::Catalogue;

use self::schemas::Schemas;
use crate::App;

/// What a reader of the description has to know before the first request.
const DESCRIPTION: &str = "Every operation is a route of its own and a tool; both run the same \
    code through the same gate, with the same rights, and leave the same record.\n\n\
    Sign in with `POST /api/v1/auth/token`, and send the `access_token` as bearer token; pages in a browser sign in \
    with `POST /api/v1/auth/session`, and are known by a cookie. With `dry_run=true` the real code \
    runs and is rolled back: the answer shows what would happen. A write with an `Idempotency-Key` happens once. Where \
    somebody else has to agree, the answer is 202 with an approval. Amounts are decimal strings, times RFC 3339 in UTC. A \
    refusal is `application/problem+json` with a `code` to rely on and a `fix`.";

pub(crate) fn routes(catalogue: &Catalogue) -> Router<App> {
    let document = openapi(catalogue).to_string();
    let answer = async move || ([(CONTENT_TYPE, "application/json")], document);
    Router::new().route("/openapi.json", get(answer))
}

/// The interface as OpenAPI 3.1, the same for the same catalogue, keys in order.
#[must_use]
pub fn openapi(catalogue: &Catalogue) -> Value {
    let mut schemas = Schemas::new();
    let mut paths: Map<String, Value> = Map::new();
    let mut add = |path: String, method: &str, operation: Value| {
        if let Value::Object(item) = paths.entry(path).or_insert_with(|| json!({})) {
            item.insert(method.to_owned(), operation);
        }
    };
    for (path, method, operation) in fixed::operations(&mut schemas, catalogue) {
        add(path.to_owned(), method, operation);
    }
    for entry in catalogue.iter() {
        let (path, method, operation) = derived::operation(entry);
        add(path, &method, operation);
    }
    let domains = catalogue.domains().map(|(name, about)| json!({"name": name, "description": about}));
    let fixed = fixed::TAGS.iter().map(|(name, about)| json!({"name": name, "description": about}));
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Steward",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "An ERP that people talk to.",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "externalDocs": {"url": "/docs", "description": "The guides."},
        "servers": [{"url": "/", "description": "The server that this document comes from."}],
        "security": [{"bearer": []}, {"session": []}],
        "tags": fixed.chain(domains).collect::<Vec<_>>(),
        "paths": paths,
        "components": shared::components(schemas.all()),
    });
    document.sort_all_objects();
    document
}
