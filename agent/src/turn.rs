//! The loop of one turn: bounded, and nothing in it can commit.

use std::sync::Arc;

use serde_json::{Value, json};
use steward_tools::measure::{AGENT, MOVE, TURN};
use steward_tools::{
    Answer, ApprovalRow, Call, Caller, Decision, Effect, Entry, Error, Gate, Options, Plan, Refusal, Result, Surface,
    codes, tool_name,
};
use tokio::sync::mpsc;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::at_work::AtWork;
use crate::conversations::{self, ConversationDetail, ConversationRow, Opened, State};
use crate::model::{Model, Move, Observation};
use crate::words;

/// Moves of one turn; a model that has not come to an end by then is stopped.
const MAX_MOVES: usize = 8;
/// Longest message that is read.
const MAX_MESSAGE: usize = 8_000;

/// What a person says, or decides.
#[derive(Debug, Clone)]
pub enum Input {
    /// Words.
    Message(String),
    /// The answer to an interrupt.
    Resume {
        /// The approval it is about.
        approval: Uuid,
        /// Yes or no.
        decision: Decision,
    },
}

/// What happens during a turn.
#[derive(Debug, Clone)]
pub enum Event {
    /// More of the assistant's message.
    Text(String),
    /// An operation is called.
    ToolCall {
        /// Names the call within the turn.
        id: String,
        /// The tool's name, with underscores.
        tool: String,
        /// Its arguments.
        arguments: Value,
    },
    /// What it answered.
    ToolResult {
        /// The call it answers.
        id: String,
        /// The answer.
        content: Value,
    },
}

/// How a turn ends.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Nothing is open.
    Finished,
    /// The same person decides on this.
    Interrupted(ApprovalRow),
    /// Somebody with another role decides on this; the text said where.
    Waiting {
        /// What they decide on.
        approval: ApprovalRow,
    },
}

/// Whoever answers people. It can only do what the person can, and nothing without their yes.
pub struct Agent {
    pub(crate) gate: Gate,
    pub(crate) model: Arc<dyn Model>,
    at_work: AtWork,
}

/// One turn at work.
pub(crate) struct At<'a> {
    pub(crate) agent: &'a Agent,
    pub(crate) caller: Caller,
    pub(crate) events: &'a mpsc::Sender<Event>,
    pub(crate) state: State,
    pub(crate) interrupted: Option<String>,
    pub(crate) said: Vec<Value>,
}

impl Agent {
    /// An agent before this gate, with the built-in planner.
    #[must_use]
    pub fn new(gate: Gate) -> Self {
        Self::with_model(gate, Arc::new(crate::BuiltIn::default()))
    }
    /// An agent with another model.
    #[must_use]
    pub fn with_model(gate: Gate, model: Arc<dyn Model>) -> Self {
        Self { gate, model, at_work: AtWork::default() }
    }

    /// One turn of a conversation: a message, or the answer to an interrupt. Events tell what happens meanwhile.
    #[tracing::instrument(name = TURN, target = AGENT, level = "debug", skip_all,
        fields(%conversation, operation = tracing::field::Empty))]
    pub async fn run(
        &self,
        caller: &Caller,
        conversation: Uuid,
        input: Input,
        events: &mpsc::Sender<Event>,
    ) -> Result<Outcome> {
        let said = match &input {
            Input::Message(text) => Some(checked(text)?),
            Input::Resume { .. } => None,
        };
        let mut caller = caller.clone();
        caller.surface = Surface::Agent;
        caller.conversation = Some(conversation);
        caller.reason = said.clone();
        let (_working, busy) = self.at_work.begin(conversation);
        let Opened { state, interrupted, untold } =
            conversations::open(&self.gate, &caller, conversation, said.as_deref(), busy).await?;
        let mut at = At { agent: self, caller, events, state, interrupted, said: Vec::new() };
        at.catch_up(untold).await;
        let outcome = match (input, said) {
            (Input::Resume { approval, decision }, _) => at.decide(approval, decision).await,
            (Input::Message(_), Some(text)) => at.think(&text).await,
            (Input::Message(_), None) => Ok(Outcome::Finished),
        };
        let outcome = match outcome {
            Err(Error::Refused(refusal)) => {
                at.say(words::refused(&refusal)).await;
                Ok(Outcome::Finished)
            }
            other => other,
        };
        conversations::close(&self.gate, &at.caller, conversation, &at.said, &at.state).await?;
        outcome
    }

    /// The person's conversations.
    pub async fn conversations(&self, caller: &Caller) -> Result<Vec<ConversationRow>> {
        conversations::list(&self.gate, caller).await
    }
    /// One of the person's conversations.
    pub async fn conversation(&self, caller: &Caller, id: Uuid) -> Result<ConversationDetail> {
        conversations::get(&self.gate, caller, id).await
    }
    /// Forgets one of the person's conversations.
    pub async fn forget(&self, caller: &Caller, id: Uuid) -> Result<()> {
        conversations::forget(&self.gate, caller, id).await
    }
}

fn checked(text: &str) -> Result<String> {
    let text = text.trim();
    let odd = |c: char| c.is_control() && !c.is_whitespace();
    if text.is_empty() || text.len() > MAX_MESSAGE || text.contains(odd) {
        let detail = format!("A message is text of 1 to {MAX_MESSAGE} bytes.");
        return Err(Refusal::invalid(codes::INVALID_INPUT, "/messages", detail).into());
    }
    Ok(text.to_owned())
}

