//! `steward login`

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use clap::Args as ClapArgs;
use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
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
    /// Set your password first, by the one-time link you were given (or its token)
    #[arg(long, value_name = "LINK", conflicts_with_all = ["org", "email"])]
    setup: Option<String>,
}

/// What signing in answers.
#[derive(Deserialize)]
pub(crate) struct Token {
    access_token: String,
    expires_in: i64,
    refresh_token: Option<String>,
}

impl Token {
    /// The session of this person that it opens.
    pub(crate) fn session(self, organization: &str, email: &str) -> Session {
        Session {
            organization: organization.to_owned(),
            email: email.to_owned(),
            access_token: self.access_token,
            expires_at: Utc::now() + TimeDelta::seconds(self.expires_in),
            refresh_token: self.refresh_token,
        }
    }
}

#[derive(Deserialize)]
struct Me {
    email: String,
    organization: Organization,
}

#[derive(Deserialize)]
struct Organization {
    code: String,
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let url = match args.url {
        Some(url) => url,
        None => local(&asked)?,
    };
    let session = match args.setup {
        Some(link) => set_up(&url, &link).await?,
        None => {
            let organization = args.org.map_or_else(|| ask("Organisation: ", false), Ok)?;
            let email = args.email.map_or_else(|| ask("E-mail: ", false), Ok)?;
            let password = ask("Password: ", true)?;
            sign_in(&url, &organization, &email, &password).await?.session(&organization, &email)
        }
    };
    let email = session.email.clone();
    let path = session::keep(&url, session)?;
    if asked.json {
        out::json(&json!({"url": url, "email": email, "file": path}));
    } else {
        out::line(&format!("Signed in to {url} as {email}."));
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

/// Sets a password by a link, and signs in.
async fn set_up(url: &str, link: &str) -> Result<Session> {
    let password = ask("New password: ", true)?;
    if std::io::stdin().is_terminal() && ask("Once more: ", true)? != password {
        return Err(Failure::Usage("The two are not the same.".to_owned()));
    }
    let token: Token = post(url, "/api/v1/auth/redeem", &json!({"token": link, "password": password})).await?;
    let client = client(url)?;
    let me = client.get(path(url, "/api/v1/auth/me")).bearer_auth(&token.access_token).send().await;
    let me: Me = read(url, me.map_err(|e| unreachable(url, &e))?).await?;
    Ok(token.session(&me.organization.code, &me.email))
}

/// Signs in at a server.
pub(crate) async fn sign_in(url: &str, organization: &str, email: &str, password: &str) -> Result<Token> {
    let body = json!({"organization": organization, "email": email, "password": password});
    post(url, "/api/v1/auth/token", &body).await
}

/// Goes on with a session.
pub(crate) async fn refresh(url: &str, token: &str) -> Result<Token> {
    post(url, "/api/v1/auth/refresh", &json!({"refresh_token": token})).await
}

fn client(url: &str) -> Result<reqwest::Client> {
    reqwest::Client::builder().timeout(PATIENCE).build().map_err(|e| unreachable(url, &e))
}

fn path(url: &str, path: &str) -> String {
    format!("{}{path}", url.trim_end_matches('/'))
}

fn unreachable(url: &str, error: &reqwest::Error) -> Failure {
    Failure::new(format!("{url} could not be reached: {}.", innermost(error)))
        .fix("Check --url, and that the server runs.")
}

async fn post<T: DeserializeOwned>(url: &str, to: &str, body: &Value) -> Result<T> {
    let response = client(url)?.post(path(url, to)).json(body).send().await.map_err(|e| unreachable(url, &e))?;
    read(url, response).await
}

/// Why a server refused, as far as we read it.
#[derive(Deserialize)]
struct Problem {
    code: String,
    detail: String,
    fix: Option<String>,
}

async fn read<T: DeserializeOwned>(url: &str, response: reqwest::Response) -> Result<T> {
    let status = response.status();
    if status.is_success() {
        return response.json().await.map_err(|e| stranger(url, &e));
    }
    let Problem { code, detail, fix } = response.json().await.map_err(|e| stranger(url, &e))?;
    let kind = match status.as_u16() {
        401 => Kind::Unauthenticated,
        429 => Kind::Throttled,
        503 => Kind::Busy,
        _ => Kind::Invalid,
    };
    let refusal = Refusal::new(kind, &code, detail);
    Err(Failure::Refused(Box::new(match fix {
        Some(fix) => refusal.fix(fix),
        None => refusal,
    })))
}

fn stranger(url: &str, error: &reqwest::Error) -> Failure {
    Failure::new(format!("{url} does not answer like Steward: {}.", innermost(error))).fix("Check --url.")
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
