//! One turn: the open question first, then small talk, then commands.

use serde_json::{Map, Value, json};

use super::choose::{Choice, rank};
use super::clauses::{Clause, Mood, split};
use super::fill::Env;
use super::index::Index;
use super::lexicon::Use;
use super::spans::{self, Span};
use super::text::tokens;
use super::{Context, Decision, Effect, Last, PlannedCall, ask, follow, onto, page, talk};

/// Decides what a message asks for.
#[must_use]
pub fn plan(text: &str, cx: &Context) -> Decision {
    page::read(text, cx).unwrap_or_else(|| inner(text, cx))
}

/// The calls that a question about the page was asked for, now that it is answered.
pub(crate) fn resumed(decision: Decision, cx: &Context) -> Decision {
    onto::onto(decision.clone(), "Here it is.", cx).unwrap_or(decision)
}

/// The same without words that speak of the page.
pub(crate) fn inner(text: &str, cx: &Context) -> Decision {
    let tokens = tokens(text);
    let spans = spans::read(&tokens, cx.today, cx.index);
    if let Some(decision) = cx.pending.and_then(|pending| ask::resume(text, &spans, pending, cx)) {
        return if cx.paged { resumed(decision, cx) } else { decision };
    }
    if let Some(decision) = talk::answer(&tokens, cx.index, cx.waiting) {
        return decision;
    }
    let clauses = split(&spans, cx.index);
    if let Some(decision) =
        clauses.first().filter(|_| clauses.len() == 1).and_then(|clause| follow::amend(text, clause, cx))
    {
        return decision;
    }
    if let Some(decision) = clauses
        .first()
        .filter(|c| clauses.len() == 1 && follow::opens_as_follow(c, cx))
        .and_then(|c| follow::continued(text, Some(c), cx))
    {
        return decision;
    }
    match commands(text, &clauses, cx) {
        Ok(decision) => decision,
        Err(clause) => follow::continued(text, clause, cx)
            .or_else(|| talk::undo(&tokens))
            .unwrap_or_else(|| talk::lost(clause, cx.index)),
    }
}

/// The words of a message that its reading left out.
#[must_use]
pub fn unheard(text: &str, calls: &[PlannedCall], cx: &Context) -> Vec<String> {
    let spans = spans::read(&tokens(text), cx.today, cx.index);
    let clauses = split(&spans, cx.index);
    if clauses.len() != calls.len() {
        return Vec::new();
    }
    let env = Env { index: cx.index, today: cx.today, currency: cx.currency, text, known: &[] };
    let read = clauses.iter().zip(calls).filter_map(|(clause, call)| Some((clause, cx.index.tool(&call.name)?)));
    read.flat_map(|(clause, tool)| super::fill::fill(env, tool, clause).strange).collect()
}

/// The calls of every clause, or the clause that means nothing here.
fn commands<'c>(text: &str, clauses: &'c [Clause], cx: &Context) -> Result<Decision, Option<&'c Clause>> {
    let mut calls: Vec<PlannedCall> = Vec::new();
    let mut known = antecedents(clauses, cx);
    let spoken = cx.last.is_some() || clauses.iter().flat_map(|c| &c.spans).any(|s| s.is(Use::Pronoun));
    let mut about: Option<String> = known.first().filter(|_| spoken).map(|(entity, _)| entity.clone());
    let mut open: Option<(usize, Choice)> = None;
    for clause in clauses {
        let env = Env { index: cx.index, today: cx.today, currency: cx.currency, text, known: &known };
        let Some(choice) = best(rank(cx.index, env, clause, about.as_deref())) else { return Err(Some(clause)) };
        if let Some(currency) = &choice.filled.currency {
            return Ok(Decision::Say(talk::currency(currency)));
        }
        if choice.tool.effect != Effect::Read && choice.filled.loose > 0 {
            return Ok(Decision::Say(talk::unread(&choice.tool.title)));
        }
        let at = calls.len();
        let choice = every(choice, clause, cx);
        calls.extend(expand(&choice));
        for (n, call) in calls.iter().enumerate().skip(at) {
            known.splice(0..0, made(n, call, choice.tool.effect, cx.index));
        }
        about = Some(choice.tool.entity.clone());
        if !choice.filled.missing.is_empty() && open.is_none() {
            open = Some((at, Choice { tool: choice.tool, filled: choice.filled.clone(), ..choice }));
        }
    }
    match open {
        _ if calls.is_empty() => Err(None),
        None => Ok(Decision::Calls(calls)),
        Some((at, choice)) => Ok(ask::missing(text, calls, at, choice.tool, &choice.filled, clauses.get(at), cx)),
    }
}

