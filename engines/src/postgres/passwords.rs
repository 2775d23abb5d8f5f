//! The passwords of the cluster's roles, in a file that only we can read.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Login, PostgresError, error::on};

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Passwords {
    pub(super) superuser: String,
    pub(super) owner: String,
    pub(super) app: String,
    pub(super) worker: String,
}

impl Passwords {
    const FILE: &str = "postgres-passwords.json";

    /// Reads them; only a data folder that has no cluster yet gets new ones.
    pub(super) fn of(data: &Path, new: bool) -> Result<Self, PostgresError> {
        let path = data.join(Self::FILE);
        let lost = || PostgresError::NoPasswords { path: path.clone() };
        match fs::read(&path) {
            Ok(content) => serde_json::from_slice(&content).map_err(|_| lost()),
            Err(error) if error.kind() == io::ErrorKind::NotFound && new => Self::create(&path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(lost()),
            Err(error) => Err(on("read", &path)(error)),
        }
    }

    pub(super) fn of_login(&self, login: Login) -> &str {
        match login {
            Login::Superuser => &self.superuser,
            Login::Owner => &self.owner,
            Login::App => &self.app,
            Login::Worker => &self.worker,
        }
    }

    /// Written whole or not at all: a later start must find what `initdb` was given.
    fn create(path: &Path) -> Result<Self, PostgresError> {
        let all = Self { superuser: random(), owner: random(), app: random(), worker: random() };
        let content = serde_json::to_vec_pretty(&all).map_err(io::Error::from).map_err(on("write", path))?;
        let unfinished = path.with_extension("new");
        let mut options = fs::OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)
            .map_err(on("create", path))?;
        file.write_all(&content).and_then(|()| file.sync_all()).map_err(on("write", path))?;
        fs::rename(&unfinished, path).map_err(on("write", path))?;
        Ok(all)
    }
}

/// 244 random bits.
fn random() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}
