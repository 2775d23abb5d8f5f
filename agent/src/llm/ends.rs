//! How a move ends: a question kept as the planner keeps it, the truth after what the model said, the receipts.

use serde_json::Value;
use steward_models::ToolCall;

use super::calls::Proposed;
use super::speech::{Spoken, Truth};
use super::talk::{Open, Talk};
use super::think::{Mind, Thought};
use crate::builtin;
use crate::model::{Move, Observation, Turn};
use crate::planner::{self, Decision, Index};

/// The reads of a reply now; its changes are to be called again once they are read.
pub(super) fn reads_first(talk: &mut Talk, wanted: &[ToolCall], proposed: Vec<(usize, Proposed<'_>)>) -> Thought {
    let mut made = Vec::new();
    for (place, one) in proposed {
        if one.reads() {
            made.push(one.call());
        } else if let (Some(open), Some(call)) = (talk.open.get_mut(place), wanted.get(place)) {
            *open = Open::told(call, "Not run: read first. Call it again if it is still right.".to_owned(), true);
        }
    }
    Thought::Next(Move::Call(made), None)
}

/// A question or an answer of the planner's kind, kept as the planner keeps it.
pub(super) fn put(decision: Decision, talk: &mut Talk, planner: &mut Value) -> Thought {
    let mut memory = builtin::Memory::read(planner);
    let step = builtin::follow(decision, &mut memory);
    *planner = memory.kept();
    if let Move::Say(text) = &step {
        talk.answer_open("(the person is asked about it)");
        talk.tell(text);
    }
    Thought::Next(step, None)
}

/// Whether the planner would change something.
pub(super) fn changes(plan: &Decision, index: &Index) -> bool {
    plan.calls().any(|call| index.effect(&call.name).is_some_and(|effect| effect != planner::Effect::Read))
        || matches!(plan, Decision::Undo)
}

/// Everything that may be said, and what we count ourselves.
pub(super) fn truth(turn: &Turn<'_>, talk: &Talk) -> Truth {
    let mut truth = Truth::of(talk.shown());
    for part in turn.today.to_string().split('-') {
        truth.also(part.trim_start_matches('0').to_owned());
    }
    truth.also(turn.today.to_string());
    truth
}

/// What follows the words that were released: the truth where they claimed something else, the figures where theirs
/// came from nowhere.
pub(super) fn rest(mind: &Mind<'_>, spoken: &Spoken) -> String {
    let silent = spoken.released.trim().is_empty();
    let gap = if silent { "" } else { "\n\n" };
    if spoken.claims > 0 {
        let waits = if mind.turn.waiting { " What I proposed still waits for your decision." } else { "" };
        return format!("{gap}Nothing was done.{waits}");
    }
    let read = mind.turn.observed.iter().any(|seen| matches!(seen, Observation::Read { .. }));
    if read && (silent || spoken.figures > 0) {
        return format!("{gap}{}", receipts(mind.turn));
    }
    let asked = spoken.released.trim_end().ends_with('?');
    if !silent && !read && !asked && changes(&mind.plan, &mind.index) {
        format!("{gap}Nothing was changed.")
    } else {
        String::new()
    }
}

/// What was read, in the operations' own sentences and tables.
pub(super) fn receipts(turn: &Turn<'_>) -> String {
    let mut out: Vec<String> = Vec::new();
    for seen in turn.observed {
        let Observation::Read { calls, results, sentences } = seen else { continue };
        for ((call, result), sentence) in calls.iter().zip(results).zip(sentences) {
            out.push(planner::answer(turn.text, &builtin::planned(call), result, sentence));
        }
    }
    // the last ones answer; what was looked up on the way does not
    let keep = out.len().saturating_sub(2);
    out.split_off(keep).join("\n\n")
}
