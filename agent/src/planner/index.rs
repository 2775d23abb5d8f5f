//! The catalogue as the planner sees it: computed once for a set of operations, read on every turn.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::derive::{groups, idf, known, log2, prefixes, resembles};
use super::lexicon::{CREATE, GROUPS, READ, Role, UPDATE, Use};
use super::schema::{Field, Shape};
use super::spans::Vocabulary;
use super::text::{Token, stem};
use super::{Effect, Tool};

/// An operation, taken apart.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) name: String,
    /// `domain.entities`.
    pub(crate) entity: String,
    /// The words of the entity, stemmed.
    pub(crate) nouns: Vec<String>,
    /// The words of the last segment of the name.
    pub(crate) verbs: Vec<String>,
    /// The first word of the title.
    pub(crate) lead: String,
    pub(crate) title: String,
    pub(crate) effect: Effect,
    pub(crate) fields: Vec<Field>,
    /// Word to weight, for every word the operation says.
    pub(crate) terms: HashMap<String, i32>,
    /// Group of synonyms to weight.
    pub(crate) concepts: HashMap<usize, i32>,
}

/// What the planner knows of the operations a person may use.
#[derive(Debug)]
pub struct Index {
    pub(crate) tools: Vec<Known>,
    idf: HashMap<String, i32>,
    groups: HashMap<String, Vec<usize>>,
    /// Words of names, fields and choices: words of requests rather than of names.
    spoken: HashSet<String>,
    /// Word to the entities it may stand for, with a strength in thousandths.
    aliases: HashMap<String, Vec<(String, i32)>>,
    /// Upper-case prefix of a document number to its entity.
    prefixes: HashMap<String, String>,
    /// Entities whose records have names.
    named: HashSet<String>,
    /// Entity to how many operations on other records are about it.
    referred: HashMap<String, usize>,
}

impl Index {
    /// Reads the operations a person may use; keep it as long as that set is the same.
    #[must_use]
    pub fn new(tools: &[Tool]) -> Self {
        let groups = groups();
        let tools: Vec<Known> = tools.iter().map(|tool| known(tool, &groups)).collect();
        let mut index = Self {
            idf: idf(&tools),
            tools,
            groups,
            spoken: HashSet::new(),
            aliases: HashMap::new(),
            prefixes: HashMap::new(),
            named: HashSet::new(),
            referred: HashMap::new(),
        };
        index.learn();
        index
    }

    /// How telling a word is: 1000 for a word of every operation, up to about 9000; an unknown word is most telling.
    pub(crate) fn idf(&self, stem: &str) -> i32 {
        self.idf.get(stem).copied().unwrap_or_else(|| log2(self.tools.len() + 1) + 1000)
    }

    /// Whether any operation says the word.
    pub(crate) fn says(&self, stem: &str) -> bool {
        self.idf.contains_key(stem)
    }

    /// What an operation does to the books.
    pub(crate) fn effect(&self, name: &str) -> Option<Effect> {
        self.tool(name).map(|tool| tool.effect)
    }

    /// The synonym groups of a word.
    pub(crate) fn groups(&self, stem: &str) -> &[usize] {
        self.groups.get(stem).map_or(&[], Vec::as_slice)
    }

    /// Whether two words are the same or stand for each other.
    pub(crate) fn alike(&self, a: &str, b: &str) -> bool {
        a == b || self.groups(a).iter().any(|g| self.groups(b).contains(g))
    }

    /// How many operations on other records are about such a record.
    pub(crate) fn referred(&self, entity: &str) -> usize {
        self.referred.get(entity).copied().unwrap_or_default()
    }

    /// The entities a word may stand for.
    pub(crate) fn entities(&self, stem: &str) -> Vec<(&str, i32)> {
        let direct = self.aliases.get(stem).into_iter().flatten().map(|(e, s)| (e.as_str(), *s));
        // A word that names a record itself stands for no other.
        let groups = if self.aliases.get(stem).is_some_and(|of| of.iter().any(|(_, s)| *s >= 900)) {
            &[]
        } else {
            self.groups(stem)
        };
        let alike = GROUPS
            .iter()
            .enumerate()
            .filter(|(g, _)| groups.contains(g) && ![CREATE, READ, UPDATE].contains(g))
            .flat_map(|(_, words)| words.split_ascii_whitespace());
        let indirect =
            alike.map(super::text::stem).filter(|w| w != stem).filter_map(|w| self.aliases.get(&w)).flatten();
        direct.chain(indirect.map(|(e, s)| (e.as_str(), s * 3 / 4))).collect()
    }

    /// Whether a word says what somebody is to us ("vendor"), and is neither a record of its own nor something to do.
    pub(crate) fn tells_kind(&self, stem: &str) -> bool {
        self.aliases.get(stem).and_then(|of| of.iter().map(|(_, strength)| *strength).max()) == Some(900)
    }

