//! The model at work on one move: it is asked until it has said something that can be used, or has had its chances.

use std::sync::Arc;

use serde_json::Value;
use steward_models::{Message, ModelError, Reply, Request, ToolCall};
use steward_tools::{Call, Result};

use super::calls::{self, Proposed, Wanted};
use super::ends::{put, reads_first, rest, truth};
use super::known::Known;
use super::speech::{Speech, Spoken};
use super::talk::{Open, Talk};
use super::{GaveUp, Trained, guard, page, prompt, tools};
use crate::builtin;
use crate::model::{Move, Turn};
use crate::planner::reading::{self, Intent};
use crate::planner::{Decision, Index, PlannedCall};

/// Answers of one turn that may be broken.
const CHANCES: usize = 3;
/// Times a model is asked for one move.
const ROUNDS: usize = 8;
/// Tokens of one reply.
const REPLY: u32 = 1_500;
const SMALL_REPLY: u32 = 400;

/// What comes of thinking.
pub(crate) enum Thought {
    /// The move, and what to say besides.
    Next(Move, Option<String>),
    /// The planner goes on.
    GaveUp(GaveUp),
}

/// One move in the making.
pub(super) struct Mind<'m> {
    pub(super) turn: &'m Turn<'m>,
    pub(super) index: Arc<Index>,
    pub(super) intent: Intent,
    /// What the planner would do.
    pub(super) plan: Decision,
}

impl Mind<'_> {
    /// The planner is sure of calls of its own.
    fn sure(&self) -> bool {
        matches!(self.plan, Decision::Calls(_) | Decision::Revise(_) | Decision::Find { .. } | Decision::Page { .. })
    }
    pub(super) fn known<'k>(&'k self, talk: &'k Talk) -> Known<'k> {
        let of = (self.index.as_ref(), self.turn.today, self.turn.currency);
        Known::new(&talk.words, self.turn.text, of, (&talk.handles, &talk.seen))
    }
    /// What the planner reads as arguments of this operation, where it reads one call of it.
    pub(super) fn arguments(&self, name: &str) -> Option<&serde_json::Map<String, Value>> {
        let mut calls = self.plan.calls().filter(|call| call.name == name);
        let only = calls.next().filter(|_| calls.next().is_none())?;
        let plain = |value: &Value| !value.to_string().contains("$result");
        only.arguments.as_object().filter(|map| map.values().all(plain))
    }
    /// The tools that the planner would use.
    fn tools(&self) -> Vec<String> {
        match &self.plan {
            Decision::Page { doing, .. } => doing.iter().map(|one| one.clone().asked().tool.to_owned()).collect(),
            plan => plan.calls().take(2).map(|call| call.name.replace('.', "_")).collect(),
        }
    }
    /// The one operation that the planner would call instead of this one.
    fn rather(&self, other: &Proposed<'_>, small: bool) -> Option<&str> {
        let Decision::Calls(calls) = &self.plan else { return None };
        let [only] = calls.as_slice() else { return None };
        let differs = only.name != other.entry.name() && (small || !other.reads());
        differs.then_some(only.name.as_str())
    }
}

impl Trained {
    pub(crate) async fn think(&self, turn: &Turn<'_>, talk: &mut Talk, planner: &mut Value) -> Result<Thought> {
        let index = self.planner.index(turn.tools);
        let intent = reading::intent(turn.text, &builtin::context(turn, &index, &builtin::Memory::read(planner)));
        let mind = Mind { turn, intent, plan: self.planned(turn, planner), index };
        if let Some(last) = turn.observed.last()
            && let Some(thought) = self.observed(&mind, talk, planner, last)
        {
            return Ok(thought);
        }
        if turn.observed.is_empty() {
            let _ = tools::list(turn, &mind.index, &mut talk.listed, self.budget);
        }
        for _ in 0..ROUNDS {
            if talk.broken > CHANCES {
                return Ok(Thought::GaveUp(GaveUp::NoUse));
            }
            let live = !turn.observed.is_empty() || !(mind.sure() || matches!(mind.plan, Decision::Ask { .. }));
            let (reply, spoken) = match self.ask(turn, talk, live).await {
                Ok(answer) => answer,
                Err(error) => {
                    tracing::warn!(%error, "a language model gave no reply");
                    talk.broken += 1;
                    match error {
                        ModelError::Broken { .. } if talk.broken <= CHANCES => continue,
                        _ => return Ok(Thought::GaveUp(GaveUp::NoAnswer)),
                    }
                }
            };
            let thought = if reply.calls.is_empty() {
                self.words(&mind, talk, &reply, spoken)
            } else {
                talk.called(&reply.text, reply.calls.clone());
                let silent = spoken.is_none_or(|spoken| spoken.released.trim().is_empty());
                self.calls(&mind, talk, planner, (&reply.calls, silent))?
            };
            if let Some(thought) = thought {
                return Ok(thought);
            }
        }
        Ok(Thought::GaveUp(GaveUp::NoUse))
    }

