//! What one operation says of itself: its words with weights, the numbers its documents have.

use std::collections::HashMap;

use serde_json::Value;

use super::Tool;
use super::index::{Known, all_fields};
use super::lexicon::{GROUPS, PHRASAL};
use super::schema;
use super::text::{Kind, stem, tokens};

/// Weight of a word by where an operation says it, in thousandths.
const VERB: i32 = 1000;
const ENTITY: i32 = 1000;
const CHOICE: i32 = 800;
const TITLE: i32 = 700;
/// What a choice gains that the title names too.
const SPOKEN_OF: i32 = 50;
const FIELD: i32 = 500;
const DOMAIN: i32 = 450;
const BODY: i32 = 300;

/// Takes an operation apart.
pub(super) fn known(tool: &Tool, groups: &HashMap<String, Vec<usize>>) -> Known {
    let parts: Vec<&str> = tool.name.split('.').collect();
    let (domain, entities, verb) = match parts[..] {
        [domain, entities, verb] => (domain, entities, verb),
        _ => ("", tool.name, tool.name),
    };
    let title = tool.description.lines().next().unwrap_or_default().trim().to_owned();
    let body = plain(&tool.description[title.len().min(tool.description.len())..]);
    let nouns: Vec<String> = entities.split('_').map(stem).collect();
    let verbs: Vec<String> = one_word(&verb.replace('_', " ")).split(' ').map(stem).collect();
    let fields = schema::fields(tool.input_schema);
    let mut terms: HashMap<String, i32> = HashMap::new();
    let mut note = |word: &str, weight: i32| {
        let slot = terms.entry(word.to_owned()).or_default();
        *slot = weight.max(*slot);
    };
    let title_words = schema::words(&one_word(&title));
    verbs.iter().for_each(|w| note(w, VERB));
    nouns.iter().for_each(|w| note(w, ENTITY));
    title_words.iter().for_each(|w| note(w, TITLE));
    note(&stem(domain), DOMAIN);
    schema::words(&body).iter().for_each(|w| note(w, BODY));
    for (name, about) in shown(tool.output_schema) {
        name.split('_').for_each(|w| note(&stem(w), FIELD));
        schema::words(about).iter().for_each(|w| note(w, BODY / 2));
    }
    for field in all_fields(&fields) {
        field.label.iter().for_each(|w| note(w, FIELD));
        field.about.iter().for_each(|w| note(w, BODY));
        field.choices().iter().flat_map(|c| c.split('_')).for_each(|w| note(&stem(w), CHOICE));
    }
    // between two operations with the same choice, the one that speaks of it
    for word in &title_words {
        if let Some(weight) = terms.get_mut(word).filter(|weight| **weight == CHOICE) {
            *weight += SPOKEN_OF;
        }
    }
    let mut concepts: HashMap<usize, i32> = HashMap::new();
    for (word, weight) in &terms {
        for group in groups.get(word).into_iter().flatten() {
            let slot = concepts.entry(*group).or_default();
            *slot = (*weight).max(*slot);
        }
    }
    Known {
        name: tool.name.to_owned(),
        entity: format!("{domain}.{entities}"),
        nouns,
        lead: title_words.first().cloned().unwrap_or_default(),
        verbs,
        title,
        effect: tool.effect,
        fields,
        terms,
        concepts,
    }
}

/// The fields of a result, of its rows and of the objects in it, two levels deep.
fn shown(schema: &Value) -> Vec<(&str, &str)> {
    let mut out = Vec::new();
    let mut level = vec![schema];
    for _ in 0..3 {
        let mut next = Vec::new();
        for (name, property) in level.iter().filter_map(|s| s["properties"].as_object()).flatten() {
            out.push((name.as_str(), property["description"].as_str().unwrap_or_default()));
            next.extend([property, &property["items"]]);
        }
        level = next;
    }
    out
}

/// Verbs of two words as the plain verbs that they stand for, as requests are read: who writes off does not write.
fn one_word(text: &str) -> String {
    PHRASAL.iter().fold(text.to_lowercase(), |text, (verb, with, plain)| text.replace(&format!("{verb} {with}"), plain))
}

/// A description without what stands in backticks: that is about other operations.
fn plain(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// The synonym groups of every word that has one.
pub(super) fn groups() -> HashMap<String, Vec<usize>> {
    let mut out: HashMap<String, Vec<usize>> = HashMap::new();
    for (n, words) in GROUPS.iter().enumerate() {
        for word in words.split_ascii_whitespace() {
            out.entry(stem(word)).or_default().push(n);
        }
    }
    out
}

/// How telling every word is.
pub(super) fn idf(tools: &[Known]) -> HashMap<String, i32> {
    let mut df: HashMap<&str, usize> = HashMap::new();
    for word in tools.iter().flat_map(|t| t.terms.keys()) {
        *df.entry(word).or_default() += 1;
    }
    let n = tools.len() + 1;
    df.into_iter().map(|(word, df)| (word.to_owned(), 1000 + log2(n) - log2(df))).collect()
}

/// Binary logarithm in thousandths, linear between powers of two.
pub(super) fn log2(n: usize) -> i32 {
    let n = n.max(1);
    let whole = n.ilog2();
    let part = (n - (1 << whole)) * 1000 / (1 << whole);
    i32::try_from(whole).unwrap_or(0) * 1000 + i32::try_from(part).unwrap_or(0)
}

/// Prefixes of document numbers that a help text shows.
pub(super) fn prefixes(help: &str, entity: &str) -> Vec<(String, String)> {
    tokens(&help.replace('`', " "))
        .into_iter()
        .filter(|t| t.kind == Kind::Code && t.low.contains('-'))
        .map(|t| {
            (t.low.chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_uppercase(), entity.to_owned())
        })
        .filter(|(prefix, _)| !prefix.is_empty())
        .collect()
}

/// How much a prefix looks like an abbreviation of `domain.entities`.
pub(super) fn resembles(prefix: &str, entity: &str) -> i32 {
    let Some((domain, entities)) = entity.split_once('.') else { return 0 };
    let words: Vec<&str> = entities.split('_').collect();
    let initials: String = words.iter().filter_map(|w| w.chars().next()).collect();
    let with_domain: String = domain.chars().take(1).chain(initials.chars()).collect();
    let last = words.last().copied().unwrap_or_default();
    let inside = {
        let mut letters = last.chars();
        last.starts_with(prefix.chars().next().unwrap_or('-')) && prefix.chars().all(|c| letters.any(|l| l == c))
    };
    match prefix.len() {
        1 if entities.starts_with(prefix) => 30,
        1 => 0,
        _ if last.starts_with(prefix) => 90,
        _ if words.len() > 1 && initials == prefix => 80,
        _ if with_domain == prefix => 70,
        _ if inside && prefix.len() > 2 => 60,
        _ => 0,
    }
}
