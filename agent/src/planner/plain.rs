//! What needs no name beside it: bounds, choices, lone numbers.

use serde_json::{Value, json};

use super::Effect;
use super::fill::{Fill, speakable};
use super::lexicon::{Role, Use};
use super::schema::{Field, Shape};
use super::spans::{Vocabulary, What};

impl<'a> Fill<'a> {
    fn number_field(&self, keep: impl Fn(&Field) -> bool) -> Option<&'a Field> {
        self.fields().iter().find(|f| self.open(f) && matches!(f.shape, Shape::Decimal) && keep(f))
    }

    /// "over 1000", "between 500 and 900".
    pub(crate) fn bounds(&mut self) {
        for at in 1..self.spans.len() {
            let Some(number) = self.spans[at].number().filter(|_| !self.used[at]).cloned() else { continue };
            let prior = &self.spans[at - 1];
            let between = at >= 3 && prior.any(&["and"]) && self.spans[at - 3].any(&["between"]);
            let least = prior.is(Use::AtLeast)
                && !(prior.any(&["than"])
                    && at >= 2
                    && self.spans[at - 2].is(Use::AtMost)
                    && !self.spans[at - 2].is(Use::AtLeast));
            let role = if prior.any(&["between"]) || (least && !between) {
                Role::Min
            } else if between
                || prior.is(Use::AtMost)
                || (prior.any(&["to"]) && at >= 2 && self.spans[at - 2].any(&["up"]))
            {
                Role::Max
            } else {
                continue;
            };
            if let Some(field) = self.number_field(|f| f.is(role)) {
                self.put(field, json!(number.value), at, at + 1);
            }
        }
    }

    /// Listed values and yes-or-no fields that are said as words.
    pub(crate) fn choices(&mut self) {
        let targeted = self.tool.effect != Effect::Read && self.fields().iter().any(|f| self.own(f) && f.required);
        for field in self.fields().iter().filter(|f| speakable(f)) {
            if !self.open(field) {
                continue;
            }
            if matches!(field.shape, Shape::Bool) {
                if !field.about.iter().any(|w| *w == super::text::stem("count")) {
                    self.flag(field);
                }
                continue;
            }
            let mut found: Vec<Value> = Vec::new();
            let mut choices: Vec<&String> = field.choices().iter().collect();
            choices.sort_by_key(|c| std::cmp::Reverse(c.len()));
            for choice in choices {
                for at in 0..self.spans.len() {
                    let Some(to) =
                        self.choice_at(choice, at).filter(|_| !self.used[at] && Some(at) != self.head_verb())
                    else {
                        continue;
                    };
                    let prior = at.checked_sub(1).map(|n| &self.spans[n]);
                    let set = prior.is_some_and(|s| s.any(&["to", "as", "is", "a", "an", "="]));
                    let named = self.spans.get(to).is_some_and(|s| matches!(s.what, What::Name | What::Quoted))
                        && self.fields().iter().any(|f| self.label(f, at).is_some() && f.entity().is_some());
                    if (targeted && !set)
                        || named
                        || prior.is_some_and(|s| s.is(Use::Not))
                        || found.contains(&json!(choice))
                    {
                        continue;
                    }
                    found.push(json!(choice));
                    self.mark(at, to);
                    break;
                }
            }
            match (&field.shape, found.first()) {
                (Shape::Enum(_), Some(_)) if found.len() > 1 => {}
                (Shape::Many(_), Some(_)) => drop(self.args.insert(field.name.clone(), json!(found))),
                (_, Some(first)) => drop(self.args.insert(field.name.clone(), first.clone())),
                _ => {}
            }
        }
    }

    /// The leading word where it is a verb: then it is not a value.
    fn head_verb(&self) -> Option<usize> {
        self.head.filter(|h| {
            self.tool.verbs.contains(&self.spans[*h].token.stem) || self.mood == super::clauses::Mood::Command
        })
    }

    /// Whether the listed value is said at a span; gives the span after it.
    pub(crate) fn choice_at(&self, choice: &str, at: usize) -> Option<usize> {
        let words: Vec<String> = choice.split(['_', ' ', '-']).map(super::text::stem).collect();
        let spans = self.spans.get(at..at + words.len())?;
        let alone = words.len() == 1;
        let said = spans.iter().zip(&words).all(|(s, w)| {
            s.what == What::Word
                && (s.token.stem == *w
                    || (alone
                        && self.env.index.groups(&s.token.stem).first().is_some_and(|g| {
                            *g > super::lexicon::RECEIVE && self.env.index.groups(w).first() == Some(g)
                        })
                        && !self.tool.terms.contains_key(&s.token.stem)))
        });
        said.then_some(at + words.len())
    }

    fn flag(&mut self, field: &Field) {
        let Some(word) = field.label.last() else { return };
        // "Only late invoices: …" says by which other word people ask for it
        let entity = super::text::stem(self.tool.entity.rsplit('.').next().unwrap_or_default());
        let other = match field.about.as_slice() {
            [only, other, noun, ..] if *only == super::text::stem("only") && *noun == entity => Some(other),
            _ => None,
        };
        let at = (0..self.spans.len()).find(|n| {
            self.spans[*n].what == What::Word
                && (self.spans[*n].token.stem == *word
                    || (Some(&self.spans[*n].token.stem) == other && !self.asked_how(*n))
                    || (field.label.len() == 1 && self.env.index.alike(word, &self.spans[*n].token.stem)))
                && !self.used[*n]
                && Some(*n) != self.head_verb()
        });
        if let Some(at) = at {
            let not = at > 0 && self.spans[at - 1].is(Use::Not);
            self.put(field, json!(!not), at, at + 1);
        }
    }

    /// "How late …" asks for a measure, not for a filter.
    fn asked_how(&self, at: usize) -> bool {
        at > 0 && self.spans[at - 1].any(&["how"])
    }

    /// Numbers that stand for themselves.
    pub(crate) fn numbers(&mut self) {
        for at in 0..self.spans.len() {
            let Some(number) = self.spans[at].number().filter(|_| !self.used[at]).cloned() else { continue };
            let prior = at.checked_sub(1).map(|n| &self.spans[n]);
            let next = self.spans.get(at + 1);
            if number.plain
                && self.tool.effect == Effect::Read
                && (prior.is_some_and(|s| s.is(Use::Limit)) || next.is_some_and(|s| s.is(Use::Limit) || s.is(Use::Top)))
                && let (Some(field), Ok(n)) =
                    (self.fields().iter().find(|f| f.is(Role::Limit) && self.open(f)), number.value.parse::<i64>())
            {
                self.put(field, json!(n), at, at + 1);
                continue;
            }
            let counted = next.is_some_and(|s| s.wordy() && !s.is(Use::Preposition) && !s.is(Use::Joint))
                && number.currency.is_none();
            let rank = |f: &Field| {
                let unit = next.is_some_and(|s| f.label.contains(&s.token.stem));
                let at_price = prior.is_some_and(|s| s.any(&["at", "@"])) && f.is(Role::Price);
                let share = number.percent == f.is(Role::Percent);
                (!unit, !share, !at_price, f.is(Role::Quantity) != counted, !f.required, !f.is(Role::Amount))
            };
            let mut fields: Vec<&Field> = self
                .fields()
                .iter()
                .filter(|f| self.open(f) && matches!(f.shape, Shape::Decimal) && !f.is(Role::Min) && !f.is(Role::Max))
                .collect();
            fields.retain(|f| !number.percent || f.is(Role::Percent));
            fields.sort_by_key(|f| rank(f));
            let whole = self
                .fields()
                .iter()
                .find(|f| self.open(f) && speakable(f) && matches!(f.shape, Shape::Integer) && number.plain);
            if let Some(field) = fields.first() {
                self.put(field, json!(number.value), at, at + 1);
            } else if let (Some(field), Ok(n)) = (whole, number.value.parse::<i64>()) {
                self.put(field, json!(n), at, at + 1);
            } else if number.plain
                && prior.is_some_and(|s| s.what == What::Word && self.env.index.noun(&s.token))
                && let Some(field) = self.fields().iter().find(|f| self.open(f) && f.required && self.own(f))
            {
                self.put(field, json!(number.value), at, at + 1);
            }
        }
    }
}
