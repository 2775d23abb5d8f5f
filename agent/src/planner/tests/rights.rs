//! What somebody may not do is told as such, and half of a message is never planned.

use serde_json::{Value, json};
use steward_tools::Entry;

use super::battery::{catalogue, of, real};
use super::{same, short, table, today, turn};
use crate::model::{Turn, Who};
use crate::planner::{Last, PlannedCall, plan};
use crate::rights;

/// What a message becomes for somebody who may use only these operations.
fn for_one_who_may(keep: fn(&Entry) -> bool, text: &str) -> String {
    let all: Vec<&Entry> = catalogue().iter().collect();
    let tools: Vec<&Entry> = all.iter().copied().filter(|entry| keep(entry)).collect();
    let memory = Value::Null;
    let turn = Turn {
        text,
        tools: &tools,
        all: &all,
        waiting: false,
        today: today(),
        currency: "EUR",
        memory: &memory,
        observed: &[],
        who: Who { name: "Somebody", roles: &[], company: "Demo" },
        interrupted: None,
        say: &|_| {},
        page: crate::Page::none(),
    };
    let decide = |index| super::turn(index, text, None, None);
    short(&rights::judged(decide(&of(keep)), &decide(&real()), &turn))
}

/// A message of somebody with few rights, and the permission it needs.
type Row = (fn(&Entry) -> bool, &'static str, &'static str);

fn directory_only(entry: &Entry) -> bool {
    entry.parts().0 == "directory"
}

fn nothing_final(entry: &Entry) -> bool {
    entry.op.effect() != steward_tools::Effect::Final
}

fn no_audit(entry: &Entry) -> bool {
    entry.parts().0 != "audit"
}

#[test]
fn the_missing_permission_is_named() {
    let table: &[Row] = &[
        (directory_only, "Who owes us the most money?", "accounting.reports.aged_receivables (accounting.read)"),
        (directory_only, "post INV-2026-00042", "accounting.invoices.post (accounting.final)"),
        (nothing_final, "credit INV-2026-00042 because it is wrong", "accounting.invoices.credit (accounting.final)"),
        (nothing_final, "credit INV-2026-00042", "accounting.invoices.credit (accounting.final)"),
        (nothing_final, "Globex paid 500", "accounting.payments.receive (accounting.final)"),
        (
            nothing_final,
            "Invoice Globex Industries SE for 1 chair at 10 and post it",
            "accounting.invoices.post (accounting.final)",
        ),
        (no_audit, "who changed Testfirma Nord?", "audit.calls.list (audit.read)"),
        (no_audit, "history of INV-2026-00042", "audit.calls.list (audit.read)"),
    ];
    for (may, text, permission) in table {
        let got = for_one_who_may(*may, text);
        assert_eq!(
            got,
            format!("say You may not do that: it needs the permission {permission}. Nothing was done."),
            "{text}"
        );
    }
}

#[test]
fn what_is_permitted_is_planned_as_ever() {
    let list = for_one_who_may(directory_only, "list customers");
    assert!(same(&list, r#"directory.parties.list {"kind":"customer"}"#), "{list}");
    let draft = for_one_who_may(nothing_final, "Invoice Globex Industries SE for 1 chair at 10");
    assert!(draft.starts_with("accounting.invoices.create {"), "{draft}");
    assert!(for_one_who_may(directory_only, "what's the weather").starts_with("say I did not"));
}

fn last(name: &str, arguments: Value, result: Value, done: bool) -> Last {
    Last { calls: vec![PlannedCall { name: name.to_owned(), arguments }], results: vec![result], done }
}

#[test]
fn small_talk_goes_on_with_nothing() {
    let row = json!({ "id": "0190-a", "name": "Globex" });
    let before = [
        last("directory.parties.get", json!({ "id": "Globex" }), row.clone(), true),
        last("directory.parties.list", json!({}), json!({ "items": [row] }), true),
        last("accounting.reports.aged_receivables", json!({ "customer": "Globex" }), json!({ "customers": [] }), true),
        last("audit.calls.list", json!({ "record": "Globex" }), json!({ "items": [] }), true),
    ];
    let index = real();
    for last in &before {
        for text in [
            "what's the weather",
            "tell me a joke",
            "book a flight to Rome",
            "what is the capital of France?",
            "show me the moon",
            "what is love",
            "sing a song",
            "how old are you?",
        ] {
            let got = short(&turn(&index, text, None, Some(last)));
            assert!(got.starts_with("say "), "after {}: {text} became {got}", last.calls[0].name);
        }
    }
}

#[test]
fn what_was_done_to_what_was_spoken_of() {
    let index = real();
    let shown = last("directory.parties.get", json!({ "id": "Globex" }), json!({ "id": "0190-a" }), true);
    table(
        &index,
        Some(&shown),
        &[
            ("who changed it?", r#"audit.calls.list {"record":"0190-a"}"#),
            ("who changed globex?", r#"audit.calls.list {"record":"globex"}"#),
            ("and what happened to INV-2026-00042?", r#"audit.calls.list {"record":"INV-2026-00042"}"#),
        ],
    );
}

#[test]
fn a_proposal_is_revised() {
    let index = real();
    let lines = json!([{ "description": "consulting", "quantity": "3", "unit": "hours", "unit_price": "120" }]);
    let drafted = last("accounting.invoices.create", json!({ "customer": "Globex", "lines": lines }), json!({}), false);
    let revised = |quantity: &str, price: &str, due: &str| {
        format!(
            r#"accounting.invoices.create {{"customer":"Globex",{due}"lines":[{{"description":"consulting","quantity":"{quantity}","unit":"hours","unit_price":"{price}"}}]}}"#
        )
    };
    for (text, want) in [
        ("make it 4 hours", revised("4", "120", "")),
        ("due in 14 days instead", revised("3", "120", r#""due_date":"2026-12-04","#)),
        ("change the price to 130", revised("3", "130", "")),
        ("set the quantity to 5", revised("5", "120", "")),
        ("no, at 99.50", revised("3", "99.50", "")),
    ] {
        let got = short(&turn(&index, text, None, Some(&drafted)));
        assert!(same(&got, &want), "{text}\n   got  {got}\n   want {want}");
    }
    assert!(short(&turn(&index, "make it 40", None, Some(&drafted))).starts_with("ask What should become 40?"));
}

#[test]
fn a_typed_yes_is_no_decision() {
    let index = real();
    let drafted = last("accounting.invoices.post", json!({ "id": "INV-2026-00042" }), json!({}), false);
    for text in ["yes", "yes please", "ok", "no", "okay!"] {
        let cx = crate::planner::Context {
            today: today(),
            index: &index,
            currency: "EUR",
            pending: None,
            last: Some(&drafted),
            waiting: true,
            page: crate::Page::none(),
            paged: false,
        };
        let got = short(&plan(text, &cx));
        assert!(got.starts_with("say ") && got.contains("approve or reject"), "{text}: {got}");
    }
}
