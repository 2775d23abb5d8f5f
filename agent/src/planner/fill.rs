//! From spans to arguments: which span fills which field of one operation, and what stays unexplained.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::clauses::{Clause, Mood};
use super::index::{Index, Known};
use super::lexicon::{Role, Use};
use super::past::{any_record, recalls};
use super::schema::{Field, Shape};
use super::spans::{Span, What};

/// What stands still while operations are tried.
#[derive(Clone, Copy)]
pub(crate) struct Env<'a> {
    pub(crate) index: &'a Index,
    pub(crate) today: NaiveDate,
    /// The company's currency, upper case.
    pub(crate) currency: &'a str,
    pub(crate) text: &'a str,
    /// What "it" is: entity and how to refer to it, the nearest first.
    pub(crate) known: &'a [(String, Value)],
}

/// The arguments read for one operation.
#[derive(Clone, Debug)]
pub(crate) struct Filled {
    pub(crate) arguments: Map<String, Value>,
    /// JSON pointers of what is required and was not said.
    pub(crate) missing: Vec<String>,
    /// Spans with a type (names, amounts, dates, codes) that found no place.
    pub(crate) loose: usize,
    /// Words that neither the operation nor a value accounts for.
    pub(crate) unknown: usize,
    /// Those words, as they were typed.
    pub(crate) strange: Vec<String>,
    /// More values for a field that takes one: the call is repeated for each.
    pub(crate) more: Vec<(String, Value)>,
    /// A reference said by what belongs to it ("the draft for Globex").
    pub(crate) beside: Option<usize>,
    /// References read from plain words, which may be no records at all.
    pub(crate) guessed: usize,
    /// A currency nobody can record.
    pub(crate) currency: Option<String>,
}

/// One operation being filled.
pub(crate) struct Fill<'a> {
    pub(crate) env: Env<'a>,
    pub(crate) tool: &'a Known,
    pub(crate) spans: &'a [Span],
    pub(crate) mood: Mood,
    pub(crate) head: Option<usize>,
    pub(crate) used: Vec<bool>,
    pub(crate) args: Map<String, Value>,
    pub(crate) more: Vec<(String, Value)>,
    pub(crate) beside: Option<usize>,
    pub(crate) guessed: usize,
}

/// Reads the arguments of an operation from a clause.
pub(crate) fn fill(env: Env, tool: &Known, clause: &Clause) -> Filled {
    complete(env, tool, clause, Map::new())
}

/// Reads the arguments that are not given yet.
pub(crate) fn complete(env: Env, tool: &Known, clause: &Clause, given: Map<String, Value>) -> Filled {
    let mut fill = Fill {
        env,
        tool,
        spans: &clause.spans,
        mood: clause.mood,
        head: clause.head,
        used: vec![false; clause.spans.len()],
        args: given,
        more: Vec::new(),
        beside: None,
        guessed: 0,
    };
    fill.labelled();
    fill.bounds();
    fill.dates();
    fill.codes();
    fill.choices();
    fill.names();
    fill.phrases();
    fill.lines();
    fill.order();
    fill.numbers();
    fill.pronouns();
    fill.leftovers();
    fill.finish()
}

