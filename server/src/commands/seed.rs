//! `steward seed demo`

use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use steward_tools::Gate;

use super::Asked;
use super::operator::mark_demo;
use crate::config::Config;
use crate::database::{Database, migrations};
use crate::{Failure, Result, compose, demo, out};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The demo companies with their people and books; does nothing where they are
    Demo,
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let What::Demo = args.what;
    let config = asked.settings.config;
    let database = Database::open(&config).await?;
    let done = seeded(&config, &database).await;
    database.close().await?;
    let new = done?;
    mark_demo(&config)?;
    if asked.json {
        out::json(&json!({ "seeded": new }));
    } else {
        out::line(if new { "The demo companies are set up." } else { "The demo companies are there already." });
    }
    Ok(ExitCode::SUCCESS)
}

async fn seeded(config: &Config, database: &Database) -> Result<bool> {
    if database.is_private() {
        migrations::run(database.owner()?).await?;
    }
    let gate = compose::gate(database.app().clone(), compose::files(config)?, config.today)?;
    demo_companies(database, &gate).await
}

/// Sets the demo companies up unless they are there, and says whether they were not. Shows how far it is.
pub(crate) async fn demo_companies(database: &Database, gate: &Gate) -> Result<bool> {
    let owner = database.owner()?;
    if migrations::pending(owner).await? > 0 {
        return Err(Failure::new("The database is not up to date.").fix("Run steward migrate first."));
    }
    let today = gate.clock().today(chrono_tz::UTC);
    let bar = ProgressBar::no_length().with_message("Setting the demo companies up");
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent}%") {
        bar.set_style(style);
    }
    let progress = |done: usize, of: usize| {
        bar.set_length(u64::try_from(of).unwrap_or(u64::MAX));
        bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    };
    let new = demo::seed(owner, gate, today, &progress).await;
    bar.finish_and_clear();
    Ok(new?)
}
