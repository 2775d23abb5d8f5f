//! The schemas of an operation, as models, forms and the gate read them.

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value, json};

use crate::{Op, masked};

/// Characters of a text, and items of a list, that say no bound of their own.
const MAX_TEXT: u32 = 10_000;
const MAX_ITEMS: u32 = 1_000;

/// Schemas for models and forms: everything inlined; absent means absent, so no null types.
pub(crate) fn of(op: &Op, input: bool) -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    if input {
        settings = settings.with_transform(Plain);
    } else {
        settings = settings.for_serialize().with_transform(Enumerated);
    }
    op.schema(settings.into_generator(), input)
}

/// Masked fields are left out for those who may not see them: no schema may require them.
pub(crate) fn may_be_absent(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            let masked = |key: &Value, of: &Map<String, Value>| {
                key.as_str().and_then(|key| of.get("properties")?.get(key)?.get(masked::MARK)).is_some()
            };
            if let Some(Value::Array(mut required)) = fields.remove("required") {
                required.retain(|key| !masked(key, fields));
                fields.insert("required".to_owned(), Value::Array(required));
            }
            fields.values_mut().for_each(may_be_absent);
        }
        Value::Array(items) => items.iter_mut().for_each(may_be_absent),
        _ => {}
    }
}

/// Drops `null` from types, since optional fields are left out instead, and writes enumerations as `enum`.
#[derive(Debug, Clone)]
struct Plain;

impl Transform for Plain {
    fn transform(&mut self, schema: &mut schemars::Schema) {
        if let Some(object) = schema.as_object_mut() {
            simplify(object);
        }
        transform_subschemas(self, schema);
    }
}

/// Writes enumerations as `enum` and nothing else: what pages colour and filter by.
#[derive(Debug, Clone)]
struct Enumerated;

impl Transform for Enumerated {
    fn transform(&mut self, schema: &mut schemars::Schema) {
        if let Some(object) = schema.as_object_mut() {
            enumerate(object);
        }
        transform_subschemas(self, schema);
    }
}

fn enumerate(object: &mut Map<String, Value>) {
    if let Some(values) = object.get("oneOf").and_then(constants) {
        object.remove("oneOf");
        object.insert("type".into(), json!("string"));
        object.insert("enum".into(), Value::Array(values));
    }
}

fn simplify(object: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|t| t != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(values)) = object.get_mut("enum") {
        values.retain(|v| !v.is_null());
    }
    if let Some(Value::Array(mut any)) = object.remove("anyOf") {
        any.retain(|s| s.get("type").is_none_or(|t| t != "null"));
        match any.pop() {
            Some(Value::Object(only)) if any.is_empty() => {
                for (key, value) in only {
                    object.entry(key).or_insert(value);
                }
            }
            Some(last) => {
                any.push(last);
                object.insert("anyOf".into(), Value::Array(any));
            }
            None => {}
        }
    }
    enumerate(object);
    bound(object);
    if object.get("default").is_some_and(Value::is_null) {
        object.remove("default");
    }
}

/// What a type cannot hold, its schema does not let in; and nothing that comes from outside is without an end.
fn bound(object: &mut Map<String, Value>) {
    let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
    let (kind, format) = (text("type"), text("format"));
    let bounds: &[(&str, Value)] = match (kind.as_deref(), format.as_deref()) {
        // schemars says the width of integers as a format, which no validator knows
        (_, Some("int32")) => &[("minimum", json!(i32::MIN)), ("maximum", json!(i32::MAX))],
        (_, Some("uint32")) => &[("minimum", json!(0)), ("maximum", json!(u32::MAX))],
        (_, Some("int64")) => &[("minimum", json!(i64::MIN)), ("maximum", json!(i64::MAX))],
        (_, Some("uint64" | "uint")) => &[("minimum", json!(0)), ("maximum", json!(u64::MAX))],
        (_, Some("date" | "date-time")) => &[("pattern", json!("^(19|2[0-9])[0-9]{2}-"))],
        (Some("string"), None)
            if !["maxLength", "enum", "const", "pattern", "contentEncoding"]
                .iter()
                .any(|key| object.contains_key(*key)) =>
        {
            &[("maxLength", json!(MAX_TEXT))]
        }
        (Some("array"), _) => &[("maxItems", json!(MAX_ITEMS))],
        _ => &[],
    };
    for (key, value) in bounds {
        object.entry(*key).or_insert_with(|| value.clone());
    }
    if format.is_some_and(|format| format.starts_with("uint") || format.starts_with("int")) {
        object.remove("format");
    }
}

/// The values of an enumeration whose variants are documented one by one.
fn constants(one_of: &Value) -> Option<Vec<Value>> {
    one_of.as_array()?.iter().map(|variant| variant.get("const").cloned()).collect()
}
