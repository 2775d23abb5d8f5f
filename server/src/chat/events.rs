//! What comes over the wire, as far as a terminal cares: unknown events and fields are skipped.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// An event of the protocol (AG-UI 1.0).
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub(super) enum Event {
    TextMessageContent {
        delta: String,
    },
    TextMessageEnd,
    ToolCallStart {
        tool_call_name: String,
    },
    RunFinished {
        #[serde(default)]
        outcome: Outcome,
    },
    RunError {
        message: String,
        #[serde(default)]
        code: String,
    },
    #[serde(other)]
    Other,
}

/// How a run ended.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Outcome {
    #[default]
    Success,
    Interrupt {
        interrupts: Vec<Interrupt>,
    },
    Cancelled,
}

/// A question.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Interrupt {
    pub(super) metadata: Proposed,
}

/// What it is about.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Proposed {
    pub(super) approval: Approval,
}

/// What waits for a yes.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Approval {
    pub(super) id: Uuid,
    pub(super) title: String,
    #[serde(default)]
    pub(super) effects: Vec<Effect>,
    #[serde(default)]
    pub(super) status: String,
    pub(super) expires_at: DateTime<Utc>,
}

/// One thing that would happen.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Effect {
    pub(super) kind: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) after: Option<Value>,
}

impl Event {
    /// Reads a frame; what is no event of the protocol is none that we know.
    pub(super) fn read(frame: &str) -> Self {
        serde_json::from_str(frame).unwrap_or(Self::Other)
    }
}

/// What a person says, or decides.
#[derive(Debug, Clone)]
pub(super) enum Said {
    Message(String),
    Decision { approval: Uuid, yes: bool },
}

/// The input of one run.
pub(super) fn input(thread: Uuid, said: &Said) -> Value {
    let mut input = json!({
        "threadId": thread, "runId": Uuid::now_v7(), "state": {}, "messages": [], "tools": [], "context": [], "forwardedProps": {},
    });
    match said {
        Said::Message(text) => input["messages"] = json!([{"id": Uuid::now_v7(), "role": "user", "content": text}]),
        Said::Decision { approval, yes } => {
            let decision = if *yes { "approve" } else { "reject" };
            input["resume"] =
                json!([{"interruptId": approval, "status": "resolved", "payload": {"decision": decision}}]);
        }
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_as_the_server_writes_them() {
        let text = Event::read(r#"{"type":"TEXT_MESSAGE_CONTENT","messageId":"m","delta":"Hel"}"#);
        assert!(matches!(text, Event::TextMessageContent { delta } if delta == "Hel"));
        let tool = Event::read(r#"{"type":"TOOL_CALL_START","toolCallId":"c","toolCallName":"a_b_c"}"#);
        assert!(matches!(tool, Event::ToolCallStart { tool_call_name } if tool_call_name == "a_b_c"));
        let error = Event::read(r#"{"type":"RUN_ERROR","message":"No.","code":"forbidden","metadata":{"problem":{}}}"#);
        assert!(matches!(error, Event::RunError { code, .. } if code == "forbidden"));
        let done = Event::read(r#"{"type":"RUN_FINISHED","threadId":"t","runId":"r","outcome":{"type":"success"}}"#);
        assert!(matches!(done, Event::RunFinished { outcome: Outcome::Success }));
    }

    #[test]
    fn what_is_not_known_is_skipped() {
        for frame in
            [r#"{"type":"STATE_SNAPSHOT","snapshot":{}}"#, r#"{"type":"RUN_STARTED","threadId":"t"}"#, "{}", "no json"]
        {
            assert!(matches!(Event::read(frame), Event::Other), "{frame}");
        }
        let early = Event::read(r#"{"type":"RUN_FINISHED","threadId":"t","runId":"r"}"#);
        assert!(matches!(early, Event::RunFinished { outcome: Outcome::Success }));
    }

    #[test]
    fn an_interrupt_carries_what_is_proposed() {
        let frame = json!({"type": "RUN_FINISHED", "outcome": {"type": "interrupt", "interrupts": [{
            "id": Uuid::nil(), "reason": "tool_call", "message": "Post it.", "metadata": {"approval": {
                "id": Uuid::nil(), "title": "Post it.", "status": "pending", "expires_at": "2026-01-02T03:04:05Z", "approver": "self",
                "effects": [{"kind": "ledger", "text": "1010 Bank debit", "after": {"account": "1010"}}, {"kind": "novel", "text": "x"}],
            }},
        }]}});
        let Event::RunFinished { outcome: Outcome::Interrupt { interrupts } } = Event::read(&frame.to_string()) else {
            panic!("{frame}")
        };
        assert_eq!(interrupts[0].metadata.approval.effects.len(), 2);
    }

    #[test]
    fn a_decision_is_a_resume() {
        let said = input(Uuid::nil(), &Said::Decision { approval: Uuid::nil(), yes: false });
        assert_eq!(said["resume"][0]["payload"], json!({"decision": "reject"}));
        assert_eq!(said["messages"], json!([]));
    }
}
