//! A message into commands: where one ends and the next begins, and what manner of sentence each is.

use super::Effect;
use super::index::Index;
use super::lexicon::{CREATE, PHRASAL, READ, Use, VERB_SENSES};
use super::spans::{Span, Vocabulary, What};
use super::spell::respell;

/// What manner of sentence it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Asks ("who owes us").
    Question,
    /// Asks to see ("show drafts").
    Show,
    /// Tells to do ("post it").
    Command,
    /// A phrase or statement that could be either ("overdue invoices", "Globex paid 500").
    Phrase,
}

/// One command or question.
#[derive(Clone, Debug)]
pub(crate) struct Clause {
    pub(crate) spans: Vec<Span>,
    pub(crate) mood: Mood,
    /// The word that leads it.
    pub(crate) head: Option<usize>,
}

/// Cuts a message where a new command starts.
pub(crate) fn split(spans: &[Span], index: &Index) -> Vec<Clause> {
    let mut cuts = Vec::new();
    for at in 1..spans.len() {
        if boundary(spans, at, index) {
            cuts.push(at);
        }
    }
    let mut out = Vec::new();
    let mut from = 0;
    for to in cuts.into_iter().chain([spans.len()]) {
        let mut part = &spans[from..to];
        while let Some((last, rest)) = part
            .split_last()
            .filter(|(l, _)| l.what == What::Mark && !l.any(&["?"]) || l.is(Use::Joint) || l.any(&["also"]))
        {
            let _ = last;
            part = rest;
        }
        let idle = |s: &Span| {
            s.what == What::Mark || [Use::Hello, Use::Thanks, Use::Yes, Use::Filler].iter().any(|u| s.is(*u))
        };
        if !part.iter().all(idle) {
            out.push(clause(part.to_vec(), index));
        }
        from = to;
    }
    out
}

/// Whether a new command starts here: after a joint, with the word of a command and something to do it to.
fn boundary(spans: &[Span], at: usize, index: &Index) -> bool {
    let joint = |s: &Span| s.is(Use::Joint) || s.any(&[",", ";", ".", "!", "?", "also", "please"]);
    if !joint(&spans[at - 1])
        || spans[at].is(Use::Filler)
        || spans[at].what != What::Word
        || !commands(&spans[at], index)
    {
        return false;
    }
    let opens_sentence = spans[at - 1].any(&[";", ".", "!", "?", "then"]);
    match spans.get(at + 1) {
        None => true,
        Some(next) => {
            next.is(Use::Pronoun)
                || next.any(&["the", "a", "an", "all", "me"])
                || matches!(next.what, What::Code | What::Name | What::Quoted)
                || (next.what == What::Mark && next.any(&[".", "!", "?"]))
                || (next.what == What::Word && index.noun(&next.token))
                || (opens_sentence && !next.is(Use::Preposition))
        }
    }
}

/// Whether an operation is called by this word, or by one that stands for it.
fn commands(span: &Span, index: &Index) -> bool {
    let stem = &span.token.stem;
    index.tools.iter().any(|t| {
        (t.verbs.contains(stem) && !(t.effect == Effect::Read && index.tells_kind(stem)))
            || (t.effect != Effect::Read && t.lead == *stem && t.lead.len() > 2)
    }) || [READ, CREATE].iter().any(|g| index.groups(stem).contains(g))
        || (!index.groups(stem).is_empty()
            && index.tools.iter().any(|t| t.effect != Effect::Read && t.verbs.iter().any(|v| index.alike(v, stem))))
}

/// Finds the manner and the leading word of a clause.
fn clause(mut spans: Vec<Span>, index: &Index) -> Clause {
    phrasal(&mut spans);
    let polite = polite(&spans);
    let asks = spans.iter().any(|s| s.any(&["?"]));
    let first = spans.iter().position(|s| s.what != What::Mark && !s.is(Use::Hello)).unwrap_or(0);
    let opener = spans.get(first);
    if polite == 0 && opener.is_some_and(|s| s.is(Use::Question) && !s.any(&["much", "many"])) {
        return Clause { spans, mood: Mood::Question, head: None };
    }
    let head = (polite..spans.len()).find(|at| !skipped(&spans, *at));
    if let Some(at) = head {
        respell(&mut spans, at, index);
        if sorted_out(&spans, at, index) {
            return Clause { spans, mood: Mood::Show, head: None };
        }
    }
    let Some(span) = head.and_then(|at| spans.get(at)) else {
        return Clause { spans, mood: Mood::Phrase, head: None };
    };
    let stem = &span.token.stem;
    let subject = span.what == What::Name || (span.what == What::Word && !index.known(&span.token));
    if let Some(verb) = head.filter(|_| subject && !asks).and_then(|at| stated(&spans, at, index)) {
        return Clause { spans, mood: Mood::Command, head: Some(verb) };
    }
    let next = head.and_then(|at| spans.get(at + 1));
    let after = next.cloned();
    let noun = span.what == What::Word && index.noun(&span.token);
    let verb = span.what == What::Word && commands(span, index) && !plural(span);
    let object = next.is_some_and(|n| takes(n, index));
    let unheard = !index.known(&span.token) && !index.says(stem);
    let mood = if span.what != What::Word {
        Mood::Phrase
    } else if index.groups(stem).contains(&READ) && !noun {
        Mood::Show
    } else if span.is(Use::Question) || (asks && !verb && polite == 0) {
        Mood::Question
    } else if (verb && (!noun || exact_verb(stem, index) || billed(span, next))) || (unheard && object) {
        Mood::Command
    } else {
        Mood::Phrase
    };
    let mut spans = spans;
    if let Some(span) = head.and_then(|at| spans.get_mut(at)).filter(|_| mood != Mood::Show) {
        sense(span, after.as_ref());
    }
    Clause { spans, mood, head }
}