impl<'a> Fill<'a> {
    /// The fields of the operation, outliving this borrow.
    pub(crate) fn fields(&self) -> &'a [Field] {
        &self.tool.fields
    }

    /// Whether the field still waits for a value.
    pub(crate) fn open(&self, field: &Field) -> bool {
        !self.args.contains_key(&field.name)
    }

    /// Puts a value and marks its spans.
    pub(crate) fn put(&mut self, field: &Field, value: Value, from: usize, to: usize) {
        self.args.insert(field.name.clone(), value);
        self.mark(from, to);
    }

    pub(crate) fn mark(&mut self, from: usize, to: usize) {
        for used in self.used.iter_mut().take(to).skip(from) {
            *used = true;
        }
    }

    /// The text of spans, as typed.
    pub(crate) fn slice(&self, from: usize, to: usize) -> String {
        if let Some(whole) =
            self.spans.get(from).filter(|s| to == from + 1 && matches!(s.what, What::Name | What::Quoted))
        {
            return self.env.text.get(whole.start..whole.end).unwrap_or_default().to_owned();
        }
        match (self.spans.get(from), to.checked_sub(1).and_then(|n| self.spans.get(n))) {
            (Some(a), Some(b)) if from < to => self
                .env
                .text
                .get(a.start..b.end)
                .unwrap_or_default()
                .trim_matches(|c: char| c.is_whitespace() || ",;:.!?".contains(c))
                .to_owned(),
            _ => String::new(),
        }
    }

    /// The nearest span before that is not an article.
    pub(crate) fn before(&self, at: usize) -> Option<&'a Span> {
        self.spans[..at].iter().rev().find(|s| !s.any(&["the", "a", "an", "our", "my", "number", "no", "#", ":"]))
    }

    /// A word that carries meaning and is not yet spoken for.
    pub(crate) fn free(&self, at: usize) -> bool {
        !self.used[at] && Some(at) != self.head && self.spans[at].what == What::Word && !function(&self.spans[at])
    }

    /// Whether the operation itself says this word.
    pub(crate) fn says(&self, span: &Span) -> bool {
        let stem = &span.token.stem;
        // "who posted it?": what was done is a word of the question, not of the record.
        let done = self.mood == Mood::Question
            && self.tool.lead == "who"
            && self
                .env
                .index
                .tools
                .iter()
                .any(|t| t.effect != super::Effect::Read && t.verbs.iter().any(|v| self.env.index.alike(v, stem)));
        done || self.tool.terms.contains_key(stem)
            || self.env.index.entities(stem).iter().any(|(e, _)| *e == self.tool.entity)
            || self.env.index.groups(stem).iter().any(|g| self.tool.concepts.contains_key(g))
    }

    /// A currency other than the company's: into the field for it, or reported so that it is not dropped in silence.
    fn foreign(&mut self) -> Option<String> {
        let said = self.spans.iter().filter_map(|s| s.number()).find_map(|n| n.currency.clone())?.to_uppercase();
        if said == self.env.currency.to_uppercase() {
            return None;
        }
        match self.fields().iter().find(|f| f.label.iter().any(|l| l == "currency")) {
            Some(field) => {
                self.args.insert(field.name.clone(), Value::String(said));
                None
            }
            None => Some(said),
        }
    }

    fn finish(mut self) -> Filled {
        let typed = |s: &Span| !matches!(s.what, What::Word | What::Mark);
        let loose = (0..self.spans.len()).filter(|at| !self.used[*at] && typed(&self.spans[*at])).count();
        let left = |at: &usize| self.free(*at) && self.spans[*at].token.low.len() > 1;
        let unknown = (0..self.spans.len()).filter(|at| left(at) && !self.says(&self.spans[*at])).count();
        // in a question about what was done, the deed and the kind of record say which record, and are heard
        let recalled = any_record(self.tool).is_some() && recalls(self.env.index, self.spans, self.mood);
        let strange: Vec<String> = (0..self.spans.len())
            .filter(|at| !recalled && left(at) && !self.says(&self.spans[*at]))
            .map(|at| self.slice(at, at + 1))
            .collect();
        let currency = self.foreign();
        let mut missing = Vec::new();
        for field in self.fields().iter().filter(|f| f.required) {
            match (self.args.get(&field.name), &field.shape) {
                (None, _) => missing.push(format!("/{}", field.name)),
                (Some(Value::Array(items)), Shape::Lines(inner)) => {
                    for (n, item) in items.iter().enumerate() {
                        missing.extend(
                            inner
                                .iter()
                                .filter(|f| f.required && item.get(&f.name).is_none())
                                .map(|f| format!("/{}/{n}/{}", field.name, f.name)),
                        );
                    }
                }
                _ => {}
            }
        }
        Filled {
            arguments: self.args,
            missing,
            loose,
            unknown,
            strange,
            more: self.more,
            beside: self.beside,
            guessed: self.guessed,
            currency,
        }
    }
}

/// Words that never count for or against an operation.
pub(crate) fn function(span: &Span) -> bool {
    [
        Use::Filler,
        Use::Preposition,
        Use::Pronoun,
        Use::Joint,
        Use::Question,
        Use::Link,
        Use::Follow,
        Use::Top,
        Use::Bottom,
        Use::Since,
        Use::Until,
        Use::AtLeast,
        Use::AtMost,
        Use::Deadline,
        Use::Hello,
        Use::Thanks,
        Use::Called,
    ]
    .iter()
    .any(|u| span.is(*u))
}

/// Whether a field can be filled by what people say rather than by machinery.
pub(crate) fn speakable(field: &Field) -> bool {
    !field.is(Role::Paging)
}
