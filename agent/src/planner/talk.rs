//! What is said without a call: greetings, thanks, help, and an honest "I can't".

use super::clauses::{Clause, Mood};
use super::index::Index;
use super::lexicon::Use;
use super::text::{Kind, Token};
use super::{Decision, Effect};

/// Answers a message that is nothing but talk.
pub(crate) fn answer(tokens: &[Token], index: &Index, waiting: bool) -> Option<Decision> {
    let words: Vec<&Token> = tokens.iter().filter(|t| t.kind != Kind::Mark).collect();
    let Some(first) = words.first() else {
        return Some(say("Tell me what to do, or ask me something about the books."));
    };
    let idle = |t: &&Token| {
        t.kind == Kind::Word
            && [
                Use::Filler,
                Use::Preposition,
                Use::Pronoun,
                Use::Question,
                Use::Hello,
                Use::Thanks,
                Use::Help,
                Use::Yes,
                Use::No,
                Use::Joint,
                Use::Follow,
            ]
            .iter()
            .any(|u| t.is(*u))
    };
    if undo(tokens).is_some() {
        return Some(Decision::Undo);
    }
    if words.len() > 8 || !words.iter().all(idle) {
        return None;
    }
    let any = |used: Use| words.iter().any(|t| t.is(used));
    if any(Use::Thanks) {
        Some(say("You're welcome."))
    } else if any(Use::Help) || words.iter().any(|t| t.any(&["can", "do"])) {
        Some(Decision::Say(help(index)))
    } else if first.is(Use::Hello) {
        Some(say("Hello. What can I do for you? Ask for a report, or tell me what to record."))
    } else if waiting && (any(Use::No) || any(Use::Yes)) {
        Some(say(
            "I may not take a typed word for that. Decide on the proposal itself: approve or reject it where it is shown, or in the list of approvals. Or tell me what should be different.",
        ))
    } else if any(Use::No) {
        Some(say("All right, I left everything as it is."))
    } else if any(Use::Yes) {
        Some(say("There is no open question. What should I do?"))
    } else if words.len() > 1 && !first.is(Use::Follow) && first.is(Use::Question) {
        Some(say("I keep the books and records of this company; ask me something about them."))
    } else {
        None
    }
}

/// "undo that", "take it back": nothing else is said.
pub(crate) fn undo(tokens: &[Token]) -> Option<Decision> {
    let words: Vec<&Token> = tokens.iter().filter(|t| t.kind != Kind::Mark).collect();
    let takes_back = words.iter().any(|t| t.is(Use::Undo) || (t.low == "reverse" && words.len() <= 3));
    let only = words.iter().all(|t| {
        t.kind == Kind::Word
            && ([Use::Undo, Use::Filler, Use::Pronoun, Use::Limit, Use::Follow, Use::Yes, Use::No]
                .iter()
                .any(|u| t.is(*u))
                || t.any(&["take", "reverse", "thing", "change"]))
    });
    let said = takes_back
        && words.len() <= 7
        && (words.iter().any(|t| t.any(&["undo", "revert", "reverse"])) || words.len() > 1);
    (said && only).then_some(Decision::Undo)
}

/// What can be said, by examples of the person's own operations.
fn help(index: &Index) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for effect in [Effect::Read, Effect::Write, Effect::Final] {
        for tool in index.tools.iter().filter(|t| t.effect == effect) {
            if lines.len() < 9 && !seen.contains(&tool.entity.as_str()) && lines.len() < 3 * (effect as usize + 1) {
                seen.push(&tool.entity);
                lines.push(format!("- {}", tool.title));
            }
        }
    }
    format!(
        "You can ask me questions and tell me what to do, in your own words. With your rights, for example:\n{}\nNothing is changed before you have seen it.",
        lines.join("\n")
    )
}

/// The honest answer to a request that matches nothing this person may use.
pub(crate) fn lost(clause: Option<&Clause>, index: &Index) -> Decision {
    let works = clause.is_some_and(|c| c.mood == Mood::Command);
    let related = clause.is_some_and(|c| c.spans.iter().any(|s| !index.entities(&s.token.stem).is_empty()));
    let text = if works || related {
        "Nothing I can do here does that, as far as I understand it; I have changed nothing. Ask “what can you do?” for what I can."
    } else {
        "I did not understand that as something I can do here. I can look things up and record things in this company's books; ask “what can you do?” for examples."
    };
    Decision::Lost(text.to_owned())
}

/// Something with a meaning found no place: better nothing than half of it.
pub(crate) fn unread(title: &str) -> String {
    format!(
        "I understood “{}”, but not everything you said fits it, so I did nothing. Please say it in other words.",
        title.trim_end_matches('.')
    )
}

/// A currency that no field can hold must not be dropped in silence.
pub(crate) fn currency(code: &str) -> String {
    format!(
        "I can't record an amount in {} here: this takes amounts in the company's own currency only. Please say the amount in that currency.",
        code.to_uppercase()
    )
}

fn say(text: &str) -> Decision {
    Decision::Say(text.to_owned())
}
