//! What comes back: a piece of a chat completion, read so that no form of it fails.

use serde::Deserialize;
use serde_json::Value;

use crate::draft::{Draft, DraftCall};
use crate::{Stop, Usage};

/// One piece of a stream, or a whole completion: the difference is a name, `delta` or `message`.
#[derive(Debug, Deserialize)]
#[serde(from = "Value")]
pub(super) struct Chunk {
    text: String,
    /// The text comes all at once, not in addition.
    whole: bool,
    calls: Vec<DraftCall>,
    stop: Option<Stop>,
    usage: Option<Usage>,
}

impl From<Value> for Chunk {
    fn from(value: Value) -> Self {
        let choices = value.get("choices").and_then(Value::as_array);
        // we ask for one reply; what else comes is another's
        let ours = |choice: &&Value| choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0;
        let choice = choices.and_then(|all| all.iter().find(ours));
        let delta = choice.and_then(|choice| choice.get("delta")).filter(|delta| delta.is_object());
        let message = choice.and_then(|choice| choice.get("message")).filter(|message| message.is_object());
        let said = delta.or(message);
        let field = |name: &str| said.and_then(|said| said.get(name));
        let refusal = field("refusal").map(words).unwrap_or_default();
        let mut text = field("content").or_else(|| choice.and_then(|c| c.get("text"))).map(words).unwrap_or_default();
        text.push_str(&refusal);
        let many = field("tool_calls").and_then(Value::as_array).into_iter().flatten().map(piece);
        let old = field("function_call").filter(|call| call.is_object()).map(piece);
        let stop = choice.and_then(|choice| choice.get("finish_reason")).and_then(Value::as_str).and_then(stop);
        Self {
            text,
            whole: delta.is_none() && message.is_some(),
            calls: many.chain(old).collect(),
            stop: if refusal.is_empty() { stop } else { Some(Stop::Filtered) },
            usage: value.get("usage").filter(|usage| usage.is_object()).map(usage),
        }
    }
}

impl Chunk {
    /// Adds what it says; returns the words that are new.
    pub(super) fn into_draft(self, draft: &mut Draft) -> String {
        let repeats = self.whole && !(draft.text.is_empty() && draft.calls.is_empty());
        let mut words = String::new();
        if !repeats {
            words = draft.say(&self.text);
            for call in self.calls {
                add(&mut draft.calls, call);
            }
        }
        // what was held back stays so, whatever the last piece says
        if draft.stop != Some(Stop::Filtered) {
            draft.stop = self.stop.or(draft.stop);
        }
        draft.usage = self.usage.unwrap_or(draft.usage);
        words
    }
}

/// A piece of a call goes to the call it belongs to. That is the one of its index, unless it bears another id and
/// names a tool: some servers give every call the index 0. Without an index it is the last one, unless it begins anew.
fn add(calls: &mut Vec<DraftCall>, piece: DraftCall) {
    let other = |call: &DraftCall| {
        let both_named = !piece.name.is_empty() && !call.name.is_empty();
        let same_id = !piece.id.is_empty() && piece.id == call.id;
        let told_apart = !piece.id.is_empty() && !call.id.is_empty();
        both_named && !same_id && (told_apart || piece.index.is_none())
    };
    let place = match piece.index {
        Some(_) => calls.iter().rposition(|call| call.index == piece.index),
        None if piece.id.is_empty() => calls.len().checked_sub(1),
        None => calls.iter().rposition(|call| call.id == piece.id).or_else(|| {
            // the id came late, after the name
            calls.len().checked_sub(1).filter(|last| calls.get(*last).is_some_and(|call| call.id.is_empty()))
        }),
    };
    match place.and_then(|place| calls.get_mut(place)).filter(|call| !other(call)) {
        None => calls.push(piece),
        Some(call) => {
            if call.id.is_empty() {
                call.id = piece.id;
            }
            // names come at once, or again with every piece
            if call.name.is_empty() {
                call.name = piece.name;
            }
            call.arguments.push_str(&piece.arguments);
        }
    }
}

fn piece(value: &Value) -> DraftCall {
    // the function is usually inside; some put it flat
    let function = value.get("function").filter(|function| function.is_object()).unwrap_or(value);
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    DraftCall {
        index: value.get("index").and_then(Value::as_u64),
        id: text(value.get("id")),
        name: text(function.get("name")),
        arguments: text(function.get("arguments").or_else(|| function.get("parameters"))),
    }
}

/// Words as a string, or in parts.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(words).collect(),
        Value::Object(part) if part.get("type").is_none_or(|kind| kind == "text" || kind == "output_text") => {
            part.get("text").map(words).unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn stop(reason: &str) -> Option<Stop> {
    match reason.to_ascii_lowercase().as_str() {
        // not yet, or an end that is none: the error comes beside it
        "" | "null" | "error" => None,
        "length" | "max_tokens" => Some(Stop::Length),
        "content_filter" | "safety" | "refusal" => Some(Stop::Filtered),
        _ => Some(Stop::Done),
    }
}

fn usage(value: &Value) -> Usage {
    let count = |names: [&str; 2]| names.iter().find_map(|name| value.get(name)?.as_u64()).unwrap_or(0);
    let cached =
        ["/prompt_tokens_details/cached_tokens", "/input_tokens_details/cached_tokens", "/prompt_cache_hit_tokens"];
    Usage {
        input: count(["prompt_tokens", "input_tokens"]),
        cached: cached.iter().find_map(|path| value.pointer(path)?.as_u64()).unwrap_or(0),
        output: count(["completion_tokens", "output_tokens"]),
    }
}
