//! What every request must be before anything reads it: short enough, in UTF-8, and of one mind.

use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, IF_MATCH};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use steward_tools::{Kind, Refusal, codes};

use crate::problem::Problem;
use crate::reply::IDEMPOTENCY_KEY;

/// Path and query together.
const LONGEST_URI: usize = 8 * 1024;
/// All headers together.
const MOST_HEADERS: usize = 16 * 1024;
/// Headers that cannot say two things at once.
const ONCE: [HeaderName; 5] = [AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, IF_MATCH, IDEMPOTENCY_KEY];

pub(crate) async fn layer(request: Request, next: Next) -> Response {
    match readable(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn readable(uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let query = uri.query().unwrap_or_default();
    if uri.path().len() + query.len() > LONGEST_URI {
        let refusal = Refusal::new(Kind::TooLarge, "uri_too_long", "Path and query are longer than allowed.");
        let refusal = refusal.fix(format!(
            "They may have {LONGEST_URI} bytes; POST /api/v1/tools/{{name}} takes arguments in the body."
        ));
        return Err(Problem::with_status(StatusCode::URI_TOO_LONG, refusal));
    }
    if ![uri.path(), query].into_iter().all(decodes) {
        let refusal = Refusal::new(Kind::Malformed, codes::MALFORMED, "The address is not percent-encoded UTF-8.");
        return Err(refusal.fix("Write % as %25, and encode other characters as UTF-8 (RFC 3986).").into());
    }
    let weight: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if weight > MOST_HEADERS {
        let refusal = Refusal::new(Kind::TooLarge, "headers_too_large", "The headers are larger than allowed.");
        let refusal = refusal.fix(format!("Together they may have {MOST_HEADERS} bytes."));
        return Err(Problem::with_status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, refusal));
    }
    if let Some(name) = ONCE.iter().find(|name| headers.get_all(*name).iter().nth(1).is_some()) {
        let refusal = Refusal::new(Kind::Malformed, "duplicate_header", format!("The header {name} stands twice."));
        return Err(refusal.fix("Send it once.").into());
    }
    Ok(())
}

/// Whether each % is followed by two hexadecimal digits, and the bytes are UTF-8.
fn decodes(text: &str) -> bool {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'%' {
            bytes.push(first);
            continue;
        }
        let byte = after.get(..2).filter(|pair| pair.iter().all(u8::is_ascii_hexdigit));
        let Some(byte) = byte.and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()) else {
            return false;
        };
        bytes.push(byte);
        rest = &after[2..];
    }
    std::str::from_utf8(&bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn refused(uri: &str, headers: HeaderMap) -> Option<u16> {
        readable(&uri.parse().unwrap(), &headers).err().map(|problem| problem.body()["status"].as_u64().unwrap() as u16)
    }

    #[test]
    fn addresses_are_encoded_utf8() {
        for uri in ["/", "/a%20b?q=%C3%A4+%25", "/%2F"] {
            assert_eq!(refused(uri, HeaderMap::new()), None, "{uri}");
        }
        for uri in ["/%", "/%4", "/%zz", "/a?q=%ff", "/a?q=%C3", "/%ed%a0%80"] {
            assert_eq!(refused(uri, HeaderMap::new()), Some(400), "{uri}");
        }
        assert_eq!(refused(&format!("/a?q={}", "x".repeat(LONGEST_URI)), HeaderMap::new()), Some(414));
    }

    #[test]
    fn headers_say_one_thing() {
        let pairs = |names: &[&'static str]| {
            HeaderMap::from_iter(
                names.iter().map(|name| (HeaderName::from_static(name), HeaderValue::from_static("x"))),
            )
        };
        assert_eq!(refused("/", pairs(&["if-match", "accept"])), None);
        let mut twice = pairs(&["idempotency-key"]);
        twice.append(IDEMPOTENCY_KEY, HeaderValue::from_static("y"));
        assert_eq!(refused("/", twice), Some(400));
        let huge = HeaderMap::from_iter([(HeaderName::from_static("x-a"), "x".repeat(MOST_HEADERS).parse().unwrap())]);
        assert_eq!(refused("/", huge), Some(431));
    }
}
