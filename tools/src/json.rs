//! JSON from outside, read once and strictly, for every surface: what readers disagree about (a key that stands
//! twice) and what no honest request needs (deep nesting) is refused by name.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::{FieldError, Kind, Refusal, codes};

/// Nesting of a request: arguments have their own, smaller limit, and stand within plans.
const MAX_DEPTH: usize = 48;

/// Reads one JSON text. `what` names it for people ("body").
pub fn read_json(bytes: &[u8], what: &str) -> Result<Value, Box<Refusal>> {
    let mut reader = Reader { at: String::new(), depth: 0, refused: None };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = reader.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    read.map_err(|error| {
        Box::new(reader.refused.unwrap_or_else(|| {
            Refusal::new(Kind::Malformed, codes::MALFORMED, format!("The {what} is not JSON: {error}."))
                .fix("Send one JSON text in UTF-8 (RFC 8259).")
        }))
    })
}

struct Reader {
    /// Where reading is, as a JSON pointer.
    at: String,
    depth: usize,
    /// Why it stopped, where the reason is ours.
    refused: Option<Refusal>,
}

impl Reader {
    fn refuse<E: serde::de::Error>(&mut self, refusal: Refusal) -> E {
        self.refused = Some(refusal);
        E::custom("refused")
    }
    fn enter<E: serde::de::Error>(&mut self) -> Result<(), E> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let refusal = Refusal::new(Kind::Malformed, codes::TOO_DEEP, "The JSON is nested too deeply.");
            return Err(self.refuse(refusal.fix(format!("At most {MAX_DEPTH} levels are read."))));
        }
        Ok(())
    }
    /// Reads what stands under `step`.
    fn within<E>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> Result<Value, E>) -> Result<Value, E> {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(&step.replace('~', "~0").replace('/', "~1"));
        let value = read(self)?;
        self.at.truncate(length);
        Ok(value)
    }
    fn twice<E: serde::de::Error>(&mut self, key: &str) -> E {
        let shown: String = key.chars().take(100).collect();
        let detail = format!("The key \"{shown}\" stands twice in one object.");
        let mut refusal = Refusal::new(Kind::Malformed, codes::DUPLICATE_KEY, &detail)
            .fix("Say each key once: which of the two is meant, nobody can know.");
        refusal.errors.push(FieldError { pointer: format!("{}/{shown}", self.at), detail });
        self.refuse(refusal)
    }
}

impl<'de> DeserializeSeed<'de> for &mut Reader {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Reader {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(&mut *self)? {
            items.push(item);
        }
        self.depth -= 1;
        Ok(Value::Array(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut fields = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if fields.contains_key(&key) {
                return Err(self.twice(&key));
            }
            let value = self.within(&key, |reader| map.next_value_seed(reader))?;
            fields.insert(key, value);
        }
        self.depth -= 1;
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn code(text: &[u8]) -> String {
        read_json(text, "body").unwrap_err().code
    }

    #[test]
    fn what_is_json_is_read_as_serde_reads_it() {
        for text in [r#"{"a":[1,-2,1.5,true,null,"x",{"b":{}}],"":0}"#, "[]", "3", "\"\\ud83d\\ude00\"", " {} "] {
            let plain: Value = serde_json::from_str(text).unwrap();
            assert_eq!(read_json(text.as_bytes(), "body").unwrap(), plain);
        }
        assert_eq!(read_json(b"-0", "body").unwrap(), json!(-0.0));
    }

    #[test]
    fn a_key_stands_once_at_any_depth() {
        assert_eq!(code(br#"{"a":1,"a":1}"#), "duplicate_key");
        let refusal = read_json(br#"{"a":{"x":{"c":1,"b":2,"\u0062":3}}}"#, "body").unwrap_err();
        assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("duplicate_key", "/a/x/b"));
        assert!(read_json(br#"[{"a":1},{"a":1}]"#, "body").is_ok());
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for text in
            ["", "{", "[1,]", "{} {}", "NaN", "1e400", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\u{feff}{}", "'a'", "01"]
        {
            assert_eq!(code(text.as_bytes()), "malformed", "{text}");
        }
        assert_eq!(code(b"\"\xff\""), "malformed");
        assert_eq!(code(b"\"a\0\""), "malformed");
    }

    #[test]
    fn depth_has_an_end() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(read_json(nested(MAX_DEPTH).as_bytes(), "body").is_ok());
        assert_eq!(code(nested(MAX_DEPTH + 1).as_bytes()), "too_deep");
        assert_eq!(code("[".repeat(1_000_000).as_bytes()), "too_deep");
        assert_eq!(code("{\"a\":".repeat(10_000).as_bytes()), "too_deep");
    }
}
