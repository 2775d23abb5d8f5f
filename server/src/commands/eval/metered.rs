//! A model, and what it cost one company: counters of the whole process tell no test from another.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use futures::future::BoxFuture;
use steward_evals::Usage;
use steward_models::{LanguageModel, ModelError, Reply, Request, Said};

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Meter {
    calls: AtomicU64,
    tokens: AtomicU64,
    failures: AtomicU64,
}

impl Meter {
    pub(super) fn usage(&self) -> Usage {
        Usage {
            calls: self.calls.load(Relaxed),
            tokens: self.tokens.load(Relaxed),
            failures: self.failures.load(Relaxed),
        }
    }
}

/// The model, counted.
pub(super) struct Metered {
    pub(super) model: Arc<dyn LanguageModel>,
    pub(super) meter: Arc<Meter>,
}

impl LanguageModel for Metered {
    fn name(&self) -> &str {
        self.model.name()
    }
    fn complete<'a>(&'a self, request: &'a Request, said: Said<'a>) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            self.meter.calls.fetch_add(1, Relaxed);
            let reply = self.model.complete(request, said).await;
            match &reply {
                Ok(reply) => {
                    self.meter.tokens.fetch_add(reply.usage.input + reply.usage.output, Relaxed);
                }
                // what a model says wrongly is its own fault; that it says nothing is not
                Err(ModelError::Broken { .. }) => {}
                Err(_) => {
                    self.meter.failures.fetch_add(1, Relaxed);
                }
            }
            reply
        })
    }
}
