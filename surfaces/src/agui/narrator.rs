//! The agent's events in the protocol's words: what is opened is closed.

use serde_json::{Value, json};
use steward_agent::{Event as Told, Outcome as Ended};
use steward_tools::ApprovalRow;
use uuid::Uuid;

use super::input::{Turn, response_schema};
use super::types::{Event, Interrupt, Outcome, PROTOCOL, Proposed};
use crate::problem::Problem;

/// Tells one run.
pub(super) struct Narrator {
    thread_id: String,
    run_id: String,
    /// The message that text is being added to.
    message: Option<String>,
    /// The newest tool call that has no result yet, or was told to wait for a yes: what an interrupt is about.
    undecided: Option<String>,
    /// How far the run has come, as the client was told last.
    state: Option<Value>,
}

impl Narrator {
    /// Opens the run.
    pub(super) fn begin(turn: &Turn) -> (Self, Event) {
        let (thread_id, run_id) = (turn.thread_id.clone(), turn.run_id.clone());
        let started = Event::RunStarted {
            thread_id: thread_id.clone(),
            run_id: run_id.clone(),
            protocol_version: PROTOCOL,
            parent_run_id: turn.parent_run_id.clone(),
        };
        (Self { thread_id, run_id, message: None, undecided: None, state: None }, started)
    }

    /// One more thing that happened.
    pub(super) fn tell(&mut self, told: Told) -> Vec<Event> {
        match told {
            Told::Text(delta) if delta.is_empty() => Vec::new(),
            Told::Text(delta) => self.text(delta),
            Told::ToolCall { id, tool, arguments } => {
                let mut events = self.close();
                self.undecided = Some(id.clone());
                events.push(Event::ToolCallStart { tool_call_id: id.clone(), tool_call_name: tool });
                events.push(Event::ToolCallArgs { tool_call_id: id.clone(), delta: arguments.to_string() });
                events.push(Event::ToolCallEnd { tool_call_id: id });
                events
            }
            Told::State(now) => {
                // a run that says how far it has come goes on whether or not it can be written
                let now = serde_json::to_value(now).unwrap_or_default();
                self.close().into_iter().chain(self.state(now)).collect()
            }
            Told::ToolResult { id, content } => {
                let mut events = self.close();
                let waits = content.get("status").is_some_and(|status| status == "needs_approval");
                self.undecided.take_if(|open| *open == id && !waits);
                let content = if let Value::String(text) = content { text } else { content.to_string() };
                events.push(Event::ToolCallResult { message_id: new_id(), tool_call_id: id, content, role: "tool" });
                events
            }
        }
    }

    /// The state whole, and from then on what has changed in it.
    fn state(&mut self, now: Value) -> Option<Event> {
        let before = self.state.replace(now.clone());
        let (Some(Value::Object(before)), Value::Object(fields)) = (before, &now) else {
            return Some(Event::StateSnapshot { snapshot: now });
        };
        let changed = fields.iter().filter(|(key, value)| before.get(*key) != Some(*value));
        let delta: Vec<Value> =
            changed.map(|(key, value)| json!({"op": "replace", "path": format!("/{key}"), "value": value})).collect();
        (!delta.is_empty()).then_some(Event::StateDelta { delta })
    }

    fn text(&mut self, delta: String) -> Vec<Event> {
        let mut events = Vec::new();
        let message_id = match &self.message {
            Some(open) => open.clone(),
            None => {
                let id = new_id();
                events.push(Event::TextMessageStart { message_id: id.clone(), role: "assistant" });
                self.message = Some(id.clone());
                id
            }
        };
        events.push(Event::TextMessageContent { message_id, delta });
        events
    }

    fn close(&mut self) -> Vec<Event> {
        self.message.take().map(|message_id| Event::TextMessageEnd { message_id }).into_iter().collect()
    }

    /// Closes the run. Where another role decides, it has finished: nobody here can answer.
    pub(super) fn finish(mut self, ended: Ended) -> Vec<Event> {
        let mut events = self.close();
        let (outcome, result) = match ended {
            Ended::Finished => (success(Vec::new()), None),
            Ended::Asked(pending) => (success(pending), None),
            Ended::Stopped => (Outcome::Cancelled, None),
            Ended::Waiting { approval } => {
                (success(Vec::new()), Some(json!({"status": "waiting", "approval": approval})))
            }
            Ended::Interrupted(approval) => (Outcome::Interrupt { interrupts: vec![self.question(approval)] }, None),
        };
        events.push(Event::RunFinished { thread_id: self.thread_id, run_id: self.run_id, outcome, result });
        events
    }

    fn question(&mut self, approval: ApprovalRow) -> Interrupt {
        let tool_call_id = self.undecided.take();
        Interrupt {
            id: approval.id.to_string(),
            reason: if tool_call_id.is_some() { "tool_call" } else { "confirmation" },
            message: approval.title.clone(),
            tool_call_id,
            response_schema: response_schema(),
            expires_at: approval.expires_at,
            metadata: Proposed { approval },
        }
    }

