//! Plans: later calls refer to earlier results by `{"$result":[0,"/id"]}`. Before anything runs, each reference is
//! checked against both schemas: what the earlier call answers, and what stands where it is needed.

use std::collections::BTreeSet;

use serde_json::Value;

use super::shape::within;
use crate::{Call, Entry, Error, FieldError, Kind, Refusal, Result, codes};

const KEY: &str = "$result";

/// Whether the arguments refer to earlier results.
pub(super) fn has_results(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.contains_key(KEY) || fields.values().any(has_results),
        Value::Array(items) => items.iter().any(has_results),
        _ => false,
    }
}

/// Refuses references that cannot be: with the call they stand in.
pub(super) fn check(entries: &[&Entry], calls: &[Call]) -> Result<(), (usize, Error)> {
    for (i, (entry, call)) in entries.iter().zip(calls).enumerate() {
        if has_results(&call.arguments) {
            let earlier = &entries[..i];
            within_call(&call.arguments, Some(&entry.input_schema), earlier, &mut String::new())
                .map_err(|refusal| (i, refusal.into()))?;
        }
    }
    Ok(())
}

/// `wanted` is the schema of the place, as far as there is one.
fn within_call(value: &Value, wanted: Option<&Value>, earlier: &[&Entry], at: &mut String) -> Result<(), Box<Refusal>> {
    match value {
        Value::Object(fields) if fields.contains_key(KEY) => fits(value, wanted, earlier).map_err(|r| standing(r, at)),
        Value::Object(fields) => fields.iter().try_for_each(|(key, item)| {
            let wanted = wanted.and_then(|schema| schema.get("properties")?.get(key));
            within(at, key, |at| within_call(item, wanted, earlier, at))
        }),
        Value::Array(items) => items.iter().enumerate().try_for_each(|(i, item)| {
            let wanted = wanted.and_then(|schema| schema.get("items"));
            within(at, &i.to_string(), |at| within_call(item, wanted, earlier, at))
        }),
        _ => Ok(()),
    }
}

/// A reference that names no earlier call, nothing in its answer, or something of another type.
fn fits(reference: &Value, wanted: Option<&Value>, earlier: &[&Entry]) -> Result<(), Box<Refusal>> {
    let (call, pointer) = parts(reference)?;
    let entry = earlier.get(call).ok_or_else(|| refuse(reference, "must name an earlier call of the plan"))?;
    let mut found = Vec::new();
    if !pointed(&entry.output_schema, &steps(pointer), &mut found) {
        return Err(refuse(reference, &format!("points to nothing that {} answers", entry.name())));
    }
    let Some(wanted) = wanted else { return Err(refuse(reference, "stands where the operation takes no argument")) };
    let (wants, gives) = (kinds(wanted), found.iter().map(|schema| kinds(schema)).collect::<Vec<_>>());
    if gives.iter().any(|given| compatible(&wants, given)) {
        return Ok(());
    }
    let named = |all: &BTreeSet<&str>| all.iter().copied().collect::<Vec<_>>().join(" or ");
    let gives: BTreeSet<&str> = gives.into_iter().flatten().collect();
    Err(refuse(reference, &format!("points to {}, and {} is wanted here", named(&gives), named(&wants))))
}

/// What a value can be: JSON's types, and the formats that make one text unlike another. Empty: anything.
fn kinds(schema: &Value) -> BTreeSet<&str> {
    let mut all = BTreeSet::new();
    for branch in branches(schema).filter(|branch| branch.get("type").is_none_or(|kind| kind != "null")) {
        let of = kinds(branch);
        if of.is_empty() {
            return of;
        }
        all.extend(of);
    }
    let types = match schema.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(only)) => vec![only.as_str()],
        _ if schema.get("enum").is_some() || schema.get("const").is_some() => vec!["string"],
        _ => Vec::new(),
    };
    let format = schema.get("format").and_then(Value::as_str);
    for kind in types.into_iter().filter(|kind| *kind != "null") {
        all.insert(match (kind, format) {
            ("string", Some(format @ ("date" | "date-time" | "uuid" | "decimal"))) if schema.get("x-ref").is_none() => {
                format
            }
            ("integer", _) => "number",
            (kind, _) => kind,
        });
    }
    all
}

/// Plain texts may be anything that is written; what has a format is only that. Decimals may be numbers.
fn compatible(wants: &BTreeSet<&str>, gives: &BTreeSet<&str>) -> bool {
    let text = |kind: &str| matches!(kind, "string" | "date" | "date-time" | "uuid" | "decimal");
    let one = |want: &str, give: &str| {
        want == give
            || (want == "decimal" && give == "number")
            || (text(want) && text(give) && (want == "string" || give == "string"))
    };
    wants.is_empty() || gives.is_empty() || wants.iter().any(|want| gives.iter().any(|give| one(want, give)))
}

fn branches(schema: &Value) -> impl Iterator<Item = &Value> {
    ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten()
}

fn steps(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

/// The schemas that a pointer may lead to; false where it leads nowhere.
fn pointed<'a>(schema: &'a Value, steps: &[String], found: &mut Vec<&'a Value>) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        found.push(schema);
        return true;
    };
    let mut leads = false;
    for branch in branches(schema) {
        leads |= pointed(branch, steps, found);
    }
    let index = step == "0" || (step.bytes().all(|b| b.is_ascii_digit()) && !step.starts_with('0') && !step.is_empty());
    let next = match (schema.get("properties").and_then(|all| all.get(step)), schema.get("items")) {
        (Some(next), _) => Some(next),
        (None, Some(items)) if index => Some(items),
        _ => schema.get("additionalProperties").filter(|more| **more != Value::Bool(false)),
    };
    match next {
        Some(next) => leads | pointed(next, rest, found),
        // a schema that says nothing of what is inside lets everything be there
        None if branches(schema).next().is_none() && schema.get("properties").is_none() && free(schema) => {
            found.push(&Value::Null);
            true
        }
        None => leads,
    }
}

