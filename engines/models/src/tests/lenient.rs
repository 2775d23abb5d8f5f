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

fn choice(choice: Value) -> Value {
    json!({ "choices": [choice] })
}

fn calls(calls: Value) -> Value {
    choice(json!({"delta": {"tool_calls": calls}}))
}

#[tokio::test]
async fn odd_streams_are_read() {
    let words = |text: &str| choice(json!({"delta": {"content": text}}));
    let a = r#"a {"x":1}"#;
    let b = r#"b {"x":2}"#;
    let cases: Vec<(&str, Vec<Value>, &str, Vec<&str>)> = vec![
        (
            "an empty reason each time",
            vec![choice(json!({"delta": {"content": "Hi"}, "finish_reason": ""})), words("!")],
            "Hi!",
            vec![],
        ),
        (
            "nulls everywhere",
            vec![
                json!({"id": null, "service_tier": "unheard-of", "usage": null, "error": null, "choices": [{"delta": {"role": null, "content": "Hi", "tool_calls": null, "refusal": null}, "logprobs": null}]}),
            ],
            "Hi",
            vec![],
        ),
        (
            "parts",
            vec![choice(
                json!({"delta": {"content": [{"type": "text", "text": "Hi"}, " you", {"type": "image_url"}]}}),
            )],
            "Hi you",
            vec![],
        ),
        (
            "a whole message in the stream",
            vec![choice(json!({"message": {"content": "Hi"}, "finish_reason": "stop"}))],
            "Hi",
            vec![],
        ),
        (
            "the whole message again at the end",
            vec![words("Hi"), choice(json!({"message": {"content": "Hi"}, "finish_reason": "stop"}))],
            "Hi",
            vec![],
        ),
        (
            "another reply beside ours",
            vec![
                json!({"choices": [{"index": 1, "delta": {"content": "no"}}, {"index": 0, "delta": {"content": "Hi"}}]}),
            ],
            "Hi",
            vec![],
        ),
        (
            "chunks of nothing",
            vec![json!({}), json!({"choices": null}), choice(json!({})), choice(json!(null)), json!(3), words("Hi")],
            "Hi",
            vec![],
        ),
        ("old completions", vec![choice(json!({"text": "Hi"}))], "Hi", vec![]),
        (
            "a whole call at once",
            vec![calls(json!([{"index": 0, "id": "1", "function": {"name": "a", "arguments": "{\"x\":1}"}}]))],
            "",
            vec![a],
        ),
        (
            "arguments as an object",
            vec![calls(json!([{"function": {"name": "a", "arguments": {"x": 1}}}]))],
            "",
            vec![a],
        ),
        (
            "encoded twice",
            vec![calls(json!([{"function": {"name": "a", "arguments": "\"{\\\"x\\\":1}\""}}]))],
            "",
            vec![a],
        ),
        (
            "no arguments",
            vec![calls(
                json!([{"function": {"name": "a"}}, {"function": {"name": "b", "arguments": null}}, {"function": {"name": "c", "arguments": ""}}]),
            )],
            "",
            vec!["a {}", "b {}", "c {}"],
        ),
        (
            "arguments as a list",
            vec![calls(json!([{"function": {"name": "a", "arguments": [1]}}]))],
            "",
            vec!["a broken [1]"],
        ),
        (
            "arguments that are no JSON",
            vec![calls(json!([{"function": {"name": "a", "arguments": "x=1"}}]))],
            "",
            vec!["a broken x=1"],
        ),
        (
            "no index and no id",
            vec![
                calls(json!([{"function": {"name": "a", "arguments": "{\"x\":"}}])),
                calls(json!([{"function": {"arguments": "1}"}}])),
                calls(json!([{"function": {"name": "b", "arguments": "{\"x\":2}"}}])),
            ],
            "",
            vec![a, b],
        ),
        (
            "ids without an index",
            vec![
                calls(json!([{"id": "1", "function": {"name": "a", "arguments": "{\"x\":"}}])),
                calls(
                    json!([{"id": "1", "function": {"arguments": "1}"}}, {"id": "2", "function": {"name": "b", "arguments": "{\"x\":2}"}}]),
                ),
            ],
            "",
            vec![a, b],
        ),
        (
            "all of them the first",
            vec![
                calls(json!([{"index": 0, "id": "1", "function": {"name": "a", "arguments": "{\"x\":1}"}}])),
                calls(json!([{"index": 0, "id": "2", "function": {"name": "b", "arguments": "{\"x\":"}}])),
                calls(json!([{"index": 0, "function": {"arguments": "2}"}}])),
            ],
            "",
            vec![a, b],
        ),
        (
            "the same id twice",
            vec![calls(
                json!([{"index": 0, "id": "1", "function": {"name": "a", "arguments": "{\"x\":1}"}}, {"index": 1, "id": "1", "function": {"name": "b", "arguments": "{\"x\":2}"}}]),
            )],
            "",
            vec![a, b],
        ),
        (
            "the name with every piece",
            vec![
                calls(json!([{"index": 0, "id": "1", "function": {"name": "a", "arguments": "{\"x\":"}}])),
                calls(json!([{"index": 0, "id": "1", "function": {"name": "a", "arguments": "1}"}}])),
            ],
            "",
            vec![a],
        ),
        ("flat", vec![calls(json!([{"name": "a", "arguments": {"x": 1}}]))], "", vec![a]),
        (
            "one call in the old way",
            vec![
                choice(json!({"delta": {"function_call": {"name": "a", "arguments": "{\"x\":"}}})),
                choice(json!({"delta": {"function_call": {"arguments": "1}"}}})),
            ],
            "",
            vec![a],
        ),
        (
            "an empty call beside",
            vec![calls(
                json!([{"index": 0, "id": "", "function": {}}, {"index": 1, "function": {"name": "a", "arguments": "{\"x\":1}"}}]),
            )],
            "",
            vec![a],
        ),
        (
            "a tool that does not exist",
            vec![calls(json!([{"function": {"name": "rm -rf /", "arguments": "{}"}}]))],
            "",
            vec!["rm -rf / {}"],
        ),
        ("NULs", vec![words("H\0i")], "Hi", vec![]),
    ];
    for (name, chunks, text, calls) in cases {
        let (heard_text, heard_calls) = heard(stream_of(Protocol::OpenAi, &chunks)).await;
        assert_eq!(
            (heard_text.as_str(), heard_calls),
            (text, calls.iter().map(|s| (*s).to_owned()).collect()),
            "{name}"
        );
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
