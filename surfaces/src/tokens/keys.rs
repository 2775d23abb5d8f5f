//! The keys of access tokens: files that only we can read, the current one and the one before.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jsonwebtoken::{DecodingKey, EncodingKey, encode};
use sha2::{Digest, Sha256};

use super::{COOKIE_LIFETIME, LEEWAY, header};

pub(super) const BYTES: usize = 32;
/// An older key is replaced when the server starts.
const OLD: Duration = Duration::from_secs(30 * 24 * 3600);
const FORMER: &str = "former";

/// Why the key could not be had.
#[derive(Debug)]
pub enum TokenKeyError {
    /// The file could not be read or made.
    Io(PathBuf, io::Error),
    /// It is not 32 bytes.
    Length(PathBuf),
    /// Others on this machine could read it.
    Open(PathBuf),
}

impl std::fmt::Display for TokenKeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(path, error) => {
                write!(f, "The key for access tokens, {}, cannot be used: {error}.", path.display())
            }
            Self::Length(path) => {
                write!(f, "{} is not a key of {BYTES} bytes: remove it, and everybody signs in again.", path.display())
            }
            Self::Open(path) => write!(f, "{} can be read by others on this machine: chmod 600 {0}", path.display()),
        }
    }
}

impl std::error::Error for TokenKeyError {}

/// One key.
pub(super) struct Key {
    /// Its name in tokens.
    pub(super) id: String,
    /// How every token of it begins.
    pub(super) header: String,
    pub(super) signs: EncodingKey,
    pub(super) reads: DecodingKey,
    /// When the last token of it has ended, if it signs no more.
    pub(super) until: Option<i64>,
}

impl Key {
    pub(super) fn new(key: &[u8; BYTES], until: Option<i64>) -> Self {
        // a name that says nothing about the key
        let id: String =
            Sha256::digest([b"kid", key.as_slice()].concat())[..8].iter().map(|b| format!("{b:02x}")).collect();
        let signs = EncodingKey::from_secret(key);
        let header = encode(&header(&id), &(), &signs).unwrap_or_default();
        let header = header.split('.').next().unwrap_or_default().to_owned();
        Self { id, header, signs, reads: DecodingKey::from_secret(key), until }
    }
}

/// The keys in and beside this file, the current one first.
pub(super) fn open(path: &Path, rotate: bool) -> Result<Vec<Key>, TokenKeyError> {
    let io = |error| TokenKeyError::Io(path.to_owned(), error);
    let made = match path.metadata() {
        Ok(found) => Some(found.modified().map_err(io)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(io(error)),
    };
    let former = path.with_extension(FORMER);
    let old = made.is_some_and(|made| made.elapsed().is_ok_and(|age| age > OLD));
    if made.is_some() && (old || rotate) {
        read(path)?; // what is no key, or is open to others, must be seen to first
        fs::rename(path, &former).map_err(io)?;
    }
    if made.is_none() || old || rotate {
        make(path).map_err(io)?;
    }
    let mut keys = vec![Key::new(&read(path)?, None)];
    if former.exists() {
        let since = path.metadata().and_then(|found| found.modified()).map_err(io)?;
        let until = seconds(since) + COOKIE_LIFETIME + LEEWAY.cast_signed();
        if seconds(SystemTime::now()) < until {
            keys.push(Key::new(&read(&former)?, Some(until)));
        } else {
            fs::remove_file(&former).map_err(io)?;
        }
    }
    Ok(keys)
}

fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Written aside first, so that no half of a key is ever found.
fn make(path: &Path) -> io::Result<()> {
    let mut key = [0; BYTES];
    File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut key))?;
    let new = path.with_extension(format!("new-{}", std::process::id()));
    let _ = fs::remove_file(&new);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    file.write_all(&key).and_then(|()| file.sync_all())?;
    // a server that starts at the same moment may have been faster: its key stands
    let linked = fs::hard_link(&new, path);
    fs::remove_file(&new)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn read(path: &Path) -> Result<[u8; BYTES], TokenKeyError> {
    let io = |error| TokenKeyError::Io(path.to_owned(), error);
    if path.metadata().map_err(io)?.permissions().mode() & 0o077 != 0 {
        return Err(TokenKeyError::Open(path.to_owned()));
    }
    fs::read(path).map_err(io)?.try_into().map_err(|_| TokenKeyError::Length(path.to_owned()))
}
