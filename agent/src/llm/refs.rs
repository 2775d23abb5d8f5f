//! References: a model names records by handles or in the person's words, and never picks among namesakes.

use serde_json::{Value, json};
use uuid::Uuid;

use super::guard::{Fate, Place};
use super::handles::Handle;
use super::known::Known;
use crate::planner::reading;

/// Whether the value names a record.
pub(crate) fn is(place: &Place<'_>) -> bool {
    let help = place.schema["description"].as_str().unwrap_or_default();
    place.schema.get("x-ref").is_some()
        || place.schema["format"] == "uuid"
        || (place.name == "record" && help.contains("number or name") || help.contains("name, number or id"))
}

pub(crate) fn judge(place: &Place<'_>, text: &str, known: &Known<'_>) -> Fate {
    if let Some(row) = known.handles.read(text) {
        return match row {
            Ok(row) => handle(place, row, known),
            Err(why) => Fate::Fault(why),
        };
    }
    if let Some(step) = text.strip_prefix('@').and_then(|n| n.parse::<usize>().ok()) {
        return match step.checked_sub(1).filter(|before| *before < place.step) {
            Some(before) => Fate::Keep(json!({ "$result": [before, "/id"] })),
            None => Fate::Fault(format!("@{step} is not the result of an earlier call of this plan")),
        };
    }
    if Uuid::parse_str(text).is_ok() {
        return if known.verbatim(text) { Fate::Keep(json!(text)) } else { Fate::Unsaid };
    }
    if known.verbatim(text) {
        return Fate::Keep(json!(text));
    }
    if known.name(text) {
        return read(text, known);
    }
    said(text, known).map_or(Fate::Unsaid, |said| Fate::Keep(json!(said)))
}

/// A record that was shown: not another one than the person names, and not one of several of the same name.
fn handle(place: &Place<'_>, row: &Handle, known: &Known<'_>) -> Fate {
    let names = known.named_now();
    let of = words(&row.known_by);
    let spoken: Vec<String> = names.iter().flat_map(|name| words(name)).filter(|word| !reading::idle(word)).collect();
    let shared: Vec<String> = spoken.iter().filter(|word| of.contains(word)).cloned().collect();
    let own = place.name == "id" || place.name == "record" || place.schema.get("x-ref").is_some();
    if own && !spoken.is_empty() && shared.is_empty() && !place.reads {
        let label = &row.label;
        return Fate::Fault(format!(
            "that handle is {label}, which the person did not name; they named {}",
            names.join(", ")
        ));
    }
    let label = words(&row.label);
    let whole = label.iter().filter(|word| !reading::idle(word)).all(|word| spoken.contains(word));
    let namesake = |other: &Handle| {
        let of = words(&other.label);
        other.id != row.id && shared.iter().all(|word| of.contains(word))
    };
    let in_label = !shared.is_empty() && shared.iter().all(|word| label.contains(word));
    if in_label && !whole && known.handles.all().any(namesake) {
        return Fate::Keep(json!(shared.join(" ")));
    }
    Fate::Keep(Value::String(row.id.to_string()))
}

/// A name that was read: the person's own words instead, where several records have them.
fn read(text: &str, known: &Known<'_>) -> Fate {
    let of = words(text);
    let shared: Vec<String> = of.iter().filter(|word| known.exactly(word) && !reading::idle(word)).cloned().collect();
    let named = known.named_now().iter().flat_map(|name| words(name)).any(|word| !reading::idle(&word));
    match shared.len() {
        0 if named => Fate::Unsaid,
        0 => Fate::Keep(json!(text)),
        n if n < of.len() && known.namesakes(&shared) > 1 => Fate::Keep(json!(shared.join(" "))),
        _ => Fate::Keep(json!(text)),
    }
}

/// The part of a name that the person said, as they said it.
fn said(text: &str, known: &Known<'_>) -> Option<String> {
    let of = words(text);
    let heard: Vec<Option<String>> = of
        .iter()
        .map(|word| {
            let same = known.exactly(word).then(|| word.clone());
            same.or_else(|| known.spelt(word).map(str::to_owned))
        })
        .collect();
    let telling = |run: &[Option<String>]| run.iter().flatten().filter(|word| !reading::idle(word)).count();
    let best = heard.split(Option::is_none).max_by_key(|run| telling(run)).filter(|run| telling(run) > 0)?;
    let run = best.iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    known.verbatim(&run).then_some(run)
}

fn words(text: &str) -> Vec<String> {
    reading::words(text).into_iter().map(|(word, _)| word).collect()
}

/// Without the words of a command that a model took along: "Bill Helios Solar" for Helios Solar.
pub(crate) fn bare(text: &str, known: &Known<'_>) -> Option<String> {
    let mut rest = text.trim();
    while let Some((first, more)) = rest.split_once(' ') {
        if !reading::leads(known.index, first) {
            break;
        }
        rest = more.trim_start();
    }
    (rest.len() < text.trim().len() && !rest.is_empty()).then(|| rest.to_owned())
}
