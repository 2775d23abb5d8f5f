//! Plain values: numbers, days, choices and words, each held against what is known.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::guard::{Fate, Place};
use super::known::Known;
use crate::planner::reading;

/// Which rows and how many is the model's own business.
pub(crate) fn paging(place: &Place<'_>, value: &Value) -> Fate {
    match (place.schema["type"].as_str(), value) {
        (Some("integer"), Value::String(text)) => {
            text.trim().parse::<u64>().map_or(Fate::Idle, |n| Fate::Keep(json!(n)))
        }
        (Some("integer"), Value::Number(n)) if !n.is_u64() => Fate::Idle,
        (Some("string"), Value::String(text)) => match place.schema["enum"].as_array() {
            Some(choices) if !choices.iter().any(|choice| choice == text) => Fate::Idle,
            _ => Fate::Keep(value.clone()),
        },
        (Some("boolean"), Value::Bool(_)) | (Some("integer"), _) => Fate::Keep(value.clone()),
        _ => Fate::Idle,
    }
}

pub(crate) fn judge(place: &Place<'_>, value: &Value, known: &Known<'_>) -> Fate {
    let schema = place.schema;
    if schema.get("default").is_some_and(|default| default == value) {
        return Fate::Idle;
    }
    if let Some(choices) = schema["enum"].as_array() {
        return choice(place, choices, value, known);
    }
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Bool(on) => return switch(place, *on, known),
        other => other.to_string(),
    };
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("boolean"), _) => match text.to_lowercase().as_str() {
            "true" | "yes" => switch(place, true, known),
            "false" | "no" => switch(place, false, known),
            _ => Fate::Fault("true or false".to_owned()),
        },
        (_, Some("date")) => day(place, &text, known),
        (_, Some("decimal")) | (Some("integer" | "number"), _) => number(place, &text, known),
        (None, _) if value.is_number() => number(place, &text, known),
        _ => words(place, &text, known),
    }
}

/// One of the listed values, where its word or one that stands for it was said.
fn choice(place: &Place<'_>, choices: &[Value], value: &Value, known: &Known<'_>) -> Fate {
    let asked = value.as_str().map(|text| text.trim().to_lowercase().replace([' ', '-'], "_")).unwrap_or_default();
    let stem = |text: &str| reading::words(text).into_iter().map(|(_, stem)| stem).collect::<Vec<_>>();
    let found =
        choices.iter().filter_map(Value::as_str).find(|choice| **choice == asked || stem(choice) == stem(&asked));
    let Some(found) = found else {
        if !place.required && !said(&asked, known) {
            return Fate::Unsaid;
        }
        let all: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
        return Fate::Fault(format!("one of {}", all.join(", ")));
    };
    if said(found, known) { Fate::Keep(json!(found)) } else { Fate::Unsaid }
}

fn said(choice: &str, known: &Known<'_>) -> bool {
    let words = reading::words(choice);
    let telling = words.iter().filter(|(word, _)| !reading::idle(word));
    !words.is_empty() && telling.clone().count() > 0 && telling.clone().all(|(word, stem)| known.word(word, stem))
}

/// A switch is set where its name was said; off is what it is anyway.
fn switch(place: &Place<'_>, on: bool, known: &Known<'_>) -> Fate {
    let named = reading::words(place.name).iter().any(|(word, stem)| known.word(word, stem));
    match (on, named) {
        (_, true) => Fate::Keep(json!(on)),
        (false, false) if !place.required => Fate::Idle,
        _ => Fate::Unsaid,
    }
}

fn day(place: &Place<'_>, text: &str, known: &Known<'_>) -> Fate {
    let written = text.get(..10).and_then(|day| day.parse::<NaiveDate>().ok());
    let day = written.or_else(|| {
        let meant = reading::days(text, known.today, known.index);
        meant.iter().copied().find(|day| known.day(*day)).or_else(|| meant.last().copied())
    });
    let Some(day) = day else {
        return if place.required { Fate::Fault("a date as 2026-12-31".to_owned()) } else { Fate::Unsaid };
    };
    let usual = place.schema["description"].as_str().is_some_and(|help| help.to_lowercase().contains("today"));
    if known.day(day) {
        Fate::Keep(json!(day.to_string()))
    } else if day == known.today && usual && !place.required {
        Fate::Idle
    } else {
        Fate::Unsaid
    }
}

fn number(place: &Place<'_>, text: &str, known: &Known<'_>) -> Fate {
    let bare = text.trim_matches(|c: char| c.is_whitespace() || c.is_alphabetic() || "€$£%".contains(c));
    let Some(value) = reading::decimal(bare) else {
        return if place.required { Fate::Fault("a plain number as 1200.50".to_owned()) } else { Fate::Unsaid };
    };
    if !known.number(&value) {
        return if value == "0" && !place.required { Fate::Idle } else { Fate::Unsaid };
    }
    let plain = bare.bytes().all(|b| b.is_ascii_digit() || b == b'.') && bare.parse::<rust_decimal::Decimal>().is_ok();
    let digits = if plain { bare.to_owned() } else { value };
    match place.schema["type"].as_str() {
        Some("integer" | "number") | None => {
            let number = serde_json::from_str::<Value>(&digits).ok().filter(Value::is_number);
            number.map_or_else(|| Fate::Fault("a whole number".to_owned()), Fate::Keep)
        }
        _ => Fate::Keep(json!(digits)),
    }
}

/// Words the person said, or that stand in what was read. What was added to them goes.
fn words(place: &Place<'_>, text: &str, known: &Known<'_>) -> Fate {
    if place.name == "currency" && text.eq_ignore_ascii_case(known.currency) {
        let said = reading::words(text).iter().any(|(word, stem)| known.word(word, stem));
        return if said { Fate::Keep(json!(known.currency)) } else { Fate::Idle };
    }
    if known.verbatim(text) || known.written(text) {
        return Fate::Keep(json!(text));
    }
    if text.contains('@') {
        return Fate::Unsaid;
    }
    run(text, known).map_or(Fate::Unsaid, |run| Fate::Keep(json!(run)))
}

/// The longest part of a text that was said, where it is most of what the text says.
fn run(text: &str, known: &Known<'_>) -> Option<String> {
    let mut pieces: Vec<(usize, usize, bool, bool)> = Vec::new();
    let mut at = 0;
    for part in text.split(|c: char| !c.is_alphanumeric()) {
        if !part.is_empty() {
            let low = part.to_lowercase();
            let idle = reading::idle(&low);
            let stem = reading::words(&low).pop().map(|(_, stem)| stem).unwrap_or_default();
            pieces.push((at, at + part.len(), idle, idle || known.word(&low, &stem)));
        }
        at += part.len() + text[at + part.len()..].chars().next().map_or(0, char::len_utf8);
    }
    let telling = |run: &[(usize, usize, bool, bool)]| run.iter().filter(|(.., idle, _)| !idle).count();
    let all = telling(&pieces);
    let mut best: &[(usize, usize, bool, bool)] = &[];
    for part in pieces.split(|(.., said)| !said) {
        let first = part.iter().position(|(.., idle, _)| !idle);
        let last = part.iter().rposition(|(.., idle, _)| !idle);
        if let (Some(first), Some(last)) = (first, last)
            && telling(&part[first..=last]) > telling(best)
        {
            best = &part[first..=last];
        }
    }
    let whole = telling(best) == all && all > 0;
    if whole {
        return Some(text.to_owned());
    }
    let (first, last) = (best.first()?, best.last()?);
    (telling(best) * 2 >= all).then(|| text[first.0..last.1].to_owned())
}
