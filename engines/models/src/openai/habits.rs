//! What a server takes in a request. All take the essence; of the rest some refuse what others need.

use std::sync::atomic::{AtomicBool, Ordering};

/// What is sent to a server. It begins with what most take, and a refusal that names a part teaches: the part is left
/// out, or said in the other way, from then on.
#[derive(Debug)]
pub(super) struct Habits {
    /// The limit is called `max_completion_tokens`: OpenAI's newer models know no other name, most others only
    /// `max_tokens`.
    pub(super) completion_tokens: AtomicBool,
    /// The name was changed once; a second refusal is about something else.
    renamed: AtomicBool,
    /// Temperature 0: the same question has the same answer. Models that reason have none.
    pub(super) temperature: AtomicBool,
    /// Ask for the count of tokens at the end of a stream.
    pub(super) usage: AtomicBool,
    /// Say that several calls at once are welcome; some servers think not unless told.
    pub(super) parallel: AtomicBool,
    /// Ask for a stream.
    pub(super) stream: AtomicBool,
    /// Ask for no reasoning: some models take tools only so.
    pub(super) unreasoned: AtomicBool,
}

impl Habits {
    /// For OpenAI's own address, or any other.
    pub(super) fn new(own: bool) -> Self {
        Self {
            completion_tokens: AtomicBool::new(own),
            renamed: AtomicBool::new(false),
            temperature: AtomicBool::new(true),
            usage: AtomicBool::new(true),
            parallel: AtomicBool::new(true),
            stream: AtomicBool::new(true),
            unreasoned: AtomicBool::new(false),
        }
    }
    /// Whether a refusal taught something, so that asking again makes sense. Each part is learnt once: this ends.
    pub(super) fn learn(&self, why: &str) -> bool {
        let why = why.to_lowercase();
        if why.contains("max_tokens") || why.contains("max_completion_tokens") {
            let about_name = ["support", "unrecognized", "unknown", "unexpected", "extra", "permitted", "instead"];
            if !about_name.iter().any(|word| why.contains(word)) || self.renamed.swap(true, Ordering::Relaxed) {
                return false;
            }
            self.completion_tokens.fetch_xor(true, Ordering::Relaxed);
            return true;
        }
        let parts = [
            ("temperature", &self.temperature),
            ("stream_options", &self.usage),
            ("parallel_tool_calls", &self.parallel),
            ("stream", &self.stream),
        ];
        if let Some((_, part)) = parts.iter().find(|(name, _)| why.contains(name)) {
            return part.swap(false, Ordering::Relaxed);
        }
        why.contains("reasoning") && !self.unreasoned.swap(true, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_teaches_once() {
        let habits = Habits::new(false);
        for why in [
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            "Unsupported value: 'temperature' does not support 0 with this model.",
            "unknown field `stream_options`",
            "parallel_tool_calls: extra fields not permitted",
            "stream is not supported",
            "Function tools with reasoning_effort are not supported in /v1/chat/completions.",
        ] {
            assert!(habits.learn(why), "{why}");
            assert!(!habits.learn(why), "{why}");
        }
        assert!(!Habits::new(false).learn("max_tokens is too large: 90000"));
        assert!(!Habits::new(false).learn("the prompt is too long"));
    }
}
