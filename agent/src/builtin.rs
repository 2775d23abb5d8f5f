//! The built-in planner as a model: no training, no network, direct commands only.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use steward_tools::{Call, Effect, Entry, Refusal, Result, codes};

use crate::model::{Model, Move, Next, Observation, Turn};
use crate::planner::{self, Candidate, Context, Decision, Index, Last, Pending, PlannedCall, Tool};

/// Plans by words, types and schemas (see [`crate::planner`]).
#[derive(Default)]
pub struct BuiltIn {
    /// One index for each set of tools, since people with the same rights have the same.
    indices: RwLock<HashMap<Vec<&'static str>, Arc<Index>>>,
}

/// What the planner keeps between messages.
#[derive(Default, Clone, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    /// Our question that is still open.
    pending: Option<Pending>,
    /// What the last turn did.
    last: Option<Last>,
    /// A plan that waits for a record to be found.
    find: Option<Find>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Find {
    calls: Vec<PlannedCall>,
    call: usize,
    pointer: String,
    text: String,
}

impl Model for BuiltIn {
    fn next<'a>(&'a self, turn: &'a Turn<'a>) -> BoxFuture<'a, Result<Next>> {
        Box::pin(async move {
            let mut memory: Memory = serde_json::from_value(turn.memory.clone()).unwrap_or_default();
            let decision = match turn.observed.last() {
                None => self.first(turn, &memory),
                Some(Observation::Read { calls, results, sentences }) => {
                    after_read(turn.text, &mut memory, (calls, results, sentences))
                }
                Some(Observation::Refused { calls, refusal }) => after_refusal(calls, refusal),
            };
            let step = follow(decision, &mut memory);
            Ok(Next { step, memory: serde_json::to_value(memory)? })
        })
    }

    fn settled(&self, memory: &Value, calls: &[Call], results: &[Value], done: bool) -> Value {
        let mut memory: Memory = serde_json::from_value(memory.clone()).unwrap_or_default();
        memory.last = Some(Last { calls: calls.iter().map(planned).collect(), results: results.to_vec(), done });
        serde_json::to_value(memory).unwrap_or(Value::Null)
    }
}

impl BuiltIn {
    fn first(&self, turn: &Turn<'_>, memory: &Memory) -> Decision {
        let index = self.index(turn.tools);
        let context = Context {
            today: turn.today,
            index: &index,
            currency: turn.currency,
            pending: memory.pending.as_ref(),
            last: memory.last.as_ref(),
        };
        planner::plan(turn.text, &context)
    }

    fn index(&self, tools: &[&Entry]) -> Arc<Index> {
        let names: Vec<&'static str> = tools.iter().map(|entry| entry.name()).collect();
        if let Some(known) = self.indices.read().unwrap_or_else(PoisonError::into_inner).get(&names) {
            return known.clone();
        }
        let tools: Vec<Tool<'_>> = tools.iter().copied().map(tool).collect();
        let index = Arc::new(Index::new(&tools));
        self.indices.write().unwrap_or_else(PoisonError::into_inner).insert(names, index.clone());
        index
    }
}

fn tool(entry: &Entry) -> Tool<'_> {
    Tool {
        name: entry.name(),
        description: &entry.description,
        effect: match entry.op.effect() {
            Effect::Read => planner::Effect::Read,
            Effect::Write => planner::Effect::Write,
            Effect::Final => planner::Effect::Final,
        },
        input_schema: &entry.input_schema,
        output_schema: &entry.output_schema,
    }
}

/// Words the answer of a read, or goes on with the plan that waited for it.
fn after_read(text: &str, memory: &mut Memory, (calls, results, sentences): (&[Call], &[Value], &[String])) -> Decision {
    if let (Some(find), Some(output)) = (memory.find.take(), results.first()) {
        return planner::found(find.calls, find.call, &find.pointer, &find.text, output);
    }
    memory.last = Some(Last { calls: calls.iter().map(planned).collect(), results: results.to_vec(), done: true });
    let answers: Vec<String> = calls
        .iter()
        .zip(results)
        .zip(sentences)
        .map(|((call, output), sentence)| planner::answer(text, &call.name, output, sentence))
        .collect();
    Decision::Say(answers.join("\n\n"))
}

/// A misspelt or ambiguous name becomes a question; any other refusal is told as it is.
fn after_refusal(calls: &[Call], refusal: &Refusal) -> Decision {
    let at = refusal.errors.first().map(|error| error.pointer.as_str());
    if let (codes::UNRESOLVED, Some(pointer), false) = (refusal.code.as_str(), at, refusal.candidates.is_empty()) {
        let step = refusal.step.unwrap_or_default();
        let text = calls.get(step).and_then(|call| call.arguments.pointer(pointer)).and_then(Value::as_str).unwrap_or_default();
        let candidates = refusal.candidates.iter().map(|c| Candidate { id: c.id.to_string(), label: c.label.clone() }).collect();
        return planner::ask_candidates(calls.iter().map(planned).collect(), step, pointer, text, candidates);
    }
    Decision::Say(crate::words::refused(refusal))
}

/// The decision as a move; what it leaves open goes into memory.
fn follow(decision: Decision, memory: &mut Memory) -> Move {
    memory.pending = None;
    match decision {
        Decision::Calls(calls) => Move::Call(calls.into_iter().map(call).collect()),
        Decision::Find { read, calls, call: at, pointer, text } => {
            memory.find = Some(Find { calls, call: at, pointer, text });
            Move::Call(vec![call(read)])
        }
        Decision::Ask { question, pending } => {
            memory.pending = Some(pending);
            Move::Say(question)
        }
        Decision::Undo => Move::Undo,
        Decision::Say(text) => Move::Say(text),
    }
}

fn planned(call: &Call) -> PlannedCall {
    PlannedCall { name: call.name.clone(), arguments: call.arguments.clone() }
}

fn call(planned: PlannedCall) -> Call {
    Call { name: planned.name, arguments: planned.arguments }
}
