//! What people and models read about Steward: the guides, the interactive description of the interface, and `llms.txt`.
//! Everything comes with the program: nothing is fetched from elsewhere, and nothing of a company is in it.

mod guides;
mod interactive;
mod llms;
mod markdown;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use steward_tools::{Catalogue, Refusal};

use crate::App;
use crate::problem::Reply;

pub use guides::GUIDES;
pub use llms::{llms, llms_full};

/// Pages of ours run no script, and load nothing but their style.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";
/// The same program answers the same pages; a newer one is seen within minutes.
const KEEP: &str = "public, max-age=300";
const LAYOUT: &str = include_str!("layout.html");
const STYLE: &str = include_str!("style.css");
const WELCOME: &str = include_str!("welcome.html");

pub(crate) fn routes(catalogue: &Catalogue) -> Router<App> {
    let (short, full) = (llms(catalogue), llms_full(catalogue));
    Router::new()
        .route("/docs", get(async || page("Steward: guides", None, &guides::index())))
        .route("/docs/style.css", get(async || kept("text/css; charset=utf-8", STYLE)))
        .route("/docs/guide/{name}", get(guide))
        .merge(interactive::routes())
        .route("/llms.txt", get(async move || kept("text/plain; charset=utf-8", short)))
        .route("/llms-full.txt", get(async move || kept("text/plain; charset=utf-8", full)))
}

/// What `/` shows where the web app is not part of the program.
pub(crate) fn welcome() -> Response {
    page("Steward", None, WELCOME)
}

/// A guide as a page, or with `.md` behind its name as it was written.
async fn guide(Path(name): Path<String>) -> Reply {
    let (wanted, as_written) = name.strip_suffix(".md").map_or((name.as_str(), false), |name| (name, true));
    let none = || Refusal::not_found("guide").fix("GET /docs lists them.");
    let guide = GUIDES.iter().find(|guide| guide.name == wanted).ok_or_else(none)?;
    if as_written {
        return Ok(kept("text/markdown; charset=utf-8", guide.text));
    }
    Ok(page(&format!("{} – Steward", guide.title()), Some(guide.name), &markdown::html(guide.text)))
}

fn page(title: &str, name: Option<&str>, main: &str) -> Response {
    let parts = [("{{title}}", title), ("{{guides}}", &guides::menu(name)), ("{{main}}", main)];
    let html = parts.into_iter().fold(LAYOUT.to_owned(), |html, (place, part)| html.replacen(place, part, 1));
    let mut response = kept("text/html; charset=utf-8", html);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn kept(kind: &'static str, text: impl IntoResponse) -> Response {
    let headers: [(HeaderName, &str); 2] = [(CONTENT_TYPE, kind), (CACHE_CONTROL, KEEP)];
    (headers, text).into_response()
}
