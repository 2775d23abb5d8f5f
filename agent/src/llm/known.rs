//! What is known in a conversation: what the person said, and what was read. Everything else is made up.

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::handles::Handles;
use super::render::Facts;
use crate::planner::{Index, reading};

/// Values of a kind that are remembered.
const MOST: usize = 3_000;

/// What was read in a conversation, by how far it can be relied on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Seen {
    /// Numbers that stood in fields of their own.
    numbers: BTreeSet<String>,
    /// Days that stood in fields of their own.
    days: BTreeSet<String>,
    /// What records are called by.
    names: BTreeSet<String>,
    /// Notes and other free text: anybody may have written them.
    texts: BTreeSet<String>,
}

impl Seen {
    pub(crate) fn add(&mut self, facts: Facts) {
        let into = |set: &mut BTreeSet<String>, more: Vec<String>| {
            for value in more {
                if set.len() < MOST {
                    set.insert(value.chars().take(500).collect());
                }
            }
        };
        into(&mut self.numbers, facts.numbers);
        into(&mut self.days, facts.days);
        into(&mut self.names, facts.names);
        into(&mut self.texts, facts.texts);
    }
}

/// What a proposed value is held against.
pub(crate) struct Known<'a> {
    pub(crate) index: &'a Index,
    pub(crate) today: NaiveDate,
    pub(crate) currency: &'a str,
    pub(crate) handles: &'a Handles,
    /// What the built-in planner reads in this message as arguments of the same operation.
    pub(crate) planned: Option<&'a Map<String, Value>>,
    seen: &'a Seen,
    /// Everything the person said in this conversation, words with single spaces between.
    said: String,
    words: HashSet<String>,
    stems: HashSet<String>,
    numbers: BTreeSet<String>,
    days: BTreeSet<String>,
    /// The message of this turn.
    pub(crate) now: &'a str,
    names: Vec<String>,
}

impl<'a> Known<'a> {
    pub(crate) fn new(
        said: &[String],
        now: &'a str,
        (index, today, currency): (&'a Index, NaiveDate, &'a str),
        (handles, seen): (&'a Handles, &'a Seen),
    ) -> Self {
        let all = said.join("\n");
        let words = reading::words(&all);
        let days = said.iter().flat_map(|text| reading::days(text, today, index)).map(|day| day.to_string()).collect();
        Self {
            said: flat(&all),
            numbers: said.iter().flat_map(|text| reading::numbers(text)).collect(),
            stems: words.iter().map(|(_, stem)| stem.clone()).collect(),
            words: words.into_iter().map(|(word, _)| word).collect(),
            names: reading::names(now, today, index),
            days,
            index,
            today,
            currency,
            handles,
            seen,
            planned: None,
            now,
        }
    }

    /// Whether these words were said, one after the other.
    pub(crate) fn verbatim(&self, text: &str) -> bool {
        let text = flat(text);
        !text.is_empty() && format!(" {} ", self.said).contains(&format!(" {text} "))
    }

    /// Whether the word was said, in this form or another, or one that stands for it.
    pub(crate) fn word(&self, word: &str, stem: &str) -> bool {
        self.words.contains(word)
            || self.stems.contains(stem)
            || (!word.bytes().any(|b| b.is_ascii_digit())
                && self.stems.iter().any(|said| reading::alike(self.index, said, stem)))
    }

    /// Whether exactly this word was said.
    pub(crate) fn exactly(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// The word as the person spelt it, where they spelt it a little differently.
    pub(crate) fn spelt(&self, word: &str) -> Option<&str> {
        let near = |said: &&String| said.len() > 3 && strsim::jaro_winkler(said, word) >= 0.9;
        self.words.iter().filter(|_| word.len() > 3).find(near).map(String::as_str)
    }

    /// Whether the number was said, or stood in a field of its own.
    pub(crate) fn number(&self, value: &str) -> bool {
        self.numbers.contains(value) || self.seen.numbers.contains(value)
    }

    /// Whether the day was said, or stood in a field of its own.
    pub(crate) fn day(&self, day: NaiveDate) -> bool {
        let day = day.to_string();
        self.days.contains(&day) || self.seen.days.contains(&day)
    }

    /// Whether a record that was read is called exactly this.
    pub(crate) fn name(&self, text: &str) -> bool {
        let text = flat(text);
        self.seen.names.iter().any(|name| flat(name) == text)
    }

    /// Whether the text stands in something that was read.
    pub(crate) fn written(&self, text: &str) -> bool {
        let text = flat(text);
        let within = |of: &String| format!(" {} ", flat(of)).contains(&format!(" {text} "));
        !text.is_empty() && (self.seen.texts.iter().any(within) || self.seen.names.iter().any(within))
    }

    /// Names that were read and have all of these words.
    pub(crate) fn namesakes(&self, words: &[String]) -> usize {
        let has = |name: &String| {
            let of: Vec<String> = reading::words(name).into_iter().map(|(word, _)| word).collect();
            words.iter().all(|word| of.contains(word))
        };
        self.seen.names.iter().filter(|name| has(name)).count()
    }

    /// What this message names.
    pub(crate) fn named_now(&self) -> &[String] {
        &self.names
    }
}

/// Lower case, letters and digits, single spaces.
pub(crate) fn flat(text: &str) -> String {
    reading::words(text).into_iter().map(|(word, _)| word).collect::<Vec<_>>().join(" ")
}
