//! Names of companies, people and things: runs of capitals, with the small words that may stand inside.

use super::lexicon::Use;
use super::spans::Vocabulary;
use super::text::{Kind, Token};

/// The number of tokens of the name that starts here. `opens`: nothing but the start of a sentence is before it.
pub(crate) fn name(tokens: &[Token], at: usize, words: &dyn Vocabulary, opens: bool) -> Option<usize> {
    let first = tokens.get(at).filter(|t| capital(t))?;
    if at > 0 && matches!(tokens[at - 1].kind, Kind::Number(_)) && first.is(Use::Unit) {
        return None;
    }
    let used = run(tokens, at);
    let run = &tokens[at..at + used];
    // "Sing a song": an unknown word with an object is a verb, whatever its capital.
    let object = used == 1 && opens && tokens.get(at + 1).is_some_and(|t| t.any(&["a", "an", "the", "me"]));
    let leads = leading(run, words, opens) + usize::from(object);
    if leads > 0 {
        return None; // the caller takes that word alone and asks again at the next
    }
    let spoken = run.iter().filter(|t| t.kind == Kind::Word && !t.is(Use::NameJoint)).all(|t| words.known(t));
    (!spoken).then_some(used)
}

/// How many words before the name proper are words of a request ("Invoice", "Customer").
fn leading(run: &[Token], words: &dyn Vocabulary, opens: bool) -> usize {
    let Some(first) = run.first() else { return 0 };
    let more = run.len() > 1;
    let request = (opens && words.known(first))
        || (more && words.noun(first) && !run[1].is(Use::NameJoint))
        || (first.is(Use::Pronoun) || first.low == "i");
    usize::from(request)
}

/// Whether a single date word is rather the start of a name ("May & Co").
pub(crate) fn continues(tokens: &[Token], at: usize) -> bool {
    let next = |n: usize| tokens.get(at + n);
    tokens[at].kind == Kind::Word
        && tokens[at].capital
        && next(1).is_some_and(|t| t.low == "&" || (capital(t) && !t.is(Use::Currency)))
        && !next(1).is_some_and(|t| t.is(Use::Pronoun))
}

fn capital(token: &Token) -> bool {
    token.kind == Kind::Word && token.capital
}

/// The longest run of capitals from here, small words inside included.
fn run(tokens: &[Token], at: usize) -> usize {
    let mut end = at + 1;
    loop {
        let Some(next) = tokens.get(end) else { return end - at };
        if tokens[end - 1].possessive && !capital(next) {
            return end - at;
        }
        let after = tokens.get(end + 1);
        let capital_after = after.is_some_and(capital);
        let number = matches!(next.kind, Kind::Number(_)) && number_inside(tokens, end);
        let dot = next.low == "."
            && tokens[end - 1].is(Use::Legal)
            && after.is_some_and(|t| t.kind == Kind::Word && !t.capital);
        let second = after.is_some_and(|t| t.is(Use::NameJoint)) && tokens.get(end + 2).is_some_and(capital);
        end += match next {
            _ if capital(next) || number || dot => 1,
            _ if next.is(Use::NameJoint) && capital_after => 2,
            _ if next.is(Use::NameJoint) && second => 3,
            _ if next.is(Use::Legal) || next.mixed => 1,
            _ if next.low == "," && comma_inside(tokens, end) => 2,
            _ => return end - at,
        };
    }
}

/// `Acme, Inc` and `Smith, Jones & Partners`.
fn comma_inside(tokens: &[Token], comma: usize) -> bool {
    let word = |n: usize| tokens.get(comma + n);
    word(1).is_some_and(|t| t.is(Use::Legal)) || (word(1).is_some_and(capital) && word(2).is_some_and(|t| t.low == "&"))
}

/// `Studio 54 GmbH`, or `Studio 54` where the amounts of the request come later.
fn number_inside(tokens: &[Token], at: usize) -> bool {
    let Kind::Number(n) = &tokens[at].kind else { return false };
    if !n.plain || n.value.len() > 3 {
        return false;
    }
    let next = tokens.get(at + 1);
    if next.is_some_and(capital) {
        return true;
    }
    let ends = next.is_some_and(|t| t.is(Use::Preposition));
    ends && tokens[at + 1..].iter().filter(|t| matches!(t.kind, Kind::Number(_))).count() >= 2
}
