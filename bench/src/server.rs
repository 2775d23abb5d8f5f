//! The real server, in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::{Args, Result, http::Connection};

/// A running server.
pub(crate) struct Server {
    child: Child,
    /// Where it listens, as `127.0.0.1:PORT`.
    pub(crate) address: String,
    /// From the start of the process to the first answer that it is ready.
    pub(crate) started_in: Duration,
}

/// The binary that is measured.
pub(crate) fn binary(args: &Args) -> Result<PathBuf> {
    let binary = match &args.server {
        Some(named) => named.clone(),
        None => std::env::current_exe()?.with_file_name("steward"),
    };
    if !binary.exists() {
        return Err(
            format!("{} is not there: cargo build --release, or name it with --server.", binary.display()).into()
        );
    }
    Ok(binary.canonicalize()?)
}

/// A command of the server's, on the data folder and nothing else.
pub(crate) fn command(binary: &Path, data: &Path) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("STEWARD_") && text != "STEWARD_POSTGRES_BIN" || text.contains("DATABASE_URL") {
            command.env_remove(name);
        }
    }
    command.current_dir(data).arg("--json").arg("--data").arg(data).stdin(Stdio::null());
    command
}

/// Founds the company of the benchmark.
pub(crate) fn found(binary: &Path, data: &Path) -> Result<()> {
    let founding = ["org", "add", "Bench", "--code", "bench", "--admin", "ada@bench.example"];
    let done = command(binary, data).args(founding).output()?;
    if !done.status.success() {
        return Err(format!("The company could not be founded: {}", String::from_utf8_lossy(&done.stderr)).into());
    }
    Ok(())
}

impl Server {
    /// Starts it, and waits until it is ready.
    pub(crate) async fn start(binary: &Path, data: &Path) -> Result<Self> {
        Self::ready(command(binary, data), data).await
    }

    /// Starts another before a named database, with a folder of its own.
    pub(crate) async fn start_before(database: &str, binary: &Path, data: &Path) -> Result<Self> {
        std::fs::create_dir_all(data)?;
        let mut command = command(binary, data);
        command.env("STEWARD_APP_DATABASE_URL", database);
        Self::ready(command, data).await
    }

    async fn ready(mut command: Command, data: &Path) -> Result<Self> {
        let log = std::fs::File::create(data.join("server.log"))?;
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(log);
        let since = Instant::now();
        let mut child = command.spawn()?;
        let said = child.stdout.take().ok_or("the server says nothing")?;
        let announced = tokio::task::spawn_blocking(move || announced(said)).await?;
        let Some(address) = announced else {
            let _ = child.wait();
            let log = std::fs::read_to_string(data.join("server.log")).unwrap_or_default();
            return Err(format!("The server did not start: {log}").into());
        };
        loop {
            if let Ok(mut connection) = Connection::open(&address).await
                && connection.get("/readyz", None).await.is_ok_and(|answer| answer.status == 200)
            {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(Self { child, address, started_in: since.elapsed() })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) async fn stop(mut self) -> Result<()> {
        kill(Pid::from_raw(i32::try_from(self.child.id())?), Signal::SIGTERM)?;
        tokio::task::spawn_blocking(move || self.child.wait()).await??;
        Ok(())
    }
}

/// The address of the announcement.
fn announced(said: std::process::ChildStdout) -> Option<String> {
    let mut document = String::new();
    for line in BufReader::new(said).lines() {
        document += &line.ok()?;
        if let Ok(said) = serde_json::from_str::<Value>(&document) {
            return said.get("address")?.as_str()?.strip_prefix("http://").map(str::to_owned);
        }
    }
    None
}
