//! The page that a person looks at while they talk: what it shows, and what it can be asked to do.
//!
//! Everything here comes from the client and is data: a label is never an instruction, and an id is only ever used as a
//! reference that the gate resolves with the person's own rights.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::{Call, tool_name};
use uuid::Uuid;

/// Goes to a place or to the table of a kind of record.
pub(crate) const NAVIGATE: &str = "ui_navigate";
/// Opens one record.
pub(crate) const OPEN: &str = "ui_open_record";
/// Shows the table or report of a read.
pub(crate) const VIEW: &str = "ui_set_view";
/// Fills in the form of an operation; the person presses the button.
pub(crate) const FORM: &str = "ui_fill_form";
/// Draws the eye to something.
pub(crate) const HIGHLIGHT: &str = "ui_highlight";
/// Shows a short message.
pub(crate) const NOTIFY: &str = "ui_notify";
/// Answers what the page shows, in full.
pub(crate) const SNAPSHOT: &str = "ui_snapshot";

/// What a page can be asked to do. There is no other tool of a client, so none that could press a button.
pub const PAGE_TOOLS: [&str; 7] = [NAVIGATE, OPEN, VIEW, FORM, HIGHLIGHT, NOTIFY, SNAPSHOT];

/// The places that every client has, and what people call them.
pub(crate) const PLACES: &[(&str, &str)] = &[
    ("home", "home start dashboard"),
    ("approvals", "approvals inbox"),
    ("chat", "chat conversation"),
    ("settings", "settings preferences"),
];

/// A page, as its client told of it.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Which of [`PAGE_TOOLS`] it offers.
    pub offers: Vec<&'static str>,
    /// Its address.
    pub path: String,
    /// What stands above it.
    pub title: String,
    /// The operation whose answer it shows.
    pub operation: Option<String>,
    /// With these arguments.
    pub arguments: Map<String, Value>,
    /// The one record that it is about.
    pub record: Option<Shown>,
    /// Rows that the person has picked.
    pub selection: Vec<Shown>,
    /// The first rows that are seen.
    pub rows: Vec<Shown>,
}

/// A record on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// `domain.entities`.
    pub entity: String,
    /// Its id.
    pub id: Uuid,
    /// What it is called there.
    pub label: String,
}

impl Page {
    /// No page at all: a terminal, a message from elsewhere.
    #[must_use]
    pub fn none() -> &'static Self {
        static NONE: LazyLock<Page> = LazyLock::new(Page::default);
        &NONE
    }

    /// Whether it can be asked to do this.
    #[must_use]
    pub fn offers(&self, tool: &str) -> bool {
        self.offers.contains(&tool)
    }

    /// What "this one" is: the only row that is picked, or what the page is about.
    pub(crate) fn this(&self) -> Option<&Shown> {
        match self.selection.as_slice() {
            [only] => Some(only),
            _ => self.record.as_ref(),
        }
    }

    /// Every record that it shows, each once.
    pub(crate) fn records(&self) -> Vec<&Shown> {
        let mut all: Vec<&Shown> = Vec::new();
        for shown in self.record.iter().chain(&self.selection).chain(&self.rows) {
            if !all.iter().any(|known| known.id == shown.id) {
                all.push(shown);
            }
        }
        all
    }
}

/// Something that a page is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub struct PageCall {
    /// One of [`PAGE_TOOLS`].
    pub tool: &'static str,
    /// Its arguments.
    pub arguments: Value,
    /// The call that is tried beforehand, so that the page is only moved to what is there for this person.
    pub tried: Option<Call>,
}

impl PageCall {
    /// Goes to a place.
    pub(crate) fn go(to: &str) -> Self {
        Self { tool: NAVIGATE, arguments: json!({ "to": to }), tried: None }
    }

    /// Opens the record that a `get` reads.
    pub(crate) fn open(call: Call) -> Self {
        let (entity, id) = (entity_of(&call.name).to_owned(), call.arguments["id"].clone());
        Self { tool: OPEN, arguments: json!({ "type": entity, "id": id }), tried: Some(call) }
    }

    /// Shows what a read answers; the order of the rows is the view's own.
    pub(crate) fn view(mut call: Call) -> Self {
        let sort = call.arguments.as_object_mut().and_then(|arguments| {
            arguments.remove("cursor");
            arguments.remove("sort")
        });
        let mut arguments = json!({ "operation": call.name, "arguments": call.arguments });
        if let Some(sort) = sort {
            arguments["sort"] = sort.clone();
            call.arguments["sort"] = sort;
        }
        Self { tool: VIEW, arguments, tried: Some(call) }
    }

    /// Fills in the form of a change.
    pub(crate) fn form(call: Call) -> Self {
        let arguments = json!({ "operation": call.name, "arguments": call.arguments });
        Self { tool: FORM, arguments, tried: Some(call) }
    }
}

/// `domain.entities` of an operation.
pub(crate) fn entity_of(operation: &str) -> &str {
    operation.rsplit_once('.').map_or(operation, |(entity, _)| entity)
}

/// A call that waits for the page to answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PageCall")]
pub struct Unanswered {
    /// Names the call.
    pub id: String,
    /// What the page was asked to do.
    pub tool: String,
    /// Its arguments.
    pub arguments: Value,
}

/// What a page was asked and has not answered yet; kept with the conversation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// What the person had said.
    pub(crate) text: String,
    /// How often the page was asked since.
    pub(crate) rounds: usize,
    /// The calls.
    pub(crate) calls: Vec<Unanswered>,
}

/// What a page answered to a call.
#[derive(Debug, Clone)]
pub struct PageAnswer {
    /// The call.
    pub id: String,
    /// `{ok: true, …}`, or `{ok: false, problem}`.
    pub content: Value,
}

/// What came of a call on the page, for the one who asked for it.
#[derive(Debug, Clone)]
pub struct Happened {
    /// What the page was asked to do.
    pub call: Unanswered,
    /// What it answered; nothing where it did not.
    pub answer: Option<Value>,
}

impl Happened {
    /// Why it was not done, as the page says; that is data, whatever it says.
    pub(crate) fn problem(&self) -> Option<String> {
        let Some(answer) = &self.answer else { return Some("the page did not answer".to_owned()) };
        if answer["ok"] == json!(true) {
            return None;
        }
        let told = answer["problem"].as_str().or_else(|| answer["problem"]["detail"].as_str());
        Some(line(told.unwrap_or("the page could not do it"), 200))
    }

    /// As history keeps it: no more than a line.
    pub(crate) fn kept(&self) -> Value {
        match self.problem() {
            None => json!({ "id": self.call.id, "tool": self.call.tool, "ok": true }),
            Some(problem) => json!({ "id": self.call.id, "tool": self.call.tool, "ok": false, "problem": problem }),
        }
    }
}

/// One line of at most so many characters.
#[must_use]
pub fn line(text: &str, most: usize) -> String {
    let plain = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let flat = plain.collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &flat[..at]),
        None => flat,
    }
}

/// Whether a tool of a model would hide one of a page, or the other way round.
#[must_use]
pub fn is_page_tool(operation: &str) -> bool {
    tool_name(operation).starts_with("ui_")
}
