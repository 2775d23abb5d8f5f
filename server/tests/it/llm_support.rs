//! A model that says what a test tells it to: the saboteur of these tests. Engine, gate and agent are the real ones.

use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use serde_json::{Map, Value, json};
use steward_agent::{Agent, Event, Input, Outcome, Page, Trained, llm};
use steward_models::{
    Arguments, Broken, LanguageModel, Message, ModelError, Reply, Request, Said, Stop, ToolCall, Usage,
};
use steward_tools::{ApprovalRow, Call, Caller, Decision, Verdict};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::support::World;

type Answers = dyn Fn(usize, &Request) -> Result<Reply, ModelError> + Send + Sync;

/// A model by its answers: what it says the first time it is asked, the second time, ….
pub struct Scripted {
    answers: Box<Answers>,
    /// Everything that it was asked.
    pub asked: Mutex<Vec<Request>>,
}

impl Scripted {
    pub fn new(answers: impl Fn(usize, &Request) -> Result<Reply, ModelError> + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { answers: Box::new(answers), asked: Mutex::default() })
    }
    /// One answer after the other; then it says nothing that can be used.
    pub fn saying(answers: Vec<Reply>) -> Arc<Self> {
        Self::new(move |n, _| answers.get(n).cloned().ok_or_else(broken))
    }
    /// Everything it was shown, as text.
    pub fn shown(&self) -> String {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|request| format!("{}\n{}\n", request.system, json!(request.messages))).collect()
    }
}

impl LanguageModel for Scripted {
    fn name(&self) -> &str {
        "test:scripted"
    }
    fn complete<'a>(&'a self, request: &'a Request, said: Said<'a>) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            let mut asked = self.asked.lock().unwrap();
            let answer = (self.answers)(asked.len(), request);
            asked.push(request.clone());
            drop(asked);
            let shown = format!("{} {}", request.system, json!(request.messages));
            assert!(!has_id(&shown), "a model was shown an id: {shown}");
            well_formed(request);
            let reply = answer?;
            reply.text.split_inclusive(' ').for_each(said);
            Ok(reply)
        })
    }
}

/// Results follow the calls they answer, one for each, and nobody speaks twice in a row.
fn well_formed(request: &Request) {
    let mut open: Vec<String> = Vec::new();
    for message in &request.messages {
        match message {
            Message::Results { results } => {
                let answered: Vec<String> = results.iter().map(|result| result.id.clone()).collect();
                assert_eq!(open, answered, "{:#?}", request.messages);
                open.clear();
            }
            other => {
                assert!(open.is_empty(), "calls without an answer: {:#?}", request.messages);
                if let Message::Assistant { calls, .. } = other {
                    open = calls.iter().map(|call| call.id.clone()).collect();
                }
            }
        }
    }
    assert!(open.is_empty() && !matches!(request.messages.last(), Some(Message::Assistant { .. })));
}

fn has_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(35))
        .any(|at| text.get(at..at + 36).is_some_and(|part| part.contains('-') && Uuid::parse_str(part).is_ok()))
}

pub fn broken() -> ModelError {
    ModelError::Broken { model: "test:scripted".into(), broken: Broken::Empty }
}

pub fn unreachable() -> ModelError {
    ModelError::Unreachable { model: "test:scripted".into(), why: "connection refused".into() }
}

/// Words alone.
pub fn says(text: &str) -> Reply {
    Reply { text: text.into(), calls: vec![], stop: Stop::Done, usage: Usage::default(), model: "test:scripted".into() }
}

/// One call.
pub fn calls(tool: &str, arguments: Value) -> Reply {
    all(vec![(tool, arguments)])
}

/// Several calls.
pub fn all(of: Vec<(&str, Value)>) -> Reply {
    let calls = of.into_iter().enumerate().map(|(n, (tool, arguments))| ToolCall {
        id: format!("call_{n}"),
        name: tool.to_owned(),
        arguments: match arguments {
            Value::Object(map) => Arguments::Object(map),
            other => Arguments::Broken { raw: other.to_string(), why: "It is no JSON object.".into() },
        },
    });
    Reply { calls: calls.collect(), ..says("") }
}

/// The last message that a model was asked with, as text.
pub fn last(request: &Request) -> String {
    json!(request.messages.last()).to_string()
}

/// A person in a conversation with a model.
pub struct Talk {
    pub agent: Agent,
    pub caller: Caller,
    pub conversation: Uuid,
    pub page: Page,
}

/// What came of one message.
pub struct Told {
    pub text: String,
    pub tools: Vec<String>,
    pub approval: Option<ApprovalRow>,
    /// What the page was asked: the call, the tool, its arguments.
    pub asked: Vec<(String, String, Value)>,
}

impl Told {
    /// The arguments of the calls that wait.
    pub fn calls(&self) -> &[Call] {
        self.approval.as_ref().map_or(&[], |approval| approval.calls.as_slice())
    }
    /// The arguments of the only call that waits.
    pub fn arguments(&self) -> &Map<String, Value> {
        let [only] = self.calls() else { panic!("not one call: {:?}; said: {}", self.calls(), self.text) };
        only.arguments.as_object().unwrap()
    }
}

impl Talk {
    pub async fn new(world: &World, who: &str, model: Arc<Scripted>) -> Self {
        Self::sized(world, who, model, llm::LARGE).await
    }
    pub async fn sized(world: &World, who: &str, model: Arc<Scripted>, tools: usize) -> Self {
        let agent = Agent::with_model(world.gate.clone(), Arc::new(Trained::new(model, tools)));
        Self { agent, caller: world.person(who).await, conversation: Uuid::now_v7(), page: Page::default() }
    }
    pub async fn say(&self, text: &str) -> Told {
        self.put(Input::Message(text.to_owned())).await
    }
    pub async fn decide(&self, approval: Uuid, decision: Verdict) -> Told {
        self.put(Input::Resume { approval, decision: Decision { decision, note: None } }).await
    }
    pub async fn put(&self, input: Input) -> Told {
        let (sender, mut events) = mpsc::channel(100_000);
        let outcome = self.agent.run_on(&self.caller, self.conversation, input, &self.page, &sender).await.unwrap();
        drop(sender);
        let mut told = Told { text: String::new(), tools: Vec::new(), approval: None, asked: Vec::new() };
        while let Some(event) = events.recv().await {
            match event {
                Event::Text(piece) => told.text.push_str(&piece),
                Event::ToolCall { id, tool, arguments } if tool.starts_with("ui_") => {
                    told.asked.push((id, tool, arguments));
                }
                Event::ToolCall { tool, .. } => told.tools.push(tool),
                Event::ToolResult { .. } | Event::State(_) => {}
            }
        }
        if let Outcome::Interrupted(approval) | Outcome::Waiting { approval } = outcome {
            told.approval = Some(approval);
        }
        told
    }
}
