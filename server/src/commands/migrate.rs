//! `steward migrate [status]`

use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};
use serde_json::json;

use super::Asked;
use crate::database::{Database, migrations};
use crate::{Result, out};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say which migrations the database has; exit 1 when one is missing
    Status,
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let database = Database::open(&asked.settings.config).await?;
    let done = match args.what {
        None => migrate(&database, asked.json).await,
        Some(What::Status) => status(&database, asked.json).await,
    };
    database.close().await?;
    done
}

async fn migrate(database: &Database, json: bool) -> Result<ExitCode> {
    let owner = database.owner()?;
    if !database.is_private() {
        migrations::prepare_roles(owner).await?;
    }
    let applied = migrations::run(owner).await?;
    if json {
        out::json(&json!({ "applied": applied }));
    } else {
        out::line(&match applied {
            0 => "The database is up to date.".to_owned(),
            1 => "1 migration applied.".to_owned(),
            n => format!("{n} migrations applied."),
        });
    }
    Ok(ExitCode::SUCCESS)
}

async fn status(database: &Database, json: bool) -> Result<ExitCode> {
    let all = migrations::status(database.owner()?).await?;
    if json {
        out::json(&json!({ "migrations": all }));
    } else {
        let row = |m: &migrations::Migration| {
            [m.version.to_string(), m.description.clone(), if m.applied { "applied" } else { "missing" }.to_owned()]
        };
        out::table(["version", "description", "state"], all.iter().map(row));
    }
    Ok(if all.iter().all(|m| m.applied) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
