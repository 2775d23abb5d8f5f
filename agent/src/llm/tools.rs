//! Which tools a model sees: those that fit the message, within what it can read; the others it searches for.

use serde_json::{Value, json};
use steward_models::Tool;
use steward_tools::Entry;

use super::profile::{self, Room, cost};
use crate::model::Turn;
use crate::planner::{Index, reading};

pub(crate) const FIND: &str = "find_tools";
pub(crate) const DESCRIBE: &str = "describe_tools";
pub(crate) const CALL: &str = "call_tool";
pub(crate) const UNDO: &str = "undo_last";

/// Below this many tokens a model is small: it gets few tools, cut short, and its words about what was read are not needed.
const SMALL: usize = 1_500;
/// Tools that a search names.
const FOUND: usize = 8;

/// How much of the tools a model is to read, in tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget(pub(crate) usize);

impl Budget {
    pub(crate) fn small(self) -> bool {
        self.0 < SMALL
    }
    pub(crate) fn room(self) -> Room {
        if self.small() { Room::Small } else { Room::Whole }
    }
}

/// The tools of a turn: ours for searching first, then those listed before, then what fits this message.
pub(crate) fn list(turn: &Turn<'_>, index: &Index, listed: &mut Vec<String>, budget: Budget) -> Vec<Tool> {
    listed.retain(|name| entry(turn, name).is_some());
    let wanted = reading::ranked(turn.text, index, turn.today, turn.currency);
    let cost_of = |name: &str| entry(turn, name).map_or(0, |entry| cost(&profile::tool(entry, budget.room())));
    let mut spent: usize = listed.iter().map(|name| cost_of(name)).sum();
    if spent > 2 * budget.0 {
        listed.clear();
        spent = 0;
    }
    let before = spent;
    for name in wanted {
        if listed.contains(&name) {
            continue;
        }
        let more = cost_of(&name);
        if spent - before + more > budget.0 {
            break;
        }
        spent += more;
        listed.push(name);
    }
    show(turn, listed, budget)
}

/// These tools, and ours.
pub(crate) fn show(turn: &Turn<'_>, listed: &[String], budget: Budget) -> Vec<Tool> {
    let of = listed.iter().filter_map(|name| entry(turn, name)).map(|entry| profile::tool(entry, budget.room()));
    ours(budget).into_iter().chain(of).chain(super::page::tools(turn.page, budget)).collect()
}

/// An operation that this person may use, by its name or the tool's.
pub(crate) fn entry<'t>(turn: &Turn<'t>, name: &str) -> Option<&'t Entry> {
    turn.tools.iter().copied().find(|entry| entry.name() == name || entry.tool == name)
}

fn ours(budget: Budget) -> Vec<Tool> {
    let tool = |name: &str, description: &str, properties: Value, required: Value| Tool {
        name: name.to_owned(),
        description: description.to_owned(),
        schema: json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false}),
    };
    let text = json!({"type": "string"});
    let find = tool(FIND, "Search for more tools by what they do.", json!({"query": text}), json!(["query"]));
    if budget.small() {
        return vec![find];
    }
    vec![
        find,
        tool(
            DESCRIBE,
            "Show the arguments of tools by their names.",
            json!({"names": {"type": "array", "items": text}}),
            json!(["names"]),
        ),
        tool(
            CALL,
            "Call a tool that find_tools named and that is not listed here.",
            json!({"name": text, "arguments": {"type": "object"}}),
            json!(["name", "arguments"]),
        ),
        tool(UNDO, "Take back what was done last in this conversation.", json!({}), json!([])),
    ]
}

/// Answers a search: names and what they do. What was found is listed from then on, as far as there is room.
pub(crate) fn find(turn: &Turn<'_>, index: &Index, query: &str, listed: &mut Vec<String>, budget: Budget) -> String {
    let found = reading::ranked(query, index, turn.today, turn.currency);
    let found: Vec<&Entry> = found.iter().filter_map(|name| entry(turn, name)).take(FOUND).collect();
    if found.is_empty() {
        return "No tool fits. Say it with other words, or tell the person that this cannot be done here.".to_owned();
    }
    let mut room = budget.0 / 2;
    for entry in &found {
        let cost = cost(&profile::tool(entry, budget.room()));
        if !listed.iter().any(|name| name == entry.name()) && cost <= room {
            room -= cost;
            listed.push(entry.name().to_owned());
        }
    }
    found.iter().map(|entry| format!("{}: {}", entry.tool, entry.title)).collect::<Vec<_>>().join("\n")
}

/// Answers what arguments tools take.
pub(crate) fn describe(turn: &Turn<'_>, names: &Value) -> String {
    let names: Vec<&str> = match names {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        Value::String(one) => vec![one.as_str()],
        _ => Vec::new(),
    };
    let told = names.iter().take(3).map(|name| match entry(turn, name) {
        Some(entry) => {
            let tool = profile::tool(entry, Room::Whole);
            format!("{}: {} {}", tool.name, tool.description, tool.schema)
        }
        None => format!("{name}: there is no such tool for this person"),
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { "Say `names`: a list of tool names.".to_owned() } else { told.join("\n") }
}

/// What is said of a tool that does not exist: those with names like it.
pub(crate) fn unknown(turn: &Turn<'_>, index: &Index, name: &str) -> String {
    let query = name.replace(['_', '.', '-'], " ");
    let near = reading::ranked(&query, index, turn.today, turn.currency);
    let near: Vec<&str> =
        near.iter().filter_map(|name| entry(turn, name)).take(4).map(|entry| entry.tool.as_str()).collect();
    let near = if near.is_empty() { String::new() } else { format!(" Near it: {}.", near.join(", ")) };
    format!("unknown_tool: there is no tool \"{}\" for this person.{near}", super::render::cut(name, 80))
}