/// "posted invoices", "partly paid invoices": a state that rows may be in, before the rows.
fn sorted_out(spans: &[Span], at: usize, index: &Index) -> bool {
    let said = |choice: &String| -> bool {
        let words: Vec<String> = choice.split('_').map(super::text::stem).collect();
        let Some(part) = spans.get(at..at + words.len()) else { return false };
        let alike = part.iter().zip(&words).all(|(s, w)| s.what == What::Word && s.token.stem == *w);
        let state = words.len() > 1 || ["ed", "id"].iter().any(|end| part[0].token.low.ends_with(end));
        let rows = spans.get(at + words.len()).filter(|s| s.what == What::Word && plural(s));
        let alone = words.len() == 1 && plural(&part[0]) && spans.get(at + 1).is_none_or(|s| s.is(Use::Preposition));
        alike && (alone || (state && rows.is_some_and(|s| index.noun(&s.token))))
    };
    index.tools.iter().flat_map(|t| &t.fields).flat_map(|f| f.choices()).any(said)
}

/// "Globex just paid …": the verb of a statement whose subject comes first.
fn stated(spans: &[Span], subject: usize, index: &Index) -> Option<usize> {
    let owner = spans.get(subject + 1).is_some_and(|next| next.start > spans[subject].end + 1);
    let at = (subject + 1..spans.len())
        .find(|n| !spans[*n].is(Use::Filler) || spans[*n].any(&["a", "an", "the"]))
        .filter(|_| !owner)?;
    let span = &spans[at];
    let past = span.what == What::Word && !plural(span) && !span.is(Use::Joint) && !span.is(Use::Preposition);
    let reads = index.groups(&span.token.stem).contains(&READ);
    (past && !reads && commands(span, index) && spans.get(at + 1).is_some()).then_some(at)
}

/// "set up", "get rid of": two words become the one verb they mean.
fn phrasal(spans: &mut Vec<Span>) {
    let found = spans.windows(2).enumerate().find_map(|(at, pair)| {
        let said = |(a, b, _): &&(&str, &str, &str)| pair[0].any(&[*a]) && pair[1].any(&[*b]);
        PHRASAL.iter().find(said).map(|(.., meant)| (at, *meant))
    });
    if let Some((at, meant)) = found {
        let of = spans.get(at + 2).is_some_and(|s| s.any(&["of"]));
        spans[at].token.stem = super::text::stem(meant);
        spans[at].token.low = meant.to_owned();
        spans.drain(at + 1..at + 2 + usize::from(of));
    }
}

/// A noun used as a verb may mean another record: "bill Globex" makes an invoice.
fn sense(span: &mut Span, next: Option<&Span>) {
    let object = next.is_some_and(|n| !n.is(Use::Preposition) && n.what != What::Code && n.what != What::Mark);
    if let Some((_, meant)) = VERB_SENSES.iter().find(|(word, _)| span.token.low == *word && object) {
        span.token.stem = super::text::stem(meant);
    }
}

/// "bill them": a noun that is a verb before whom it is done to.
fn billed(span: &Span, next: Option<&Span>) -> bool {
    VERB_SENSES.iter().any(|(word, _)| span.token.low == *word) && next.is_some_and(|n| n.is(Use::Pronoun))
}

/// Whether an unknown word before this one must be a verb: it has an object.
fn takes(next: &Span, index: &Index) -> bool {
    let article = next.any(&["the", "a", "an", "my", "our", "all", "me", "us"]);
    let noun = next.what == What::Word && index.noun(&next.token) && !plural(next);
    next.is(Use::Pronoun) || article || next.what == What::Code || noun
}

fn exact_verb(stem: &str, index: &Index) -> bool {
    index.tools.iter().any(|t| t.verbs.iter().any(|v| v == stem))
}

fn plural(span: &Span) -> bool {
    span.token.low.ends_with('s') && !span.token.low.ends_with("ss")
}

/// How many spans of "please", "can you", "I want to" come first.
fn polite(spans: &[Span]) -> usize {
    let mut at = 0;
    let mut said = false;
    while let Some(span) = spans.get(at) {
        let softens = span.any(&[
            "please", "can", "could", "would", "will", "you", "i", "want", "need", "like", "let", "now", "also", "so",
            "just",
        ]) || (at > 0 && said && span.any(&["to", "us", "we", "me"]));
        if !(softens || span.what == What::Mark && span.any(&[","]) || span.is(Use::Hello)) {
            break;
        }
        said |= softens;
        at += 1;
    }
    if said { at } else { 0 }
}

/// Words before the one that leads.
fn skipped(spans: &[Span], at: usize) -> bool {
    let span = &spans[at];
    span.what == What::Mark
        || ((span.is(Use::Filler)
            || span.is(Use::Hello)
            || span.is(Use::Joint)
            || span.is(Use::Not) && !span.any(&["not"]))
            && !span.is(Use::Question))
}
