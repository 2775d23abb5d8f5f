//! The next message as the answer to an open question.

use serde_json::{Map, Value, json};

use super::ask::{Candidate, Pending, Wants, set};
use super::clauses::{Clause, Mood};
use super::fill::{Env, complete};
use super::index::Known;
use super::lexicon::{self, ORDINALS, Use};
use super::question::{field, question};
use super::schema::Shape;
use super::spans::{Span, What};
use super::turn::stands_alone;
use super::{Context, Decision, Effect, PlannedCall};

/// Reads a message against the open question.
pub(crate) fn resume(text: &str, spans: &[Span], pending: &Pending, cx: &Context) -> Option<Decision> {
    let words: Vec<&Span> = spans.iter().filter(|s| s.what != What::Mark).collect();
    if words.first().is_some_and(|s| s.is(Use::No))
        && words.len() <= 4
        && !words
            .iter()
            .any(|s| matches!(s.what, What::Name | What::Number(_) | What::Code | What::When(_) | What::Quoted))
    {
        return Some(Decision::Say("All right, I did nothing.".to_owned()));
    }
    match &pending.wants {
        Wants::Choice { pointer, candidates } => {
            if let Some(one) = pick(text, &words, candidates) {
                return Some(with(pending, pointer, json!(one.id)));
            }
            if stands_alone(text, spans, cx).is_some() {
                return None;
            }
            match words.iter().find(|s| matches!(s.what, What::Name | What::Quoted | What::Code)) {
                Some(named) if words.len() <= 4 => {
                    Some(with(pending, pointer, json!(text.get(named.start..named.end))))
                }
                _ => Some(again(pending)),
            }
        }
        Wants::Place { value, candidates } => match pick(text, &words, candidates) {
            Some(one) => match with(pending, &one.id, value.clone()) {
                Decision::Calls(calls) => Some(Decision::Revise(calls)),
                other => Some(other),
            },
            // anything with a value or a verb of its own is a new wish, about the plan as it was
            None if words.len() > 3 || words.iter().any(|s| s.is(Use::Yes) || !s.wordy()) => None,
            None => Some(again(pending)),
        },
        Wants::Values { pointers } => values(text, spans, pending, pointers, cx),
    }
}

fn again(pending: &Pending) -> Decision {
    Decision::Ask { question: pending.question.clone(), pending: pending.clone() }
}

fn with(pending: &Pending, pointer: &str, value: Value) -> Decision {
    let mut calls = pending.calls.clone();
    if let Some(call) = calls.get_mut(pending.call) {
        set(&mut call.arguments, pointer, value);
    }
    Decision::Calls(calls)
}

