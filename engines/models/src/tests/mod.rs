//! One suite for both adapters, through real HTTP.

mod broken;
mod chain;
mod cut;
mod lenient;
mod player;
mod replies;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use self::player::{Player, soon};
use crate::wire::Protocol;
use crate::{Anthropic, Arguments, Endpoint, LanguageModel, Message, ModelError, OpenAi, Reply, Request, Tool};

const BOTH: [Protocol; 2] = [Protocol::OpenAi, Protocol::Anthropic];
const KEY: &str = "key-of-the-tests";

fn model_at(protocol: Protocol, address: &str, patience: Duration) -> Arc<dyn LanguageModel> {
    let endpoint = Endpoint { base_url: Some(address.to_owned()), api_key: Some(KEY.to_owned()), patience };
    match protocol {
        Protocol::OpenAi => Arc::new(OpenAi::new(Some("m"), endpoint).unwrap()),
        Protocol::Anthropic => Arc::new(Anthropic::new(Some("m"), endpoint).unwrap()),
    }
}

fn model(protocol: Protocol, player: &Player) -> Arc<dyn LanguageModel> {
    model_at(protocol, &player.address, Duration::from_secs(20))
}

fn request(messages: Vec<Message>) -> Request {
    let schema = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    let tool = Tool { name: "list_customers".to_owned(), description: "List customers.".to_owned(), schema };
    Request { system: Arc::from("You keep books."), tools: Arc::from([tool]), messages, max_tokens: 50 }
}

fn hello() -> Request {
    request(vec![Message::User { text: "hello".to_owned() }])
}

/// Asks, and keeps what was said on the way.
async fn ask(model: &dyn LanguageModel, request: &Request) -> (Result<Reply, ModelError>, String) {
    let said = Mutex::new(String::new());
    let reply = soon(model.complete(request, &|words| said.lock().unwrap().push_str(words))).await;
    (reply, said.into_inner().unwrap())
}

fn object(value: Value) -> Arguments {
    Arguments::Object(value.as_object().unwrap().clone())
}

/// Events of a protocol, as its servers write them.
fn stream_of(protocol: Protocol, events: &[Value]) -> String {
    let event = |value: &Value| match protocol {
        Protocol::OpenAi => format!("data: {value}\n\n"),
        Protocol::Anthropic => format!("event: {}\ndata: {value}\n\n", value["type"].as_str().unwrap_or("x")),
    };
    let end = if protocol == Protocol::OpenAi { "data: [DONE]\n\n" } else { "" };
    events.iter().map(event).chain([end.to_owned()]).collect()
}

/// A reply of words and two calls at once.
fn words_and_calls(protocol: Protocol) -> String {
    let chunk = |delta: Value, stop: Value| json!({"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": stop}]});
    let events = match protocol {
        Protocol::OpenAi => vec![
            chunk(json!({"role": "assistant", "content": "Grüß "}), Value::Null),
            chunk(json!({"content": "Gott €"}), Value::Null),
            chunk(
                json!({"tool_calls": [{"index": 0, "id": "a", "type": "function", "function": {"name": "one", "arguments": ""}}]}),
                Value::Null,
            ),
            chunk(json!({"tool_calls": [{"index": 0, "function": {"arguments": "{\"city\": \"Kö"}}]}), Value::Null),
            chunk(
                json!({"tool_calls": [{"index": 1, "id": "b", "type": "function", "function": {"name": "two", "arguments": "{}"}}]}),
                Value::Null,
            ),
            chunk(json!({"tool_calls": [{"index": 0, "function": {"arguments": "ln\"}"}}]}), Value::Null),
            chunk(json!({}), json!("tool_calls")),
            json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 5}}}),
        ],
        Protocol::Anthropic => vec![
            json!({"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": [],
                "usage": {"input_tokens": 4, "cache_read_input_tokens": 5, "output_tokens": 1}}}),
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
            json!({"type": "ping"}),
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Grüß "}}),
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Gott €"}}),
            json!({"type": "content_block_stop", "index": 0}),
            json!({"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "a", "name": "one", "input": {}}}),
            json!({"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": "{\"city\": \"Kö"}}),
            json!({"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": "ln\"}"}}),
            json!({"type": "content_block_stop", "index": 1}),
            json!({"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "b", "name": "two", "input": {}}}),
            json!({"type": "content_block_stop", "index": 2}),
            json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 4}}),
            json!({"type": "message_stop"}),
        ],
    };
    stream_of(protocol, &events)
}

/// The same as one document.
fn document(protocol: Protocol, text: &str) -> Value {
    match protocol {
        Protocol::OpenAi => json!({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}),
        Protocol::Anthropic => json!({"content": [{"type": "text", "text": text}], "stop_reason": "end_turn"}),
    }
}
