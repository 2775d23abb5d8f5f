//! The words of a message by their places, for phrases that stand at its beginning.

use super::lexicon::{PAGE, Said, Use};
use super::text::{Kind, Token, tokens};

/// A message whose first words are of the page, cut into words.
pub(crate) struct Words<'t> {
    text: &'t str,
    pub(crate) tokens: Vec<Token>,
}

impl<'t> Words<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        let mut tokens = tokens(text);
        let mut polite = 0;
        while let Some(token) = tokens.get(polite) {
            let softens = token.is(Use::Hello)
                || token
                    .any(&["please", "can", "could", "would", "will", "you", "i", "want", "need", "like", "now", ","])
                || (polite > 0 && token.any(&["to"]));
            if !softens {
                break;
            }
            polite += 1;
        }
        tokens.drain(..polite);
        while tokens.last().is_some_and(|t| t.kind == Kind::Mark || t.any(&["please"])) {
            tokens.pop();
        }
        Self { text, tokens }
    }

    /// Where the message goes on after these words, if it begins with them.
    pub(crate) fn leads(&self, words: &str) -> Option<usize> {
        let words: Vec<&str> = words.split_ascii_whitespace().collect();
        let said = self.tokens.get(..words.len())?;
        said.iter().zip(&words).all(|(token, word)| token.low == *word).then_some(words.len())
    }

    /// After the first of the phrases of this use that it begins with.
    pub(crate) fn opens(&self, used: Said) -> Option<usize> {
        let of = PAGE.iter().filter(|(of, _)| *of == used).flat_map(|(_, phrases)| phrases.split(", "));
        of.filter_map(|phrase| self.leads(phrase)).max()
    }

    pub(crate) fn is(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|token| token.any(words))
    }

    /// The place after words that say nothing by themselves.
    pub(crate) fn past(&self, mut at: usize, words: &[&str]) -> usize {
        while self.is(at, words) {
            at += 1;
        }
        at
    }

    /// What was typed from here on, without the mark at its end.
    pub(crate) fn from(&self, at: usize) -> &'t str {
        self.between(at, self.tokens.len())
    }

    pub(crate) fn between(&self, from: usize, to: usize) -> &'t str {
        match (self.tokens.get(from), to.checked_sub(1).and_then(|n| self.tokens.get(n))) {
            (Some(a), Some(b)) if from < to => self.text.get(a.start..b.end).unwrap_or_default(),
            _ => "",
        }
    }
}
