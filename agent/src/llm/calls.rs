//! The calls of one reply, told apart: searches that are answered here, reads, changes, and what is no call at all.

use serde_json::{Map, Value};
use steward_models::{Arguments, ToolCall};
use steward_tools::{Call, Effect, Entry};

use super::guard::{self, Checked};
use super::known::Known;
use super::render::cut;
use super::talk::Talk;
use super::tools::{self, Budget};
use crate::model::Turn;
use crate::planner::Index;

/// A call of a model, read.
pub(crate) enum Wanted<'t> {
    /// Answered from the catalogue.
    Answered(String),
    /// No call that could be run; why, for the model.
    Broken(String),
    /// Take back what was done last.
    Undo,
    /// Something for the page.
    Page(&'static str, Map<String, Value>),
    /// An operation.
    Operation(&'t Entry, Map<String, Value>),
}

/// Reads one call.
pub(crate) fn read<'t>(
    turn: &Turn<'t>,
    index: &Index,
    call: &ToolCall,
    listed: &mut Vec<String>,
    budget: Budget,
) -> Wanted<'t> {
    let (mut name, mut arguments) = (call.name.clone(), call.arguments.clone());
    if name == tools::CALL {
        match unwrapped(&arguments) {
            Some((inner, of)) => (name, arguments) = (inner, Arguments::Object(of)),
            None => return Wanted::Broken("Say `name` (a tool's name) and `arguments` (an object).".to_owned()),
        }
    }
    let given = match arguments {
        Arguments::Object(given) => given,
        Arguments::Broken { why, raw } => {
            return Wanted::Broken(format!("broken_arguments: {why} You wrote: {}", cut(&raw, 200)));
        }
    };
    match name.as_str() {
        tools::FIND => {
            let query = given.get("query").and_then(Value::as_str).unwrap_or(turn.text);
            Wanted::Answered(tools::find(turn, index, query, listed, budget))
        }
        tools::DESCRIBE => Wanted::Answered(tools::describe(turn, given.get("names").unwrap_or(&Value::Null))),
        tools::UNDO => Wanted::Undo,
        _ if let Some(tool) = turn.page.offers.iter().find(|tool| **tool == name) => Wanted::Page(tool, given),
        _ => match tools::entry(turn, &name) {
            Some(entry) => Wanted::Operation(entry, given),
            None => Wanted::Broken(tools::unknown(turn, index, &name)),
        },
    }
}

/// The call inside of `call_tool`; its arguments may have been written as text.
fn unwrapped(arguments: &Arguments) -> Option<(String, Map<String, Value>)> {
    let Arguments::Object(outer) = arguments else { return None };
    let name = outer.get("name")?.as_str()?.to_owned();
    let inner = match outer.get("arguments") {
        Some(Value::Object(inner)) => inner.clone(),
        Some(Value::String(text)) => serde_json::from_str(text).ok()?,
        None => Map::new(),
        Some(_) => return None,
    };
    Some((name, inner))
}

/// An operation with its arguments held against what is known.
pub(crate) struct Proposed<'t> {
    pub(crate) entry: &'t Entry,
    pub(crate) checked: Checked,
}

impl Proposed<'_> {
    pub(crate) fn reads(&self) -> bool {
        self.entry.op.effect() == Effect::Read
    }
    pub(crate) fn call(&self) -> Call {
        Call { name: self.entry.name().to_owned(), arguments: Value::Object(self.checked.arguments.clone()) }
    }
    /// What was left out, for the model.
    pub(crate) fn note(&self) -> String {
        let places: Vec<&str> = self.checked.left_out.iter().map(|(pointer, _)| pointer.as_str()).collect();
        if places.is_empty() {
            String::new()
        } else {
            format!("\n(left out, since nobody said it: {})", places.join(", "))
        }
    }
}

/// Holds an operation against what is known.
pub(crate) fn check<'t>(entry: &'t Entry, given: Map<String, Value>, known: &Known<'_>, step: usize) -> Proposed<'t> {
    Proposed { entry, checked: guard::check(entry, given, known, step) }
}

/// Whether this read was made in this turn already.
pub(crate) fn again(talk: &Talk, call: &Call) -> bool {
    talk.made.iter().any(|made| made.name == call.name && made.arguments == call.arguments)
}
