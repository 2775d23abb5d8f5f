//! The page for a trained model: what it shows, as data; what it can be asked, as short tools; and every argument held
//! against what is known, as those of the operation itself would be. None of these tools commits anything.

use serde_json::{Map, Value, json};
use steward_models::Tool;
use steward_tools::{Call, Effect, Entry};

use super::guard::{self, Fate, Place};
use super::known::Known;
use super::speech::Speech;
use super::talk::Talk;
use super::think::{Mind, Thought};
use super::tools::{self, Budget};
use super::{GaveUp, Trained, calls, ends, refs};
use crate::model::{Move, Turn};
use crate::page::{FORM, HIGHLIGHT, NAVIGATE, NOTIFY, OPEN, PLACES, Page, PageCall, SNAPSHOT, VIEW, line};
use crate::planner::reading::Intent;

/// Longest text on the page.
const TEXT: usize = 200;

/// The tools of the page, as far as it offers them.
pub(crate) fn tools(page: &Page, budget: Budget) -> Vec<Tool> {
    let text = json!({"type": "string"});
    let arguments = json!({"type": "object", "description": "Of that operation."});
    let tool = |name: &'static str| {
        let (description, properties, required) = match name {
            NAVIGATE => (
                "Go to home, approvals, chat, settings, or a list such as accounting.invoices.",
                json!({"to": text}),
                json!(["to"]),
            ),
            OPEN => (
                "Open the page of one record.",
                json!({"type": {"type": "string", "description": "Such as accounting.invoices."}, "id": {"type": "string", "description": "Handle, number or name."}}),
                json!(["id"]),
            ),
            VIEW => (
                "Show the table or report of a reading tool on the page, filtered by its arguments.",
                json!({"operation": text, "arguments": arguments, "sort": text, "columns": {"type": "array", "items": text}}),
                json!(["operation"]),
            ),
            FORM => (
                "Fill in the form of a changing tool on the page. The person presses the button.",
                json!({"operation": text, "arguments": arguments}),
                json!(["operation"]),
            ),
            HIGHLIGHT => (
                "Point at a record or field on the page.",
                json!({"record": {"type": "string", "description": "Handle."}, "field": text, "note": text}),
                json!([]),
            ),
            NOTIFY => (
                "Show a short message on the page.",
                json!({"text": text, "level": {"type": "string", "enum": ["info", "warning", "error"]}}),
                json!(["text"]),
            ),
            _ => ("Read all that the page shows.", json!({}), json!([])),
        };
        let schema =
            json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false});
        Tool { name: name.to_owned(), description: description.to_owned(), schema }
    };
    let few = [OPEN, VIEW, FORM];
    page.offers.iter().filter(|name| !budget.small() || few.contains(name)).map(|name| tool(name)).collect()
}

/// What the page is to be asked.
#[derive(Default)]
pub(super) struct Asking {
    calls: Vec<PageCall>,
    left_out: Vec<(String, Value)>,
}

