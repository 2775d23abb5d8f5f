//! Walking a value beside its schema, to the places that the schema marks.

use serde_json::{Map, Value};

/// Whether anything in this schema bears the mark.
pub(crate) fn has(schema: &Value, mark: &str) -> bool {
    match schema {
        Value::Object(fields) => fields.contains_key(mark) || fields.values().any(|value| has(value, mark)),
        Value::Array(items) => items.iter().any(|value| has(value, mark)),
        _ => false,
    }
}

/// Every value of the mark in this schema.
pub(crate) fn values<'a>(schema: &'a Value, mark: &str, found: &mut Vec<&'a str>) {
    match schema {
        Value::Object(fields) => {
            found.extend(fields.get(mark).and_then(Value::as_str));
            fields.values().for_each(|value| values(value, mark, found));
        }
        Value::Array(items) => items.iter().for_each(|value| values(value, mark, found)),
        _ => {}
    }
}

/// Calls `f` with the mark's value and the slot for every marked place that the value fills.
pub(crate) fn marked(schema: &Value, value: &mut Value, mark: &str, f: &mut impl FnMut(&Value, &mut Value)) {
    if let Some(said) = schema.get(mark) {
        return f(said, value);
    }
    match value {
        Value::Array(items) => {
            if let Some(of) = schema.get("items") {
                items.iter_mut().for_each(|item| marked(of, item, mark, f));
            }
        }
        Value::Object(fields) => {
            if let Some(of) = schema.get("properties").and_then(Value::as_object) {
                within(of, fields, mark, f);
            }
        }
        _ => {}
    }
}

fn within(
    of: &Map<String, Value>,
    fields: &mut Map<String, Value>,
    mark: &str,
    f: &mut impl FnMut(&Value, &mut Value),
) {
    for (key, schema) in of {
        if let Some(slot) = fields.get_mut(key) {
            marked(schema, slot, mark, f);
        }
    }
}

/// Removes the marked fields that `keep` does not want, and tells the marks of those that stay and say something.
pub(crate) fn veil(schema: &Value, value: &mut Value, mark: &str, keep: &dyn Fn(&str) -> bool, seen: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            if let Some(of) = schema.get("items") {
                items.iter_mut().for_each(|item| veil(of, item, mark, keep, seen));
            }
        }
        Value::Object(fields) => {
            let Some(of) = schema.get("properties").and_then(Value::as_object) else { return };
            for (key, schema) in of {
                let said = schema.get(mark).and_then(Value::as_str);
                match (said, fields.get_mut(key)) {
                    (_, None) => {}
                    (Some(said), Some(_)) if !keep(said) => drop(fields.remove(key)),
                    (Some(said), Some(slot)) => {
                        let says = !matches!(slot, Value::Null) && !slot.as_array().is_some_and(Vec::is_empty);
                        if says && !seen.iter().any(|seen| seen == said) {
                            seen.push(said.to_owned());
                        }
                    }
                    (None, Some(slot)) => veil(schema, slot, mark, keep, seen),
                }
            }
        }
        _ => {}
    }
}
