//! The JSON body of a request, with refusals of ours instead of the framework's.

use axum::extract::{Extension, FromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::Value;
use steward_tools::{Kind, Refusal, codes, read_json};

use crate::problem::Problem;

/// What a body may weigh where nothing else is said.
const SMALLEST: usize = 64 * 1024;
/// What is read of a body that is too large, so that whoever sends it hears why it was refused.
const DRAINED: usize = 8 * 1024 * 1024;

#[derive(Clone, Copy)]
pub(crate) struct Limit(usize);

/// Routes below this layer read bodies of so many bytes.
pub(crate) const fn limit(bytes: usize) -> Extension<Limit> {
    Extension(Limit(bytes))
}

/// The body as JSON; an absent one is an empty object.
pub(crate) struct Body(pub(crate) Value);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;
    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let json = is_json(&request) && !is_encoded(&request);
        let Limit(limit) = request.extensions().get::<Limit>().copied().unwrap_or(Limit(SMALLEST));
        let bytes = read(request.into_body(), limit).await?;
        if bytes.is_empty() {
            return Ok(Self(Value::Object(serde_json::Map::new())));
        }
        if !json {
            return Err(Problem::unsupported_media_type());
        }
        Ok(Self(read_json(&bytes, "body")?))
    }
}

impl Body {
    /// The body as one of our own types; what does not fit is invalid.
    pub(crate) fn typed<T: DeserializeOwned>(self) -> Result<T, Problem> {
        let misfit = |e: serde_json::Error| {
            let said: String = e.to_string().chars().take(300).collect();
            Refusal::invalid(codes::INVALID_INPUT, "", format!("The body does not fit: {said}."))
                .fix("Correct what is named; GET /openapi.json says what fits.")
        };
        Ok(serde_json::from_value(self.0).map_err(misfit)?)
    }
}

/// Browsers send other types across origins without asking; we read none of them, and no text that is not UTF-8.
fn is_json(request: &Request) -> bool {
    let Some(kind) = request.headers().get(CONTENT_TYPE) else { return true };
    let kind = kind.to_str().unwrap_or_default().to_ascii_lowercase();
    let mut parts = kind.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    let json = kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"));
    let charset = parts.find_map(|part| part.strip_prefix("charset="));
    json && charset.is_none_or(|charset| matches!(charset.trim_matches('"'), "utf-8" | "utf8"))
}

/// The whole body, which is never held beyond the limit.
async fn read(body: axum::body::Body, limit: usize) -> Result<Vec<u8>, Problem> {
    let (mut chunks, mut bytes, mut seen) = (body.into_data_stream(), Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| unreadable())?;
        seen += chunk.len();
        if seen <= limit {
            bytes.extend_from_slice(&chunk);
        } else if seen > DRAINED {
            break;
        }
    }
    if seen > limit { Err(too_large(limit)) } else { Ok(bytes) }
}

/// Compressed bodies are not read: a small one can be large inside.
fn is_encoded(request: &Request) -> bool {
    request.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity")
}

fn unreadable() -> Problem {
    let refusal = Refusal::new(Kind::Malformed, codes::MALFORMED, "The body could not be read.");
    refusal.fix("Send it whole, as long as its Content-Length says.").into()
}

fn too_large(limit: usize) -> Problem {
    let refusal = Refusal::new(Kind::TooLarge, codes::TOO_LARGE, "The request is larger than allowed.");
    refusal.fix(format!("A body has at most {limit} bytes: send less at a time.")).into()
}
