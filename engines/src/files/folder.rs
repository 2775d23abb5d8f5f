//! Files in a folder of this machine.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use futures::future::BoxFuture;
use uuid::Uuid;

use super::{Store, StoreError};

/// A folder that only the server's own user reads. A file appears whole or not at all.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder at `root`; it is made when the first file comes.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

impl Store for Folder {
    fn put(&self, place: String, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), StoreError>> {
        on_a_thread(self.root.join(place), move |path| write(path, &bytes))
    }
    fn get(&self, place: String) -> BoxFuture<'_, Result<Option<Vec<u8>>, StoreError>> {
        on_a_thread(self.root.join(place), |path| match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        })
    }
}

fn on_a_thread<T: Send + 'static>(
    path: PathBuf,
    work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
) -> BoxFuture<'static, Result<T, StoreError>> {
    Box::pin(async move {
        let shown = path.display().to_string();
        let done = tokio::task::spawn_blocking(move || work(&path)).await;
        match done {
            Ok(done) => done.map_err(|e| StoreError(format!("{shown}: {e}"))),
            Err(ended) => Err(StoreError(format!("{shown}: {ended}"))),
        }
    })
}

/// A temporary file beside it, made durable and then given its name.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let folder = path.parent().ok_or_else(|| io::Error::other("a file is in a folder"))?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let temporary = folder.join(format!(".{}", Uuid::now_v7().simple()));
    let written = write_new(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written?;
    // the name, and those of folders that are new, survive a crash too
    for folder in folder.ancestors().take(3) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
