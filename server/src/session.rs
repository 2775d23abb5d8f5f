//! Where `steward login` leaves its tokens: a file that only this user can read, one entry a server. A refresh token is
//! good once, so whoever renews a session holds the lock beside the file.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{Failure, Result};

/// A signed-in person at one server.
#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    /// The organisation.
    pub organization: String,
    /// The person.
    pub email: String,
    /// Their token.
    pub access_token: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// What makes a new one: good once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

impl Session {
    /// Whether its token holds for a while still.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.expires_at > Utc::now() + TimeDelta::seconds(60)
    }
    fn is_of_use(&self) -> bool {
        self.holds() || self.refresh_token.is_some()
    }
}

/// The session at this server, while it holds or can be renewed.
pub fn at(url: &str) -> Result<Option<Session>> {
    let session = all()?.remove(&key(url));
    Ok(session.filter(Session::is_of_use))
}

/// Nobody else renews a session while this is held.
pub fn lock() -> Result<File> {
    let path = file()?.with_extension("lock");
    let folder = path.parent().unwrap_or(&path).to_owned();
    let locked = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).and_then(|()| {
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path)?;
        file.lock().map(|()| file)
    });
    locked.map_err(|e| Failure::new(format!("{} cannot be locked: {e}.", path.display())))
}

/// Forgets the session at this server.
pub fn forget(url: &str) -> Result<()> {
    let mut sessions = all()?;
    match sessions.remove(&key(url)) {
        Some(_) => write(&sessions).map(drop),
        None => Ok(()),
    }
}

/// Keeps a session, beside those at other servers; ended ones are dropped.
pub fn keep(url: &str, session: Session) -> Result<PathBuf> {
    let mut sessions = all()?;
    sessions.retain(|_, session| session.is_of_use());
    sessions.insert(key(url), session);
    write(&sessions)
}

fn write(sessions: &BTreeMap<String, Session>) -> Result<PathBuf> {
    let path = file()?;
    let text = serde_json::to_string_pretty(sessions).map_err(|e| Failure::new(e.to_string()))?;
    let folder = path.parent().unwrap_or(&path);
    let new = path.with_extension(format!("new-{}", std::process::id()));
    let written = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).and_then(|()| {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(text.as_bytes())?;
        fs::rename(&new, &path)
    });
    written.map_err(|e| Failure::new(format!("{} cannot be written: {e}.", path.display())))?;
    Ok(path)
}

fn all() -> Result<BTreeMap<String, Session>> {
    let path = file()?;
    match fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).map_err(|e| {
            Failure::new(format!("{} cannot be read: {e}.", path.display()))
                .fix("Remove it, and sign in again with steward login.")
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(Failure::new(format!("{} cannot be read: {error}.", path.display()))),
    }
}

fn key(url: &str) -> String {
    url.trim_end_matches('/').to_ascii_lowercase()
}

fn file() -> Result<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = named("XDG_CONFIG_HOME").or_else(|| Some(named("HOME")?.join(".config")));
    Ok(config
        .ok_or_else(|| Failure::new("Neither XDG_CONFIG_HOME nor HOME is set."))?
        .join("steward")
        .join("sessions.json"))
}
