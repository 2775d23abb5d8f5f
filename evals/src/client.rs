//! The product from outside: HTTP, and conversations over AG-UI's server-sent events.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::stage::Place;
use crate::suite::Call;
use crate::{EvalError, Result};

/// Anything but a turn of a conversation is answered within this.
const PATIENCE: Duration = Duration::from_secs(60);
/// A product that is busy is asked again after these.
const BUSY: [Duration; 3] = [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];

/// Whoever talks to one company.
pub struct Outside {
    place: Place,
    http: Client,
    tokens: Mutex<BTreeMap<String, String>>,
    /// How long a turn may take.
    turn: Duration,
}

/// An operation that was called in a turn.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Called {
    /// The tool's name.
    pub tool: String,
    /// What it was called with.
    pub arguments: Value,
    /// What it answered.
    #[serde(skip)]
    pub result: Value,
}

/// What was heard in a turn.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// What was said.
    pub text: String,
    /// What was called, in order.
    pub called: Vec<Called>,
    /// What waits for a yes.
    pub approval: Option<Value>,
    /// Whether the person decides it, rather than another role.
    pub own: bool,
    /// Why the run failed, if it did.
    pub error: Option<String>,
    /// How long it took.
    pub ms: u64,
}

/// What a plan answers when it is only tried.
#[derive(Debug, Clone)]
pub enum Tried {
    /// Effects and results.
    Preview(Value),
    /// The problem.
    Refused(Value),
}

/// Something recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The call.
    pub id: String,
    /// The plan that it belongs to.
    pub plan: String,
    /// The operation.
    pub operation: String,
    /// The call that it takes back.
    pub undoes: Option<String>,
}

impl Outside {
    /// Before a company; a turn may take so long.
    pub fn new(place: Place, turn: Duration) -> Result<Self> {
        let http = Client::builder().no_proxy().build().map_err(|e| EvalError::Infrastructure(e.to_string()))?;
        Ok(Self { place, http, tokens: Mutex::default(), turn })
    }

    async fn token(&self, who: &str) -> Result<String> {
        let mut tokens = self.tokens.lock().await;
        if let Some(token) = tokens.get(who) {
            return Ok(token.clone());
        }
        let place = &self.place;
        let body = json!({"organization": place.organization, "email": place.email(who), "password": place.password});
        let sent = self.http.post(format!("{}/api/v1/auth/token", place.base)).json(&body).timeout(PATIENCE).send();
        let (status, answer) = read(sent.await.map_err(gone)?).await?;
        let token = answer["access_token"].as_str().filter(|_| status == 200);
        let token = token.ok_or_else(|| EvalError::Suite(format!("{who} cannot sign in: {answer}")))?.to_owned();
        tokens.insert(who.to_owned(), token.clone());
        Ok(token)
    }

    async fn ask(&self, who: &str, method: Method, path: &str, body: Option<&Value>) -> Result<(u16, Value)> {
        let token = self.token(who).await?;
        let url = format!("{}{path}", self.place.base);
        let mut tries = 0;
        loop {
            let mut request = self.http.request(method.clone(), &url).bearer_auth(&token).timeout(PATIENCE);
            if let Some(body) = body {
                request = request.json(body);
            }
            let response = request.send().await.map_err(gone)?;
            if response.status() != StatusCode::SERVICE_UNAVAILABLE || tries == BUSY.len() {
                return read(response).await;
            }
            // it says itself that it is to be tried again, and did nothing
            tokio::time::sleep(BUSY[tries]).await;
            tries += 1;
        }
    }

    /// What each tool is called as an operation, and whether it only reads.
    pub async fn tools(&self) -> Result<BTreeMap<String, (String, bool)>> {
        let (_, tools) = self.ask("admin", Method::GET, "/api/v1/tools", None).await?;
        let each = tools.as_array().into_iter().flatten().filter_map(|tool| {
            let (name, id) = (tool["name"].as_str()?, tool["tool"].as_str()?);
            Some((id.to_owned(), (name.to_owned(), tool["effect"] == "read")))
        });
        Ok(each.collect())
    }

