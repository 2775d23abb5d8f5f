//! The server process: finding, starting, waiting for and stopping it.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    sys::{
        signal::{Signal, kill},
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::Pid,
};
use sqlx::{ConnectOptions as _, PgConnection, postgres::PgConnectOptions};

use super::{PostgresError, binaries::Binaries, error::on, home::Home, seat::Seat};

const PAUSE: Duration = Duration::from_millis(20);
/// Recovery after a crash may take long; nothing else does.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long the last backends of a killed server may keep its shared memory.
const LEFTOVERS: Duration = Duration::from_secs(20);

/// A server that answers.
pub(super) struct Up {
    pub(super) connection: PgConnection,
    pub(super) pid: i32,
    pub(super) seat: Seat,
    pub(super) started_here: bool,
}

/// What a look at the cluster shows.
enum Seen {
    Serving(PgConnection),
    /// A process is there, but not (or no longer) ready.
    Busy(i32),
    Down,
}

/// Attaches to the cluster's server, or starts it. The caller has the turn.
pub(super) async fn up(home: &Home, binaries: &Binaries, login: &PgConnectOptions) -> Result<Up, PostgresError> {
    let since = Instant::now();
    let mut child: Option<(i32, Seat)> = None;
    loop {
        let seen = look(home, login).await?;
        if let (Seen::Busy(pid), _) | (Seen::Down, Some((pid, _))) = (&seen, &child)
            && since.elapsed() > PATIENCE
        {
            return Err(stuck(home, *pid));
        }
        match (seen, child.take()) {
            (Seen::Serving(connection), Some((pid, seat))) => {
                return Ok(Up { connection, pid, seat, started_here: true });
            }
            (Seen::Serving(connection), None) => {
                // A server that was about to stop refuses the second connection.
                drop(connection);
                let Some(pid) = named(&home.cluster()) else {
                    continue;
                };
                let seat = Seat::take(home, pid)?;
                if let Seen::Serving(connection) = look(home, login).await? {
                    return Ok(Up { connection, pid, seat, started_here: false });
                }
            }
            (Seen::Down, None) => child = Some(start(home, binaries)?),
            (_, Some((pid, seat))) if !ended(pid) => child = Some((pid, seat)),
            (_, Some(_)) => excuse(home, since)?,
            (Seen::Busy(_), None) => {}
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn look(home: &Home, login: &PgConnectOptions) -> Result<Seen, PostgresError> {
    match login.connect().await {
        Ok(connection) => Ok(Seen::Serving(connection)),
        Err(error) if is_passing(&error) => {
            Ok(named(&home.cluster()).filter(|pid| is_server(*pid, &home.cluster())).map_or(Seen::Down, Seen::Busy))
        }
        Err(error) => Err(error.into()),
    }
}

/// Nobody listens, or only to say "starting up" or "shutting down".
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(refused) => refused.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}

/// Starts the server and its watchdog; both outlive a future that is dropped half-way, the server only until then.
fn start(home: &Home, binaries: &Binaries) -> Result<(i32, Seat), PostgresError> {
    let (cluster, socket, logs) = (home.cluster(), home.socket()?, home.logs());
    clear_stale(&cluster, &socket);
    let log = start_log(home);
    let output = File::create(&log).map_err(on("create", &log))?;
    let errors = output.try_clone().map_err(on("open", &log))?;
    let program = binaries.program("postgres");
    let mut command = home.run_as.command(&program);
    command.arg("-D").arg(&cluster).args(["-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"]);
    command.args(["-c", "port=5432", "-c", &format!("unix_socket_directories={}", quoted(&socket))]);
    command.args(["-c", &format!("log_directory={}", logs.display())]);
    let child = command.stdout(output).stderr(errors).spawn().map_err(on("run", &program))?;
    let pid = i32::try_from(child.id()).unwrap_or(i32::MAX);
    let seat = Seat::take(home, pid).inspect_err(|_| {
        let _ = kill(Pid::from_raw(pid), Signal::SIGINT);
    })?;
    Ok((pid, seat))
}

/// Stops the server fast: transactions are rolled back, sessions ended, a checkpoint written.
pub(super) async fn stop(home: &Home, pid: i32) -> Result<(), PostgresError> {
    let cluster = home.cluster();
    // A process of that number that is not our server must not get the signal.
    if !is_server(pid, &cluster) || kill(Pid::from_raw(pid), Signal::SIGINT) == Err(Errno::ESRCH) {
        return Ok(());
    }
    let since = Instant::now();
    while !ended(pid) && is_server(pid, &cluster) {
        if since.elapsed() > PATIENCE {
            return Err(stuck(home, pid));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// Whether a process is gone; reaps it if it is our child.
fn ended(pid: i32) -> bool {
    let pid = Pid::from_raw(pid);
    match waitpid(pid, Some(WaitPidFlag::WNOHANG)) {
        Ok(status) => status != WaitStatus::StillAlive,
        Err(_) => kill(pid, None) == Err(Errno::ESRCH),
    }
}

/// The process that the cluster's lock file names.
pub(super) fn named(cluster: &Path) -> Option<i32> {
    fs::read_to_string(cluster.join("postmaster.pid")).ok()?.lines().next()?.trim().parse().ok().filter(|pid| *pid > 0)
}

/// Whether a process is the server of this cluster: it works in the cluster's folder. Where the system does not tell, every
/// process of that number counts.
pub(super) fn is_server(pid: i32, cluster: &Path) -> bool {
    if !Path::new("/proc/self/cwd").exists() {
        return kill(Pid::from_raw(pid), None) != Err(Errno::ESRCH);
    }
    fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == cluster)
}

/// PostgreSQL itself recovers from the lock files of a dead server, unless their process id now belongs to another process
/// of the same user (after a reboot, in a container). Only then they are removed here.
fn clear_stale(cluster: &Path, socket: &Path) {
    if named(cluster).is_some_and(|pid| !ended(pid) && !is_server(pid, cluster)) {
        tracing::warn!(cluster = %cluster.display(), "removing the lock file of a server that is gone");
        let _ = fs::remove_file(cluster.join("postmaster.pid"));
        let _ = fs::remove_file(socket.join(".s.PGSQL.5432.lock"));
    }
}

/// A failed start is tried again while the processes of a killed server are still going.
fn excuse(home: &Home, since: Instant) -> Result<(), PostgresError> {
    let said = fs::read_to_string(start_log(home)).unwrap_or_default();
    let passing = said.contains("pre-existing shared memory block") || said.contains("lock file");
    match passing && since.elapsed() < LEFTOVERS {
        true => Ok(()),
        false => Err(PostgresError::Start { path: home.logs(), log: tail(&said) }),
    }
}

fn stuck(home: &Home, pid: i32) -> PostgresError {
    PostgresError::Stuck { pid, seconds: PATIENCE.as_secs(), path: home.logs() }
}

fn start_log(home: &Home) -> PathBuf {
    home.logs().join("start.log")
}

/// The last lines of what a program said, as one line.
pub(super) fn tail(said: &str) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.iter().skip(lines.len().saturating_sub(8)).copied().collect::<Vec<_>>().join(" / ")
}

/// A path as PostgreSQL's lists of folders want it.
fn quoted(path: &Path) -> String {
    format!("\"{}\"", path.display().to_string().replace('"', "\"\""))
}