    /// Asks the model once. What it says while it speaks is released at once where `live`.
    async fn ask(&self, turn: &Turn<'_>, talk: &Talk, live: bool) -> Result<(Reply, Option<Spoken>), ModelError> {
        let request = Request {
            system: prompt::system(turn).into(),
            tools: tools::show(turn, &talk.listed, self.budget).into(),
            messages: talk.messages.clone(),
            max_tokens: if self.budget.small() { SMALL_REPLY } else { REPLY },
        };
        let speech = Speech::new(truth(turn, talk), &talk.handles, turn.say, live);
        let reply = self.model.complete(&request, &|piece| speech.hear(piece)).await?;
        let spoken = live.then(|| speech.end(&reply.text));
        Ok((reply, spoken))
    }

    /// A reply of words alone: the end of the turn, unless the words of the person plainly want more.
    fn words(&self, mind: &Mind<'_>, talk: &mut Talk, reply: &Reply, spoken: Option<Spoken>) -> Option<Thought> {
        if spoken.is_none() && mind.intent != Intent::Talk {
            if let Decision::Ask { .. } = mind.plan {
                return Some(Thought::GaveUp(GaveUp::Better));
            }
            if mind.sure() {
                if talk.nudged {
                    return Some(Thought::GaveUp(GaveUp::NoUse));
                }
                talk.nudged = true;
                let names = mind.tools();
                talk.messages.push(Message::Assistant { text: reply.text.clone(), calls: Vec::new() });
                let text = format!("(You called no tool. This needs one, such as {}. Call it.)", names.join(", "));
                talk.messages.push(Message::User { text });
                return None;
            }
        }
        let spoken = spoken.unwrap_or_else(|| {
            Speech::new(truth(mind.turn, talk), &talk.handles, mind.turn.say, false).end(&reply.text)
        });
        if reply.text.trim().is_empty() && mind.turn.observed.is_empty() {
            talk.broken += 1;
            return None;
        }
        let rest = rest(mind, &spoken);
        let sayable = match (&mind.plan, spoken.released.trim().is_empty() && rest.is_empty()) {
            (_, false) => rest,
            (Decision::Say(text) | Decision::Lost(text), true) => text.clone(),
            (_, true) => "I have no answer to that.".to_owned(),
        };
        talk.tell(&format!("{}{sayable}", spoken.released));
        Some(Thought::Next(Move::Say(sayable), None))
    }

