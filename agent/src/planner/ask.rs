//! Questions back: what is missing, which of several; and how the next message answers them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answering;
use super::clauses::Clause;
use super::fill::Filled;
use super::index::Known;
use super::question::question;
use super::rows::{label, rows};
use super::spans::Span;
use super::{Context, Decision, PlannedCall};

/// A question of ours that is still open; the conversation keeps it until the next message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The question, to be asked again.
    pub question: String,
    /// The plan as far as it is known.
    pub calls: Vec<PlannedCall>,
    /// The call that waits.
    pub call: usize,
    /// What it waits for.
    pub wants: Wants,
}

/// What an open question waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wants {
    /// Values for these JSON pointers.
    Values {
        /// Where they belong in the call's arguments.
        pointers: Vec<String>,
    },
    /// One of these for the value at a JSON pointer.
    Choice {
        /// Where it belongs in the call's arguments.
        pointer: String,
        /// What may be meant.
        candidates: Vec<Candidate>,
    },
    /// The place of a value: each candidate's id is a JSON pointer.
    Place {
        /// What was said.
        value: Value,
        /// Where it may belong.
        candidates: Vec<Candidate>,
    },
}

/// A record that may be meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub label: String,
}

/// Asks for what a call lacks, all of it in one question.
pub(crate) fn missing(
    text: &str,
    calls: Vec<PlannedCall>,
    at: usize,
    tool: &Known,
    filled: &Filled,
    clause: Option<&Clause>,
    cx: &Context,
) -> Decision {
    let own = tool.fields.iter().find(|f| f.required && f.entity() == Some(tool.entity.as_str()));
    if let (Some(field), true) = (own, filled.missing.iter().any(|p| own.is_some_and(|f| *p == format!("/{}", f.name))))
    {
        let pointer = format!("/{}", field.name);
        let said =
            filled.beside.and_then(|n| clause.and_then(|c| c.spans.get(n))).and_then(|s| text.get(s.start..s.end));
        if let Some(decision) = shown_before(&calls, at, &pointer, tool, said, cx) {
            return decision;
        }
        if let Some(read) = said.and_then(|said| answering::search(tool, said, clause, text, cx)) {
            return Decision::Find { read, calls, call: at, pointer, text: said.unwrap_or_default().to_owned() };
        }
    }
    let question = question(tool, &filled.missing, &calls[at].arguments);
    Decision::Ask {
        question: question.clone(),
        pending: Pending { question, calls, call: at, wants: Wants::Values { pointers: filled.missing.clone() } },
    }
}

/// The rows of the previous answer that may be meant: one is taken, several are asked about.
fn shown_before(
    calls: &[PlannedCall],
    at: usize,
    pointer: &str,
    tool: &Known,
    said: Option<&str>,
    cx: &Context,
) -> Option<Decision> {
    let last = cx.last?;
    let shown = last
        .calls
        .iter()
        .zip(&last.results)
        .find(|(call, _)| cx.index.tool(&call.name).is_some_and(|t| t.entity == tool.entity))?;
    let rows = rows(shown.1)?;
    let mut candidates: Vec<Candidate> = Vec::new();
    for row in rows {
        let fits = said.is_none_or(|said| row.to_string().to_lowercase().contains(&said.to_lowercase()));
        if let (true, Some(id)) = (fits, row["id"].as_str()) {
            candidates.push(Candidate { id: id.to_owned(), label: label(row) });
        }
    }
    match &candidates[..] {
        [] => None,
        [one] if said.is_some() => {
            let mut calls = calls.to_vec();
            set(&mut calls[at].arguments, pointer, json!(one.id));
            Some(Decision::Calls(calls))
        }
        _ => Some(ask_candidates(calls.to_vec(), at, pointer, said.unwrap_or(""), candidates)),
    }
}

/// Asks which record is meant, when the gate knows none or several of that name.
#[must_use]
pub fn ask_candidates(
    calls: Vec<PlannedCall>,
    call: usize,
    pointer: &str,
    text: &str,
    candidates: Vec<Candidate>,
) -> Decision {
    let question = match &candidates[..] {
        [] if text.is_empty() => "Which one do you mean?".to_owned(),
        [] => format!("I know nothing called “{text}”. Which one do you mean?"),
        [one] => format!("I know nothing called exactly “{text}”. Do you mean {}?", one.label),
        several => {
            let list: Vec<String> =
                several.iter().enumerate().map(|(n, c)| format!("{}. {}", n + 1, c.label)).collect();
            let lead = if text.is_empty() {
                "Which one do you mean?".to_owned()
            } else {
                format!("Which “{text}” do you mean?")
            };
            format!("{lead}\n{}", list.join("\n"))
        }
    };
    let wants = if candidates.is_empty() {
        Wants::Values { pointers: vec![pointer.to_owned()] }
    } else {
        Wants::Choice { pointer: pointer.to_owned(), candidates }
    };
    Decision::Ask { question: question.clone(), pending: Pending { question, calls, call, wants } }
}

/// Goes on after a look-up: one row is taken, several are asked about, none is said.
#[must_use]
pub fn found(calls: Vec<PlannedCall>, call: usize, pointer: &str, text: &str, output: &Value) -> Decision {
    let rows = rows(output).map(Vec::as_slice).unwrap_or_default();
    let candidates: Vec<Candidate> =
        rows.iter().filter_map(|r| Some(Candidate { id: r["id"].as_str()?.to_owned(), label: label(r) })).collect();
    match &candidates[..] {
        [] => Decision::Say(format!("I found nothing of that kind for “{text}”, so I did nothing.")),
        [one] => {
            let mut calls = calls;
            if let Some(call) = calls.get_mut(call) {
                set(&mut call.arguments, pointer, json!(one.id));
            }
            Decision::Calls(calls)
        }
        _ => ask_candidates(calls, call, pointer, text, candidates),
    }
}

/// Reads the next message as an answer to the open question; nothing when it is a new request.
pub(crate) fn resume(text: &str, spans: &[Span], pending: &Pending, cx: &Context) -> Option<Decision> {
    answering::resume(text, spans, pending, cx)
}

/// Puts a value at a JSON pointer whose parents exist.
pub(crate) fn set(arguments: &mut Value, pointer: &str, value: Value) {
    if let Some(slot) = arguments.pointer_mut(pointer) {
        *slot = value;
        return;
    }
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    if let Some(Value::Object(map)) = arguments.pointer_mut(parent) {
        map.insert(key.to_owned(), value);
    }
}
