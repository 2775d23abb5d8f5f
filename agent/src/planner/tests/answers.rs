//! How results are worded.

use serde_json::json;

use crate::planner::answer;

#[test]
fn a_superlative_leads_with_its_row() {
    let money = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let output = json!({ "as_of": "2026-11-20", "total": money("1300.00"), "rows": [
        { "customer": { "id": "1", "name": "Acme" }, "current": money("300.00"), "days_30": money("0.00"), "total": money("300.00") },
        { "customer": { "id": "2", "name": "Globex" }, "current": money("100.00"), "days_30": money("900.00"), "total": money("1000.00") },
    ]});
    let said = answer(
        "Who owes us the most money?",
        "accounting.reports.aged_receivables",
        &output,
        "2 customers owe 1300.00 EUR.",
    );
    assert!(said.starts_with("Globex: total 1000.00 EUR."), "{said}");
    assert!(said.contains("| customer |"), "{said}");
    assert!(answer("how much do they owe us in total?", "x.y.z", &output, "").starts_with("In total: 1300.00 EUR."));
    assert!(
        answer("who owes us money?", "x.y.z", &output, "2 customers owe 1300.00 EUR.").starts_with("2 customers owe")
    );
}

#[test]
fn only_complete_lists_are_counted() {
    let rows: Vec<_> = (0..50).map(|n| json!({ "id": n.to_string(), "name": format!("Party {n}") })).collect();
    let whole = json!({ "items": rows, "next_cursor": null });
    assert_eq!(answer("how many customers do we have?", "directory.parties.list", &whole, ""), "50 parties.");
    let part = json!({ "items": rows, "next_cursor": "abc" });
    assert!(answer("how many customers do we have?", "directory.parties.list", &part, "").starts_with("More than 50"));
    assert!(answer("list customers", "directory.parties.list", &part, "Parties.").ends_with("ask for the rest."));
    let known = json!({ "items": rows, "next_cursor": "abc", "total": 123 });
    assert_eq!(answer("how many customers do we have?", "directory.parties.list", &known, ""), "123 parties.");
}

#[test]
fn dates_decide_the_oldest_and_names_do_not_break_the_table() {
    let output = json!({ "items": [
        { "number": "INV-1", "date": "2026-03-01", "totals": { "gross": { "amount": "9.00", "currency": "EUR" } }, "customer": { "name": "A | B" } },
        { "number": "INV-2", "date": "2026-01-15", "totals": { "gross": { "amount": "100.00", "currency": "EUR" } }, "customer": { "name": "C" } },
    ], "next_cursor": null });
    assert!(answer("what is the oldest invoice?", "a.b.list", &output, "").starts_with("INV-2"));
    assert!(answer("the largest invoice of last month", "a.b.list", &output, "").starts_with("INV-2"));
    assert!(answer("list invoices", "a.b.list", &output, "2 invoices.").contains("A / B"));
    assert_eq!(answer("list", "a.b.list", &json!({ "items": [] }), "No invoices."), "No invoices.");
    let one = answer("show it", "a.b.get", &json!({ "id": "x", "name": "Globex", "phone": "123" }), "Globex");
    assert_eq!(one, "Globex\n- phone: 123");
}
