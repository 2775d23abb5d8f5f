//! The right to serve a data folder.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Seek as _, Write as _},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use super::{PostgresError, error::on, home::create_data};

const FILE: &str = "server.lock";

/// The exclusive right to serve a data folder, until dropped.
///
/// The lock is the system's, on the file `server.lock`, and ends with the process; what the file says is only for others to
/// read, so that what a dead process left there means nothing.
#[derive(Debug)]
pub struct ServerLock {
    file: File,
    path: PathBuf,
}

/// The server that serves a data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its process.
    pub pid: u32,
    /// Where it listens.
    pub address: String,
}

impl ServerLock {
    /// Takes the right to serve `data`, and leaves our address for those who look for the server.
    ///
    /// # Errors
    /// [`PostgresError::Held`] when another process has it.
    pub fn claim(data: &Path, address: &str) -> Result<Self, PostgresError> {
        create_data(data)?;
        let path = data.join(FILE);
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false).mode(0o644);
        let file = options.open(&path).map_err(on("open", &path))?;
        if !taken(&file, &path)? {
            let Holder { pid, address } = read(&path);
            return Err(PostgresError::Held { data: data.to_owned(), pid, address });
        }
        let mut lock = Self { file, path };
        lock.announce(address)?;
        Ok(lock)
    }

    /// Says where we listen, once that is known (port 0 becomes a real one only then).
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn announce(&mut self, address: &str) -> Result<(), PostgresError> {
        let content = format!("{}\n{address}\n", std::process::id());
        let written = self.file.set_len(0).and_then(|()| self.file.rewind());
        written.and_then(|()| self.file.write_all(content.as_bytes())).map_err(on("write", &self.path))
    }

    /// The server that serves `data` now, if there is one.
    #[must_use]
    pub fn holder(data: &Path) -> Option<Holder> {
        let path = data.join(FILE);
        match File::open(&path).ok()?.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(read(&path)),
            _ => None,
        }
    }
}

impl Drop for ServerLock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
        // Closing is not enough: a program just being started by another thread has the file open for a moment.
        let _ = self.file.unlock();
    }
}

/// Tries more than once: someone who only asks for the holder has the lock for a moment.
fn taken(file: &File, path: &Path) -> Result<bool, PostgresError> {
    for _ in 0..10 {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(10)),
            Err(TryLockError::Error(error)) => return Err(on("lock", path)(error)),
        }
    }
    Ok(false)
}

fn read(path: &Path) -> Holder {
    let content = fs::read_to_string(path).unwrap_or_default();
    let mut lines = content.lines();
    let pid = lines.next().and_then(|line| line.parse().ok()).unwrap_or_default();
    Holder { pid, address: lines.next().unwrap_or("address not known yet").to_owned() }
}
