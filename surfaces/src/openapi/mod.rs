//! The description of the HTTP interface, derived from the catalogue.

mod derived;
mod fixed;
mod shared;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use serde_json::{Map, Value, json};
use steward_tools::Catalogue;

use crate::App;

pub(crate) fn routes(catalogue: &Catalogue) -> Router<App> {
    let document = openapi(catalogue).to_string();
    let answer = async move || ([(CONTENT_TYPE, "application/json")], document);
    Router::new().route("/openapi.json", get(answer))
}

/// The interface as OpenAPI 3.1, the same for the same catalogue, keys in order.
#[must_use]
pub fn openapi(catalogue: &Catalogue) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut add = |path: String, method: &str, operation: Value| {
        if let Value::Object(item) = paths.entry(path).or_insert_with(|| json!({})) {
            item.insert(method.to_owned(), operation);
        }
    };
    for (path, method, operation) in fixed::operations() {
        add(path.to_owned(), method, operation);
    }
    for entry in catalogue.iter() {
        let (path, method, operation) = derived::operation(entry);
        add(path, &method, operation);
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Steward",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "An ERP that people talk to. Every operation is a derived route and a tool; both run the same code through the same gate.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": shared::components(),
    });
    document.sort_all_objects();
    document
}
