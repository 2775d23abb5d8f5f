//! Arguments as models write them: an object, one in a string, one in a fence, nothing, or rubbish.

use serde_json::{Map, Value};

use crate::Arguments;

/// More of what is no JSON is not kept.
const KEPT: usize = 4_000;
/// A string in a string in a string is where patience ends.
const LAYERS: usize = 3;

impl Arguments {
    /// Reads what a model wrote. Nothing at all is an empty object: tools without parameters are called so.
    #[must_use]
    pub fn read(raw: &str) -> Self {
        let mut text = unfenced(raw).to_owned();
        for _ in 0..LAYERS {
            if text.trim().is_empty() {
                return Self::Object(Map::new());
            }
            match serde_json::from_str(&text) {
                Ok(Value::Object(object)) => return Self::Object(object),
                Ok(Value::Null) => return Self::Object(Map::new()),
                Ok(Value::String(inner)) => text = inner,
                Ok(other) => return Self::broken(raw, format!("it must be a JSON object, not {}", kind(&other))),
                Err(error) => return Self::broken(raw, format!("it is not JSON: {error}")),
            }
        }
        Self::broken(raw, "it must be a JSON object, not a string".to_owned())
    }
    fn broken(raw: &str, why: String) -> Self {
        Self::Broken { raw: shortened(raw, KEPT), why }
    }
    /// The object, empty where the arguments are broken: histories with anything else are refused by servers.
    pub(crate) fn object(&self) -> Map<String, Value> {
        match self {
            Self::Object(object) => object.clone(),
            Self::Broken { .. } => Map::new(),
        }
    }
}

/// What is inside a Markdown fence, if that is all there is.
fn unfenced(raw: &str) -> &str {
    let text = raw.trim();
    let inside = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    inside.map_or(text, |inside| inside.strip_prefix("json").unwrap_or(inside).trim())
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "an array",
        Value::String(_) => "a string",
        Value::Number(_) => "a number",
        Value::Bool(_) => "true or false",
        Value::Null | Value::Object(_) => "this",
    }
}

/// At most so many bytes, cut between characters.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Arguments {
        Arguments::Object(value.as_object().unwrap().clone())
    }

    #[test]
    fn objects_are_read_however_they_are_wrapped() {
        for raw in [r#"{"a":1}"#, " {\"a\":1}\n", r#""{\"a\":1}""#, "```json\n{\"a\":1}\n```", r#""\"{\\\"a\\\":1}\"""#]
        {
            assert_eq!(Arguments::read(raw), object(json!({"a": 1})), "{raw}");
        }
        for raw in ["", "  ", "null", "{}", "\"\""] {
            assert_eq!(Arguments::read(raw), object(json!({})), "{raw}");
        }
    }

    #[test]
    fn what_is_no_object_says_why() {
        for (raw, word) in
            [("[1]", "array"), ("3", "number"), ("{\"a\":", "not JSON"), ("name=x", "not JSON"), ("true", "true")]
        {
            let Arguments::Broken { raw: kept, why } = Arguments::read(raw) else { panic!("{raw}") };
            assert_eq!(kept, raw);
            assert!(why.contains(word), "{why}");
        }
        let Arguments::Broken { raw, .. } = Arguments::read(&"ä".repeat(9_000)) else { panic!() };
        assert!(raw.len() <= KEPT + 3);
    }
}
