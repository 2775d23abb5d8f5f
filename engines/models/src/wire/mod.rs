//! What both adapters send through: one HTTP client that bounds how long and how much, and that knows what came back
//! before the libraries of the protocols see it.
//!
//! They read what their own provider sends. What else sends (a proxy's page, an error in a body that says 200, half an
//! event) is told apart here, once for both; what goes on to them is whole events of valid JSON.

mod events;
mod screen;
mod trouble;

use std::fmt;
use std::sync::{Arc, Once};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde_json::Value;

pub(crate) use screen::{Slot, taken};
pub(crate) use trouble::Trouble;

use crate::{Broken, LanguageModel, Message, ModelError, Request};

/// The most that one reply may have.
const MOST_BYTES: usize = 4_000_000;
const CONNECT: Duration = Duration::from_secs(5);
/// After a reply is over, its stream is listened to for so long.
pub(crate) const LINGER: Duration = Duration::from_secs(2);

/// Where a model is, and how long is waited for it.
#[derive(Clone)]
pub struct Endpoint {
    /// The address of the API, if it is not the provider's own.
    pub base_url: Option<String>,
    /// The key; a server of your own may need none.
    pub api_key: Option<String>,
    /// How long it may say nothing: before the first byte and between bytes. A whole reply may take four times that.
    pub patience: Duration,
}

impl Default for Endpoint {
    fn default() -> Self {
        Self { base_url: None, api_key: None, patience: Duration::from_secs(300) }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.api_key.as_ref().map(|_| "•••");
        f.debug_struct("Endpoint").field("base_url", &self.base_url).field("api_key", &key).finish_non_exhaustive()
    }
}

/// Which protocol is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Chat completions.
    OpenAi,
    /// Messages.
    Anthropic,
}

/// A client for one address.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    pub(crate) client: Client,
    pub(crate) protocol: Protocol,
    pub(crate) base: String,
    pub(crate) endpoint: Endpoint,
}

impl Http {
    /// A client for an address that is known to be one.
    pub(crate) fn new(
        protocol: Protocol,
        base: String,
        endpoint: Endpoint,
        trouble: &Trouble,
    ) -> Result<Self, ModelError> {
        let url = Url::parse(&base).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let url = url.ok_or_else(|| trouble.refused(0, &format!("{base} is no web address")))?;
        if endpoint.api_key.as_deref().is_some_and(|key| !key.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(trouble.refused(401, "the key has characters that no key has"));
        }
        install_tls();
        let mut builder = Client::builder()
            .user_agent(concat!("steward/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT.min(endpoint.patience))
            .read_timeout(endpoint.patience)
            // a key is not carried elsewhere
            .redirect(Policy::none());
        if url.scheme() == "http" {
            // a server of your own is reached also where no certificates are installed
            builder = builder.tls_certs_only([]);
        }
        if matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| trouble.unreachable(&trouble::deepest(&error)))?;
        Ok(Self { client, protocol, base, endpoint })
    }
    /// The longest that one reply may take.
    pub(crate) fn most(&self) -> Duration {
        self.endpoint.patience.saturating_mul(4)
    }
    /// A small JSON document that is asked for with GET.
    pub(crate) async fn get(&self, path: &str, trouble: &Trouble) -> Result<Value, ModelError> {
        let mut request = self.client.get(format!("{}{path}", self.base));
        if let Some(key) = &self.endpoint.api_key {
            request = match self.protocol {
                Protocol::OpenAi => request.bearer_auth(key),
                Protocol::Anthropic => request.header("x-api-key", key),
            };
        }
        if self.protocol == Protocol::Anthropic {
            request = request.header("anthropic-version", "2023-06-01");
        }
        let request = request.build().map_err(|error| trouble.of_transport(&error))?;
        screen::document(self, request, trouble).await
    }
    /// The names of the models that the server lists.
    pub(crate) async fn list(&self, path: &str, trouble: &Trouble) -> Result<Vec<String>, ModelError> {
        let listed = self.get(path, trouble).await?;
        let models = listed.get("data").or_else(|| listed.get("models")).unwrap_or(&listed).as_array();
        let name = |model: &Value| ["id", "name"].iter().find_map(|key| model.get(key)?.as_str()).map(str::to_owned);
        Ok(models.into_iter().flatten().filter_map(name).collect())
    }
}

/// Whether a model answers, for as little as possible: its name in the list, else one word.
pub(crate) async fn probe(
    model: &impl LanguageModel,
    http: &Http,
    list: &str,
    trouble: &Trouble,
) -> Result<String, ModelError> {
    let name = model.name().split_once(':').map_or("", |(_, name)| name);
    match http.list(list, trouble).await {
        Ok(listed) if listed.iter().any(|one| one == name) => return Ok("the server lists it".to_owned()),
        // a name may stand for another, and a list may be missing
        Ok(_) | Err(ModelError::Refused { status: 400 | 404 | 405 | 501, .. } | ModelError::Broken { .. }) => {}
        Err(error) => return Err(error),
    }
    let messages = vec![Message::User { text: "hi".to_owned() }];
    let request = Request { system: Arc::from(""), tools: Arc::from([]), messages, max_tokens: 16 };
    match model.complete(&request, &|_| ()).await {
        Ok(_) | Err(ModelError::Broken { broken: Broken::Empty, .. }) => Ok("it answers".to_owned()),
        Err(error) => Err(error),
    }
}

/// TLS of the process, unless it chose one already.
fn install_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}
