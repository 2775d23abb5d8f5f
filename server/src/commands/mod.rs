//! What the command line can do, one file a command.

pub(crate) mod apikey;
pub(crate) mod call;
pub(crate) mod chat;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod login;
pub(crate) mod migrate;
mod openapi;
mod operator;
pub(crate) mod org;
pub(crate) mod policy;
pub(crate) mod seed;
pub(crate) mod serve;
pub(crate) mod tools;
pub(crate) mod user;

use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::config::Settings;
use crate::{Result, logging};

/// What every command may look at.
pub(crate) struct Asked {
    pub(crate) settings: Settings,
    pub(crate) json: bool,
}

/// Runs the command that was asked for.
pub(crate) async fn run(cli: Cli) -> Result<ExitCode> {
    let Cli { data, json, command } = cli;
    let asked = Asked { settings: Settings::read(data.as_deref())?, json };
    let serves = matches!(command, Command::Serve(_));
    logging::start(asked.settings.config.log_format, if serves { "info,sqlx=warn" } else { "warn" });
    if serves {
        logging::log_panics();
    }
    match command {
        Command::Serve(args) => serve::run(asked, args).await,
        Command::Migrate(args) => migrate::run(asked, args).await,
        Command::Seed(args) => seed::run(asked, args).await,
        Command::Call(args) => call::run(asked, args).await,
        Command::Policy(args) => policy::run(asked, args).await,
        Command::Tools(args) => tools::run(asked, args).await,
        Command::Openapi => openapi::run(),
        Command::Chat(args) => chat::run(asked, args).await,
        Command::Login(args) => login::run(asked, args).await,
        Command::Org(args) => org::run(asked, args).await,
        Command::User(args) => user::run(asked, args).await,
        Command::Apikey(args) => apikey::run(asked, args).await,
        Command::Eval(args) => eval::run(asked, args).await,
        Command::Doctor(args) => doctor::run(asked, args).await,
    }
}
