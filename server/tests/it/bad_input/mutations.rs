//! Arguments that are wrong in one place, and such that are odd and fit, derived from an operation's input schema.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use uuid::Uuid;

/// What fits, to put the wrong beside.
pub struct Samples {
    pub today: String,
    /// Some records of each entity.
    pub records: BTreeMap<&'static str, Vec<String>>,
}

impl Samples {
    fn named(&self, schema: &Value) -> &[String] {
        let records = schema["x-ref"].as_str().and_then(|entity| self.records.get(entity));
        records.map_or(&[], Vec::as_slice)
    }
    /// The least that fits a schema.
    pub fn of(&self, schema: &Value) -> Value {
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("object"), _) => {
                let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
                required.map(|key| (key.to_owned(), self.of(&schema["properties"][key]))).collect::<Map<_, _>>().into()
            }
            (Some("array"), _) => {
                let least = usize::try_from(schema["minItems"].as_u64().unwrap_or(1).max(1)).unwrap();
                vec![self.of(&schema["items"]); least].into()
            }
            (Some("integer"), _) => json!(schema["minimum"].as_i64().unwrap_or(0).max(1)),
            (Some("boolean"), _) => json!(true),
            (_, Some("date")) => json!(self.today),
            (_, Some("date-time")) => json!(format!("{}T12:00:00Z", self.today)),
            (_, Some("uuid")) => json!(Uuid::now_v7()),
            (_, Some("decimal")) => json!("1"),
            _ if schema.get("contentEncoding").is_some() => json!("eA=="),
            _ => match self.named(schema).first() {
                Some(id) => json!(id),
                None => json!("x".repeat(usize::try_from(schema["minLength"].as_u64().unwrap_or(1).max(1)).unwrap())),
            },
        }
    }
}

/// Arguments that are wrong in one place, with the place.
pub fn wrong(schema: &Value, samples: &Samples) -> Vec<(String, Value)> {
    let mut all = within(schema, samples, &|schema| wrong_values(schema, samples));
    let fits = samples.of(schema);
    for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        for absent in [None, Some(Value::Null)] {
            let mut missing = fits.clone();
            missing.as_object_mut().unwrap().remove(key);
            if let Some(null) = absent {
                missing[key] = null;
            }
            all.push((String::new(), missing));
        }
    }
    for no_object in [json!([]), json!("x"), json!(5), json!(null), json!(true)] {
        all.push((String::new(), no_object));
    }
    all
}

/// Arguments that fit and are odd.
pub fn odd(schema: &Value, samples: &Samples) -> Vec<Value> {
    within(schema, samples, &|schema| odd_values(schema, samples)).into_iter().map(|(_, arguments)| arguments).collect()
}

/// Every place below a schema with each of its values, in arguments that fit elsewhere.
fn within(schema: &Value, samples: &Samples, values: &dyn Fn(&Value) -> Vec<Value>) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for (key, of) in schema["properties"].as_object().into_iter().flatten() {
        let here = values(of).into_iter().map(|value| (String::new(), value));
        for (pointer, value) in here.chain(inside(of, samples, values)) {
            let mut arguments = samples.of(schema);
            arguments[key] = value;
            all.push((format!("/{key}{pointer}"), arguments));
        }
    }
    all
}

fn inside(schema: &Value, samples: &Samples, values: &dyn Fn(&Value) -> Vec<Value>) -> Vec<(String, Value)> {
    match schema["type"].as_str() {
        Some("object") => {
            let mut unknown = samples.of(schema);
            unknown["org_id"] = json!("x");
            let mut all = within(schema, samples, values);
            if !values(schema).is_empty() {
                all.push((String::new(), unknown));
            }
            all
        }
        Some("array") => {
            let items = &schema["items"];
            let here = values(items).into_iter().map(|value| (String::new(), value));
            let below = here.chain(inside(items, samples, values));
            below.map(|(pointer, value)| (format!("/0{pointer}"), json!([value]))).collect()
        }
        _ => Vec::new(),
    }
}

