//! The web app: its files, which are part of the binary, and its one page, which answers every address of a page.

mod answer;
mod files;
mod page;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::problem::no_such_path;
use crate::{App, docs};

pub use files::Web;

/// What programs ask for: an address below these is never one of the app's pages.
const FOR_PROGRAMS: [&str; 11] = [
    "/api",
    "/v1",
    "/mcp",
    "/webhooks",
    "/docs",
    "/assets",
    "/.well-known",
    "/livez",
    "/readyz",
    "/metrics",
    "/openapi.json",
];

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/", get(async |State(app): State<App>| home(&app)))
}

/// The app where it is built, and else a page that says how.
fn home(app: &App) -> Response {
    app.web.index().map_or_else(docs::welcome, page::answer)
}

/// What no route answers: a file of the app, or a page of it where a person asks for one.
pub(crate) async fn fallback(State(app): State<App>, request: Request) -> Response {
    let (path, headers) = (request.uri().path(), request.headers());
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        if path == "/index.html" {
            return home(&app);
        }
        if let Some(file) = app.web.file(path) {
            return answer::file(path, file, headers);
        }
        if is_page(path)
            && asks_for_page(headers)
            && let Some(index) = app.web.index()
        {
            return page::answer(index);
        }
    }
    no_such_path(request.uri().clone()).await.into_response()
}

fn is_page(path: &str) -> bool {
    !FOR_PROGRAMS
        .iter()
        .any(|prefix| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

fn asks_for_page(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT).iter().filter_map(|accepted| accepted.to_str().ok()).any(|all| all.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn pages_are_what_programs_do_not_ask_for() {
        for page in ["/", "/setup", "/accounting/invoices", "/apiary", "/v1x", "/documents"] {
            assert!(is_page(page), "{page}");
        }
        for other in ["/api", "/api/v1/nothing", "/v1/models", "/mcp", "/docs/nothing", "/assets/nothing.js", "/livez"]
        {
            assert!(!is_page(other), "{other}");
        }
    }
}