    /// The calls of a reply: searches are answered, reads run, changes become one plan.
    fn calls(
        &self,
        mind: &Mind<'_>,
        talk: &mut Talk,
        planner: &mut Value,
        (wanted, silent): (&[ToolCall], bool),
    ) -> Result<Option<Thought>> {
        let mut open: Vec<Open> = Vec::new();
        let mut page = page::Asking::default();
        let mut proposed: Vec<(usize, Proposed<'_>)> = Vec::new();
        let mut bad = false;
        let mut listed = std::mem::take(&mut talk.listed);
        let mut writes = 0;
        for call in wanted {
            match calls::read(mind.turn, &mind.index, call, &mut listed, self.budget) {
                Wanted::Answered(text) => open.push(Open::told(call, text, false)),
                Wanted::Undo => {
                    talk.listed = listed;
                    return Ok(Some(self.undo(mind, talk)));
                }
                Wanted::Broken(why) => {
                    bad = true;
                    open.push(Open::told(call, why, true));
                }
                Wanted::Page(tool, given) => match page.read(mind, talk, (tool, given)) {
                    Ok(()) => open.push(Open::run(call, String::new())),
                    Err(why) => {
                        bad = true;
                        open.push(Open::told(call, why, true));
                    }
                },
                Wanted::Operation(entry, given) => {
                    let mut known = mind.known(talk);
                    known.planned = mind.arguments(entry.name());
                    let checked = calls::check(entry, given, &known, writes);
                    writes += usize::from(!checked.reads());
                    proposed.push((open.len(), checked));
                    open.push(Open::run(call, String::new()));
                }
            }
        }
        talk.listed = listed;
        talk.open = open;
        if !page.is_empty() {
            return Ok(self.page(mind, talk, (page, proposed.is_empty() && !bad, silent)));
        }
        if proposed.is_empty() {
            talk.broken += usize::from(bad);
            talk.answer_open("");
            return Ok(None);
        }
        Ok(self.judged(mind, talk, planner, (wanted, proposed, bad)))
    }

    /// Operations that were read: not run where something about them is wrong, and the model told what.
    fn judged(
        &self,
        mind: &Mind<'_>,
        talk: &mut Talk,
        planner: &mut Value,
        (wanted, proposed, bad): (&[ToolCall], Vec<(usize, Proposed<'_>)>, bool),
    ) -> Option<Thought> {
        let mut told: Option<String> = None;
        let only = (proposed.len() == 1).then(|| &proposed[0].1);
        let writes = proposed.iter().any(|(_, one)| !one.reads());
        if mind.intent == Intent::Talk || (writes && mind.intent == Intent::Question) {
            if talk.nudged {
                return Some(Thought::GaveUp(GaveUp::Better));
            }
            talk.nudged = true;
            told =
                Some("Not run: the person asked for no change. Answer in words, or call a tool that reads.".to_owned());
        } else if let Some(name) = only.and_then(|one| mind.rather(one, self.budget.small())).filter(|_| !talk.nudged) {
            talk.nudged = true;
            let tool = name.replace('.', "_");
            if !talk.listed.iter().any(|known| known == name) {
                talk.listed.push(name.to_owned());
            }
            told = Some(format!("Not run: the words fit {tool} better. Call that, or this one again if you are sure."));
        }
        if told.is_none() && matches!(mind.plan, Decision::Page { .. }) && !talk.nudged {
            talk.nudged = true;
            told = Some(format!("Not run: the person wants it on the page. Call {}.", mind.tools().join(", ")));
        }
        let faults: Vec<String> = proposed.iter().flat_map(|(_, one)| one.checked.faults.iter().cloned()).collect();
        if told.is_none() && !faults.is_empty() {
            told = Some(format!("Not run: {}", faults.join("; ")));
        }
        if told.is_none() && proposed.iter().all(|(_, one)| one.reads() && calls::again(talk, &one.call())) {
            told = Some("You have this answer already. Answer the person now.".to_owned());
        }
        if let Some(told) = told.or_else(|| bad.then(|| "Not run: another call was broken.".to_owned())) {
            talk.broken += 1;
            talk.answer_open(&told);
            return None;
        }
        if writes && proposed.iter().any(|(_, one)| one.reads()) {
            return Some(reads_first(talk, wanted, proposed));
        }
        Some(self.plan(mind, talk, planner, proposed))
    }

    /// One plan of all reads, or of all changes.
    fn plan(
        &self,
        mind: &Mind<'_>,
        talk: &mut Talk,
        planner: &mut Value,
        proposed: Vec<(usize, Proposed<'_>)>,
    ) -> Thought {
        let made: Vec<Call> = proposed.iter().map(|(_, one)| one.call()).collect();
        let lacking = proposed.iter().position(|(_, one)| !one.checked.missing.is_empty());
        if let Some(at) = lacking {
            let planned: Vec<PlannedCall> = made.iter().map(builtin::planned).collect();
            let pointers = proposed[at].1.checked.missing.clone();
            if let Some(decision) = reading::ask_values(planned, at, pointers, &mind.index) {
                return put(decision, talk, planner);
            }
        }
        let reads = proposed.iter().all(|(_, one)| one.reads());
        for (place, one) in &proposed {
            if let Some(open) = talk.open.get_mut(*place) {
                open.noted(one.note());
            }
        }
        if reads {
            return Thought::Next(Move::Call(made), None);
        }
        let left_out: Vec<(String, Value)> =
            proposed.iter().flat_map(|(_, one)| one.checked.left_out.clone()).collect();
        let unused = guard::unused(&made, &mind.known(talk));
        let note: String = guard::note(&left_out).into_iter().chain(unused).collect();
        let names: Vec<&str> = made.iter().map(|call| call.name.as_str()).collect();
        let again = mind.turn.waiting && talk.proposed.iter().map(String::as_str).eq(names.iter().copied());
        let step = if again { Move::Revise(made) } else { Move::Call(made) };
        Thought::Next(step, Some(note).filter(|note| !note.is_empty()))
    }

    fn undo(&self, mind: &Mind<'_>, talk: &mut Talk) -> Thought {
        if mind.intent == Intent::Change {
            talk.tell("(taking back what was done last)");
            return Thought::Next(Move::Undo, None);
        }
        Thought::GaveUp(GaveUp::Better)
    }
}
