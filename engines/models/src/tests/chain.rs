//! Several models, some of which do not answer.

use std::time::Duration;

use super::player::{Answer, Player};
use super::*;
use crate::Chain;

fn good(protocol: Protocol) -> Answer {
    Answer::stream(words_and_calls(protocol))
}

fn chain(players: &[(Protocol, &Player)], pause: Duration) -> Chain {
    let models = players.iter().map(|(protocol, player)| model(*protocol, player)).collect();
    Chain::new(models).unwrap().paused_for(pause)
}

const LONG: Duration = Duration::from_secs(600);

#[tokio::test]
async fn the_next_one_answers_and_who_failed_is_left_alone_for_a_while() {
    let down = Player::of(vec![Answer::of("500 No", "text/plain", "no"), good(Protocol::Anthropic)]).await;
    let up = Player::of(vec![good(Protocol::OpenAi)]).await;
    let players = [(Protocol::Anthropic, &down), (Protocol::OpenAi, &up)];
    let chained = chain(&players, LONG);
    assert_eq!(chained.name(), "anthropic:m,openai:m");
    for _ in 0..3 {
        let (reply, said) = ask(&chained, &hello()).await;
        assert_eq!((reply.unwrap().model.as_str(), said.as_str()), ("openai:m", "Grüß Gott €"));
    }
    assert_eq!((down.asked().len(), up.asked().len()), (1, 3));
    // a pause ends
    let patient = chain(&players, Duration::ZERO);
    assert_eq!(ask(&patient, &hello()).await.0.unwrap().model, "anthropic:m");
}

#[tokio::test]
async fn a_moment_is_waited_for_who_is_busy_and_no_longer() {
    let moment = || Answer::of("429 Busy", "text/plain", "").header("retry-after: 0");
    let long = Answer::of("429 Busy", "text/plain", "").header("retry-after: 60");
    let (busy, busier) = (Player::of(vec![moment(), good(Protocol::OpenAi)]).await, Player::of(vec![long]).await);
    let always = Player::of(vec![moment()]).await;
    let reply = ask(&chain(&[(Protocol::OpenAi, &busy)], LONG), &hello()).await.0;
    assert_eq!((reply.unwrap().calls.len(), busy.asked().len()), (2, 2));
    for (player, times) in [(&busier, 1), (&always, 2)] {
        let chained = chain(&[(Protocol::OpenAi, player)], LONG);
        for _ in 0..2 {
            let error = ask(&chained, &hello()).await.0.unwrap_err();
            assert!(matches!(error, ModelError::Busy { .. }), "{error}");
        }
        assert_eq!(player.asked().len(), times, "while it is paused it is not asked");
    }
}

#[tokio::test]
async fn nobody_takes_over_in_mid_sentence() {
    let recorded = words_and_calls(Protocol::OpenAi);
    let cut = Player::of(vec![Answer::stream(&recorded[..recorded.find("tool_calls").unwrap()])]).await;
    let other = Player::of(vec![good(Protocol::Anthropic)]).await;
    let chained = chain(&[(Protocol::OpenAi, &cut), (Protocol::Anthropic, &other)], LONG);
    let (reply, said) = ask(&chained, &hello()).await;
    assert_eq!(
        (reply.unwrap_err().to_string().as_str(), said.as_str()),
        ("openai:m answered something that is no reply: it was cut off", "Grüß Gott €")
    );
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn what_one_request_did_wrong_pauses_nobody() {
    let large = Answer::of("413 Large", "text/plain", "too large");
    let empty = Answer::json(&json!({"choices": []}));
    let player = Player::of(vec![large, empty, good(Protocol::OpenAi)]).await;
    let other = Player::of(vec![good(Protocol::Anthropic)]).await;
    let chained = chain(&[(Protocol::OpenAi, &player), (Protocol::Anthropic, &other)], LONG);
    for expected in ["anthropic:m", "anthropic:m", "openai:m"] {
        assert_eq!(ask(&chained, &hello()).await.0.unwrap().model, expected);
    }
    assert!(Chain::new(Vec::new()).is_none());
}
