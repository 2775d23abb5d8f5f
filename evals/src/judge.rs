//! Holds what came of a turn against what was expected. Pure: what has to be tried was tried before.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::client::{Heard, Tried};
use crate::normal;
use crate::suite::{Call, Expect};
use crate::{EvalError, Result};

/// What each tool is as an operation, and whether it only reads.
pub(crate) type Tools = BTreeMap<String, (String, bool)>;

/// What a turn came to, judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Judged {
    /// Of calls: the right operation.
    pub(crate) operation: Option<bool>,
    /// Of calls: the right outcome.
    pub(crate) outcome: Option<bool>,
    /// What is wrong.
    pub(crate) problems: Vec<String>,
}

impl Judged {
    pub(crate) fn passed(&self) -> bool {
        self.problems.is_empty()
    }
    fn wrong(problem: impl Into<String>) -> Self {
        Self { problems: vec![problem.into()], ..Self::default() }
    }
}

/// A reference and what it came to.
pub(crate) struct Reference<'a> {
    pub(crate) calls: &'a [Call],
    pub(crate) tried: Tried,
}

/// Which operation a call named; its tool's name where there is none.
pub(crate) fn operation<'t>(tools: &'t Tools, tool: &'t str) -> (&'t str, bool) {
    tools.get(tool).map_or((tool, false), |(name, reads)| (name.as_str(), *reads))
}

/// Tools that nobody offers.
pub(crate) fn made_up(heard: &Heard, tools: &Tools) -> Vec<String> {
    let unknown = heard.called.iter().filter(|call| !tools.contains_key(&call.tool));
    unknown.map(|call| format!("called {}, which is no tool", call.tool)).collect()
}

/// The names of what waits for a yes.
fn prepared(heard: &Heard) -> Vec<&str> {
    let calls = heard.approval.as_ref().and_then(|approval| approval["calls"].as_array());
    calls.into_iter().flatten().filter_map(|call| call["name"].as_str()).collect()
}

/// Words alone, where they are expected.
pub(crate) fn words(expect: &Expect, heard: &Heard) -> Judged {
    let names = prepared(heard);
    let mut judged = Judged::default();
    if heard.approval.is_some() {
        judged.problems.push(format!(
            "prepared {} instead of {}",
            names.join(", "),
            if expect.asks { "asking" } else { "answering" }
        ));
    } else if expect.nothing && !heard.called.is_empty() {
        let tools: Vec<&str> = heard.called.iter().map(|call| call.tool.as_str()).collect();
        judged.problems.push(format!("called {} where nothing was to be called", tools.join(", ")));
    }
    if heard.text.trim().is_empty() {
        judged.problems.push("said nothing".to_owned());
    }
    judged
}

/// Calls, held against those of the reference.
pub(crate) fn calls(reference: &Reference<'_>, answers: &[Value], heard: &Heard, tools: &Tools) -> Result<Judged> {
    let preview = match &reference.tried {
        Tried::Preview(preview) => preview,
        Tried::Refused(problem) => {
            return Err(EvalError::Suite(format!("the reference is refused: {}", problem["detail"])));
        }
    };
    let reads = |call: &Call| tools.values().any(|(name, reads)| *name == call.name && *reads);
    let (read, written): (Vec<_>, Vec<_>) = reference.calls.iter().enumerate().partition(|(_, call)| reads(call));
    let mut judged = if written.is_empty() { nothing_written(heard) } else { write(&written, preview, heard) };
    for (at, call) in read {
        let one = self::read(call, &preview["result"][at], heard, tools);
        judged.operation = Some(judged.operation.unwrap_or(true) && one.operation.unwrap_or(false));
        judged.outcome = Some(judged.outcome.unwrap_or(true) && one.outcome.unwrap_or(false));
        judged.problems.extend(one.problems);
    }
    for answer in answers.iter().filter(|answer| !normal::says(&heard.text, answer)) {
        judged.problems.push(format!("the answer does not say {answer}"));
    }
    Ok(judged)
}

fn nothing_written(heard: &Heard) -> Judged {
    match &heard.approval {
        Some(_) => Judged {
            operation: Some(false),
            outcome: Some(false),
            problems: vec![format!("prepared {} where only reading was asked for", prepared(heard).join(", "))],
        },
        None => Judged::default(),
    }
}

