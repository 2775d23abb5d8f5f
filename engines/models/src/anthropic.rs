//! Anthropic's Messages, and servers that speak them, through `rig-core`; nothing of it shows outside this file.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use rig_core::ProviderError;
use rig_core::completion::{CompletionRequest, CompletionResponse, FinishReason, ToolDefinition};
use rig_core::http_client::{self, HttpClientExt, LazyBody, MultipartForm, StreamingResponse};
use rig_core::message::{self, AssistantContent, AssistantMessage, CallId, ToolName};
use rig_core::providers::anthropic::wire::normalize_base_url;
use rig_core::providers::anthropic::{AnthropicConfig, ToolInputStreaming};
use rig_core::streaming::{Item, StreamEvent};
use serde_json::Value;

use crate::draft::{Draft, DraftCall};
use crate::metrics::recorded;
use crate::wire::{Http, Protocol, Slot, Trouble, probe, taken};
use crate::{Broken, Endpoint, LanguageModel, Message, ModelError, Reply, Request, Said, Stop, ToolResult, Usage};

const ADDRESS: &str = "https://api.anthropic.com";
/// The model that is asked where none is named.
const MODEL: &str = rig_core::providers::anthropic::CLAUDE_SONNET_5_5;

/// A model behind Messages.
#[derive(Debug)]
pub struct Anthropic {
    http: Http,
    full: String,
    /// Temperature 0, until the model says that it has none.
    temperature: AtomicBool,
    /// The prompt is marked for the provider's cache, until a server says that it does not know the mark.
    caching: AtomicBool,
}

impl Anthropic {
    /// The model of this name; without one Anthropic's usual.
    pub fn new(name: Option<&str>, endpoint: Endpoint) -> Result<Self, ModelError> {
        let base =
            endpoint.base_url.as_deref().map_or_else(|| ADDRESS.to_owned(), |base| normalize_base_url(base.trim()));
        let full = format!("anthropic:{}", name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(MODEL));
        let trouble = Trouble::new(&full, &endpoint);
        let http = Http::new(Protocol::Anthropic, base, endpoint, &trouble)?;
        Ok(Self { http, full, temperature: AtomicBool::new(true), caching: AtomicBool::new(true) })
    }
    /// Whether it answers and knows the model, for as little as possible; says how that was seen.
    pub async fn probe(&self) -> Result<String, ModelError> {
        probe(self, &self.http, "/v1/models?limit=1000", &self.trouble()).await
    }
    fn trouble(&self) -> Trouble {
        Trouble::new(&self.full, &self.http.endpoint)
    }
    async fn ask(&self, request: &Request, said: Said<'_>) -> Result<Reply, ModelError> {
        let trouble = self.trouble();
        loop {
            let mut draft = Draft::default();
            match self.once(&trouble, request, &mut draft, said).await {
                Ok(()) => return draft.finish(&self.full),
                Err(ModelError::Refused { status: 400 | 422, why, .. })
                    if draft.text.is_empty() && self.learn(&why) => {}
                Err(error) => return Err(error),
            }
        }
    }
    /// Whether a refusal taught to leave something out; each is left out once.
    fn learn(&self, why: &str) -> bool {
        let parts = [("temperature", &self.temperature), ("cache_control", &self.caching)];
        let part = parts.iter().find(|(name, _)| why.to_lowercase().contains(name));
        part.is_some_and(|(_, part)| part.swap(false, Ordering::Relaxed))
    }
    /// One request and its stream.
    async fn once(
        &self,
        trouble: &Trouble,
        request: &Request,
        draft: &mut Draft,
        said: Said<'_>,
    ) -> Result<(), ModelError> {
        let slot = Slot::default();
        let way = Way { http: Arc::new(self.http.clone()), trouble: trouble.clone(), slot: slot.clone() };
        let key = self.http.endpoint.api_key.clone().unwrap_or_default();
        let name = self.full.strip_prefix("anthropic:").unwrap_or(&self.full);
        let mut model = AnthropicConfig::new(key).with_base_url(&self.http.base).connect(way).completion(name);
        // arguments are read when they are whole: no server is asked to hurry them
        model.wire = model.wire.with_tool_input_streaming(ToolInputStreaming::Off);
        if self.caching.load(Ordering::Relaxed) {
            model.wire = model.wire.with_prompt_caching();
        }
        let asked = asked(request, self.temperature.load(Ordering::Relaxed), trouble)?;
        let mut stream = model.stream(asked).map_err(|error| of_provider(&error, trouble))?;
        let mut failed = None;
        while let Some(item) = stream.next().await {
            match item {
                Ok(Item::Event(StreamEvent::Text { text, .. })) => said(&draft.say(&text)),
                Ok(_) => {}
                Err(error) => failed = Some(error),
            }
        }
        let seen = taken(&slot);
        let response = match (seen.error, failed) {
            (Some(error), _) => return Err(error),
            // over, though nobody said why
            (None, Some(ProviderError::Truncated)) if seen.done => stream.partial(),
            (None, Some(error)) => return Err(of_provider(&error, trouble)),
            (None, None) if seen.done => {
                let partial = stream.partial();
                stream.finish().await.unwrap_or(partial)
            }
            (None, None) => stream.finish().await.map_err(|error| of_provider(&error, trouble))?,
        };
        fill(draft, response);
        Ok(())
    }
}

