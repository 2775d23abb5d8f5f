//! What a scripted model is asked, and how it answers.

use serde_json::{Value, json};

/// Tokens are words here.
const USAGE: (u64, u64) = (100, 10);

/// A request, as far as scripts look at it.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The tools that are offered.
    pub(super) tools: Vec<String>,
    /// Who said what since the person spoke last, and what they said: role and text.
    pub(super) turn: Vec<(String, String)>,
    /// What was called since.
    pub(super) called: Vec<String>,
    /// The person's words.
    pub(super) said: String,
    /// All there is to read, rules aside.
    pub(super) data: String,
}

impl Asked {
    pub(super) fn of(body: &Value) -> Self {
        let tools = body["tools"].as_array().into_iter().flatten();
        let tools = tools.filter_map(|tool| tool["function"]["name"].as_str().map(str::to_owned)).collect();
        let all: Vec<&Value> =
            body["messages"].as_array().into_iter().flatten().filter(|message| message["role"] != "system").collect();
        let text = |message: &Value| message["content"].as_str().unwrap_or_default().to_owned();
        // what the agent itself adds in the person's place stands in brackets
        let spoken = |message: &Value| message["role"] == "user" && !text(message).starts_with('(');
        let from = all.iter().rposition(|message| spoken(message)).unwrap_or_default();
        let turn = all.get(from + 1..).unwrap_or_default();
        let calls = turn.iter().flat_map(|message| message["tool_calls"].as_array().into_iter().flatten());
        Self {
            tools,
            called: calls.filter_map(|call| call["function"]["name"].as_str().map(str::to_owned)).collect(),
            said: all.get(from).map(|message| text(message)).unwrap_or_default(),
            data: all.iter().map(|message| text(message)).collect::<Vec<_>>().join("\n"),
            turn: turn.iter().map(|m| (m["role"].as_str().unwrap_or_default().to_owned(), text(m))).collect(),
        }
    }
    /// The newest that was said to the model.
    pub(super) fn newest(&self) -> &str {
        self.turn.last().map_or("", |(_, text)| text)
    }
}

/// An answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Reply {
    pub(super) text: String,
    pub(super) calls: Vec<(String, Value)>,
}

impl Reply {
    pub(super) fn words(text: &str) -> Self {
        Self { text: text.to_owned(), calls: Vec::new() }
    }
    pub(super) fn call(tool: &str, arguments: Value) -> Self {
        Self { text: String::new(), calls: vec![(tool.to_owned(), arguments)] }
    }
    fn message(&self) -> Value {
        let calls = self.calls.iter().enumerate().map(|(n, (name, arguments))| {
            let function = json!({"name": name, "arguments": arguments.to_string()});
            json!({"index": n, "id": format!("call_{n}"), "type": "function", "function": function})
        });
        let calls: Vec<Value> = calls.collect();
        let mut message = json!({"role": "assistant", "content": self.text});
        if !calls.is_empty() {
            message["tool_calls"] = json!(calls);
        }
        message
    }
    fn ends(&self) -> &'static str {
        if self.calls.is_empty() { "stop" } else { "tool_calls" }
    }
    fn usage() -> Value {
        let (read, written) = USAGE;
        json!({"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written})
    }
    /// As one document.
    pub(super) fn whole(&self) -> Value {
        let choice = json!({"index": 0, "message": self.message(), "finish_reason": self.ends()});
        json!({"id": "scripted", "object": "chat.completion", "model": "scripted", "choices": [choice], "usage": Self::usage()})
    }
    /// As a stream.
    pub(super) fn events(&self) -> String {
        let chunk = |choices: Value, usage: Value| {
            let object = "chat.completion.chunk";
            json!({"id": "scripted", "object": object, "model": "scripted", "choices": choices, "usage": usage})
        };
        let said = json!([{"index": 0, "delta": self.message(), "finish_reason": null}]);
        let end = json!([{"index": 0, "delta": {}, "finish_reason": self.ends()}]);
        let all = [chunk(said, Value::Null), chunk(end, Value::Null), chunk(json!([]), Self::usage())];
        let events: String = all.iter().map(|event| format!("data: {event}\n\n")).collect();
        format!("{events}data: [DONE]\n\n")
    }
}
