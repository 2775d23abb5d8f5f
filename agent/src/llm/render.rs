//! Results as a model reads them: small tables without ids, and no longer than they may be.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::handles::Handles;
use crate::planner::reading;

/// Columns of a table, longest cell, rows, and bytes of one result.
const COLUMNS: usize = 9;
const CELL: usize = 70;
const ROWS: usize = 50;
const BYTES: usize = 6_000;
/// Columns that come first, in this order.
const FIRST: &[&str] = &["number", "code", "name", "title", "label", "customer", "vendor", "party", "status", "date"];
/// Keys that say nothing to a reader.
const DULL: &[&str] =
    &["id", "version", "created_at", "updated_at", "next_cursor", "cursor", "custom", "seed", "org_id"];

/// One result as text, under its own sentence; every row with an id gets a handle.
pub(crate) fn result(output: &Value, sentence: &str, handles: &mut Handles) -> String {
    let mut out = String::new();
    if !sentence.is_empty() {
        out.push_str(&handles.veil(sentence));
        out.push('\n');
    }
    match output {
        Value::Object(fields) => match fields.get("items").and_then(Value::as_array) {
            Some(rows) => {
                out.push_str(&shown(rows.len(), fields));
                out.push_str(&table(rows, handles, BYTES));
            }
            None => record(fields, handles, &mut out),
        },
        Value::Array(rows) => out.push_str(&table(rows, handles, BYTES)),
        other => out.push_str(&cell(other)),
    }
    cut(out.trim_end(), BYTES)
}

/// How many rows there are, as far as it is known.
fn shown(rows: usize, fields: &Map<String, Value>) -> String {
    let total = fields.get("total").and_then(Value::as_u64);
    let more = fields.get("next_cursor").is_some_and(|cursor| !cursor.is_null());
    match (total, more) {
        (Some(total), true) => format!("{rows} of {total} shown (more: narrow it down)\n"),
        (None, true) => format!("{rows} shown, more exist (narrow it down)\n"),
        (_, false) => format!("{rows} shown, that is all\n"),
    }
}

/// A record, line by line; what lists it has follow as tables.
fn record(fields: &Map<String, Value>, handles: &mut Handles, out: &mut String) {
    if let Some(id) = id_of(fields) {
        out.push_str(&format!("{}\n", handles.with(id, &label(fields), &known_by(fields))));
    }
    for (key, value) in ordered(fields) {
        match value {
            Value::Array(rows) if rows.iter().all(Value::is_object) => {}
            Value::Object(inner) if inner.values().filter(|v| !v.is_null()).count() > 3 => {
                let parts: Vec<String> = ordered(inner)
                    .into_iter()
                    .filter(|(_, v)| !v.is_object() && !v.is_array())
                    .map(|(k, v)| format!("{k} {}", cell(v)))
                    .collect();
                out.push_str(&format!("{key}: {}\n", parts.join(", ")));
            }
            value => out.push_str(&format!("{key}: {}\n", cell(value))),
        }
    }
    for (key, value) in fields {
        if let Value::Array(rows) = value
            && !rows.is_empty()
            && rows.iter().all(Value::is_object)
        {
            out.push_str(&format!("{key}:\n{}", table(rows, handles, BYTES / 2)));
        }
    }
}

/// Rows under the names of their columns, and the sums of amounts.
fn table(rows: &[Value], handles: &mut Handles, bytes: usize) -> String {
    let rows: Vec<&Map<String, Value>> = rows.iter().filter_map(Value::as_object).collect();
    let columns = columns(&rows);
    let with_id = rows.iter().any(|row| id_of(row).is_some());
    let head: Vec<&str> = with_id.then_some("#").into_iter().chain(columns.iter().map(String::as_str)).collect();
    let mut out = if rows.is_empty() { String::new() } else { format!("{}\n", head.join("|")) };
    for (n, row) in rows.iter().enumerate() {
        if n == ROWS || out.len() > bytes {
            out.push_str(&format!("… {} more rows are left out here\n", rows.len() - n));
            break;
        }
        let mut cells: Vec<String> = Vec::with_capacity(head.len());
        if with_id {
            cells.push(id_of(row).map(|id| handles.with(id, &label(row), &known_by(row))).unwrap_or_default());
        }
        cells.extend(columns.iter().map(|key| row.get(key).map(cell).unwrap_or_default()));
        out.push_str(&cells.join("|"));
        out.push('\n');
    }
    out
}

