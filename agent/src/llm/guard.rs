//! Nothing that a model made up goes any further: every value of a call is held against what is known.
//!
//! What nobody said and nothing holds is left out where it may be, and asked about where it may not. It is all rules:
//! no model judges a model.

use serde_json::{Map, Value, json};
use steward_tools::{Call, Effect, Entry};

use super::known::Known;
use super::profile::PAGING;
use super::tidy::{typed, unrepeated, unsearched};
use super::{leaf, refs};

/// A call as far as it is grounded.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) arguments: Map<String, Value>,
    /// Values that nobody said, by their place.
    pub(crate) left_out: Vec<(String, Value)>,
    /// Places that have to be filled and are not.
    pub(crate) missing: Vec<String>,
    /// What the model has to mend itself.
    pub(crate) faults: Vec<String>,
}

/// What becomes of one value.
pub(crate) enum Fate {
    /// It is known; this is its form.
    Keep(Value),
    /// It says nothing: absent is the same.
    Idle,
    /// Nobody said it.
    Unsaid,
    /// It cannot be understood; why, in words for the model.
    Fault(String),
}

/// Where a value stands.
pub(crate) struct Place<'s> {
    pub(crate) name: &'s str,
    pub(crate) schema: &'s Value,
    pub(crate) required: bool,
    pub(crate) reads: bool,
    /// The call of the plan that it belongs to.
    pub(crate) step: usize,
}

struct Guard<'k> {
    known: &'k Known<'k>,
    reads: bool,
    step: usize,
    out: Checked,
}

/// Holds a call against what is known. `step` is its place in the plan.
pub(crate) fn check(entry: &Entry, arguments: Map<String, Value>, known: &Known<'_>, step: usize) -> Checked {
    let reads = entry.op.effect() == Effect::Read;
    let mut guard = Guard { known, reads, step, out: Checked::default() };
    let kept = guard.object(&entry.input_schema, renamed(&entry.input_schema, arguments), "");
    guard.out.arguments = kept;
    guard.mend(&entry.input_schema);
    let about = format!("{} {}", entry.name(), entry.description);
    unrepeated(&about, &entry.input_schema, known.planned, &mut guard.out.arguments);
    guard.out
}

impl Guard<'_> {
    fn object(&mut self, schema: &Value, given: Map<String, Value>, at: &str) -> Map<String, Value> {
        let mut kept = Map::new();
        let required = |key: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|k| k == key));
        for (key, value) in given {
            let pointer = format!("{at}/{key}");
            let free = json!({});
            let of = match schema["properties"].get(&key) {
                Some(of) => of,
                None if schema.get("properties").is_none() => &free,
                None => {
                    self.out.left_out.push((pointer, value));
                    continue;
                }
            };
            if let Some(value) = self.value(&key, of, value, &pointer, required(&key)) {
                kept.insert(key, value);
            }
        }
        for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let pointer = format!("{at}/{key}");
            if !kept.contains_key(key) && !self.out.missing.contains(&pointer) {
                self.out.missing.push(pointer);
            }
        }
        kept
    }

    fn value(&mut self, name: &str, schema: &Value, value: Value, pointer: &str, required: bool) -> Option<Value> {
        let (missing, reads) = (self.out.missing.len(), self.reads);
        let kind = schema["type"].as_str().unwrap_or_default();
        match value {
            Value::Object(fields) if kind != "array" => {
                let kept = self.object(schema, fields, pointer);
                if kept.is_empty() {
                    self.out.missing.truncate(missing);
                    return None;
                }
                Some(Value::Object(kept))
            }
            Value::Array(items) if kind == "array" || kind.is_empty() => {
                let mut kept: Vec<Value> = Vec::with_capacity(items.len());
                for item in items {
                    let pointer = format!("{pointer}/{}", kept.len());
                    kept.extend(self.value(name, &schema["items"], item, &pointer, false));
                }
                (!kept.is_empty()).then_some(Value::Array(kept))
            }
            // one where a list is wanted is a list of one
            value if kind == "array" && !value.is_null() => {
                let kept = self.value(name, &schema["items"], value, &format!("{pointer}/0"), false)?;
                Some(json!([kept]))
            }
            value => {
                let place = Place { name, schema, required, reads, step: self.step };
                match self.judge(&place, &value) {
                    Fate::Keep(value) => Some(value),
                    Fate::Idle => None,
                    Fate::Unsaid => {
                        self.out.left_out.push((pointer.to_owned(), value));
                        None
                    }
                    Fate::Fault(why) => {
                        self.out.faults.push(format!("{pointer}: {why}"));
                        None
                    }
                }
            }
        }
    }

    fn judge(&self, place: &Place<'_>, value: &Value) -> Fate {
        match value {
            Value::Null => Fate::Idle,
            Value::String(text) if text.trim().is_empty() && !place.required => Fate::Idle,
            _ if place.reads && PAGING.contains(&place.name) => leaf::paging(place, value),
            Value::String(text) if refs::is(place) => refs::judge(place, text.trim(), self.known),
            _ => leaf::judge(place, value, self.known),
        }
    }

    /// What the model left open and the message says plainly is filled in as the planner reads it.
    fn mend(&mut self, schema: &Value) {
        let Some(planned) = self.known.planned else { return };
        let lacking = |missing: &[String], key: &str| {
            let (whole, within) = (format!("/{key}"), format!("/{key}/"));
            missing.iter().any(|pointer| *pointer == whole || pointer.starts_with(&within))
        };
        for (key, value) in planned {
            if schema["properties"].get(key).is_none() {
                continue;
            }
            let lacks = lacking(&self.out.missing, key);
            let given = self.out.arguments.get(key);
            let longer = given.is_some_and(|given| within(given, value));
            // a day or figure that stands in a search for words belongs into its field
            let searched = self.reads && given != Some(value) && typed(&schema["properties"][key]);
            let free = |name: &str| searched && !typed(&schema["properties"][name]);
            let fresh = given.is_none() && !used(value, &self.out.arguments, free);
            if lacks || longer || fresh {
                self.out.arguments.insert(key.clone(), value.clone());
                let (whole, within) = (format!("/{key}"), format!("/{key}/"));
                let other = |pointer: &String| *pointer != whole && !pointer.starts_with(&within);
                self.out.missing.retain(other);
                self.out.left_out.retain(|(pointer, _)| other(pointer));
                self.out.faults.retain(|fault| !fault.starts_with(&format!("{whole}:")));
            }
        }
        if self.reads {
            unsearched(schema, planned, &mut self.out.arguments);
        }
    }
}

