//! Every request has an id: the caller's, where it is a harmless one, or ours. It is echoed, logged and recorded.

use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;
use uuid::Uuid;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST: usize = 100;

/// The id of the request at work.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

pub(crate) async fn layer(mut request: Request, next: Next) -> Response {
    let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).filter(|id| harmless(id));
    let id = given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("request", id, method = %request.method(), path = request.uri().path());
    async move {
        let since = Instant::now();
        let mut response = next.run(request).await;
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(HEADER, value);
        }
        let took = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status = response.status().as_u16(), took_ms = took, "answered");
        response
    }
    .instrument(span)
    .await
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
