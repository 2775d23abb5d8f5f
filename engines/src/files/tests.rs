//! What every file store promises. A bucket is tested when `STEWARD_TEST_S3_URL` names one (with the usual `AWS_…` variables).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::{Folder, S3, Store};

async fn keeps_its_promises(store: &dyn Store) {
    let (ours, theirs) = (Uuid::now_v7(), Uuid::now_v7());
    let bytes = format!("a file of {ours}").into_bytes();
    let at = |org: Uuid| format!("{org}/ab/cdef");
    assert_eq!(store.get(at(ours)).await.unwrap(), None, "absent");
    store.put(at(ours), bytes.clone()).await.unwrap();
    assert_eq!(store.get(at(ours)).await.unwrap().as_ref(), Some(&bytes));
    assert_eq!(store.get(at(theirs)).await.unwrap(), None, "another organisation's");
    store.put(at(ours), bytes.clone()).await.unwrap();
    assert_eq!(store.get(at(ours)).await.unwrap().as_ref(), Some(&bytes), "put again");
    let large: Vec<u8> = (0..6_000_000_u32).map(|i| (i % 251) as u8).collect();
    let there = || format!("{ours}/cd/large");
    let (one, two) = tokio::join!(store.put(there(), large.clone()), store.put(there(), large.clone()));
    one.and(two).unwrap();
    assert_eq!(store.get(there()).await.unwrap(), Some(large), "two at once");
}

/// A folder that is gone at the end of the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("steward-files-{}", Uuid::now_v7())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_folder_keeps_files() {
    let scratch = Scratch::new();
    keeps_its_promises(&Folder::new(&scratch.0)).await;
    let files = files_in(&scratch.0);
    assert_eq!(files.len(), 2, "nothing temporary is left: {files:?}");
    for file in files {
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn what_became_unreadable_is_mended_by_putting_it_again() {
    let scratch = Scratch::new();
    let (store, bytes) = (Folder::new(&scratch.0), b"whole".to_vec());
    let place = || "a/b/c".to_owned();
    store.put(place(), bytes.clone()).await.unwrap();
    fs::write(&files_in(&scratch.0)[0], "half").unwrap();
    store.put(place(), bytes.clone()).await.unwrap();
    assert_eq!(store.get(place()).await.unwrap(), Some(bytes));
}

#[tokio::test]
async fn a_bucket_keeps_files() {
    let Ok(url) = std::env::var("STEWARD_TEST_S3_URL") else { return };
    let _ = rustls::crypto::ring::default_provider().install_default();
    keeps_its_promises(&S3::open(&url).unwrap()).await;
    keeps_its_promises(&S3::open(&format!("{url}/with/prefix")).unwrap()).await;
}

#[test]
fn a_bucket_is_named_by_an_address() {
    for wrong in ["files", "https://example.com/bucket", "s3://", "s3:///prefix"] {
        assert!(S3::open(wrong).is_err(), "{wrong}");
    }
}
