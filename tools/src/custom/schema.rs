//! The schemas of operations as one organisation sees them.

use serde_json::{Map, Value, json};

use super::{CustomField, CustomType, MARK, MAX_TEXT, Use, place, use_of};
use crate::Entry;

/// An operation's input and output schemas as one organisation sees them: its own fields stand where they go.
pub(crate) fn expand(entry: &Entry, fields: &[CustomField]) -> (Value, Value) {
    let (mut input, mut output) = (entry.input_schema.clone(), entry.output_schema.clone());
    if let Some((name, entity)) = place(&entry.input_schema) {
        let (own, required) = own_schema(fields, entity, use_of(entry));
        fill(&mut input, MARK, &own);
        if required && let Some(names) = input.as_object_mut().map(|o| o.entry("required").or_insert_with(|| json!([])))
        {
            names.as_array_mut().into_iter().for_each(|names| names.push(json!(name)));
        }
    }
    let mut entities = Vec::new();
    marked(&output, &mut entities);
    for entity in entities {
        let (own, _) = own_schema(fields, &entity, Use::Filter);
        fill_entity(&mut output, &entity, &own);
    }
    (input, output)
}

fn own_schema(fields: &[CustomField], entity: &str, asked: Use) -> (Map<String, Value>, bool) {
    let offered: Vec<&CustomField> = fields.iter().filter(|field| field.entity == entity && !field.archived).collect();
    let properties: Map<String, Value> =
        offered.iter().map(|field| (field.key.clone(), field_schema(field, asked))).collect();
    let required: Vec<&str> = match asked {
        Use::Create => offered.iter().filter(|field| field.required).map(|field| field.key.as_str()).collect(),
        Use::Update | Use::Filter => Vec::new(),
    };
    let mut schema = Map::from_iter([("properties".to_owned(), Value::Object(properties))]);
    schema.insert("additionalProperties".to_owned(), json!(false));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    (schema, !required.is_empty())
}

fn field_schema(field: &CustomField, asked: Use) -> Value {
    let mut schema = match field.kind {
        CustomType::Text => json!({"type": "string", "minLength": 1, "maxLength": MAX_TEXT}),
        CustomType::Number => json!({"type": ["string", "number"], "format": "decimal"}),
        CustomType::Date => json!({"type": "string", "format": "date"}),
        CustomType::Boolean => json!({"type": "boolean"}),
        CustomType::Choice => json!({"type": "string", "enum": field.choices}),
    };
    if asked == Use::Update && !field.required {
        schema = json!({"anyOf": [schema, {"const": ""}]});
    }
    let help = field.help.as_deref().map(|help| format!(". {help}")).unwrap_or_default();
    let removes = if asked == Use::Update && !field.required { " Empty removes it." } else { "" };
    let text = format!("{}{help}", field.label);
    schema["description"] =
        json!(if removes.is_empty() { text } else { format!("{}.{removes}", text.trim_end_matches('.')) });
    schema["title"] = json!(field.label);
    schema
}

fn marked(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(entity) = object.get(MARK).and_then(Value::as_str)
                && !found.iter().any(|have| have == entity)
            {
                found.push(entity.to_owned());
            }
            object.values().for_each(|value| marked(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| marked(value, found)),
        _ => {}
    }
}

fn fill(schema: &mut Value, mark: &str, own: &Map<String, Value>) {
    match schema {
        Value::Object(object) if object.contains_key(mark) => object.extend(own.clone()),
        Value::Object(object) => object.values_mut().for_each(|value| fill(value, mark, own)),
        Value::Array(items) => items.iter_mut().for_each(|value| fill(value, mark, own)),
        _ => {}
    }
}

fn fill_entity(schema: &mut Value, entity: &str, own: &Map<String, Value>) {
    match schema {
        Value::Object(object) if object.get(MARK).and_then(Value::as_str) == Some(entity) => {
            // archived fields may still have values
            object.extend(own.iter().filter(|(key, _)| *key == "properties").map(|(k, v)| (k.clone(), v.clone())));
        }
        Value::Object(object) => object.values_mut().for_each(|value| fill_entity(value, entity, own)),
        Value::Array(items) => items.iter_mut().for_each(|value| fill_entity(value, entity, own)),
        _ => {}
    }
}
