//! What went wrong, as one of our few cases.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use super::Endpoint;
use crate::arguments::shortened;
use crate::{Broken, ModelError};

/// Of what a server says in an error so much is told on.
const TOLD: usize = 300;

/// Makes errors of one model.
#[derive(Debug, Clone)]
pub(crate) struct Trouble {
    model: String,
    key: Option<String>,
    patience: Duration,
}

impl Trouble {
    pub(crate) fn new(model: &str, endpoint: &Endpoint) -> Self {
        Self { model: model.to_owned(), key: endpoint.api_key.clone(), patience: endpoint.patience }
    }
    /// The same words, without the key, on one line, and not too many.
    fn told(&self, why: &str) -> String {
        let line = why.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = match &self.key {
            Some(key) if key.len() > 3 => line.replace(key, "•••"),
            _ => line,
        };
        shortened(&line, TOLD)
    }
    pub(crate) fn unreachable(&self, why: &str) -> ModelError {
        ModelError::Unreachable { model: self.model.clone(), why: self.told(why) }
    }
    pub(crate) fn refused(&self, status: u16, why: &str) -> ModelError {
        ModelError::Refused { model: self.model.clone(), status, why: self.told(why) }
    }
    pub(crate) fn broken(&self, broken: Broken) -> ModelError {
        ModelError::Broken { model: self.model.clone(), broken }
    }
    pub(crate) fn protocol(&self, what: &str) -> ModelError {
        self.broken(Broken::Protocol(self.told(what)))
    }
    /// It took longer than we wait.
    pub(crate) fn too_slow(&self, limit: Duration) -> ModelError {
        self.unreachable(&format!("it did not answer within {limit:?}"))
    }
    /// The connection, or the lack of it.
    pub(crate) fn of_transport(&self, error: &reqwest::Error) -> ModelError {
        if error.is_timeout() && !error.is_connect() {
            return self.unreachable(&format!("it said nothing for {:?}", self.patience));
        }
        if error.is_builder() {
            return self.refused(0, &deepest(error));
        }
        self.unreachable(&deepest(error))
    }
    /// The connection, once the reply had begun.
    pub(crate) fn in_reply(&self, error: &reqwest::Error) -> ModelError {
        if error.is_timeout() { self.of_transport(error) } else { self.broken(Broken::Cut) }
    }
    /// An answer with a status that says no.
    pub(crate) fn of_status(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> ModelError {
        let value: Option<Value> = serde_json::from_slice(body).ok();
        let why = value.as_ref().and_then(message).unwrap_or_else(|| as_page(body));
        let why = if why.is_empty() { "it does not say why".to_owned() } else { why };
        // no money left is no matter of waiting
        let broke = value.as_ref().is_some_and(|value| code(value).contains("insufficient_quota"));
        match status {
            429 if !broke => self.busy(retry_after(headers)),
            408 | 425 | 503 | 529 => self.busy(retry_after(headers)),
            500.. => self.unreachable(&format!("it answered {status}: {why}")),
            300..400 => self.refused(status, "the API is at another address"),
            _ => self.refused(status, &why),
        }
    }
    /// An error in a body, or in a stream, that began with 200.
    pub(crate) fn of_error(&self, body: &Value) -> ModelError {
        let code = code(body);
        let status = code.split(' ').find_map(|word| word.parse::<u16>().ok()).filter(|s| (400..600).contains(s));
        let status = status.unwrap_or_else(|| by_code(&code));
        self.of_status(status, &HeaderMap::new(), body.to_string().as_bytes())
    }
    fn busy(&self, retry_after: Option<Duration>) -> ModelError {
        ModelError::Busy { model: self.model.clone(), retry_after }
    }
}

/// What the innermost error says: the outer ones only name the address.
pub(super) fn deepest(error: &dyn Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

/// The whole of an error body's codes and types, in one line.
fn code(body: &Value) -> String {
    let inner = body.get("error").unwrap_or(body);
    let parts = ["status", "status_code", "code", "type"].iter().filter_map(|key| inner.get(key));
    let words = parts.map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned));
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The status that an error's name stands for.
fn by_code(code: &str) -> u16 {
    let names = [
        ("insufficient_quota", 402),
        ("rate_limit", 429),
        ("overloaded", 529),
        ("unavailable", 503),
        ("authentication", 401),
        ("api_key", 401),
        ("permission", 403),
        ("not_found", 404),
        ("too_large", 413),
        ("context", 413),
        ("invalid", 400),
    ];
    names.iter().find(|(name, _)| code.contains(name)).map_or(500, |(_, status)| *status)
}

/// What an error body says, in any of the forms that are about.
fn message(body: &Value) -> Option<String> {
    let body = body.as_array().and_then(|all| all.first()).unwrap_or(body);
    let inner = body.get("error").filter(|error| !error.is_null()).unwrap_or(body);
    if let Some(text) = inner.as_str() {
        return Some(text.to_owned());
    }
    let said = ["message", "detail", "msg", "error"].iter().find_map(|key| inner.get(key).or_else(|| body.get(key)))?;
    Some(said.as_str().map_or_else(|| said.to_string(), str::to_owned))
}

/// What a page says: its title, or its first words.
pub(super) fn as_page(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let lower = text.to_ascii_lowercase();
    let title = lower.find("<title>").zip(lower.find("</title>")).and_then(|(from, to)| text.get(from + 7..to));
    shortened(title.unwrap_or(&text).trim(), TOLD)
}

/// Whole seconds; the form with a date is rare, and then nobody is told when.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
