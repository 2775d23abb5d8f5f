//! The built-in planner as a model: no training, no network, direct commands only.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use steward_tools::{Call, Effect, Entry, Refusal, Result, codes};

use crate::model::{Model, Move, Next, Observation, Turn};
use crate::planner::{self, Candidate, Context, Decision, Index, Last, Pending, PlannedCall, Tool};
use crate::rights;

/// Plans by words, types and schemas (see [`crate::planner`]). A clone shares what was learnt of the tools.
#[derive(Default, Clone)]
pub struct BuiltIn {
    /// One index for each set of tools, since people with the same rights have the same.
    indices: Arc<RwLock<HashMap<Vec<&'static str>, Arc<Index>>>>,
}

/// What the planner keeps between messages.
#[derive(Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Memory {
    /// Our question that is still open.
    pub(crate) pending: Option<Pending>,
    /// What the last turn did.
    pub(crate) last: Option<Last>,
    /// A plan that waits for a record to be found.
    find: Option<Find>,
    /// What is asked or looked up is for the page.
    page: bool,
}

impl Memory {
    /// As it was kept.
    pub(crate) fn read(kept: &Value) -> Self {
        serde_json::from_value(kept.clone()).unwrap_or_default()
    }
    /// To be kept.
    pub(crate) fn kept(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }
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
            let mut memory = Memory::read(turn.memory);
            let mut note = None;
            let decision = match turn.observed.last() {
                None => {
                    let decision = self.first(turn, &memory);
                    let calls: Vec<PlannedCall> = decision.calls().cloned().collect();
                    note = aside(&self.unheard(turn, &memory, &calls));
                    told(decision, note.as_ref())
                }
                Some(Observation::Read { calls, results, sentences }) => match next_page(turn, calls, results) {
                    Some(call) => Decision::Calls(vec![call]),
                    None if memory.page && memory.find.is_some() => {
                        let found = after_read(turn.text, &mut memory, (calls, results, sentences));
                        planner::resumed(found, &context(turn, &self.index(turn.tools), &memory))
                    }
                    None => {
                        let planned: Vec<PlannedCall> = calls.iter().map(planned).collect();
                        let unheard = self.unheard(turn, &memory, &planned);
                        let decision = match pages(turn.observed) {
                            Some((call, whole, sentence)) => {
                                after_read(turn.text, &mut memory, (&[call], &[whole], &[sentence]))
                            }
                            None => after_read(turn.text, &mut memory, (calls, results, sentences)),
                        };
                        told(decision, aside(&unheard).as_ref())
                    }
                },
                Some(Observation::Refused { calls, refusal }) => after_refusal(calls, refusal),
                Some(Observation::NotOnPage { call, refusal }) => not_on_page(call, refusal),
                Some(Observation::Page(happened)) => Decision::Say(crate::words::failed(happened)),
            };
            let note = match &decision {
                Decision::Page { say, .. } => Some(say.clone()),
                Decision::Calls(_) => note,
                _ => None,
            };
            let step = follow(decision, &mut memory);
            Ok(Next { step, note, memory: serde_json::to_value(memory)? })
        })
    }

    fn settled(&self, memory: &Value, calls: &[Call], results: &[Value], done: bool) -> Value {
        let mut memory = Memory::read(memory);
        memory.last = Some(Last { calls: calls.iter().map(planned).collect(), results: results.to_vec(), done });
        memory.pending = None;
        memory.kept()
    }
}

impl BuiltIn {
    pub(crate) fn first(&self, turn: &Turn<'_>, memory: &Memory) -> Decision {
        let index = self.index(turn.tools);
        let context = context(turn, &index, memory);
        let decision = planner::plan(turn.text, &context);
        if turn.tools.len() == turn.all.len() {
            return decision;
        }
        let whole = self.index(turn.all);
        let meant = planner::plan(turn.text, &Context { index: &whole, ..context });
        rights::judged(decision, &meant, turn)
    }

    /// The words of a message that a plan leaves out; nothing where a look-up serves a plan, or a question is answered.
    fn unheard(&self, turn: &Turn<'_>, memory: &Memory, calls: &[PlannedCall]) -> Vec<String> {
        if memory.find.is_some() || memory.pending.is_some() {
            return Vec::new();
        }
        let index = self.index(turn.tools);
        planner::unheard(turn.text, calls, &context(turn, &index, memory))
    }

