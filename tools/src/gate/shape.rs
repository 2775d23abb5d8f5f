//! The second step: is this readable at all? Limits, normal forms, and the schema.
//!
//! Normalised, and said so in `docs/bad-input.md`: `null` means absent; numbers given for decimals become decimal
//! strings without trailing zeros; `3.0` is the integer 3; text is NFC. Everything else is refused by name.

use rust_decimal::Decimal;
use serde_json::{Map, Number, Value};
use std::str::FromStr;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::{Entry, FieldError, Kind, Refusal, Result, codes};

/// Nesting that no honest argument needs.
const MAX_DEPTH: usize = 24;
/// Calls in one plan.
pub(super) const MAX_CALLS: usize = 100;
/// Wrong values that are listed in one refusal.
const MAX_ERRORS: usize = 20;
/// Digits that every decimal keeps on its way through a JSON number (a double).
const EXACT_DIGITS: usize = 15;
/// Years in which business happens; beyond them, dates are typing errors.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2999;

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
    let mut refusal = Refusal::new(Kind::Invalid, codes::INVALID_INPUT, detail.unwrap_or_default())
        .fix("Correct what is named; the operation's input schema says what fits.");
    refusal.errors = errors;
    refusal.into()
}

fn error(pointer: &str, detail: &str) -> FieldError {
    FieldError { pointer: pointer.to_owned(), detail: detail.chars().take(300).collect() }
}