    /// Runs one operation for real.
    pub async fn call(&self, who: &str, call: &Call) -> Result<Result<Value, Value>> {
        let path = format!("/api/v1/tools/{}", call.name);
        let (status, mut answer) = self.ask(who, Method::POST, &path, Some(&call.arguments)).await?;
        Ok(if status == 200 { Ok(answer["result"].take()) } else { Err(answer) })
    }

    /// Tries calls as a plan: what would happen.
    pub async fn tried(&self, who: &str, calls: &[Call]) -> Result<Tried> {
        let body = json!({ "calls": calls });
        let (status, answer) = self.ask(who, Method::POST, "/api/v1/plans?dry_run=true", Some(&body)).await?;
        Ok(if status == 200 { Tried::Preview(answer) } else { Tried::Refused(answer) })
    }

    /// Decides on what another role has to agree to.
    pub async fn decide(&self, role: &str, approval: &str, yes: bool) -> Result<()> {
        let body = json!({"decision": if yes { "approve" } else { "reject" }});
        let path = format!("/api/v1/approvals/{approval}");
        let (status, answer) = self.ask(role, Method::POST, &path, Some(&body)).await?;
        if status == 200 { Ok(()) } else { Err(EvalError::Suite(format!("{role} could not decide: {answer}"))) }
    }

    /// What was recorded since, newest first.
    pub async fn recorded(&self, since: Option<&str>) -> Result<Vec<Recorded>> {
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let limit = if since.is_none() { 1 } else { 50 };
            let more = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let (status, page) =
                self.ask("admin", Method::GET, &format!("/api/v1/calls?limit={limit}{more}"), None).await?;
            if status != 200 {
                return Err(EvalError::Infrastructure(format!("the record could not be read: {page}")));
            }
            for row in page["items"].as_array().into_iter().flatten() {
                let text = |key: &str| row[key].as_str().map(str::to_owned);
                let id = text("id").unwrap_or_default();
                if since == Some(id.as_str()) {
                    return Ok(all);
                }
                let (plan, operation) = (text("plan_id").unwrap_or_default(), text("operation").unwrap_or_default());
                all.push(Recorded { id, plan, operation, undoes: text("undoes") });
            }
            cursor = page["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() || since.is_none() {
                return Ok(all);
            }
        }
    }

    /// Says something, and listens until the turn ends.
    pub async fn say(&self, who: &str, thread: Uuid, text: &str) -> Result<Heard> {
        let message = json!({"id": Uuid::now_v7(), "role": "user", "content": text});
        self.run(who, thread, json!({ "messages": [message] })).await
    }

    /// Answers what was asked.
    pub async fn answer(&self, who: &str, thread: Uuid, approval: &str, yes: bool) -> Result<Heard> {
        let decision = json!({"decision": if yes { "approve" } else { "reject" }});
        let resume = json!([{"interruptId": approval, "status": "resolved", "payload": decision}]);
        self.run(who, thread, json!({"messages": [], "resume": resume})).await
    }

    async fn run(&self, who: &str, thread: Uuid, mut body: Value) -> Result<Heard> {
        body["threadId"] = json!(thread);
        body["runId"] = json!(Uuid::now_v7());
        let token = self.token(who).await?;
        let began = Instant::now();
        let url = format!("{}/api/v1/agent/run", self.place.base);
        let listening = async {
            let response = self.http.post(url).bearer_auth(token).json(&body).send().await.map_err(gone)?;
            if !response.status().is_success() {
                let (status, problem) = read(response).await?;
                return Ok(Heard { error: Some(format!("{status}: {problem}")), ..Heard::default() });
            }
            listen(response).await
        };
        let mut heard = tokio::time::timeout(self.turn, listening)
            .await
            .map_err(|_| EvalError::Infrastructure(format!("a turn took longer than {} s", self.turn.as_secs())))??;
        heard.ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(heard)
    }
}