/// Whether a schema leaves open what is inside a value.
fn free(schema: &Value) -> bool {
    let inside = |kind: &Value| kind == "object" || kind == "array";
    match schema.get("type") {
        None => true,
        Some(Value::Array(kinds)) => kinds.iter().any(inside),
        Some(kind) => inside(kind) && schema.get("items").is_none(),
    }
}

/// The arguments with every reference replaced by what the earlier call answered.
pub(super) fn substitute(value: &Value, results: &[&Value]) -> Result<Value> {
    Ok(match value {
        Value::Object(fields) if fields.contains_key(KEY) => lookup(value, results)?,
        Value::Object(fields) => {
            let mut replaced = serde_json::Map::new();
            for (key, item) in fields {
                replaced.insert(key.clone(), substitute(item, results)?);
            }
            Value::Object(replaced)
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| substitute(item, results)).collect::<Result<_>>()?),
        other => other.clone(),
    })
}

fn lookup(reference: &Value, results: &[&Value]) -> Result<Value> {
    let (call, pointer) = parts(reference)?;
    let result = results.get(call).ok_or_else(|| refuse(reference, "must name an earlier call of the plan"))?;
    let found = result.pointer(pointer).filter(|found| !found.is_null());
    found.cloned().ok_or_else(|| refuse(reference, "points to nothing in that call's result").into())
}

/// Which call, and where in its answer.
fn parts(reference: &Value) -> Result<(usize, &str), Box<Refusal>> {
    let pair = reference.as_object().filter(|only| only.len() == 1).and_then(|only| only.get(KEY)?.as_array());
    let parts = pair.and_then(|pair| match pair.as_slice() {
        [call, pointer] => Some((usize::try_from(call.as_u64()?).ok()?, pointer.as_str()?)),
        _ => None,
    });
    let written = |pointer: &str| pointer.is_empty() || pointer.starts_with('/');
    parts
        .filter(|(_, pointer)| written(pointer))
        .ok_or_else(|| refuse(reference, "is written {\"$result\":[CALL,\"/POINTER\"]}"))
}

fn refuse(reference: &Value, what: &str) -> Box<Refusal> {
    let shown: String = reference.to_string().chars().take(200).collect();
    let refusal = Refusal::new(Kind::Invalid, codes::BAD_RESULT_REFERENCE, format!("The reference {shown} {what}."));
    Box::new(refusal.fix("Calls count from 0; the operation's output schema says what there is to point to."))
}

/// Says where in the arguments the reference stands.
fn standing(mut refusal: Box<Refusal>, at: &str) -> Box<Refusal> {
    refusal.errors.push(FieldError { pointer: at.to_owned(), detail: refusal.detail.clone() });
    refusal
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kinds_at(schema: &Value, pointer: &str) -> Option<Vec<String>> {
        let mut found = Vec::new();
        let kinds = |found: Vec<&Value>| found.iter().flat_map(|s| kinds(s)).map(str::to_owned).collect();
        pointed(schema, &steps(pointer), &mut found).then(|| kinds(found))
    }

    #[test]
    fn pointers_are_followed_through_schemas() {
        let schema = json!({"type": "object", "properties": {
            "id": {"type": "string", "format": "uuid"}, "a/b": {"type": ["integer", "null"]},
            "items": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "boolean"}}}},
            "either": {"anyOf": [{"type": "object", "properties": {"x": {"type": "string"}}}, {"type": "null"}]},
            "free": true, "map": {"type": "object", "additionalProperties": {"type": "string"}},
        }});
        let kinds = |pointer: &str| kinds_at(&schema, pointer).map(|kinds| kinds.join(" "));
        assert_eq!(kinds("/id").as_deref(), Some("uuid"));
        assert_eq!(kinds("/a~1b").as_deref(), Some("number"));
        assert_eq!(kinds("/items/0/n").as_deref(), Some("boolean"));
        assert_eq!(kinds("/either/x").as_deref(), Some("string"));
        assert_eq!(kinds("/map/any").as_deref(), Some("string"));
        assert_eq!(kinds("/free/what/ever").as_deref(), Some(""));
        assert_eq!(kinds("").as_deref(), Some("object"));
        for nowhere in ["/nothing", "/id/x", "/items/n", "/items/01/n", "/items/-/n", "/items/0/m", "/either/y"] {
            assert_eq!(kinds(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn texts_of_one_kind_are_not_texts_of_another() {
        let fits = |wants: Value, gives: Value| compatible(&kinds(&wants), &kinds(&gives));
        let (text, date, uuid) = (
            json!({"type": "string"}),
            json!({"type": "string", "format": "date"}),
            json!({"type": "string", "format": "uuid"}),
        );
        let reference = json!({"type": "string", "x-ref": "directory.parties"});
        assert!(
            fits(reference.clone(), uuid.clone())
                && fits(reference.clone(), text.clone())
                && fits(text.clone(), date.clone())
        );
        assert!(
            !fits(uuid, date.clone())
                && !fits(date, json!({"type": "integer"}))
                && !fits(reference, json!({"type": "object"}))
        );
        assert!(fits(json!({"type": "string", "format": "decimal"}), json!({"type": "integer"})));
        assert!(!fits(json!({"type": "array"}), text.clone()) && !fits(json!({"type": "integer"}), text.clone()));
        assert!(
            fits(json!({"type": ["string", "null"]}), json!({"type": ["null", "string"]})) && fits(text, json!(true))
        );
    }
}
