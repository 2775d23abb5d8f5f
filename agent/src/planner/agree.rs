//! How well an operation agrees with what was said: its verb, the records it is about.

use std::collections::HashMap;

use super::Effect;
use super::clauses::{Clause, Mood};
use super::fill::function;
use super::index::{Index, Known};
use super::lexicon::{CREATE, GENERAL, READ, Role, UPDATE, Use};
use super::past::recalls;
use super::spans::{Span, What};

/// What a clause says of verbs and records, read once for all operations.
pub(crate) struct Said<'a> {
    pub(crate) words: Vec<&'a Span>,
    pub(crate) entities: HashMap<String, i32>,
    pub(crate) owners: Vec<String>,
    pub(crate) head: Option<&'a Span>,
    pub(crate) mood: Mood,
    /// What was done is asked for.
    pub(crate) past: bool,
    /// Something is named or numbered.
    pub(crate) pointed: bool,
}

/// Reads what a clause says, for all operations at once.
pub(crate) fn said<'a>(index: &Index, clause: &'a Clause, text: &str) -> Said<'a> {
    let mut words: Vec<&Span> = Vec::new();
    let mut entities: HashMap<String, i32> = HashMap::new();
    let mut owners = Vec::new();
    // "who are our customers" asks for records, not for a report on somebody
    let listed = clause.spans.windows(2).any(|w| w[0].any(&["who"]) && w[1].any(&["is", "are"]));
    let named = |span: &Span| listed && span.any(&["who"]);
    let free_text = clause.spans.iter().position(|s| s.any(&["because"])).unwrap_or(clause.spans.len());
    for span in clause.spans.iter().take(free_text) {
        match span.what {
            What::Word if span.is(Use::Called) || named(span) => {}
            What::Word
                if !function(span)
                    || span.any(&["who"])
                    || index.entities(&span.token.stem).iter().any(|(_, s)| *s >= 900) =>
            {
                if !words.iter().any(|w| w.token.stem == span.token.stem) {
                    words.push(span);
                }
                for (entity, strength) in index.entities(&span.token.stem) {
                    let slot = entities.entry(entity.to_owned()).or_default();
                    *slot = (*slot).max(strength);
                }
            }
            What::Code => owners.extend(text.get(span.start..span.end).and_then(|c| index.owner(c)).map(str::to_owned)),
            _ => {}
        }
    }
    Said {
        words,
        entities,
        owners,
        head: clause.head.and_then(|h| clause.spans.get(h)).filter(|s| s.what == What::Word),
        mood: clause.mood,
        past: recalls(index, &clause.spans, clause.mood),
        pointed: clause.spans.iter().any(|s| matches!(s.what, What::Name | What::Quoted | What::Code)),
    }
}

/// Whether the operation alters a record.
pub(crate) fn updates(index: &Index, tool: &Known) -> bool {
    tool.verbs.iter().any(|v| index.groups(v).contains(&UPDATE))
}

/// How many words of the clause stand in the operation's name, title, fields or choices.
pub(crate) fn strong(index: &Index, tool: &Known, said: &Said) -> usize {
    let weight = |stem: &str| {
        let alike = index
            .groups(stem)
            .iter()
            .filter(|g| !GENERAL.contains(g))
            .filter_map(|g| tool.concepts.get(g))
            .max()
            .copied()
            .unwrap_or(0)
            * 3
            / 4;
        tool.terms.get(stem).copied().unwrap_or(0).max(alike)
    };
    let general = |s: &Span| {
        said.head.is_some_and(|h| h.token.stem == s.token.stem)
            && index.groups(&s.token.stem).iter().any(|g| [CREATE, READ].contains(g))
    };
    said.words.iter().filter(|s| !general(s) && weight(&s.token.stem) >= 500).count()
}

/// How well the leading word and the manner of the clause agree with the operation.
pub(crate) fn verb(index: &Index, tool: &Known, said: &Said) -> i32 {
    let reads = tool.effect == Effect::Read;
    let stem = match (said.head, said.mood) {
        (Some(head), _) => head.token.stem.as_str(),
        (None, Mood::Phrase) => "",
        (None, _) => return if reads { 1000 } else { -6000 },
    };
    // "set" of an operation that sets one thing says nothing without the thing
    let general = |word: &str| tool.verbs.len() > 1 && index.groups(word).contains(&UPDATE);
    let agrees = |word: &str| -> i32 {
        if tool.verbs.iter().any(|v| v == word && !general(v)) {
            4000
        } else if tool.lead == word {
            3400
        } else if tool.verbs.iter().filter(|v| !general(v)).chain([&tool.lead]).any(|v| index.alike(v, word)) {
            2800
        } else {
            0
        }
    };
    let creates = tool.verbs.iter().any(|v| index.groups(v).contains(&CREATE));
    let updates = updates(index, tool);
    let singular = said.head.is_some_and(|h| !h.token.low.ends_with('s') || h.token.low.ends_with("ss"));
    let noun = tool.nouns.iter().any(|n| index.alike(n, stem)) && creates && singular;
    let spoken = said.words.iter().map(|s| agrees(&s.token.stem)).max().unwrap_or(0);
    match said.mood {
        Mood::Question if reads => 1000,
        Mood::Show if reads => 1500 + agrees(stem) / 4,
        Mood::Question | Mood::Show => -6000,
        Mood::Command => {
            let exact = agrees(stem);
            // "set the phone of X", "put a tag on X": the verb may stand for any change of a field that is named.
            let sets = updates && index.groups(stem).contains(&UPDATE);
            match (exact, noun, sets) {
                (0, true, _) => 3000,
                (0, _, true) => 2000,
                (0, _, _) if !reads && index.groups(stem).contains(&CREATE) => 0,
                (0, _, _) if !reads && spoken > 0 => -500, // "book a payment": the noun says what the verb does not
                (0, _, _) => {
                    if reads {
                        -6000
                    } else {
                        -4000
                    }
                }
                (n, ..) => n,
            }
        }
        Mood::Phrase => match (reads, spoken) {
            (true, _) => 600,
            (_, 0) if noun => 1800,
            (_, 0) => -2500,
            (_, n) => n / 2,
        },
    }
}

/// How well the records spoken of agree with the operation.
pub(crate) fn entity(tool: &Known, said: &Said, about: Option<&str>) -> i32 {
    let own = said.entities.get(&tool.entity).copied().unwrap_or(0);
    let full = tool.nouns.iter().filter(|n| said.words.iter().any(|w| w.token.stem == **n)).count();
    let mut score = own * 5 / 2 + i32::try_from(full.saturating_sub(1)).unwrap_or(0) * 800;
    if full > 0 && full < tool.nouns.len() {
        score -= 600;
    }
    if said.owners.contains(&tool.entity) {
        score += 2500;
    } else if !said.owners.is_empty() {
        let takes = super::index::all_fields(&tool.fields)
            .any(|f| f.is(Role::Key) || f.entity().is_some_and(|e| said.owners.iter().any(|o| o == e)));
        let about_other = tool.fields.iter().any(|f| f.required && f.entity() == Some(tool.entity.as_str()));
        score -= if about_other {
            3000
        } else if takes {
            0
        } else {
            1000
        };
    }
    if own < 700 && said.entities.values().any(|s| *s >= 1000) {
        score -= 800;
    }
    if about == Some(tool.entity.as_str()) {
        score += if own == 0 && said.entities.is_empty() && said.owners.is_empty() { 2500 } else { 400 };
    }
    score
}
