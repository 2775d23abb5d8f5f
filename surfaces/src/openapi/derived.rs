//! The derived route of one operation.

use axum::http::Method;
use serde_json::{Map, Value, json};
use steward_tools::{Effect, Entry};

use super::refusals;
use super::shared::{header_parameter, json_content, problems, reference};
use crate::export::{Format, exportable};
use crate::rest::{Derived, route_of};

/// Path, method in lower case, and the operation object.
pub(super) fn operation(entry: &Entry) -> (String, String, Value) {
    let route = route_of(entry);
    let (domain, _, verb) = entry.parts();
    let in_body = matches!(route.method, Method::POST | Method::PATCH);
    let mut object = json!({
        "operationId": entry.tool,
        "summary": entry.title,
        "description": entry.description,
        "tags": [domain],
        "x-steward-operation": entry.name(),
        "x-steward-effect": entry.op.effect(),
        "parameters": parameters(entry, &route, in_body),
        "responses": responses(entry, &route, verb),
    });
    if in_body {
        let schema = without_id(&entry.input_schema, route.takes_id());
        let required = schema.get("required").and_then(Value::as_array).is_some_and(|names| !names.is_empty());
        let mut content = json_content(with_nulls(schema.clone()));
        if !entry.uploads().is_empty() {
            content["multipart/form-data"] = json!({"schema": as_form(schema, entry.uploads())});
        }
        object["requestBody"] = json!({"required": required, "content": content});
    }
    let Derived { method, path } = route;
    (path, method.as_str().to_ascii_lowercase(), object)
}

/// As the gate reads JSON: `null` in a field that may be absent means that it is, at any depth. Models are not told so: they
/// would only write more of them.
fn with_nulls(mut schema: Value) -> Value {
    let required: Vec<Value> = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    for (name, field) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        let inner = with_nulls(field.take());
        *field = if required.iter().any(|of| of == name) { inner } else { or_null(inner) };
    }
    if let Some(items) = schema.get_mut("items") {
        *items = with_nulls(items.take());
    }
    for word in ["anyOf", "oneOf"] {
        for branch in schema.get_mut(word).and_then(Value::as_array_mut).into_iter().flatten() {
            *branch = with_nulls(branch.take());
        }
    }
    schema
}

/// The schema, and `null`. What says something about the field stays where it is read: beside the type.
fn or_null(mut schema: Value) -> Value {
    let null = json!({"type": "null"});
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.push(Value::Null);
    }
    match schema.get_mut("type") {
        Some(Value::Array(kinds)) => kinds.push(json!("null")),
        Some(kind) => *kind = json!([kind.take(), "null"]),
        None => {
            let word = if schema.get("anyOf").is_some() { "anyOf" } else { "oneOf" };
            match schema.get_mut(word).and_then(Value::as_array_mut) {
                Some(branches) => branches.push(null),
                None => return json!({"anyOf": [schema, null]}),
            }
        }
    }
    schema
}

fn parameters(entry: &Entry, route: &Derived, in_body: bool) -> Vec<Value> {
    let mut parameters = Vec::new();
    let schemas = entry.input_schema.get("properties").and_then(Value::as_object);
    let required = |name: &str| {
        let names = entry.input_schema.get("required").and_then(Value::as_array);
        names.is_some_and(|names| names.iter().any(|n| n == name))
    };
    for (name, schema) in schemas.into_iter().flatten() {
        let in_path = route.takes_id() && name == "id";
        if in_path {
            let what = "The record: its id, or its number, percent-encoded.";
            parameters.push(json!({"name": "id", "in": "path", "required": true, "description": what, "schema": {"type": "string"}}));
        } else if !in_body {
            parameters.push(query_parameter(name, schema, required(name)));
        }
    }
    if exportable(entry) {
        parameters.extend([reference("parameters", "Format"), reference("parameters", "Columns")]);
    }
    if entry.op.effect() != Effect::Read {
        parameters.push(reference("parameters", "DryRun"));
        parameters.push(reference("parameters", "IdempotencyKey"));
        if entry.takes("version") {
            parameters.push(header_parameter(
                "If-Match",
                "The version that is meant, as the ETag of reading the record says it.",
                r#"^(\*|[0-9]{1,9}|"[0-9]{1,9}")$"#,
            ));
        }
    }
    parameters
}

/// Values that are not scalars are JSON.
fn query_parameter(name: &str, schema: &Value, required: bool) -> Value {
    let scalar = !matches!(schema.get("type").and_then(Value::as_str), Some("array" | "object"));
    let description = schema.get("description").cloned().unwrap_or_default();
    let mut parameter = json!({"name": name, "in": "query", "required": required, "description": description});
    if scalar {
        parameter["schema"] = schema.clone();
    } else {
        parameter["content"] = json_content(schema.clone());
    }
    parameter
}

fn responses(entry: &Entry, route: &Derived, verb: &str) -> Value {
    let mut responses = refusals::of_entry(entry, route);
    let status = if verb == "create" { "201" } else { "200" };
    let preview = || reference("schemas", "Preview");
    let result = match (entry.op.effect(), status) {
        // where a preview is no 200 of its own, the 200 is either
        (Effect::Write | Effect::Final, "200") => json!({"anyOf": [entry.output_schema, preview()]}),
        _ => entry.output_schema.clone(),
    };
    let mut done = json!({"description": "The result.", "content": json_content(result)});
    let mut headers = Map::new();
    if entry.answers_file() {
        done = json!({"description": "The bytes of the file.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}});
    }
    if exportable(entry) {
        for format in [Format::Csv, Format::Xlsx] {
            done["content"][format.media_type()] = json!({"schema": {"type": "string", "format": "binary"}});
        }
    }
    let text = |what: &str| json!({"description": what, "schema": {"type": "string"}});
    if verb == "create" {
        let previewed = json!({"description": "What would happen, with dry_run.", "content": json_content(preview())});
        responses.insert("200".to_owned(), previewed);
        headers.insert("Location".to_owned(), text("Where the new record is."));
    }
    if entry.answers_file() {
        headers.insert("ETag".to_owned(), text("The hash of the bytes, for If-None-Match."));
        headers.insert("Content-Disposition".to_owned(), text("The file's name."));
    }
    if verb == "get" {
        headers.insert("ETag".to_owned(), text("The version, for If-Match."));
    }
    if entry.op.effect() != Effect::Read {
        headers.insert("Steward-Call-Id".to_owned(), text("The record of this call, to look at or undo."));
        responses.insert("202".to_owned(), reference("responses", "NeedsApproval"));
    }
    if !headers.is_empty() {
        done["headers"] = Value::Object(headers);
    }
    responses.insert(status.to_owned(), done);
    responses.insert("default".to_owned(), problems());
    Value::Object(responses)
}

/// In a form a file is its bytes, and brings its name.
fn as_form(mut schema: Value, uploads: &[String]) -> Value {
    for field in uploads {
        let description = schema.pointer(&format!("/properties/{field}/description")).cloned().unwrap_or_default();
        schema["properties"][field] = json!({"type": "string", "format": "binary", "description": description});
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| name != "name");
    }
    schema
}

fn without_id(schema: &Value, id_in_path: bool) -> Value {
    let mut schema = schema.clone();
    if id_in_path {
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.remove("id");
        }
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.retain(|name| name != "id");
        }
    }
    schema
}
