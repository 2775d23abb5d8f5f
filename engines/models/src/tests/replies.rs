//! What a good server is asked, and what its replies become.

use std::time::Duration;

use super::player::{Answer, End, Player, silence, soon};
use super::*;
use crate::{Stop, ToolCall, ToolResult, Usage};

#[tokio::test]
async fn words_and_parallel_calls_arrive_as_they_were_streamed() {
    for protocol in BOTH {
        for piece in [1, 7, usize::MAX] {
            let player = Player::of(vec![Answer::stream(words_and_calls(protocol)).pieces(piece)]).await;
            let (reply, said) = ask(&*model(protocol, &player), &hello()).await;
            let reply = reply.unwrap();
            assert_eq!((reply.text.as_str(), said.as_str()), ("Grüß Gott €", "Grüß Gott €"));
            let called: Vec<_> = reply.calls.iter().map(|call| (call.id.as_str(), call.name.as_str())).collect();
            assert_eq!(called, [("a", "one"), ("b", "two")], "{protocol:?}");
            assert_eq!(reply.calls[0].arguments, object(json!({"city": "Köln"})));
            assert_eq!(reply.calls[1].arguments, object(json!({})));
            assert_eq!(reply.usage, Usage { input: 9, cached: 5, output: 4 }, "{protocol:?}");
            assert_eq!(reply.stop, Stop::Done);
        }
    }
}

#[tokio::test]
async fn recordings_of_a_small_local_model_are_read() {
    let recorded = [
        (
            Protocol::OpenAi,
            &include_bytes!("recorded/openai_words.sse")[..],
            &include_bytes!("recorded/openai_call.sse")[..],
        ),
        (
            Protocol::Anthropic,
            include_bytes!("recorded/anthropic_words.sse"),
            include_bytes!("recorded/anthropic_call.sse"),
        ),
    ];
    for (protocol, words, call) in recorded {
        let player = Player::of(vec![Answer::stream(words), Answer::stream(call)]).await;
        let model = model(protocol, &player);
        let (reply, said) = ask(&*model, &hello()).await;
        let reply = reply.unwrap();
        assert!(reply.text.contains("Gott") && reply.text == said, "{reply:?}");
        assert!(reply.usage.input > 0 && reply.usage.output > 0, "{reply:?}");
        let (reply, _) = ask(&*model, &hello()).await;
        let reply = reply.unwrap();
        assert_eq!(reply.calls[0].name, "list_customers");
        assert_eq!(reply.calls[0].arguments, object(json!({"city": "Bonn"})));
    }
}

