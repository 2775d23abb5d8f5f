//! What a conversation keeps for a trained model: the words, what was shown, and what is still open.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use steward_models::{Message, ToolCall, ToolResult};
use steward_tools::{Call, Refusal};

use super::handles::Handles;
use super::known::Seen;
use super::render;
use crate::model::{Observation, Turn};

/// Bytes of a refusal that a model reads.
const REFUSAL: usize = 600;
/// What the person said that is remembered word by word.
const WORDS: usize = 40;

/// Kept between turns.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Talk {
    /// What was said, as the model is asked.
    pub(crate) messages: Vec<Message>,
    /// Everything the person said, and nothing else.
    pub(crate) words: Vec<String>,
    pub(crate) handles: Handles,
    pub(crate) seen: Seen,
    /// Tools that the model was shown.
    pub(crate) listed: Vec<String>,
    /// Calls of the model that wait for what comes of them.
    pub(crate) open: Vec<Open>,
    /// The operations of the proposal that waits.
    pub(crate) proposed: Vec<String>,
    /// The version of the prompt.
    pub(crate) prompt: String,
    /// Answers of this turn that could not be used.
    pub(crate) broken: usize,
    /// The model was told once in this turn to look again.
    pub(crate) nudged: bool,
    /// Reads that were made in this turn.
    pub(crate) made: Vec<Call>,
}

/// A call of the model.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Open {
    id: String,
    tool: String,
    /// What came of it, where it was not run.
    answer: Option<String>,
    /// It was refused.
    refused: bool,
    /// Said with the answer.
    note: String,
}

impl Open {
    /// One that is to be run.
    pub(crate) fn run(call: &ToolCall, note: String) -> Self {
        Self { id: call.id.clone(), tool: call.name.clone(), answer: None, refused: true, note }
    }
    /// Says something with the answer.
    pub(crate) fn noted(&mut self, note: String) {
        self.note = note;
    }
    /// One that was answered without being run.
    pub(crate) fn told(call: &ToolCall, answer: String, refused: bool) -> Self {
        Self { id: call.id.clone(), tool: call.name.clone(), answer: Some(answer), refused, note: String::new() }
    }
}

impl Talk {
    /// A new message of the person.
    pub(crate) fn begin(&mut self, turn: &Turn<'_>, most: usize) {
        self.answer_open("(the turn was interrupted)");
        (self.broken, self.nudged) = (0, false);
        self.made.clear();
        if let Some(text) = turn.interrupted {
            if self.words.last().is_none_or(|last| last != text) {
                self.hear(text);
            }
            self.tell("(interrupted before an answer)");
        }
        if self.messages.last().is_some_and(|last| !matches!(last, Message::Assistant { .. })) {
            self.tell("(no answer)");
        }
        self.trim(most);
        self.hear(turn.text);
        if let (Some(page), Some(Message::User { text })) =
            (super::shown::told(turn.page, &mut self.handles), self.messages.last_mut())
        {
            text.push_str(&page);
        }
        if !self.proposed.is_empty()
            && let Some(Message::User { text }) = self.messages.last_mut()
        {
            let state = if turn.waiting { "still waits for the person's decision" } else { "waits no longer" };
            text.push_str(&format!("\n(What was proposed before {state}.)"));
            if !turn.waiting {
                self.proposed.clear();
            }
        }
    }

    fn hear(&mut self, text: &str) {
        self.words.push(text.to_owned());
        if self.words.len() > WORDS {
            self.words.remove(0);
        }
        let text = self.handles.veil(text);
        self.messages.push(Message::User { text });
    }

    /// Words that were said to the person.
    pub(crate) fn tell(&mut self, text: &str) {
        self.answer_open("(not run)");
        let text = self.handles.veil(text);
        match self.messages.last_mut() {
            Some(Message::Assistant { text: before, calls }) if calls.is_empty() => {
                before.push('\n');
                before.push_str(&text);
            }
            _ => self.messages.push(Message::Assistant { text, calls: Vec::new() }),
        }
    }

    /// What the model wanted.
    pub(crate) fn called(&mut self, text: &str, calls: Vec<ToolCall>) {
        self.messages.push(Message::Assistant { text: text.to_owned(), calls });
    }

