//! What a run's input asks for.

use serde_json::{Value, json};
use steward_agent::page::PageAnswer;
use steward_agent::{Input, Page};
use steward_tools::{Decision, Kind, Refusal, Result, Verdict, codes};
use uuid::Uuid;

use super::page;
use super::types::{Message, Resume, ResumeStatus, RunAgentInput};

const LONGEST_RUN_ID: usize = 200;
/// Answers of tools that are looked at, and bytes of one.
const MOST_ANSWERS: usize = 32;
const LONGEST_ANSWER: usize = 64 * 1024;

/// One turn of one conversation.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) thread: Uuid,
    /// The names of thread and run as the client wrote them: events repeat those.
    pub(super) thread_id: String,
    pub(super) run_id: String,
    pub(super) parent_run_id: Option<String>,
    pub(super) input: Input,
    /// What the person looks at.
    pub(super) page: Page,
}

impl Turn {
    /// Reads a `RunAgentInput`.
    pub(super) fn of(body: Value) -> Result<Self> {
        let input: RunAgentInput = serde_json::from_value(body)
            .map_err(|e| Refusal::invalid(codes::INVALID_INPUT, "", format!("This is no RunAgentInput: {e}.")))?;
        let thread = input.thread_id.parse().map_err(|_| {
            Refusal::invalid("invalid_thread", "/threadId", "threadId is not a UUID.")
                .fix("Draw a new UUID to open a conversation.")
        })?;
        if input.run_id.is_empty() || input.run_id.len() > LONGEST_RUN_ID {
            return Err(Refusal::invalid(codes::INVALID_INPUT, "/runId", "runId has 1 to 200 bytes.").into());
        }
        Ok(Self {
            thread,
            page: page::read(&input.tools, input.state)?,
            input: asked(input.resume.unwrap_or_default(), &input.messages)?,
            thread_id: input.thread_id,
            run_id: input.run_id,
            parent_run_id: input.parent_run_id,
        })
    }
}

fn asked(resume: Vec<Resume>, messages: &[Message]) -> Result<Input> {
    let mut resume = resume.into_iter();
    match (resume.next(), resume.next()) {
        (Some(answer), None) => decided(answer),
        (Some(_), Some(_)) => {
            Err(Refusal::invalid(codes::INVALID_INPUT, "/resume", "A run answers one interrupt.").into())
        }
        (None, _) => match messages.iter().rfind(|message| ["user", "tool"].contains(&message.role.as_str())) {
            Some(newest) if newest.role == "tool" => Ok(answers(messages)),
            _ => said(messages),
        },
    }
}

/// What tools answered since the newest message of the user; the agent reads those that it waits for.
fn answers(messages: &[Message]) -> Input {
    let since = messages.iter().rev().take_while(|message| message.role != "user");
    let of_tools = since.filter(|message| message.role == "tool").take(MOST_ANSWERS);
    let answer = |message: &Message| Some(PageAnswer { id: message.tool_call_id.clone()?, content: content(message) });
    Input::Answers(of_tools.filter_map(answer).collect())
}

/// What a tool answered, as an object that says whether it went well.
fn content(message: &Message) -> Value {
    if let Some(error) = &message.error {
        return json!({ "ok": false, "problem": error });
    }
    let text = text_of(&message.content).unwrap_or_default();
    if text.len() > LONGEST_ANSWER {
        return json!({ "ok": false, "problem": "the page's answer was too long to read" });
    }
    match serde_json::from_str(&text) {
        Ok(Value::Object(answer)) => Value::Object(answer),
        _ => json!({ "ok": true, "text": text }),
    }
}

/// `cancelled` is a no.
fn decided(answer: Resume) -> Result<Input> {
    let approval = answer.interrupt_id.parse().map_err(|_| Refusal::not_found("approval"))?;
    let decision = match answer.status {
        ResumeStatus::Cancelled => Decision { decision: Verdict::Reject, note: None },
        ResumeStatus::Resolved => serde_json::from_value(answer.payload.unwrap_or_default()).map_err(|e| {
            Refusal::invalid(codes::INVALID_INPUT, "/resume/0/payload", format!("This is no decision: {e}."))
                .fix("Send {\"decision\":\"approve\"} or {\"decision\":\"reject\"}, with a note if you like.")
        })?,
    };
    Ok(Input::Resume { approval, decision })
}

