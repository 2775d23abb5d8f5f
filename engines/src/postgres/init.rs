//! Creating the cluster's files.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    process::{Command, Stdio},
};

use super::{Login, PostgresError, binaries::Binaries, error::on, home::Home, process::tail};

/// Settings for a small server; whoever runs it may change them in the cluster's `postgresql.conf`.
const SETTINGS: &str = "
# Added by Steward when it created this cluster; yours to change.
max_connections = 100
shared_buffers = 192MB
random_page_cost = 1.1                          # solid-state disks
jit = off                                       # costs more than it gains on short statements
idle_in_transaction_session_timeout = 60s       # the log's readers wait for the oldest transaction
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on                          # a week of logs, a file a day, in the folder log beside this one
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_lock_waits = on
";

/// Creates the files under another name first, so that a failure or a crash half-way leaves nothing that looks finished.
pub(super) fn create(home: &Home, binaries: &Binaries, password: &str) -> Result<(), PostgresError> {
    let unfinished = home.path.join("cluster.new");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(on("remove", &unfinished))?;
    }
    let secret = home.path.join("password.new");
    write_secret(home, &secret, password)?;
    let done = initdb(home, binaries, &unfinished, &secret);
    fs::remove_file(&secret).map_err(on("remove", &secret))?;
    done?;

    let settings = unfinished.join("postgresql.conf");
    let mut file = fs::OpenOptions::new().append(true).open(&settings).map_err(on("open", &settings))?;
    file.write_all(SETTINGS.as_bytes()).and_then(|()| file.sync_all()).map_err(on("write", &settings))?;
    let cluster = home.cluster();
    fs::rename(&unfinished, &cluster).map_err(on("create", &cluster))
}

fn initdb(home: &Home, binaries: &Binaries, folder: &Path, secret: &Path) -> Result<(), PostgresError> {
    let program = binaries.program("initdb");
    let mut command = home.run_as.command(&program);
    command.arg("-D").arg(folder).arg("--pwfile").arg(secret);
    command.args(["-U", Login::Superuser.role(), "--auth=scram-sha-256", "--data-checksums", "--no-instructions"]);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let said = locale(&mut command, binaries.major()).output().map_err(on("run", &program))?;
    match said.status.success() {
        true => Ok(()),
        false => {
            let log = tail(&String::from_utf8_lossy(&said.stderr));
            Err(PostgresError::Init { home: home.path.clone(), log })
        }
    }
}

/// Sorts by code point: the same on every system, and indexes outlive an upgrade of the C library.
fn locale(command: &mut Command, major: u32) -> &mut Command {
    command.args(["--encoding=UTF8", "--lc-messages=C"]);
    match major {
        17.. => command.args(["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]),
        _ if cfg!(target_os = "macos") => command.arg("--locale=C"),
        _ => command.arg("--locale=C.UTF-8"),
    }
}

fn write_secret(home: &Home, path: &Path, password: &str) -> Result<(), PostgresError> {
    let _ = fs::remove_file(path);
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path).map_err(on("create", path))?;
    file.write_all(password.as_bytes()).map_err(on("write", path))?;
    home.run_as.give(path, 0o600)
}
