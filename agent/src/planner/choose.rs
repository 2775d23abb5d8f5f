//! Which operation a clause means: by its words, its leading verb, the records it names, and how well its values fit.

use super::Effect;
use super::agree::{Said, entity, said, strong, updates, verb};
use super::clauses::{Clause, Mood};
use super::fill::{Env, Filled, fill};
use super::index::{Index, Known};
use super::lexicon::{CREATE, GENERAL, READ, Role, Use};
use super::past::any_record;
use super::schema::Shape;
use super::spans::What;

/// An operation with its arguments and how likely it is meant.
#[derive(Clone, Debug)]
pub(crate) struct Choice<'a> {
    pub(crate) tool: &'a Known,
    pub(crate) filled: Filled,
    pub(crate) score: i32,
    /// Something said points at this operation rather than at any.
    pub(crate) anchored: bool,
}

/// How many operations are filled before one is chosen.
const TRIED: usize = 160;
/// Below this nothing in the clause speaks for the operation.
const ENOUGH: i32 = 3000;

/// The operations that may be meant, the likeliest first.
pub(crate) fn rank<'a>(index: &'a Index, env: Env, clause: &Clause, about: Option<&str>) -> Vec<Choice<'a>> {
    let said = said(index, clause, env.text);
    let mut first: Vec<(i32, bool, &Known)> =
        index.tools.iter().map(|tool| lexical(index, tool, &said, about)).collect();
    first.sort_by_key(|(score, ..)| std::cmp::Reverse(*score));
    let mut out: Vec<Choice> = first
        .into_iter()
        .take(TRIED)
        .map(|(score, anchored, tool)| {
            let filled = fill(env, tool, clause);
            // "Globex has a new phone: …": a record, a field and a value say what to change without a verb.
            let stated = said.mood == Mood::Phrase
                && updates(index, tool)
                && filled.missing.is_empty()
                && filled.loose == 0
                && filled.arguments.len() > 1;
            let score = score + fit(tool, &filled, &said) + if stated { 4500 } else { 0 };
            // A general verb ("make") says nothing alone; another one does when everything said has found its place.
            let whole =
                filled.missing.is_empty() && filled.loose == 0 && filled.unknown == 0 && !filled.arguments.is_empty();
            let general =
                said.head.is_none_or(|h| index.groups(&h.token.stem).iter().any(|g| [CREATE, READ].contains(g)));
            let typed = clause.spans.iter().any(|s| matches!(s.what, What::Name | What::Quoted | What::Code));
            let anchored = anchored
                || stated
                || (whole
                    && said.mood == Mood::Question
                    && tool.effect == Effect::Read
                    && ((typed || filled.guessed > 0) && strong(index, tool, &said) > 0))
                || (whole && said.mood == Mood::Show && strong(index, tool, &said) > 0);
            let pointed = about == Some(tool.entity.as_str()) && clause.spans.iter().any(|s| s.is(Use::Pronoun));
            let anchored = anchored
                || (whole && (typed || pointed) && said.mood == Mood::Show && tool.effect == Effect::Read)
                || (whole && !general && said.mood == Mood::Command && verb(index, tool, &said) >= 2000);
            let due = tool
                .fields
                .iter()
                .any(|f| f.is(Role::Due) && matches!(f.shape, Shape::Date) && filled.arguments.contains_key(&f.name));
            let asked = due && whole && tool.effect == Effect::Read && said.mood != Mood::Command;
            // "overdue" receivables: a phrase that holds the very word of a report's name
            let titled = whole
                && tool.effect == Effect::Read
                && said.mood == Mood::Phrase
                && said.words.iter().any(|w| tool.verbs.contains(&w.token.stem));
            let past = said.past && any_record(tool).is_some();
            let held = held(tool, &filled, env, clause);
            let score = score + if held { 5000 } else { 0 };
            let score = score + if asked { 2500 } else { 0 } + if past { 9000 } else { 0 }
                - if said.past && !past { 4000 } else { 0 };
            // A plain word that could be a record, or one nobody knows, is no reason to read anything.
            let bare = (filled.guessed > 0 || filled.unknown > 0)
                && tool.effect == Effect::Read
                && strong(index, tool, &said) == 0
                && !said.owners.contains(&tool.entity)
                && !past;
            let anchored = held || (anchored || asked || titled || past) && !bare && (past || !said.past);
            Choice { tool, filled, score, anchored }
        })
        .collect();
    // of two that are as likely, the one whose records more of the business refers to
    out.sort_by_key(|c| {
        (std::cmp::Reverse(c.score), std::cmp::Reverse(index.referred(&c.tool.entity)), c.tool.name.len())
    });
    out
}

