//! References: codes, names and "it" into the fields that name records.

use serde_json::{Value, json};

use super::Effect;
use super::clauses::Mood;
use super::fill::{Fill, function};
use super::lexicon::{Role, Use};
use super::past::{any_record, recalls};
use super::schema::{Field, Shape};
use super::spans::{Span, Vocabulary, What};

impl<'a> Fill<'a> {
    /// The open fields that take one record.
    fn records(&self) -> Vec<&'a Field> {
        self.fields().iter().filter(|f| matches!(f.shape, Shape::Ref(_)) && self.open(f)).collect()
    }

    /// Whether the field names the record that the operation is about.
    pub(crate) fn own(&self, field: &Field) -> bool {
        field.entity() == Some(self.tool.entity.as_str())
    }

    /// Gives every document number or code a field.
    pub(crate) fn codes(&mut self) {
        for at in 0..self.spans.len() {
            if self.used[at] || self.spans[at].what != What::Code {
                continue;
            }
            let code = self.slice(at, at + 1);
            let owner = self.env.index.owner(&code);
            let fits = |f: &Field| owner.is_none_or(|o| f.entity() == Some(o));
            let mut fields = self.records();
            fields.retain(|f| fits(f));
            // A code nobody knows is searched for before it is taken for a filter's record.
            let search =
                owner.is_none() && self.tool.effect == Effect::Read && self.fields().iter().any(|f| f.is(Role::Search));
            fields.retain(|f| !search || self.own(f) || f.required);
            fields.sort_by_key(|f| (!self.own(f), !f.required));
            let key = self
                .fields()
                .iter()
                .find(|f| f.required && self.open(f) && f.is(Role::Key) && matches!(f.shape, Shape::Text));
            if let (Some(field), None) = (key, owner) {
                self.put(field, json!(code), at, at + 1);
                continue;
            }
            let taken = self
                .fields()
                .iter()
                .find(|f| matches!(f.shape, Shape::Ref(_)) && !self.open(f) && self.own(f) && fits(f) && f.required);
            if let Some(field) = fields.first() {
                self.put(field, json!(code), at, at + 1);
            } else if self.code_in_list(&code, at, owner) {
                self.used[at] = true;
            } else if let Some(field) = taken {
                self.more.push((field.name.clone(), json!(code)));
                self.used[at] = true;
            } else if let Some(field) =
                self.fields().iter().find(|f| self.open(f) && matches!(f.shape, Shape::Text) && f.is(Role::Key))
            {
                self.put(field, json!(code), at, at + 1);
            }
        }
    }

    /// A code inside a list of records, or of items that name one.
    fn code_in_list(&mut self, code: &str, at: usize, owner: Option<&str>) -> bool {
        for field in self.fields() {
            let entry = match &field.shape {
                Shape::Many(inner) if matches!(inner.as_ref(), Shape::Ref(e) if owner.is_none_or(|o| o == e)) => {
                    json!(code)
                }
                Shape::Lines(inner) => {
                    let Some(named) = inner
                        .iter()
                        .find(|f| f.required && matches!(&f.shape, Shape::Ref(e) if owner == Some(e.as_str())))
                    else {
                        continue;
                    };
                    let mut item = serde_json::Map::from_iter([(named.name.clone(), json!(code))]);
                    let several = self.spans.iter().filter(|s| s.what == What::Code).count() > 1;
                    let amount = inner.iter().find(|f| matches!(f.shape, Shape::Decimal));
                    if let (Some(amount), true, Some(n)) = (amount, several && at >= 2, at.checked_sub(2))
                        && let Some(number) =
                            self.spans[n].number().filter(|_| !self.used[n] && self.spans[at - 1].is(Use::Preposition))
                    {
                        item.insert(amount.name.clone(), json!(number.value));
                        self.used[n] = true;
                    }
                    Value::Object(item)
                }
                _ => continue,
            };
            let list = self.args.entry(field.name.clone()).or_insert_with(|| json!([]));
            if let Value::Array(items) = list {
                items.push(entry);
                return true;
            }
        }
        false
    }

    /// Gives every proper name and quoted text a field.
    pub(crate) fn names(&mut self) {
        for at in 0..self.spans.len() {
            if self.used[at] || !matches!(self.spans[at].what, What::Name | What::Quoted) {
                continue;
            }
            let best = self
                .fields()
                .iter()
                .filter(|f| self.open(f))
                .map(|f| (self.affinity(f, at), f))
                .max_by_key(|(score, f)| (*score, f.required));
            match best {
                Some((score, field)) if score > 0 => {
                    let unnamed =
                        field.entity().is_some_and(|e| !self.env.index.named(e)) && self.spans[at].what != What::Quoted;
                    if unnamed && self.own(field) {
                        self.beside = Some(at);
                        self.used[at] = true;
                    } else {
                        self.put(field, json!(self.slice(at, at + 1)), at, at + 1);
                    }
                }
                _ => {}
            }
        }
    }

    /// How well a name fits a field, by what stands before it; nothing above zero is no fit.
    fn affinity(&self, field: &Field, at: usize) -> i32 {
        let index = self.env.index;
        let prior = self.before(at);
        let head = prior.is_some_and(|s| self.head.is_some_and(|h| self.spans[h].start == s.start));
        let noun = prior.filter(|s| s.what == What::Word).map(|s| index.entities(&s.token.stem)).unwrap_or_default();
        let listed = prior.is_some_and(|s| s.number().is_some() || s.is(Use::Unit)) || self.counted(at);
        match &field.shape {
            Shape::Ref(entity) => {
                let mut score = 2 + i32::from(field.required);
                let said = |s: &str| field.label.len() == 1 && field.label[0] == s;
                if prior.is_some_and(|s| said(&s.token.stem)) {
                    score += 6;
                } else if [Role::From, Role::To].iter().any(|r| field.is(*r)) {
                    score -= 1;
                }
                score += if noun.iter().any(|(e, _)| e == entity) { 3 } else { 0 };
                score += i32::from(prior.is_some_and(|s| s.is(Use::Preposition))) - if listed { 5 } else { 0 };
                if !index.named(entity) {
                    score -= if self.own(field) && field.required { 2 } else { 4 };
                }
                score
            }
            Shape::Text if field.is(Role::Name) && self.tool.effect != Effect::Read => {
                let own = noun.iter().any(|(e, _)| *e == self.tool.entity);
                let target = self.fields().iter().any(|f| self.own(f) && f.required);
                let titled = own || head || prior.is_none();
                if target && !prior.is_some_and(|s| s.any(&["to", "as"])) {
                    0
                } else {
                    2 + i32::from(field.required) * 2 + i32::from(titled) * 3
                        - if prior.is_some_and(|s| s.is(Use::Preposition)) { 2 } else { 0 }
                }
            }
            Shape::Text if any_record(self.tool).is_some_and(|f| f.name == field.name) => 2,
            _ => 0,
        }
    }

    /// Whether "3 hours of" or "2" stands before: then it is what is counted.
    fn counted(&self, at: usize) -> bool {
        at >= 2 && self.spans[at - 1].any(&["of"]) && super::text::is_unit(&self.spans[at - 2].token.low)
    }

    /// References typed without capitals: unknown words behind a preposition, a noun or the leading word.
    pub(crate) fn phrases(&mut self) {
        for at in 0..self.spans.len() {
            let span = &self.spans[at];
            if !self.free(at) || self.env.index.known(&span.token) || self.says(span) {
                continue;
            }
            let Some(prior) = at.checked_sub(1).map(|n| &self.spans[n]) else {
                if self.mood == Mood::Phrase {
                    self.phrase(at, None);
                }
                continue;
            };
            let head = self.head == Some(at - 1);
            let noun = prior.what == What::Word && self.env.index.noun(&prior.token);
            let own_noun = noun && self.tool.nouns.contains(&prior.token.stem) && !head;
            let creates = self.fields().iter().any(|f| f.required && f.is(Role::Name) && self.open(f));
            let sought = prior.any(&["with"]) && self.fields().iter().any(|f| f.is(Role::Search));
            if (prior.any(&["of", "for", "from", "to", "by", "with", "the"]) && !sought
                || head
                || noun
                || self.asked(at)
                || prior.number().is_some())
                && !(own_noun && creates)
            {
                self.phrase(at, Some(at - 1));
            }
        }
    }

    /// "what does globex owe", "who changed globex": between the words of a question stands what it is about.
    fn asked(&self, at: usize) -> bool {
        let Some(prior) = at.checked_sub(1).map(|n| &self.spans[n]) else { return false };
        let said = |s: &Span| s.what == What::Word && !function(s) && self.says(s);
        let helper = prior.any(&["does", "did", "has"]) && self.spans[at + 1..].iter().any(said);
        self.mood == Mood::Question && (helper || (prior.token.low.ends_with("ed") && any_record(self.tool).is_some()))
    }

    fn phrase(&mut self, at: usize, prior: Option<usize>) {
        let Some(to) = self.record(at) else { return };
        let prior = prior.map(|n| &self.spans[n]);
        let counted = self.counted(at) || prior.is_some_and(|s| s.number().is_some());
        let lines = self.fields().iter().any(|f| f.required && matches!(f.shape, Shape::Lines(_)));
        let mut fields = self.records();
        fields.retain(|f| {
            f.entity().is_some_and(|e| self.env.index.named(e))
                && (f.required || self.asked(at) || prior.is_some_and(|s| s.is(Use::Preposition)))
        });
        fields.sort_by_key(|f| {
            (
                !prior.is_some_and(|s| f.label.len() == 1 && f.label[0] == s.token.stem),
                f.is(Role::From) || f.is(Role::To),
                !f.required,
            )
        });
        if fields.is_empty() && self.asked(at) {
            fields.extend(any_record(self.tool).filter(|f| self.open(f)));
        }
        if let Some(field) = fields.first().filter(|_| !(counted && lines)) {
            // What follows the record's own words ("globex paid") belongs to the request, not to the name.
            let end = (at + 1..to).find(|n| self.says(&self.spans[*n]) || function(&self.spans[*n])).unwrap_or(to);
            self.put(field, json!(self.slice(at, end)), at, end);
            self.guessed += 1;
        }
    }

    /// "it", "the invoice", or nothing at all: what was spoken of before.
    pub(crate) fn pronouns(&mut self) {
        let said = self.spans.iter().any(|s| s.is(Use::Pronoun));
        if let (Some(field), true) =
            (any_record(self.tool).filter(|f| said && self.open(f)), recalls(self.env.index, self.spans, self.mood))
            && let Some((_, value)) = self.env.known.iter().find(|(_, value)| value.is_string())
        {
            self.args.insert(field.name.clone(), value.clone());
        }
        let spoken_of = said
            || self.spans.iter().any(|s| s.what == What::Word && self.tool.nouns.contains(&s.token.stem))
            || self.spans.iter().filter(|s| s.what == What::Word && !function(s)).count() <= 2;
        for field in self.records() {
            let own = self.own(field);
            if !field.required || !(said || (own && spoken_of)) || self.beside.is_some() {
                continue;
            }
            if let Some((_, value)) = self.env.known.iter().find(|(entity, _)| Some(entity.as_str()) == field.entity())
            {
                self.args.insert(field.name.clone(), value.clone());
            }
        }
    }
}
