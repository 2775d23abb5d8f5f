//! The loop of one turn: bounded, and nothing in it can commit.

use serde_json::{Value, json};
use steward_tools::measure::{AGENT, MOVE};
use steward_tools::{Answer, Call, Caller, Effect, Entry, Error, Options, Plan, Result, tool_name};
use tokio::sync::mpsc;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::agent::Agent;
use crate::at_work::Stop;
use crate::conversations::{self, State};
use crate::events::{Event, Outcome, RunState, Step};
use crate::history;
use crate::model::{Move, Next, Observation};
use crate::page::Page;

/// Moves of one turn; a model that has not come to an end by then is stopped.
const MAX_MOVES: usize = 8;
/// Times that a page is asked for one message.
const MAX_ROUNDS: usize = 6;
/// Said where the person stopped a turn.
const STOPPED: &str = "Stopped.";

/// One turn at work.
pub(crate) struct At<'a> {
    pub(crate) agent: &'a Agent,
    pub(crate) caller: Caller,
    pub(crate) events: &'a mpsc::Sender<Event>,
    pub(crate) state: State,
    pub(crate) interrupted: Option<String>,
    pub(crate) said: Vec<Value>,
    /// What the person looks at.
    pub(crate) page: &'a Page,
    pub(crate) stop: Stop,
    /// How far it has come, as it was told last.
    pub(crate) view: RunState,
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
    pub(crate) async fn catch_up(&mut self, untold: Option<Uuid>) {
        let Some(approval) = untold else { return };
        if let Ok(row) = self.agent.gate.approval(&self.caller, approval).await {
            self.said.push(json!({ "proposal": row }));
        }
    }

    /// Tells how far the turn has come, where that is news.
    pub(crate) async fn step(&mut self, step: Step) {
        let pending = match &self.state.asked {
            Some(asked) => asked.calls.iter().map(|call| call.id.clone()).collect(),
            None => Vec::new(),
        };
        let now = RunState { step, proposal: self.state.waiting, pending, ..self.view.clone() };
        if now != self.view {
            self.view = now.clone();
            self.tell(Event::State(now)).await;
        }
    }

    /// Tells how it ends.
    pub(crate) async fn ends(&mut self, outcome: &Outcome) {
        let step = match outcome {
            Outcome::Finished | Outcome::Stopped => Step::Done,
            Outcome::Interrupted(_) | Outcome::Waiting { .. } | Outcome::Asked(_) => Step::Waiting,
        };
        self.step(step).await;
    }

    #[tracing::instrument(name = "turn", skip_all, fields(conversation = ?self.caller.conversation))]
    pub(crate) async fn think(&mut self, text: &str, mut observed: Vec<Observation>, rounds: usize) -> Result<Outcome> {
        let gate = self.agent.gate.clone();
        // a password is given to the product and never said in a conversation, and what is said has no bytes
        let tools: Vec<&Entry> = gate.tools(&self.caller)?.into_iter().filter(|entry| entry.sayable()).collect();
        let all: Vec<&Entry> = gate.catalogue().iter().filter(|entry| entry.sayable()).collect();
        for number in 0..MAX_MOVES {
            self.step(Step::Thinking).await;
            let next = self
                .next(text, (&tools, &all), &observed)
                .instrument(tracing::debug_span!(target: AGENT, MOVE, number))
                .await?;
            // a move that was decided is not made once the person wants it to stop
            let Some(next) = next.filter(|_| !self.stop.wanted()) else { return Ok(self.stopped().await) };
            if let Some(outcome) = self.made(text, next, &mut observed, rounds).await? {
                return Ok(outcome);
            }
        }
        self.say("I could not come to an end with this. Please say it in smaller steps.".to_owned()).await;
        Ok(Outcome::Finished)
    }

    /// The turn ends here because the person wants it to.
    pub(crate) async fn stopped(&mut self) -> Outcome {
        self.said.push(json!({ "text": STOPPED, "stopped": true }));
        self.tell(Event::Text(STOPPED.to_owned())).await;
        Outcome::Stopped
    }

    /// Makes a move; gives how the turn ends, where it does.
    async fn made(
        &mut self,
        text: &str,
        next: Next,
        observed: &mut Vec<Observation>,
        rounds: usize,
    ) -> Result<Option<Outcome>> {
        self.state.memory = next.memory;
        let (done, calls) = match next.step {
            Move::Say(words) => {
                self.say(words).await;
                return Ok(Some(Outcome::Finished));
            }
            Move::Undo => return self.undo().await.map(Some),
            Move::Page(_) if rounds >= MAX_ROUNDS => {
                self.say("I stop here: the page was asked often enough for one message.".to_owned()).await;
                return Ok(Some(Outcome::Finished));
            }
            Move::Page(calls) => return self.on_page((text, rounds), calls, next.note, observed).await,
            Move::Call(calls) if self.reads_only(&calls) => {
                observed.push(self.read(calls).await?);
                return Ok(None);
            }
            Move::Call(calls) => (self.propose(&calls).await, calls),
            Move::Revise(calls) => (self.revise(&calls).await, calls),
        };
        match done {
            Err(Error::Refused(refusal)) => observed.push(Observation::Refused { calls, refusal: *refusal }),
            Ok(outcome) => {
                self.say(next.note.unwrap_or_default()).await;
                return Ok(Some(outcome));
            }
            Err(other) => return Err(other),
        }
        Ok(None)
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

    /// Calls with their answers, for whoever reads the conversation again.
    pub(crate) fn keep(&mut self, ids: &[String], calls: &[Call], results: &[Value]) {
        let each = ids.iter().zip(calls).zip(results);
        let kept: Vec<Value> = each
            .map(|((id, call), result)| history::kept(id, &tool_name(&call.name), &call.arguments, result))
            .collect();
        self.said.push(json!({ "calls": kept }));
    }

    /// Reads run at once.
    async fn read(&mut self, calls: Vec<Call>) -> Result<Observation> {
        self.step(Step::Calling).await;
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
                self.results(ids.clone(), results.iter().cloned()).await;
                self.keep(&ids, &calls, &results);
                Ok(Observation::Read { calls, results, sentences })
            }
            Ok(other) => Err(Error::internal(format!("a read answered {other:?}"))),
            Err(Error::Refused(refusal)) => {
                let content = serde_json::to_value(&refusal)?;
                self.keep(&ids, &calls, &vec![content.clone(); ids.len()]);
                self.results(ids.clone(), vec![content; ids.len()]).await;
                Ok(Observation::Refused { calls, refusal: *refusal })
            }
            Err(other) => Err(other),
        }
    }
}
