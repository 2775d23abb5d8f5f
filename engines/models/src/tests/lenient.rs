//! What compatible servers send that their model does not.

use super::player::{Answer, Player};
use super::*;

/// Text, and calls as `name arguments`, of a stream of OpenAI chunks.
async fn heard(body: String) -> (String, Vec<String>) {
    let player = Player::of(vec![Answer::stream(body)]).await;
    let reply = ask(&*model(Protocol::OpenAi, &player), &hello()).await.0.unwrap();
    let mut ids: Vec<_> = reply.calls.iter().map(|call| call.id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), reply.calls.len(), "each call has an id of its own");
    let called = |call: &crate::ToolCall| match &call.arguments {
        Arguments::Object(object) => format!("{} {}", call.name, Value::Object(object.clone())),
        Arguments::Broken { raw, .. } => format!("{} broken {raw}", call.name),
    };
    (reply.text, reply.calls.iter().map(called).collect())
}

/// A chunk of the list, where what all have in common is left out.
fn chunk(short: &Value) -> Value {
    let choice = |choice: Value| json!({ "choices": [choice] });
    match short.as_object().unwrap().iter().next().unwrap() {
        (kind, words) if kind == "words" => choice(json!({"delta": {"content": words}})),
        (kind, calls) if kind == "calls" => choice(json!({"delta": {"tool_calls": calls}})),
        (kind, one) if kind == "choice" => choice(one.clone()),
        (_, raw) => raw.clone(),
    }
}

#[tokio::test]
async fn odd_streams_are_read() {
    for line in include_str!("recorded/odd.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let chunks: Vec<_> = case["chunks"].as_array().unwrap().iter().map(chunk).collect();
        let (text, calls) = heard(stream_of(Protocol::OpenAi, &chunks)).await;
        assert_eq!(text, case["text"].as_str().unwrap_or_default(), "{}", case["name"]);
        let expected = case["calls"].as_array().into_iter().flatten().map(|call| call.as_str().unwrap().to_owned());
        assert_eq!(calls, expected.collect::<Vec<_>>(), "{}", case["name"]);
    }
}

#[tokio::test]
async fn odd_writing_of_events_is_read() {
    for protocol in BOTH {
        let plain = words_and_calls(protocol);
        for (name, body) in [
            ("with carriage returns", plain.replace('\n', "\r\n")),
            ("without blanks", plain.replace("data: ", "data:")),
            ("with comments", plain.replace("data: ", ": still here\ndata: ")),
            ("without the empty lines", plain.replace("\n\n", "\n")),
            ("without the last line's end", plain.trim_end().to_owned()),
            (
                "without the names of events",
                plain.lines().filter(|line| !line.starts_with("event")).map(|line| format!("{line}\n")).collect(),
            ),
        ] {
            let player = Player::of(vec![Answer::stream(body).pieces(5)]).await;
            let reply = ask(&*model(protocol, &player), &hello()).await.0.unwrap();
            assert_eq!((reply.text.as_str(), reply.calls.len()), ("Grüß Gott €", 2), "{protocol:?} {name}");
        }
    }
}

#[tokio::test]
async fn odd_messages_of_anthropic_are_read() {
    let start = |block: Value| json!({"type": "content_block_start", "index": 0, "content_block": block});
    let input = |text: &str| json!({"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": text}});
    let end = json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}});
    let tool = json!({"type": "tool_use", "id": "t", "name": "a"});
    let nameless = json!({"type": "tool_use", "name": "a", "input": {"x": 1}});
    let cases = [
        (
            "no start, no stop",
            vec![start(tool.clone()), input("{\"x\":1}"), end.clone()],
            Some(object(json!({"x": 1}))),
        ),
        ("input at once", vec![start(nameless), end.clone()], Some(object(json!({"x": 1})))),
        ("no input", vec![start(tool.clone()), end.clone()], Some(object(json!({})))),
        (
            "encoded twice",
            vec![start(tool.clone()), input("\"{\\\"x\\\":1}\""), end.clone()],
            Some(object(json!({"x": 1}))),
        ),
        (
            "a list",
            vec![start(tool.clone()), input("[1]"), json!({"type": "content_block_stop", "index": 0}), end.clone()],
            None,
        ),
        (
            "no JSON",
            vec![
                start(tool),
                input("x=1"),
                json!({"type": "content_block_stop", "index": 0}),
                json!({"type": "unheard_of", "a": 1}),
                end,
            ],
            None,
        ),
    ];
    for (name, events, expected) in cases {
        let player = Player::of(vec![Answer::stream(stream_of(Protocol::Anthropic, &events))]).await;
        let reply = ask(&*model(Protocol::Anthropic, &player), &hello()).await.0.unwrap();
        let call = &reply.calls[0];
        assert!(!call.id.is_empty() && call.name == "a", "{name}");
        match expected {
            Some(expected) => assert_eq!(call.arguments, expected, "{name}"),
            None => assert!(matches!(call.arguments, Arguments::Broken { .. }), "{name}: {call:?}"),
        }
    }
}
