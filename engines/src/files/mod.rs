//! Where the bytes of files are kept: a folder on this machine, or a bucket of an S3-compatible store.

mod folder;
mod s3;
#[cfg(test)]
mod tests;

pub use folder::Folder;
pub use s3::S3;

use steward_tools::files::FileKey;
use uuid::Uuid;

/// `ORGANISATION/ab/cdef…`: folders stay small, and one organisation's files are apart from another's.
fn place(org: Uuid, key: &FileKey) -> String {
    let (first, rest) = key.as_str().split_at(2);
    format!("{org}/{first}/{rest}")
}
