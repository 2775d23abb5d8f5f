//! Answers are compressed on their way out, but for what is small, flows, or may hold a secret.

use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_TYPE};
use axum::http::{Extensions, HeaderMap, Method, StatusCode, Version};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, Predicate as _, SizeAbove};

/// Below this it costs more than it saves.
const WORTH_IT: u64 = 1024;
/// Tokens and cookies come and go here.
const SECRET: &str = "/api/v1/auth/";

type Rule = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

pub(crate) fn layer() -> CompressionLayer<And<SizeAbove, Rule>> {
    let rule: Rule = |_, _, headers, _| is_text(headers);
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(WORTH_IT).and(rule))
}

/// How long a compressed answer is tells something about what is in it. Secrets are in answers to writes alone, and in
/// those of signing in: they go out as they are.
pub(crate) async fn as_it_is(mut request: Request, next: Next) -> Response {
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !read || request.uri().path().starts_with(SECRET) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
    next.run(request).await
}

/// JSON and text, unless it is a stream of events: those leave when they happen.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let json = kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"));
    json || kind == "image/svg+xml" || (kind.starts_with("text/") && kind != "text/event-stream")
}