fn normalise(value: &Value, schema: &Value, at: &mut String, depth: usize) -> Result<Value> {
    if depth > MAX_DEPTH {
        let refusal = Refusal::new(Kind::Malformed, codes::TOO_DEEP, "The arguments are nested too deeply.");
        return Err(refusal.fix(format!("At most {MAX_DEPTH} levels are read.")).into());
    }
    Ok(match value {
        Value::String(text) if is_decimal(schema) => Value::String(plain(text).unwrap_or_else(|| text.clone())),
        Value::String(text) => {
            in_range(text, schema, at)?;
            Value::String(clean(text, at)?)
        }
        Value::Number(number) if is_decimal(schema) => exact(number, at)?,
        Value::Number(number) if schema.get("type").is_some_and(|kind| kind == "integer") => whole(number),
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
                let item = within(at, key, |at| normalise(item, of, at, depth + 1))?;
                normal.insert(if of.is_null() { clean(key, at)? } else { key.clone() }, item);
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
fn canonical(decimal: Decimal) -> String {
    let normal = decimal.normalize();
    if normal.is_zero() { "0".to_owned() } else { normal.to_string() }
}

/// A decimal in plain notation; anything else is for the schema to refuse.
fn plain(text: &str) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, behind) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (all_digits(whole) && all_digits(behind)).then(|| Decimal::from_str(text).ok().map(canonical)).flatten()
}

/// A number where a decimal is wanted. JSON numbers are doubles to most programs: one with more digits than those
/// keep may have changed on its way already.
fn exact(number: &Number, at: &str) -> Result<Value> {
    let text = number.to_string();
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0').trim_end_matches('0').len();
    if digits > EXACT_DIGITS {
        let detail = format!("The number {text} has more than {EXACT_DIGITS} digits: JSON numbers do not keep them.");
        return Err(Refusal::invalid(codes::IMPRECISE_NUMBER, at, detail).fix("Write it as a string.").into());
    }
    let decimal = Decimal::from_str(&text).or_else(|_| Decimal::from_scientific(&text)).ok();
    Ok(decimal.map_or_else(|| Value::Number(number.clone()), |decimal| Value::String(canonical(decimal))))
}

/// `3.0` is an integer to JSON Schema, and so it is here.
fn whole(number: &Number) -> Value {
    let text = number.to_string();
    text.strip_suffix(".0")
        .and_then(|text| text.parse::<i64>().ok())
        .map_or_else(|| Value::Number(number.clone()), Value::from)
}

/// Dates that are dates, and no business day's.
fn in_range(text: &str, schema: &Value, at: &str) -> Result<()> {
    let format = schema.get("format").and_then(Value::as_str);
    let year = text.get(..5).and_then(|start| start.strip_suffix('-')).and_then(|year| year.parse::<i32>().ok());
    match (format, year) {
        (Some("date" | "date-time"), Some(year)) if !YEARS.contains(&year) => {
            let detail = format!("The year {year:04} is no year of business.");
            let fix = format!("Dates lie between {}-01-01 and {}-12-31.", YEARS.start(), YEARS.end());
            Err(Refusal::invalid(codes::DATE_OUT_OF_RANGE, at, detail).fix(fix).into())
        }
        _ => Ok(()),
    }
}

/// NFC; characters that nobody sees (NUL among them) and those that turn the direction of writing hide what a name says.
pub(super) fn clean(text: &str, at: &str) -> Result<String> {
    if let Some(c) = text.chars().find(|c| hidden(*c)) {
        let detail = format!("The text contains the invisible character U+{:04X}.", u32::from(c));
        return Err(Refusal::invalid(codes::HIDDEN_CHARACTER, at, detail).fix("Leave it out.").into());
    }
    Ok(if is_nfc(text) { text.to_owned() } else { text.nfc().collect() })
}

/// Controls, zero-width and filler characters, bidirectional marks, tags, and code points that are no characters.
fn hidden(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    let no_character = u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}');
    control
        || no_character
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}')
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}')
        || matches!(c, '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn normal(value: Value, schema: Value) -> Result<Value, String> {
        normalise(&value, &schema, &mut String::new(), 0).map_err(|e| e.refusal().unwrap().code.clone())
    }

    #[test]
    fn decimals_are_one_text() {
        let decimal = |value: Value| normal(value, json!({"type": "string", "format": "decimal"}));
        for (given, kept) in [
            (json!(3), "3"),
            (json!(3.0), "3"),
            (json!("3.00"), "3"),
            (json!("-0"), "0"),
            (json!(-0.0), "0"),
            (json!("007"), "7"),
            (json!(1e3), "1000"),
            (json!(49.9), "49.9"),
            (json!("123456789012.123456"), "123456789012.123456"),
            // not plain notation: left as they are, for the schema to refuse
            (json!("1e3"), "1e3"),
            (json!("+5"), "+5"),
            (json!("1_000"), "1_000"),
            (json!(".5"), ".5"),
            (json!("5."), "5."),
            (json!(""), ""),
        ] {
            assert_eq!(decimal(given.clone()), Ok(json!(kept)), "{given}");
        }
        assert_eq!(decimal(json!(12345678901.12345)), Err("imprecise_number".to_owned()));
        assert_eq!(decimal(json!(0.1)), Ok(json!("0.1")));
        assert_eq!(decimal(json!(1e300)), Ok(json!(1e300)), "the schema wants a string");
    }

    #[test]
    fn whole_numbers_are_integers() {
        let integer = |value: Value| normal(value, json!({"type": "integer"})).unwrap();
        assert_eq!(integer(json!(3.0)).to_string(), "3");
        assert_eq!(integer(json!(-0.0)).to_string(), "0");
        assert_eq!(integer(json!(3.5)).to_string(), "3.5");
    }

    #[test]
    fn dates_are_of_this_world() {
        let date = |text: &str| normal(json!(text), json!({"type": "string", "format": "date"}));
        for text in ["0000-01-01", "0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"] {
            assert_eq!(date(text), Err("date_out_of_range".to_owned()), "{text}");
        }
        for text in ["1900-01-01", "2999-12-31", "yesterday", "2026"] {
            assert_eq!(date(text), Ok(json!(text)));
        }
    }

    #[test]
    fn nothing_hides_in_a_text() {
        for c in [
            "\0",
            "\u{8}",
            "\u{7f}",
            "\u{85}",
            "\u{200b}",
            "\u{202e}",
            "\u{2066}",
            "\u{feff}",
            "\u{ad}",
            "\u{e0041}",
            "\u{ffff}",
        ] {
            assert_eq!(normal(json!(format!("a{c}b")), Value::Null), Err("hidden_character".to_owned()), "{c:?}");
            assert_eq!(normal(json!({format!("a{c}"): 1}), Value::Null), Err("hidden_character".to_owned()), "{c:?}");
        }
        assert_eq!(normal(json!("A\u{30a}\tЖ 株 🙂\n"), Value::Null), Ok(json!("Å\tЖ 株 🙂\n")));
    }
}
