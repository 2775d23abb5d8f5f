//! What is said of the page goes to the page; everything else goes on in the conversation.

use serde_json::{Value, json};
use uuid::Uuid;

use super::battery::real;
use super::{same, short, today};
use crate::page::{PAGE_TOOLS, Page, Shown};
use crate::planner::{Context, Last, PlannedCall, plan};

fn shown(entity: &str, n: u128, label: &str) -> Shown {
    Shown { entity: entity.to_owned(), id: Uuid::from_u128(n), label: label.to_owned() }
}

fn anywhere() -> Page {
    Page { offers: PAGE_TOOLS.to_vec(), ..Page::default() }
}

fn listing(operation: &str, arguments: Value) -> Page {
    let Value::Object(arguments) = arguments else { panic!("{arguments}") };
    Page { operation: Some(operation.to_owned()), arguments, ..anywhere() }
}

fn invoice() -> Page {
    Page { record: Some(shown("accounting.invoices", 7, "INV-2026-00042")), ..anywhere() }
}

fn says(page: &Page, last: Option<&Last>, text: &str) -> String {
    let index = real();
    let cx = Context {
        today: today(),
        index: &index,
        currency: "EUR",
        pending: None,
        last,
        waiting: false,
        page,
        paged: false,
    };
    short(&plan(text, &cx))
}

