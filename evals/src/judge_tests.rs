use super::*;
use crate::client::Called;

fn tools() -> Tools {
    let tool = |name: &str, reads| (name.replace('.', "_"), (name.to_owned(), reads));
    [tool("a.things.list", true), tool("a.things.create", false), tool("a.things.delete", false)].into()
}

fn call(name: &str, arguments: Value) -> Call {
    Call { name: name.to_owned(), arguments }
}

fn called(tool: &str, result: Value) -> Called {
    Called { tool: tool.to_owned(), arguments: json!({}), result }
}

fn preview(effects: Value, result: Value) -> Tried {
    Tried::Preview(json!({"effects": effects, "result": result}))
}

fn proposal(name: &str, quantity: Value) -> Heard {
    let approval =
        json!({"calls": [{"name": name}], "effects": [{"text": "made"}], "result": [{"quantity": quantity}]});
    Heard { approval: Some(approval), text: "Shall I?".into(), ..Heard::default() }
}

fn judged(reference: &[Call], tried: Tried, heard: &Heard) -> Judged {
    calls(&Reference { calls: reference, tried }, &[], heard, &tools()).unwrap()
}

#[test]
fn more_reads_than_needed_do_no_harm() {
    let heard = Heard {
        called: vec![called("a_things_list", json!({"items": [9]})), called("a_things_list", json!({"items": [1, 2]}))],
        ..Heard::default()
    };
    let reference = [call("a.things.list", json!({}))];
    let tried = || preview(json!([]), json!([{"items": [2, 1]}]));
    assert!(judged(&reference, tried(), &heard).passed());
    let sorted = [call("a.things.list", json!({"sort": "-n"}))];
    let judged = judged(&sorted, tried(), &heard);
    assert_eq!((judged.operation, judged.outcome), (Some(true), Some(false)));
}

#[test]
fn numbers_count_by_value() {
    let reference = [call("a.things.create", json!({"quantity": "25"}))];
    let tried = || preview(json!([{"text": "made"}]), json!([{"quantity": "25"}]));
    assert!(judged(&reference, tried(), &proposal("a.things.create", json!("25.0"))).passed());
    let wrong = judged(&reference, tried(), &proposal("a.things.create", json!("26")));
    assert_eq!((wrong.operation, wrong.outcome), (Some(true), Some(false)));
    assert_eq!(wrong.problems, ["another outcome: /result/0/quantity is \"26\", expected \"25\""]);
}

#[test]
fn another_operation_or_none_is_wrong() {
    let reference = [call("a.things.create", json!({}))];
    let tried = || preview(json!([{"text": "made"}]), json!([{"quantity": "1"}]));
    let other = judged(&reference, tried(), &proposal("a.things.delete", json!("2")));
    assert_eq!((other.operation, other.outcome), (Some(false), Some(false)));
    let none = judged(&reference, tried(), &Heard::default());
    assert_eq!(none.problems, ["prepared nothing; expected a.things.create"]);
    let reference = [call("a.things.list", json!({}))];
    let read = judged(&reference, preview(json!([]), json!([{}])), &proposal("a.things.delete", json!("2")));
    assert!(!read.passed(), "a write is prepared where only reading was asked for");
}

#[test]
fn a_tool_that_does_not_exist_is_a_failed_step() {
    let heard = Heard { called: vec![called("a_things_explode", json!(null))], ..Heard::default() };
    assert_eq!(made_up(&heard, &tools()), ["called a_things_explode, which is no tool"]);
    let reference = [call("a.things.list", json!({}))];
    assert!(!judged(&reference, preview(json!([]), json!([{}])), &heard).passed());
}

#[test]
fn a_reference_that_is_refused_is_nobodys_failure() {
    let reference = [call("a.things.create", json!({}))];
    let tried = Tried::Refused(json!({"detail": "no such thing"}));
    let refused = calls(&Reference { calls: &reference, tried }, &[], &Heard::default(), &tools());
    assert!(matches!(refused, Err(EvalError::Suite(_))));
}

#[test]
fn asking_prepares_nothing_and_small_talk_calls_nothing() {
    let of = |asks, nothing| Expect { asks, nothing, ..Expect::default() };
    let read = Heard { called: vec![called("a_things_list", json!({}))], text: "Which?".into(), ..Heard::default() };
    assert!(words(&of(true, false), &read).passed());
    assert!(!words(&of(false, true), &read).passed());
    assert!(!words(&of(true, false), &proposal("a.things.create", json!("1"))).passed());
    assert!(!words(&of(false, true), &Heard::default()).passed(), "it has to say something");
}

#[test]
fn answers_are_looked_for_by_value() {
    let heard = Heard {
        called: vec![called("a_things_list", json!({}))],
        text: "They owe 1234.50 EUR.".into(),
        ..Heard::default()
    };
    let reference = [call("a.things.list", json!({}))];
    let with = |answers: &[Value]| {
        let tried = preview(json!([]), json!([{}]));
        calls(&Reference { calls: &reference, tried }, answers, &heard, &tools()).unwrap().passed()
    };
    assert!(with(&[json!("1,234.5")]));
    assert!(!with(&[json!("1,234.6")]));
}

#[test]
fn the_card_shows_what_its_calls_do() {
    let heard = proposal("a.things.create", json!("1"));
    assert_eq!(card(&heard, &preview(json!([{"text": "made"}]), json!([{"quantity": 1}]))), None);
    assert!(card(&heard, &preview(json!([{"text": "made"}, {"text": "paid"}]), json!([{"quantity": 1}]))).is_some());
}
