//! `steward tools [--as EMAIL]`

use std::process::ExitCode;

use clap::Args as ClapArgs;
use serde_json::json;
use steward_tools::{CustomField, Entry};

use super::Asked;
use super::operator::Operator;
use crate::{Result, compose, out};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Only what this person may use
    #[arg(long = "as", value_name = "EMAIL")]
    email: Option<String>,
    /// The organisation; needed only where several know the e-mail
    #[arg(long, value_name = "CODE", requires = "email")]
    org: Option<String>,
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let Some(email) = &args.email else {
        let catalogue = compose::catalogue()?;
        show(&catalogue.iter().collect::<Vec<_>>(), &[], asked.json);
        return Ok(ExitCode::SUCCESS);
    };
    let operator = Operator::open(&asked.settings.config).await?;
    let done = of_person(&operator, email, args.org.as_deref(), asked.json).await;
    operator.close().await?;
    done
}

async fn of_person(operator: &Operator, email: &str, org: Option<&str>, json: bool) -> Result<ExitCode> {
    let caller = Operator::acting_as(operator.person(email, org).await?);
    show(&operator.gate.tools(&caller)?, &caller.principal.custom, json);
    Ok(ExitCode::SUCCESS)
}

fn show(entries: &[&Entry], custom: &[CustomField], json: bool) {
    if json {
        out::json(&json!(entries.iter().map(|entry| entry.as_tool(custom)).collect::<Vec<_>>()));
    } else {
        let row =
            |entry: &&Entry| [entry.name().to_owned(), entry.op.effect().as_str().to_owned(), entry.title.clone()];
        out::table(["operation", "effect", "what it does"], entries.iter().map(row));
    }
}
