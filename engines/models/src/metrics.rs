//! What models cost and how they fare: counters for Prometheus, and a span for each request. Never what was said.

use std::future::Future;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, register_histogram_vec, register_int_counter_vec};
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::wire::Trouble;
use crate::{ModelError, Reply, Stop};

/// From a quick small reply to a slow small machine, in seconds.
const BUCKETS: [f64; 10] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 120.0, 600.0];

static TOKENS: LazyLock<Option<IntCounterVec>> = LazyLock::new(|| {
    let opts = Opts::new("steward_model_tokens_total", "Tokens of language models, as their providers count them.");
    register_int_counter_vec!(opts, &["model", "kind"]).ok()
});
static REQUESTS: LazyLock<Option<IntCounterVec>> = LazyLock::new(|| {
    let opts = Opts::new("steward_model_requests_total", "Requests to language models, by what came of them.");
    register_int_counter_vec!(opts, &["model", "outcome"]).ok()
});
static SECONDS: LazyLock<Option<HistogramVec>> = LazyLock::new(|| {
    let opts = HistogramOpts::new("steward_model_seconds", "How long replies of language models took.");
    register_histogram_vec!(opts.buckets(BUCKETS.to_vec()), &["model"]).ok()
});

/// One request while it runs. Dropped before its end, it was cancelled.
struct Running<'a> {
    model: &'a str,
    since: Instant,
    outcome: &'static str,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(requests) = &*REQUESTS {
            requests.with_label_values(&[self.model, self.outcome]).inc();
        }
        if let Some(seconds) = &*SECONDS {
            seconds.with_label_values(&[self.model]).observe(self.since.elapsed().as_secs_f64());
        }
    }
}

/// Runs a request no longer than `most`, and records it.
pub(crate) async fn recorded(
    model: &str,
    trouble: &Trouble,
    most: Duration,
    work: impl Future<Output = Result<Reply, ModelError>>,
) -> Result<Reply, ModelError> {
    let span = tracing::info_span!("model", model, outcome = Empty, input = Empty, cached = Empty, output = Empty);
    let mut running = Running { model, since: Instant::now(), outcome: "cancelled" };
    let timed = tokio::time::timeout(most, work).instrument(span.clone()).await;
    let result = timed.unwrap_or_else(|_| Err(trouble.too_slow(most)));
    running.outcome = outcome(&result);
    span.record("outcome", running.outcome);
    if let Ok(reply) = &result {
        let usage = reply.usage;
        span.record("input", usage.input).record("cached", usage.cached).record("output", usage.output);
        for (kind, tokens) in [("input", usage.input), ("cached", usage.cached), ("output", usage.output)] {
            if let Some(counter) = &*TOKENS {
                counter.with_label_values(&[model, kind]).inc_by(tokens);
            }
        }
    }
    result
}

const fn outcome(result: &Result<Reply, ModelError>) -> &'static str {
    match result {
        Ok(reply) => match reply.stop {
            Stop::Done => "done",
            Stop::Length => "length",
            Stop::Filtered => "filtered",
        },
        Err(ModelError::Unreachable { .. }) => "unreachable",
        Err(ModelError::Busy { .. }) => "busy",
        Err(ModelError::Refused { .. }) => "refused",
        Err(ModelError::Broken { .. }) => "broken",
    }
}