/// What rig sends through: our client.
#[derive(Clone)]
struct Way {
    http: Arc<Http>,
    trouble: Trouble,
    slot: Slot,
}

/// Rig asks for streams alone; we ask it for nothing else.
fn only_streams<T>() -> impl Future<Output = http_client::Result<T>> + Send + 'static
where
    T: Send + 'static,
{
    futures::future::ready(Err(http_client::Error::StreamEnded))
}

impl HttpClientExt for Way {
    fn send<T, U>(
        &self,
        _: http_client::Request<T>,
    ) -> impl Future<Output = http_client::Result<http_client::Response<LazyBody<U>>>> + Send + 'static
    where
        T: Into<Bytes> + Send,
        U: From<Bytes> + Send + 'static,
    {
        only_streams()
    }
    fn send_multipart<U>(
        &self,
        _: http_client::Request<MultipartForm>,
    ) -> impl Future<Output = http_client::Result<http_client::Response<LazyBody<U>>>> + Send + 'static
    where
        U: From<Bytes> + Send + 'static,
    {
        only_streams()
    }
    async fn send_streaming<T>(&self, request: http_client::Request<T>) -> http_client::Result<StreamingResponse>
    where
        T: Into<Bytes> + Send,
    {
        let request = request.map(|body| reqwest::Body::from(body.into()));
        let mut request = reqwest::Request::try_from(request).map_err(http_client::Error::instance)?;
        if self.http.endpoint.api_key.is_none() {
            request.headers_mut().remove("x-api-key");
        }
        let events = self.http.events(request, &self.trouble, &self.slot).await;
        let events = events.map_err(http_client::Error::instance)?;
        let body: http_client::BoxedStream = Box::pin(events.map_err(http_client::Error::instance));
        let response = http_client::Response::builder().header("content-type", "text/event-stream").body(body);
        response.map_err(http_client::Error::Protocol)
    }
}

