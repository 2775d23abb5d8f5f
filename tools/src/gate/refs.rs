//! References: what people named becomes ids, one query per entity (and sixteen names), or a refusal with candidates.

use std::collections::BTreeMap;

use serde_json::Value;

use super::shape::within;
use crate::reference::ANY;
use crate::{Candidate, Cx, Entry, Error, FieldError, Kind, Match, Refusal, Result, codes};

/// Candidates that are shown for one text.
const MAX_CANDIDATES: usize = 8;
/// Different texts that one query looks up. The nearest records of a text that nobody answers to cost a look at all of
/// them: the first query that finds such a text is the last.
const AT_ONCE: usize = 16;

/// Replaces every reference in `arguments` by its id. References that are ids already stay as they are:
/// the operation finds out whether the record exists, so absent and foreign answer alike.
pub(super) async fn resolve(cx: &mut Cx, entry: &Entry, arguments: &mut Value) -> Result<()> {
    let mut places = BTreeMap::new();
    collect(&entry.input_schema, arguments, &mut String::new(), &mut places);
    for (entity, places) in places {
        let find = *cx.catalogue.entity(&entity).ok_or_else(|| Error::internal(format!("no entity {entity}")))?;
        let mut texts: Vec<String> = Vec::new();
        for (_, text) in &places {
            if !texts.contains(text) {
                texts.push(text.clone());
            }
        }
        let mut ids = BTreeMap::new();
        for texts in texts.chunks(AT_ONCE) {
            let matches = (find.find)(cx, texts).await?;
            for (asked, text) in texts.iter().enumerate() {
                let pointer = places.iter().find(|(_, of)| of == text).map_or("", |(pointer, _)| pointer.as_str());
                ids.insert(text.clone(), one(&matches, asked, find.noun, pointer, text)?);
            }
        }
        for (pointer, text) in &places {
            if let (Some(slot), Some(id)) = (arguments.pointer_mut(pointer), ids.get(text)) {
                *slot = Value::String(id.to_string());
            }
        }
    }
    Ok(())
}

fn one(matches: &[Match], asked: usize, noun: &str, pointer: &str, text: &str) -> Result<uuid::Uuid> {
    let of_text = || matches.iter().filter(|m| m.asked == asked);
    let exact: Vec<&Match> = of_text().filter(|m| m.exact).collect();
    if let [only] = exact.as_slice() {
        return Ok(only.id);
    }
    let detail = match exact.len() {
        0 => format!("No {noun} is called \"{text}\"."),
        n => format!("{n} records answer to \"{text}\"."),
    };
    let shown = if exact.is_empty() { of_text().collect() } else { exact };
    let mut refusal = Refusal::new(Kind::Invalid, codes::UNRESOLVED, &detail);
    refusal.fix = Some(if shown.is_empty() {
        format!("Look the {noun} up in its list and use its number or name.")
    } else {
        "Use the id of one of the candidates.".to_owned()
    });
    refusal.errors.push(FieldError { pointer: pointer.to_owned(), detail });
    refusal.candidates =
        shown.into_iter().take(MAX_CANDIDATES).map(|m| Candidate { id: m.id, label: m.label.clone() }).collect();
    Err(refusal.into())
}

/// The places of references that are not ids yet: entity → (pointer, text).
fn collect(schema: &Value, value: &Value, at: &mut String, places: &mut BTreeMap<String, Vec<(String, String)>>) {
    match value {
        Value::String(text) => {
            if let Some(entity) = schema.get("x-ref").and_then(Value::as_str).filter(|entity| *entity != ANY)
                && uuid::Uuid::parse_str(text).is_err()
            {
                places.entry(entity.to_owned()).or_default().push((at.clone(), text.clone()));
            }
        }
        Value::Array(items) => {
            let Some(of) = schema.get("items") else { return };
            for (i, item) in items.iter().enumerate() {
                within(at, &i.to_string(), |at| collect(of, item, at, places));
            }
        }
        Value::Object(fields) => {
            let Some(of) = schema.get("properties") else { return };
            for (key, item) in fields {
                let Some(of) = of.get(key) else { continue };
                within(at, key, |at| collect(of, item, at, places));
            }
        }
        _ => {}
    }
}
