//! What a message says, as others than the planner may use it: its manner, its numbers and days, its words.
//!
//! A trained model guesses; this reads. What a model proposes is held against it, and what it leaves open is asked
//! for as the planner asks.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::choose::rank;
use super::clauses::{Mood, split};
use super::fill::Env;
use super::index::Index;
use super::lexicon::{self, NUMBERS, Use};
use super::question::question;
use super::spans::{self, What};
use super::text::{Kind, stem, tokens};
use super::{Context, Decision, Effect, Pending, PlannedCall, Wants, ask, talk};

/// What a message wants, as far as its manner tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// A greeting, thanks, a question about what is possible: nothing is wanted of the books.
    Talk,
    /// Something is to be told or shown.
    Question,
    /// Something may be to be done.
    Change,
}

/// What a message wants. What could be a command is one.
#[must_use]
pub fn intent(text: &str, cx: &Context<'_>) -> Intent {
    let tokens = tokens(text);
    match talk::answer(&tokens, cx.index, cx.waiting) {
        Some(Decision::Undo) => return Intent::Change,
        Some(_) => return Intent::Talk,
        None => {}
    }
    let spans = spans::read(&tokens, cx.today, cx.index);
    let clauses = split(&spans, cx.index);
    if clauses.is_empty() || clauses.iter().any(|c| matches!(c.mood, Mood::Command | Mood::Phrase)) {
        return if thanks(&tokens) { Intent::Talk } else { Intent::Change };
    }
    // "what about 3 hours?" may change what is proposed
    let changes = |call: &PlannedCall| cx.index.tool(&call.name).is_some_and(|t| t.effect != Effect::Read);
    let decision = super::plan(text, cx);
    let changed = matches!(decision, Decision::Revise(_)) || decision.calls().any(changes);
    if changed { Intent::Change } else { Intent::Question }
}

/// "thanks, that was helpful": opens with thanks, and no number, name or code follows that something could be done with.
fn thanks(tokens: &[super::text::Token]) -> bool {
    tokens.first().is_some_and(|t| t.is(Use::Thanks))
        && tokens.iter().all(|t| matches!(t.kind, Kind::Word | Kind::Mark) && !(t.capital && t.start > 0))
}

/// Whether nothing is meant here but to take back what was done last.
#[must_use]
pub fn undoes(text: &str) -> bool {
    talk::undo(&tokens(text)).is_some()
}

/// A typed yes or no to what waits: no model decides, nor does a word.
#[must_use]
pub fn decides(text: &str, cx: &Context<'_>) -> Option<Decision> {
    let words = tokens(text);
    let said = |used: Use| words.iter().any(|t| t.is(used));
    (cx.waiting && (said(Use::Yes) || said(Use::No))).then(|| talk::answer(&words, cx.index, true)).flatten()
}

/// The message as an answer to the open question, if it is one.
#[must_use]
pub fn resumes(text: &str, cx: &Context<'_>) -> Option<Decision> {
    let spans = spans::read(&tokens(text), cx.today, cx.index);
    ask::resume(text, &spans, cx.pending?, cx)
}

/// Asks for the values that a call lacks, all in one question.
#[must_use]
pub fn ask_values(calls: Vec<PlannedCall>, at: usize, pointers: Vec<String>, index: &Index) -> Option<Decision> {
    let call = calls.get(at)?;
    let question = question(index.tool(&call.name)?, &pointers, &call.arguments);
    let pending = Pending { question: question.clone(), calls, call: at, wants: Wants::Values { pointers } };
    Some(Decision::Ask { question, pending })
}

/// The operations that a text may mean, the likeliest first.
#[must_use]
pub fn ranked(text: &str, index: &Index, today: NaiveDate, currency: &str) -> Vec<String> {
    let spans = spans::read(&tokens(text), today, index);
    let env = Env { index, today, currency, text, known: &[] };
    let clauses = split(&spans, index);
    let of_each: Vec<Vec<&str>> = clauses
        .iter()
        .take(4)
        .map(|clause| rank(index, env, clause, None).iter().map(|choice| choice.tool.name.as_str()).collect())
        .collect();
    let most = of_each.iter().map(Vec::len).max().unwrap_or_default();
    let mut out: Vec<String> = Vec::new();
    for place in 0..most {
        for name in of_each.iter().filter_map(|names| names.get(place)) {
            if !out.iter().any(|known| known == name) {
                out.push((*name).to_owned());
            }
        }
    }
    out
}