fn write(reference: &[(usize, &Call)], preview: &Value, heard: &Heard) -> Judged {
    let wanted: Vec<&str> = reference.iter().map(|(_, call)| call.name.as_str()).collect();
    let Some(approval) = &heard.approval else {
        let mut judged = Judged::wrong(format!("prepared nothing; expected {}", wanted.join(", ")));
        (judged.operation, judged.outcome) = (Some(false), Some(false));
        return judged;
    };
    let results: Vec<&Value> = reference.iter().map(|(at, _)| &preview["result"][*at]).collect();
    let right = normal::written(&json!({"effects": preview["effects"], "result": results}));
    let got = normal::written(&json!({"effects": approval["effects"], "result": approval["result"]}));
    let outcome = right == got;
    let mut names = prepared(heard);
    let mut sorted = wanted.clone();
    names.sort_unstable();
    sorted.sort_unstable();
    let operation = outcome || names == sorted;
    let mut problems = Vec::new();
    if !operation {
        problems.push(format!("prepared {} instead of {}", names.join(", "), wanted.join(", ")));
    } else if !outcome {
        problems.push(format!("another outcome: {}", difference(&right, &got, "")));
    }
    Judged { operation: Some(operation), outcome: Some(outcome), problems }
}

/// Reads that are more than needed do no harm: one of them has to be the right one.
fn read(reference: &Call, answer: &Value, heard: &Heard, tools: &Tools) -> Judged {
    let sorted = reference.arguments.get("sort").is_some();
    let right = normal::read(answer, sorted);
    let same: Vec<_> = heard.called.iter().filter(|call| operation(tools, &call.tool).0 == reference.name).collect();
    let answers: Vec<Value> = same.iter().map(|call| normal::read(&call.result, sorted)).collect();
    let outcome = answers.contains(&right);
    let problem = match (answers.last(), outcome) {
        (_, true) => None,
        (None, _) => {
            let tools: Vec<&str> = heard.called.iter().map(|call| call.tool.as_str()).collect();
            let called = if tools.is_empty() { "nothing".to_owned() } else { tools.join(", ") };
            Some(format!("called {called}; expected {}", reference.name))
        }
        (Some(got), _) => Some(format!("{} with another answer: {}", reference.name, difference(&right, got, ""))),
    };
    Judged { operation: Some(!same.is_empty()), outcome: Some(outcome), problems: problem.into_iter().collect() }
}

/// What the card shows is what its calls would do, tried again: no effect is hidden from whoever says yes.
pub(crate) fn card(heard: &Heard, tried: &Tried) -> Option<String> {
    let approval = heard.approval.as_ref()?;
    let Tried::Preview(preview) = tried else {
        return Some("the card's calls are refused when tried again".to_owned());
    };
    let of = |shown: &Value| normal::written(&json!({"effects": shown["effects"], "result": shown["result"]}));
    let (shown, real) = (of(approval), of(preview));
    (shown != real)
        .then(|| format!("the card shows something else than its calls do: {}", difference(&real, &shown, "")))
}

/// The first place where two outcomes differ.
fn difference(right: &Value, got: &Value, at: &str) -> String {
    match (right, got) {
        (Value::Object(right), Value::Object(got)) => {
            let keys = right.keys().chain(got.keys().filter(|key| !right.contains_key(*key)));
            let mut differing: Vec<&String> = keys.filter(|key| right.get(*key) != got.get(*key)).collect();
            // what was made says more than how it is told
            differing.sort_by_key(|key| (*key == "effects", *key == "text"));
            let of = |fields: &Map<String, Value>, key: &String| fields.get(key).cloned().unwrap_or_default();
            let first = differing.first();
            first.map_or_else(String::new, |key| difference(&of(right, key), &of(got, key), &format!("{at}/{key}")))
        }
        (Value::Array(right), Value::Array(got)) if right.len() == got.len() => {
            let first = right.iter().zip(got).enumerate().find(|(_, (right, got))| right != got);
            first.map_or_else(String::new, |(n, (right, got))| difference(right, got, &format!("{at}/{n}")))
        }
        _ => format!("{} is {}, expected {}", if at.is_empty() { "it" } else { at }, short(got), short(right)),
    }
}

fn short(value: &Value) -> String {
    let text = value.as_array().map_or_else(|| value.to_string(), |all| format!("{} items {value}", all.len()));
    if text.chars().count() > 160 { format!("{}…", text.chars().take(160).collect::<String>()) } else { text }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