impl At<'_> {
    pub(crate) async fn say(&mut self, text: String) {
        if text.is_empty() {
            return;
        }
        self.said.push(json!({ "text": text }));
        // word by word, as a model would: nobody waits for the end of a long answer
        for piece in text.split_inclusive([' ', '\n']) {
            if self.events.send(Event::Text(piece.to_owned())).await.is_err() {
                return;
            }
        }
    }

    pub(crate) async fn last_plan(&self) -> Result<Option<Uuid>> {
        match self.caller.conversation {
            Some(id) => conversations::last_plan(&self.agent.gate, &self.caller, id).await,
            None => Ok(None),
        }
    }

    pub(crate) async fn tell(&self, event: Event) {
        // a reader that has gone away does not stop the turn: what it did is kept in the conversation
        let _ = self.events.send(event).await;
    }

    /// A proposal that a turn made and could not tell belongs to the conversation all the same.
    async fn catch_up(&mut self, untold: Option<Uuid>) {
        let Some(approval) = untold else { return };
        if let Ok(row) = self.agent.gate.approval(&self.caller, approval).await {
            self.said.push(json!({ "proposal": row }));
        }
    }

    #[tracing::instrument(name = "turn", skip_all, fields(conversation = ?self.caller.conversation))]
    async fn think(&mut self, text: &str) -> Result<Outcome> {
        let gate = self.agent.gate.clone();
        // a password is given to the product and never said in a conversation, and what is said has no bytes
        let tools: Vec<&Entry> = gate.tools(&self.caller)?.into_iter().filter(|entry| entry.sayable()).collect();
        let all: Vec<&Entry> = gate.catalogue().iter().filter(|entry| entry.sayable()).collect();
        let mut observed: Vec<Observation> = Vec::new();
        for number in 0..MAX_MOVES {
            let next = self
                .next(text, (&tools, &all), &observed)
                .instrument(tracing::debug_span!(target: AGENT, MOVE, number))
                .await?;
            self.state.memory = next.memory;
            match next.step {
                Move::Say(text) => {
                    self.say(text).await;
                    return Ok(Outcome::Finished);
                }
                Move::Undo => return self.undo().await,
                Move::Call(calls) if self.reads_only(&calls) => observed.push(self.read(calls).await?),
                Move::Call(calls) => match self.propose(&calls).await {
                    Err(Error::Refused(refusal)) => observed.push(Observation::Refused { calls, refusal: *refusal }),
                    Ok(outcome) => {
                        self.say(next.note.unwrap_or_default()).await;
                        return Ok(outcome);
                    }
                    Err(other) => return Err(other),
                },
                Move::Revise(calls) => match self.revise(&calls).await {
                    Err(Error::Refused(refusal)) => observed.push(Observation::Refused { calls, refusal: *refusal }),
                    Ok(outcome) => {
                        self.say(next.note.unwrap_or_default()).await;
                        return Ok(outcome);
                    }
                    Err(other) => return Err(other),
                },
            }
        }
        self.say("I could not come to an end with this. Please say it in smaller steps.".to_owned()).await;
        Ok(Outcome::Finished)
    }

    fn reads_only(&self, calls: &[Call]) -> bool {
        calls.iter().all(|call| self.agent.gate.catalogue().effect_of(&call.name) == Some(Effect::Read))
    }

    pub(crate) async fn announce(&self, calls: &[Call]) -> Vec<String> {
        let mut ids = Vec::with_capacity(calls.len());
        for call in calls {
            let id = Uuid::now_v7().to_string();
            self.tell(Event::ToolCall {
                id: id.clone(),
                tool: tool_name(&call.name),
                arguments: call.arguments.clone(),
            })
            .await;
            ids.push(id);
        }
        ids
    }

    pub(crate) async fn results(&self, ids: Vec<String>, contents: impl IntoIterator<Item = Value>) {
        for (id, content) in ids.into_iter().zip(contents) {
            self.tell(Event::ToolResult { id, content }).await;
        }
    }

    /// Reads run at once.
    async fn read(&mut self, calls: Vec<Call>) -> Result<Observation> {
        let ids = self.announce(&calls).await;
        let state = serde_json::to_value(&self.state)?;
        let keep = async {
            match self.caller.conversation {
                Some(id) => conversations::keep(&self.agent.gate, &self.caller, id, &state).await,
                None => Ok(()),
            }
        };
        let read = self.agent.gate.submit(&self.caller, Plan::of(calls.clone()), Options::default());
        let (kept, read) = tokio::join!(keep, read);
        kept?;
        match read {
            Ok(Answer::Done { result: Value::Array(results), sentences, .. }) => {
                self.results(ids, results.iter().cloned()).await;
                Ok(Observation::Read { calls, results, sentences })
            }
            Ok(other) => Err(Error::internal(format!("a read answered {other:?}"))),
            Err(Error::Refused(refusal)) => {
                let content = serde_json::to_value(&refusal)?;
                self.results(ids.clone(), vec![content; ids.len()]).await;
                Ok(Observation::Refused { calls, refusal: *refusal })
            }
            Err(other) => Err(other),
        }
    }
}
