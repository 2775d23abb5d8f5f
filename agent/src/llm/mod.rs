//! A trained model as a [`Model`]: it proposes in its own words, and everything it proposes is held against what is
//! known before the gate ever sees it. Where it fails, the built-in planner goes on.
//!
//! The path of a message: what the planner knows for certain is done without a model (an answer to its own question,
//! "undo that") → the model is asked, with the tools that fit the message (`tools`, `profile`) → its calls are read
//! (`calls`), held against what is known (`guard`, `leaf`, `refs`, `known`), and become a move → results are shown to
//! it as small tables (`render`, `handles`), and so is the page (`shown`; `page` is what it may be asked) → its words are
//! released sentence by sentence (`speech`).

mod calls;
mod ends;
mod guard;
mod handles;
mod known;
mod leaf;
mod observed;
mod page;
mod profile;
mod prompt;
mod refs;
mod render;
mod shown;
mod speech;
mod talk;
mod think;
mod tidy;
mod tools;

pub use prompt::version as prompt_version;

use std::sync::Arc;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use steward_models::{LanguageModel, Tool};
use steward_tools::{Call, Entry, Result};

use self::talk::{Talk, kept};
use self::think::Thought;
use self::tools::Budget;
use crate::builtin::{self, BuiltIn};
use crate::model::{Model, Move, Next, Observation, Turn};
use crate::planner::{Decision, reading};

/// Tokens of tools that a large model is shown, and a small one.
pub const LARGE: usize = 6_000;
/// What a model of few parameters reads well, and a slow machine in time.
pub const SMALL: usize = 800;

/// An operation as a model of that size is shown it.
#[must_use]
pub fn shown(entry: &Entry, tools: usize) -> Tool {
    profile::tool(entry, Budget(tools).room())
}

/// Said where the planner goes on.
const NO_ANSWER: &str = "The language model did not answer; I go by the built-in planner.\n\n";
const NO_USE: &str = "I could not use what the language model proposed; I go by the built-in planner.\n\n";

/// A trained model, with the built-in planner behind it.
pub struct Trained {
    model: Arc<dyn LanguageModel>,
    planner: BuiltIn,
    budget: Budget,
}

/// What is kept between turns: of both, side by side.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    planner: Value,
    talk: Talk,
    /// The planner answers this message; it sees what came of its own moves only, from this one on.
    taken: Option<usize>,
}

/// Why the planner goes on.
pub(crate) enum GaveUp {
    /// The model cannot be reached, or answers nothing that is a reply.
    NoAnswer,
    /// Nothing of what it proposed could be used.
    NoUse,
    /// The planner knows this better, and nothing need be said of it.
    Better,
}

impl Trained {
    /// This model, shown tools of about so many tokens: [`LARGE`] or [`SMALL`], or what fits it.
    #[must_use]
    pub fn new(model: Arc<dyn LanguageModel>, tools: usize) -> Self {
        Self::before(BuiltIn::default(), model, tools)
    }

    /// The same with this planner behind it.
    #[must_use]
    pub fn before(planner: BuiltIn, model: Arc<dyn LanguageModel>, tools: usize) -> Self {
        Self { model, planner, budget: Budget(tools) }
    }

    /// Bytes of conversation that the model is shown.
    fn history(&self) -> usize {
        if self.budget.small() { 6_000 } else { 60_000 }
    }

    /// What needs no model: an answer to the planner's question, "undo that", a typed yes.
    fn beforehand(&self, turn: &Turn<'_>, memory: &mut Memory) -> bool {
        let mut planner = builtin::Memory::read(&memory.planner);
        let index = self.planner.index(turn.tools);
        let context = builtin::context(turn, &index, &planner);
        let certain = reading::resumes(turn.text, &context).is_some()
            || reading::undoes(turn.text)
            || reading::decides(turn.text, &context).is_some();
        if !certain && planner.pending.is_some() {
            // the person has gone on to something else
            planner.pending = None;
            memory.planner = planner.kept();
        }
        certain
    }

    async fn by_planner(&self, turn: &Turn<'_>, mut memory: Memory, from: usize) -> Result<Next> {
        let observed = turn.observed.get(from..).unwrap_or_default();
        let mut next = self.planner.next(&Turn { memory: &memory.planner, observed, ..*turn }).await?;
        memory.planner = std::mem::take(&mut next.memory);
        if let Move::Say(text) = &next.step {
            memory.talk.tell(text);
        }
        next.memory = kept(&memory);
        Ok(next)
    }

    async fn answer(&self, turn: &Turn<'_>) -> Result<Next> {
        let mut memory: Memory = serde_json::from_value(turn.memory.clone()).unwrap_or_default();
        if turn.observed.is_empty() {
            memory.taken = None;
            memory.talk.begin(turn, self.history());
            if self.beforehand(turn, &mut memory) {
                memory.taken = Some(0);
            }
        }
        if matches!(turn.observed, [Observation::Page(_)]) {
            // whoever asked the page goes on
            memory.taken = memory.taken.map(|_| 0);
        }
        if let Some(from) = memory.taken {
            return self.by_planner(turn, memory, from).await;
        }
        let version = prompt::version();
        if memory.talk.prompt != version {
            tracing::info!(prompt = version, model = self.model.name(), "a conversation goes by this prompt");
            memory.talk.prompt = version;
        }
        match self.think(turn, &mut memory.talk, &mut memory.planner).await? {
            Thought::Next(step, note) => Ok(Next { step, note, memory: kept(&memory) }),
            Thought::GaveUp(why) => {
                match why {
                    GaveUp::NoAnswer => (turn.say)(NO_ANSWER),
                    GaveUp::NoUse => (turn.say)(NO_USE),
                    GaveUp::Better => {}
                }
                memory.taken = Some(turn.observed.len());
                self.by_planner(turn, memory, turn.observed.len()).await
            }
        }
    }

    /// What the planner makes of the message.
    fn planned(&self, turn: &Turn<'_>, planner: &Value) -> Decision {
        self.planner.first(turn, &builtin::Memory::read(planner))
    }
}

impl Model for Trained {
    fn next<'a>(&'a self, turn: &'a Turn<'a>) -> BoxFuture<'a, Result<Next>> {
        Box::pin(self.answer(turn))
    }

    fn settled(&self, memory: &Value, calls: &[Call], results: &[Value], done: bool) -> Value {
        let mut memory: Memory = serde_json::from_value(memory.clone()).unwrap_or_default();
        memory.planner = self.planner.settled(&memory.planner, calls, results, done);
        let names: Vec<String> = calls.iter().map(|call| call.name.clone()).collect();
        let mut facts = render::Facts::default();
        let mut told = String::new();
        for (call, result) in calls.iter().zip(results) {
            render::facts(result, &mut facts);
            told.push_str(&format!("\n{}: {}", call.name, render::result(result, "", &mut memory.talk.handles)));
        }
        memory.talk.seen.add(facts);
        let told = render::cut(&told, 1_200);
        if done {
            memory.talk.proposed.clear();
            memory.talk.tell(&format!("(The person agreed, and it was done:{told})"));
        } else {
            memory.talk.answer_open("(shown to the person, who decides)");
            memory.talk.proposed = names;
            memory.talk.tell(&format!("(Proposed; nothing is done until the person agrees:{told})"));
        }
        kept(&memory)
    }

    fn declined(&self, memory: &Value) -> Value {
        let mut memory: Memory = serde_json::from_value(memory.clone()).unwrap_or_default();
        memory.talk.proposed.clear();
        memory.talk.tell("(The person said no; nothing was done.)");
        kept(&memory)
    }
}
