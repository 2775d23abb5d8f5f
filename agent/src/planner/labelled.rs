//! Values that stand beside the name of their field: "email info@…", "the phone of X to …", "because …".

use serde_json::{Value, json};

use super::fill::{Fill, speakable};
use super::lexicon::{self, Role, Use};
use super::schema::{Field, Shape};
use super::spans::{Span, What};

impl Fill<'_> {
    /// Fills every field whose name is said next to a fitting value.
    pub(crate) fn labelled(&mut self) {
        for field in self.fields().iter().filter(|f| speakable(f) && !f.is(Role::Search)) {
            if matches!(field.shape, Shape::Lines(_) | Shape::Bool | Shape::Other) {
                continue;
            }
            for at in 0..self.spans.len() {
                if let Some(after) = self.label(field, at).filter(|_| self.open(field) && !self.used[at])
                    && let Some((value, from, to)) = self.beside_label(field, at, after)
                {
                    self.put(field, value, from, to);
                    self.mark(at, after);
                    break;
                }
            }
        }
    }

    /// Whether the field's name is said here; gives the span after it.
    pub(crate) fn label(&self, field: &Field, at: usize) -> Option<usize> {
        let length = field.label.len();
        let words = self.spans.get(at..at + length)?;
        let said = words.iter().zip(&field.label).all(|(span, want)| {
            span.what == What::Word
                && (span.token.stem == *want
                    || (length == 1
                        && ((self.stands_for(&span.token.stem, want) && want.len() > 1)
                            || (field.is(Role::Name) && span.is(Use::Called)))))
        });
        let cut = length == 1
            && words[0].what == What::Word
            && words[0].token.low.len() > 2
            && field.name.starts_with(&words[0].token.low)
            && !self.env.index.says(&words[0].token.stem);
        let said = said || cut;
        let function = length == 1 && (words[0].is(Use::Preposition) || words[0].is(Use::Joint));
        let own = length == 1 && field.entity().is_none() && self.tool.nouns.contains(&field.label[0]);
        let verb = Some(at) == self.head && !field.is(Role::Name);
        let extra = usize::from(self.spans.get(at + length).is_some_and(|s| s.any(&["number", "address"])));
        (said && !function && !own && !verb).then_some(at + length + extra)
    }

    /// Another word for the field's name; that both are verbs of anything ("create", "record") is not enough.
    fn stands_for(&self, stem: &str, want: &str) -> bool {
        let index = self.env.index;
        let shared = |g: &&usize| !lexicon::GENERAL.contains(*g) && index.groups(want).contains(*g);
        index.groups(stem).iter().any(|g| shared(&g))
    }

    /// The value that belongs to a label: directly behind it, or behind "of X to".
    fn beside_label(&self, field: &Field, at: usize, after: usize) -> Option<(Value, usize, usize)> {
        let mut from = after;
        let next = self.spans.get(after);
        let owner = next.is_some_and(|s| s.any(&["of", "for"])) && field.entity().is_none();
        if (owner && !field.is(Role::Reason)) || Some(at) == self.head {
            from = (after..self.spans.len()).find(|n| self.spans[*n].any(&["to", "as", "=", ":"]))?;
        }
        while self.spans.get(from).is_some_and(|s| {
            (s.is(Use::Link) && !s.any(&["of", "to"]))
                || s.any(&["a", "an"])
                || (s.any(&["the"]) && !field.is(Role::Reason))
                || (s.any(&["to", "of"]) && field.entity().is_none())
        }) {
            from += 1;
        }
        self.value(field, from)
    }

    /// Reads a value of the field's shape at a span.
    pub(crate) fn value(&self, field: &Field, from: usize) -> Option<(Value, usize, usize)> {
        let span = self.spans.get(from)?;
        let one = |value: Value| Some((value, from, from + 1));
        match (&field.shape, &span.what) {
            (Shape::Ref(_), _) => self.record(from).map(|to| (json!(self.slice(from, to)), from, to)),
            (Shape::Decimal, What::Number(n)) => one(json!(n.value)),
            (Shape::Integer, What::Number(n)) if n.plain => one(json!(n.value.parse::<i64>().ok()?)),
            (Shape::Date, What::When(w)) => one(json!(self.day(field, w).to_string())),
            (Shape::Email, What::Email) => one(json!(self.slice(from, from + 1))),
            (Shape::Enum(choices), _) => choices.iter().find_map(|c| Some((json!(c), from, self.choice_at(c, from)?))),
            (Shape::Text, What::Email) => one(json!(self.slice(from, from + 1))),
            (Shape::Text, _) => {
                let to = self.text_end(field, from);
                let text = self.slice(from, to);
                (!text.is_empty()).then(|| (json!(text), from, to))
            }
            (Shape::Many(inner), _) if matches!(inner.as_ref(), Shape::Text) => {
                let (items, to) = self.list(from);
                (!items.is_empty()).then(|| (json!(items), from, to))
            }
            _ => None,
        }
    }

    /// The end of a reference that starts here: a name, a code, or words up to the next phrase.
    pub(crate) fn record(&self, from: usize) -> Option<usize> {
        let first = self.spans.get(from).filter(|_| !self.used[from])?;
        match &first.what {
            What::Name | What::Quoted | What::Code => Some(from + 1),
            What::Number(n) if n.plain => Some(from + 1),
            What::Word
                if self.tool.terms.get(&first.token.stem).is_none_or(|w| *w < 700)
                    && !first.is(Use::Preposition)
                    && !first.is(Use::Joint)
                    && !first.is(Use::Pronoun)
                    && !first.is(Use::Filler)
                    && !first.is(Use::Link) =>
            {
                let stops = |s: &Span| {
                    s.what != What::Word && s.what != What::Name
                        || s.is(Use::Preposition)
                        || s.is(Use::Joint)
                        || s.is(Use::Filler)
                        || s.is(Use::Since)
                        || s.is(Use::Deadline)
                };
                let to = (from + 1..self.spans.len())
                    .find(|n| stops(&self.spans[*n]) || self.used[*n])
                    .unwrap_or(self.spans.len());
                Some(to)
            }
            _ => None,
        }
    }

    /// Where a free text ends: at the next field's name, at a comma; a reason runs to the end.
    fn text_end(&self, field: &Field, from: usize) -> usize {
        let end = self.spans.len();
        if matches!(self.spans[from].what, What::Quoted | What::Name | What::Phone | What::Code)
            && !field.is(Role::Reason)
        {
            let literal = self.spans.get(from + 1).is_none_or(|s| {
                s.what == What::Mark
                    || s.is(Use::Preposition)
                    || s.is(Use::Joint)
                    || s.is(Use::Filler)
                    || self.labels(field, from + 1)
            });
            if literal || self.spans[from].what == What::Quoted {
                return from + 1;
            }
        }
        (from..end)
            .find(|n| {
                let span = &self.spans[*n];
                let joins = span.is(Use::Joint) || span.any(&[",", ";", "with", "."]);
                let stop =
                    span.any(&[";", "?", "!"]) || (joins && (*n + 1..end.min(*n + 4)).any(|m| self.labels(field, m)));
                stop || (span.any(&[",", "with"]) && !field.is(Role::Reason))
                    || (span.when().is_some() && !field.is(Role::Reason))
            })
            .unwrap_or(end)
    }

    /// Whether another field's name stands at a span.
    fn labels(&self, field: &Field, at: usize) -> bool {
        self.fields().iter().any(|f| f.name != field.name && self.label(f, at).is_some())
    }

    /// Words up to the end, cut at commas and "and".
    pub(crate) fn list(&self, from: usize) -> (Vec<String>, usize) {
        let stop = |s: &Span| s.any(&[";", ".", "!", "?", "on", "to", "from", "for"]);
        let end = (from..self.spans.len()).find(|n| stop(&self.spans[*n]) || self.used[*n]).unwrap_or(self.spans.len());
        let mut items = Vec::new();
        let mut start = from;
        for n in from..=end {
            if n == end || self.spans[n].is(Use::Joint) || self.spans[n].any(&[","]) {
                let item = self.slice(start, n);
                if !item.is_empty() {
                    items.push(item);
                }
                start = n + 1;
            }
        }
        (items, end)
    }
}
