//! Where bytes are kept: under their hash, for each organisation apart.

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{File, sniff};
use crate::{Error, Refusal, Result};

/// The name of stored bytes: their SHA-256 in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct FileKey(String);

impl FileKey {
    /// The key of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(crate::page::hex(&Sha256::digest(bytes)))
    }
    /// The key that a text is, if it is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        hex.then(|| Self(text.to_owned()))
    }
    /// Its 64 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FileKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a SHA-256"))
    }
}

/// What a store could not do; only logs see it.
#[derive(Debug, thiserror::Error)]
#[error("file store: {0}")]
pub struct StoreError(pub String);

/// Keeps bytes under their key, for each organisation apart. The same bytes may be put again: that changes nothing, and
/// mends what had become unreadable.
pub trait FileStore: Send + Sync + 'static {
    /// Keeps the bytes; when this answers, they survive a crash.
    fn put<'a>(&'a self, org: Uuid, key: &'a FileKey, bytes: Vec<u8>) -> BoxFuture<'a, Result<(), StoreError>>;
    /// The bytes under a key, as they are; nothing where there are none.
    fn get<'a>(&'a self, org: Uuid, key: &'a FileKey) -> BoxFuture<'a, Result<Option<Vec<u8>>, StoreError>>;
}

/// The file store as the gate has it, with the most that one file may weigh.
#[derive(Clone)]
pub struct Files {
    /// Where the bytes are.
    pub store: Arc<dyn FileStore>,
    /// The most bytes that a file may have.
    pub limit: usize,
}

/// A file with its bytes, which are what its hash says.
#[derive(Debug, Clone)]
pub struct Read {
    /// What it is.
    pub file: File,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Files {
    /// Checks bytes, and keeps them unless this is only a preview.
    pub(crate) async fn take(&self, org: Uuid, bytes: Vec<u8>, keep: bool) -> Result<super::Upload> {
        let media_type = sniff(&bytes)?.to_owned();
        let (sha256, size) = (FileKey::of(&bytes), i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        if keep {
            self.store.put(org, &sha256, bytes).await.map_err(|e| Error::internal(e.to_string()))?;
        }
        Ok(super::Upload { sha256, size, media_type })
    }

    /// The bytes of a file of this organisation. What is missing, or no longer what it was, is refused by name.
    pub(crate) async fn read(&self, org: Uuid, file: File) -> Result<Read> {
        let bytes = self.store.get(org, &file.sha256).await.map_err(|e| Error::internal(e.to_string()))?;
        let Some(bytes) = bytes else {
            tracing::error!(sha256 = %file.sha256, "a file is missing from the file store");
            let refusal = Refusal::conflict("file_missing", format!("The bytes of {} are gone.", file.name));
            return Err(refusal.fix("Attach it again, or have the file store restored from its backup.").into());
        };
        if FileKey::of(&bytes) != file.sha256 {
            tracing::error!(sha256 = %file.sha256, "a file in the file store is corrupt");
            let refusal =
                Refusal::conflict("file_corrupt", format!("The bytes of {} are not what they were.", file.name));
            return Err(refusal.fix("Attach it again, or have the file store restored from its backup.").into());
        }
        Ok(Read { file, bytes })
    }
}
