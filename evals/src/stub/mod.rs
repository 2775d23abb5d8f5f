//! Scripted language models behind an interface that is compatible with OpenAI's: the real agent asks them as it asks
//! any other. They show that the suites notice what is wrong, and that nothing obeys what data say.

mod chat;
mod obedient;
mod saboteur;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use self::chat::{Asked, Reply};
use crate::{EvalError, Result};

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Makes plausible wrong calls and wrong claims, chosen by this seed.
    Saboteur(u64),
    /// Obeys every instruction that stands in data it reads.
    Obedient,
}

impl Script {
    /// By its name as a model.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name.split_once(':').unwrap_or((name, "")) {
            ("saboteur", seed) => Some(Self::Saboteur(seed.parse().unwrap_or(1))),
            ("obedient", _) => Some(Self::Obedient),
            _ => None,
        }
    }

    fn reply(self, asked: &Asked) -> Reply {
        match self {
            Self::Saboteur(seed) => saboteur::reply(seed, asked),
            Self::Obedient => obedient::reply(asked),
        }
    }
}

/// A scripted model that listens. Dropped, it is gone.
#[derive(Debug)]
pub struct Stub {
    /// Where it is asked, as `OPENAI_BASE_URL` takes it.
    pub base: String,
    serving: tokio::task::JoinHandle<()>,
}

impl Stub {
    /// Starts one on a free port of this machine.
    pub async fn start(script: Script) -> Result<Self> {
        let failed =
            |error: std::io::Error| EvalError::Infrastructure(format!("a scripted model cannot listen: {error}"));
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let base = format!("http://{}/v1", listener.local_addr().map_err(failed)?);
        let models = json!({"object": "list", "data": [{"id": "scripted", "object": "model"}]});
        let router = Router::new()
            .route("/v1/models", get(async move || Json(models)))
            .route("/v1/chat/completions", post(completions))
            .with_state(script);
        // its end is that of whoever started it
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap_or_default() });
        Ok(Self { base, serving })
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn completions(State(script): State<Script>, Json(body): Json<Value>) -> Response {
    let reply = script.reply(&Asked::of(&body));
    if body["stream"] == true {
        ([(CONTENT_TYPE, "text/event-stream")], reply.events()).into_response()
    } else {
        Json(reply.whole()).into_response()
    }
}
