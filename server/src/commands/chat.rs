//! `steward chat`

use std::process::ExitCode;

use clap::Args as ClapArgs;
use steward_engines::postgres::ServerLock;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::operator::Operator;
use super::{Asked, serve};
use crate::chat::{self, Api, Server, Who};
use crate::config::Config;
use crate::{Failure, Result, out};

/// What the shell reports of a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  steward chat                                     line by line, until Ctrl-D
  steward chat \"Who owes us the most money?\"
  echo yes | steward chat \"Post the draft for Acme\"

It goes on with your last conversation for 30 minutes. Nothing is changed before you say yes; \"undo that\" takes it back.
Without a terminal, answers are read from standard input, a line each.")]
pub(crate) struct Args {
    /// What to say; without it, a conversation line by line
    message: Option<String>,
    /// The server [default: the one that serves the data folder, else one of its own]
    #[arg(long)]
    url: Option<String>,
    /// The organisation [default: the one you signed in to; with the demo, the organisation of that e-mail]
    #[arg(long, value_name = "CODE")]
    org: Option<String>,
    /// Who talks [default: whoever signed in with steward login; with the demo, admin@demo.example]
    #[arg(long = "as", value_name = "EMAIL")]
    email: Option<String>,
    /// Begin a new conversation
    #[arg(long)]
    new: bool,
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    if args.message.as_ref().is_some_and(|message| message.trim().is_empty()) {
        return Err(Failure::Usage("There is nothing in that message.".to_owned()));
    }
    let config = asked.settings.config;
    let mut own = None;
    let server = match &args.url {
        Some(url) => Server::at(url)?,
        None => match ServerLock::holder(&config.data) {
            Some(holder) => Server::at(&holder.address)?,
            None => Server::passing(&own.insert(Own::start(&config).await?).address)?,
        },
    };
    let talked = tokio::select! {
        talked = talk(&config, server, args, asked.json) => talked,
        stopped = signalled() => stopped.map(|()| {
            out::error("");
            ExitCode::from(INTERRUPTED)
        }),
    };
    if let Some(own) = own {
        own.stop().await?;
    }
    talked
}

async fn talk(config: &Config, server: Server, args: Args, json: bool) -> Result<ExitCode> {
    // a server of our own has another address each time: whoever signed in did so at the usual one
    let usual = format!("http://{}", config.listen);
    let signed_in_at = if server.is_passing() { &usual } else { args.url.as_deref().unwrap_or(server.address()) };
    let who = Who { organization: args.org, email: args.email };
    let pass = chat::pass(&server, signed_in_at, &who).await?;
    let now = chrono::Utc::now();
    chat::talk(Api::new(server, pass)?, chat::Asked { message: args.message, new: args.new, json, now }).await
}

async fn signalled() -> Result<()> {
    let on = |kind| signal(kind).map_err(|e| Failure::new(format!("Signals cannot be listened for: {e}.")));
    let (mut interrupt, mut terminate, mut hang_up) =
        (on(SignalKind::interrupt())?, on(SignalKind::terminate())?, on(SignalKind::hangup())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}

/// A server for as long as the conversation, where none serves the data folder.
struct Own {
    address: String,
    operator: Operator,
    stopping: CancellationToken,
    serving: JoinHandle<Result<()>>,
    _lock: ServerLock,
}

impl Own {
    async fn start(config: &Config) -> Result<Self> {
        if config.is_private() && !config.data.exists() {
            let what = format!("There is nothing in {} yet, and no server serves it.", config.data.display());
            return Err(Failure::new(what).fix("Start steward serve --demo, or name a server with --url."));
        }
        let operator = Operator::open(config).await?;
        match Self::listen(config).await {
            Ok((address, lock, listener)) => {
                let stopping = CancellationToken::new();
                let (config, gate, stop) = (config.clone(), operator.gate.clone(), stopping.clone());
                let serving = tokio::spawn(async move { serve::serve(listener, &config, gate, stop).await });
                Ok(Self { address, operator, stopping, serving, _lock: lock })
            }
            Err(failure) => {
                operator.close().await?;
                Err(failure)
            }
        }
    }

    async fn listen(config: &Config) -> Result<(String, ServerLock, TcpListener)> {
        let io = |e: std::io::Error| Failure::new(format!("This machine cannot be listened on: {e}."));
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(io)?;
        let address = format!("http://{}", listener.local_addr().map_err(io)?);
        let lock = ServerLock::claim(&config.data, &address)?;
        Ok((address, lock, listener))
    }

    async fn stop(self) -> Result<()> {
        self.stopping.cancel();
        let served = self.serving.await.map_err(|e| Failure::new(format!("The server ended: {e}.")))?;
        self.operator.close().await?;
        served
    }
}