/// What "it" may be: what was spoken of, and what the page is about. "this" is on the page.
pub(crate) fn antecedents(clauses: &[Clause], cx: &Context) -> Vec<(String, Value)> {
    let mut known = cx.last.map(|last| spoken_of(last, cx.index)).unwrap_or_default();
    let picked = cx.page.selection.first().filter(|_| cx.page.selection.len() > 1);
    if let Some(shown) = cx.page.this().or(picked) {
        let this = clauses.iter().flat_map(|c| &c.spans).any(|s| s.any(&["this", "these"]));
        let at = if this { 0 } else { known.len() };
        known.insert(at, (shown.entity.clone(), json!(shown.id)));
    }
    known
}

/// "post these": the call for each row that is picked, where it is made for the first of several.
fn every<'i>(mut choice: Choice<'i>, clause: &Clause, cx: &Context) -> Choice<'i> {
    let [first, others @ ..] = cx.page.selection.as_slice() else { return choice };
    let several = clause.spans.iter().any(|s| s.any(&["these", "them", "those"]));
    let own = choice.filled.arguments.iter().find(|(_, value)| **value == json!(first.id)).map(|(key, _)| key.clone());
    if let (true, Some(field)) = (several, own) {
        choice.filled.more.extend(others.iter().map(|other| (field.clone(), json!(other.id))));
    }
    choice
}

/// The likeliest operation, if any is likely at all.
fn best(ranked: Vec<Choice>) -> Option<Choice> {
    ranked.into_iter().next().filter(Choice::likely)
}

/// One call, or one for each record named.
fn expand(choice: &Choice) -> Vec<PlannedCall> {
    let call = |arguments: Map<String, Value>| PlannedCall {
        name: choice.tool.name.clone(),
        arguments: Value::Object(arguments),
    };
    let mut out = vec![call(choice.filled.arguments.clone())];
    for (field, value) in &choice.filled.more {
        let mut arguments = choice.filled.arguments.clone();
        arguments.insert(field.clone(), value.clone());
        out.push(call(arguments));
    }
    out
}

/// What a planned call makes it possible to speak of: the record it makes or touches, then those it names.
fn made(n: usize, call: &PlannedCall, effect: Effect, index: &Index) -> Vec<(String, Value)> {
    let Some(tool) = index.tool(&call.name) else { return Vec::new() };
    let own = tool
        .fields
        .iter()
        .find(|f| f.required && f.entity() == Some(tool.entity.as_str()))
        .and_then(|f| call.arguments.get(&f.name));
    let mut out = Vec::new();
    match own {
        Some(id) => out.push((tool.entity.clone(), id.clone())),
        None if effect != Effect::Read => out.push((tool.entity.clone(), json!({ "$result": [n, "/id"] }))),
        None => {}
    }
    out.extend(named(call, index));
    out
}

/// The records that a call's arguments name.
fn named(call: &PlannedCall, index: &Index) -> Vec<(String, Value)> {
    let fields = index.tool(&call.name).map(|t| t.fields.as_slice()).unwrap_or_default();
    fields
        .iter()
        .filter_map(|f| Some((f.entity()?.to_owned(), call.arguments.get(&f.name).filter(|v| v.is_string())?.clone())))
        .collect()
}

/// What the previous turn left to speak of.
pub(crate) fn spoken_of(last: &Last, index: &Index) -> Vec<(String, Value)> {
    let mut out = Vec::new();
    for (n, call) in last.calls.iter().enumerate().rev() {
        let Some(tool) = index.tool(&call.name) else { continue };
        let result = last.results.get(n).unwrap_or(&Value::Null);
        let rows = result["items"].as_array();
        let one = rows.filter(|rows| rows.len() == 1).and_then(|rows| rows.first());
        let id = one.unwrap_or(result)["id"].as_str().map(|id| json!(id));
        let own = tool
            .fields
            .iter()
            .find(|f| f.required && f.entity() == Some(tool.entity.as_str()))
            .and_then(|f| call.arguments.get(&f.name))
            .filter(|v| v.is_string())
            .cloned();
        if let Some(id) = id.or(own) {
            out.push((tool.entity.clone(), id));
        } else if rows.is_some() {
            out.push((tool.entity.clone(), Value::Null));
        }
        out.extend(named(call, index));
    }
    out
}

/// Whether a clause is a command or question of its own rather than an answer.
pub(crate) fn stands_alone(text: &str, spans: &[Span], cx: &Context) -> Option<String> {
    let clauses = split(spans, cx.index);
    let clause = clauses.first()?;
    let env = Env { index: cx.index, today: cx.today, currency: cx.currency, text, known: &[] };
    let top = best(rank(cx.index, env, clause, None))?;
    let whole = top.filled.missing.is_empty() && top.filled.loose == 0 && top.filled.unknown == 0;
    let opens = matches!(clause.mood, Mood::Command | Mood::Question | Mood::Show);
    (whole && opens && top.score >= 5000).then(|| top.tool.name.clone())
}
