//! Where the bytes of files are kept: a folder on this machine, or a bucket of an S3-compatible store.

mod folder;
mod s3;
#[cfg(test)]
mod tests;

pub use folder::Folder;
pub use s3::S3;

use futures::future::BoxFuture;

/// What a store could not do; only logs see it.
#[derive(Debug, thiserror::Error)]
#[error("file store: {0}")]
pub struct StoreError(pub String);

/// Keeps bytes at a place (`folder/folder/name`). The same bytes may be put again: that changes nothing, and mends what
/// had become unreadable.
pub trait Store: Send + Sync + 'static {
    /// Keeps the bytes; when this answers, they survive a crash.
    fn put(&self, place: String, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), StoreError>>;
    /// The bytes at a place, as they are; nothing where there are none.
    fn get(&self, place: String) -> BoxFuture<'_, Result<Option<Vec<u8>>, StoreError>>;
}
