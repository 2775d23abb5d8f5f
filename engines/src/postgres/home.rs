//! Where the cluster lives: in the data folder, or where its user can reach it.

use std::{
    ffi::OsStr,
    fs, io,
    os::unix::ffi::OsStrExt,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use nix::unistd::Uid;
use sha2::{Digest, Sha256};

use super::{
    PostgresError,
    error::on,
    user::{RunAs, ensure_folder},
};

/// Names the home in the data folder when it is elsewhere.
const POINTER: &str = "postgres-location";
/// Names the data folder in a home that is elsewhere.
const BACK_POINTER: &str = "data-folder";
/// Homes of clusters whose data folder is closed to the user PostgreSQL runs as.
const ELSEWHERE: &str = "/var/lib/steward";
/// What a socket's whole path may measure on every system we know, its name included.
const LONGEST_SOCKET: usize = 103;

/// The cluster's folders.
#[derive(Debug, Clone)]
pub(super) struct Home {
    pub(super) data: PathBuf,
    pub(super) path: PathBuf,
    pub(super) run_as: RunAs,
}

impl Home {
    /// Finds the home that belongs to a data folder, creating both if they are new.
    pub(super) fn of(data: &Path) -> Result<Self, PostgresError> {
        create_data(data)?;
        let data = data.canonicalize().map_err(on("find", data))?;
        let pointer = data.join(POINTER);
        if let Some(path) = read_path(&pointer) {
            settle(&data, &path)?;
            return Self { run_as: RunAs::pick(&path.join("cluster"))?, data, path }.ready();
        }
        let path = data.join("postgres");
        let new = !path.join("cluster").exists();
        let home = Self { run_as: RunAs::pick(&path.join("cluster"))?, data, path }.ready()?;
        if home.run_as.reaches(&home.path)? {
            return Ok(home);
        }
        match new {
            true => home.elsewhere(&pointer),
            false => Err(PostgresError::Closed { user: home.run_as.name(), home: home.path }),
        }
    }

    pub(super) fn cluster(&self) -> PathBuf {
        self.path.join("cluster")
    }

    pub(super) fn logs(&self) -> PathBuf {
        self.path.join("log")
    }

    /// The folder of the server's socket: in the home if its path is short enough.
    pub(super) fn socket(&self) -> Result<PathBuf, PostgresError> {
        let near = self.path.join("socket");
        let folder = if near.as_os_str().len() + "/.s.PGSQL.5432".len() <= LONGEST_SOCKET {
            near
        } else {
            run_folder()?.join(format!("steward-{}", hash(&self.path)))
        };
        ensure_folder(&folder)?;
        let real = fs::symlink_metadata(&folder).map_err(on("look at", &folder))?.is_dir();
        if !real || !(self.run_as.owns(&folder) || RunAs::Ourselves.owns(&folder)) {
            return Err(on("use", &folder)(io::Error::from(io::ErrorKind::PermissionDenied)));
        }
        self.run_as.give(&folder, 0o700)?;
        Ok(folder)
    }

    /// Creates its folders; the path becomes the one the system knows, to recognise the server by.
    fn ready(mut self) -> Result<Self, PostgresError> {
        ensure_folder(&self.path)?;
        self.path = self.path.canonicalize().map_err(on("find", &self.path))?;
        self.run_as.give(&self.path, 0o700)?;
        let logs = self.logs();
        ensure_folder(&logs)?;
        self.run_as.give(&logs, 0o700)?;
        Ok(self)
    }

    /// Moves an empty home out of a closed folder, and leaves a pointer. A folder that an earlier data folder of this name
    /// left behind is not touched.
    fn elsewhere(self, pointer: &Path) -> Result<Self, PostgresError> {
        let _ = fs::remove_dir(self.logs());
        let _ = fs::remove_dir(&self.path);
        ensure_folder(Path::new(ELSEWHERE))?;
        let first = Path::new(ELSEWHERE).join(hash(&self.data));
        let mut path = first.clone();
        let mut copies = 1;
        while path.exists() {
            copies += 1;
            path.set_file_name(format!("{}-{copies}", hash(&self.data)));
        }
        let home = Self { path, ..self }.ready()?;
        write_path(&home.path.join(BACK_POINTER), &home.data)?;
        write_path(pointer, &home.path)?;
        tracing::info!(
            data = %home.data.display(), cluster = %home.path.display(),
            "the data folder is closed to user {}, so the cluster lives elsewhere", home.run_as.name(),
        );
        Ok(home)
    }
}

/// A new data folder lets the cluster's user through to their own folder, but not look around.
pub(super) fn create_data(data: &Path) -> Result<(), PostgresError> {
    if data.exists() {
        return Ok(());
    }
    let mode = if Uid::effective().is_root() { 0o711 } else { 0o700 };
    fs::DirBuilder::new().recursive(true).mode(0o755).create(data).map_err(on("create", data))?;
    fs::set_permissions(data, fs::Permissions::from_mode(mode)).map_err(on("set the mode of", data))
}

/// Makes sure that a home elsewhere is this data folder's, which may have been renamed but not copied.
fn settle(data: &Path, home: &Path) -> Result<(), PostgresError> {
    let back = home.join(BACK_POINTER);
    let lost = || PostgresError::Lost { data: data.to_owned(), home: home.to_owned() };
    let original = read_path(&back).ok_or_else(lost)?;
    if original == data {
        return Ok(());
    }
    if read_path(&original.join(POINTER)).as_deref() == Some(home) {
        return Err(PostgresError::Copied { data: data.to_owned(), home: home.to_owned(), original });
    }
    write_path(&back, data)
}

fn write_path(file: &Path, named: &Path) -> Result<(), PostgresError> {
    let mut line = named.as_os_str().as_bytes().to_vec();
    line.push(b'\n');
    fs::write(file, line).map_err(on("write", file))
}

fn read_path(file: &Path) -> Option<PathBuf> {
    let line = fs::read(file).ok()?;
    Some(PathBuf::from(OsStr::from_bytes(line.trim_ascii_end())))
}

fn run_folder() -> Result<PathBuf, PostgresError> {
    let session = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|_| !Uid::effective().is_root());
    let system = ["/run", "/var/run"].map(PathBuf::from).into_iter().filter(|_| Uid::effective().is_root());
    let mut places = session.into_iter().chain(system).chain([PathBuf::from("/tmp")]);
    let none = || on("find a short folder for the socket beside", Path::new("/tmp"))(io::ErrorKind::NotFound.into());
    places.find(|place| place.is_dir()).ok_or_else(none)
}

fn hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