impl Asking {
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Reads one call; what is wrong with it, for the model.
    pub(super) fn read(
        &mut self,
        mind: &Mind<'_>,
        talk: &Talk,
        (tool, given): (&'static str, Map<String, Value>),
    ) -> Result<(), String> {
        let mut known = mind.known(talk);
        let text = |key: &str| given.get(key).and_then(Value::as_str).unwrap_or_default().trim();
        let call = match tool {
            NAVIGATE => place(mind.turn, text("to"))?,
            OPEN => record(mind.turn, (text("type"), text("id")), &known)?,
            VIEW | FORM => {
                let entry = tools::entry(mind.turn, text("operation"))
                    .ok_or_else(|| format!("unknown_tool: there is no tool \"{}\".", line(text("operation"), 60)))?;
                known.planned = mind.arguments(entry.name());
                self.filled(tool, entry, &given, &known)?
            }
            HIGHLIGHT => highlight(mind, talk, (text("record"), text("field"), text("note")))?,
            NOTIFY => {
                let said = released(mind, talk, text("text"));
                let level = Some(text("level")).filter(|l| ["warning", "error"].contains(l)).unwrap_or("info");
                if said.is_empty() {
                    return Err("Not shown: say only what an answer of a tool says.".to_owned());
                }
                PageCall { tool: NOTIFY, arguments: json!({ "text": said, "level": level }), tried: None }
            }
            _ => PageCall { tool: SNAPSHOT, arguments: json!({}), tried: None },
        };
        self.calls.push(call);
        Ok(())
    }

    /// A view or form, with its arguments held against what is known as those of the operation.
    fn filled(
        &mut self,
        tool: &'static str,
        entry: &Entry,
        given: &Map<String, Value>,
        known: &Known<'_>,
    ) -> Result<PageCall, String> {
        let reads = entry.op.effect() == Effect::Read;
        if reads != (tool == VIEW) {
            let other = if reads { "reads: show it with ui_set_view" } else { "changes: fill it in with ui_fill_form" };
            return Err(format!("{} {other}.", entry.tool));
        }
        let arguments = match given.get("arguments") {
            Some(Value::Object(arguments)) => arguments.clone(),
            Some(Value::String(text)) => {
                serde_json::from_str(text).map_err(|_| "`arguments` is an object.".to_owned())?
            }
            _ => Map::new(),
        };
        let checked = calls::check(entry, arguments, known, 0).checked;
        if !checked.faults.is_empty() {
            return Err(format!("Not run: {}", checked.faults.join("; ")));
        }
        if tool == VIEW && !checked.missing.is_empty() {
            return Err(format!("Not run: {} is missing. Ask the person.", checked.missing.join(", ")));
        }
        self.left_out.extend(checked.left_out);
        let call = Call { name: entry.name().to_owned(), arguments: Value::Object(checked.arguments) };
        if tool == FORM {
            return Ok(PageCall::form(call));
        }
        let mut view = PageCall::view(call);
        let plain =
            |text: &&str| text.len() <= 60 && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
        if let Some(sort) = given.get("sort").and_then(Value::as_str).filter(plain) {
            view.arguments["sort"] = json!(sort);
        }
        if let Some(columns) = given.get("columns").and_then(Value::as_array) {
            let columns: Vec<&str> = columns.iter().filter_map(Value::as_str).filter(plain).take(30).collect();
            view.arguments["columns"] = json!(columns);
        }
        Ok(view)
    }
}

/// A place, or the table of a kind of record that the person may list.
fn place(turn: &Turn<'_>, to: &str) -> Result<PageCall, String> {
    if PLACES.iter().any(|(place, _)| *place == to) {
        return Ok(PageCall::go(to));
    }
    let list = turn.tools.iter().find(|entry| {
        let (domain, entities, verb) = entry.parts();
        verb == "list" && (format!("{domain}.{entities}") == to || format!("{domain}_{entities}") == to)
    });
    let (domain, entities, _) = list.ok_or_else(|| format!("there is no place \"{}\".", line(to, 60)))?.parts();
    Ok(PageCall::go(&format!("{domain}.{entities}")))
}

/// A record by its handle, or by what the person called it.
fn record(turn: &Turn<'_>, (entity, id): (&str, &str), known: &Known<'_>) -> Result<PageCall, String> {
    let on_page = match known.handles.read(id) {
        Some(Ok(row)) => turn.page.records().into_iter().find(|shown| shown.id == row.id).map(|s| s.entity.clone()),
        _ => None,
    };
    let entity = on_page.unwrap_or_else(|| entity.to_owned());
    let get = turn.tools.iter().find(|entry| {
        let (domain, entities, verb) = entry.parts();
        verb == "get" && (format!("{domain}.{entities}") == entity || format!("{domain}_{entities}") == entity)
    });
    let get =
        get.ok_or_else(|| format!("there is no type \"{}\"; say one such as accounting.invoices.", line(&entity, 60)))?;
    let schema = json!({ "type": "string", "x-ref": entity });
    let place = Place { name: "id", schema: &schema, required: true, reads: true, step: 0 };
    match refs::judge(&place, id, known) {
        Fate::Keep(id) => Ok(PageCall::open(Call { name: get.name().to_owned(), arguments: json!({ "id": id }) })),
        Fate::Fault(why) => Err(why),
        Fate::Idle | Fate::Unsaid => Err("nobody named that record.".to_owned()),
    }
}

/// Only what is on the page can be pointed at.
fn highlight(mind: &Mind<'_>, talk: &Talk, (record, field, note): (&str, &str, &str)) -> Result<PageCall, String> {
    let mut arguments = Map::new();
    if let Some(Ok(row)) = talk.handles.read(record) {
        let shown = mind.turn.page.records().into_iter().find(|shown| shown.id == row.id);
        let shown = shown.ok_or("that record is not on the page.")?;
        arguments.insert("record".to_owned(), json!({ "type": shown.entity, "id": shown.id, "label": shown.label }));
    } else if !field.is_empty() {
        arguments.insert("field".to_owned(), json!(line(field, 60)));
    } else {
        return Err("Say `record` (a handle) or `field`.".to_owned());
    }
    let note = released(mind, talk, note);
    if !note.is_empty() {
        arguments.insert("note".to_owned(), json!(note));
    }
    Ok(PageCall { tool: HIGHLIGHT, arguments: Value::Object(arguments), tried: None })
}

/// What may be said of a text of the model.
fn released(mind: &Mind<'_>, talk: &Talk, text: &str) -> String {
    let speech = Speech::new(ends::truth(mind.turn, talk), &talk.handles, &|_| {}, false);
    line(&speech.end(&line(text, TEXT)).released, TEXT)
}

impl Trained {
    /// What the page is asked; reads and changes of the same reply come first.
    pub(super) fn page(
        &self,
        mind: &Mind<'_>,
        talk: &mut Talk,
        (asking, alone, silent): (Asking, bool, bool),
    ) -> Option<Thought> {
        if mind.intent == Intent::Talk {
            if talk.nudged {
                return Some(Thought::GaveUp(GaveUp::Better));
            }
            talk.nudged = true;
            talk.answer_open("Not run: the person asked for nothing. Answer in words.");
            return None;
        }
        if !alone {
            talk.broken += 1;
            talk.answer_open("Not run: call the tools of the page (ui_…) alone, after the others have answered.");
            return None;
        }
        let says = |tool: &str| match tool {
            FORM => Some("Filling in the form. Nothing happens until you press its button."),
            VIEW | OPEN | NAVIGATE if silent => Some("Opening it on the page."),
            _ => None,
        };
        let said = asking.calls.iter().find_map(|call| says(call.tool)).map(str::to_owned);
        let note: String = said.into_iter().chain(guard::note(&asking.left_out)).collect();
        Some(Thought::Next(Move::Page(asking.calls), Some(note).filter(|note| !note.is_empty())))
    }
}
