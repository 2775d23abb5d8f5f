//! What a call says twice: a search for what has a field of its own, a note that repeats the lines.

use serde_json::{Map, Value};

use super::guard::texts;

/// Whether a field takes values of a kind, and not just words.
pub(super) fn typed(schema: &Value) -> bool {
    schema["type"] != "string" || ["format", "enum", "pattern", "x-ref"].iter().any(|mark| schema.get(mark).is_some())
}

/// A search for words that have found their field is none: the day of `date_from`, the state that is asked for.
pub(super) fn unsearched(schema: &Value, planned: &Map<String, Value>, arguments: &mut Map<String, Value>) {
    let mut placed = Vec::new();
    let of_kinds = arguments.iter().filter(|(key, value)| {
        typed(&schema["properties"][key.as_str()]) && (planned.get(*key) == Some(value) || value.is_string())
    });
    of_kinds.for_each(|(_, value)| texts(value, &mut placed));
    arguments.retain(|key, value| match value.as_str() {
        Some(text) => {
            let words = text.to_lowercase();
            let elsewhere = placed.contains(&words);
            planned.contains_key(key) || typed(&schema["properties"][key.as_str()]) || !elsewhere
        }
        None => true,
    });
}

/// Words that only say again what the call says elsewhere ("10 headsets" beside the line for them) or what it does anyway
/// (a search for "received" among payments) were not asked for.
pub(super) fn unrepeated(
    about: &str,
    schema: &Value,
    planned: Option<&Map<String, Value>>,
    arguments: &mut Map<String, Value>,
) {
    let words = |text: &str| -> Vec<String> {
        text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 3).map(str::to_owned).collect()
    };
    let required = schema["required"].as_array();
    let given = arguments.clone();
    arguments.retain(|key, value| {
        let optional = !required.is_some_and(|all| all.iter().any(|name| name == key));
        let asked = planned.is_some_and(|planned| planned.contains_key(key));
        let free = optional && !asked && !typed(&schema["properties"][key.as_str()]);
        let Some(text) = value.as_str().filter(|_| free) else { return true };
        let mut others = vec![about.to_owned()];
        given.iter().filter(|(other, _)| *other != key).for_each(|(_, value)| texts(value, &mut others));
        let said: Vec<String> = others.iter().flat_map(|text| words(text)).collect();
        let mine = words(text);
        let repeats = |word: &&String| said.iter().any(|other| other.starts_with(*word) || word.starts_with(other));
        // half of them is enough: the others are units and words like "each"
        mine.is_empty() || mine.iter().filter(repeats).count() * 2 < mine.len()
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn a_search_for_what_has_found_its_field_is_none() {
        let schema = json!({"properties": {
            "q": {"type": "string"}, "status": {"type": "string", "enum": ["draft", "paid"]},
            "date_from": {"type": "string", "format": "date"},
        }});
        let left = |arguments: Value, planned: Value| {
            let mut arguments = map(arguments);
            unsearched(&schema, &map(planned), &mut arguments);
            Value::Object(arguments)
        };
        assert_eq!(left(json!({"status": "draft", "q": "draft"}), json!({})), json!({"status": "draft"}));
        let both = json!({"date_from": "2026-10-01", "q": "chairs"});
        assert_eq!(left(both.clone(), json!({})), both);
    }

    #[test]
    fn a_note_that_repeats_the_call_goes_and_one_that_says_more_stays() {
        let schema = json!({"required": ["customer", "lines"], "properties": {
            "customer": {"type": "string", "x-ref": "directory.parties"}, "memo": {"type": "string"},
            "reference": {"type": "string"}, "lines": {"type": "array"},
        }});
        let with = |memo: &str, planned: Option<Value>| {
            let mut arguments = map(json!({
                "customer": "Helios", "memo": memo, "lines": [{"description": "headsets", "quantity": "10"}],
            }));
            let planned = planned.map(map);
            unrepeated("accounting.invoices.create", &schema, planned.as_ref(), &mut arguments);
            arguments.contains_key("memo")
        };
        assert!(!with("10 headsets", None));
        assert!(!with("Invoice for 10 headsets at 129 each", None));
        assert!(with("10 headsets, back door", None));
        assert!(with("A12", None));
        assert!(with("10 headsets", Some(json!({"memo": "10 headsets"}))));
    }
}
