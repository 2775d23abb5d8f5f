//! `steward user add|list|disable|enable|reset`: the very operations of the catalogue, run as the operator of this machine.

use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};
use serde_json::{Value, json};
use steward_tools::{Answer, Call, Options, Plan};

use super::operator::Operator;
use super::{Asked, call};
use crate::{Failure, Result, out};

/// What to do with a link, as long as there is no page behind it.
pub(super) const REDEEM: &str = "The link is shown once. Whoever got it sets their password by
  steward login --url URL --setup LINK
or POST /api/v1/auth/redeem {\"token\": …, \"password\": …}.";

/// For whom a command acts.
#[derive(Debug, ClapArgs)]
pub(super) struct Acting {
    /// The organisation; needed only where there are several
    #[arg(long, value_name = "CODE")]
    org: Option<String>,
    /// The person to act as [default: the organisation's administrator]
    #[arg(long = "as", value_name = "EMAIL")]
    person: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Invite somebody; prints the one-time link by which they set their password
    #[command(after_help = REDEEM)]
    Add {
        /// Their e-mail
        email: String,
        /// Their name
        #[arg(long)]
        name: String,
        /// What they may do; several with commas between them
        #[arg(long, value_name = "ROLE", required = true, value_delimiter = ',')]
        role: Vec<String>,
        /// The party that an outsider stands for: its number or name
        #[arg(long)]
        party: Option<String>,
        #[command(flatten)]
        acting: Acting,
    },
    /// Who signs in
    List {
        #[command(flatten)]
        acting: Acting,
    },
    /// Let somebody sign in no more, from this moment on
    Disable {
        /// Their e-mail or name
        user: String,
        #[command(flatten)]
        acting: Acting,
    },
    /// Let somebody sign in again
    Enable {
        /// Their e-mail or name
        user: String,
        #[command(flatten)]
        acting: Acting,
    },
    /// End somebody's password; prints the one-time link by which they set another
    #[command(after_help = REDEEM)]
    Reset {
        /// Their e-mail or name
        user: String,
        #[command(flatten)]
        acting: Acting,
    },
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let (acting, name, arguments) = match args.what {
        What::Add { email, name, role, party, acting } => {
            let arguments = json!({"email": email, "name": name, "roles": role, "party": party});
            (acting, "directory.users.create", arguments)
        }
        What::List { acting } => (acting, "directory.users.list", json!({"limit": 200})),
        What::Disable { user, acting } => (acting, "directory.users.disable", json!({"id": user})),
        What::Enable { user, acting } => (acting, "directory.users.enable", json!({"id": user})),
        What::Reset { user, acting } => (acting, "directory.users.reset_password", json!({"id": user})),
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
        let row = |user: &Value| {
            let word = |key: &str| user.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let roles = user.get("roles").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            let roles: Vec<&str> = roles.collect();
            [word("email"), word("name"), roles.join(", "), word("status")]
        };
        out::table(["e-mail", "name", "roles", "status"], rows.iter().map(row));
        return Ok(ExitCode::SUCCESS);
    }
    call::show(&answer);
    let word = |key: &str| result.get(key).and_then(Value::as_str);
    if let (Some(link), Some(email)) = (word("setup_link").or(word("reset_link")), word("email")) {
        show_link(email, link, word("link_expires_at").unwrap_or("its end"));
    }
    Ok(ExitCode::SUCCESS)
}

/// The one time that a link is shown.
pub(super) fn show_link(email: &str, link: &str, until: &str) {
    out::line(&format!("\n{email} sets a password with this link, once, until {until}:\n  {link}\n\n{REDEEM}"));
}

/// Runs an operation as the operator, and leaves the database.
pub(super) async fn submit(asked: &Asked, acting: &Acting, name: &str, arguments: Value) -> Result<Answer> {
    let operator = Operator::open(&asked.settings.config).await?;
    let answer = async {
        let caller = operator.person_or_administrator(acting.person.as_deref(), acting.org.as_deref()).await?;
        let plan = Plan::one(Call { name: name.to_owned(), arguments });
        Ok::<_, Failure>(operator.gate.submit(&caller, plan, Options::default()).await?)
    };
    let answer = answer.await;
    operator.gate.flush().await;
    operator.close().await?;
    answer
}

pub(super) fn print(answer: &Answer) -> Result<ExitCode> {
    out::json(&serde_json::to_value(answer).map_err(|e| Failure::new(e.to_string()))?);
    Ok(ExitCode::SUCCESS)
}
