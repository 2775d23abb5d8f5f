//! Yes or no.

/// What a line answers to "Do it?". Anything that is neither is no answer.
pub(super) fn answer(line: &str) -> Option<bool> {
    let word = line.trim().trim_end_matches(['.', '!']).to_lowercase();
    match word.as_str() {
        "y" | "yes" | "yes please" | "yes, please" | "do it" | "ok" | "okay" => Some(true),
        "n" | "no" | "no thanks" | "no, thanks" | "don't" | "cancel" => Some(false),
        _ => None,
    }
}

/// Whether a line ends the conversation.
pub(super) fn leaves(line: &str) -> bool {
    matches!(line.trim().to_lowercase().as_str(), "exit" | "quit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_in_a_few_ways() {
        for yes in ["y", "Yes", " YES \n", "yes.", "yes!", "do it", "ok"] {
            assert_eq!(answer(yes), Some(true), "{yes}");
        }
        for no in ["n", "No", "no.\r\n", "no thanks", "cancel"] {
            assert_eq!(answer(no), Some(false), "{no}");
        }
    }

    #[test]
    fn anything_else_is_asked_again() {
        for other in ["", " ", "yesterday", "yes but make it 4 hours", "no, 4 hours", "1", "undo that"] {
            assert_eq!(answer(other), None, "{other}");
        }
    }

    #[test]
    fn leaving_is_said_alone() {
        assert!(leaves("exit\n") && leaves("Quit"));
        assert!(!leaves("exit the contract with Acme"));
    }
}