    /// Ends a run that failed.
    pub(super) fn fail(mut self, problem: &Problem) -> Vec<Event> {
        let mut events = self.close();
        if let Some(Value::Object(mut state)) = self.state.clone() {
            state.insert("step".to_owned(), json!("done"));
            events.extend(self.state(Value::Object(state)));
        }
        events.push(error(problem));
        events
    }
}

const fn success(pending_tool_call_ids: Vec<String>) -> Outcome {
    Outcome::Success { pending_tool_call_ids }
}

/// A failed run, or one that could not even start.
pub(super) fn error(problem: &Problem) -> Event {
    let refusal = problem.refusal();
    let fix = refusal.fix.as_deref().map(|fix| format!(" {fix}")).unwrap_or_default();
    Event::RunError {
        message: format!("{}{fix}", refusal.detail),
        code: refusal.code.clone(),
        metadata: json!({"problem": problem.body()}),
    }
}

fn new_id() -> String {
    Uuid::now_v7().to_string()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use steward_agent::Input;

    use super::*;

    fn narrator() -> Narrator {
        let turn = Turn {
            thread: Uuid::nil(),
            thread_id: "t".into(),
            run_id: "r".into(),
            parent_run_id: None,
            input: Input::Message("x".into()),
            page: steward_agent::Page::default(),
        };
        let (narrator, started) = Narrator::begin(&turn);
        assert_eq!(
            json!(started),
            json!({"type": "RUN_STARTED", "threadId": "t", "runId": "r", "protocolVersion": "1.0"})
        );
        narrator
    }
    fn kinds(events: &[Event]) -> Vec<String> {
        events.iter().map(|event| json!(event)["type"].as_str().unwrap().to_owned()).collect()
    }
    fn approval() -> ApprovalRow {
        serde_json::from_value(json!({
            "id": Uuid::nil(), "title": "Post it?", "effects": [], "result": {}, "calls": [], "approver": "self",
            "maker": Uuid::nil(), "status": "pending", "created_at": DateTime::UNIX_EPOCH, "expires_at": DateTime::UNIX_EPOCH,
        }))
        .unwrap()
    }

    #[test]
    fn consecutive_text_is_one_message_and_is_closed() {
        let mut narrator = narrator();
        let mut events = narrator.tell(Told::Text("One ".into()));
        events.extend(narrator.tell(Told::Text(String::new())));
        events.extend(narrator.tell(Told::Text("message.".into())));
        events.extend(narrator.tell(Told::ToolCall {
            id: "c1".into(),
            tool: "a_b_c".into(),
            arguments: json!({"q": 1}),
        }));
        events.extend(narrator.tell(Told::ToolResult { id: "c1".into(), content: json!({"items": []}) }));
        events.extend(narrator.tell(Told::Text("Done.".into())));
        events.extend(narrator.finish(Ended::Finished));
        assert_eq!(
            kinds(&events),
            [
                "TEXT_MESSAGE_START",
                "TEXT_MESSAGE_CONTENT",
                "TEXT_MESSAGE_CONTENT",
                "TEXT_MESSAGE_END",
                "TOOL_CALL_START",
                "TOOL_CALL_ARGS",
                "TOOL_CALL_END",
                "TOOL_CALL_RESULT",
                "TEXT_MESSAGE_START",
                "TEXT_MESSAGE_CONTENT",
                "TEXT_MESSAGE_END",
                "RUN_FINISHED",
            ]
        );
        assert_eq!(json!(events[5])["delta"], r#"{"q":1}"#);
        assert_eq!(json!(events[11])["outcome"], json!({"type": "success"}));
    }

    #[test]
    fn a_question_names_the_call_it_is_about() {
        let mut narrator = narrator();
        narrator.tell(Told::ToolCall { id: "c1".into(), tool: "a_b_c".into(), arguments: json!({}) });
        narrator.tell(Told::ToolResult { id: "c1".into(), content: json!({"status": "needs_approval"}) });
        let events = narrator.finish(Ended::Interrupted(approval()));
        let interrupt = json!(events[0])["outcome"]["interrupts"][0].clone();
        assert_eq!(interrupt["toolCallId"], "c1");
        assert_eq!(interrupt["reason"], "tool_call");
        assert_eq!(interrupt["message"], "Post it?");
        assert_eq!(interrupt["metadata"]["approval"]["approver"], "self");
        assert_eq!(interrupt["responseSchema"]["required"][0], "decision");
    }

    #[test]
    fn a_failure_closes_what_is_open() {
        let mut narrator = narrator();
        narrator.tell(Told::Text("I will".into()));
        let events = narrator.fail(&Problem::from(steward_tools::Error::internal("secret")));
        assert_eq!(kinds(&events), ["TEXT_MESSAGE_END", "RUN_ERROR"]);
        assert_eq!(json!(events[1])["code"], "internal");
        assert!(!json!(events[1]).to_string().contains("secret"));
    }
}
