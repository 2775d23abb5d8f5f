//! Words nobody claimed: a name, a reason, a list of words, a remark, or what to search for.

use serde_json::json;

use super::Effect;
use super::fill::{Fill, function, speakable};
use super::lexicon::{Role, Use};
use super::schema::{Field, Shape};
use super::spans::{Span, Vocabulary, What};

impl Fill<'_> {
    /// Words nobody claimed: a name, a reason, a list of words, or what to search for.
    pub(crate) fn leftovers(&mut self) {
        for field in self.fields().iter().filter(|f| f.required && speakable(f)) {
            if !self.open(field) {
                continue;
            }
            match &field.shape {
                Shape::Text if !field.is(Role::Key) => {
                    if let Some((from, to)) = self.run(field) {
                        self.put(field, json!(self.slice(from, to)), from, to);
                    }
                }
                Shape::Email => {
                    if let Some(at) =
                        (0..self.spans.len()).find(|n| !self.used[*n] && self.spans[*n].what == What::Email)
                    {
                        self.put(field, json!(self.slice(at, at + 1)), at, at + 1);
                    }
                }
                Shape::Many(inner) if matches!(inner.as_ref(), Shape::Text) => {
                    if let Some((from, _)) = self.run(field) {
                        let (items, to) = self.list(from);
                        self.put(field, json!(items), from, to);
                    }
                }
                _ => {}
            }
        }
        self.contact();
        self.remark();
        if self.tool.effect == Effect::Read
            && let Some(field) = self.fields().iter().find(|f| f.is(Role::Search) && self.open(f))
            && let Some(at) = (0..self.spans.len()).find(|n| {
                !self.used[*n] && (matches!(self.spans[*n].what, What::Name | What::Quoted) || self.searched(*n))
            })
        {
            let to = if self.spans[at].what == What::Word { self.record(at).unwrap_or(at + 1) } else { at + 1 };
            self.put(field, json!(self.slice(at, to)), at, to);
        }
    }

    /// What stands behind a colon or dash goes into a free text of the record, where nothing else wanted it.
    fn remark(&mut self) {
        let Some(mark) = (0..self.spans.len()).find(|n| self.spans[*n].any(&[":", "-", "–", "—"]) && !self.used[*n])
        else {
            return;
        };
        let free =
            (mark + 1..self.spans.len()).all(|n| !self.used[n]) && self.spans.get(mark + 1).is_some_and(Span::wordy);
        let field = self.fields().iter().find(|f| {
            self.open(f)
                && matches!(f.shape, Shape::Text)
                && (f.is(Role::Name) || f.label.iter().any(|l| self.env.index.alike(l, "memo")))
        });
        if let (true, Some(field), true) = (free, field, self.tool.effect != Effect::Read) {
            self.put(field, json!(self.slice(mark + 1, self.spans.len())), mark + 1, self.spans.len());
        }
    }

    /// A word or number behind "with", "about", "called" or the record's own noun: something to search for.
    fn searched(&self, at: usize) -> bool {
        let Some(prior) = at.checked_sub(1).map(|n| &self.spans[n]) else { return false };
        let noun = prior.what == What::Word && self.tool.nouns.contains(&prior.token.stem);
        let number = noun && self.spans[at].number().is_some_and(|n| n.plain);
        let lead = prior.is(Use::Preposition)
            || prior.is(Use::Called)
            || (self.head.is_some_and(|h| h + 1 == at) && self.mood == super::clauses::Mood::Show);
        number
            || self.spans[at].what == What::Code
            || (lead && self.free(at) && !self.says(&self.spans[at]) && !self.env.index.known(&self.spans[at].token))
    }

    /// An e-mail address or telephone number says itself which field it is.
    fn contact(&mut self) {
        for at in 0..self.spans.len() {
            if self.used[at] || !matches!(self.spans[at].what, What::Email | What::Phone) {
                continue;
            }
            let mail = self.spans[at].what == What::Email;
            let name = if mail { "email" } else { "phone" };
            let field = self
                .fields()
                .iter()
                .find(|f| {
                    self.open(f)
                        && (matches!(f.shape, Shape::Email) && mail
                            || f.label.iter().any(|l| self.env.index.alike(l, &super::text::stem(name))))
                })
                .or_else(|| {
                    self.fields().iter().find(|f| {
                        mail && self.open(f)
                            && f.entity().is_some()
                            && f.about.iter().any(|w| w == "e-mail" || w == "email")
                    })
                });
            if let Some(field) = field {
                self.put(field, json!(self.slice(at, at + 1)), at, at + 1);
            }
        }
    }

    /// The first stretch of unclaimed words that may be a free text; for a reason, what stands apart.
    fn run(&self, field: &Field) -> Option<(usize, usize)> {
        let apart = (0..self.spans.len()).find(|n| {
            self.spans[*n].any(&[",", ":", "-", "–", "—"]) && (*n + 1..self.spans.len()).all(|m| !self.used[m])
        });
        if let Some(mark) = apart.filter(|n| field.is(Role::Reason) && n + 1 < self.spans.len()) {
            return Some((mark + 1, self.spans.len()));
        }
        let starts = |n: usize| {
            let span = &self.spans[n];
            let free = !self.used[n]
                && Some(n) != self.head
                && (matches!(span.what, What::Name | What::Quoted) || (span.what == What::Word && !function(span)));
            let own = span.what == What::Word
                && (self.tool.nouns.contains(&span.token.stem)
                    || self.tool.verbs.contains(&span.token.stem)
                    || self.env.index.noun(&span.token));
            let apart = n > 0
                && (self.spans[n - 1].what == What::Mark
                    || self.spans[n - 1].any(&["for", "as", "since", "with", "a", "an", "the", "to"]));
            free && (!own || apart && field.is(Role::Reason))
                && (apart || field.is(Role::Name) || !field.is(Role::Reason))
        };
        let from = (0..self.spans.len()).find(|n| starts(*n))?;
        let stop = |n: usize| {
            let span = &self.spans[n];
            let ends = span.any(&[";", ".", "!", "?"])
                || (!field.is(Role::Reason)
                    && (span.any(&[",", "with", "for", "from", "at", "on", "to"]) || span.when().is_some()));
            self.used[n] || ends
        };
        let to = (from + 1..self.spans.len()).find(|n| stop(*n)).unwrap_or(self.spans.len());
        let back = self.spans[..from]
            .iter()
            .enumerate()
            .rev()
            .take_while(|(n, s)| {
                field.is(Role::Reason)
                    && !self.used[*n]
                    && s.what == What::Word
                    && !s.any(&["for", "as", "since", "with", "to"])
            })
            .count();
        let from = from - back;
        Some((from, to))
    }
}
