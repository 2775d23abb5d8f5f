//! What came back: a stream of events, one document, or none of either.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};
use reqwest::{Request, Response};
use serde_json::{Value, json};

use super::events::{Event, Events};
use super::trouble::as_page;
use super::{Http, MOST_BYTES, Protocol, Trouble};
use crate::{Broken, ModelError};

/// Of a body that reports an error so much is read.
const MOST_OF_ERROR: usize = 64_000;

/// What was seen on the way that the libraries would lose.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// What went wrong, as we know it.
    pub(crate) error: Option<ModelError>,
    /// The end was there: `[DONE]`, `message_stop`, or the end of one whole document.
    pub(crate) done: bool,
}

/// Where it is noted, for one request.
pub(crate) type Slot = Arc<Mutex<Seen>>;

/// What was noted.
pub(crate) fn taken(slot: &Slot) -> Seen {
    std::mem::take(&mut *slot.lock().unwrap_or_else(PoisonError::into_inner))
}

fn note(slot: &Slot, error: ModelError) -> Noted {
    slot.lock().unwrap_or_else(PoisonError::into_inner).error = Some(error);
    Noted
}

/// What a library gets to see of an error: that it was noted.
#[derive(Debug, thiserror::Error)]
#[error("the request did not come to a good end")]
pub(crate) struct Noted;

impl Http {
    /// Sends a request, and gives what comes back as events, each one valid JSON and each on its own.
    pub(crate) async fn events(
        &self,
        request: Request,
        trouble: &Trouble,
        slot: &Slot,
    ) -> Result<BoxStream<'static, Result<Bytes, Noted>>, Noted> {
        let sent = self.client.execute(request).await.map_err(|error| note(slot, trouble.of_transport(&error)))?;
        let mut reading = Reading::new(accepted(sent, trouble).await.map_err(|error| note(slot, error))?, trouble);
        if reading.is_document().await.map_err(|error| note(slot, error))? {
            let read = reading.document().await.and_then(|value| reply(self.protocol, value, trouble));
            let value = read.map_err(|error| note(slot, error))?;
            slot.lock().unwrap_or_else(PoisonError::into_inner).done = true;
            return Ok(stream::once(async move { Ok(written(&value)) }).boxed());
        }
        let slot = slot.clone();
        let events = stream::try_unfold((reading, slot), |(mut reading, slot)| async move {
            match reading.next().await {
                Ok(Some((event, done))) => {
                    slot.lock().unwrap_or_else(PoisonError::into_inner).done |= done;
                    Ok(Some((event, (reading, slot))))
                }
                Ok(None) => {
                    slot.lock().unwrap_or_else(PoisonError::into_inner).done |= reading.done;
                    Ok(None)
                }
                Err(error) => Err(note(&slot, error)),
            }
        });
        Ok(events.boxed())
    }
}

/// Sends a request whose answer is one document.
pub(super) async fn document(http: &Http, request: Request, trouble: &Trouble) -> Result<Value, ModelError> {
    let sent = http.client.execute(request).await.map_err(|error| trouble.of_transport(&error))?;
    let mut reading = Reading::new(accepted(sent, trouble).await?, trouble);
    reading.document().await
}

/// The response, unless its status says no.
async fn accepted(mut response: Response, trouble: &Trouble) -> Result<Response, ModelError> {
    if response.status().is_success() {
        return Ok(response);
    }
    let mut body = Vec::new();
    while body.len() < MOST_OF_ERROR {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            // the status alone says enough
            Ok(None) | Err(_) => break,
        }
    }
    Err(trouble.of_status(response.status().as_u16(), response.headers(), &body))
}

/// One document that is a reply of the protocol, as its library wants it.
fn reply(protocol: Protocol, mut value: Value, trouble: &Trouble) -> Result<Value, ModelError> {
    if reports_error(&value) {
        return Err(trouble.of_error(&value));
    }
    let of_protocol = match protocol {
        Protocol::OpenAi => value.get("choices").is_some_and(Value::is_array),
        Protocol::Anthropic => value.get("content").is_some_and(|content| content.is_array() || content.is_string()),
    };
    if !of_protocol {
        return Err(trouble.protocol("JSON of another form"));
    }
    if protocol == Protocol::Anthropic {
        value["type"] = json!("message");
        if let Some(text) = value["content"].as_str().map(str::to_owned) {
            value["content"] = json!([{ "type": "text", "text": text }]);
        }
    }
    Ok(value)
}

