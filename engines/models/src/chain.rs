//! Several models in order: where one does not answer, the next is asked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::time::Instant;

use crate::{Broken, LanguageModel, ModelError, Reply, Request, Said};

/// So long a model that failed is not asked.
const PAUSE: Duration = Duration::from_secs(30);
/// A busy model is asked once more if it wants to be within this time.
const WAIT: Duration = Duration::from_secs(2);
/// And after this time if it does not say when.
const SHORT_WAIT: Duration = Duration::from_millis(500);

/// Models in the order in which they are asked.
///
/// - A busy one is asked once more, if it does not want to wait longer than two seconds.
/// - Whatever fails is answered by the next model. What fails every request alike (nobody answers, too busy, the key
///   or the model's name is refused, no reply of the protocol) pauses the model for half a minute: it is then not
///   asked, and where all are paused the answer is at once what the first of them failed with. What may be due to one
///   request (its size, an empty or a cut reply) pauses nobody.
/// - Once words were passed on, nobody else takes over in mid-sentence: the error is returned, and it is for the
///   caller to say how it goes on.
pub struct Chain {
    name: String,
    links: Vec<Link>,
    pause: Duration,
}

struct Link {
    model: Arc<dyn LanguageModel>,
    /// Until when it is paused, and what it failed with.
    paused: Mutex<Option<(Instant, ModelError)>>,
}

impl Chain {
    /// These models, the first one first; none if there are none.
    #[must_use]
    pub fn new(models: Vec<Arc<dyn LanguageModel>>) -> Option<Self> {
        if models.is_empty() {
            return None;
        }
        let name = models.iter().map(|model| model.name()).collect::<Vec<_>>().join(",");
        let links = models.into_iter().map(|model| Link { model, paused: Mutex::new(None) }).collect();
        Some(Self { name, links, pause: PAUSE })
    }
    #[cfg(test)]
    pub(crate) fn paused_for(self, pause: Duration) -> Self {
        Self { pause, ..self }
    }
    async fn ask(&self, request: &Request, said: Said<'_>) -> Result<Reply, ModelError> {
        let spoken = AtomicBool::new(false);
        let listening = |words: &str| {
            if !words.is_empty() {
                spoken.store(true, Ordering::Relaxed);
            }
            said(words);
        };
        let mut first_failure = None;
        for link in &self.links {
            if let Some(error) = link.pause() {
                first_failure.get_or_insert(error);
                continue;
            }
            match link.ask(request, &listening, &spoken).await {
                Ok(reply) => {
                    link.set_pause(None);
                    return Ok(reply);
                }
                Err(error) => {
                    tracing::warn!(model = link.model.name(), %error, "a language model failed");
                    link.set_pause(is_lasting(&error).then(|| (Instant::now() + self.pause, error.clone())));
                    if spoken.load(Ordering::Relaxed) {
                        return Err(error);
                    }
                    first_failure.get_or_insert(error);
                }
            }
        }
        Err(first_failure.unwrap_or_else(|| ModelError::Unreachable {
            model: self.name.clone(),
            why: "there is no model".to_owned(),
        }))
    }
}

impl Link {
    /// Asks, and once more if it is busy for a moment only.
    async fn ask(&self, request: &Request, said: Said<'_>, spoken: &AtomicBool) -> Result<Reply, ModelError> {
        let error = match self.model.complete(request, said).await {
            Err(error @ ModelError::Busy { .. }) if !spoken.load(Ordering::Relaxed) => error,
            other => return other,
        };
        let ModelError::Busy { retry_after, .. } = &error else { return Err(error) };
        let wait = retry_after.unwrap_or(SHORT_WAIT);
        if wait > WAIT {
            return Err(error);
        }
        tokio::time::sleep(wait).await;
        self.model.complete(request, said).await
    }
    fn pause(&self) -> Option<ModelError> {
        let paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        paused.as_ref().filter(|(until, _)| Instant::now() < *until).map(|(_, error)| error.clone())
    }
    fn set_pause(&self, pause: Option<(Instant, ModelError)>) {
        *self.paused.lock().unwrap_or_else(PoisonError::into_inner) = pause;
    }
}

/// Whether the next request would fail alike.
const fn is_lasting(error: &ModelError) -> bool {
    match error {
        ModelError::Unreachable { .. } | ModelError::Busy { .. } => true,
        ModelError::Refused { status, .. } => matches!(status, 0 | 300..=399 | 401..=404),
        ModelError::Broken { broken, .. } => matches!(broken, Broken::Protocol(_)),
    }
}

impl LanguageModel for Chain {
    fn name(&self) -> &str {
        &self.name
    }
    fn complete<'a>(&'a self, request: &'a Request, said: Said<'a>) -> BoxFuture<'a, Result<Reply, ModelError>> {
        self.ask(request, said).boxed()
    }
}
