//! Every request has an id: the caller's, where it is a harmless one, or ours. It is echoed, logged and recorded.
//!
//! Each line that is logged within a request bears the id, and who asked as far as that is known: ids only. What the
//! request came to is one line, and counted.

use std::sync::Arc;
use std::time::Instant;

use axum::body::HttpBody as _;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use steward_tools::Caller;
use tracing::field::{Empty, display};
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use crate::metrics::{HTTP_REQUESTS, IN_FLIGHT, Open, Routes, method_of};

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST: usize = 100;

/// The id of the request at work.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

pub(crate) async fn layer(State(routes): State<Arc<Routes>>, mut request: Request, next: Next) -> Response {
    let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).filter(|id| harmless(id));
    let id = given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    let path = request.extensions().get::<MatchedPath>().cloned();
    let (method, route) = (method_of(request.method()), path.as_ref().map_or("none", MatchedPath::as_str));
    let span = tracing::info_span!(
        "request",
        request_id = id,
        method,
        route,
        organization = Empty,
        actor = Empty,
        surface = Empty,
        conversation = Empty,
        operation = Empty,
    );
    let asked = request.method().clone();
    let under_way = UnderWay {
        routes,
        method: asked,
        path,
        since: Instant::now(),
        answered: false,
        _open: Open::one_of(&IN_FLIGHT),
    };
    async move {
        let mut response = next.run(request).await;
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(HEADER, value);
        }
        under_way.end(&response);
        response
    }
    .instrument(span)
    .await
}

/// Says on every further line of the request who asks.
pub(crate) fn note_caller(caller: &Caller) {
    let span = Span::current();
    span.record("organization", display(caller.principal.org));
    span.record("actor", display(caller.principal.id));
    span.record("surface", caller.surface.as_str());
}

/// A request until it is answered, or whoever asked is gone.
struct UnderWay {
    routes: Arc<Routes>,
    method: Method,
    path: Option<MatchedPath>,
    since: Instant,
    answered: bool,
    _open: Open,
}

impl UnderWay {
    fn end(mut self, response: &Response) {
        self.answered = true;
        let ms = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        // a stream does not know how long it will be
        let bytes = response.body().size_hint().exact();
        tracing::info!(status = response.status().as_u16(), ms, bytes, "answered");
        self.count(class_of(response.status()));
    }
    fn count(&self, class: &str) {
        let route = self.routes.label(self.path.as_ref().map(MatchedPath::as_str), &self.method);
        HTTP_REQUESTS.with_label_values(&[route, method_of(&self.method), class]).inc();
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if !self.answered {
            tracing::debug!("whoever asked is gone");
            self.count("gone");
        }
    }
}

const fn class_of(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

/// What can stand in logs and records as it is.
fn harmless(id: &str) -> bool {
    !id.is_empty() && id.len() <= LONGEST && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn only_plain_ids_are_taken_over() {
        assert!(harmless("01HX-abc_7.2:1"));
        assert!(!harmless(""));
        assert!(!harmless("a b"));
        assert!(!harmless("<script>"));
        assert!(!harmless(&"x".repeat(101)));
    }
}
