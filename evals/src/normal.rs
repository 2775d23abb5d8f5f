//! When two outcomes are the same.
//!
//! Numbers count by value, whatever they are written as, and texts without regard to case and spaces. Versions, moments
//! and cursors say nothing of the outcome. In outcomes of writes ids count by the order in which they first appear, since
//! what is new has an id of its own each time. Lists are compared in order, except the rows of a read whose reference does
//! not ask for a `sort`: those are compared as a set.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::numbers;

/// What is left out of outcomes.
const SAYS_NOTHING: [&str; 4] = ["version", "next_cursor", "expires_at", "request_id"];

/// The outcome of a write in the form in which it is compared.
#[must_use]
pub fn written(outcome: &Value) -> Value {
    let mut ids = Vec::new();
    normal(outcome, &mut Some(&mut ids))
}

/// The answer of a read in the form in which it is compared.
#[must_use]
pub fn read(answer: &Value, sorted: bool) -> Value {
    let mut answer = normal(answer, &mut None);
    if !sorted && let Some(Value::Array(rows)) = answer.get_mut("items") {
        rows.sort_by_cached_key(Value::to_string);
    }
    answer
}

fn normal(value: &Value, ids: &mut Option<&mut Vec<String>>) -> Value {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().filter(|key| counts(key)).collect();
            keys.sort();
            let each = keys.into_iter().map(|key| (key.clone(), normal(&fields[key], ids)));
            // what is absent and what is null or empty are one
            Value::Object(each.filter(|(_, value)| !empty(value)).collect::<Map<_, _>>())
        }
        Value::Array(all) => all.iter().map(|one| normal(one, ids)).collect(),
        Value::Number(number) => Value::String(text_of(&number.to_string(), ids)),
        Value::String(text) => Value::String(text_of(text, ids)),
        other => other.clone(),
    }
}

fn counts(key: &str) -> bool {
    !SAYS_NOTHING.contains(&key) && !key.ends_with("_at")
}

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        _ => false,
    }
}

fn text_of(text: &str, ids: &mut Option<&mut Vec<String>>) -> String {
    if moment(text) {
        return "(moment)".to_owned();
    }
    let word = |word: &str| {
        if let Some(number) = numbers::plain(word) {
            return number;
        }
        let word = word.to_lowercase();
        match ids.as_deref_mut() {
            Some(ids) if word.len() == 36 && Uuid::parse_str(&word).is_ok() => {
                let at = ids.iter().position(|known| *known == word).unwrap_or_else(|| {
                    ids.push(word);
                    ids.len() - 1
                });
                format!("(id {at})")
            }
            _ => word,
        }
    };
    text.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// `2026-03-16T09:00:00Z` and the like; a day is no moment.
fn moment(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 19 && bytes.get(10) == Some(&b'T') && chrono::DateTime::parse_from_rfc3339(text).is_ok()
}

/// Whether an answer holds what is wanted: objects by key, lists item by item and whole, numbers by value, and a record
/// by its id, number, code or name.
#[must_use]
pub fn holds(answer: &Value, wanted: &Value) -> bool {
    match (answer, wanted) {
        (Value::Object(fields), Value::Object(wanted)) => {
            wanted.iter().all(|(key, want)| holds(fields.get(key).unwrap_or(&Value::Null), want))
        }
        (Value::Object(fields), Value::String(_)) => {
            ["id", "number", "code", "name"].iter().any(|key| fields.get(*key).is_some_and(|is| holds(is, wanted)))
        }
        (Value::Array(all), Value::Array(wanted)) => {
            all.len() == wanted.len() && all.iter().zip(wanted).all(|(is, want)| holds(is, want))
        }
        (Value::Null, Value::Array(wanted)) => wanted.is_empty(),
        (is, want) => normal(is, &mut None) == normal(want, &mut None),
    }
}

/// Whether a text holds a figure, by value, or a name.
#[must_use]
pub fn says(text: &str, wanted: &Value) -> bool {
    let wanted = wanted.as_str().map_or_else(|| wanted.to_string(), str::to_owned);
    let figure = !wanted.chars().any(char::is_alphabetic);
    match numbers::written(&wanted)
        .filter(|_| figure && chrono::NaiveDate::parse_from_str(&wanted, "%Y-%m-%d").is_err())
    {
        Some(figure) => numbers::all(text).contains(&figure),
        None => text.to_lowercase().contains(&wanted.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_says_nothing_does_not_count() {
        let one = json!({"id": "019cf592-d4eb-700c-9184-19568c747cb1", "version": 3, "quantity": "25.0", "memo": null,
            "created_at": "2026-03-16T07:36:13Z", "text": "Draft: 25.00  EUR"});
        let other = json!({"id": "019cf592-d4eb-700c-9184-19568c747cb2", "version": 4, "quantity": 25, "text": "draft: 25.00 EUR"});
        assert_eq!(written(&one), written(&other));
        assert_ne!(written(&one), written(&json!({"id": "x", "quantity": "26", "text": "draft: 25 EUR"})));
    }

    #[test]
    fn ids_count_by_the_order_of_their_appearance() {
        let [a, b] = ["019cf592-d4eb-700c-9184-19568c747cb1", "019cf592-d4eb-700c-9184-19568c747cb2"];
        assert_eq!(written(&json!([a, b, a])), written(&json!([b, a, b])));
        assert_ne!(written(&json!([a, b, a])), written(&json!([a, b, b])));
        assert_ne!(read(&json!({"id": a}), true), read(&json!({"id": b}), true));
    }

    #[test]
    fn rows_count_in_order_only_where_a_sort_was_asked_for() {
        let (one, other) = (json!({"items": [{"n": 1}, {"n": 2}]}), json!({"items": [{"n": 2}, {"n": 1}]}));
        assert_eq!(read(&one, false), read(&other, false));
        assert_ne!(read(&one, true), read(&other, true));
        assert_ne!(written(&json!([1, 2])), written(&json!([2, 1])));
    }

    #[test]
    fn a_part_is_held() {
        let answer =
            json!({"items": [{"customer": {"name": "Globex", "number": "P-1"}, "gross": {"amount": "432.00"}}]});
        assert!(holds(&answer, &json!({"items": [{"customer": "globex", "gross": {"amount": 432}}]})));
        assert!(!holds(&answer, &json!({"items": [{"gross": {"amount": "433"}}]})));
        assert!(!holds(&answer, &json!({"items": []})));
        assert!(holds(&json!({}), &json!({"items": []})));
    }

    #[test]
    fn figures_are_found_by_value() {
        assert!(says("They owe 1234.5 EUR.", &json!("1,234.50")));
        assert!(!says("They owe 11234.5 EUR.", &json!("1,234.50")));
        assert!(says("It is due on 2026-04-15.", &json!("2026-04-15")));
        assert!(says("Globex Industries SE", &json!("globex")));
    }
}