/// The numbers of a text as plain decimals, spelt ones among them.
#[must_use]
pub fn numbers(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for token in tokens(text) {
        match &token.kind {
            Kind::Number(n) => {
                out.insert(bare(&n.value));
            }
            Kind::Word => {
                if let Some(n) = lexicon::place(NUMBERS, &token.low, 0) {
                    out.insert(n.to_string());
                } else if token.any(&["a", "an", "single"]) {
                    out.insert("1".to_owned());
                } else if token.any(&["dozen"]) {
                    out.insert("12".to_owned());
                }
            }
            _ => {}
        }
    }
    out
}

/// A decimal as written most shortly: no grouping, no zeros that say nothing; nothing where it is no number.
#[must_use]
pub fn decimal(text: &str) -> Option<String> {
    let (number, unit) = super::numbers::read(text.trim())?;
    unit.is_none().then(|| bare(&number.value))
}

fn bare(value: &str) -> String {
    if !value.contains('.') {
        return value.to_owned();
    }
    value.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The days that a text may mean: both ends of periods, and both readings of a day without a year.
#[must_use]
pub fn days(text: &str, today: NaiveDate, index: &Index) -> BTreeSet<NaiveDate> {
    let spans = spans::read(&tokens(text), today, index);
    let whens = spans.iter().filter_map(|span| match &span.what {
        What::When(when) => Some(when),
        _ => None,
    });
    whens.flat_map(|when| [when.past.0, when.past.1, when.future.0, when.future.1]).collect()
}

/// The words of a text: lower case and stemmed, marks left out.
#[must_use]
pub fn words(text: &str) -> Vec<(String, String)> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(|part| (part.to_lowercase(), stem(&part.to_lowercase()))).collect()
}

/// Whether a word carries no meaning of its own.
#[must_use]
pub fn idle(word: &str) -> bool {
    [Use::Filler, Use::Preposition, Use::Joint, Use::Pronoun, Use::Legal].iter().any(|used| lexicon::is(word, *used))
}

/// Whether two stems are the same or stand for each other.
#[must_use]
pub fn alike(index: &Index, a: &str, b: &str) -> bool {
    index.alike(a, b)
}

/// Whether a word may lead a command: it does not belong to a name that follows it.
#[must_use]
pub fn leads(index: &Index, word: &str) -> bool {
    let stem = stem(&word.to_lowercase());
    lexicon::VERB_SENSES.iter().any(|(verb, _)| *verb == word.to_lowercase())
        || !index.groups(&stem).is_empty()
        || index.tools.iter().any(|tool| tool.verbs.contains(&stem) || tool.lead == stem || tool.nouns.contains(&stem))
        || idle(&word.to_lowercase())
}

/// The names, numbers of documents and quotes that a text has.
#[must_use]
pub fn names(text: &str, today: NaiveDate, index: &Index) -> Vec<String> {
    let spans = spans::read(&tokens(text), today, index);
    let named = spans.iter().filter(|s| matches!(s.what, What::Name | What::Quoted | What::Code));
    named.filter_map(|s| text.get(s.start..s.end)).map(str::to_owned).collect()
}

/// The figures and days of a text as they were written, each with what it may mean.
#[must_use]
pub fn values(text: &str, today: NaiveDate, index: &Index) -> Vec<(String, Vec<String>)> {
    let spans = spans::read(&tokens(text), today, index);
    let meant = |what: &What| match what {
        What::Number(n) => Some(vec![bare(&n.value)]),
        What::When(w) => Some([w.past.0, w.past.1, w.future.0, w.future.1].iter().map(ToString::to_string).collect()),
        _ => None,
    };
    spans.iter().filter_map(|s| Some((text.get(s.start..s.end)?.to_owned(), meant(&s.what)?))).collect()
}
