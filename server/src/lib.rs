//! The `steward` binary: configuration, composition, command line. A library too, so that tests build on the same pieces.

mod chat;
mod cli;
mod commands;
pub mod compose;
pub mod config;
pub mod database;
pub mod demo;
mod failure;
pub mod files;
mod founding;
pub mod logging;
pub mod models;
mod out;
pub mod session;

use std::process::ExitCode;

use clap::Parser as _;

pub use commands::doctor::books::faults as faults_in_books;
pub use commands::eval::stage::{LocalStage, Played};
pub use failure::{Failure, Result};

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let json = cli.json;
    let done = rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| Failure::new("TLS could not be set up."))
        .and_then(|()| runtime()?.block_on(commands::run(cli)));
    done.unwrap_or_else(|failure| {
        failure.tell(json);
        failure.exit_code()
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|e| Failure::new(format!("The runtime did not start: {e}.")))
}
