//! Who still uses the cluster, so that the last one out stops it, whatever way it goes.
//!
//! Every process that uses a cluster has a seat: a shared lock on a file, and the writing end of a named pipe. A graceful
//! stop asks the lock whether anyone else is there. A process that dies without a word loses its end of the pipe all the
//! same; when the last is gone, the watchdog that reads the pipe gets its end of file and stops the server.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};

use nix::{errno::Errno, sys::stat::Mode, unistd::mkfifo};

use super::{PostgresError, error::on, home::Home};

/// `$1` is the server's process, `$2` the cluster; the process id is checked, as it may have gone to someone else.
const WATCHDOG: &str = r#"
trap '' HUP INT TERM
while read -r _; do :; done
if read -r pid <"$2/postmaster.pid" && [ "$pid" = "$1" ]; then kill -INT "$pid"; fi
"#;

/// One process's place at the cluster.
#[derive(Debug)]
pub(super) struct Seat {
    lock: PathBuf,
    shared: File,
    /// Held open, never written.
    _pipe: File,
}

impl Seat {
    /// Takes a seat at a server that runs as `pid`, and sees to it that there is a watchdog.
    pub(super) fn take(home: &Home, pid: i32) -> Result<Self, PostgresError> {
        let lock = home.path.join("users.lock");
        let shared = lock_file(&lock)?;
        shared.lock_shared().map_err(on("lock", &lock))?;
        let pipe = home.path.join("users.pipe");
        match mkfifo(&pipe, Mode::S_IRUSR | Mode::S_IWUSR) {
            Ok(()) | Err(Errno::EEXIST) => {}
            Err(errno) => return Err(on("create", &pipe)(errno.into())),
        }
        let write = || OpenOptions::new().write(true).custom_flags(nix::libc::O_NONBLOCK).open(&pipe);
        let end = match write() {
            Err(error) if error.raw_os_error() == Some(Errno::ENXIO as i32) => {
                // Nobody reads. Our own reading end lets the two real ones open without waiting for each other.
                let both = OpenOptions::new().read(true).write(true).open(&pipe).map_err(on("open", &pipe))?;
                watch(home, pid, File::open(&pipe).map_err(on("open", &pipe))?)?;
                let end = write().map_err(on("open", &pipe))?;
                drop(both);
                end
            }
            other => other.map_err(on("open", &pipe))?,
        };
        Ok(Self { lock, shared, _pipe: end })
    }

    /// Gives up the lock, and says whether that leaves nobody. Nobody can join meanwhile if the caller has the turn.
    pub(super) fn is_last(&self) -> Result<bool, PostgresError> {
        self.shared.unlock().map_err(on("unlock", &self.lock))?;
        Ok(lock_file(&self.lock)?.try_lock().is_ok())
    }
}

fn watch(home: &Home, pid: i32, pipe: File) -> Result<(), PostgresError> {
    let mut command = home.run_as.command("/bin/sh");
    command.args(["-c", WATCHDOG, "watchdog", &pid.to_string()]).arg(home.cluster());
    command.stdin(pipe).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(drop).map_err(on("start a watchdog for", &home.path))
}

/// Opens a file that exists only to be locked.
pub(super) fn lock_file(path: &Path) -> Result<File, PostgresError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600).open(path).map_err(on("open", path))
}

/// The right to start or stop the cluster, one process at a time.
pub(super) fn turn(home: &Home) -> Result<File, PostgresError> {
    let path = home.path.join("turn.lock");
    let file = lock_file(&path)?;
    match file.lock() {
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(on("lock", &path)(error)),
        _ => Ok(file),
    }
}