fn said(messages: &[Message]) -> Result<Input> {
    let newest = messages.iter().rev().find(|message| message.role == "user");
    let text = newest.map(|message| text_of(&message.content)).transpose()?.unwrap_or_default();
    if text.trim().is_empty() {
        let refusal = Refusal::new(Kind::Invalid, "no_message", "There is no message of the user to answer.");
        return Err(refusal.fix("Send one with role user and some text, or resume an interrupt.").into());
    }
    Ok(Input::Message(text))
}

/// Text, or parts that are all text.
fn text_of(content: &Value) -> Result<String> {
    let part = |part: &Value| match (part.get("type").and_then(Value::as_str), part.get("text").and_then(Value::as_str))
    {
        (Some("text"), Some(text)) => Ok(text.to_owned()),
        _ => Err(Refusal::invalid("unsupported_content", "/messages", "Only text is understood so far.")
            .fix("Leave other parts out.")
            .into()),
    };
    match content {
        Value::String(text) => Ok(text.clone()),
        Value::Array(parts) => Ok(parts.iter().map(part).collect::<Result<Vec<_>>>()?.join("\n")),
        Value::Null => Ok(String::new()),
        other => part(other),
    }
}

/// What answers an interrupt.
pub(super) fn response_schema() -> Value {
    json!({
        "type": "object", "required": ["decision"], "additionalProperties": false,
        "properties": {
            "decision": {"enum": ["approve", "reject"], "description": "Do it, or do not."},
            "note": {"type": "string", "description": "Why, if you like."},
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREAD: &str = "01938f2e-7f3a-7000-8000-000000000001";

    fn turn(mut body: Value) -> Result<Turn> {
        body["runId"] = json!("r1");
        if body.get("threadId").is_none() {
            body["threadId"] = json!(THREAD);
        }
        Turn::of(body)
    }

    #[test]
    fn only_the_newest_message_of_the_user_counts() {
        let messages = json!([{"id": "1", "role": "user", "content": "old"}, {"id": "2", "role": "user", "content": [{"type": "text", "text": "new"}]},
            {"id": "3", "role": "assistant"}]);
        let turn = turn(json!({"messages": messages, "tools": [], "state": {}})).unwrap();
        assert!(matches!(turn.input, Input::Message(text) if text == "new"));
    }

    #[test]
    fn answers_of_tools_count_after_the_newest_message_of_the_user() {
        let asked = json!({"id": "1", "role": "user", "content": "open it"});
        let answer = |id: &str, content: &str| json!({"id": id, "role": "tool", "toolCallId": id, "content": content});
        let of = |messages: Value| turn(json!({ "messages": messages })).unwrap().input;
        let Input::Answers(read) =
            of(json!([asked, {"id": "2", "role": "assistant"}, answer("a", "{\"ok\":true}"), answer("b", "[]")]))
        else {
            panic!("the newest are answers")
        };
        let read: Vec<_> = read.iter().map(|answer| (answer.id.as_str(), answer.content.clone())).collect();
        assert_eq!(read, [("b", json!({"ok": true, "text": "[]"})), ("a", json!({"ok": true}))]);
        assert!(matches!(of(json!([answer("a", "{}"), asked])), Input::Message(_)));
        let Input::Answers(read) = of(json!([asked, answer("a", &"x".repeat(70_000))])) else { panic!() };
        assert_eq!(read[0].content["ok"], json!(false));
    }

    #[test]
    fn an_answer_is_a_decision() {
        let resume = |status: &str, payload: Value| {
            turn(json!({"messages": [], "resume": [{"interruptId": THREAD, "status": status, "payload": payload}]}))
        };
        let decided = |turn: Turn| match turn.input {
            Input::Resume { decision, .. } => decision.decision,
            other => panic!("{other:?}"),
        };
        assert_eq!(decided(resume("resolved", json!({"decision": "approve"})).unwrap()), Verdict::Approve);
        assert_eq!(decided(resume("cancelled", Value::Null).unwrap()), Verdict::Reject);
        assert!(resume("resolved", json!({"approved": true})).is_err());
        assert!(resume("resolved", Value::Null).is_err());
    }

    #[test]
    fn refusals_have_names() {
        let code = |body: Value| turn(body).unwrap_err().refusal().unwrap().code.clone();
        assert_eq!(code(json!({"threadId": "mine", "messages": []})), "invalid_thread");
        assert_eq!(code(json!({"messages": []})), "no_message");
        assert_eq!(
            code(json!({"messages": [{"role": "user", "content": [{"type": "image"}]}]})),
            "unsupported_content"
        );
        assert_eq!(code(json!({"messages": 3})), "invalid_input");
    }
}
