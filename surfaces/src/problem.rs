//! Refusals as RFC 9457 problems. Internal errors are written to the log, and say nothing here.

use std::any::Any;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use steward_tools::{ApprovalRow, Caller, Candidate, Error, FieldError, Kind, Logged, Refusal, codes};

use crate::App;

/// An answer that is a refusal.
#[derive(Debug)]
pub struct Problem(Box<Refused>);

#[derive(Debug)]
struct Refused {
    status: StatusCode,
    refusal: Refusal,
}

/// The document of a refusal: RFC 9457, with the way out.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct Document<'a> {
    /// `urn:steward:problem:CODE`: the same for every problem of a kind.
    r#type: String,
    /// What kind of problem it is, in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong with this request.
    detail: &'a str,
    /// The name to rely on.
    code: &'a str,
    /// Whether the same request may succeed later.
    retryable: bool,
    /// The way out.
    fix: &'a str,
    /// Which call of a plan, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<usize>,
    /// Wrong values, and where they are.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    /// Records that may have been meant.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    candidates: &'a [Candidate],
    /// Where the effects changed: the new approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<ApprovalRow>")]
    approval: Option<&'a Value>,
}

/// What handlers answer.
pub(crate) type Reply<T = Response> = Result<T, Problem>;

impl Problem {
    /// A refusal with a status that no kind of refusal has.
    pub(crate) fn with_status(status: StatusCode, refusal: Refusal) -> Self {
        Self(Box::new(Refused { status, refusal }))
    }
    /// The refusal behind it.
    #[must_use]
    pub fn refusal(&self) -> &Refusal {
        &self.0.refusal
    }
    /// The document.
    #[must_use]
    pub fn body(&self) -> Value {
        document(self.0.status, &self.0.refusal)
    }
    /// The body's type is not one that we read.
    pub(crate) fn unsupported_media_type() -> Self {
        let refusal = Refusal::new(Kind::Malformed, "unsupported_media_type", "The body is not plain JSON.");
        Self::with_status(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            refusal.fix("Send JSON in UTF-8, not compressed, with Content-Type: application/json."),
        )
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::with_status(status, refusal)
    }
}

impl From<Box<Refusal>> for Problem {
    fn from(refusal: Box<Refusal>) -> Self {
        Self::from(*refusal)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::from(*refusal),
            Error::StaleRights => Self::from(rights_changed()),
            Error::Database(_) | Error::Internal(_) => {
                tracing::error!(error = %Logged(&error), "a request failed");
                failed()
            }
        }
    }
}

impl App {
    /// Why it did not happen. Rights that changed meanwhile are read anew by the next request.
    pub(crate) fn problem(&self, caller: &Caller, error: Error) -> Problem {
        if matches!(error, Error::StaleRights) {
            self.gate.identity().forget(caller.principal.id);
        }
        error.into()
    }
}

fn rights_changed() -> Refusal {
    Refusal::new(Kind::Busy, codes::BUSY, "Your rights have just changed.").fix("Try again: the new ones hold then.")
}

