use serde_json::json;

use super::*;

fn table(items: Value, hidden: &dyn Fn(&str) -> bool) -> Table {
    let mut collecting = Collecting { hidden, columns: Vec::new() };
    collecting.fields(&items, &mut Vec::new());
    tell_apart(&mut collecting.columns);
    Table { rows: "items".to_owned(), nested: None, columns: collecting.columns }
}

fn money() -> Value {
    json!({"type": "object", "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}}})
}

fn headers(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.header.as_str()).collect()
}

#[test]
fn columns_are_flat_and_have_names_for_people() {
    let text = json!({"type": "string"});
    let other = json!({"type": "object", "properties": {"id": text, "number": text, "name": text}});
    let fields = json!({"properties": {
        "id": text, "version": {"type": "integer"}, "number": text, "customer": other, "due_date": text,
        "lines": {"type": "array", "items": {"type": "object", "properties": {"x": text}}},
        "tags": {"type": "array", "items": text},
        "totals": {"type": "object", "properties": {"gross": money()}},
        "open": {"anyOf": [money(), {"type": "null"}]},
    }});
    let picked = table(fields.clone(), &|_| false).picked(None).unwrap();
    let mut told = headers(&picked);
    assert_eq!(told.pop(), Some("Id"), "ids come last");
    told.sort_unstable();
    let wanted = [
        "Customer",
        "Customer number",
        "Due date",
        "Gross",
        "Gross currency",
        "Number",
        "Open",
        "Open currency",
        "Tags",
    ];
    assert_eq!(told, wanted);
    let picked = table(fields, &|_| false).picked(Some("totals, customer.id,number,customer")).unwrap();
    assert_eq!(headers(&picked), ["Gross", "Gross currency", "Customer id", "Number", "Customer number", "Customer"]);
}

#[test]
fn a_column_behind_a_mask_is_not_there() {
    let fields = json!({"properties": {"name": {"type": "string"}, "wage": {"type": "string", "x-mask": "hr.wages"}}});
    assert_eq!(headers(&table(fields.clone(), &|mask| mask == "hr.wages")), ["Name"]);
    assert_eq!(headers(&table(fields.clone(), &|_| false)).len(), 2);
    let asked = table(fields, &|_| true).picked(Some("wage")).err().unwrap();
    assert!(asked.code == "unknown_column" && !asked.fix.unwrap().contains("wage"));
}

#[test]
fn a_list_within_a_row_of_a_report_becomes_rows() {
    let text = json!({"type": "string"});
    let mut ledger = table(json!({"properties": {"code": text, "lines": text}}), &|_| false);
    ledger.nested = Some("lines".to_owned());
    ledger.columns[1].path = vec!["lines".to_owned(), "memo".to_owned()];
    let page =
        json!({"items": [{"code": "1000", "lines": [{"memo": "a"}, {"memo": "b"}]}, {"code": "2000", "lines": []}]});
    let cell = |text: &str| Cell::Text(text.to_owned());
    let rows: Vec<Vec<Cell>> = ledger.cells(&page).collect();
    let wanted = [[cell("1000"), cell("a")], [cell("1000"), cell("b")], [cell("2000"), Cell::Empty]];
    assert_eq!(rows, wanted);
}
