//! The JSON body of a request, with refusals of ours instead of the framework's.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::Value;
use steward_tools::{Kind, Refusal, codes};

use crate::problem::Problem;

/// The body as JSON; an absent one is an empty object.
pub(crate) struct Body(pub(crate) Value);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let json = is_json(&request);
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            _ => malformed("The body could not be read."),
        })?;
        if bytes.is_empty() {
            return Ok(Self(Value::Object(serde_json::Map::new())));
        }
        if !json {
            return Err(Problem::unsupported_media_type());
        }
        let value = serde_json::from_slice(&bytes).map_err(|e| malformed(&format!("The body is not JSON: {e}.")))?;
        Ok(Self(value))
    }
}

impl Body {
    /// The body as one of our own types; what does not fit is invalid.
    pub(crate) fn typed<T: DeserializeOwned>(self) -> Result<T, Problem> {
        serde_json::from_value(self.0).map_err(|e| Refusal::invalid(codes::INVALID_INPUT, "", format!("{e}.")).into())
    }
}

/// Browsers send other types across origins without asking; we read none of them.
fn is_json(request: &Request) -> bool {
    let Some(kind) = request.headers().get(CONTENT_TYPE) else { return true };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn malformed(detail: &str) -> Problem {
    Refusal::new(Kind::Malformed, "malformed", detail).into()
}

pub(crate) fn too_large() -> Problem {
    let refusal = Refusal::new(Kind::TooLarge, codes::TOO_LARGE, "The request is larger than allowed.");
    refusal.fix("Send less at a time.").into()
}
