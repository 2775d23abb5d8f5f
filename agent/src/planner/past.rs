//! Questions about what was done: who changed a record, when, why. They go to an operation that answers "who"
//! for any record, whatever the record's own operations are called.

use super::Effect;
use super::clauses::Mood;
use super::index::{Index, Known};
use super::lexicon::{CREATE, DELETE, HISTORY, Role, UPDATE, Use};
use super::schema::{Field, Shape};
use super::spans::{Span, What};

/// The field of a reading operation that takes any record by its number or name.
pub(crate) fn any_record(tool: &Known) -> Option<&Field> {
    let reads = tool.effect == Effect::Read && tool.terms.contains_key("who");
    tool.fields.iter().find(|f| reads && !f.required && matches!(f.shape, Shape::Text) && f.is(Role::Key))
}

/// Whether a clause asks what was done to something.
pub(crate) fn recalls(index: &Index, spans: &[Span], mood: Mood) -> bool {
    if mood == Mood::Command {
        return false;
    }
    let in_group = |s: &Span, g: usize| index.groups(&s.token.stem).contains(&g);
    let word = |s: &&Span| s.what == What::Word;
    let noun = spans.iter().filter(word).any(|s| in_group(s, HISTORY) && (!in_group(s, UPDATE) || plural(s)));
    let asks = mood == Mood::Question || spans.iter().any(|s| s.any(&["who", "when", "why"]));
    let done = |s: &Span| {
        [CREATE, UPDATE, DELETE].iter().any(|g| in_group(s, *g))
            || index.tools.iter().any(|t| t.effect != Effect::Read && t.verbs.contains(&s.token.stem))
    };
    // "who posted INV-…": a verb in the past and somebody asked for, about a record that is named or was spoken of
    let who = spans.iter().any(|s| s.any(&["who", "whom", "when", "why"]));
    let about = spans.iter().any(|s| matches!(s.what, What::Name | What::Quoted | What::Code) || s.is(Use::Pronoun));
    let acted = spans.iter().filter(word).any(|s| s.token.low.ends_with("ed") && done(s));
    noun || (asks && who && about && acted)
}

fn plural(span: &Span) -> bool {
    span.token.low.ends_with('s')
}