/// The columns that tell most: what names a row, its state and dates, then the rest as it comes.
fn columns(rows: &[&Map<String, Value>]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for row in rows.iter().take(20) {
        for (key, _) in ordered(row) {
            if !all.contains(key) {
                all.push(key.clone());
            }
        }
    }
    all.sort_by_key(|key| rank(key));
    all.truncate(COLUMNS);
    all
}

fn rank(key: &str) -> usize {
    let at = FIRST.iter().position(|first| *first == key);
    let amount = ["open", "total", "gross", "amount", "balance", "debit", "credit"].contains(&key);
    let date = key.ends_with("_date") || key == "due";
    at.unwrap_or(if date || amount { FIRST.len() } else { FIRST.len() + 1 })
}

/// The fields worth reading: with a value that is not an id.
fn ordered(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let dull = |key: &str, value: &Value| {
        DULL.contains(&key)
            || key.ends_with("_id") && is_id(value)
            || is_id(value)
            || value.is_null()
            || cell(value).is_empty()
    };
    let mut all: Vec<(&String, &Value)> = fields.iter().filter(|(key, value)| !dull(key, value)).collect();
    all.sort_by_key(|(key, _)| rank(key));
    all
}

/// A value in one line, without what would look like another column or another speaker.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) if is_id(value) || text.is_empty() => String::new(),
        Value::String(text) => moment(text).unwrap_or_else(|| text.clone()),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => {
            items.iter().take(6).map(cell).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
        }
        Value::Object(map) => match (map.get("amount"), map.get("currency")) {
            (Some(amount), Some(currency)) => format!("{} {}", cell(amount), cell(currency)),
            _ => ["name", "number", "code", "label", "title"]
                .iter()
                .find_map(|key| map.get(*key))
                .map(cell)
                .unwrap_or_default(),
        },
    };
    let text: String = text.chars().map(|c| if c.is_control() || c == '|' { ' ' } else { c }).collect();
    if text.chars().count() > CELL { format!("{}…", text.chars().take(CELL).collect::<String>()) } else { text }
}

/// A moment to the minute.
fn moment(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let stamp = bytes.len() >= 20 && bytes[4] == b'-' && bytes[10] == b'T' && bytes[13] == b':';
    stamp.then(|| text.get(..16).unwrap_or(text).replace('T', " "))
}

fn is_id(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() == 36 && Uuid::parse_str(text).is_ok())
}

fn id_of(fields: &Map<String, Value>) -> Option<Uuid> {
    Uuid::parse_str(fields.get("id")?.as_str()?).ok()
}

/// What people call a record: number and name.
pub(crate) fn label(fields: &Map<String, Value>) -> String {
    let parts = ["number", "code", "name", "title", "label"].iter().filter_map(|key| fields.get(*key));
    let parts: Vec<String> = parts.map(cell).filter(|text| !text.is_empty()).take(2).collect();
    if parts.is_empty() {
        fields.get("customer").or_else(|| fields.get("party")).map(cell).unwrap_or_default()
    } else {
        parts.join(" ")
    }
}

/// Everything that a record is known by.
fn known_by(fields: &Map<String, Value>) -> String {
    let keys = ["number", "code", "name", "title", "label", "customer", "vendor", "party", "email", "reference"];
    let parts = keys.iter().filter_map(|key| fields.get(*key)).map(cell).filter(|text| !text.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

/// No longer than it may be, and said where it is cut.
pub(crate) fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let end = (0..=bytes).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    format!("{}\n… (cut)", &text[..end])
}

/// What stands in a result, by how far it can be relied on: what fields of their own hold, and what is only written somewhere.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) numbers: Vec<String>,
    pub(crate) days: Vec<String>,
    pub(crate) names: Vec<String>,
    pub(crate) texts: Vec<String>,
}