    /// Whether records of the entity have names that people say.
    pub(crate) fn named(&self, entity: &str) -> bool {
        self.named.contains(entity)
    }

    /// The entity whose documents have numbers like this one.
    pub(crate) fn owner(&self, code: &str) -> Option<&str> {
        let prefix: String = code.chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_uppercase();
        if prefix.is_empty() || !code.contains('-') || code.len() == 36 {
            return None;
        }
        if let Some(entity) = self.prefixes.get(&prefix) {
            return Some(entity);
        }
        let low = prefix.to_lowercase();
        let mut best: Option<(i32, &str)> = None;
        for tool in &self.tools {
            let rank = resembles(&low, &tool.entity);
            // a single letter fits many; records that people call by name come first
            let rank = if rank > 0 && low.len() == 1 && self.named(&tool.entity) { rank + 5 } else { rank };
            if rank > 0 && best.is_none_or(|(top, _)| rank > top) {
                best = Some((rank, &tool.entity));
            }
        }
        best.map(|(_, entity)| entity)
    }

    /// The operation of that name.
    pub(crate) fn tool(&self, name: &str) -> Option<&Known> {
        self.tools.iter().find(|t| t.name == name)
    }

    /// Fills what is derived from all operations together.
    fn learn(&mut self) {
        let mut aliases: HashMap<String, HashMap<String, i32>> = HashMap::new();
        let mut note = |word: &str, entity: &str, strength: i32| {
            let slot = aliases.entry(word.to_owned()).or_default().entry(entity.to_owned()).or_default();
            *slot = strength.max(*slot);
        };
        for tool in &self.tools {
            for (n, noun) in tool.nouns.iter().enumerate() {
                let last = n + 1 == tool.nouns.len();
                note(
                    noun,
                    &tool.entity,
                    match (tool.nouns.len(), last) {
                        (1, _) => 1000,
                        (_, true) => 700,
                        _ => 600,
                    },
                );
            }
            let of: BTreeSet<&str> =
                tool.fields.iter().filter_map(Field::entity).filter(|of| *of != tool.entity).collect();
            for entity in of {
                *self.referred.entry(entity.to_owned()).or_default() += 1;
            }
            for field in all_fields(&tool.fields) {
                let general = field.label.len() > 1
                    || [Role::From, Role::To, Role::Search, Role::Name].iter().any(|r| field.is(*r));
                if let (Some(entity), false) = (
                    field.entity(),
                    general || ["id", "into", "record", "source", "parent"].contains(&field.name.as_str()),
                ) {
                    note(&stem(&field.name), entity, 900);
                }
                for choice in field.choices() {
                    note(&stem(choice), &tool.entity, if field.label.contains(&"kind".to_owned()) { 900 } else { 450 });
                }
                self.spoken.extend(field.label.iter().cloned());
                self.spoken.extend(field.choices().iter().map(|c| stem(c)));
                for (prefix, entity) in prefixes(&field.help, field.entity().unwrap_or(&tool.entity)) {
                    let exact = field.entity().is_some();
                    if exact {
                        self.prefixes.insert(prefix, entity);
                    } else {
                        self.prefixes.entry(prefix).or_insert(entity);
                    }
                }
                if field.entity().is_some_and(|_| field.about.iter().any(|w| w == "nam")) {
                    self.named.extend(field.entity().map(str::to_owned));
                }
            }
            if tool.fields.iter().any(|f| f.is(Role::Name) && f.required && matches!(f.shape, Shape::Text)) {
                self.named.insert(tool.entity.clone());
            }
            self.spoken.extend(tool.nouns.iter().chain(&tool.verbs).cloned());
            self.spoken.insert(tool.lead.clone());
        }
        self.aliases = aliases.into_iter().map(|(word, of)| (word, of.into_iter().collect())).collect();
        for of in self.aliases.values_mut() {
            of.sort();
        }
    }
}

impl Vocabulary for Index {
    fn known(&self, token: &Token) -> bool {
        let function = [
            Use::Filler,
            Use::Preposition,
            Use::Pronoun,
            Use::Question,
            Use::Follow,
            Use::Yes,
            Use::No,
            Use::Undo,
            Use::Hello,
            Use::Thanks,
            Use::Help,
            Use::Top,
            Use::Bottom,
        ];
        self.spoken.contains(&token.stem)
            || !self.groups(&token.stem).is_empty()
            || function.iter().any(|u| token.is(*u))
    }

    fn noun(&self, token: &Token) -> bool {
        self.entities(&token.stem).iter().any(|(_, strength)| *strength >= 600)
    }
}

/// The fields and the fields of their items.
pub(crate) fn all_fields(fields: &[Field]) -> impl Iterator<Item = &Field> {
    fields.iter().flat_map(|f| {
        let inner: &[Field] = match &f.shape {
            Shape::Lines(inner) => inner,
            _ => &[],
        };
        std::iter::once(f).chain(inner)
    })
}