    /// The answers to calls that were not run.
    pub(crate) fn answer_open(&mut self, otherwise: &str) {
        if self.open.is_empty() {
            return;
        }
        let results = self.open.drain(..).map(|open| {
            let content = open.answer.unwrap_or_else(|| otherwise.to_owned());
            ToolResult { id: open.id, name: open.tool, content, refused: open.refused }
        });
        let results = results.collect();
        self.messages.push(Message::Results { results });
    }

    /// What came of the calls that were run.
    pub(crate) fn observe(&mut self, observation: &Observation) {
        let mut answers: Vec<(String, bool)> = Vec::new();
        match observation {
            Observation::Read { calls, results, sentences } => {
                let mut facts = render::Facts::default();
                for (n, result) in results.iter().enumerate() {
                    render::facts(result, &mut facts);
                    let sentence = sentences.get(n).map_or("", String::as_str);
                    answers.push((render::result(result, sentence, &mut self.handles), false));
                }
                self.seen.add(facts);
                self.made.extend(calls.iter().cloned());
            }
            Observation::Refused { calls, refusal } => {
                let step = refusal.step.unwrap_or_default();
                for n in 0..calls.len() {
                    let told =
                        if n == step { refused(refusal) } else { "(not run: another call was refused)".to_owned() };
                    answers.push((self.handles.veil(&told), true));
                }
                self.broken += 1;
            }
            Observation::NotOnPage { refusal, .. } => {
                answers.push((self.handles.veil(&refused(refusal)), true));
                self.broken += 1;
            }
            Observation::Page(happened) => {
                answers.extend(happened.iter().map(|one| super::shown::answered(one, &mut self.handles)));
            }
        }
        let mut answers = answers.into_iter();
        let results = std::mem::take(&mut self.open).into_iter().map(|open| {
            let (content, refused) = match open.answer {
                Some(answer) => (answer, open.refused),
                None => answers.next().unwrap_or_else(|| ("(not run)".to_owned(), true)),
            };
            ToolResult { id: open.id, name: open.tool, content: format!("{content}{}", open.note), refused }
        });
        let results: Vec<ToolResult> = results.collect();
        if !results.is_empty() {
            self.messages.push(Message::Results { results });
        }
    }

    /// Forgets the oldest messages until the rest is no longer than it may be; never half of a turn.
    fn trim(&mut self, most: usize) {
        let size = |messages: &[Message]| serde_json::to_string(messages).map_or(0, |text| text.len());
        while size(&self.messages) > most {
            let next = self.messages.iter().skip(1).position(|message| matches!(message, Message::User { .. }));
            match next {
                Some(at) => drop(self.messages.drain(..=at)),
                None => {
                    self.messages.clear();
                    return;
                }
            }
        }
    }

    /// Everything that was shown or said, as text.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &str> {
        self.messages.iter().flat_map(told).chain(self.words.iter().map(String::as_str))
    }
}

/// What a message holds that was said by the person or by a tool, and not by the model.
fn told(message: &Message) -> Vec<&str> {
    match message {
        Message::User { text } => vec![text.as_str()],
        Message::Assistant { .. } => Vec::new(),
        Message::Results { results } => {
            let told = results.iter().filter(|result| !result.refused || result.content.starts_with("refused"));
            told.map(|result| result.content.as_str()).collect()
        }
    }
}

/// A refusal as a model can mend it: the code, what is wrong where, what may be meant.
fn refused(refusal: &Refusal) -> String {
    let mut text = format!("refused ({}): {}", refusal.code, refusal.detail);
    for error in refusal.errors.iter().filter(|error| error.detail != refusal.detail) {
        text.push_str(&format!("\n{}: {}", error.pointer, error.detail));
    }
    if let Some(fix) = &refusal.fix {
        text.push_str(&format!("\n{fix}"));
    }
    for candidate in &refusal.candidates {
        text.push_str(&format!("\n- {}", candidate.label));
    }
    render::cut(&text, REFUSAL)
}

/// Kept and read again as JSON.
pub(crate) fn kept<T: Serialize>(memory: &T) -> Value {
    serde_json::to_value(memory).unwrap_or(Value::Null)
}