/// A request as rig writes it.
fn asked(request: &Request, temperature: bool, trouble: &Trouble) -> Result<CompletionRequest, ModelError> {
    let named = |name: &str| ToolName::new(name).map_err(|_| trouble.refused(400, "a tool has no name"));
    let mut messages = Vec::with_capacity(request.messages.len());
    for message in &request.messages {
        messages.extend(history(message, &named)?);
    }
    let mut tools = Vec::with_capacity(request.tools.len());
    for tool in request.tools.iter() {
        tools.push(ToolDefinition::new(named(&tool.name)?, tool.description.clone(), tool.schema.clone()));
    }
    let last = messages.pop().ok_or_else(|| trouble.refused(400, "nothing was said"))?;
    let mut asked = CompletionRequest::new(last).messages(messages).tools(tools);
    if !request.system.is_empty() {
        asked = asked.preamble(&*request.system);
    }
    asked = asked.max_tokens(u64::from(request.max_tokens)).accept_unknown_finish_reasons(true);
    Ok(if temperature { asked.temperature(0.0) } else { asked })
}

/// A message of ours, if there is anything in it: empty ones are refused.
fn history(
    message: &Message,
    named: &impl Fn(&str) -> Result<ToolName, ModelError>,
) -> Result<Option<message::Message>, ModelError> {
    Ok(match message {
        Message::User { text } if text.trim().is_empty() => None,
        Message::User { text } => Some(message::Message::user(text)),
        Message::Assistant { text, calls } => {
            let mut content = Vec::with_capacity(calls.len() + 1);
            if !text.trim().is_empty() {
                content.push(AssistantContent::text(text));
            }
            // a call without a name was answered under one that exists
            for call in calls {
                let name = named(if call.name.is_empty() { "unnamed" } else { &call.name })?;
                content.push(AssistantContent::tool_call(&call.id, name, Value::Object(call.arguments.object())));
            }
            (!content.is_empty()).then(|| message::Message::Assistant(AssistantMessage::new(content)))
        }
        Message::Results { results } if results.is_empty() => None,
        Message::Results { results } => {
            let told = |result: &ToolResult| {
                Ok(message::ToolResult {
                    call: CallId::from_wire(&result.id),
                    name: named(if result.name.is_empty() { "unnamed" } else { &result.name })?,
                    content: vec![message::ToolResultContent::text(&result.content)],
                    is_error: result.refused,
                })
            };
            Some(message::Message::tool_results(results.iter().map(told).collect::<Result<_, ModelError>>()?))
        }
    })
}

/// What rig made of the reply.
fn fill(draft: &mut Draft, response: CompletionResponse) {
    draft.stop = match response.finish_reason() {
        Some(FinishReason::Length) => Some(Stop::Length),
        Some(FinishReason::ContentFilter) => Some(Stop::Filtered),
        _ => Some(Stop::Done),
    };
    draft.usage = Usage {
        input: response.usage.input_tokens.unwrap_or(0),
        cached: response.usage.cached_input_tokens.unwrap_or(0),
        output: response.usage.output_tokens.unwrap_or(0),
    };
    draft.calls = response.tool_calls().map(call).collect();
}

fn call(call: &message::ToolCall) -> DraftCall {
    let function = &call.function;
    let arguments = function.invalid_arguments.clone();
    DraftCall {
        index: None,
        id: call.id.to_string(),
        name: function.name.to_string(),
        arguments: arguments.unwrap_or_else(|| function.arguments_value().to_string()),
    }
}

/// What rig found wrong that was not noted on the way.
fn of_provider(error: &ProviderError, trouble: &Trouble) -> ModelError {
    match error {
        ProviderError::Truncated => trouble.broken(Broken::Cut),
        ProviderError::Http(error) => trouble.unreachable(&error.to_string()),
        ProviderError::Request(_) | ProviderError::Url(_) | ProviderError::UnsupportedOption(_) => {
            trouble.refused(400, &error.to_string())
        }
        other => trouble.protocol(&other.to_string()),
    }
}

impl LanguageModel for Anthropic {
    fn name(&self) -> &str {
        &self.full
    }
    fn complete<'a>(&'a self, request: &'a Request, said: Said<'a>) -> BoxFuture<'a, Result<Reply, ModelError>> {
        async move { recorded(&self.full, &self.trouble(), self.http.most(), self.ask(request, said)).await }.boxed()
    }
}
