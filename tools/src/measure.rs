//! What an operator measures and follows: counters of the gate, and the names of the steps that spans tell.
//!
//! Labels are few and known beforehand: groups of rights, surfaces, outcomes. Never an organisation, a person, a record.

use std::sync::LazyLock;
use std::time::Instant;

use prometheus::core::Collector;
use prometheus::{HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts};

use crate::{Answer, Call, Catalogue, Error, Kind, Logged, Result, Surface};

/// Target of the spans and lines of the gate: `RUST_LOG=steward::gate=debug` shows them.
pub const GATE: &str = "steward::gate";
/// Target of the spans of conversations.
pub const AGENT: &str = "steward::agent";

/// One plan on its way through the gate.
pub const CALL: &str = "call";
/// Shape and permission of every call, before anything is touched.
pub const ADMIT: &str = "admit";
/// The first statement of the transaction.
pub const BEGIN: &str = "begin";
/// One operation.
pub const RUN: &str = "run";
/// Deferred constraints are met, and what the database wrote down is read.
pub const SETTLE: &str = "settle";
/// The policies are asked.
pub const JUDGE: &str = "judge";
/// What happened is written down.
pub const RECORD: &str = "record";
/// The transaction commits.
pub const COMMIT: &str = "commit";
/// One turn of a conversation.
pub const TURN: &str = "turn";
/// One move of a model within a turn.
pub const MOVE: &str = "move";

/// The group of a plan whose calls are of several, and of what is in no catalogue.
const MIXED: &str = "mixed";
const UNKNOWN: &str = "other";

/// 1 ms to 10 s, two a decade.
const SECONDS_UP_TO: [f64; 9] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

static CALLS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    let opts = Opts::new("steward_calls_total", "Plans that went through the gate, by group of rights and outcome.");
    registered(IntCounterVec::new(opts, &["group", "surface", "outcome"]))
});

static CALL_SECONDS: LazyLock<HistogramVec> = LazyLock::new(|| {
    let opts = HistogramOpts::new("steward_call_seconds", "How long plans take to go through the gate.");
    registered(HistogramVec::new(opts.buckets(SECONDS_UP_TO.to_vec()), &["group"]))
});

/// Calls that ran again because the database met a deadlock or could not serialise them.
pub(crate) static RERUNS: LazyLock<IntCounter> = LazyLock::new(|| {
    let help = "Calls that ran again because the database met a deadlock or could not serialise them.";
    registered(IntCounter::new("steward_reruns_total", help))
});

/// Reads that wait to be written to the record of reads.
pub(crate) static ACCESSES_WAITING: LazyLock<IntGauge> = LazyLock::new(|| {
    registered(IntGauge::new("steward_accesses_waiting", "Reads that wait to be written to the record of reads."))
});

/// Reads that could not be written down.
pub(crate) static ACCESSES_LOST: LazyLock<IntCounter> = LazyLock::new(|| {
    let help = "Reads that happened and could not be written to the record of reads.";
    registered(IntCounter::new("steward_accesses_lost_total", help))
});

/// A metric of the default registry. Names and labels are constants: a wrong or a second one fails wherever it is first
/// used, which is in every test.
#[expect(clippy::expect_used, reason = "constants; see above")]
pub fn registered<C: Collector + Clone + 'static>(made: prometheus::Result<C>) -> C {
    let metric = made.expect("a metric is named after the rules");
    prometheus::register(Box::new(metric.clone())).expect("a metric is registered once");
    metric
}

/// Makes those metrics known that nothing has touched yet: a counter that is not there cannot be seen to rise.
pub fn expose() {
    for metric in [&RERUNS, &ACCESSES_LOST] {
        LazyLock::force(metric);
    }
    LazyLock::force(&ACCESSES_WAITING);
}

/// Counts what came of a plan, and tells refusals to whoever follows the gate.
pub(crate) fn answered(
    catalogue: &Catalogue,
    calls: &[Call],
    surface: Surface,
    since: Instant,
    answer: &Result<Answer>,
) {
    let group = group_of(catalogue, calls);
    CALLS.with_label_values(&[group, surface.as_str(), outcome(answer)]).inc();
    CALL_SECONDS.with_label_values(&[group]).observe(since.elapsed().as_secs_f64());
    if let Err(Error::Refused(refusal)) = answer {
        tracing::debug!(target: GATE, code = refusal.code, step = refusal.step, "refused");
    }
}

/// The group that all calls share.
fn group_of<'a>(catalogue: &'a Catalogue, calls: &[Call]) -> &'a str {
    let mut groups = calls.iter().map(|call| catalogue.get(&call.name).map_or(UNKNOWN, |entry| entry.group()));
    let first = groups.next().unwrap_or(UNKNOWN);
    if groups.all(|group| group == first) { first } else { MIXED }
}

const fn outcome(answer: &Result<Answer>) -> &'static str {
    match answer {
        Ok(Answer::Done { .. }) => "done",
        Ok(Answer::Preview { .. }) => "preview",
        Ok(Answer::NeedsApproval { .. }) => "needs_approval",
        Ok(Answer::Rejected { .. }) => "refused",
        Err(error) => match error {
            // not the caller's fault, and worth an alarm of its own
            Error::Refused(refusal) if matches!(refusal.kind, Kind::Busy) => "busy",
            Error::Refused(_) | Error::StaleRights => "refused",
            Error::Database(_) | Error::Internal(_) => "failed",
        },
    }
}

/// A failure whose answer nobody takes any more; everybody else logs what they are answered.
pub(crate) fn unheard(answer: &Result<Answer>) {
    if let Err(error @ (Error::Database(_) | Error::Internal(_))) = answer {
        tracing::error!(error = %Logged(error), "a call failed, and nobody waits for its answer");
    }
}

/// Names the operation on every further line of the request at work.
pub(crate) fn note_operation(catalogue: &Catalogue, calls: &[Call]) {
    let span = tracing::Span::current();
    match calls {
        [only] => match catalogue.get(&only.name) {
            Some(entry) => span.record("operation", entry.name()),
            None => span.record("operation", UNKNOWN),
        },
        _ => span.record("operation", "plan"),
    };
}
