//! `steward-bench`: how fast Steward is, as a ratio to bare SQL that does the same on the same PostgreSQL in the same run.
//!
//! What bare is, and what was found: `docs/performance.md`.
#![expect(clippy::float_arithmetic, reason = "rates and ratios are measurements; there is no money here")]

mod bare;
mod client;
mod cluster;
mod dice;
mod http;
mod inside;
mod ledger;
mod load;
mod measures;
mod memory;
mod proxy;
mod report;
mod scenarios;
mod server;
mod statement;
mod statements;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

/// Anything that went wrong: there is nothing to recover here.
type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// Measures Steward against bare SQL that does the same, on the same PostgreSQL, in the same run.
#[derive(Debug, Clone, Parser)]
#[command(name = "steward-bench", version)]
struct Args {
    /// Fewer and shorter rounds: two minutes at most, the first time with sample data one more
    #[arg(long)]
    quick: bool,
    /// Only the measures whose name contains this; several with commas between them
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// Also write everything as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Open invoices and parties in the sample data
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    rows: u32,
    /// The folder of the private PostgreSQL and its sample data, which are kept for the next run
    #[arg(long, value_name = "DIR", default_value = "target/bench")]
    data: PathBuf,
    /// The server to measure: beside this program unless told
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
    /// Numbers of clients, in place of 1, 4 and 16
    #[arg(long, value_name = "N", value_delimiter = ',')]
    clients: Vec<usize>,
    /// Rounds of each measure: bare and Steward take turns in each
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
    /// How long a side works in a round
    #[arg(long, value_name = "MILLISECONDS")]
    window: Option<u64>,
}

impl Args {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| name.contains(wanted.as_str()))
    }
    fn clients(&self) -> Vec<usize> {
        if self.clients.is_empty() { vec![1, 4, 16] } else { self.clients.clone() }
    }
    fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 3 } else { 5 }).max(1)
    }
    fn window(&self) -> Duration {
        Duration::from_millis(self.window.unwrap_or(if self.quick { 250 } else { 1000 }))
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(measures::run(&args)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr().lock(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// A line on standard output.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
