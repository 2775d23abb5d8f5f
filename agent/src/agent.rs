//! Whoever answers people: opens a turn, has it run, and keeps what came of it.

use std::sync::Arc;

use serde_json::json;
use steward_tools::measure::{AGENT, TURN};
use steward_tools::{Caller, Error, Gate, Refusal, Result, Surface, codes};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::at_work::AtWork;
use crate::conversations::{self, Opened};
use crate::events::{Event, Input, Outcome, RunState, Step, Thread};
use crate::history::{self, ConversationDetail, ConversationRow};
use crate::model::{Model, Observation};
use crate::page::{Asked, Happened, Page};
use crate::turn::At;
use crate::words;

/// Longest message that is read.
const MAX_MESSAGE: usize = 8_000;

/// Whoever answers people. It can only do what the person can, and nothing without their yes.
pub struct Agent {
    pub(crate) gate: Gate,
    pub(crate) model: Arc<dyn Model>,
    at_work: AtWork,
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

    /// One turn of a conversation for somebody who looks at no page.
    pub async fn run(
        &self,
        caller: &Caller,
        conversation: Uuid,
        input: Input,
        events: &mpsc::Sender<Event>,
    ) -> Result<Outcome> {
        self.run_on(caller, conversation, input, Page::none(), events).await
    }

    /// One turn of a conversation: a message, the answer to an interrupt, or what the page answered. Events tell what
    /// happens meanwhile.
    #[tracing::instrument(name = TURN, target = AGENT, level = "debug", skip_all,
        fields(%conversation, operation = tracing::field::Empty))]
    pub async fn run_on(
        &self,
        caller: &Caller,
        conversation: Uuid,
        input: Input,
        page: &Page,
        events: &mpsc::Sender<Event>,
    ) -> Result<Outcome> {
        let said = match &input {
            Input::Message(text) => Some(checked(text)?),
            Input::Resume { .. } | Input::Answers(_) => None,
        };
        let mut caller = caller.clone();
        caller.surface = Surface::Agent;
        caller.conversation = Some(conversation);
        caller.reason = said.clone();
        let (working, busy) = self.at_work.begin((caller.principal.org, conversation));
        let Opened { state, interrupted, untold, title, asked } =
            conversations::open(&self.gate, &caller, conversation, (&input, said.as_deref()), busy).await?;
        let ignored = asked.is_none() && matches!(input, Input::Answers(_));
        let pending: Vec<String> = state.asked.iter().flat_map(|asked| &asked.calls).map(|c| c.id.clone()).collect();
        let step = match ignored {
            false => Step::Thinking,
            true if pending.is_empty() && state.waiting.is_none() => Step::Done,
            true => Step::Waiting,
        };
        let thread = Thread { id: conversation, title };
        let view = RunState { conversation: thread, step, proposal: state.waiting, pending };
        if ignored {
            // answered before, given up, or never asked: there is nothing to do, and nothing is done
            let _ = events.send(Event::State(view)).await;
            return Ok(Outcome::Finished);
        }
        let stop = working.stop();
        let mut at = At { agent: self, caller, events, state, interrupted, said: Vec::new(), page, stop, view };
        at.tell(Event::State(at.view.clone())).await;
        at.catch_up(untold).await;
        let outcome = match at.answered((input, said), asked).await {
            Err(Error::Refused(refusal)) => {
                at.say(words::refused(&refusal)).await;
                Ok(Outcome::Finished)
            }
            other => other,
        };
        if let Ok(outcome) = &outcome {
            at.ends(outcome).await;
        }
        conversations::close(&self.gate, &at.caller, conversation, &at.said, &at.state).await?;
        outcome
    }

    /// The person's conversations.
    pub async fn conversations(&self, caller: &Caller) -> Result<Vec<ConversationRow>> {
        history::list(&self.gate, caller).await
    }
    /// One of the person's conversations.
    pub async fn conversation(&self, caller: &Caller, id: Uuid) -> Result<ConversationDetail> {
        let running = self.at_work.has((caller.principal.org, id));
        history::get(&self.gate, caller, id, running).await
    }
    /// Forgets one of the person's conversations.
    pub async fn forget(&self, caller: &Caller, id: Uuid) -> Result<()> {
        history::forget(&self.gate, caller, id).await
    }
    /// Stops the turn at work in one of the person's conversations at its next step: a call in the gate finishes.
    /// What the page was asked is given up.
    pub async fn stop(&self, caller: &Caller, id: Uuid) -> Result<()> {
        let key = (caller.principal.org, id);
        conversations::give_up(&self.gate, caller, id, self.at_work.has(key)).await?;
        self.at_work.stop(key);
        Ok(())
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
    /// What is said, decided or answered becomes moves.
    async fn answered(&mut self, (input, said): (Input, Option<String>), asked: Option<Asked>) -> Result<Outcome> {
        match (input, said, asked) {
            (Input::Resume { approval, decision }, ..) => self.decide(approval, decision).await,
            (Input::Message(_), Some(text), asked) => {
                if let Some(asked) = asked {
                    self.happened(asked, |_| None);
                }
                self.think(&text, Vec::new(), 0).await
            }
            (Input::Answers(answers), _, Some(asked)) => {
                let (text, rounds) = (asked.text.clone(), asked.rounds);
                self.caller.reason = Some(text.clone());
                let answer = |id: &str| answers.iter().find(|answer| answer.id == id).map(|a| a.content.clone());
                let happened = self.happened(asked, answer);
                self.think(&text, vec![Observation::Page(happened)], rounds).await
            }
            _ => Ok(Outcome::Finished),
        }
    }

    /// Notes what came of what the page was asked.
    fn happened(&mut self, asked: Asked, answer: impl Fn(&str) -> Option<serde_json::Value>) -> Vec<Happened> {
        let of = |call: crate::page::Unanswered| Happened { answer: answer(&call.id), call };
        let happened: Vec<Happened> = asked.calls.into_iter().map(of).collect();
        let kept: Vec<_> = happened.iter().map(Happened::kept).collect();
        self.said.push(json!({ "answers": kept }));
        happened
    }
}
