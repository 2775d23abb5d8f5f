//! `GET /metrics`: what an operator alarms on, as Prometheus reads it.
//!
//! Counters of the whole process are in the default registry; what belongs to this server's database is asked when
//! somebody looks, at most every ten seconds.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method};
use axum::response::IntoResponse as _;
use axum::routing::get;
use prometheus::{Encoder as _, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TEXT_FORMAT, TextEncoder};
use sha2::{Digest as _, Sha256};
use steward_tools::measure::{self, registered};
use steward_tools::{Catalogue, Error, Gate, Kind, Refusal, Result, VitalSigns, codes};
use tokio::sync::Mutex;

use crate::App;
use crate::arguments::NoQuery;
use crate::auth::Local;
use crate::problem::{Problem, Reply};
use crate::rest::route_of;

/// How long an answer of the database stands: whoever scrapes often costs it nothing.
const FRESH: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(2);
/// The route of what is none of ours.
const OTHER: &str = "other";

pub(crate) static HTTP_REQUESTS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    let help = "Requests by route (operations by their group of rights), method and class of status; gone: whoever asked left.";
    registered(IntCounterVec::new(Opts::new("steward_http_requests_total", help), &["route", "method", "status_class"]))
});
pub(crate) static IN_FLIGHT: LazyLock<IntGauge> =
    LazyLock::new(|| gauge("steward_http_in_flight", "Requests that are not answered yet."));
pub(crate) static SOCKETS: LazyLock<IntGauge> =
    LazyLock::new(|| gauge("steward_sockets_open", "WebSockets of conversations that are open."));
pub(crate) static RUNS: LazyLock<IntGauge> =
    LazyLock::new(|| gauge("steward_runs_at_work", "Turns of conversations that are at work."));
pub(crate) static EVENTS: LazyLock<IntGauge> =
    LazyLock::new(|| gauge("steward_event_streams_open", "Streams of events that pages listen to."));

fn gauge(name: &str, help: &str) -> IntGauge {
    registered(IntGauge::new(name, help))
}

/// One of those that a gauge counts, as long as this is held.
pub(crate) struct Open(&'static IntGauge);

impl Open {
    pub(crate) fn one_of(gauge: &'static IntGauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// How routes are counted: those of operations by their group, so that there are few however many operations there are.
pub(crate) struct Routes(HashMap<String, Vec<(Method, String)>>);

impl Routes {
    pub(crate) fn of(catalogue: &Catalogue) -> Self {
        let mut routes: HashMap<String, Vec<(Method, String)>> = HashMap::new();
        for entry in catalogue.iter() {
            let derived = route_of(entry);
            routes.entry(derived.path).or_default().push((derived.method, entry.group().to_owned()));
        }
        Self(routes)
    }
    /// The label of what was asked for: the path's template where no operation stands behind it.
    pub(crate) fn label<'a>(&'a self, path: Option<&'a str>, method: &Method) -> &'a str {
        let Some(path) = path else { return OTHER };
        let Some(operations) = self.0.get(path) else { return path };
        let method = if method == Method::HEAD { &Method::GET } else { method };
        operations.iter().find(|(taken, _)| taken == method).map_or(OTHER, |(_, group)| group)
    }
}

/// Anybody can make methods up.
pub(crate) fn method_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => OTHER,
    }
}

/// Who may read the metrics: whoever has the token, or without one this machine itself.
#[derive(Clone, Default)]
pub struct Metrics {
    token: Option<[u8; 32]>,
    asked: Arc<Mutex<Option<Asked>>>,
}

/// What the database said last, if it did, and when.
#[derive(Clone, Copy)]
struct Asked {
    when: Instant,
    signs: Option<VitalSigns>,
}

impl Metrics {
    /// Readable from everywhere with this token, and without it from nowhere.
    #[must_use]
    pub fn behind(token: &str) -> Self {
        Self { token: Some(hashed(token)), ..Self::default() }
    }

    fn admit(&self, local: bool, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(token) = self.token else {
            let refusal = Refusal::new(Kind::Forbidden, codes::FORBIDDEN, "Metrics are for this machine itself only.");
            let refusal = refusal.fix("Set STEWARD_METRICS_TOKEN, and send it as a bearer token.");
            return if local { Ok(()) } else { Err(refusal.into()) };
        };
        let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
        let given = given.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, given)| given.trim());
        // hashes are compared: how long that takes says nothing about the token
        if given.is_some_and(|given| hashed(given) == token) {
            return Ok(());
        }
        let refusal = Refusal::new(Kind::Unauthenticated, codes::UNAUTHENTICATED, "This is not the token of metrics.");
        Err(refusal.fix("Send the token that STEWARD_METRICS_TOKEN names as a bearer token.").into())
    }

    /// What the database says; whoever asks at the same time waits for the same answer.
    async fn vital_signs(&self, gate: &Gate) -> Option<VitalSigns> {
        let mut asked = self.asked.lock().await;
        if let Some(Asked { when, signs }) = *asked
            && when.elapsed() < FRESH
        {
            return signs;
        }
        let signs = tokio::time::timeout(PATIENCE, gate.vital_signs()).await.ok().and_then(std::result::Result::ok);
        *asked = Some(Asked { when: Instant::now(), signs });
        signs
    }
}