fn wrong_values(schema: &Value, samples: &Samples) -> Vec<Value> {
    let mut all = match schema["type"].as_str() {
        Some("string") => vec![json!(true), json!([]), json!({})],
        Some("integer") => vec![json!("x"), json!("1"), json!(1.5), json!(1e30), json!(true), json!([]), json!({})],
        Some("boolean") => vec![json!("true"), json!(1), json!(0), json!([]), json!({})],
        Some("array") => vec![json!("x"), json!(5), json!({}), json!(true)],
        Some("object") => vec![json!("x"), json!(5), json!([]), json!(true)],
        _ => Vec::new(),
    };
    let number = |key: &str| schema[key].as_i64();
    if let Some(least) = number("minimum").filter(|least| *least > i64::MIN) {
        all.push(json!(least - 1));
    }
    if let Some(most) = number("maximum").filter(|most| *most < i64::MAX) {
        all.push(json!(most + 1));
    }
    if let Some(most) = schema["maxItems"].as_u64() {
        all.push(vec![samples.of(&schema["items"]); usize::try_from(most).unwrap() + 1].into());
    }
    if let Some(most) = schema["maxLength"].as_u64() {
        all.push(json!("x".repeat(usize::try_from(most).unwrap() + 1)));
    }
    if schema["type"] == "string" {
        // a text that may be emptied says so
        let empties = schema["pattern"].as_str().is_some_and(|pattern| pattern.ends_with(")?$"));
        all.extend(wrong_texts(schema).iter().filter(|text| !(empties && text.is_empty())).map(|text| json!(text)));
        if schema["format"] != "decimal" {
            all.push(json!(5));
        }
    }
    all
}

fn wrong_texts(schema: &Value) -> &'static [&'static str] {
    match schema["format"].as_str() {
        Some("date") => &[
            "",
            "yesterday",
            "2026-02-30",
            "2026-3-1",
            "0000-01-01",
            "0001-01-01",
            "1899-12-31",
            "3000-01-01",
            "9999-12-31",
            "+12026-01-01",
            "-0001-01-01",
            "2026-01-01T00:00:00Z",
            "2026-01-01\0",
        ],
        Some("date-time") => {
            &["", "2026-01-01", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-01T25:00:00Z"]
        }
        Some("uuid") => &["", "x", "00000000-0000-0000-0000-00000000000g", "' or 1=1 --"],
        Some("decimal") => &[
            "",
            "x",
            "1e3",
            "1e400",
            "NaN",
            "Infinity",
            "-",
            "--1",
            "+1",
            "1,5",
            "1_000",
            "0x10",
            "1.2.3",
            "٣",
            "1.1234567",
            "1234567890123",
        ],
        _ if schema.get("contentEncoding").is_some() => &["%%%"],
        _ if schema.get("enum").is_some() => &["", "nope", "date; drop table invoices", "-date,(select 1)"],
        _ => &["a\0b", "a\u{202e}b", "a\u{200b}b", "\u{feff}a", "a\u{7}", "a\u{2066}b", "a\u{e0041}", "a\u{fffe}"],
    }
}

/// What fits the schema, and is meant to break what is behind it.
fn odd_values(schema: &Value, samples: &Samples) -> Vec<Value> {
    if schema.get("enum").is_some() || schema.get("contentEncoding").is_some() {
        return Vec::new();
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (_, Some("date")) => vec![json!("1900-01-01"), json!("2999-12-31"), json!("2024-02-29")],
        (_, Some("date-time")) => vec![json!("1900-01-01T00:00:00Z"), json!("2999-12-31T23:59:60Z")],
        (_, Some("uuid")) => vec![json!(Uuid::nil()), json!(Uuid::max())],
        (_, Some("decimal")) => vec![
            json!("0"),
            json!("-0"),
            json!(-0.0),
            json!("999999999999.999999"),
            json!("-999999999999.999999"),
            json!("0.000001"),
            json!(1e11),
        ],
        (Some("integer"), _) => {
            let edges = [schema["minimum"].clone(), schema["maximum"].clone(), json!(1.0)];
            edges.into_iter().filter(|edge| !edge.is_null()).collect()
        }
        (Some("array"), _) if schema["minItems"].as_u64().unwrap_or(0) == 0 => vec![json!([])],
        (Some("string"), _) => {
            let most = usize::try_from(schema["maxLength"].as_u64().unwrap_or(10)).unwrap();
            let least = usize::try_from(schema["minLength"].as_u64().unwrap_or(0)).unwrap();
            let texts = [
                "' or 1=1 --'; drop table calls; --",
                "%_\\$1{{7*7}}${jndi:ldap://x}../<script>",
                "🙂ﷺ\u{301}ẞßŉǰ",
                "\r\n\t ",
                "{\"$result\":[0,\"/id\"]}",
            ];
            let clipped = texts.iter().map(|text| text.chars().take(most).collect::<String>());
            let mut all: Vec<Value> =
                clipped.filter(|text| text.chars().count() >= least).map(|text| json!(text)).collect();
            all.extend(samples.named(schema).iter().map(|id| json!(id)));
            all.push(json!("ﷺ".repeat(most.min(2_000))));
            all
        }
        _ => Vec::new(),
    }
}
