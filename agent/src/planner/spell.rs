//! Slips of the pen in the word that leads a request.

use strsim::osa_distance;

use super::index::Index;
use super::lexicon::{CREATE, GROUPS, READ};
use super::spans::{Span, What};
use super::text::stem;

/// The word that a leading word was meant to be: one slip away, and only where a record or figure stands beside it.
pub(crate) fn respell(spans: &mut [Span], head: usize, index: &Index) {
    let typed = |s: &Span| !matches!(s.what, What::Word | What::Mark);
    let Some(span) = spans.get(head).filter(|s| s.what == What::Word && s.token.low.len() >= 4) else { return };
    let known = !index.groups(&span.token.stem).is_empty() || index.says(&span.token.stem);
    if known || !spans[head + 1..].iter().take(2).any(typed) {
        return;
    }
    let low = &span.token.low;
    let reach = if low.len() >= 8 { 2 } else { 1 };
    let verbs = index.tools.iter().flat_map(|t| t.verbs.iter().map(String::as_str).chain(t.name.rsplit('.').next()));
    let general = GROUPS.iter().enumerate().filter(|(g, words)| {
        let used = |w: &str| index.tools.iter().any(|t| t.verbs.contains(&stem(w)) || t.nouns.contains(&stem(w)));
        [CREATE, READ].contains(g) || words.split_ascii_whitespace().any(used)
    });
    let all = verbs.chain(general.flat_map(|(_, words)| words.split_ascii_whitespace()));
    let near = all.filter(|w| w.len() >= 4).map(|w| (osa_distance(low, w), w)).filter(|(d, _)| *d <= reach).min();
    if let Some((_, word)) = near {
        spans[head].token = span.token.respelt(word);
    }
}