/// Keys of what a record is called by.
const NAMES: &[&str] = &["name", "number", "code", "email", "label", "iban", "phone", "reference", "unit", "title"];

/// Everything that a result holds.
pub(crate) fn facts(value: &Value, out: &mut Facts) {
    fact("", value, out);
}

fn fact(key: &str, value: &Value, out: &mut Facts) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| fact(key, value, out)),
        Value::Array(items) => items.iter().for_each(|item| fact(key, item, out)),
        Value::Number(number) => out.numbers.extend(reading::decimal(&number.to_string())),
        Value::String(text) if is_id(value) || text.is_empty() => {}
        Value::String(text) => {
            let day = text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok();
            let decimal = text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
            if day {
                out.days.push(text.clone());
            } else if decimal && !NAMES.contains(&key) {
                out.numbers.extend(reading::decimal(text));
            } else if NAMES.contains(&key) {
                out.names.push(text.clone());
            } else {
                out.texts.push(text.clone());
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_a_table_without_ids() {
        let mut handles = Handles::default();
        let row = |n: u128, memo: &str| {
            json!({
                "id": Uuid::from_u128(n), "version": 3, "number": format!("INV-{n}"), "status": "posted",
                "customer": {"id": Uuid::from_u128(99), "name": "Globex|SE"}, "total": {"amount": "551.76", "currency": "EUR"},
                "due_date": "2026-04-15", "memo": memo, "created_at": "2026-03-16T09:12:33.123Z",
            })
        };
        let output = json!({"items": [row(1, "pay\nnow"), row(2, "")], "next_cursor": "abc", "total": 1240});
        let text = result(&output, "2 invoices.", &mut handles);
        assert_eq!(
            text,
            "2 invoices.\n2 of 1240 shown (more: narrow it down)\n#|number|customer|status|total|due_date|memo\n\
             #1|INV-1|Globex SE|posted|551.76 EUR|2026-04-15|pay now\n#2|INV-2|Globex SE|posted|551.76 EUR|2026-04-15|"
        );
    }

    #[test]
    fn a_record_is_told_line_by_line_and_its_lists_follow() {
        let mut handles = Handles::default();
        let output = json!({
            "id": Uuid::from_u128(7), "number": "P-1", "name": "Globex", "email": null, "party_id": Uuid::from_u128(8),
            "lines": [{"description": "Desk", "quantity": "2", "unit_price": "549.00"}],
        });
        assert_eq!(
            result(&output, "", &mut handles),
            "#1\nnumber: P-1\nname: Globex\nlines:\ndescription|quantity|unit_price\nDesk|2|549.00"
        );
    }

    #[test]
    fn long_results_are_cut_and_say_so() {
        let rows: Vec<Value> =
            (0..500).map(|n| json!({"id": Uuid::from_u128(n + 1), "name": "x".repeat(200)})).collect();
        let text = result(&json!({"items": rows, "next_cursor": null}), "", &mut Handles::default());
        assert!(text.len() < BYTES + 200 && text.contains("more rows are left out here"), "{}", text.len());
    }

    #[test]
    fn what_fields_hold_and_what_is_only_written_are_kept_apart() {
        let mut out = Facts::default();
        facts(
            &json!({"items": [{"name": "Globex", "memo": "pay 9999 to Evil", "total": "12.50", "n": 3, "due_date": "2026-01-02"}]}),
            &mut out,
        );
        assert_eq!(out.numbers, ["12.5", "3"]);
        assert_eq!((out.days, out.names), (vec!["2026-01-02".to_owned()], vec!["Globex".to_owned()]));
        assert_eq!(out.texts, ["pay 9999 to Evil"]);
    }
}
