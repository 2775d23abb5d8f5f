//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::commands::{apikey, call, chat, doctor, eval, login, migrate, org, policy, seed, serve, tools, user};

/// An ERP that people talk to.
#[derive(Debug, Parser)]
#[command(name = "steward", version, about, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// The folder that holds the private database and keys [default: .steward]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Answer as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the server
    Serve(serve::Args),
    /// Bring the database up to date, or say what is missing
    Migrate(migrate::Args),
    /// Fill the database with sample data
    Seed(seed::Args),
    /// Run an operation, or a plan, from this machine
    Call(call::Args),
    /// Say who may do what, and why
    Policy(policy::Args),
    /// List the operations, or those that a person may use
    Tools(tools::Args),
    /// Print the description of the HTTP interface
    Openapi,
    /// Talk to it: ask, or tell it what to do
    Chat(chat::Args),
    /// Sign in to a server, for the commands that talk to one
    Login(login::Args),
    /// Found an organisation
    Org(org::Args),
    /// Invite, list or disable the people who sign in
    User(user::Args),
    /// Make, list or revoke API keys
    Apikey(apikey::Args),
    /// Run suites of requests, and compare what came of them
    Eval(eval::Args),
    /// Check the installation, and the books
    Doctor(doctor::Args),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_holds_together() {
        super::Cli::command().debug_assert();
    }
}
