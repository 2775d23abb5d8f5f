//! Plans: later calls refer to earlier results by `{"$result":[0,"/id"]}`.

use serde_json::Value;

use crate::{FieldError, Kind, Refusal, Result, codes};

const KEY: &str = "$result";

/// Whether the arguments refer to earlier results.
pub(super) fn has_results(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.contains_key(KEY) || fields.values().any(has_results),
        Value::Array(items) => items.iter().any(has_results),
        _ => false,
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
    let parts = (reference.as_object().filter(|o| o.len() == 1)).and_then(|o| o.get(KEY)?.as_array()).and_then(
        |pair| match pair.as_slice() {
            [call, pointer] => Some((usize::try_from(call.as_u64()?).ok()?, pointer.as_str()?)),
            _ => None,
        },
    );
    let (call, pointer) = parts.ok_or_else(|| refuse(reference, "is written {\"$result\":[CALL,\"/POINTER\"]}"))?;
    let result = results.get(call).ok_or_else(|| refuse(reference, "must name an earlier call of the plan"))?;
    let found = result.pointer(pointer).filter(|found| !found.is_null());
    found.cloned().ok_or_else(|| refuse(reference, "points to nothing in that call's result").into())
}

fn refuse(reference: &Value, what: &str) -> Refusal {
    let detail = format!("The reference {reference} {what}.");
    let mut refusal = Refusal::new(Kind::Invalid, codes::INVALID_INPUT, &detail);
    refusal.errors.push(FieldError { pointer: String::new(), detail });
    refusal
}
