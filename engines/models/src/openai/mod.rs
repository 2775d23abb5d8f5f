//! OpenAI, and every server that is compatible with it: chat completions.
//!
//! `async-openai` builds and sends the requests and reads the stream; types are ours on both sides, because its own
//! are those of one provider and refuse what others send ([`chunk`]). What a server does not know of a request is
//! learnt from its refusal, once ([`habits`]).

mod chunk;
mod habits;
mod request;

use std::sync::{Arc, OnceLock};

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _};
use reqwest::header::AUTHORIZATION;
use reqwest::{Body, Response};
use serde_json::Value;

use self::chunk::Chunk;
use self::habits::Habits;
use crate::draft::Draft;
use crate::metrics::recorded;
use crate::wire::{Http, LINGER, Protocol, Slot, Trouble, probe, taken};
use crate::{Broken, Endpoint, LanguageModel, ModelError, Reply, Request, Said};

/// OpenAI's own address.
const ADDRESS: &str = "https://api.openai.com/v1";
/// The model that is asked where none is named: one that takes tools in chat completions without conditions.
const MODEL: &str = "gpt-5.6";

/// A model behind chat completions.
#[derive(Debug)]
pub struct OpenAi {
    http: Http,
    habits: Habits,
    /// `openai:name`; not known until the server was asked, where nobody named one.
    full: OnceLock<String>,
}

impl OpenAi {
    /// The model of this name; without one OpenAI's usual, or the first that the named server lists.
    pub fn new(name: Option<&str>, endpoint: Endpoint) -> Result<Self, ModelError> {
        let base = endpoint.base_url.as_deref().map_or_else(|| ADDRESS.to_owned(), address);
        let own = base == ADDRESS;
        let full = OnceLock::new();
        if let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()).or(own.then_some(MODEL)) {
            drop(full.set(format!("openai:{name}")));
        }
        let trouble = Trouble::new(full.get().map_or("openai", String::as_str), &endpoint);
        Ok(Self { http: Http::new(Protocol::OpenAi, base, endpoint, &trouble)?, habits: Habits::new(own), full })
    }
    /// Whether it answers and knows the model, for as little as possible; says how that was seen.
    pub async fn probe(&self) -> Result<String, ModelError> {
        self.full().await?;
        probe(self, &self.http, "/models", &self.trouble()).await
    }
    fn trouble(&self) -> Trouble {
        Trouble::new(self.name(), &self.http.endpoint)
    }
    /// Who is asked; the server says whom it has, if nobody did.
    async fn full(&self) -> Result<&str, ModelError> {
        if let Some(full) = self.full.get() {
            return Ok(full);
        }
        let trouble = self.trouble();
        let listed = self.http.list("/models", &trouble).await?;
        let first = listed.first().ok_or_else(|| trouble.refused(404, "the server lists no model"))?;
        Ok(self.full.get_or_init(|| format!("openai:{first}")))
    }
    async fn ask(&self, full: &str, request: &Request, said: Said<'_>) -> Result<Reply, ModelError> {
        let name = full.strip_prefix("openai:").unwrap_or(full);
        let trouble = Trouble::new(full, &self.http.endpoint);
        loop {
            let mut draft = Draft::default();
            let body = request::body(name, request, &self.habits);
            match self.once(&trouble, body, &mut draft, said).await {
                Ok(()) => return draft.finish(full),
                // nothing was said yet: the request is sent again without what the server does not know
                Err(ModelError::Refused { status: 400 | 422, why, .. })
                    if draft.text.is_empty() && self.habits.learn(&why) => {}
                Err(error) => return Err(error),
            }
        }
    }
    /// One request and its stream.
    async fn once(&self, trouble: &Trouble, body: Value, draft: &mut Draft, said: Said<'_>) -> Result<(), ModelError> {
        let slot = Slot::default();
        let client = self.client(trouble, &slot);
        let opened = client.chat().create_stream_byot::<Value, Chunk>(body).await;
        let mut stream = opened.map_err(|error| unnoted(&slot, trouble, &error))?;
        let mut failed = None;
        loop {
            let next = match draft.stop {
                None => stream.next().await,
                // only the count of tokens may follow; some servers neither send it nor hang up
                Some(_) => tokio::time::timeout(LINGER, stream.next()).await.unwrap_or(None),
            };
            let Some(chunk) = next else { break };
            match chunk {
                Ok(chunk) => {
                    let words = chunk.into_draft(draft);
                    if !words.is_empty() {
                        said(&words);
                    }
                }
                Err(error) => failed = Some(error),
            }
        }
        let seen = taken(&slot);
        match (seen.error, failed) {
            // the reply itself was over; what was lost after it is no loss
            (Some(ModelError::Broken { broken: Broken::Cut, .. } | ModelError::Unreachable { .. }) | None, _)
                if draft.stop.is_some() =>
            {
                Ok(())
            }
            (Some(error), _) => Err(error),
            (None, Some(error)) => Err(trouble.protocol(&error.to_string())),
            (None, None) if seen.done => Ok(()),
            (None, None) => Err(trouble.broken(Broken::Cut)),
        }
    }
    /// Its client for one request, which sends through ours.
    fn client(&self, trouble: &Trouble, slot: &Slot) -> Client<OpenAIConfig> {
        let key = self.http.endpoint.api_key.clone().unwrap_or_default();
        let keyless = key.is_empty();
        // what it would read from the environment is set here, so that the settings are ours alone
        let config = OpenAIConfig::new().with_api_base(&self.http.base).with_api_key(key);
        let config = config.with_org_id("").with_project_id("");
        let (http, trouble, slot) = (Arc::new(self.http.clone()), trouble.clone(), slot.clone());
        let service = tower::service_fn(move |factory: HttpRequestFactory| {
            let (http, trouble, slot) = (http.clone(), trouble.clone(), slot.clone());
            async move {
                let mut request = factory.build().await?;
                if keyless {
                    request.headers_mut().remove(AUTHORIZATION);
                }
                let events = http.events(request, &trouble, &slot).await;
                let events = events.map_err(|noted| OpenAIError::Boxed(Box::new(noted)))?;
                Ok::<_, OpenAIError>(Response::from(::http::Response::new(Body::wrap_stream(events))))
            }
        });
        Client::build(self.http.client.clone(), config).with_http_service(service)
    }
}

