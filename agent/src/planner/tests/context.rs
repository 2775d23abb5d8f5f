//! Turns that lean on the turn before: pronouns, follow-ups, amendments, answers to questions.

use serde_json::{Value, json};

use super::fixture::{all, index};
use super::{same, short, table, turn};
use crate::planner::{Candidate, Decision, Last, PlannedCall, ask_candidates, found};

fn last(name: &str, arguments: Value, result: Value, done: bool) -> Last {
    Last { calls: vec![PlannedCall { name: name.to_owned(), arguments }], results: vec![result], done }
}

fn drafted() -> Last {
    let lines = json!([{ "description": "consulting", "quantity": "3", "unit": "hours", "unit_price": "120" }]);
    last(
        "accounting.invoices.create",
        json!({ "customer": "Globex", "lines": lines }),
        json!({ "id": "0190-draft", "status": "draft" }),
        true,
    )
}

#[test]
fn it_is_what_was_spoken_of() {
    let index = index(&all());
    table(
        &index,
        Some(&drafted()),
        &[
            ("post it", r#"accounting.invoices.post {"id":"0190-draft"}"#),
            ("ok, post it", r#"accounting.invoices.post {"id":"0190-draft"}"#),
            ("now post the invoice", r#"accounting.invoices.post {"id":"0190-draft"}"#),
            ("please post that one", r#"accounting.invoices.post {"id":"0190-draft"}"#),
            ("delete the draft", r#"accounting.invoices.delete {"id":"0190-draft"}"#),
            ("delete it", r#"accounting.invoices.delete {"id":"0190-draft"}"#),
            ("show it", r#"accounting.invoices.get {"id":"0190-draft"}"#),
            ("post it on 1 December", r#"accounting.invoices.post {"date":"2026-12-01","id":"0190-draft"}"#),
            ("undo that", "undo"),
            ("please undo the last change", "undo"),
            ("revert", "undo"),
            ("thanks!", "say …"),
            (
                "invoice them for 2 days of training at 800",
                r#"accounting.invoices.create {"customer":"Globex","lines":[{"description":"training","quantity":"2","unit":"days","unit_price":"800"}]}"#,
            ),
            ("make it 40", "say That is already done…"),
        ],
    );
}

#[test]
fn filters_carry_over() {
    let index = index(&all());
    let listed = last(
        "accounting.invoices.list",
        json!({ "customer": "Acme", "overdue": true }),
        json!({ "items": [], "next_cursor": null }),
        true,
    );
    table(
        &index,
        Some(&listed),
        &[
            ("and for Globex?", r#"accounting.invoices.list {"customer":"Globex","overdue":true}"#),
            ("what about Globex?", r#"accounting.invoices.list {"customer":"Globex","overdue":true}"#),
            (
                "and in September?",
                r#"accounting.invoices.list {"customer":"Acme","date_from":"2026-09-01","date_to":"2026-09-30","overdue":true}"#,
            ),
            (
                "only those over 500",
                r#"accounting.invoices.list {"amount_min":"500","customer":"Acme","overdue":true}"#,
            ),
            ("same for Helios Solar", r#"accounting.invoices.list {"customer":"Helios Solar","overdue":true}"#),
        ],
    );
    let report = last("accounting.reports.aged_receivables", json!({}), json!({ "rows": [] }), true);
    table(
        &index,
        Some(&report),
        &[
            ("and at the end of last month?", r#"accounting.reports.aged_receivables {"as_of":"2026-10-31"}"#),
            ("what about Globex", r#"accounting.reports.aged_receivables {"customer":"Globex"}"#),
        ],
    );
}

#[test]
fn a_plan_that_waits_can_be_changed() {
    let index = index(&all());
    let paid = last("accounting.payments.receive", json!({ "customer": "Globex", "amount": "400" }), json!({}), false);
    table(
        &index,
        Some(&paid),
        &[
            ("make it 40", r#"accounting.payments.receive {"amount":"40","customer":"Globex"}"#),
            ("no, 450.50", r#"accounting.payments.receive {"amount":"450.50","customer":"Globex"}"#),
            (
                "change it to yesterday",
                r#"accounting.payments.receive {"amount":"400","customer":"Globex","date":"2026-11-19"}"#,
            ),
        ],
    );
    let mut drafted = drafted();
    drafted.done = false;
    table(
        &index,
        Some(&drafted),
        &[
            (
                "make it 4 hours",
                r#"accounting.invoices.create {"customer":"Globex","lines":[{"description":"consulting","quantity":"4","unit":"hours","unit_price":"120"}]}"#,
            ),
            ("make it 40", "ask What should become 40?…"),
        ],
    );
}

fn pending(text: &str) -> crate::planner::Pending {
    match turn(&index(&all()), text, None, None) {
        Decision::Ask { pending, .. } => pending,
        other => panic!("{text}: {}", short(&other)),
    }
}

/// Rows of `(request that asks, answer, expected)`.
fn answers(rows: &[(&str, &str, &str)]) {
    let index = index(&all());
    let mut wrong = Vec::new();
    for (request, reply, want) in rows {
        let open = pending(request);
        let stored: crate::planner::Pending = serde_json::from_str(&serde_json::to_string(&open).unwrap()).unwrap();
        let got = short(&turn(&index, reply, Some(&stored), None));
        let ok = match want.strip_suffix('…') {
            Some(start) => got.starts_with(start),
            None => same(&got, want),
        };
        if !ok {
            wrong.push(format!("{request} / {} / {reply}\n   got  {got}\n   want {want}", open.question));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn answers_complete_the_request() {
    let invoice = r#"accounting.invoices.create {"customer":"Globex","lines":[{"description":"hours","quantity":"3","unit":"hours","unit_price":"120"}]}"#;
    answers(&[
        ("Invoice Globex", "3 hours at 120", invoice),
        (
            "Invoice Globex",
            "2 licences at 49.90 and 1 setup at 300, due in 14 days",
            r#"accounting.invoices.create {"customer":"Globex","due_date":"2026-12-04","lines":[{"description":"licences","quantity":"2","unit_price":"49.90"},{"description":"setup","quantity":"1","unit_price":"300"}]}"#,
        ),
        ("Invoice Globex", "no, forget it", "say …"),
        ("Invoice Globex", "cancel", "say …"),
        ("Invoice Globex", "who owes us money?", "accounting.reports.aged_receivables {}"),
        (
            "credit INV-2026-00042",
            "wrong price",
            r#"accounting.invoices.credit {"id":"INV-2026-00042","reason":"wrong price"}"#,
        ),
        (
            "credit INV-2026-00042",
            "Because the customer returned the goods.",
            r#"accounting.invoices.credit {"id":"INV-2026-00042","reason":"the customer returned the goods"}"#,
        ),
        (
            "new invoice for 3 hours of consulting at 120",
            "Globex",
            r#"accounting.invoices.create {"customer":"Globex","lines":[{"description":"consulting","quantity":"3","unit":"hours","unit_price":"120"}]}"#,
        ),
        (
            "new invoice for 3 hours of consulting at 120",
            "for Smith & Sons",
            r#"accounting.invoices.create {"customer":"Smith & Sons","lines":[{"description":"consulting","quantity":"3","unit":"hours","unit_price":"120"}]}"#,
        ),
        (
            "invoice Globex for 3 hours of consulting",
            "120",
            r#"accounting.invoices.create {"customer":"Globex","lines":[{"description":"consulting","quantity":"3","unit":"hours","unit_price":"120"}]}"#,
        ),
        (
            "record a payment from Globex",
            "1.200,50",
            r#"accounting.payments.receive {"amount":"1200.50","customer":"Globex"}"#,
        ),
        (
            "add Helios Solar to the parties",
            "customer",
            r#"directory.parties.create {"kinds":["customer"],"name":"Helios Solar"}"#,
        ),
        ("post the invoice", "INV-2026-00042", r#"accounting.invoices.post {"id":"INV-2026-00042"}"#),
        (
            "create an invoice",
            "Globex, 3 hours of consulting at 120",
            r#"accounting.invoices.create {"customer":"Globex","lines":[{"description":"consulting","quantity":"3","unit":"hours","unit_price":"120"}]}"#,
        ),
    ]);
}

#[test]
fn candidates_are_chosen_as_people_choose() {
    let index = index(&all());
    let calls = vec![PlannedCall { name: "directory.parties.get".to_owned(), arguments: json!({ "id": "Acme" }) }];
    let candidates = |n: usize| {
        [("a", "Acme Logistics"), ("b", "Acme Foods Ltd"), ("c", "Acmetron")]
            .iter()
            .take(n)
            .map(|(id, label)| Candidate { id: (*id).to_owned(), label: (*label).to_owned() })
            .collect::<Vec<_>>()
    };
    let reply = |n: usize, text: &str| {
        let Decision::Ask { pending, .. } = ask_candidates(calls.clone(), 0, "/id", "Acme", candidates(n)) else {
            panic!()
        };
        short(&turn(&index, text, Some(&pending), None))
    };
    for (n, text, id) in [
        (3, "2", "b"),
        (3, "the second", "b"),
        (3, "the second one", "b"),
        (3, "Acme Logistics", "a"),
        (3, "logistics", "a"),
        (3, "number 3", "c"),
        (3, "the last one", "c"),
        (1, "yes", "a"),
        (1, "yes please", "a"),
        (3, "Acme Fods Ltd", "b"),
        (3, "#1", "a"),
    ] {
        assert_eq!(reply(n, text), format!(r#"directory.parties.get {{"id":"{id}"}}"#), "{text}");
    }
    assert!(reply(3, "none of them").starts_with("say"));
    assert!(reply(1, "no").starts_with("say"));
    assert!(reply(3, "hm").starts_with("ask"));
    assert_eq!(reply(3, "no, Globex"), r#"directory.parties.get {"id":"Globex"}"#);
}

#[test]
fn a_look_up_finds_the_record_that_was_described() {
    let calls = vec![PlannedCall { name: "accounting.invoices.post".to_owned(), arguments: json!({}) }];
    let row = |id: &str| json!({ "id": id, "status": "draft", "customer": { "name": "Globex" } });
    let one = found(calls.clone(), 0, "/id", "Globex", &json!({ "items": [row("x")] }));
    assert_eq!(short(&one), r#"accounting.invoices.post {"id":"x"}"#);
    assert!(
        short(&found(calls.clone(), 0, "/id", "Globex", &json!({ "items": [row("x"), row("y")] }))).starts_with("ask")
    );
    assert!(short(&found(calls, 0, "/id", "Globex", &json!({ "items": [] }))).starts_with("say"));
}
