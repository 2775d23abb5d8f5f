//! Arguments made up from an operation's own schema: whatever is added to the catalogue takes part in the campaigns.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::dice::Dice;

/// How to make arguments up.
pub struct MadeUp<'a> {
    /// An id for a field that names a record of this kind (`accounting.invoices`), or for a plain id.
    pub id: &'a mut dyn FnMut(Option<&str>) -> Uuid,
    /// How likely an optional field is filled in, in percent; 0 is the least that the schema asks for.
    pub optional: u64,
    /// The dice.
    pub dice: &'a mut Dice,
}

impl MadeUp<'_> {
    /// Arguments that fit a schema, as far as it says what fits.
    pub fn arguments(&mut self, schema: &Value) -> Value {
        self.value(schema, "")
    }

    fn value(&mut self, schema: &Value, name: &str) -> Value {
        if let Some(first) = schema.get("const") {
            return first.clone();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return self.dice.pick(values).clone();
        }
        for any in ["anyOf", "oneOf"] {
            if let Some(of) = schema.get(any).and_then(Value::as_array) {
                let of = self.dice.pick(of).clone();
                return self.value(&of, name);
            }
        }
        match kind(schema) {
            "object" => self.object(schema),
            "array" => {
                let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1).max(1);
                let items = schema.get("items").unwrap_or(&Value::Null);
                (0..least).map(|_| self.value(items, name)).collect()
            }
            "integer" => json!(schema.get("minimum").and_then(Value::as_f64).map_or(1, |least| (least as i64).max(1))),
            "number" => json!(1),
            "boolean" => json!(self.dice.chance(50)),
            _ => self.text(schema, name),
        }
    }

    fn object(&mut self, schema: &Value) -> Value {
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let mut made = Map::new();
        for (key, of) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            // a cursor is handed out, never made up
            if required.contains(&key.as_str()) || (key != "cursor" && self.dice.chance(self.optional)) {
                made.insert(key.clone(), self.value(of, key));
            }
        }
        Value::Object(made)
    }

    fn text(&mut self, schema: &Value, name: &str) -> Value {
        if let Some(entity) = schema.get("x-ref").and_then(Value::as_str).filter(|entity| *entity != "*") {
            return json!((self.id)(Some(entity)));
        }
        match schema.get("format").and_then(Value::as_str) {
            Some("uuid") => json!((self.id)(None)),
            Some("date") => json!(super::TODAY),
            Some("date-time") => json!("2026-03-16T10:00:00Z"),
            Some("decimal") => json!(format!("{}.{:02}", 1 + self.dice.below(500), self.dice.below(100))),
            Some("email") => json!("somebody@example.com"),
            Some("time") => json!("10:00:00Z"),
            _ if name == "email" => json!("somebody@example.com"),
            _ if name == "currency" => json!("EUR"),
            _ => {
                let least = schema.get("minLength").and_then(Value::as_u64).unwrap_or(1);
                json!("made up words".repeat(usize::try_from(least / 13 + 1).unwrap_or(1)))
            }
        }
    }
}

fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("string")
        }
        _ if schema.get("properties").is_some() => "object",
        _ => "string",
    }
}
