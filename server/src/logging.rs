//! Logs, on standard error: lines for people, or JSON where asked for.
//!
//! What is logged is meant to have no values in it. Should some library's line have any that look like an address or a
//! token, they are taken out on the way (`scrub`).

mod json;
mod scrub;

use std::io::IsTerminal as _;
use std::panic::PanicHookInfo;

use steward_tools::without_values;
use tracing::Subscriber;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::{MakeWriter, format};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::config::LogFormat;
use json::Lines;
use scrub::{Scrubbed, told};

/// The most of a panic's words.
const LONGEST: usize = 300;

/// Starts logging; `RUST_LOG` says what, else `default`. Once for a process: later calls change nothing.
pub fn start(format: LogFormat, default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let _ = subscriber(format, filter, std::io::stderr, std::io::stderr().is_terminal()).try_init();
}

/// Whoever writes lines of this format there.
pub fn subscriber<W>(format: LogFormat, filter: EnvFilter, to: W, ansi: bool) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let to = Scrubbed(to);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match format {
        LogFormat::Plain => {
            let fields = format::debug_fn(|to, field, value| match field.name() {
                "message" => write!(to, "{value:?}"),
                name => write!(to, "{name}={}", told(name, format!("{value:?}"))),
            });
            let lines = tracing_subscriber::fmt::layer().fmt_fields(fields.delimited(" "));
            Box::new(lines.with_target(false).with_ansi(ansi).with_writer(to))
        }
        LogFormat::Json => Box::new(Lines::new(to)),
    };
    tracing_subscriber::registry().with(lines).with(filter)
}

/// Panics become a line like every other, within the request they happen in.
pub fn log_panics() {
    std::panic::set_hook(Box::new(tell_of_panic));
}

/// Where it happened, and what it said without the values in it.
pub fn tell_of_panic(panic: &PanicHookInfo<'_>) {
    let said: String = without_values(panic.payload_as_str().unwrap_or_default()).chars().take(LONGEST).collect();
    let at = panic.location().map(ToString::to_string);
    tracing::error!(at, said, "panicked");
}