/// Whether the planner heard more of the same text.
fn within(given: &Value, heard: &Value) -> bool {
    match (given.as_str(), heard.as_str()) {
        (Some(given), Some(heard)) => given.len() < heard.len() && heard.to_lowercase().contains(&given.to_lowercase()),
        _ => false,
    }
}

/// Whether a value stands somewhere in the arguments already, those aside that do not count.
fn used(value: &Value, arguments: &Map<String, Value>, aside: impl Fn(&str) -> bool) -> bool {
    let mut leaves = Vec::new();
    arguments.iter().filter(|(key, _)| !aside(key)).for_each(|(_, value)| texts(value, &mut leaves));
    let mut wanted = Vec::new();
    texts(value, &mut wanted);
    wanted.iter().all(|text| leaves.iter().any(|leaf| leaf.contains(text) || text.contains(leaf)))
}

/// The leaves of a value as lower-case text.
pub(crate) fn texts(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|value| texts(value, out)),
        Value::Array(items) => items.iter().for_each(|value| texts(value, out)),
        Value::String(text) => out.push(text.to_lowercase()),
        Value::Null => {}
        other => out.push(other.to_string()),
    }
}

/// Fields by the names they have: a model may write `customer_name` for `customer`.
fn renamed(schema: &Value, given: Map<String, Value>) -> Map<String, Value> {
    let Some(known) = schema["properties"].as_object() else { return given };
    let mut out = Map::new();
    for (key, value) in given {
        if known.contains_key(&key) {
            out.insert(key, value);
            continue;
        }
        let low = key.to_lowercase().replace(['-', ' '], "_");
        let alike = |name: &&String| {
            **name == low
                || low.strip_prefix(name.as_str()).is_some_and(|rest| ["_name", "_id", "_number"].contains(&rest))
        };
        match known.keys().find(alike) {
            Some(name) if !out.contains_key(name) => out.insert(name.clone(), value),
            _ => out.insert(key, value),
        };
    }
    out
}

/// What was left out, for the person who sees the rest.
pub(crate) fn note(left_out: &[(String, Value)]) -> Option<String> {
    let telling = left_out.iter().filter_map(|(pointer, value)| {
        let name = pointer.rsplit('/').find(|part| part.parse::<usize>().is_err())?.replace('_', " ");
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Bool(_) => return Some(format!("the {name}")),
            Value::Object(_) | Value::Array(_) => return Some(format!("the {name}")),
            other => other.to_string(),
        };
        Some(format!("the {name} “{}”", super::render::cut(&value, 60)))
    });
    let mut all: Vec<String> = telling.collect();
    all.dedup();
    let them = if all.len() == 1 { "it" } else { "them" };
    (!all.is_empty()).then(|| format!("\n(I left out {}: nobody said {them}.)", all.join(" and ")))
}

/// The figures and days of the message that no call uses, said honestly.
pub(crate) fn unused(calls: &[Call], known: &Known<'_>) -> Option<String> {
    let mut leaves = Vec::new();
    calls.iter().for_each(|call| texts(&call.arguments, &mut leaves));
    let numbers: Vec<String> = leaves.iter().filter_map(|leaf| crate::planner::reading::decimal(leaf)).collect();
    let values = crate::planner::reading::values(known.now, known.today, known.index);
    let lost: Vec<String> = values
        .into_iter()
        .filter(|(text, meant)| {
            let low = text.to_lowercase();
            !meant.iter().any(|value| leaves.contains(value) || numbers.contains(value))
                && !leaves.iter().any(|leaf| leaf.contains(&low))
                && !meant.contains(&known.today.to_string())
        })
        .map(|(text, _)| format!("“{text}”"))
        .collect();
    (!lost.is_empty()).then(|| format!("\n(I could not make use of {} here.)", lost.join(", ")))
}
