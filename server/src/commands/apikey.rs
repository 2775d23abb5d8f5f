//! `steward apikey add|list|revoke`: the very operations of the catalogue, run as the operator of this machine.

use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Args as ClapArgs, Subcommand};
use serde_json::{Value, json};
use steward_tools::Answer;

use super::user::{Acting, print, submit};
use super::{Asked, call};
use crate::{Result, out};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a key for a program that shall act as --as; prints it once
    Add {
        /// What to call it: the program that will use it
        name: String,
        /// Only these operations and groups of rights; several with commas between them
        #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
        scope: Vec<String>,
        /// The last day on which it holds
        #[arg(long, value_name = "DATE")]
        expires_on: Option<NaiveDate>,
        #[command(flatten)]
        acting: Acting,
    },
    /// The keys there are; of everybody, where --as is an administrator
    List {
        /// Also revoked ones
        #[arg(long)]
        revoked: bool,
        #[command(flatten)]
        acting: Acting,
    },
    /// End a key, for good
    Revoke {
        /// Its id, name or beginning
        key: String,
        #[command(flatten)]
        acting: Acting,
    },
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let (acting, name, arguments) = match args.what {
        What::Add { name, scope, expires_on, acting } => {
            let scopes = (!scope.is_empty()).then_some(scope);
            let arguments = json!({"name": name, "scopes": scopes, "expires_on": expires_on});
            (acting, "directory.api_keys.create", arguments)
        }
        What::List { revoked, acting } => {
            (acting, "directory.api_keys.list", json!({"limit": 200, "revoked": revoked}))
        }
        What::Revoke { key, acting } => (acting, "directory.api_keys.revoke", json!({"id": key})),
    };
    let answer = submit(&asked, &acting, name, arguments).await?;
    if asked.json {
        return print(&answer);
    }
    let Answer::Done { result, .. } = &answer else {
        call::show(&answer);
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(rows) = result.get("items").and_then(Value::as_array) {
        out::table(["key", "name", "owner", "scopes", "last used", "ends"], rows.iter().map(row));
        return Ok(ExitCode::SUCCESS);
    }
    call::show(&answer);
    if let Some(key) = result.get("key").and_then(Value::as_str) {
        out::line(&format!("\nThis is the key. It is shown this once; send it as Authorization: Bearer.\n  {key}"));
    }
    Ok(ExitCode::SUCCESS)
}

fn row(key: &Value) -> [String; 6] {
    let word = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let scopes = key.get("scopes").and_then(Value::as_array).map_or_else(
        || "everything".to_owned(),
        |scopes| scopes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
    );
    let ends = key.get("revoked_at").map_or_else(|| word("expires_on"), |_| "revoked".to_owned());
    [format!("{}…", word("prefix")), word("name"), word("owner"), scopes, word("last_used_at"), ends]
}
