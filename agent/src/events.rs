//! What a turn is given, what happens during it, and how it ends.

use serde::Serialize;
use serde_json::Value;
use steward_tools::{ApprovalRow, Decision};
use uuid::Uuid;

use crate::page::PageAnswer;

/// What a person says, or decides, or what their page answers.
#[derive(Debug, Clone)]
pub enum Input {
    /// Words.
    Message(String),
    /// The answer to an interrupt.
    Resume {
        /// The approval it is about.
        approval: Uuid,
        /// Yes or no.
        decision: Decision,
    },
    /// What the page answered. Only answers to what it was asked and has not answered yet are read.
    Answers(Vec<PageAnswer>),
}

/// What happens during a turn.
#[derive(Debug, Clone)]
pub enum Event {
    /// More of the assistant's message.
    Text(String),
    /// An operation is called, or the page is.
    ToolCall {
        /// Names the call within the turn.
        id: String,
        /// The tool's name, with underscores.
        tool: String,
        /// Its arguments.
        arguments: Value,
    },
    /// What it answered.
    ToolResult {
        /// The call it answers.
        id: String,
        /// The answer.
        content: Value,
    },
    /// How far the turn has come.
    State(RunState),
}

/// How far a turn has come: what a client shows beside the words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunState {
    /// Which conversation it belongs to.
    pub conversation: Thread,
    /// What is done now.
    pub step: Step,
    /// The approval that waits.
    pub proposal: Option<Uuid>,
    /// The calls that wait for the page.
    pub pending: Vec<String>,
}

/// A conversation, for its heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Thread {
    /// Its id.
    pub id: Uuid,
    /// What it is about.
    pub title: String,
}

/// What a turn is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// The model looks for the next move.
    Thinking,
    /// Operations run.
    Calling,
    /// Somebody has to decide, or the page to answer.
    Waiting,
    /// It has ended.
    Done,
}

/// How a turn ends.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Nothing is open.
    Finished,
    /// The same person decides on this.
    Interrupted(ApprovalRow),
    /// Somebody with another role decides on this; the text said where.
    Waiting {
        /// What they decide on.
        approval: ApprovalRow,
    },
    /// The page was asked to do this and answers in the next turn.
    Asked(Vec<String>),
    /// The person stopped it.
    Stopped,
}