/// "why is this one late?": the very record that is meant is looked at, not rows like it.
fn held(tool: &Known, filled: &Filled, env: Env, clause: &Clause) -> bool {
    let this = clause.mood == Mood::Question && clause.spans.iter().any(|s| s.any(&["this"]));
    let Some((entity, value)) = env.known.first().filter(|_| this && tool.effect == Effect::Read) else {
        return false;
    };
    let own = |f: &super::schema::Field| f.required && f.entity() == Some(entity);
    *entity == tool.entity && tool.fields.iter().any(|f| own(f) && filled.arguments.get(&f.name) == Some(value))
}

impl Choice<'_> {
    /// Whether it is likely enough to act on.
    pub(crate) fn likely(&self) -> bool {
        let whole = self.filled.missing.is_empty() && self.filled.loose == 0 && self.filled.unknown == 0;
        let enough = if whole && self.tool.effect == Effect::Read { ENOUGH / 2 } else { ENOUGH };
        self.anchored && self.score >= enough
    }
}

/// The score from words alone.
fn lexical<'a>(index: &Index, tool: &'a Known, said: &Said, about: Option<&str>) -> (i32, bool, &'a Known) {
    let mut words = 0;
    let general = |stem: &str| {
        said.head.is_some_and(|h| h.token.stem == stem) && index.groups(stem).iter().any(|g| [CREATE, READ].contains(g))
    };
    for span in said.words.iter().filter(|s| !general(&s.token.stem) || tool.verbs.contains(&s.token.stem)) {
        let stem = &span.token.stem;
        let direct = tool.terms.get(stem).copied().unwrap_or(0);
        let groups = index.groups(stem).iter().filter(|g| !GENERAL.contains(g));
        let alike = groups.filter_map(|g| tool.concepts.get(g)).max().copied().unwrap_or(0) * 3 / 4;
        let weight = direct.max(alike);
        let idf = if index.says(stem) { index.idf(stem) } else { 3000 };
        words += idf * weight / 1000;
    }
    let who = said.words.iter().any(|s| s.any(&["who"])) && !tool.terms.contains_key("who");
    words -= if who { 3000 } else { 0 };
    let verb = verb(index, tool, said);
    let entity = entity(tool, said, about);
    let alone = said.pointed
        || index.tools.iter().filter(|t| t.verbs == tool.verbs).count() == 1
        || about == Some(tool.entity.as_str());
    // A verb of another kind is a no, whatever the nouns say.
    let against = verb <= -4000;
    let anchored = !against
        && (entity > 0
            || (verb >= 3400 && said.mood == Mood::Command && alone)
            || strong(index, tool, said) >= 2
            || (strong(index, tool, said) >= 1 && said.mood == Mood::Question && verb >= 0 && words > 2500));
    (words + verb + entity, anchored, tool)
}

/// How well the values of the clause fit the fields.
fn fit(tool: &Known, filled: &Filled, said: &Said) -> i32 {
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX / 10_000);
    let required = tool.fields.iter().filter(|f| f.required && filled.arguments.contains_key(&f.name)).count();
    let optional = filled.arguments.len() - required;
    let beside = usize::from(filled.beside.is_some());
    let missing = filled.missing.len() - beside.min(filled.missing.len());
    let mut score = 700 * count(required) + 150 * count(optional)
        - 1000 * count(missing.min(3))
        - 300 * count(beside)
        - 1800 * count(filled.loose)
        - 800 * count(filled.unknown);
    // Reading one record wants that record; a list is what was asked for otherwise.
    let plural = said.words.iter().any(|w| w.token.low.ends_with('s') && tool.nouns.contains(&w.token.stem));
    let single = tool.effect == Effect::Read && tool.fields.iter().any(|f| f.required);
    if single && plural && said.owners.is_empty() {
        score -= 1200;
    }
    if single && missing > 0 {
        score -= 2500;
    }
    // A record whose number was said is looked at, not searched for.
    let searched = tool.fields.iter().any(|f| f.is(Role::Search) && filled.arguments.contains_key(&f.name));
    if searched && said.owners.contains(&tool.entity) {
        score -= 3000;
    }
    if said.mood == Mood::Phrase && tool.effect == Effect::Read && filled.unknown > 0 {
        score -= 2000;
    }
    if tool.effect != Effect::Read && required == 0 && filled.unknown > 0 {
        score -= 4000; // nothing of what was said has a place here
    }
    score
}
