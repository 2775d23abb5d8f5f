//! What an operator sees: lines that name requests and keep quiet about people, and metrics that stay few.

mod logs;
mod metrics;

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use reqwest::{Method, Response};
use serde_json::{Value, json};
use steward_server::config::LogFormat;
use steward_server::logging;
use tracing::Dispatch;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::EnvFilter;
use uuid::Uuid;

use crate::http::Server;

/// What is logged on this thread: tests that follow the log run on one.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// As long as there is only one subscriber, tracing asks that of the thread which first meets a line whether anybody wants
/// it: another test's thread has none, and the line would be off for all. With two it asks all subscribers.
static SECOND: LazyLock<Dispatch> =
    LazyLock::new(|| logging::subscriber(LogFormat::Json, EnvFilter::new("off"), std::io::sink, false).into());

impl Log {
    fn follow(format: LogFormat, filter: &str) -> (Self, DefaultGuard) {
        LazyLock::force(&SECOND);
        let log = Self::default();
        let to = log.clone();
        let subscriber = logging::subscriber(format, EnvFilter::new(filter), move || to.clone(), false);
        (log, tracing::subscriber::set_default(subscriber))
    }
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
    fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
    /// The lines of one request.
    fn of(&self, request: &str) -> Vec<Value> {
        self.lines().into_iter().filter(|line| line["request_id"] == request).collect()
    }
}

/// A request with an id of ours.
async fn ask(server: &Server, id: &str, method: Method, path: &str, token: &str, body: Option<Value>) -> Response {
    let request = server.request(method, path, token).header("x-request-id", id);
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    request.send().await.unwrap()
}

/// What somebody says in a conversation, and all that is answered.
async fn say(server: &Server, id: &str, token: &str, text: &str) -> String {
    let input = json!({
        "threadId": Uuid::now_v7(), "runId": Uuid::now_v7(), "state": {}, "tools": [], "context": [], "forwardedProps": {},
        "messages": [{"id": "1", "role": "user", "content": text}],
    });
    ask(server, id, Method::POST, "/api/v1/agent/run", token, Some(input)).await.text().await.unwrap()
}
