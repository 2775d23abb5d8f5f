//! How a party and its parts are told in previews, approvals and the record.

use futures::future::BoxFuture;
use serde_json::{Map, Value};
use steward_common::Money;
use steward_tools::{Change, Changes, Cx, Describer, EffectKind, PreviewEffect, Result};

pub(crate) const PARTIES: Describer = Describer { table: "parties", describe: parties };
pub(crate) const ADDRESSES: Describer = Describer { table: "party_addresses", describe: addresses };
pub(crate) const CONTACTS: Describer = Describer { table: "party_contacts", describe: contacts };
pub(crate) const TAX_IDS: Describer = Describer { table: "party_tax_ids", describe: tax_ids };
pub(crate) const BANK_ACCOUNTS: Describer = Describer { table: "party_bank_accounts", describe: bank_accounts };

type Told<'a> = BoxFuture<'a, Result<Vec<PreviewEffect>>>;

/// Columns that say nothing to people.
const TECHNICAL: [&str; 9] =
    ["id", "org_id", "party_id", "line_no", "name_key", "version", "created_at", "updated_at", "skeleton"];

fn parties<'a>(cx: &'a mut Cx, changes: &'a [&'a Change], _: &'a Changes) -> Told<'a> {
    let own = cx.currency().to_owned();
    Box::pin(async move { Ok(changes.iter().map(|change| party(change, &own)).collect()) })
}

fn party(change: &Change, own: &str) -> PreviewEffect {
    let row = change.after.as_ref().or(change.before.as_ref()).unwrap_or(&Value::Null);
    let name = [row.get("number"), row.get("name")].map(|v| v.and_then(Value::as_str).unwrap_or_default()).join(" ");
    let words: Vec<String> = columns(change)
        .into_iter()
        .map(|(column, from, to)| match (column, change.op.as_str()) {
            ("archived_at", _) if to.is_null() => "no longer archived".to_owned(),
            ("archived_at", _) => "archived".to_owned(),
            ("credit_limit", "insert") => format!("credit limit {}", limit(to, change.after.as_ref(), own)),
            ("credit_limit", "delete") => format!("credit limit {}", limit(from, change.before.as_ref(), own)),
            ("credit_limit", _) => {
                let [from, to] = [limit(from, change.before.as_ref(), own), limit(to, change.after.as_ref(), own)];
                format!("credit limit: {from} → {to}")
            }
            (column, "insert") => format!("{} {}", column.replace('_', " "), word(to)),
            (column, "delete") => format!("{} {}", column.replace('_', " "), word(from)),
            (column, _) => format!("{}: {} → {}", column.replace('_', " "), word(from), word(to)),
        })
        .collect();
    let verb = match change.op.as_str() {
        "insert" => "New: ",
        "delete" => "Removed: ",
        _ => "",
    };
    effect(change, format!("{verb}{name}: {}", words.join(", ")))
}

fn limit(minor: &Value, row: Option<&Value>, own: &str) -> String {
    let currency = row.and_then(|row| row.get("currency")).and_then(Value::as_str).unwrap_or(own);
    minor.as_i64().map_or_else(|| "–".to_owned(), |minor| Money::new(minor, currency).to_string())
}

fn addresses<'a>(_: &'a mut Cx, changes: &'a [&'a Change], _: &'a Changes) -> Told<'a> {
    parts(changes, "address", &["kind", "lines", "postal_code", "city", "region", "country"])
}

fn contacts<'a>(_: &'a mut Cx, changes: &'a [&'a Change], _: &'a Changes) -> Told<'a> {
    parts(changes, "contact", &["name", "position", "email", "phone"])
}

fn tax_ids<'a>(_: &'a mut Cx, changes: &'a [&'a Change], _: &'a Changes) -> Told<'a> {
    parts(changes, "tax id", &["kind", "country", "value"])
}

fn bank_accounts<'a>(_: &'a mut Cx, changes: &'a [&'a Change], _: &'a Changes) -> Told<'a> {
    parts(changes, "bank account", &["iban", "account_number", "bank_code", "bic", "currency", "holder"])
}

/// One line a part: all of it as it was and as it will be. Columns that were left out for this viewer stay out.
fn parts<'a>(changes: &'a [&'a Change], noun: &'static str, shown: &'static [&'static str]) -> Told<'a> {
    Box::pin(async move {
        let told = changes.iter().map(|change| {
            let side = |row: &Option<Value>| {
                let row = row.as_ref().and_then(Value::as_object)?;
                let words: Vec<String> =
                    shown.iter().filter_map(|column| row.get(*column)).filter(|v| !v.is_null()).map(word).collect();
                Some(if words.is_empty() { "not shown to you".to_owned() } else { words.join(", ") })
            };
            let text = match (side(&change.before), side(&change.after)) {
                (None, Some(after)) => format!("New {noun}: {after}"),
                (Some(before), None) => format!("Removed {noun}: {before}"),
                (Some(before), Some(after)) if before == after => format!("Moved {noun}: {after}"),
                (Some(before), Some(after)) => format!("Changed {noun}: {before} → {after}"),
                (None, None) => noun.to_owned(),
            };
            effect(change, text)
        });
        Ok(told.collect())
    })
}

fn columns(change: &Change) -> Vec<(&str, &Value, &Value)> {
    change.columns().into_iter().filter(|(column, ..)| !TECHNICAL.contains(column)).collect()
}

fn effect(change: &Change, text: String) -> PreviewEffect {
    let shown = columns(change);
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

fn word(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "–".to_owned(),
        Value::Array(items) => items.iter().map(word).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
