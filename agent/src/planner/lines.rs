//! Lists of lines: "3 hours of consulting at 120 and 2 licences at 49.90".

use serde_json::{Value, json};

use super::fill::{Fill, function};
use super::lexicon::{self, Role, Use};
use super::schema::{Field, Shape};
use super::spans::{Span, What};

/// The spans of one line.
pub(crate) type Chunk = Vec<usize>;

impl<'a> Fill<'a> {
    /// Fills the list whose items count or price something.
    pub(crate) fn lines(&mut self) {
        if self.fields().iter().any(|f| f.required && self.open(f) && matches!(f.shape, Shape::Decimal)) {
            return; // the number of the request belongs to the whole
        }
        for field in self.fields() {
            let Shape::Lines(inner) = &field.shape else { continue };
            if !self.open(field)
                || !inner.iter().any(|f| matches!(f.shape, Shape::Decimal))
                || (!field.required && inner.iter().all(|f| !f.is(Role::Quantity) && !f.is(Role::Price)))
            {
                continue;
            }
            let Some(start) = self.region() else { continue };
            let chunks = self.merged(self.chunks(start), inner);
            let mut items = Vec::new();
            for chunk in chunks {
                let item = self.item(&chunk, inner);
                if !item.is_empty() {
                    chunk.iter().for_each(|n| self.used[*n] = true);
                    items.push(Value::Object(item));
                }
            }
            if !items.is_empty() {
                self.args.insert(field.name.clone(), json!(items));
            }
        }
    }

    /// Where the lines start: the first free number, or the words before it that name what it counts.
    fn region(&self) -> Option<usize> {
        let number = (0..self.spans.len())
            .find(|n| !self.used[*n] && (self.spans[*n].number().is_some() || self.spelled(*n).is_some()))?;
        let mut start = number;
        while start > 0 && !self.used[start - 1] && Some(start - 1) != self.head {
            let prior = &self.spans[start - 1];
            let own = prior.what == What::Word && self.tool.nouns.contains(&prior.token.stem);
            if own || prior.is(Use::Pronoun) || prior.any(&[":", ";"]) {
                break;
            }
            start -= 1;
        }
        Some(start)
    }

    /// A number written as a word, where something countable follows.
    pub(crate) fn spelled(&self, at: usize) -> Option<String> {
        let span = &self.spans[at];
        let n = lexicon::place(lexicon::NUMBERS, &span.token.low, 0).filter(|_| span.what == What::Word)?;
        self.spans.get(at + 1).filter(|s| s.wordy()).map(|_| n.to_string())
    }

    pub(crate) fn quantity(&self, at: usize) -> Option<String> {
        self.spans[at].number().map(|n| n.value.clone()).or_else(|| self.spelled(at))
    }

    /// Cuts at "and", commas and whatever is already spoken for.
    fn chunks(&self, start: usize) -> Vec<Chunk> {
        let mut out: Vec<Chunk> = vec![Vec::new()];
        for n in start..self.spans.len() {
            let span = &self.spans[n];
            if self.used[n]
                || Some(n) == self.head
                || span.is(Use::Joint)
                || span.any(&[",", ";", ":", ".", "-", "–", "?", "!", "(", ")"])
            {
                out.push(Vec::new());
            } else if let Some(chunk) = out.last_mut() {
                chunk.push(n);
            }
        }
        out.retain(|c| c.iter().any(|n| self.spans[*n].what != What::Word || !function(&self.spans[*n])));
        out
    }

    pub(crate) fn described(&self, chunk: &Chunk) -> bool {
        chunk.iter().any(|n| {
            self.spans[*n].wordy() && !function(&self.spans[*n]) && !unit(&self.spans[*n]) && self.spelled(*n).is_none()
        })
    }

    /// Puts together what a comma or an "and" inside one line has cut.
    fn merged(&self, chunks: Vec<Chunk>, inner: &[Field]) -> Vec<Chunk> {
        let priced = inner.iter().any(|f| f.required && f.is(Role::Price));
        let count = |c: &Chunk| c.iter().filter(|n| self.quantity(**n).is_some()).count();
        let leads = |c: &Chunk| {
            c.iter()
                .find(|n| self.spans[**n].wordy() || self.quantity(**n).is_some())
                .is_some_and(|n| self.quantity(*n).is_some() && !self.price_cue(*n))
        };
        let mut out: Vec<Chunk> = Vec::new();
        for chunk in chunks {
            let joins = out.last().is_some_and(|last| {
                let (a, b) = (count(last), count(&chunk));
                (a == 0 && b > 0)
                    || (b == 0 && !self.described(last))
                    || (b > 0 && !self.described(&chunk) && !self.described_and_priced(last, priced))
                    || (priced
                        && a == 1
                        && b == 1
                        && leads(last)
                        && !leads(&chunk)
                        && self.price_cue_in(&chunk)
                        && !self.price_cue_in(last))
            });
            match out.last_mut().filter(|_| joins) {
                Some(last) => {
                    let (from, to) = (last.last().copied().unwrap_or(0), chunk.first().copied().unwrap_or(0));
                    let inside = (from + 1..to)
                        .filter(|n| self.spans[*n].is(Use::Joint) && count(&chunk) > 0 && self.described(&chunk));
                    last.extend(inside.collect::<Vec<_>>());
                    last.extend(chunk);
                }
                None => out.push(chunk),
            }
        }
        out.retain(|c| count(c) > 0 || self.described(c));
        out
    }

    fn described_and_priced(&self, chunk: &Chunk, priced: bool) -> bool {
        let numbers = chunk.iter().filter(|n| self.quantity(**n).is_some()).count();
        self.described(chunk) && (numbers > 1 || !priced)
    }

    fn price_cue_in(&self, chunk: &Chunk) -> bool {
        chunk.iter().any(|n| self.price_cue(*n))
    }

    /// Whether what stands around a number makes it a price.
    pub(crate) fn price_cue(&self, at: usize) -> bool {
        let Some(number) = self.spans[at].number() else { return false };
        let prior = at.checked_sub(1).map(|n| &self.spans[n]);
        let next = self.spans.get(at + 1);
        number.currency.is_some()
            || prior.is_some_and(|s| s.any(&["at", "@"]))
            || next.is_some_and(|s| s.any(&["each", "per", "a", "an"]))
    }
}

/// Whether it is a word for a unit, in the singular or plural.
pub(crate) fn unit(span: &Span) -> bool {
    span.what == What::Word && super::text::is_unit(&span.token.low)
}
