//! `steward login`

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use clap::Args as ClapArgs;
use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
use serde::Deserialize;
use serde_json::json;
use steward_engines::postgres::ServerLock;
use steward_tools::{Kind, Refusal};

use super::Asked;
use crate::chat::innermost;
use crate::session::{self, Session};
use crate::{Failure, Result, out};

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// The server [default: the one that serves the data folder]
    #[arg(long)]
    url: Option<String>,
    /// The organisation
    #[arg(long, value_name = "CODE")]
    org: Option<String>,
    /// The e-mail
    #[arg(long = "as", value_name = "EMAIL")]
    email: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Token {
    pub(crate) access_token: String,
    expires_in: i64,
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let url = match args.url {
        Some(url) => url,
        None => local(&asked)?,
    };
    let organization = args.org.map_or_else(|| ask("Organisation: ", false), Ok)?;
    let email = args.email.map_or_else(|| ask("E-mail: ", false), Ok)?;
    let password = ask("Password: ", true)?;
    let token = sign_in(&url, &organization, &email, &password).await?;
    let expires_at = Utc::now() + TimeDelta::seconds(token.expires_in);
    let path = session::keep(
        &url,
        Session { organization, email: email.clone(), access_token: token.access_token, expires_at },
    )?;
    if asked.json {
        out::json(&json!({"url": url, "email": email, "expires_at": expires_at, "file": path}));
    } else {
        out::line(&format!("Signed in to {url} as {email}, until {}.", expires_at.format("%H:%M UTC")));
    }
    Ok(ExitCode::SUCCESS)
}

/// The server of the data folder.
fn local(asked: &Asked) -> Result<String> {
    let data = &asked.settings.config.data;
    let holder = ServerLock::holder(data);
    let holder = holder.ok_or_else(|| {
        Failure::new(format!("No server serves {}.", data.display()))
            .fix("Start steward serve, or name one with --url.")
    })?;
    Ok(holder.address)
}

/// Signs in at a server.
pub(crate) async fn sign_in(url: &str, organization: &str, email: &str, password: &str) -> Result<Token> {
    let unreachable = |e: reqwest::Error| {
        Failure::new(format!("{url} could not be reached: {}.", innermost(&e)))
            .fix("Check --url, and that the server runs.")
    };
    let client = reqwest::Client::builder().timeout(PATIENCE).build().map_err(unreachable)?;
    let body = json!({"organization": organization, "email": email, "password": password});
    let response = client
        .post(format!("{}/api/v1/auth/token", url.trim_end_matches('/')))
        .json(&body)
        .send()
        .await
        .map_err(unreachable)?;
    if response.status() == reqwest::StatusCode::UNAUTHORIZED {
        let refusal =
            Refusal::new(Kind::Unauthenticated, "wrong_credentials", "Organisation, e-mail or password is wrong.");
        return Err(Failure::Refused(Box::new(refusal)));
    }
    let response = response.error_for_status().map_err(|e| Failure::new(format!("{url} refused: {e}.")))?;
    response
        .json()
        .await
        .map_err(|e| Failure::new(format!("{url} does not answer like Steward: {e}.")).fix("Check --url."))
}

/// Asks on standard error, so that standard output stays clean; a password is not shown while it is typed.
fn ask(what: &str, hidden: bool) -> Result<String> {
    let stdin = std::io::stdin();
    let terminal = stdin.is_terminal();
    if terminal {
        let _ = write!(std::io::stderr(), "{what}").and_then(|()| std::io::stderr().flush());
    }
    let silence = (hidden && terminal).then(|| Silence::on(stdin.as_fd())).flatten();
    let mut line = String::new();
    let read = stdin.lock().read_line(&mut line);
    if silence.is_some() {
        drop(silence);
        out::error("");
    }
    read.map_err(|e| Failure::new(format!("Standard input cannot be read: {e}.")))?;
    let line = line.trim_end_matches(['\r', '\n']).to_owned();
    if line.is_empty() { Err(Failure::Usage(format!("{} is needed.", what.trim_end_matches(": ")))) } else { Ok(line) }
}

/// A terminal that shows nothing of what is typed, until dropped.
struct Silence<'a> {
    terminal: std::os::fd::BorrowedFd<'a>,
    before: nix::sys::termios::Termios,
}

impl<'a> Silence<'a> {
    fn on(terminal: std::os::fd::BorrowedFd<'a>) -> Option<Self> {
        let before = tcgetattr(terminal).ok()?;
        let mut silent = before.clone();
        silent.local_flags.remove(LocalFlags::ECHO);
        tcsetattr(terminal, SetArg::TCSANOW, &silent).ok()?;
        Some(Self { terminal, before })
    }
}

impl Drop for Silence<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal, SetArg::TCSANOW, &self.before);
    }
}
