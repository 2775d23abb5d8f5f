//! How the gate's answers look over HTTP.

use axum::Json;
use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use steward_tools::{Answer, Call, Caller, Entry, Kind, Options, Plan, Refusal};
use uuid::Uuid;

use crate::App;
use crate::problem::{Problem, Reply};
use crate::rest::route_of;

const CALL_ID: HeaderName = HeaderName::from_static("steward-call-id");
/// The header that makes a write happen once.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// What such a key looks like, for the description of the interface.
pub(crate) const IDEMPOTENCY_PATTERN: &str = "^[!-~]{1,200}$";

/// Options of a call from its query and headers.
pub(crate) fn options(dry_run: bool, headers: &HeaderMap) -> Result<Options, Problem> {
    let readable = |value: &&str| (1..=200).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_graphic());
    let key = headers.get(IDEMPOTENCY_KEY).map(|value| value.to_str().ok().filter(readable));
    if key == Some(None) {
        let detail = "An Idempotency-Key has 1 to 200 ASCII characters, none of them a space.";
        let refusal = Refusal::new(Kind::Invalid, "invalid_idempotency_key", detail);
        return Err(refusal.fix("Draw a UUID for each thing that shall happen once.").into());
    }
    Ok(Options { dry_run, idempotency_key: key.flatten().map(str::to_owned) })
}

impl App {
    /// Through the gate.
    pub(crate) async fn submit(&self, caller: &Caller, plan: Plan, options: Options) -> Result<Answer, Problem> {
        let file = |call: &Call| self.gate.catalogue().get(&call.name).is_some_and(Entry::answers_file);
        let calls = if plan.calls().iter().any(file) { plan.calls().to_vec() } else { Vec::new() };
        let answer = self.gate.submit(caller, plan, options).await.map_err(|error| self.problem(caller, error))?;
        Ok(self.gate.with_contents(caller, &calls, answer, link).await?)
    }
    /// The name as the catalogue has it: tool names are taken too, and mean the same operation to idempotency keys.
    pub(crate) fn canonical(&self, name: String) -> String {
        self.gate.catalogue().get(&name).map_or(name, |entry| entry.name().to_owned())
    }
}

/// Where the bytes of a file are that an answer does not carry.
fn link(entry: &Entry, call: &Call) -> Option<String> {
    let id = call.arguments.get("id").and_then(Value::as_str)?;
    Some(route_of(entry).path.replace("{id}", id))
}

/// The whole answer: 202 where somebody has to say yes first.
pub(crate) fn whole(answer: &Answer) -> Reply {
    let status = match answer {
        Answer::NeedsApproval { .. } => StatusCode::ACCEPTED,
        Answer::Done { .. } | Answer::Preview { .. } | Answer::Rejected { .. } => StatusCode::OK,
    };
    let body = serde_json::to_value(answer).map_err(steward_tools::Error::from)?;
    let mut response = (status, Json(body)).into_response();
    if let Answer::Done { call_id: Some(id), .. } = answer {
        header(&mut response, CALL_ID, &id.to_string());
    }
    Ok(response)
}

/// The bare result of what was done; anything else is answered whole.
pub(crate) fn bare(entry: &Entry, answer: Answer) -> Reply {
    let Answer::Done { call_id, result, .. } = answer else { return whole(&answer) };
    let (domain, entities, verb) = entry.parts();
    let created = (verb == "create").then(|| result.get("id").and_then(Value::as_str)).flatten();
    let location = created.map(|id| format!("/api/v1/{domain}/{entities}/{id}"));
    let version = result.get("version").and_then(Value::as_i64);
    let status = if verb == "create" { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = (status, Json(result)).into_response();
    if let Some(location) = location {
        header(&mut response, LOCATION, &location);
    }
    if let Some(version) = version {
        header(&mut response, ETAG, &format!("\"{version}\""));
    }
    if let Some(id) = call_id {
        header(&mut response, CALL_ID, &id.to_string());
    }
    Ok(response)
}

fn header(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// A list that is given whole, in the shape of every list.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Whole<T> {
    /// All of them.
    items: Vec<T>,
    /// Where more follow; a list that is given whole has no more.
    next_cursor: Option<String>,
}

pub(crate) fn list<T: Serialize>(items: Vec<T>) -> Reply {
    let items = serde_json::to_value(Whole { items, next_cursor: None }).map_err(steward_tools::Error::from)?;
    Ok(Json(items).into_response())
}

/// The id in a path; what is none names nothing.
pub(crate) fn id_of(text: &str, what: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Refusal::not_found(what).into())
}
