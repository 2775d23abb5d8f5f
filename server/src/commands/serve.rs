//! `steward serve`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args as ClapArgs;
use serde_json::json;
use steward_engines::postgres::ServerLock;
use steward_surfaces::{App, Metrics, Proxies, Tokens};
use steward_tools::Gate;
use steward_tools::identity::links;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::operator::mark_demo;
use super::{Asked, seed};
use crate::config::Config;
use crate::database::{Database, migrations, safety};
use crate::{Failure, Result, compose, demo, out};

/// What is under way when the server is told to stop may take so long to end.
const GRACE: Duration = Duration::from_secs(10);

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Set the demo companies up first; only on this machine (loopback)
    #[arg(long)]
    demo: bool,
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Sign access tokens with a new key from now on; those of the former hold until they end
    #[arg(long)]
    rotate_keys: bool,
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let Asked { settings, json } = asked;
    let mut config = settings.config;
    config.listen = args.listen.unwrap_or(config.listen);
    if args.demo && !config.listen.ip().is_loopback() {
        return Err(Failure::Usage(format!(
            "The demo's passwords are known to everybody: it listens on loopback only, not on {}.",
            config.listen
        )));
    }
    if !args.demo && config.today.take().is_some() {
        tracing::warn!("STEWARD_TODAY is honoured with --demo only");
    }
    let stopping = CancellationToken::new();
    listen_for_signals(stopping.clone())?;
    let listener = TcpListener::bind(config.listen).await.map_err(|e| {
        Failure::new(format!("{} cannot be listened on: {e}.", config.listen))
            .fix("Choose another address with --listen.")
    })?;
    let address = format!("http://{}", listener.local_addr().unwrap_or(config.listen));
    let _lock = ServerLock::claim(&config.data, &address)?;
    Tokens::open(&key_file(&config), args.rotate_keys)?;
    let database = Database::open(&config).await?;
    let served = match stopping.run_until_cancelled(prepare(&config, &database, args.demo)).await {
        None => Ok(()),
        Some(Err(failure)) => Err(failure),
        Some(Ok(gate)) => {
            announce(&config, &address, args.demo, json);
            links::set_base_url(config.url.as_deref().unwrap_or(&address));
            serve(listener, &config, gate, stopping).await
        }
    };
    database.close().await?;
    served?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Everything before the first request.
async fn prepare(config: &Config, database: &Database, with_demo: bool) -> Result<Gate> {
    if database.is_private() {
        migrations::run(database.owner()?).await?;
    } else if migrations::pending(database.inspecting()).await? > 0 {
        return Err(Failure::new("The database is not up to date.").fix("Run steward migrate first."));
    }
    safety::check(database.app()).await?;
    let gate = compose::gate(database.app().clone(), compose::files(config)?, config.today)?;
    if with_demo {
        seed::demo_companies(database, &gate, config.demo_size).await?;
        mark_demo(config)?;
    }
    Ok(gate)
}

fn key_file(config: &Config) -> PathBuf {
    config.data.join("token.key")
}

pub(super) async fn serve(
    listener: TcpListener,
    config: &Config,
    gate: Gate,
    stopping: CancellationToken,
) -> Result<()> {
    let tokens = Tokens::open(&key_file(config), false)?;
    let proxies = Proxies::new(config.trusted_proxies()?);
    let metrics = config.metrics_token.as_ref().map_or_else(Metrics::default, |token| Metrics::behind(token.expose()));
    let agent = compose::agent(gate.clone(), config)?;
    let app = App { stopping: stopping.clone(), proxies, metrics, ..compose::app_with(gate.clone(), tokens, agent) };
    let tasks = app.tasks.clone();
    let router = steward_surfaces::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let serving =
        axum::serve(listener, router).with_graceful_shutdown(stopping.clone().cancelled_owned()).into_future();
    let all = async {
        serving.await?;
        // sockets and runs are not the listener's: they say goodbye on their own
        tasks.close();
        tasks.wait().await;
        Ok::<_, std::io::Error>(())
    };
    let patience = async {
        stopping.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    let ended = tokio::select! {
        ended = all => ended.map_err(|e| Failure::new(format!("The server ended: {e}."))),
        () = patience => {
            tracing::warn!("some requests did not end in time");
            Ok(())
        }
    };
    gate.flush().await;
    ended
}

/// The first signal stops gracefully, the second at once.
fn listen_for_signals(stopping: CancellationToken) -> Result<()> {
    let listen = |kind| signal(kind).map_err(|e| Failure::new(format!("Signals cannot be listened for: {e}.")));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    tokio::spawn(async move {
        either(&mut interrupt, &mut terminate).await;
        tracing::info!("stopping; once more to stop at once");
        stopping.cancel();
        either(&mut interrupt, &mut terminate).await;
        std::process::exit(130);
    });
    Ok(())
}

async fn either(one: &mut Signal, other: &mut Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
    }
}

fn announce(config: &Config, address: &str, with_demo: bool, json: bool) {
    if json {
        out::json(&json!({"address": address, "data": config.data, "demo": with_demo}));
        return;
    }
    out::line(&format!("\nSteward listens on {address}\n"));
    if with_demo {
        out::line(&format!("The demo company is called demo; everybody's password is {}.", demo::PASSWORD));
        let row = |&(email, name, role): &(&str, &str, &str)| [email.to_owned(), name.to_owned(), role.to_owned()];
        out::table(["sign in as", "name", "role"], demo::USERS.iter().map(row));
        out::line("A second company, rival, has admin@rival.example: neither sees anything of the other.\n");
        out::line("Try, in another terminal:");
        out::line("  steward chat                                                  talk to it");
        out::line("  steward call accounting.invoices.list '{\"overdue\": true}' --as accountant@demo.example");
        out::line(&format!("  curl {address}/openapi.json                         every path\n"));
    }
    out::line("Ctrl-C stops it; the data stays.");
}
