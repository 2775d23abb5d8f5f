//! The rows of a result, whatever the operation called them.

use chrono::DateTime;
use serde_json::Value;

/// The list of objects in a result: `items`, or the longest list it has.
pub(crate) fn rows(output: &Value) -> Option<&Vec<Value>> {
    let lists =
        output.as_object()?.values().filter_map(Value::as_array).filter(|list| list.iter().all(Value::is_object));
    output["items"].as_array().or_else(|| lists.max_by_key(|list| list.len()))
}

/// The lists of objects inside a record, under their keys.
pub(crate) fn nested(output: &Value) -> impl Iterator<Item = (&String, &[Value])> {
    output.as_object().into_iter().flatten().filter_map(|(key, value)| {
        let items = value.as_array().filter(|list| !list.is_empty() && list.iter().all(Value::is_object))?;
        Some((key, items.as_slice()))
    })
}

/// What people call a row: its number, its name, whose it is.
pub(crate) fn label(row: &Value) -> String {
    let Some(fields) = row.as_object() else { return plain(row) };
    let mut parts: Vec<String> = Vec::new();
    for wanted in
        ["number", "code", "name", "title", "label", "subject", "customer", "vendor", "party", "date", "status"]
    {
        let Some(value) = fields.get(wanted).filter(|v| !v.is_null()) else { continue };
        let text = match value {
            Value::Object(inner) => inner.get("name").or_else(|| inner.get("label")).map(plain).unwrap_or_default(),
            other => plain(other),
        };
        if !text.is_empty() && !parts.contains(&text) && !looks_like_id(&text) && parts.len() < 4 {
            parts.push(text);
        }
    }
    if parts.is_empty() { plain(&row["id"]) } else { parts.join(", ") }
}

/// Whether a text is an id, which people do not read.
pub(crate) fn looks_like_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// A value as people read it; money with its currency.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => match DateTime::parse_from_rfc3339(text) {
            Ok(at) => at.to_utc().format("%Y-%m-%d %H:%M UTC").to_string(),
            Err(_) => text.clone(),
        },
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(map) => match (map.get("amount"), map.get("currency")) {
            (Some(amount), Some(currency)) => format!("{} {}", plain(amount), plain(currency)),
            _ => ["name", "label", "number", "code", "id"]
                .iter()
                .find_map(|key| map.get(*key))
                .map(plain)
                .unwrap_or_default(),
        },
        other => other.to_string(),
    }
}
