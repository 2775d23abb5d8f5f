//! Which rows come first, and how many there are: superlatives into a list's own order, "how many" into its count.

use serde_json::json;

use super::Effect;
use super::fill::Fill;
use super::lexicon::{self, NUMBERS, ROLES, Role, Use};
use super::schema::{Field, Shape};
use super::spans::{Span, What};
use super::text::stem;

impl Fill<'_> {
    /// Fills the order and the count of a list.
    pub(crate) fn order(&mut self) {
        if self.tool.effect != Effect::Read {
            return;
        }
        for field in self.fields() {
            if !self.open(field) {
                continue;
            }
            match &field.shape {
                Shape::Enum(choices) if field.is(Role::Order) => {
                    if let Some(choice) = self.ordered(choices) {
                        self.args.insert(field.name.clone(), json!(choice));
                    }
                }
                Shape::Bool if self.asks_count() && field.about.iter().any(|w| *w == stem("count")) => {
                    self.args.insert(field.name.clone(), json!(true));
                }
                Shape::Integer if field.is(Role::Limit) => self.cut(field),
                _ => {}
            }
        }
    }

    /// The choice of an order that a superlative or "by amount" means; a minus is descending.
    fn ordered(&self, choices: &[String]) -> Option<String> {
        let find = |down: bool, fits: &dyn Fn(&str) -> bool| {
            choices.iter().find(|c| c.starts_with('-') == down && fits(c.trim_start_matches('-'))).cloned()
        };
        let sorts = |s: &Span| s.what == What::Word && s.token.stem == stem("sort");
        if let Some(at) = self.spans.iter().position(sorts) {
            let said = |name: &str| self.spans[at..].iter().any(|s| s.what == What::Word && s.token.low == name);
            return find(false, &|name| name.split('_').any(said));
        }
        let at = (0..self.spans.len()).find(|n| superlative(self.spans, *n))?;
        let word = &self.spans[at].token;
        let dated = ["newest", "latest", "last", "oldest"].contains(&word.low.as_str());
        let down = word.is(Use::Top) && (!word.is(Use::Bottom) || word.low == "most");
        let amount = |name: &str| {
            let list = ROLES.iter().find(|(role, _)| *role == Role::Amount).map_or("", |(_, list)| list);
            lexicon::place(list, name, 0).is_some()
        };
        find(down, &|name| if dated { name == "date" } else { amount(name) })
    }

    /// "the five biggest": a spelled number before a superlative.
    fn cut(&mut self, field: &Field) {
        let spelled = (1..self.spans.len()).filter(|n| superlative(self.spans, *n)).find_map(|n| {
            let count = lexicon::place(NUMBERS, &self.spans[n - 1].token.low, 0).filter(|count| *count > 1);
            count.map(|count| (n, count))
        });
        if let Some((at, count)) = spelled {
            self.put(field, json!(count), at - 1, at);
        }
    }

    fn asks_count(&self) -> bool {
        self.spans
            .windows(2)
            .any(|w| w[0].any(&["how"]) && w[1].any(&["many"]) || w[0].any(&["number"]) && w[1].any(&["of"]))
    }
}

/// Whether a span asks for the most or least of something; "last month" does not, "at least 5" neither.
fn superlative(spans: &[Span], at: usize) -> bool {
    let span = &spans[at];
    let number = spans.get(at + 1).is_some_and(|s| s.number().is_some());
    (span.is(Use::Top) || span.is(Use::Bottom)) && !(number && span.any(&["least", "most"]))
}