fn table(page: &Page, rows: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, want) in rows {
        let got = says(page, None, text);
        let ok = match want.strip_suffix('…') {
            Some(start) => got.starts_with(start),
            None => same(&got, want),
        };
        if !ok {
            wrong.push(format!("{text}\n   got  {got}\n   want {want}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn places_records_and_tables_are_opened() {
    table(
        &anywhere(),
        &[
            ("go to the approvals", r#"ui_navigate {"to":"approvals"}"#),
            ("take me home", "say …"),
            ("take me to settings please", r#"ui_navigate {"to":"settings"}"#),
            ("go to the home page", r#"ui_navigate {"to":"home"}"#),
            ("open the inbox", r#"ui_navigate {"to":"approvals"}"#),
            ("go to invoices", r#"ui_navigate {"to":"accounting.invoices"}"#),
            ("could you open the payments page?", r#"ui_navigate {"to":"accounting.payments"}"#),
            ("open INV-2026-00042", r#"ui_open_record {"id":"INV-2026-00042","type":"accounting.invoices"}"#),
            ("go to invoice INV-2026-00042", r#"ui_open_record {"id":"INV-2026-00042","type":"accounting.invoices"}"#),
            (
                "show me the page of INV-2026-00042",
                r#"ui_open_record {"id":"INV-2026-00042","type":"accounting.invoices"}"#,
            ),
            (
                "open the overdue invoices",
                r#"ui_set_view {"arguments":{"overdue":true},"operation":"accounting.invoices.list"}"#,
            ),
            (
                "please open the list of overdue invoices of Globex Industries SE",
                r#"ui_set_view {"arguments":{"customer":"Globex Industries SE","overdue":true},"operation":"accounting.invoices.list"}"#,
            ),
            (
                "show the overdue invoices on the page",
                r#"ui_set_view {"arguments":{"overdue":true},"operation":"accounting.invoices.list"}"#,
            ),
            (
                "open the trial balance",
                r#"ui_set_view {"arguments":{},"operation":"accounting.reports.trial_balance"}"#,
            ),
            (
                "put the drafts in a table",
                r#"ui_set_view {"arguments":{"status":"draft"},"operation":"accounting.invoices.list"}"#,
            ),
        ],
    );
}

#[test]
fn what_does_not_speak_of_the_page_stays_in_the_conversation() {
    table(
        &anywhere(),
        &[
            ("who owes us money?", "accounting.reports.aged_receivables {}"),
            ("open invoices", "accounting.…"),
            ("show overdue invoices", r#"accounting.invoices.list {"overdue":true}"#),
            ("post INV-2026-00042", r#"accounting.invoices.post {"id":"INV-2026-00042"}"#),
            ("hello", "say …"),
        ],
    );
    // a terminal has no page, and somebody whose page can do nothing has none either
    for text in ["open the overdue invoices", "open INV-2026-00042", "fill in a new customer called Testfirma"] {
        assert!(!says(Page::none(), None, text).starts_with("ui_"), "{text}");
    }
}

#[test]
fn the_view_on_the_page_is_changed() {
    let view = listing("accounting.invoices.list", json!({"overdue": true, "cursor": "x", "odd": 1}));
    table(
        &view,
        &[
            (
                "filter it for Globex Industries SE",
                r#"ui_set_view {"arguments":{"customer":"Globex Industries SE","overdue":true},"operation":"accounting.invoices.list"}"#,
            ),
            (
                "filter by Globex Industries SE",
                r#"ui_set_view {"arguments":{"customer":"Globex Industries SE","overdue":true},"operation":"accounting.invoices.list"}"#,
            ),
            (
                "only those over 500",
                r#"ui_set_view {"arguments":{"amount_min":"500","overdue":true},"operation":"accounting.invoices.list"}"#,
            ),
            (
                "show only drafts",
                r#"ui_set_view {"arguments":{"overdue":true,"status":"draft"},"operation":"accounting.invoices.list"}"#,
            ),
            (
                "sort by amount",
                r#"ui_set_view {"arguments":{"overdue":true},"operation":"accounting.invoices.list","sort":"amount"}"#,
            ),
            (
                "sort it by due date descending",
                r#"ui_set_view {"arguments":{"overdue":true},"operation":"accounting.invoices.list","sort":"-due_date"}"#,
            ),
            (
                "order them by amount, largest first",
                r#"ui_set_view {"arguments":{"overdue":true},"operation":"accounting.invoices.list","sort":"-amount"}"#,
            ),
            ("sort by colour", "say This view can be sorted by …"),
            ("clear the filters", r#"ui_set_view {"arguments":{},"operation":"accounting.invoices.list"}"#),
            ("filter it by the moon", "say I could not read that as a filter…"),
        ],
    );
    // what the conversation showed last is nearer than the page
    let calls = vec![PlannedCall { name: "accounting.payments.list".into(), arguments: json!({}) }];
    let last = Last { calls, results: vec![json!({"items": []})], done: true };
    assert!(says(&view, Some(&last), "only those over 500").starts_with("accounting.payments.list"));
    assert!(says(&view, Some(&last), "filter it by Globex Industries SE").starts_with("ui_set_view"));
    assert!(
        says(&view, Some(&last), "show them on the page").starts_with("ui_navigate {\"to\":\"accounting.payments\"}")
    );
}

#[test]
fn forms_are_filled_in_and_never_sent() {
    table(
        &anywhere(),
        &[
            (
                "fill in a credit note for INV-2026-00042 because the price was wrong",
                r#"ui_fill_form {"arguments":{"id":"INV-2026-00042","reason":"the price was wrong"},"operation":"accounting.invoices.credit"}"#,
            ),
            (
                "prepare the form to credit INV-2026-00042 because it is wrong",
                r#"ui_fill_form {"arguments":{"id":"INV-2026-00042","reason":"it is wrong"},"operation":"accounting.invoices.credit"}"#,
            ),
            (
                "open the form to post INV-2026-00042",
                r#"ui_fill_form {"arguments":{"id":"INV-2026-00042"},"operation":"accounting.invoices.post"}"#,
            ),
            (
                "open a new invoice for Globex Industries SE",
                r#"ui_fill_form {"arguments":{"customer":"Globex Industries SE"},"operation":"accounting.invoices.create"}"#,
            ),
            (
                "fill in an invoice for Globex Industries SE for 3 hours of consulting at 120",
                r#"ui_fill_form {"arguments":{"customer":"Globex Industries SE","lines":[{"description":"consulting","quantity":"3","unit":"hours","unit_price":"120"}]},"operation":"accounting.invoices.create"}"#,
            ),
            (
                "fill in a new customer called Testfirma Nord",
                r#"ui_fill_form {"arguments":{"kinds":["customer"],"name":"Testfirma Nord"},"operation":"directory.parties.create"}"#,
            ),
        ],
    );
    let form = listing("accounting.invoices.credit", json!({"id": "INV-2026-00042"}));
    table(
        &form,
        &[(
            "fill in the form with reason wrong price",
            r#"ui_fill_form {"arguments":{"id":"INV-2026-00042","reason":"wrong price"},"operation":"accounting.invoices.credit"}"#,
        )],
    );
}

#[test]
fn this_is_what_the_page_is_about() {
    let id = Uuid::from_u128(7).to_string();
    table(
        &invoice(),
        &[
            ("post this", &format!(r#"accounting.invoices.post {{"id":"{id}"}}"#)),
            (
                "credit this because it is wrong",
                &format!(r#"accounting.invoices.credit {{"id":"{id}","reason":"it is wrong"}}"#),
            ),
            ("why is this one late?", &format!(r#"accounting.invoices.get {{"id":"{id}"}}"#)),
            ("when is this due?", &format!(r#"accounting.invoices.get {{"id":"{id}"}}"#)),
            (
                "fill in a credit note for this because the price was wrong",
                &format!(
                    r#"ui_fill_form {{"arguments":{{"id":"{id}","reason":"the price was wrong"}},"operation":"accounting.invoices.credit"}}"#
                ),
            ),
            ("who changed this?", &format!(r#"audit.calls.list {{"record":"{id}"}}"#)),
        ],
    );
    let mut picked = listing("accounting.invoices.list", json!({}));
    picked.selection = vec![shown("accounting.invoices", 8, "draft"), shown("accounting.invoices", 9, "draft")];
    let two = format!(
        r#"accounting.invoices.post {{"id":"{}"}} + accounting.invoices.post {{"id":"{}"}}"#,
        Uuid::from_u128(8),
        Uuid::from_u128(9)
    );
    table(&picked, &[("post these", two.as_str())]);
    picked.selection.truncate(1);
    let one = format!(r#"accounting.invoices.post {{"id":"{}"}}"#, Uuid::from_u128(8));
    table(&picked, &[("post this one", one.as_str()), ("post it", one.as_str())]);
}
