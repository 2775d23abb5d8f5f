//! What a person asked for and may not do: told by the permission's name, and never called.
//!
//! The gate alone decides who may do what; here the same question is only asked beforehand, so that the answer is
//! "you may not" and not "I do not understand", and so that half of a message is never done.

use steward_tools::{Effect, Entry};

use crate::model::Turn;
use crate::planner::{Decision, PlannedCall};

/// The decision, unless the message means something over the whole catalogue that this person may not do.
pub(crate) fn judged(decision: Decision, meant: &Decision, turn: &Turn<'_>) -> Decision {
    let entry = |call: &PlannedCall| turn.all.iter().copied().find(|entry| entry.name() == call.name);
    let may = |call: &PlannedCall| turn.tools.iter().any(|entry| entry.name() == call.name);
    let mut missing: Vec<&Entry> = Vec::new();
    for entry in meant.calls().filter(|call| !may(call)).filter_map(entry) {
        if !missing.iter().any(|known| known.name() == entry.name()) {
            missing.push(entry);
        }
    }
    if missing.is_empty() {
        return decision;
    }
    // a look at something else that the person may see is an answer too; a different change never is
    let reads = |entry: &&Entry| entry.op.effect() == Effect::Read;
    let other = matches!(decision, Decision::Calls(_) | Decision::Page { .. })
        && decision.calls().count() >= meant.calls().count()
        && decision.calls().filter_map(entry).all(|entry| reads(&entry))
        && missing.iter().all(reads);
    if other { decision } else { Decision::Say(refusal(&missing)) }
}

fn refusal(missing: &[&Entry]) -> String {
    let names: Vec<String> = missing.iter().map(|entry| format!("{} ({})", entry.name(), entry.groups()[0])).collect();
    let noun = if names.len() == 1 { "permission" } else { "permissions" };
    format!("You may not do that: it needs the {noun} {}. Nothing was done.", names.join(" and "))
}
