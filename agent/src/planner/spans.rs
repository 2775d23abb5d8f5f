//! Tokens into spans: whole names, dates, periods, amounts and codes, so that what follows never cuts through one.

use chrono::{Datelike, NaiveDate};

use super::dates::{self, When};
use super::lexicon::Use;
use super::names;
use super::numbers::Number;
use super::text::{Kind, Token};

/// What a span is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Word,
    Mark,
    /// A proper name, by its capitals.
    Name,
    Quoted,
    Code,
    Email,
    Phone,
    Number(Number),
    When(When),
}

/// A stretch of text with one meaning. `token` is its first token.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) what: What,
    pub(crate) token: Token,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    /// Whether it is a plain word with this use.
    pub(crate) fn is(&self, used: Use) -> bool {
        matches!(self.what, What::Word | What::Mark) && self.token.is(used)
    }

    /// Whether it is one of these plain words.
    pub(crate) fn any(&self, words: &[&str]) -> bool {
        matches!(self.what, What::Word | What::Mark) && self.token.any(words)
    }

    /// The number, if it is one.
    pub(crate) fn number(&self) -> Option<&Number> {
        match &self.what {
            What::Number(n) => Some(n),
            _ => None,
        }
    }

    /// The date, if it is one.
    pub(crate) fn when(&self) -> Option<&When> {
        match &self.what {
            What::When(w) => Some(w),
            _ => None,
        }
    }

    /// A word or a name of something: not a number, date, mark or code.
    pub(crate) fn wordy(&self) -> bool {
        matches!(self.what, What::Word | What::Name | What::Quoted)
    }
}

/// What the catalogue knows of a word, as far as telling names apart needs it.
pub(crate) trait Vocabulary {
    /// A word the catalogue or the word list uses.
    fn known(&self, token: &Token) -> bool;
    /// A word for a kind of record ("customer").
    fn noun(&self, token: &Token) -> bool;
}

/// Reads the spans of a text.
pub(crate) fn read(tokens: &[Token], today: NaiveDate, words: &dyn Vocabulary) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let (what, used) = one(
            tokens,
            at,
            today,
            words,
            out.is_empty() || out.last().is_some_and(|s| s.what == What::Mark && !s.any(&[",", "&", "-"])),
        );
        let last = &tokens[at + used - 1];
        out.push(Span { what, token: token.clone(), start: token.start, end: last.end });
        at += used;
    }
    ranges(out)
}

/// The span that starts at a token and the number of tokens it takes.
fn one(tokens: &[Token], at: usize, today: NaiveDate, words: &dyn Vocabulary, opens: bool) -> (What, usize) {
    let token = &tokens[at];
    if let Some((when, used)) =
        dates::read(tokens, at, today).filter(|(_, used)| !(*used == 1 && names::continues(tokens, at)))
    {
        return (What::When(when), used);
    }
    match &token.kind {
        Kind::Number(n) => match phone(tokens, at) {
            Some(used) => (What::Phone, used),
            None => (What::Number(n.clone()), 1),
        },
        Kind::Code => (What::Code, 1),
        Kind::Email => (What::Email, 1),
        Kind::Quoted => (What::Quoted, 1),
        Kind::Mark => (What::Mark, 1),
        Kind::Date => (What::Code, 1),
        Kind::Word => match names::name(tokens, at, words, opens) {
            Some(used) => (What::Name, used),
            None => (What::Word, 1),
        },
    }
}

/// `+49 30 1234`: an international number, in as many groups as it has.
fn phone(tokens: &[Token], at: usize) -> Option<usize> {
    let first = &tokens[at];
    if !first.low.starts_with('+') {
        return None;
    }
    let more = tokens[at + 1..].iter().take_while(|t| matches!(t.kind, Kind::Number(_)) || t.any(&["(", ")"])).count();
    Some(1 + more)
}

/// Joins `3 May to 7 May`, `between May and July`, `3 to 7 May`.
fn ranges(spans: Vec<Span>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        let n = out.len();
        if let (What::When(end), true) = (&span.what, n >= 2) {
            let joined = out[n - 1].any(&["to", "until", "till", "through", "-", "–", "and"])
                && (!out[n - 1].any(&["and"]) || (n >= 3 && out[n - 3].any(&["between"])));
            let start = match &out[n - 2].what {
                What::When(start) if joined => Some(*start),
                What::Number(day) if joined && end.point => day_in_month(day, end),
                _ => None,
            };
            if let Some(start) = start {
                let what = What::When(start.until(end));
                out.pop();
                if let Some(first) = out.last_mut() {
                    first.what = what;
                    first.end = span.end;
                }
                continue;
            }
        }
        out.push(span);
    }
    out
}

/// The `3` of `3 to 7 May`.
fn day_in_month(day: &Number, end: &When) -> Option<When> {
    let day: u32 = day.value.parse().ok().filter(|_| day.plain)?;
    let on = |d: NaiveDate| NaiveDate::from_ymd_opt(d.year(), d.month(), day).filter(|start| *start <= d);
    let (past, future) = (on(end.past.0)?, on(end.future.0)?);
    Some(When { past: (past, past), future: (future, future), point: true })
}
