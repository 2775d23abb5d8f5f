//! One line: how many, of what, at which price.

use serde_json::{Map, Value, json};

use super::fill::Fill;
use super::lexicon::{Role, Use};
use super::lines::{Chunk, unit};
use super::schema::{Field, Shape};
use super::spans::{Span, What};

impl<'a> Fill<'a> {
    /// Reads one line.
    pub(crate) fn item(&self, chunk: &Chunk, inner: &'a [Field]) -> Map<String, Value> {
        let mut item = Map::new();
        let mut taken: Vec<usize> = Vec::new();
        self.item_labels(chunk, inner, &mut item, &mut taken);
        let find = |role: Role| inner.iter().find(|f| f.is(role) && matches!(f.shape, Shape::Decimal));
        let numbers: Vec<usize> =
            chunk.iter().copied().filter(|n| self.quantity(*n).is_some() && !taken.contains(n)).collect();
        let mut rest = numbers.clone();
        if let Some(at) = rest.iter().position(|n| self.spans[*n].number().is_some_and(|n| n.percent)) {
            let n = rest.remove(at);
            if let (Some(field), Some(value)) = (find(Role::Percent), self.quantity(n)) {
                item.insert(field.name.clone(), json!(value));
                taken.push(n);
            }
        }
        let (price, quantity) = (find(Role::Price), find(Role::Quantity));
        let first = rest.first().copied();
        let priced = match (price, rest.len()) {
            (None, _) | (_, 0) => None,
            (_, 1) => first.filter(|n| quantity.is_none() || self.alone_is_price(*n, chunk)),
            _ => rest.iter().rev().copied().find(|n| self.price_cue(*n)).or(rest.last().copied()),
        };
        if let (Some(field), Some(n)) = (price, priced) {
            item.insert(field.name.clone(), json!(self.quantity(n)));
            taken.push(n);
        }
        let counted = rest.iter().copied().find(|n| Some(*n) != priced);
        if let (Some(field), Some(n)) = (quantity, counted) {
            item.insert(field.name.clone(), json!(self.quantity(n)));
            taken.push(n);
            self.unit(n, inner, &mut item, &mut taken);
        } else if let (Some(field), true, Some(_)) = (quantity.filter(|f| f.required), counted.is_none(), priced) {
            item.insert(field.name.clone(), json!("1"));
        }
        if price.is_none()
            && quantity.is_none()
            && let (Some(field), Some(n)) = (
                inner.iter().find(|f| matches!(f.shape, Shape::Decimal) && !item.contains_key(&f.name)),
                first.filter(|n| !taken.contains(n)),
            )
        {
            item.insert(field.name.clone(), json!(self.quantity(n)));
            taken.push(n);
        }
        self.subject(chunk, inner, &mut item, &taken);
        item
    }

    /// Whether the only number of a line is what it costs rather than how many.
    fn alone_is_price(&self, at: usize, chunk: &Chunk) -> bool {
        let prior = at.checked_sub(1).map(|n| &self.spans[n]);
        let next = self.spans.get(at + 1);
        let closes = chunk.last() == Some(&at) && self.described(chunk);
        self.price_cue(at)
            || closes
            || next.is_some_and(|s| s.any(&["for"]))
            || prior.is_some_and(|s| s.is(Use::AtLeast))
            || next.is_none_or(|s| s.what == What::Mark)
    }

    /// Values said beside the name of a field of the line.
    fn item_labels(&self, chunk: &Chunk, inner: &'a [Field], item: &mut Map<String, Value>, taken: &mut Vec<usize>) {
        for field in inner
            .iter()
            .filter(|f| !f.is(Role::Name) && !f.is(Role::Quantity) && !f.is(Role::Unit) && !f.is(Role::Percent))
        {
            for at in chunk {
                let Some(after) =
                    self.label(field, *at).filter(|after| self.spans.get(*after).is_some() && !taken.contains(at))
                else {
                    continue;
                };
                let near = matches!(field.shape, Shape::Decimal)
                    .then(|| {
                        chunk
                            .iter()
                            .copied()
                            .filter(|n| self.spans[*n].number().is_some() && !taken.contains(n))
                            .min_by_key(|n| n.abs_diff(*at))
                    })
                    .flatten();
                let found = match near {
                    Some(n) => self.quantity(n).map(|v| (json!(v), n, n + 1)),
                    None => self.value(field, after).filter(|(_, from, _)| chunk.contains(from)),
                };
                if let Some((value, from, to)) = found {
                    item.insert(field.name.clone(), value);
                    taken.extend((*at..after).chain(from..to));
                    break;
                }
            }
        }
    }

    /// "hours" behind a quantity.
    fn unit(&self, at: usize, inner: &[Field], item: &mut Map<String, Value>, taken: &mut Vec<usize>) {
        // Whatever stands between a number and "of" is a unit: "2 pallets of cement".
        let measured = self.spans.get(at + 2).is_some_and(|s| s.any(&["of"]));
        let Some(span) = self.spans.get(at + 1).filter(|s| unit(s) || (measured && s.what == What::Word)) else {
            return;
        };
        let Some(field) = inner.iter().find(|f| f.is(Role::Unit) && !f.is(Role::Price)) else { return };
        item.insert(field.name.clone(), json!(self.env.text.get(span.start..span.end)));
        taken.push(at + 1);
    }

    /// What the line is about: the words that are left.
    fn subject(&self, chunk: &Chunk, inner: &[Field], item: &mut Map<String, Value>, taken: &[usize]) {
        let skip = |n: usize| {
            taken.contains(&n)
                || self.spans[n].any(&["x", "×", "each"])
                || self.spans[n].number().is_some_and(|n| n.percent)
        };
        let per = |n: usize| {
            n > 0
                && self.spans[n - 1].any(&["per", "a", "an"])
                && unit(&self.spans[n])
                && n >= 2
                && self.spans[n - 2].number().is_some()
        };
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for n in chunk.iter().copied().filter(|n| !skip(*n) && !per(*n)) {
            match runs.last_mut() {
                Some((_, to)) if *to == n => *to = n + 1,
                _ => runs.push((n, n + 1)),
            }
        }
        let edge = |s: &Span| {
            s.is(Use::Preposition)
                || s.is(Use::Joint)
                || s.is(Use::Filler)
                || s.is(Use::AtLeast)
                || s.what == What::Mark
                || s.any(&["less", "discount"])
        };
        let mut words: Vec<String> = Vec::new();
        for (mut from, mut to) in runs {
            while from < to && edge(&self.spans[from]) {
                from += 1;
            }
            while from < to && edge(&self.spans[to - 1]) {
                to -= 1;
            }
            let text = self.slice(from, to);
            if !text.is_empty() {
                words.push(text);
            }
        }
        let target = inner
            .iter()
            .filter(|f| {
                !item.contains_key(&f.name) && matches!(f.shape, Shape::Text | Shape::Ref(_)) && !f.is(Role::Unit)
            })
            .min_by_key(|f| (!f.required, !f.is(Role::Name), !matches!(f.shape, Shape::Text)));
        let Some(field) = target else { return };
        let counted = inner
            .iter()
            .find(|f| f.is(Role::Unit) && !f.is(Role::Price))
            .and_then(|f| item.get(&f.name))
            .and_then(Value::as_str)
            .map(str::to_owned);
        let text = if words.is_empty() {
            counted.filter(|_| field.required && matches!(field.shape, Shape::Text))
        } else {
            Some(words.join(" "))
        };
        if let Some(text) = text {
            item.insert(field.name.clone(), json!(text));
        }
    }
}
