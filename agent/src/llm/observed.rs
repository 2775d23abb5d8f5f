//! What came of the last move, where no model has to be asked what to make of it.

use serde_json::Value;
use steward_tools::codes;

use super::ends::{changes, put, receipts};
use super::talk::Talk;
use super::think::{Mind, Thought};
use super::{Trained, refs};
use crate::builtin;
use crate::model::{Move, Observation};
use crate::planner::reading::Intent;

impl Trained {
    /// What can be made of what came of the last move without asking the model.
    pub(super) fn observed(
        &self,
        mind: &Mind<'_>,
        talk: &mut Talk,
        planner: &mut Value,
        last: &Observation,
    ) -> Option<Thought> {
        match last {
            Observation::Read { calls, results, .. } => {
                talk.observe(last);
                *planner = crate::model::Model::settled(&self.planner, planner, calls, results, true);
                let enough = self.budget.small() && !changes(&mind.plan, &mind.index) && mind.intent != Intent::Talk;
                enough.then(|| {
                    let text = receipts(mind.turn);
                    talk.tell(&text);
                    Thought::Next(Move::Say(text), None)
                })
            }
            Observation::Refused { calls, refusal } => {
                let at = refusal.errors.first().map(|error| error.pointer.as_str());
                let step = refusal.step.unwrap_or_default();
                if let (codes::UNRESOLVED, Some(pointer)) = (refusal.code.as_str(), at) {
                    let text = calls.get(step).and_then(|call| call.arguments.pointer(pointer)).and_then(Value::as_str);
                    if let Some(bare) = text.and_then(|text| refs::bare(text, &mind.known(talk))) {
                        let mut calls = calls.clone();
                        if let Some(slot) = calls.get_mut(step).and_then(|call| call.arguments.pointer_mut(pointer)) {
                            *slot = Value::String(bare);
                        }
                        return Some(Thought::Next(Move::Call(calls), None));
                    }
                    if !refusal.candidates.is_empty() {
                        let decision = builtin::after_refusal(calls, refusal);
                        return Some(put(decision, talk, planner));
                    }
                }
                talk.observe(last);
                None
            }
            Observation::NotOnPage { call, refusal } => {
                if refusal.code == codes::UNRESOLVED && !refusal.candidates.is_empty() {
                    return Some(put(builtin::not_on_page(call, refusal), talk, planner));
                }
                talk.observe(last);
                None
            }
            Observation::Page(happened) => {
                talk.observe(last);
                let text = crate::words::failed(happened);
                self.budget.small().then(|| {
                    talk.tell(&text);
                    Thought::Next(Move::Say(text), None)
                })
            }
        }
    }
}
