//! How results are worded.

use serde_json::{Value, json};

use crate::planner::{self, PlannedCall};

fn answer(text: &str, operation: &str, output: &Value, sentence: &str) -> String {
    told(text, operation, &json!({}), output, sentence)
}

fn told(text: &str, operation: &str, arguments: &Value, output: &Value, sentence: &str) -> String {
    let call = PlannedCall { name: operation.to_owned(), arguments: arguments.clone() };
    planner::answer(text, &call, output, sentence)
}

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
    assert!(said.contains("| customer | "), "{said}");
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
    assert!(
        answer("list customers", "directory.parties.list", &part, "Parties.")
            .ends_with("20 of the first 50 shown; more follow. Narrow it down to see the rest.")
    );
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

fn invoice(number: &str, status: &str, gross: &str, open: &str) -> Value {
    let money = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    json!({ "id": number, "number": number, "customer": { "id": "c", "name": "Globex" }, "status": status,
            "totals": { "gross": money(gross), "tax": money("0.00"), "open": money(open) } })
}

#[test]
fn tables_leave_out_what_says_nothing() {
    let items = [invoice("INV-1", "paid", "100.00", "0.00"), invoice("INV-2", "posted", "20.50", "20.50")];
    let output = json!({ "items": items, "next_cursor": null });
    let arguments = json!({ "customer": "Globex" });
    let said = told("list invoices of Globex", "a.invoices.list", &arguments, &output, "2 invoices.");
    assert!(said.contains("| number | status | gross EUR | open EUR |"), "{said}");
    assert!(said.contains("|     20.50 |    20.50 |"), "{said}");
    let one = json!({ "items": [invoice("INV-1", "paid", "100.00", "0.00")], "next_cursor": null });
    let said = told("list invoices of Globex", "a.invoices.list", &arguments, &one, "1 invoice.");
    assert_eq!(said, "1 invoice.\n- number: INV-1\n- status: paid\n- gross: 100.00 EUR");
}

#[test]
fn a_filter_the_list_does_not_have_is_told() {
    let items = [invoice("INV-1", "paid", "100.00", "0.00"), invoice("INV-2", "posted", "20.50", "20.50")];
    let output = json!({ "items": items, "next_cursor": null });
    let said = answer("unpaid invoices", "a.invoices.list", &output, "2 invoices.");
    assert!(said.starts_with("1 of 2 invoices have an amount in “open”."), "{said}");
    assert!(!said.contains("INV-1"), "{said}");
}

#[test]
fn complete_rows_are_added_up_exactly() {
    let items = [invoice("INV-1", "paid", "100.10", "0.00"), invoice("INV-2", "posted", "20.25", "20.25")];
    let output = json!({ "items": items, "next_cursor": null });
    let said = answer("how much did we invoice Globex this year?", "a.invoices.list", &output, "2 invoices.");
    let lead = "In total: gross 120.35 EUR (paid 100.10 EUR, posted 20.25 EUR), added up from the 2 rows.";
    assert!(said.starts_with(lead), "{said}");
    let part = json!({ "items": output["items"], "next_cursor": "x" });
    assert!(answer("how much did we invoice?", "a.invoices.list", &part, "").starts_with("The list goes on"));
}

#[test]
fn a_question_about_a_record_is_answered_first() {
    let mut record = invoice("INV-2", "posted", "20.50", "20.50");
    record["due_date"] = json!("2026-12-01");
    record["lines"] = json!([{ "description": "paper", "quantity": "2" }]);
    let said = answer("when is INV-2 due?", "a.invoices.get", &record, "Invoice INV-2.");
    assert!(said.starts_with("Due date: 2026-12-01."), "{said}");
    assert!(said.ends_with("| paper       |        2 |"), "{said}");
}

#[test]
fn long_lists_are_never_cut_in_silence() {
    let rows: Vec<_> = (0..48)
        .map(|n| json!({ "id": n.to_string(), "days_1_30": format!("{}.00", n + 1), "name": format!("P{n}") }))
        .collect();
    let output = json!({ "items": rows, "next_cursor": null });
    let said = answer("list parties", "a.parties.list", &output, "48 parties.");
    assert!(said.ends_with("\n20 of 48 shown."), "{said}");
    assert!(said.contains("days 1-30 |"), "{said}");
    let top = answer("who has the most days?", "a.parties.list", &output, "");
    assert!(top.starts_with("P47: days 1-30 48.00.") && top.ends_with("\n5 of 48 shown."), "{top}");
}
