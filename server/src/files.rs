//! The file store that the gate asks for, over the engine that is there.

use futures::future::BoxFuture;
use futures::{FutureExt as _, TryFutureExt as _};
use steward_engines::files::Store;
use steward_tools::files::{FileKey, FileStore, StoreError};
use uuid::Uuid;

/// Files at `ORGANISATION/ab/cdef…`: folders stay small, and one organisation's files are apart from another's.
pub struct Kept<S>(pub S);

fn place(org: Uuid, key: &FileKey) -> String {
    let (first, rest) = key.as_str().split_at(2);
    format!("{org}/{first}/{rest}")
}

impl<S: Store> FileStore for Kept<S> {
    fn put<'a>(&'a self, org: Uuid, key: &'a FileKey, bytes: Vec<u8>) -> BoxFuture<'a, Result<(), StoreError>> {
        self.0.put(place(org, key), bytes).map_err(|e| StoreError(e.0)).boxed()
    }
    fn get<'a>(&'a self, org: Uuid, key: &'a FileKey) -> BoxFuture<'a, Result<Option<Vec<u8>>, StoreError>> {
        self.0.get(place(org, key)).map_err(|e| StoreError(e.0)).boxed()
    }
}
