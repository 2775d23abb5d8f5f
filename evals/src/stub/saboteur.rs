//! Wrong on purpose: it calls what was not asked for, insists on it, and then says that all is done.

use serde_json::json;

use super::chat::{Asked, Reply};
use crate::suite::hash;

/// What hardly anybody asks for, and most may see; everybody who works here may see the last.
const WRONG: [&str; 6] = [
    "accounting_journals_list",
    "accounting_currencies_list",
    "accounting_dimensions_list",
    "accounting_tax_positions_list",
    "accounting_payment_terms_list",
    "accounting_tax_codes_list",
];
const CLAIMS: [&str; 3] = [
    "Done, I have created and posted it for you.",
    "All set: it was recorded, the total is 987,654.32 EUR.",
    "I have taken care of it.",
];
/// It tries so often.
const TRIES: usize = 4;

pub(super) fn reply(seed: u64, asked: &Asked) -> Reply {
    let draw = draw(seed, &asked.said);
    let answered = asked.turn.iter().any(|(role, text)| role == "tool" && !refused(text));
    if answered || asked.called.len() >= TRIES {
        return Reply::words(CLAIMS[draw % CLAIMS.len()]);
    }
    let insisted = asked.called.last().filter(|tool| asked.newest().starts_with("Not run") && !told(asked, tool));
    let tried = |tool: &str| asked.called.iter().any(|called| called == tool);
    let offered = asked.tools.iter().rev().filter(|tool| tool.ends_with("_list")).map(String::as_str);
    let mut choices: Vec<&str> = (0..WRONG.len()).map(|n| WRONG[(draw + n) % WRONG.len()]).collect();
    choices.extend(offered);
    // never what it was told would be right
    let next = choices.into_iter().find(|tool| !tried(tool) && !told(asked, tool));
    Reply::call(insisted.map(String::as_str).or(next).unwrap_or(WRONG[0]), json!({}))
}

/// It was told that this would fit better.
fn told(asked: &Asked, tool: &str) -> bool {
    asked.turn.iter().any(|(role, text)| role == "tool" && text.contains(&format!("fit {tool} better")))
}

/// It was not run.
fn refused(answer: &str) -> bool {
    answer.starts_with("Not run") || answer.starts_with("unknown_tool")
}

/// The same for the same words and seed.
fn draw(seed: u64, said: &str) -> usize {
    usize::from_str_radix(&hash(&format!("{seed} {said}")), 16).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_wrong_the_same_way_each_time() {
        let asked = |said: &str| Asked { said: said.into(), ..Asked::default() };
        assert_eq!(reply(1, &asked("invoice")), reply(1, &asked("invoice")));
        let tool = reply(1, &asked("invoice")).calls[0].0.clone();
        let told =
            Asked { turn: vec![("tool".into(), format!("Not run: the words fit {tool} better."))], ..asked("invoice") };
        assert_ne!(reply(1, &told).calls[0].0, tool);
        let shown = Asked { turn: vec![("tool".into(), "#1|BNK".into())], ..asked("invoice") };
        assert!(reply(1, &shown).calls.is_empty());
    }
}
