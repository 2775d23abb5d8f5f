//! A stream that ends too early, anywhere.

use super::player::{Answer, End, Player};
use super::*;
use crate::Broken;

/// From this byte on the reply is over: the event that says why it ended is all there.
fn over(protocol: Protocol, recorded: &str) -> usize {
    let mark = if protocol == Protocol::OpenAi { "\"finish_reason\":\"tool_calls\"" } else { "\"stop_reason\":" };
    let from = recorded.rfind(mark).unwrap();
    from + recorded[from..].find('\n').unwrap()
}

#[tokio::test]
async fn a_stream_cut_at_any_byte_is_cut_or_complete_and_nothing_between() {
    for protocol in BOTH {
        let recorded = words_and_calls(protocol);
        let over = over(protocol, &recorded);
        let whole = {
            let player = Player::of(vec![Answer::stream(recorded.clone())]).await;
            ask(&*model(protocol, &player), &hello()).await.0.unwrap()
        };
        // at every byte where the connection is closed in good order; where it breaks, at every fifth
        for (end, step) in [(End::Clean, 1), (End::Short, 5)] {
            let bytes = recorded.clone().into_bytes();
            let player = Player::playing(move |at, _| Answer::stream(&bytes[..at * step]).end(end)).await;
            let model = model(protocol, &player);
            for at in (0..recorded.len()).step_by(step) {
                let (reply, said) = ask(&*model, &hello()).await;
                assert!(whole.text.starts_with(&said), "{said}");
                match reply {
                    Ok(reply) => {
                        assert!(at >= over, "{protocol:?} {at}");
                        assert_eq!((&reply.text, &reply.calls, reply.stop), (&whole.text, &whole.calls, whole.stop));
                    }
                    Err(ModelError::Broken { broken: Broken::Cut, .. }) => assert!(at < over, "{protocol:?} {at}"),
                    Err(ModelError::Broken { broken: Broken::Empty, .. }) => assert_eq!(at, 0),
                    Err(error) => panic!("{protocol:?} {at}: {error}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn an_end_without_a_reason_counts_where_the_end_itself_is_told() {
    for (protocol, reason, end) in [
        (Protocol::OpenAi, "\"finish_reason\":\"tool_calls\"", "data: [DONE]"),
        (Protocol::Anthropic, "\"stop_reason\":\"tool_use\"", "event: message_stop"),
    ] {
        let recorded = words_and_calls(protocol);
        for without in ["\"x\":null", "\"finish_reason\":\"\""] {
            let told = recorded.replace(reason, without);
            let player =
                Player::of(vec![Answer::stream(told.clone()), Answer::stream(&told[..told.find(end).unwrap()])]).await;
            let model = model(protocol, &player);
            assert_eq!(ask(&*model, &hello()).await.0.unwrap().calls.len(), 2, "{protocol:?}");
            let cut = ask(&*model, &hello()).await.0.unwrap_err();
            assert!(matches!(cut, ModelError::Broken { broken: Broken::Cut, .. }), "{protocol:?} {cut}");
        }
    }
}

#[tokio::test]
async fn random_bytes_never_panic_or_hang() {
    use proptest::strategy::{Strategy as _, ValueTree as _};
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    // pieces of real streams, in any order, with anything between
    let pieces =
        |protocol| words_and_calls(protocol).split_inclusive(['\n', ',', '{']).map(str::to_owned).collect::<Vec<_>>();
    for protocol in BOTH {
        let strategy = proptest::collection::vec(
            proptest::prop_oneof![4 => proptest::sample::select(pieces(protocol)), 1 => ".{0,5}"],
            0..60,
        );
        for _ in 0..150 {
            let body = strategy.new_tree(&mut runner).unwrap().current().concat();
            let player = Player::of(vec![Answer::stream(body)]).await;
            drop(ask(&*model(protocol, &player), &hello()).await);
        }
    }
}
