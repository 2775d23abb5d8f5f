mod answers;
mod battery;
mod context;
mod debug;
mod fixture;
mod later;
mod lexicon;
mod page;
mod paraphrases;
mod requests;
mod rights;
mod robust;
mod speed;

use chrono::NaiveDate;
use serde_json::Value;

use crate::page::Page;

use super::{Context, Decision, Index, Last, Pending, plan};

/// Friday, 20 November 2026.
pub(super) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

pub(super) fn turn(index: &Index, text: &str, pending: Option<&Pending>, last: Option<&Last>) -> Decision {
    plan(
        text,
        &Context {
            today: today(),
            index,
            currency: "EUR",
            pending,
            last,
            waiting: false,
            page: Page::none(),
            paged: false,
        },
    )
}

/// A decision in one line, so that tables read well.
pub(super) fn short(decision: &Decision) -> String {
    match decision {
        Decision::Calls(calls) | Decision::Revise(calls) => {
            calls.iter().map(|c| format!("{} {}", c.name, sorted(&c.arguments))).collect::<Vec<_>>().join(" + ")
        }
        Decision::Find { read, calls, .. } => format!(
            "find {} {} then {}",
            read.name,
            sorted(&read.arguments),
            calls.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(" + ")
        ),
        Decision::Ask { question, .. } => format!("ask {question}"),
        Decision::Page { doing, .. } => doing.iter().map(on_page).collect::<Vec<_>>().join(" + "),
        Decision::Paged(inner) => format!("page {}", short(inner)),
        Decision::Undo => "undo".to_owned(),
        Decision::Say(text) | Decision::Lost(text) => format!("say {text}"),
    }
}

fn on_page(doing: &super::OnPage) -> String {
    let asked = doing.clone().asked();
    format!("{} {}", asked.tool, sorted(&asked.arguments))
}

/// The same value with its keys in order, whatever order the map keeps.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            Value::Object(keys.into_iter().map(|k| (k.clone(), sorted(&map[k]))).collect())
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// Compares as JSON, so that key order and spacing do not matter.
pub(super) fn same(got: &str, want: &str) -> bool {
    let norm = |s: &str| -> Vec<String> {
        s.split(" + ")
            .map(|one| match one.split_once(' ') {
                Some((name, json)) => match serde_json::from_str::<serde_json::Value>(json) {
                    Ok(value) => format!("{name} {}", sorted(&value)),
                    Err(_) => one.to_owned(),
                },
                None => one.to_owned(),
            })
            .collect()
    };
    norm(got) == norm(want)
}

/// Runs a table of `(request, expected)`; an expectation that ends in `…` is a beginning.
pub(super) fn table(index: &Index, last: Option<&Last>, rows: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, want) in rows {
        let got = short(&turn(index, text, None, last));
        let ok = match want.strip_suffix('…') {
            Some(start) => got.starts_with(start),
            None => same(&got, want),
        };
        if !ok {
            wrong.push(format!("{text}\n   got  {got}\n   want {want}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}
