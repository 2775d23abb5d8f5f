//! Dates into date fields: by the word before them, by the field's name, by pairs of from and to.

use chrono::NaiveDate;
use serde_json::json;

use super::Effect;
use super::dates::When;
use super::fill::Fill;
use super::lexicon::{Role, Use};
use super::schema::{Field, Shape};
use super::spans::What;

/// What the words before a date say about it.
struct Cue {
    due: bool,
    since: bool,
    until: bool,
}

impl<'a> Fill<'a> {
    /// The day a date means in this field: reports look back, deadlines look ahead, a document's date is near.
    pub(crate) fn day(&self, field: &Field, when: &When) -> NaiveDate {
        let (from, to) = self.range(field, when);
        if when.point || field.is(Role::From) { from } else { to }
    }

    fn range(&self, field: &Field, when: &When) -> (NaiveDate, NaiveDate) {
        let ahead = field.is(Role::Due) || field.is(Role::From) || field.is(Role::To);
        match self.tool.effect {
            Effect::Read if field.is(Role::Due) => when.nearest(self.env.today),
            Effect::Read => when.past,
            _ if ahead => when.future,
            _ if self.spans.iter().any(|s| self.env.index.alike(&s.token.stem, "paid")) => when.past,
            _ => when.nearest(self.env.today),
        }
    }

    /// Gives every date a field.
    pub(crate) fn dates(&mut self) {
        for at in 0..self.spans.len() {
            let What::When(when) = &self.spans[at].what else { continue };
            if self.used[at] {
                continue;
            }
            let when = *when;
            let cue = self.cue(at);
            if self.pair(at, &when, &cue) || self.single(&when, &cue) {
                self.used[at] = true;
                let lead = self.spans[..at]
                    .iter()
                    .rev()
                    .take(3)
                    .take_while(|s| {
                        s.is(Use::Deadline)
                            || s.is(Use::Preposition)
                            || s.is(Use::Since)
                            || s.is(Use::Until)
                            || s.is(Use::Link)
                    })
                    .count();
                self.mark(at - lead, at);
            }
        }
    }

    fn cue(&self, at: usize) -> Cue {
        let near = &self.spans[at.saturating_sub(3)..at];
        let last = near.last();
        let net = self.spans[at].any(&["net"]) || self.slice(at, at + 1).to_lowercase().starts_with("net ");
        let due = net
            || near.iter().enumerate().any(|(n, s)| {
                s.is(Use::Deadline)
                    && near[n + 1..].iter().all(|s| {
                        s.is(Use::Preposition)
                            || s.is(Use::Filler)
                            || s.is(Use::Until)
                            || s.is(Use::Since)
                            || s.is(Use::Link)
                    })
            });
        let whole = self.spans[at].when().is_some_and(|w| !w.point);
        let since = last.is_some_and(|s| s.is(Use::Since))
            && !last.is_some_and(|s| s.any(&["from"]) && (whole || self.dated_field()));
        Cue { due, since, until: last.is_some_and(|s| s.is(Use::Until) && !s.any(&["to"]) || s.any(&["to"])) }
    }

    /// A document whose own date may be said as "from 3 May".
    fn dated_field(&self) -> bool {
        self.tool.effect != Effect::Read && !self.dates_of(|f| f.is(Role::From)).is_empty()
    }

    fn dates_of(&self, keep: impl Fn(&Field) -> bool) -> Vec<&'a Field> {
        self.tool.fields.iter().filter(|f| matches!(f.shape, Shape::Date) && self.open(f) && keep(f)).collect()
    }

    /// Fills a from–to pair: a period both ends, a day one end, or both when it is all that was said.
    fn pair(&mut self, at: usize, when: &When, cue: &Cue) -> bool {
        let tool = self.tool;
        let pick = |role: Role| {
            let all =
                tool.fields.iter().filter(|f| matches!(f.shape, Shape::Date) && f.is(role) && !f.is(Role::Search));
            let mut all: Vec<&'a Field> = all.filter(|f| f.is(Role::Due) == cue.due).collect();
            // "date_from" before "created_from": the plainest name wins.
            all.sort_by_key(|f| (!f.required, !f.name.starts_with("date"), f.name.len()));
            all.first().copied()
        };
        let (from, to) = (pick(Role::From), pick(Role::To));
        let plain = self.dates_of(|f| !f.is(Role::From) && !f.is(Role::To) && !f.is(Role::Due));
        if when.point && !plain.is_empty() && !cue.since && !cue.until {
            return false;
        }
        let (open_from, open_to) = (from.filter(|f| self.open(f)), to.filter(|f| self.open(f)));
        // A report on a day has only its closing date; a day alone is that date.
        let closing = to.is_some_and(|f| f.label.len() == 2 && f.label[0] == "as");
        let (set_from, set_to) = match (cue.since && !self.spanned(at), cue.until, when.point) {
            (true, _, _) => (true, false),
            (_, true, _) if !self.spanned(at) => (false, true),
            (_, _, true) if closing => (false, true),
            (_, _, true) if self.tool.effect != Effect::Read => (open_from.is_some(), open_from.is_none()),
            _ => (true, true),
        };
        let mut done = false;
        if let (Some(field), true) = (open_from, set_from) {
            let day = self.range(field, when).0;
            self.args.insert(field.name.clone(), json!(day.to_string()));
            done = true;
        }
        if let (Some(field), true) = (open_to, set_to) {
            let (a, b) = self.range(field, when);
            let before = cue.until && self.spans[at - 1].any(&["before"]);
            let day = if before { a.pred_opt().unwrap_or(a) } else { b };
            self.args.insert(field.name.clone(), json!(day.to_string()));
            done = true;
        }
        done
    }

    /// Whether the span is a whole "from … to …" already.
    fn spanned(&self, at: usize) -> bool {
        let text = self.slice(at, at + 1).to_lowercase();
        [" to ", " until ", " till ", " and ", " - ", " – ", " through "].iter().any(|mark| text.contains(mark))
    }

    /// Fills one date field.
    fn single(&mut self, when: &When, cue: &Cue) -> bool {
        let mut fields = self.dates_of(|f| f.is(Role::Due) == cue.due);
        if fields.is_empty() {
            fields = self.dates_of(|_| !cue.due);
        }
        fields.sort_by_key(|f| (!f.required, f.is(Role::From) || f.is(Role::To), f.label.len()));
        let Some(field) = fields.first().copied() else { return false };
        let day = self.day(field, when).to_string();
        self.args.insert(field.name.clone(), json!(day));
        true
    }
}
