//! `steward seed demo`

use std::process::ExitCode;
use std::time::Duration;

use clap::{Args as ClapArgs, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use steward_engines::postgres::ServerLock;
use steward_tools::Gate;

use super::Asked;
use super::operator::{is_demo, mark_demo};
use crate::config::Config;
use crate::database::{Database, migrations};
use crate::demo::{Refused, Size};
use crate::{Failure, Result, compose, demo, out};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The demo companies with their people and books; does nothing where they are
    Demo(Demo),
}

#[derive(Debug, ClapArgs)]
struct Demo {
    /// Delete the demo companies first, with everything that was done in them
    #[arg(long)]
    reset: bool,
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let What::Demo(how) = args.what;
    let config = asked.settings.config;
    if how.reset {
        may_reset(&config)?;
    }
    let database = Database::open(&config).await?;
    let done = seeded(&config, &database, how.reset).await;
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

/// Only where the demo was set up before, or where nobody else keeps anything: in the private database of this folder.
fn may_reset(config: &Config) -> Result<()> {
    if !config.is_private() && !is_demo(config) {
        return Err(Failure::new("The demo was not set up in this database from this data folder.")
            .fix("Name the data folder that it was set up from with --data; nothing was deleted."));
    }
    if let Some(holder) = ServerLock::holder(&config.data) {
        return Err(in_use(&format!("The server at {}", holder.address)));
    }
    Ok(())
}

fn in_use(who: &str) -> Failure {
    Failure::new(format!("{who} is using this database.")).fix("Stop it first; nothing was deleted.")
}

async fn seeded(config: &Config, database: &Database, reset: bool) -> Result<bool> {
    if database.is_private() {
        migrations::run(database.owner()?).await?;
    }
    if reset {
        delete(config, database).await?;
    }
    let gate = compose::gate(database.app().clone(), compose::files(config)?, config.today)?;
    demo_companies(database, &gate, config.demo_size).await
}

/// Deletes the demo companies, and their files where those are in this folder.
async fn delete(config: &Config, database: &Database) -> Result<()> {
    let bar = ProgressBar::new_spinner().with_message("Deleting the demo companies");
    bar.enable_steady_tick(Duration::from_millis(120));
    let gone = demo::reset(database.owner()?).await;
    bar.finish_and_clear();
    let gone = gone?.map_err(|refused| match refused {
        Refused::InUse => in_use("Another server"),
        Refused::Own(code) => Failure::new(format!("The organisation called {code} was not set up by the demo."))
            .fix("It is somebody's own; nothing was deleted."),
    })?;
    for org in gone {
        let folder = config.data.join("files").join(org.to_string());
        match std::fs::remove_dir_all(&folder) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!("{} could not be removed: {e}", folder.display());
            }
            _ => {}
        }
    }
    Ok(())
}

/// Sets the demo companies up unless they are there, and says whether they were not. Shows how far it is.
pub(crate) async fn demo_companies(database: &Database, gate: &Gate, size: Size) -> Result<bool> {
    let owner = database.owner()?;
    if migrations::pending(owner).await? > 0 {
        return Err(Failure::new("The database is not up to date.").fix("Run steward migrate first."));
    }
    let today = gate.clock().today(chrono_tz::UTC);
    let bar = ProgressBar::no_length().with_message("Setting the demo companies up");
    if let Ok(style) = ProgressStyle::with_template("{msg:26} {wide_bar} {percent:>3}% {elapsed}") {
        bar.set_style(style);
    }
    let progress = |done: usize, of: usize, what: &str| {
        bar.set_length(u64::try_from(of).unwrap_or(u64::MAX));
        bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
        bar.set_message(what.to_owned());
    };
    let new = demo::seed(owner, gate, today, size, &progress).await;
    bar.finish_and_clear();
    Ok(new?)
}
