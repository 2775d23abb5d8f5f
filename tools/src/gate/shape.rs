//! The second step: is this readable at all? Limits, normal forms, and the schema.
//!
//! Normalised, and said so here: `null` means absent; numbers given for decimals become decimal strings
//! without trailing zeros; text is NFC. Everything else is refused by name.

use rust_decimal::Decimal;
use serde_json::{Map, Value};
use std::str::FromStr;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::{Entry, FieldError, Kind, Refusal, Result, codes};

/// Nesting that no honest argument needs.
const MAX_DEPTH: usize = 24;
/// Calls in one plan.
pub(super) const MAX_CALLS: usize = 100;
/// Wrong values that are listed in one refusal.
const MAX_ERRORS: usize = 20;

/// Arguments in their normal form, checked against the operation's schema.
pub(super) fn check(entry: &Entry, arguments: &Value) -> Result<Value> {
    let Value::Object(_) = arguments else {
        return Err(refused(vec![error("", "The arguments are a JSON object.")]));
    };
    let normal = normalise(arguments, &entry.input_schema, &mut String::new(), 0)?;
    let errors: Vec<FieldError> = entry
        .validator
        .iter_errors(&normal)
        .take(MAX_ERRORS)
        .map(|e| error(&e.instance_path().to_string(), &e.to_string()))
        .collect();
    if errors.is_empty() { Ok(normal) } else { Err(refused(errors)) }
}

fn refused(errors: Vec<FieldError>) -> crate::Error {
    let detail = errors.first().map(|e| format!("{} {}", e.pointer, e.detail).trim().to_owned());
    let mut refusal = Refusal::new(Kind::Invalid, codes::INVALID_INPUT, detail.unwrap_or_default());
    refusal.errors = errors;
    refusal.into()
}

fn error(pointer: &str, detail: &str) -> FieldError {
    FieldError { pointer: pointer.to_owned(), detail: detail.chars().take(300).collect() }
}

fn normalise(value: &Value, schema: &Value, at: &mut String, depth: usize) -> Result<Value> {
    if depth > MAX_DEPTH {
        return Err(Refusal::new(Kind::TooLarge, codes::TOO_LARGE, "The arguments are nested too deeply.").into());
    }
    Ok(match value {
        Value::String(text) if is_decimal(schema) => Value::String(canonical(text).unwrap_or_else(|| text.clone())),
        Value::Number(number) if is_decimal(schema) => {
            let text = number.to_string();
            canonical(&text).map_or_else(|| value.clone(), Value::String)
        }
        Value::String(text) => Value::String(clean(text, at)?),
        Value::Array(items) => {
            let of = schema.get("items").unwrap_or(&Value::Null);
            let mut normal = Vec::with_capacity(items.len());
            for (i, item) in items.iter().enumerate() {
                normal.push(within(at, &i.to_string(), |at| normalise(item, of, at, depth + 1))?);
            }
            Value::Array(normal)
        }
        Value::Object(fields) => {
            let of = schema.get("properties").unwrap_or(&Value::Null);
            let mut normal = Map::new();
            for (key, item) in fields.iter().filter(|(_, item)| !item.is_null()) {
                let of = of.get(key).unwrap_or(&Value::Null);
                normal.insert(key.clone(), within(at, key, |at| normalise(item, of, at, depth + 1))?);
            }
            Value::Object(normal)
        }
        other => other.clone(),
    })
}

/// Runs `f` with the pointer one step deeper.
pub(super) fn within<T>(at: &mut String, step: &str, f: impl FnOnce(&mut String) -> T) -> T {
    let length = at.len();
    at.push('/');
    at.push_str(&step.replace('~', "~0").replace('/', "~1"));
    let result = f(at);
    at.truncate(length);
    result
}

fn is_decimal(schema: &Value) -> bool {
    schema.get("format").is_some_and(|format| format == "decimal")
}

/// `3`, `3.0` and `"3.00"` are the same quantity and are recorded as one text.
fn canonical(text: &str) -> Option<String> {
    let decimal = Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).ok()?;
    let normal = decimal.normalize();
    Some(if normal.is_zero() { "0".to_owned() } else { normal.to_string() })
}

/// NFC; control characters (NUL among them) and bidirectional overrides hide what a name says.
pub(super) fn clean(text: &str, at: &str) -> Result<String> {
    let hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    if let Some(c) = text.chars().find(|c| hidden(*c)) {
        return Err(refused(vec![error(
            at,
            &format!("The text contains the invisible character U+{:04X}.", u32::from(c)),
        )]));
    }
    Ok(if is_nfc(text) { text.to_owned() } else { text.nfc().collect() })
}
