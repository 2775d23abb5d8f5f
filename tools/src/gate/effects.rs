//! What a run would do, in words for people and as a hash for the machine.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{Change, Changes, Cx, EffectKind, PreviewEffect, Result};

/// Columns that follow from the moment and not from what was decided.
const MOMENT: [&str; 3] = ["created_at", "updated_at", "version"];

/// Words the visible changes; the rest is only counted.
pub(crate) async fn describe(cx: &mut Cx, changes: &Changes) -> Result<Vec<PreviewEffect>> {
    let seen = Changes(changes.0.iter().filter(|c| c.visible).map(|c| veiled(cx, c)).collect());
    let visible: Vec<&Change> = seen.0.iter().collect();
    let mut tables: Vec<&str> = Vec::new();
    for change in &visible {
        if !tables.contains(&change.table.as_str()) {
            tables.push(&change.table);
        }
    }
    let mut effects = Vec::new();
    for table in tables {
        let of_table: Vec<&Change> = visible.iter().copied().filter(|c| c.table == table).collect();
        match cx.catalogue.describer(table) {
            Some(describer) => effects.extend((describer.describe)(cx, &of_table, &seen).await?),
            None => effects.extend(of_table.into_iter().map(plainly)),
        }
    }
    let hidden = changes.0.len() - visible.len();
    if hidden > 0 {
        let text = format!("{hidden} more rows are hidden from you.");
        effects.push(PreviewEffect { kind: EffectKind::Record, text, record: None, before: None, after: None });
    }
    Ok(effects)
}

fn veiled(cx: &Cx, change: &Change) -> Change {
    let mut change = change.clone();
    cx.veil(&mut change);
    change
}

/// A row as its columns say it: `parties Acme: phone "1" → "2"`.
fn plainly(change: &Change) -> PreviewEffect {
    let row = change.after.as_ref().or(change.before.as_ref());
    let name = ["number", "name", "code", "description"]
        .iter()
        .find_map(|key| row?.get(key)?.as_str())
        .map(|name| format!(" {name}"))
        .unwrap_or_default();
    let noun = change.table.replace('_', " ");
    let shown: Vec<(&str, &Value, &Value)> = change
        .columns()
        .into_iter()
        .filter(|(key, from, to)| !technical(key) && (!nothing(from) || !nothing(to)))
        .collect();
    let parts: Vec<String> = shown
        .iter()
        .map(|(key, from, to)| match change.op.as_str() {
            "insert" => format!("{key} {}", word(to)),
            "delete" => format!("{key} {}", word(from)),
            _ => format!("{key}: {} → {}", word(from), word(to)),
        })
        .collect();
    let verb = match change.op.as_str() {
        "insert" => "New in ",
        "delete" => "Removed from ",
        _ => "",
    };
    let text = format!("{verb}{noun}{name}: {}", parts.join(", "));
    let side = |pick: fn(&(&str, &Value, &Value)) -> Value| -> Value {
        Value::Object(shown.iter().map(|c| (c.0.to_owned(), pick(c))).collect::<Map<_, _>>())
    };
    PreviewEffect {
        kind: EffectKind::Record,
        text,
        record: Some(change.record_id),
        before: change.before.is_some().then(|| side(|c| c.1.clone())),
        after: change.after.is_some().then(|| side(|c| c.2.clone())),
    }
}

/// Absent, or without a value.
fn nothing(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(Map::is_empty)
}

pub(super) fn technical(key: &str) -> bool {
    MOMENT.contains(&key) || matches!(key, "id" | "org_id" | "name_key")
}

fn word(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => format!("\"{text}\""),
        Value::Array(items) if items.is_empty() => "–".to_owned(),
        Value::Object(fields) if fields.is_empty() => "–".to_owned(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| format!("{key} {}", word(value))).collect::<Vec<_>>().join(" ")
        }
        Value::Array(items) => items.iter().map(word).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// A hash of what changes: columns in canonical order, drawn numbers as placeholders, moments left out.
/// The same decision gives the same hash; anything else that would happen gives another.
pub(super) fn hash<'a>(calls: impl Iterator<Item = &'a Changes>, numbers: &[String]) -> Vec<u8> {
    let rows: Vec<Value> = calls
        .flat_map(|changes| &changes.0)
        .map(|c| json!([c.table, c.record_id, c.op, canonical(c.before.as_ref()), canonical(c.after.as_ref())]))
        .collect();
    let mut text = Value::Array(rows).to_string();
    // longest first, so that no number is found inside another
    let mut numbers: Vec<(usize, &String)> = numbers.iter().enumerate().collect();
    numbers.sort_by_key(|(_, number)| std::cmp::Reverse(number.len()));
    for (i, number) in numbers {
        text = text.replace(number.as_str(), &format!("#{i}"));
    }
    Sha256::digest(text.as_bytes()).to_vec()
}

fn canonical(row: Option<&Value>) -> Value {
    let Some(Value::Object(row)) = row else { return Value::Null };
    // serde_json may keep insertion order: sort
    let mut columns: Vec<(&String, &Value)> = row.iter().filter(|(key, _)| !MOMENT.contains(&key.as_str())).collect();
    columns.sort_by_key(|(key, _)| key.as_str());
    json!(columns)
}
