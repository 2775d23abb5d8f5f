//! Every way of being broken is one of our few errors: never a panic, never a hang.

use std::time::Duration;

use super::player::{Answer, End, Player, silence};
use super::*;
use crate::Broken;

/// An error in short.
fn short(error: &ModelError) -> String {
    match error {
        ModelError::Unreachable { .. } => "unreachable".to_owned(),
        ModelError::Busy { retry_after, .. } => format!("busy {}", retry_after.map_or(0, |after| after.as_secs())),
        ModelError::Refused { status, .. } => format!("refused {status}"),
        ModelError::Broken { broken: Broken::Protocol(_), .. } => "protocol".to_owned(),
        ModelError::Broken { broken: Broken::Empty, .. } => "empty".to_owned(),
        ModelError::Broken { broken: Broken::Cut, .. } => "cut".to_owned(),
    }
}

const PAGE: &str = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";

#[tokio::test]
async fn every_wrong_answer_has_a_name() {
    let json = |status: &str, body: Value| Answer::of(status, "application/json", body.to_string());
    let error = |kind: &str| json!({"error": {"message": format!("it says {KEY}"), "type": kind}});
    let cases = [
        ("an error in a good answer", json("200 OK", error("invalid_request_error")), "refused 400"),
        ("no key, in a good answer", json("200 OK", error("authentication_error")), "refused 401"),
        ("overloaded, in a good answer", json("200 OK", error("overloaded_error")), "busy 0"),
        ("a number as the code", json("200 OK", json!({"error": {"message": "slow down", "code": 429}})), "busy 0"),
        ("an error in words", json("200 OK", json!({"error": "model not loaded"})), "unreachable"),
        (
            "an error in a list",
            json("400 Bad Request", json!([{"error": {"code": 400, "message": "no"}}])),
            "refused 400",
        ),
        ("a page", Answer::of("200 OK", "text/html", PAGE), "protocol"),
        ("text", Answer::of("200 OK", "text/plain", "It works!"), "protocol"),
        ("text that begins like a field", Answer::of("200 OK", "text/plain", "dat"), "cut"),
        ("nothing", Answer::of("200 OK", "application/json", ""), "empty"),
        ("white space", Answer::stream("\n\n  \n"), "empty"),
        ("only comments", Answer::stream(": a\n\n: b\n\n"), "cut"),
        ("an empty object", json("200 OK", json!({})), "protocol"),
        ("a list", json("200 OK", json!([1, 2])), "protocol"),
        ("something else", json("200 OK", json!({"choices": 1, "content": 2})), "protocol"),
        ("nothing said", json("200 OK", json!({"choices": [], "content": []})), "empty"),
        ("half a document", Answer::of("200 OK", "application/json", r#"{"choices": [{"#), "cut"),
        ("rubbish in an object", Answer::of("200 OK", "application/json", "{]"), "protocol"),
        ("an event that is no JSON", Answer::stream("data: {]\n\n"), "protocol"),
        ("too deep", Answer::of("200 OK", "application/json", "[".repeat(100_000)), "protocol"),
        ("no content", Answer::of("204 No Content", "text/plain", ""), "empty"),
        ("elsewhere", Answer::of("301 Moved", "text/html", "").header("location: http://127.0.0.1:1/"), "refused 301"),
        ("no key", json("401 Unauthorized", error("authentication_error")), "refused 401"),
        ("no such model", json("404 Not Found", error("not_found_error")), "refused 404"),
        ("too large", Answer::of("413 Too Large", "text/html", PAGE), "refused 413"),
        ("too many", Answer::of("429 Too Many", "text/plain", "").header("retry-after: 7"), "busy 7"),
        (
            "too many, until a date",
            Answer::of("429 Too Many", "text/plain", "").header("retry-after: Fri, 31 Dec 1999 23:59:59 GMT"),
            "busy 0",
        ),
        ("no money", json("429 Too Many", error("insufficient_quota")), "refused 429"),
        ("a broken server", Answer::of("500 Internal Server Error", "text/html", PAGE), "unreachable"),
        ("a gateway", Answer::of("502 Bad Gateway", "text/html", PAGE), "unreachable"),
        ("loading", json("503 Unavailable", error("unavailable_error")), "busy 0"),
        ("overloaded", json("529 Overloaded", error("overloaded_error")), "busy 0"),
        ("half an error", Answer::of("400 Bad Request", "application/json", "{").end(End::Short), "refused 400"),
        ("half a body", Answer::of("200 OK", "application/json", "{").end(End::Short), "cut"),
        ("no HTTP", Answer::of("what?", "\r\n\r\n", ""), "unreachable"),
        ("an endless event", Answer::stream(format!("data: \"{}", "a".repeat(4_100_000))), "protocol"),
        (
            "an endless document",
            Answer::of("200 OK", "application/json", format!("[\"{}", "a".repeat(4_100_000))),
            "protocol",
        ),
        ("an endless page of nothing", Answer::stream("\n".repeat(4_100_000)), "protocol"),
    ];
    for protocol in BOTH {
        for (name, answer, expected) in &cases {
            let player = Player::of(vec![answer.clone()]).await;
            let (model, request) = (model(protocol, &player), hello());
            let asked = tokio::time::timeout(Duration::from_secs(30), ask(&*model, &request)).await;
            let Ok((Err(error), _)) = asked else { panic!("{protocol:?}: {name} hangs, or is no error") };
            assert_eq!(short(&error), *expected, "{protocol:?}: {name}: {error}");
            assert!(!error.to_string().contains(KEY), "{error}");
            assert!(error.to_string().len() < 500, "{error}");
        }
    }
}

#[tokio::test]
async fn an_error_in_mid_stream_ends_the_reply() {
    for protocol in BOTH {
        let recorded = words_and_calls(protocol);
        let half = recorded.find("Gott").unwrap();
        let begun = &recorded[..recorded[..half].rfind("\n\n").unwrap() + 2];
        for (event, expected) in [
            (r#"data: {"error": {"message": "out of memory", "type": "server_error", "code": 500}}"#, "unreachable"),
            (
                "event: error\ndata: {\"type\": \"error\", \"error\": {\"type\": \"overloaded_error\", \"message\": \"Overloaded\"}}",
                "busy 0",
            ),
            ("event: error\ndata: {\"message\": \"no\", \"code\": 400}", "refused 400"),
            ("data: <html>", "protocol"),
        ] {
            let player = Player::of(vec![Answer::stream(format!("{begun}{event}\n\n"))]).await;
            let (reply, said) = ask(&*model(protocol, &player), &hello()).await;
            assert_eq!(
                (short(&reply.unwrap_err()).as_str(), said.as_str()),
                (expected, "Grüß "),
                "{protocol:?} {event}"
            );
            assert_eq!(player.asked().len(), 1, "nobody is asked again in mid-sentence");
        }
    }
}

#[tokio::test]
async fn who_says_nothing_is_not_waited_for_for_ever() {
    for protocol in BOTH {
        let begun = words_and_calls(protocol)[..300].to_owned();
        for answer in [silence(), Answer::stream("").end(End::Silence), Answer::stream(begun).end(End::Silence)] {
            let player = Player::of(vec![answer]).await;
            let model = model_at(protocol, &player.address, Duration::from_millis(150));
            let error = ask(&*model, &hello()).await.0.unwrap_err();
            assert_eq!(short(&error), "unreachable", "{protocol:?} {error}");
        }
    }
}

#[tokio::test]
async fn who_never_comes_to_an_end_is_left() {
    for protocol in BOTH {
        let comments = Answer::stream(": patience\n\n".repeat(300_000)).pieces(12);
        let player = Player::of(vec![comments]).await;
        let error =
            ask(&*model_at(protocol, &player.address, Duration::from_millis(100)), &hello()).await.0.unwrap_err();
        assert_eq!(short(&error), "unreachable", "{protocol:?} {error}");
    }
}

#[tokio::test]
async fn who_is_not_there_or_speaks_no_tls_cannot_be_reached() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for protocol in BOTH {
        let player = Player::of(vec![Answer::stream("")]).await;
        for address in [
            format!("http://{closed}"),
            player.address.replace("http", "https"),
            "http://no-such-host.invalid".to_owned(),
        ] {
            let error = ask(&*model_at(protocol, &address, Duration::from_secs(1)), &hello()).await.0.unwrap_err();
            assert_eq!(short(&error), "unreachable", "{protocol:?} {address} {error}");
        }
    }
}
