//! Schemas as models read them best: small, flat in words, and with nothing that only machines of ours understand.

use serde_json::{Map, Value, json};
use steward_models::Tool;
use steward_tools::Entry;

/// Formats that every model has met.
const FORMATS: &[&str] = &["date"];
/// Objects and lists inside each other; what is deeper is any value.
const DEPTH: usize = 6;
/// Fields beside those that a call needs, where there is little room.
const FEW: usize = 6;
/// Arguments that choose rows of a list rather than say something of the business.
pub(crate) const PAGING: &[&str] = &["limit", "cursor", "sort", "total"];

/// How much of a schema there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// Everything.
    Whole,
    /// What is required and what is said most.
    Small,
}

/// An estimate of the tokens of a text, good enough for a budget.
pub(crate) fn tokens(text: &str) -> usize {
    text.len().div_ceil(4)
}

/// The tool of an operation.
pub(crate) fn tool(entry: &Entry, room: Room) -> Tool {
    let mut schema = plain(&entry.input_schema, 0);
    if room == Room::Small {
        shrink(&mut schema, FEW);
    }
    Tool { name: entry.tool.clone(), description: description(entry, room), schema }
}

fn description(entry: &Entry, room: Room) -> String {
    match room {
        Room::Small => format!("{}.", entry.title),
        Room::Whole => entry.description.split("\n\n").next().unwrap_or_default().replace('\n', " "),
    }
}

/// What a tool costs.
pub(crate) fn cost(tool: &Tool) -> usize {
    tokens(&tool.name) + tokens(&tool.description) + tokens(&tool.schema.to_string()) + 8
}

/// The schema without what models do not know. The same again changes nothing.
pub(crate) fn plain(schema: &Value, depth: usize) -> Value {
    let Some(given) = schema.as_object() else { return json!({}) };
    let mut out = Map::new();
    if let Some(kind) = kind(given) {
        out.insert("type".to_owned(), kind);
    }
    let reference = given.contains_key("x-ref");
    if let Some(text) = given.get("description").and_then(Value::as_str) {
        out.insert("description".to_owned(), json!(short(text)));
    } else if reference {
        out.insert("description".to_owned(), json!("Name, number or id."));
    }
    for key in ["enum", "const"] {
        if let Some(values) = given.get(key) {
            out.insert(key.to_owned(), without_null(values));
        }
    }
    if let Some(format) = given.get("format").and_then(Value::as_str).filter(|f| FORMATS.contains(f)) {
        out.insert("format".to_owned(), json!(format));
    }
    if let Some(items) = given.get("items") {
        out.insert("items".to_owned(), if depth < DEPTH { plain(items, depth + 1) } else { json!({}) });
    }
    if let Some(properties) = given.get("properties").and_then(Value::as_object) {
        let inner = properties.iter().filter(|_| depth < DEPTH);
        let inner: Map<String, Value> = inner.map(|(key, of)| (key.clone(), plain(of, depth + 1))).collect();
        let required: Vec<&Value> = given.get("required").and_then(Value::as_array).into_iter().flatten().collect();
        let required: Vec<Value> = required
            .into_iter()
            .filter(|key| key.as_str().is_some_and(|key| inner.contains_key(key)))
            .cloned()
            .collect();
        out.insert("properties".to_owned(), Value::Object(inner));
        if !required.is_empty() {
            out.insert("required".to_owned(), Value::Array(required));
        }
        out.insert("additionalProperties".to_owned(), json!(false));
    }
    if out.is_empty()
        && let Some(first) = union(given)
    {
        return plain(first, depth);
    }
    Value::Object(out)
}

/// The first branch of a union that is not null: one form is enough to be understood.
fn union(given: &Map<String, Value>) -> Option<&Value> {
    let all = ["anyOf", "oneOf", "allOf"].iter().find_map(|key| given.get(*key)?.as_array())?;
    all.iter().find(|branch| branch.get("type").is_none_or(|kind| kind != "null"))
}

fn kind(given: &Map<String, Value>) -> Option<Value> {
    match given.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().find(|kind| *kind != "null").cloned(),
        Some(other) => Some(other.clone()),
        None => given.get("enum").map(|_| json!("string")),
    }
}

fn without_null(values: &Value) -> Value {
    match values {
        Value::Array(all) => Value::Array(all.iter().filter(|value| !value.is_null()).cloned().collect()),
        other => other.clone(),
    }
}

/// The first sentence.
fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = text.match_indices(". ").map(|(at, _)| at + 1).next().unwrap_or(text.len());
    text[..end].to_owned()
}

/// Leaves out what is rarely said, and never what a call needs: fewer fields, the fewer the deeper, and of what they mean the
/// first clause.
fn shrink(schema: &mut Value, few: usize) {
    if let Some(Value::String(text)) = schema.get_mut("description")
        && let Some((clause, _)) = text.split_once("; ")
    {
        *text = format!("{clause}.");
    }
    let required: Vec<String> = names(schema.get("required"));
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        let mut kept = 0;
        properties.retain(|name, of| {
            if required.contains(name) {
                return true;
            }
            let rare = (PAGING.contains(&name.as_str()) || ["version", "custom"].contains(&name.as_str()))
                || of.get("properties").is_some()
                || of.pointer("/items/properties").is_some();
            kept += usize::from(!rare);
            !rare && kept <= few
        });
        for of in properties.values_mut() {
            shrink(of, few);
        }
    }
    if let Some(items) = schema.get_mut("items") {
        shrink(items, few / 2);
    }
}

fn names(list: Option<&Value>) -> Vec<String> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_plain_once_and_stays_so() {
        let given = json!({
            "type": ["object", "null"], "additionalProperties": false, "x-odd": 1,
            "properties": {
                "customer": {"type": "string", "x-ref": "directory.parties", "minLength": 1, "maxLength": 200},
                "amount": {"type": "string", "format": "decimal", "pattern": "^x$", "description": "How much. More of it."},
                "day": {"type": "string", "format": "date", "pattern": "^(19|2)"},
                "kind": {"anyOf": [{"type": "null"}, {"type": "string", "enum": ["a", null, "b"]}]},
            },
            "required": ["customer", "gone"],
        });
        let once = plain(&given, 0);
        assert_eq!(once, plain(&once, 0));
        assert_eq!(
            once,
            json!({
                "type": "object", "additionalProperties": false, "required": ["customer"],
                "properties": {
                    "customer": {"type": "string", "description": "Name, number or id."},
                    "amount": {"type": "string", "description": "How much."},
                    "day": {"type": "string", "format": "date"},
                    "kind": {"type": "string", "enum": ["a", "b"]},
                },
            })
        );
    }
}