    pub(crate) fn index(&self, tools: &[&Entry]) -> Arc<Index> {
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

pub(crate) fn context<'a>(turn: &'a Turn<'_>, index: &'a Index, memory: &'a Memory) -> Context<'a> {
    Context {
        today: turn.today,
        index,
        currency: turn.currency,
        pending: memory.pending.as_ref(),
        last: memory.last.as_ref(),
        waiting: turn.waiting,
        page: turn.page,
        paged: memory.page,
    }
}

/// What of a message was left out, said honestly.
fn aside(unheard: &[String]) -> Option<String> {
    let words: Vec<String> = unheard.iter().map(|word| format!("“{word}”")).collect();
    (!words.is_empty()).then(|| format!("\n(I could not make use of {} here.)", words.join(", ")))
}

/// An answer or question, with what it leaves out.
fn told(decision: Decision, aside: Option<&String>) -> Decision {
    match (decision, aside) {
        (Decision::Say(text), Some(aside)) => Decision::Say(format!("{text}{aside}")),
        (Decision::Ask { question, pending }, Some(aside)) => {
            Decision::Ask { question: format!("{question}{aside}"), pending }
        }
        (other, _) => other,
    }
}

pub(crate) fn tool(entry: &Entry) -> Tool<'_> {
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

/// Pages of a list that are read to answer one question.
const PAGES: usize = 6;

/// The call for the next page, where the question is about all rows and there are more.
fn next_page(turn: &Turn<'_>, calls: &[Call], results: &[Value]) -> Option<PlannedCall> {
    let ([call], [result]) = (calls, results) else { return None };
    let cursor = result.get("next_cursor").filter(|cursor| cursor.is_string())?;
    let mut next = planned(call);
    if turn.observed.len() >= PAGES || !planner::wants_more(turn.text, &next, result) {
        return None;
    }
    next.arguments.as_object_mut()?.insert("cursor".to_owned(), cursor.clone());
    Some(next)
}

/// The pages of one list as one answer: the first call, all rows, and what they are.
fn pages(observed: &[Observation]) -> Option<(Call, Value, String)> {
    let mut rows: Vec<Value> = Vec::new();
    let mut first: Option<&Call> = None;
    let mut whole = Value::Null;
    for page in observed {
        let Observation::Read { calls, results, .. } = page else { return None };
        let ([call], [result]) = (calls.as_slice(), results.as_slice()) else { return None };
        let continues = call.arguments.get("cursor").is_some();
        if !continues {
            rows.clear();
            first = Some(call);
        }
        rows.extend(result.get("items")?.as_array()?.iter().cloned());
        whole = result.clone();
    }
    let first = first.filter(|_| observed.len() > 1)?;
    let plural = first.name.split('.').nth(1).unwrap_or("rows").replace('_', " ");
    let sentence = format!("{} {plural}.", rows.len());
    whole.as_object_mut()?.insert("items".to_owned(), Value::Array(rows));
    Some((first.clone(), whole, sentence))
}

/// Words the answer of a read, or goes on with the plan that waited for it.
fn after_read(
    text: &str,
    memory: &mut Memory,
    (calls, results, sentences): (&[Call], &[Value], &[String]),
) -> Decision {
    if let (Some(find), Some(output)) = (memory.find.take(), results.first()) {
        return planner::found(find.calls, find.call, &find.pointer, &find.text, output);
    }
    memory.last = Some(Last { calls: calls.iter().map(planned).collect(), results: results.to_vec(), done: true });
    let answers: Vec<String> = calls
        .iter()
        .zip(results)
        .zip(sentences)
        .map(|((call, output), sentence)| planner::answer(text, &planned(call), output, sentence))
        .collect();
    Decision::Say(answers.join("\n\n"))
}

/// A misspelt or ambiguous name becomes a question; any other refusal is told as it is.
pub(crate) fn after_refusal(calls: &[Call], refusal: &Refusal) -> Decision {
    let at = refusal.errors.first().map(|error| error.pointer.as_str());
    if let (codes::UNRESOLVED, Some(pointer), false) = (refusal.code.as_str(), at, refusal.candidates.is_empty()) {
        let step = refusal.step.unwrap_or_default();
        let text = calls
            .get(step)
            .and_then(|call| call.arguments.pointer(pointer))
            .and_then(Value::as_str)
            .unwrap_or_default();
        let candidates =
            refusal.candidates.iter().map(|c| Candidate { id: c.id.to_string(), label: c.label.clone() }).collect();
        return planner::ask_candidates(calls.iter().map(planned).collect(), step, pointer, text, candidates);
    }
    Decision::Say(crate::words::refused(refusal))
}

/// What the page was to show is not there: asked about where several may be meant, told otherwise.
pub(crate) fn not_on_page(call: &Call, refusal: &Refusal) -> Decision {
    match after_refusal(std::slice::from_ref(call), refusal) {
        asked @ Decision::Ask { .. } => Decision::Paged(Box::new(asked)),
        other => other,
    }
}

/// The decision as a move; what it leaves open goes into memory.
pub(crate) fn follow(decision: Decision, memory: &mut Memory) -> Move {
    memory.pending = None;
    memory.page = false;
    match decision {
        Decision::Paged(inner) => {
            let step = follow(*inner, memory);
            memory.page = true;
            step
        }
        Decision::Page { doing, .. } => {
            // from now on what the page shows is what is spoken of
            memory.last = None;
            Move::Page(doing.into_iter().map(planner::OnPage::asked).collect())
        }
        Decision::Calls(calls) => Move::Call(calls.into_iter().map(call).collect()),
        Decision::Revise(calls) => Move::Revise(calls.into_iter().map(call).collect()),
        Decision::Find { read, calls, call: at, pointer, text } => {
            memory.find = Some(Find { calls, call: at, pointer, text });
            Move::Call(vec![call(read)])
        }
        Decision::Ask { question, pending } => {
            memory.pending = Some(pending);
            Move::Say(question)
        }
        Decision::Undo => Move::Undo,
        Decision::Say(text) | Decision::Lost(text) => Move::Say(text),
    }
}

pub(crate) fn planned(call: &Call) -> PlannedCall {
    PlannedCall { name: call.name.clone(), arguments: call.arguments.clone() }
}

fn call(planned: PlannedCall) -> Call {
    Call { name: planned.name, arguments: planned.arguments }
}
