//! The word list stays small and general.

use std::collections::BTreeSet;

use super::fixture::all;
use crate::planner::lexicon::{
    DAYS, EDGES, GROUPS, NUMBERS, ORDINALS, PAGE, PERIODS, PHRASAL, ROLES, SHIFTS, VERB_SENSES, WORDS,
};

#[test]
fn at_most_300_words() {
    let mut words: BTreeSet<&str> = BTreeSet::new();
    words.extend(WORDS.iter().flat_map(|(_, list)| list.split_ascii_whitespace()));
    words.extend(GROUPS.iter().flat_map(|list| list.split_ascii_whitespace()));
    words.extend(ROLES.iter().flat_map(|(_, list)| list.split_ascii_whitespace()));
    words.extend([NUMBERS, ORDINALS].iter().flat_map(|list| list.split_ascii_whitespace()));
    words.extend(
        DAYS.iter()
            .map(|(w, _)| *w)
            .chain(PERIODS.iter().map(|(w, _)| *w))
            .chain(SHIFTS.iter().map(|(w, _)| *w))
            .chain(EDGES.iter().map(|(w, _)| *w)),
    );
    words.extend(VERB_SENSES.iter().flat_map(|(a, b)| [*a, *b]));
    words.extend(PHRASAL.iter().flat_map(|(a, b, c)| [*a, *b, *c]));
    words.retain(|w| w.chars().any(char::is_alphabetic));
    println!("{} words", words.len());
    assert!(words.len() <= 300, "{} words", words.len());
}

#[test]
fn at_most_25_words_of_the_page() {
    let known = |word: &str| {
        let of = WORDS.iter().map(|(_, list)| *list).chain(GROUPS.iter().copied()).chain(ROLES.iter().map(|(_, l)| *l));
        of.into_iter().any(|list| list.split_ascii_whitespace().any(|w| w == word))
    };
    let words: BTreeSet<&str> = PAGE.iter().flat_map(|(_, list)| list.split([',', ' '])).collect();
    let own: Vec<&&str> = words.iter().filter(|word| !word.is_empty() && !known(word)).collect();
    assert!(own.len() <= 25, "{own:?}");
}

#[test]
fn no_operation_is_named_in_the_code() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/planner");
    for file in std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).filter(|p| p.is_file()) {
        let code = std::fs::read_to_string(&file).unwrap();
        for entry in all() {
            let told = code.lines().filter(|l| !l.trim_start().starts_with("//")).any(|l| l.contains(entry.name));
            assert!(!told, "{} names {}", file.display(), entry.name);
        }
    }
}