/// The events of a run, until it ends.
async fn listen(mut response: Response) -> Result<Heard> {
    let (mut buffer, mut ear) = (Vec::new(), Ear::default());
    while let Some(chunk) = response.chunk().await.map_err(gone)? {
        buffer.extend_from_slice(&chunk);
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            if let Some(event) = line.strip_prefix("data:").and_then(|data| serde_json::from_str(data.trim()).ok()) {
                ear.hear(&event);
            }
        }
        if ear.ended {
            break;
        }
    }
    if ear.ended { Ok(ear.heard) } else { Err(EvalError::Infrastructure("a run broke off".to_owned())) }
}

/// Puts events together.
#[derive(Default)]
pub(crate) struct Ear {
    pub(crate) heard: Heard,
    open: BTreeMap<String, usize>,
    pub(crate) ended: bool,
}

impl Ear {
    pub(crate) fn hear(&mut self, event: &Value) {
        let text = |key: &str| event[key].as_str().unwrap_or_default();
        let parsed = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
        match text("type") {
            "TEXT_MESSAGE_CONTENT" => self.heard.text.push_str(text("delta")),
            "TOOL_CALL_START" => {
                self.open.insert(text("toolCallId").to_owned(), self.heard.called.len());
                self.heard.called.push(Called { tool: text("toolCallName").to_owned(), ..Called::default() });
            }
            "TOOL_CALL_ARGS" | "TOOL_CALL_RESULT" => {
                let call = self.open.get(text("toolCallId")).and_then(|at| self.heard.called.get_mut(*at));
                match (call, text("type")) {
                    (Some(call), "TOOL_CALL_ARGS") => call.arguments = parsed(text("delta")),
                    (Some(call), _) => call.result = parsed(text("content")),
                    (None, _) => {}
                }
            }
            "RUN_FINISHED" => {
                self.ended = true;
                let own = event.pointer("/outcome/interrupts/0/metadata/approval");
                let theirs = event.pointer("/result/approval");
                self.heard.own = own.is_some();
                self.heard.approval = own.or(theirs).cloned();
            }
            "RUN_ERROR" => {
                self.ended = true;
                self.heard.error = Some(format!("{}: {}", text("code"), text("message")));
            }
            _ => {}
        }
    }
}

/// What was answered, where the product was able to.
async fn read(response: Response) -> Result<(u16, Value)> {
    let status = response.status().as_u16();
    let text = response.text().await.map_err(gone)?;
    if status >= 500 {
        return Err(EvalError::Infrastructure(format!("the server answered {status}: {text}")));
    }
    Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn gone(error: reqwest::Error) -> EvalError {
    EvalError::Infrastructure(format!("the server could not be reached: {error}"))
}

/// A company shared by what looks at it.
pub(crate) type Shared = Arc<Outside>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_put_together() {
        let mut ear = Ear::default();
        for event in [
            json!({"type": "RUN_STARTED"}),
            json!({"type": "TOOL_CALL_START", "toolCallId": "c", "toolCallName": "a_b_c"}),
            json!({"type": "TOOL_CALL_ARGS", "toolCallId": "c", "delta": "{\"q\":1}"}),
            json!({"type": "TOOL_CALL_RESULT", "toolCallId": "c", "content": "{\"items\":[]}"}),
            json!({"type": "TEXT_MESSAGE_CONTENT", "delta": "No"}),
            json!({"type": "TEXT_MESSAGE_CONTENT", "delta": "ne."}),
            json!({"type": "RUN_FINISHED", "outcome": {"type": "interrupt", "interrupts": [{"metadata": {"approval": {"id": "x"}}}]}}),
        ] {
            ear.hear(&event);
        }
        assert_eq!(ear.heard.text, "None.");
        assert_eq!(
            ear.heard.called,
            [Called { tool: "a_b_c".into(), arguments: json!({"q": 1}), result: json!({"items": []}) }]
        );
        assert!(ear.ended && ear.heard.own && ear.heard.approval == Some(json!({"id": "x"})));
    }
}
