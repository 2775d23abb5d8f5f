//! Events and inputs, named as the protocol's 1.0 schemas name them (npm `@ag-ui/core`); tests hold real streams against those.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use steward_tools::{ApprovalRow, Decision};

/// The protocol that is spoken.
pub(super) const PROTOCOL: &str = "1.0";

/// What a stream consists of.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub(super) enum Event {
    RunStarted {
        thread_id: String,
        run_id: String,
        protocol_version: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        parent_run_id: Option<String>,
    },
    TextMessageStart {
        message_id: String,
        role: &'static str,
    },
    TextMessageContent {
        message_id: String,
        delta: String,
    },
    TextMessageEnd {
        message_id: String,
    },
    ToolCallStart {
        tool_call_id: String,
        tool_call_name: String,
    },
    ToolCallArgs {
        tool_call_id: String,
        delta: String,
    },
    ToolCallEnd {
        tool_call_id: String,
    },
    ToolCallResult {
        message_id: String,
        tool_call_id: String,
        content: String,
        role: &'static str,
    },
    StateSnapshot {
        snapshot: Value,
    },
    StateDelta {
        /// JSON Patch (RFC 6902).
        delta: Vec<Value>,
    },
    RunFinished {
        thread_id: String,
        run_id: String,
        outcome: Outcome,
        #[serde(skip_serializing_if = "Option::is_none")]
        result: Option<Value>,
    },
    RunError {
        message: String,
        code: String,
        metadata: Value,
    },
}

/// How a run ended.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub(super) enum Outcome {
    Success {
        /// Calls of frontend tools: their results begin the next run.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pending_tool_call_ids: Vec<String>,
    },
    Interrupt {
        interrupts: Vec<Interrupt>,
    },
    /// The person stopped it.
    Cancelled,
}

/// A question that the next run answers.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Interrupt {
    /// The approval's id.
    pub(super) id: String,
    pub(super) reason: &'static str,
    pub(super) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool_call_id: Option<String>,
    pub(super) response_schema: Value,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) metadata: Proposed,
}

/// What the protocol has no field for.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Proposed {
    pub(super) approval: ApprovalRow,
}

/// What starts a run: the part of the protocol's input that is read.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunAgentInput {
    /// The conversation, opened by its first run.
    #[schemars(extend("format" = "uuid"))]
    pub(super) thread_id: String,
    /// The run; events repeat it.
    #[schemars(length(min = 1, max = 200))]
    pub(super) run_id: String,
    /// The run that this one follows.
    #[serde(default)]
    pub(super) parent_run_id: Option<String>,
    /// Of these only the newest of the user is read, or what frontend tools answered after it: the history is the
    /// server's.
    #[serde(default)]
    pub(super) messages: Vec<Message>,
    /// The tools that the page offers; of these only those are used that the server knows, all of them `ui_…`.
    #[serde(default)]
    #[schemars(length(max = 32))]
    pub(super) tools: Vec<FrontendTool>,
    /// What the page shows, under `page`; data, and never instructions.
    #[serde(default)]
    #[schemars(with = "Option<super::page::Shared>")]
    pub(super) state: Value,
    /// The answer to the interrupt that the last run ended with.
    #[serde(default)]
    #[schemars(length(max = 1))]
    pub(super) resume: Option<Vec<Resume>>,
}

/// A tool of the client's own.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct FrontendTool {
    /// Its name.
    #[schemars(length(max = 64))]
    pub(super) name: String,
    /// What it does; the server goes by its own knowledge of the tools that it uses.
    #[serde(default)]
    pub(super) description: String,
    /// JSON Schema of its arguments; likewise.
    #[serde(default)]
    pub(super) parameters: Value,
}

/// Any message; of those of the user, the newest counts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    /// `user`, `tool`, or anybody else.
    pub(super) role: String,
    /// Of a tool's message: the call that it answers.
    #[serde(default)]
    pub(super) tool_call_id: Option<String>,
    /// Of a tool's message: that it failed, and why.
    #[serde(default)]
    pub(super) error: Option<String>,
    /// A text, or parts that are texts.
    #[serde(default)]
    pub(super) content: Value,
}

/// The answer to an interrupt.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resume {
    /// The interrupt's id, which is the approval's.
    pub(super) interrupt_id: String,
    /// Whether it was decided; a question that is cancelled is rejected.
    pub(super) status: ResumeStatus,
    /// What was decided.
    #[serde(default)]
    #[schemars(with = "Option<Decision>")]
    pub(super) payload: Option<Value>,
}

/// How an interrupt was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum ResumeStatus {
    Resolved,
    Cancelled,
}