/// `error` in a document or an event, where it is not merely named and null.
fn reports_error(value: &Value) -> bool {
    let said = value.get("error").is_some_and(|error| !error.is_null() && error != false && error != "");
    said || value.get("type").is_some_and(|kind| kind == "error")
}

fn written(value: &Value) -> Bytes {
    Bytes::from(format!("data: {value}\n\n"))
}

/// A body while it is read.
struct Reading {
    response: Response,
    trouble: Trouble,
    /// What was read and not looked at.
    ahead: Vec<u8>,
    read: usize,
    events: Events,
    queue: VecDeque<Event>,
    ended: bool,
    failed: Option<ModelError>,
    done: bool,
}

impl Reading {
    fn new(response: Response, trouble: &Trouble) -> Self {
        Self {
            response,
            trouble: trouble.clone(),
            ahead: Vec::new(),
            read: 0,
            events: Events::default(),
            queue: VecDeque::new(),
            ended: false,
            failed: None,
            done: false,
        }
    }
    /// More bytes; none at the end.
    async fn more(&mut self) -> Result<Option<Bytes>, ModelError> {
        let chunk = self.response.chunk().await.map_err(|error| self.trouble.in_reply(&error))?;
        self.read += chunk.as_ref().map_or(0, Bytes::len);
        if self.read > MOST_BYTES {
            return Err(self.trouble.protocol(&format!("more than {MOST_BYTES} bytes")));
        }
        Ok(chunk)
    }
    /// Whether one document comes, rather than events. What a server says about itself is often wrong; how the body
    /// begins is not.
    async fn is_document(&mut self) -> Result<bool, ModelError> {
        loop {
            let text = String::from_utf8_lossy(&self.ahead);
            let text = text.trim_start_matches('\u{feff}').trim_start();
            if text.starts_with(['{', '[']) {
                return Ok(true);
            }
            let fields = ["data:", "event:", "id:", "retry:", ":"];
            if fields.iter().any(|field| text.starts_with(field)) {
                return Ok(false);
            }
            // the beginning of a field, or nothing yet
            let undecided = fields.iter().any(|field| field.starts_with(text)) && self.ahead.len() < MOST_OF_ERROR;
            if !undecided {
                return Err(self.trouble.protocol(&format!("a page: {}", as_page(text.as_bytes()))));
            }
            match self.more().await? {
                Some(chunk) => self.ahead.extend_from_slice(&chunk),
                None if text_is_blank(&self.ahead) => return Err(self.trouble.broken(Broken::Empty)),
                None => return Err(self.trouble.broken(Broken::Cut)),
            }
        }
    }
    /// All of it, as one document.
    async fn document(&mut self) -> Result<Value, ModelError> {
        while let Some(chunk) = self.more().await? {
            self.ahead.extend_from_slice(&chunk);
        }
        let text = String::from_utf8_lossy(&self.ahead);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return Err(self.trouble.broken(Broken::Empty));
        }
        serde_json::from_str(text).map_err(|error| {
            if error.is_eof() {
                self.trouble.broken(Broken::Cut)
            } else {
                self.trouble.protocol(&as_page(text.as_bytes()))
            }
        })
    }
    /// The next event, and whether it says that the reply is over.
    async fn next(&mut self) -> Result<Option<(Bytes, bool)>, ModelError> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                if event.is_done() {
                    self.done = true;
                    return Ok(None);
                }
                return self.checked(&event).map(Some);
            }
            if self.ended {
                return self.failed.take().map_or(Ok(None), Err);
            }
            let bytes = std::mem::take(&mut self.ahead);
            if !bytes.is_empty() {
                self.queue.extend(self.events.push(&bytes));
                continue;
            }
            match self.more().await {
                Ok(Some(chunk)) => self.queue.extend(self.events.push(&chunk)),
                end => {
                    // what came whole before the end counts, however it ended
                    (self.ended, self.failed) = (true, end.err());
                    self.queue.extend(self.events.finish());
                }
            }
        }
    }
    fn checked(&self, event: &Event) -> Result<(Bytes, bool), ModelError> {
        let mut value: Value =
            serde_json::from_str(&event.data).map_err(|_| self.trouble.protocol("an event that is no JSON"))?;
        if event.kind == "error" || reports_error(&value) {
            return Err(self.trouble.of_error(&value));
        }
        // some servers say what an event is only beside it
        if let Some(object) = value.as_object_mut().filter(|_| !event.kind.is_empty()) {
            object.entry("type").or_insert_with(|| json!(event.kind));
        }
        let done = value.get("type").is_some_and(|kind| kind == "message_stop");
        Ok((written(&value), done))
    }
}

fn text_is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_whitespace)
}
