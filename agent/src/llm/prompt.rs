//! What a model is told of itself; the same bytes in every turn of a conversation, what changes with the day last.

use sha2::{Digest as _, Sha256};

use crate::model::Turn;

/// Kept in a file of its own, so that a change of it is seen.
const TEXT: &str = include_str!("prompt.md");

/// Names this version of the prompt, for logs and for what is kept: the same on every machine.
#[must_use]
pub fn version() -> String {
    Sha256::digest(TEXT.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// The prompt for whoever speaks.
pub(crate) fn system(turn: &Turn<'_>) -> String {
    let who = turn.who;
    let roles = if who.roles.is_empty() { "no role".to_owned() } else { who.roles.join(", ") };
    format!(
        "{TEXT}\nThe company is {}; its currency is {}. The person is {} ({roles}).\nToday is {}, a {}.\n",
        who.company,
        turn.currency,
        who.name,
        turn.today,
        turn.today.format("%A")
    )
}