/// What was noted on the way, or what the library says where nothing was.
fn unnoted(slot: &Slot, trouble: &Trouble, error: &OpenAIError) -> ModelError {
    taken(slot).error.unwrap_or_else(|| trouble.protocol(&error.to_string()))
}

/// The address of the API, of the several that people write for it.
fn address(written: &str) -> String {
    let base = written.trim().trim_end_matches('/');
    let base = base.strip_suffix("/chat/completions").unwrap_or(base).trim_end_matches('/');
    let after_scheme = base.split_once("://").map_or(base, |(_, rest)| rest);
    if after_scheme.contains('/') { base.to_owned() } else { format!("{base}/v1") }
}

impl LanguageModel for OpenAi {
    fn name(&self) -> &str {
        self.full.get().map_or("openai", String::as_str)
    }
    fn complete<'a>(&'a self, request: &'a Request, said: Said<'a>) -> BoxFuture<'a, Result<Reply, ModelError>> {
        async move {
            let full = self.full().await?;
            recorded(full, &self.trouble(), self.http.most(), self.ask(full, request, said)).await
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_people_write_them() {
        for written in [
            "http://host:1",
            "http://host:1/",
            "http://host:1/v1",
            "http://host:1/v1/",
            "http://host:1/v1/chat/completions",
        ] {
            assert_eq!(address(written), "http://host:1/v1", "{written}");
        }
        assert_eq!(address("https://host/openai/v2"), "https://host/openai/v2");
    }

    #[test]
    fn settings_that_cannot_be_are_refused() {
        let endpoint = |base: &str, key: &str| Endpoint {
            base_url: Some(base.to_owned()),
            api_key: Some(key.to_owned()),
            ..Endpoint::default()
        };
        for (base, key) in [("nowhere", "k"), ("ftp://host", "k"), ("http://host", "two\nlines")] {
            assert!(matches!(OpenAi::new(None, endpoint(base, key)), Err(ModelError::Refused { .. })), "{base} {key}");
        }
        let model = OpenAi::new(None, Endpoint::default()).unwrap();
        assert_eq!(model.name(), "openai:gpt-5.6");
        assert!(!format!("{:?}", OpenAi::new(None, endpoint("http://host", "sekret")).unwrap()).contains("sekret"));
    }
}
