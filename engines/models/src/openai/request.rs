//! What is sent: chat completions.

use std::sync::atomic::Ordering::Relaxed;

use serde_json::{Value, json};

use super::habits::Habits;
use crate::{Message, Request, Tool, ToolCall};

/// The body of a request.
pub(super) fn body(name: &str, request: &Request, habits: &Habits) -> Value {
    let mut messages = Vec::with_capacity(request.messages.len() + 1);
    if !request.system.is_empty() {
        messages.push(json!({"role": "system", "content": &*request.system}));
    }
    messages.extend(request.messages.iter().flat_map(message));
    let mut body = json!({"model": name, "messages": messages});
    let limit = if habits.completion_tokens.load(Relaxed) { "max_completion_tokens" } else { "max_tokens" };
    body[limit] = request.max_tokens.into();
    if habits.stream.load(Relaxed) {
        body["stream"] = true.into();
        if habits.usage.load(Relaxed) {
            body["stream_options"] = json!({"include_usage": true});
        }
    }
    if habits.temperature.load(Relaxed) {
        body["temperature"] = 0.into();
    }
    if habits.unreasoned.load(Relaxed) {
        body["reasoning_effort"] = "none".into();
    }
    if !request.tools.is_empty() {
        body["tools"] = request.tools.iter().map(tool).collect();
        if habits.parallel.load(Relaxed) {
            body["parallel_tool_calls"] = true.into();
        }
    }
    body
}

/// One of ours may be several of theirs: every result is a message.
fn message(message: &Message) -> Vec<Value> {
    match message {
        Message::User { text } => vec![json!({"role": "user", "content": text})],
        Message::Assistant { text, calls } if calls.is_empty() => {
            vec![json!({"role": "assistant", "content": text})]
        }
        Message::Assistant { text, calls } => {
            let calls: Vec<_> = calls.iter().map(call).collect();
            vec![json!({"role": "assistant", "content": text, "tool_calls": calls})]
        }
        Message::Results { results } => {
            let told = |result: &crate::ToolResult| json!({"role": "tool", "tool_call_id": result.id, "content": result.content});
            results.iter().map(told).collect()
        }
    }
}

fn call(call: &ToolCall) -> Value {
    let arguments = Value::Object(call.arguments.object()).to_string();
    json!({"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}})
}

fn tool(tool: &Tool) -> Value {
    let function = json!({"name": tool.name, "description": tool.description, "parameters": tool.schema});
    json!({"type": "function", "function": function})
}