fn failed() -> Problem {
    let refusal =
        Refusal::new(Kind::Malformed, "internal", "Something went wrong on our side, and nothing was changed.")
            .fix("Try again; if it stays, tell whoever runs this server the request id.");
    Problem::with_status(StatusCode::INTERNAL_SERVER_ERROR, refusal)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.0.status, self.body().to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.0.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.0.status == StatusCode::TOO_MANY_REQUESTS {
            throttled(headers, self.0.refusal.extra.as_ref());
        }
        if self.0.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// When to come back, and how many failures there may be.
fn throttled(headers: &mut HeaderMap, extra: Option<&Value>) {
    let number = |key: &str| extra.and_then(|extra| extra.get(key)).and_then(Value::as_u64);
    let (wait, limit) = (number("retry_after").unwrap_or(60), number("limit").unwrap_or(0));
    headers.insert(RETRY_AFTER, HeaderValue::from(wait));
    headers.insert(HeaderName::from_static("ratelimit-limit"), HeaderValue::from(limit));
    headers.insert(HeaderName::from_static("ratelimit-remaining"), HeaderValue::from(0));
    headers.insert(HeaderName::from_static("ratelimit-reset"), HeaderValue::from(wait));
}

/// The problem document of a refusal, for surfaces that are not HTTP.
#[must_use]
pub fn of(refusal: &Refusal) -> Value {
    let status = StatusCode::from_u16(refusal.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    document(status, refusal)
}

fn document(status: StatusCode, refusal: &Refusal) -> Value {
    let document = Document {
        r#type: format!("urn:steward:problem:{}", refusal.code),
        title: title(&refusal.code),
        status: status.as_u16(),
        detail: &refusal.detail,
        code: &refusal.code,
        retryable: refusal.retryable(),
        fix: refusal.fix.as_deref().unwrap_or_else(|| way_out(refusal.kind)),
        step: refusal.step,
        errors: &refusal.errors,
        candidates: &refusal.candidates,
        approval: refusal.extra.as_ref().and_then(|extra| extra.get("approval")),
    };
    let mut document = json!(document);
    if let (Value::Object(document), Some(Value::Object(extra))) = (&mut document, &refusal.extra) {
        for (key, value) in extra {
            document.entry(key).or_insert_with(|| value.clone());
        }
    }
    document
}

/// The way out of a refusal that says none of its own.
const fn way_out(kind: Kind) -> &'static str {
    match kind {
        Kind::Malformed => "Send the request again, well-formed.",
        Kind::Unauthenticated => "Sign in again.",
        Kind::Forbidden => "Ask somebody who may.",
        Kind::NotFound => "Look it up in its list: ids and numbers are found there.",
        Kind::Conflict => "Read the record again: its state says what is possible.",
        Kind::Stale | Kind::PreconditionRequired => "Read the record again, and send its version.",
        Kind::TooLarge => "Send less at a time.",
        Kind::Invalid => "Correct the value and send the request again.",
        Kind::Busy => "Try again in a moment.",
        Kind::Throttled => "Wait, and try again.",
    }
}

/// `stale_version` is titled "Stale version": the same for every problem of a type.
fn title(code: &str) -> String {
    let words = code.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

pub(crate) async fn no_such_path(uri: Uri) -> Problem {
    let path: String = uri.path().chars().take(200).collect();
    let refusal = Refusal::new(Kind::NotFound, codes::NOT_FOUND, format!("There is nothing at {path}."));
    refusal.fix("GET /openapi.json lists every path.").into()
}

pub(crate) async fn no_such_method(uri: Uri) -> Problem {
    let refusal =
        Refusal::new(Kind::Malformed, "method_not_allowed", format!("{} does not take this method.", uri.path()));
    Problem::with_status(
        StatusCode::METHOD_NOT_ALLOWED,
        refusal.fix("The header Allow, and GET /openapi.json, say which it takes."),
    )
}

/// What the panic said is logged where it happened, with the place and without the values in it.
pub(crate) fn after_panic(_panic: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request panicked");
    failed().into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_its_way_out() {
        let mut refusal = Refusal::invalid("invalid_input", "/date", "is not a date").fix("Write it as 2026-11-30.");
        refusal.step = Some(2);
        let body = Problem::from(refusal).body();
        assert_eq!(body["status"], 422);
        assert_eq!(body["code"], "invalid_input");
        assert_eq!(body["title"], "Invalid input");
        assert_eq!(body["fix"], "Write it as 2026-11-30.");
        assert_eq!(body["step"], 2);
        assert_eq!(body["errors"][0]["pointer"], "/date");
        assert!(body.get("candidates").is_none());
    }

    #[test]
    fn internals_stay_inside() {
        let problem = Problem::from(Error::internal("select secret from somewhere"));
        assert_eq!(problem.body()["status"], 500);
        assert!(!problem.body().to_string().contains("secret"));
    }

    #[test]
    fn a_busy_server_says_when_to_come_back() {
        let response = Problem::from(Refusal::new(Kind::Busy, codes::BUSY, "Busy.")).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[RETRY_AFTER], "1");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
    }

    #[test]
    fn whoever_tried_too_often_learns_when_to_come_back() {
        let mut refusal = Refusal::new(Kind::Throttled, codes::TOO_MANY_ATTEMPTS, "Too many.");
        refusal.extra = Some(json!({"retry_after": 30, "limit": 5}));
        let response = Problem::from(refusal).into_response();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        let headers = ["retry-after", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];
        assert_eq!(headers.map(|name| response.headers()[name].to_str().unwrap()), ["30", "5", "0", "30"]);
    }

    #[test]
    fn an_approval_rides_along_and_overwrites_nothing() {
        let mut refusal = Refusal::conflict(codes::EFFECTS_CHANGED, "Not what you saw.");
        refusal.extra = Some(json!({"approval": {"id": "x"}, "status": "forged"}));
        let body = Problem::from(refusal).body();
        assert_eq!(body["approval"]["id"], "x");
        assert_eq!(body["status"], 409);
    }
}