/// The candidate a message points at: by place, by name, by "yes".
fn pick<'a>(text: &str, words: &[&Span], candidates: &'a [Candidate]) -> Option<&'a Candidate> {
    let low = text.trim().trim_end_matches(['.', '!', '?']).to_lowercase();
    if let Some(exact) = candidates.iter().find(|c| c.id == low || c.label.to_lowercase() == low) {
        return Some(exact);
    }
    if let ([one], Some(first)) = (candidates, words.first())
        && first.is(Use::Yes)
    {
        return Some(one);
    }
    let placed = words.iter().find_map(|s| match s.number() {
        Some(n) if n.plain => n.value.parse::<usize>().ok(),
        _ => lexicon::place(ORDINALS, &s.token.low, 0)
            .map(|n| n + 1)
            .or_else(|| lexicon::place(lexicon::NUMBERS, &s.token.low, 0).filter(|n| *n > 0 && words.len() == 1)),
    });
    if let Some(n) = placed.filter(|_| words.len() <= 4) {
        return candidates.get(n.checked_sub(1)?);
    }
    if words.len() <= 3 && words.iter().any(|s| s.any(&["last"])) {
        return candidates.last();
    }
    let part: Vec<&Candidate> = candidates
        .iter()
        .filter(|c| low.len() > 2 && (c.label.to_lowercase().contains(&low) || low.contains(&c.label.to_lowercase())))
        .collect();
    if let [one] = part[..] {
        return Some(one);
    }
    let near: Vec<&Candidate> =
        candidates.iter().filter(|c| strsim::jaro_winkler(&c.label.to_lowercase(), &low) > 0.9).collect();
    match near[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// Fills what was missing from the message; asks again for what still is.
fn values(text: &str, spans: &[Span], pending: &Pending, pointers: &[String], cx: &Context) -> Option<Decision> {
    let call = pending.calls.get(pending.call)?;
    let tool = cx.index.tool(&call.name)?;
    if stands_alone(text, spans, cx).is_some_and(|name| name != tool.name) {
        return None;
    }
    let clause = Clause { spans: spans.to_vec(), mood: Mood::Phrase, head: None };
    let env = Env { index: cx.index, today: cx.today, currency: cx.currency, text, known: &[] };
    let mut arguments = call.arguments.clone();
    for pointer in pointers.iter().filter(|p| p.matches('/').count() > 1) {
        if let Some(value) = bare(tool, pointer, text, spans, env) {
            set(&mut arguments, pointer, value);
        }
    }
    let given = arguments.as_object().cloned().unwrap_or_default();
    let single = pointers.len() == 1 && pointers.iter().all(|p| p.matches('/').count() == 1);
    let literal =
        single && field(tool, &pointers[0]).is_some_and(|(f, _)| matches!(f.shape, Shape::Text | Shape::Ref(_)));
    let mut filled = if literal { None } else { Some(complete(env, tool, &clause, given.clone())) };
    let open = |args: &Map<String, Value>| {
        pointers
            .iter()
            .filter(|p| p.matches('/').count() == 1 && !args.contains_key(p.trim_start_matches('/')))
            .cloned()
            .collect::<Vec<_>>()
    };
    let mut merged = filled.as_ref().map_or(given, |f| f.arguments.clone());
    if let [pointer] = &open(&merged)[..]
        && let Some(value) = bare(tool, pointer, text, spans, env)
    {
        merged.insert(pointer.trim_start_matches('/').to_owned(), value);
        filled = None;
    }
    let still = filled.map_or_else(|| open(&merged), |f| f.missing);
    let mut calls = pending.calls.clone();
    calls[pending.call].arguments = Value::Object(merged.clone());
    if still.is_empty() {
        return Some(Decision::Calls(calls));
    }
    let question = question(tool, &still, &Value::Object(merged));
    Some(Decision::Ask {
        question: question.clone(),
        pending: Pending { question, calls, call: pending.call, wants: Wants::Values { pointers: still } },
    })
}

/// The whole message as one value.
fn bare(tool: &Known, pointer: &str, text: &str, spans: &[Span], env: Env) -> Option<Value> {
    let (field, _) = field(tool, pointer)?;
    let content = |s: &&Span| {
        s.what != What::Mark
            && !s.is(Use::Preposition)
            && !s.is(Use::Filler)
            && !s.is(Use::Pronoun)
            && !s.is(Use::Link)
            && !s.any(&["because"])
    };
    let first = spans.iter().position(|s| content(&s))?;
    let rest = text.get(spans[first].start..)?.trim().trim_end_matches(['.', '!', '?']).trim().to_owned();
    match &field.shape {
        Shape::Ref(_) => {
            let named = spans
                .iter()
                .find(|s| matches!(s.what, What::Name | What::Quoted | What::Code))
                .and_then(|s| text.get(s.start..s.end));
            Some(json!(named.unwrap_or(&rest)))
        }
        Shape::Text => {
            let because =
                spans.iter().position(|s| s.any(&["because"])).and_then(|n| spans.get(n + 1)).map(|s| s.start);
            let quoted = spans.iter().find(|s| s.what == What::Quoted).and_then(|s| text.get(s.start..s.end));
            Some(json!(quoted.map_or_else(
                || because.and_then(|at| text.get(at..)).unwrap_or(&rest).trim_end_matches(['.', '!']).to_owned(),
                str::to_owned
            )))
        }
        Shape::Decimal => spans.iter().find_map(Span::number).map(|n| json!(n.value)),
        Shape::Integer => {
            spans.iter().find_map(Span::number).and_then(|n| n.value.parse::<i64>().ok()).map(|n| json!(n))
        }
        Shape::Date => spans.iter().find_map(Span::when).map(|w| json!(w.nearest(env.today).1.to_string())),
        Shape::Many(inner) if matches!(inner.as_ref(), Shape::Text) => Some(json!(
            rest.split([','])
                .flat_map(|p| p.split(" and "))
                .map(str::trim)
                .filter(|p| !p.is_empty())
                .collect::<Vec<_>>()
        )),
        _ => None,
    }
}

/// A look-up of a record by what belongs to it: the list operation of the same entity, filtered.
pub(crate) fn search(
    tool: &Known,
    said: &str,
    clause: Option<&Clause>,
    text: &str,
    cx: &Context,
) -> Option<PlannedCall> {
    let list = cx
        .index
        .tools
        .iter()
        .find(|t| t.entity == tool.entity && t.effect == Effect::Read && t.fields.iter().all(|f| !f.required))?;
    let clause = clause?;
    let env = Env { index: cx.index, today: cx.today, currency: cx.currency, text, known: &[] };
    let read = Clause { spans: clause.spans.clone(), mood: clause.mood, head: clause.head };
    let filled = complete(env, list, &read, Map::new());
    let filters = filled.arguments.values().any(|v| v.as_str() == Some(said));
    filters.then(|| PlannedCall { name: list.name.clone(), arguments: Value::Object(filled.arguments) })
}