#[tokio::test]
async fn the_whole_conversation_is_told() {
    let call = |id: &str, arguments| ToolCall { id: id.to_owned(), name: "list_customers".to_owned(), arguments };
    let result = |id: &str, refused| ToolResult {
        id: id.to_owned(),
        name: "list_customers".to_owned(),
        content: "none".to_owned(),
        refused,
    };
    let broken = Arguments::Broken { raw: "[".to_owned(), why: "no".to_owned() };
    let request = request(vec![
        Message::User { text: "who?".to_owned() },
        Message::Assistant {
            text: String::new(),
            calls: vec![call("1", object(json!({"city": "Bonn"}))), call("2", broken)],
        },
        Message::Results { results: vec![result("1", false), result("2", true)] },
        Message::Assistant { text: "Nobody.".to_owned(), calls: vec![] },
        Message::User { text: "and now?".to_owned() },
    ]);
    for protocol in BOTH {
        let player = Player::of(vec![Answer::stream(words_and_calls(protocol))]).await;
        ask(&*model(protocol, &player), &request).await.0.unwrap();
        let asked = player.asked().remove(0);
        let body = asked.body;
        assert_eq!((&body["model"], &body["stream"], &body["max_tokens"]), (&json!("m"), &json!(true), &json!(50)));
        let messages = body["messages"].as_array().unwrap();
        match protocol {
            Protocol::OpenAi => {
                assert!(
                    asked.head.starts_with("post /v1/chat/completions ")
                        && asked.head.contains(&format!("bearer {KEY}"))
                );
                let roles: Vec<_> = messages.iter().map(|m| m["role"].as_str().unwrap()).collect();
                assert_eq!(roles, ["system", "user", "assistant", "tool", "tool", "assistant", "user"]);
                assert_eq!(messages[2]["tool_calls"][0]["function"]["arguments"], r#"{"city":"Bonn"}"#);
                assert_eq!(messages[2]["tool_calls"][1]["function"]["arguments"], "{}");
                assert_eq!((&messages[3]["tool_call_id"], &messages[4]["tool_call_id"]), (&json!("1"), &json!("2")));
                assert_eq!(body["tools"][0]["function"]["name"], "list_customers");
            }
            Protocol::Anthropic => {
                assert!(
                    asked.head.starts_with("post /v1/messages ") && asked.head.contains(&format!("x-api-key: {KEY}"))
                );
                let roles: Vec<_> = messages.iter().map(|m| m["role"].as_str().unwrap()).collect();
                assert_eq!(roles, ["user", "assistant", "user", "assistant", "user"]);
                assert_eq!(messages[1]["content"][0]["input"], json!({"city": "Bonn"}));
                assert_eq!(messages[1]["content"][1]["input"], json!({}));
                let ids = |at: usize, key: &str| {
                    messages[at]["content"].as_array().unwrap().iter().map(|b| b[key].clone()).collect::<Vec<_>>()
                };
                assert_eq!(ids(1, "id"), ids(2, "tool_use_id"));
                assert_eq!(messages[2]["content"][1]["is_error"], true);
                assert_eq!(body["system"][0]["text"], "You keep books.");
                assert!(
                    body["system"][0]["cache_control"].is_object() && body["tools"][0]["cache_control"].is_object()
                );
                assert!(body["tools"][0].get("eager_input_streaming").is_none());
            }
        }
    }
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_heard_all_the_same() {
    for protocol in BOTH {
        for kind in ["application/json", "text/plain", "text/event-stream"] {
            let body = document(protocol, "Good day.").to_string();
            let player = Player::of(vec![Answer::of("200 OK", kind, format!("\u{feff}\n {body}"))]).await;
            let (reply, said) = ask(&*model(protocol, &player), &hello()).await;
            assert_eq!(
                (reply.unwrap().text.as_str(), said.as_str()),
                ("Good day.", "Good day."),
                "{protocol:?} {kind}"
            );
        }
    }
}

#[tokio::test]
async fn why_a_reply_ended_is_told() {
    for (protocol, key, cases) in [
        (
            Protocol::OpenAi,
            "/choices/0/finish_reason",
            [("length", Stop::Length), ("content_filter", Stop::Filtered), ("odd", Stop::Done)],
        ),
        (
            Protocol::Anthropic,
            "/stop_reason",
            [("max_tokens", Stop::Length), ("refusal", Stop::Filtered), ("odd", Stop::Done)],
        ),
    ] {
        for (reason, stop) in cases {
            let mut document = document(protocol, "So");
            *document.pointer_mut(key).unwrap() = json!(reason);
            let player = Player::of(vec![Answer::json(&document)]).await;
            let reply = ask(&*model(protocol, &player), &hello()).await.0.unwrap();
            assert_eq!((reply.stop, reply.text.as_str()), (stop, "So"), "{protocol:?} {reason}");
        }
    }
}

#[tokio::test]
async fn what_a_server_does_not_know_is_left_out_once() {
    let refusal = |what: &str| {
        let body = json!({"error": {"message": format!("Unsupported parameter: '{what}' is not supported with this model."), "type": "invalid_request_error"}});
        Answer::of("400 Bad Request", "application/json", body.to_string())
    };
    for protocol in BOTH {
        let player = Player::playing(move |_, asked| {
            let unknown = ["temperature", "stream_options", "parallel_tool_calls", "max_tokens"];
            let known = if protocol == Protocol::Anthropic { 1 } else { 4 };
            match unknown[..known].iter().find(|name| asked.body.get(**name).is_some()) {
                Some(name) => refusal(name),
                None => Answer::stream(words_and_calls(protocol)),
            }
        })
        .await;
        let model = model(protocol, &player);
        ask(&*model, &hello()).await.0.unwrap();
        let first = player.asked().len();
        assert_eq!(first, if protocol == Protocol::Anthropic { 2 } else { 5 });
        ask(&*model, &hello()).await.0.unwrap();
        assert_eq!(player.asked().len(), first + 1, "it was learnt");
    }
}

#[tokio::test]
async fn a_local_server_is_asked_whom_it_has() {
    let player = Player::playing(|_, asked| {
        if asked.head.starts_with("get /v1/models ") {
            Answer::json(&json!({"data": [{"id": "tiny:1b"}, {"id": "other"}]}))
        } else {
            Answer::stream(words_and_calls(Protocol::OpenAi))
        }
    })
    .await;
    let endpoint = Endpoint { base_url: Some(player.address.clone()), ..Endpoint::default() };
    let model = OpenAi::new(None, endpoint).unwrap();
    assert_eq!(model.name(), "openai");
    let reply = ask(&model, &hello()).await.0.unwrap();
    assert_eq!((reply.model.as_str(), model.name()), ("openai:tiny:1b", "openai:tiny:1b"));
    assert_eq!(soon(model.probe()).await.unwrap(), "the server lists it");
    let asked = player.asked();
    assert_eq!(asked[1].body["model"], "tiny:1b");
    assert!(asked.iter().all(|asked| !asked.head.contains("authorization")), "no key, no header");
}

#[tokio::test]
async fn a_probe_asks_for_a_word_where_the_list_says_nothing() {
    for protocol in BOTH {
        let player = Player::playing(move |_, asked| {
            if asked.head.starts_with("get ") {
                Answer::json(&json!({"data": [{"id": "another"}]}))
            } else {
                Answer::stream(words_and_calls(protocol))
            }
        })
        .await;
        let endpoint =
            Endpoint { base_url: Some(player.address.clone()), api_key: Some(KEY.to_owned()), ..Endpoint::default() };
        let found = match protocol {
            Protocol::OpenAi => soon(OpenAi::new(Some("m"), endpoint).unwrap().probe()).await,
            Protocol::Anthropic => soon(Anthropic::new(Some("m"), endpoint).unwrap().probe()).await,
        };
        assert_eq!(found.unwrap(), "it answers");
        assert_eq!(player.asked().len(), 2);
    }
}

#[tokio::test]
async fn a_dropped_request_hangs_up() {
    for protocol in BOTH {
        for answer in [silence(), Answer::stream(": wait\n\n").end(End::Silence)] {
            let player = Player::of(vec![answer]).await;
            let (model, request) = (model(protocol, &player), hello());
            let asking = tokio::spawn(async move { model.complete(&request, &|_| ()).await });
            soon(player.came.notified()).await;
            asking.abort();
            soon(player.left.notified()).await;
        }
    }
}

#[tokio::test]
async fn a_reply_that_is_over_does_not_wait_for_the_connection() {
    for protocol in BOTH {
        let recorded = words_and_calls(protocol);
        let player = Player::of(vec![Answer::stream(recorded.replace("data: [DONE]\n\n", "")).end(End::Silence)]).await;
        let reply = ask(&*model(protocol, &player), &hello()).await.0.unwrap();
        assert_eq!(reply.calls.len(), 2);
    }
}

#[tokio::test]
async fn tokens_outcomes_and_seconds_are_counted() {
    let player =
        Player::of(vec![Answer::stream(words_and_calls(Protocol::OpenAi)), Answer::of("401 No", "text/plain", "no")])
            .await;
    let endpoint =
        Endpoint { base_url: Some(player.address.clone()), patience: Duration::from_secs(9), ..Endpoint::default() };
    let model = OpenAi::new(Some("counted"), endpoint).unwrap();
    for _ in 0..2 {
        drop(ask(&model, &hello()).await);
    }
    let gathered = prometheus::gather();
    let value = |family: &str, label: &str| {
        let family = gathered.iter().find(|f| f.name() == family).unwrap();
        let labelled = |m: &&prometheus::proto::Metric| {
            let labels: Vec<_> = m.get_label().iter().map(|l| l.value().to_owned()).collect();
            labels.contains(&"openai:counted".to_owned()) && (label.is_empty() || labels.contains(&label.to_owned()))
        };
        let metric = family.get_metric().iter().find(labelled).unwrap();
        if label.is_empty() {
            metric.get_histogram().get_sample_count()
        } else {
            metric.get_counter().get_value() as u64
        }
    };
    let tokens = "steward_model_tokens_total";
    assert_eq!((value(tokens, "input"), value(tokens, "cached"), value(tokens, "output")), (9, 5, 4));
    let requests = "steward_model_requests_total";
    assert_eq!((value(requests, "done"), value(requests, "refused")), (1, 1));
    assert_eq!(value("steward_model_seconds", ""), 2);
}
