//! `steward eval`: suites of requests against a product of their own, on this machine.

mod compare;
mod metered;
mod run;
mod scores;
pub(crate) mod stage;
mod template;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};
use steward_evals::EvalError;

use super::Asked;
use crate::{Failure, Result};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Hold the conversations of suites, each with a fresh copy of the sample company
    Run(Run),
    /// Two runs side by side, by the tests that both ran
    Compare(Compare),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  steward eval run                                          every suite of evals/suites, by the built-in planner
  steward eval run accounting --model openai:NAME --repeat 3 -o report.html -o results.jsonl
  steward eval run safety --model obedient                  a model that obeys what data say
  steward eval run --resume results.jsonl -o results.jsonl  go on where a run was ended

Exit codes: 0 as many passed as --pass-rate asks for, 100 fewer did, 1 some could not be judged, 2 wrong usage.")]
struct Run {
    /// Suites by name or file; every one of the folder unless named
    #[arg(value_name = "SUITE")]
    suites: Vec<String>,
    /// planner, openai:NAME, anthropic:NAME, saboteur, saboteur:SEED or obedient; may be given several times
    #[arg(long = "model", value_name = "M", default_value = "planner")]
    models: Vec<String>,
    /// Run each test so often
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    repeat: u32,
    /// Write a report: .html, .xml (JUnit) or .jsonl; may be given several times
    #[arg(short, long = "output", value_name = "FILE")]
    output: Vec<PathBuf>,
    /// Run the sealed suites, and write their score down
    #[arg(long)]
    sealed: bool,
    /// The folder of the suites [default: evals/suites, or evals/sealed]
    #[arg(long, value_name = "DIR")]
    suites_in: Option<PathBuf>,
    /// Only tests whose name holds this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Tests at once [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=16))]
    jobs: Option<u8>,
    /// Begin no test once so many tokens were used
    #[arg(long, value_name = "N")]
    max_tokens: Option<u64>,
    /// Begin no test after so many minutes
    #[arg(long, value_name = "N")]
    max_minutes: Option<u64>,
    /// Skip what these records hold already, of the same suite, prompt and model
    #[arg(long, value_name = "FILE.jsonl")]
    resume: Option<PathBuf>,
    /// How many of a hundred have to pass
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u8).range(0..=100))]
    pass_rate: u8,
    /// A turn that takes longer, in seconds, cannot be judged
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    timeout: u64,
}

#[derive(Debug, ClapArgs)]
struct Compare {
    /// The records of one run
    first: PathBuf,
    /// The records of the other
    second: PathBuf,
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    match args.what {
        What::Run(args) => run::run(asked, args).await,
        What::Compare(args) => compare::run(&asked, &args),
    }
}

impl From<EvalError> for Failure {
    fn from(error: EvalError) -> Self {
        match error {
            EvalError::File { .. } | EvalError::Suite(_) => Self::Usage(error.to_string()),
            EvalError::Infrastructure(what) => Self::new(what),
        }
    }
}