fn hashed(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

pub(crate) fn routes() -> Router<App> {
    for metric in [&IN_FLIGHT, &SOCKETS, &RUNS, &EVENTS] {
        LazyLock::force(metric);
    }
    measure::expose();
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(app): State<App>, Local(local): Local, headers: HeaderMap, _: NoQuery) -> Reply {
    app.metrics.admit(local, &headers)?;
    let signs = app.metrics.vital_signs(&app.gate).await;
    let mut families = prometheus::gather();
    families.extend(of_this_server(&app.gate, signs).map_err(failed)?.gather());
    families.sort_by(|a, b| a.name().cmp(b.name()));
    let mut text = Vec::new();
    TextEncoder::new().encode(&families, &mut text).map_err(failed)?;
    Ok(([(CONTENT_TYPE, TEXT_FORMAT)], text).into_response())
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn failed(error: prometheus::Error) -> Error {
    Error::internal(format!("metrics: {error}"))
}

/// Gauges of this server and its database. What the database does not say is left out, rather than said to be none.
fn of_this_server(gate: &Gate, signs: Option<VitalSigns>) -> prometheus::Result<Registry> {
    let registry = Registry::new();
    let put = |name: &str, help: &str, value: i64| {
        let gauge = IntGauge::new(name, help)?;
        gauge.set(value);
        registry.register(Box::new(gauge))
    };
    put("steward_database_up", "Whether the database answered when it was last asked.", i64::from(signs.is_some()))?;
    if let Some(signs) = signs {
        put("steward_approvals_waiting", "Approvals that wait for a decision.", signs.approvals_waiting)?;
        put("steward_log_head", "Number of the newest call in the log; there are gaps.", signs.log_head)?;
    }
    let pool = Opts::new("steward_pool_connections", "Connections to the database, at rest or at work.");
    let pool = IntGaugeVec::new(pool, &["state"])?;
    let (idle, used) = gate.connections();
    for (state, count) in [("idle", idle), ("used", used)] {
        pool.with_label_values(&[state]).set(i64::try_from(count).unwrap_or(i64::MAX));
    }
    registry.register(Box::new(pool))?;
    let build = Opts::new("steward_build_info", "The version that runs, as a label.");
    let build = IntGaugeVec::new(build, &["version"])?;
    build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
    registry.register(Box::new(build))?;
    Ok(registry)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asked(metrics: &Metrics, local: bool, authorization: Option<&'static str>) -> Option<u64> {
        let value = authorization.map(|value| (AUTHORIZATION, HeaderValue::from_static(value)));
        let headers = HeaderMap::from_iter(value);
        metrics.admit(local, &headers).err().and_then(|problem| problem.body()["status"].as_u64())
    }

    #[test]
    fn metrics_are_read_here_or_with_the_token() {
        let open = Metrics::default();
        assert_eq!(asked(&open, true, None), None);
        assert_eq!(asked(&open, false, None), Some(403));
        assert_eq!(asked(&open, false, Some("Bearer ")), Some(403));
        let closed = Metrics::behind("s3cret");
        assert_eq!(asked(&closed, true, None), Some(401), "a proxy on this machine is this machine, too");
        assert_eq!(asked(&closed, false, Some("Bearer s3cret")), None);
        assert_eq!(asked(&closed, false, Some("bearer s3cret")), None);
        assert_eq!(asked(&closed, false, Some("Bearer s3cre")), Some(401));
        assert_eq!(asked(&closed, false, Some("Basic s3cret")), Some(401));
    }
}
